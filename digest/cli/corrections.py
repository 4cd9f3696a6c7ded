"""The command for corrections: what changed after it was sent, and what editors decide on it."""

from __future__ import annotations

import click

from digest import json_output as shapes
from digest.cli import text_output
from digest.cli.context import Context, TextType, common, pass_context
from digest.errors import UsageError


@click.command()
@click.argument("newsletter", required=False)
@click.option("--put", metavar="ARTICLE", help="Put its correction into the open draft.")
@click.option("--dismiss", metavar="ARTICLE", help="It needs no correction.")
@click.option(
    "--issue", help="With --put and --dismiss: in this issue, where it stands in several."
)
@click.option("--text", type=TextType(), help="With --put: your own words.")
@click.option("--why", type=TextType(), default="", help="With --dismiss: your reason.")
@click.option("--by", type=TextType(), help="With --put and --dismiss: who decides.")
@common
@pass_context
def corrections(
    context: Context,
    newsletter: str | None,
    *,
    put: str | None,
    dismiss: str | None,
    issue: str | None,
    text: str | None,
    why: str,
    by: str | None,
) -> None:
    """List the stories that changed after they were sent, and decide on them."""
    due = context.publisher.corrections(newsletter, issue)
    article = put or dismiss
    if article is None:
        context.answer_lines(
            map(shapes.correction, due), lambda: text_output.corrections(context.out, due)
        )
        return
    if by is None or (put and dismiss):
        raise UsageError("say --put or --dismiss with an article, and --by with your name")
    found = [each for each in due if each.article == article]
    if not found:
        raise UsageError(f"nothing of {article} is to be corrected; see `digest corrections`")
    if len(found) > 1:
        issues = ", ".join(each.issue for each in found)
        raise UsageError(f"{article} stands in {issues}; say which with --issue")
    meant = found[0]
    if put is None:
        context.publisher.dismiss(meant.issue, article, by=by, why=why)
        context.answer(
            shapes.correction(meant), lambda: context.say(f"“{meant.title}” is dismissed.")
        )
        return
    draft = context.publisher.correct(meant.issue, article, by=by, text=text)
    context.answer(
        context.issue(draft),
        lambda: context.say(
            f"The notice is in issue {draft.id}; `digest show {draft.id}` shows it."
        ),
    )
