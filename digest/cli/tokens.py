"""The commands for which programs may read the API."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from digest.cli import text_output
from digest.cli.context import Context, common, pass_context
from digest.jsonable import to_json
from digest.model import Token, TokenRight

_BY = "command line"


@click.group()
@common
def tokens() -> None:
    """Say which programs may read the API, and when they did last."""


@tokens.command()
@click.argument("name")
@click.option("--everything", is_flag=True, help="Drafts, findings and reasons too.")
@click.option(
    "--newsletter", "newsletters", multiple=True, help="Only of this one; may be given again."
)
@click.option(
    "--expires", "days", type=click.IntRange(1, 3653), metavar="DAYS", help="For so many days."
)
@common
@pass_context
def add(
    context: Context, name: str, *, everything: bool, newsletters: Sequence[str], days: int | None
) -> None:
    """Make a token, and show it once: it reads issues that were sent, as their readers know them."""
    right: TokenRight = "everything" if everything else "sent"
    made, secret = context.publisher.add_token(name, right, newsletters, days, by=_BY)
    # it is what was asked for, also by --quiet
    said = {**_shape(made), "token": secret}
    click.echo(json.dumps(said) if context.options.get("json") else secret)
    context.complain("Keep it where secrets are kept: it is not shown again.")


@tokens.command("list")
@common
@pass_context
def list_(context: Context) -> None:
    """List the tokens, and when each was used last."""
    found = context.publisher.tokens()
    context.answer_lines(map(_shape, found), lambda: text_output.tokens(context.out, found))


@tokens.command()
@click.argument("name")
@common
@pass_context
def revoke(context: Context, name: str) -> None:
    """End a token at once."""
    context.publisher.revoke_token(name, by=_BY)
    context.answer({"name": name}, lambda: context.say(f"The token {name} reads nothing more."))


def _shape(token: Token) -> dict[str, object]:
    said: dict[str, object] = to_json(token)
    return {"name": token.name, "reads": said.pop("right"), **said}
