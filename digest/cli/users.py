"""The commands for who may work at the desk: accounts, their rights and passwords, and the log."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Sequence

import click

from digest.cli import text_output
from digest.cli.context import Context, common, pass_context
from digest.jsonable import to_json
from digest.model import Account, Right
from digest.publisher.accounts import RIGHTS, described
from digest.publisher.log import COLUMNS, cells

_BY = "command line"


class _Rights(click.ParamType[tuple[Right, ...]]):
    """Rights, separated by commas."""

    name = "RIGHT,…"

    def convert(self, value: object, param: object, ctx: object) -> tuple[Right, ...]:
        """Read them, or say which there are."""
        named = [part.strip() for part in str(value).split(",")]
        if unknown := [part for part in named if part not in RIGHTS]:
            self.fail(f"there is no right {unknown[0]!r}; known: {', '.join(RIGHTS)}", param, ctx)  # type: ignore[arg-type]
        return tuple(right for right in RIGHTS if right in named)


_rights = click.option(
    "--rights", type=_Rights(), default=None, help="read, edit, approve, administer."
)
_newsletters = click.option(
    "--newsletter", "newsletters", multiple=True, help="Only in this one; may be given again."
)


@click.group()
@common
def users() -> None:
    """Say who may sign in at the desk, and see who did what."""


@users.command()
@click.argument("name")
@_rights
@_newsletters
@common
@pass_context
def add(
    context: Context, name: str, rights: tuple[Right, ...] | None, newsletters: Sequence[str]
) -> None:
    """Make an account; the first one administers. Its password comes from a prompt, or stdin."""
    made = context.publisher.add_account(name, rights or (), newsletters, _password, by=_BY)
    _answer(context, made, f"{made.name} may sign in at the desk now: {described(made)}.")


@users.command("list")
@common
@pass_context
def list_(context: Context) -> None:
    """List the accounts."""
    found = context.publisher.accounts()
    context.answer_lines(map(_shape, found), lambda: text_output.accounts(context.out, found))


@users.command()
@click.argument("name")
@click.option("--rights", type=_Rights(), required=True, help="read, edit, approve, administer.")
@_newsletters
@common
@pass_context
def rights(
    context: Context, name: str, rights: tuple[Right, ...], newsletters: Sequence[str]
) -> None:
    """Give an account these rights in the newsletters; without any, everywhere and nowhere else."""
    changed = context.publisher.change_rights(name, rights, newsletters, by=_BY)
    _answer(context, changed, f"{changed.name} has other rights now: {described(changed)}.")


@users.command()
@click.argument("name")
@common
@pass_context
def password(context: Context, name: str) -> None:
    """Give an account another password, from a prompt or stdin; its sessions end."""
    context.publisher.set_password(name, _password, by=_BY)
    context.answer(
        {"name": name},
        lambda: context.say("The password is changed; all sessions of it have ended."),
    )


@users.command()
@click.argument("name")
@common
@pass_context
def remove(context: Context, name: str) -> None:
    """Remove an account; its sessions end."""
    context.publisher.remove_account(name, by=_BY)
    context.answer({"name": name}, lambda: context.say(f"{name} may not sign in any more."))


@users.command()
@click.option("--csv", "as_csv", is_flag=True, help="As CSV, for a spreadsheet.")
@common
@pass_context
def log(context: Context, *, as_csv: bool) -> None:
    """Show who did what: at the desk, on issues and by command, the newest first."""
    found = context.publisher.log()
    if as_csv:
        out = io.StringIO()
        csv.writer(out).writerows([COLUMNS, *map(cells, found)])
        click.echo(out.getvalue(), nl=False)
    else:
        context.answer_lines(map(to_json, found), lambda: text_output.log(context.out, found))


def _password() -> str:
    """Ask for a password twice; where nobody sits at a terminal, read a line of stdin."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    asked: str = click.prompt("Password", hide_input=True, confirmation_prompt="The same again")
    return asked


def _answer(context: Context, account: Account, said: str) -> None:
    context.answer(_shape(account), lambda: context.say(said))


def _shape(account: Account) -> dict[str, object]:
    """Return an account without what it proves itself by."""
    return {
        "name": account.name,
        "rights": {where: [*held] for where, held in account.rights.items()},
        "language": account.language or None,
        "signs_in": "elsewhere" if account.subject else "with a password",
    }
