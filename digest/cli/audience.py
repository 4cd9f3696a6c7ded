"""The command for the audience as a whole."""

from __future__ import annotations

import click

from digest.cli import text_output
from digest.cli.context import Context, common, pass_context
from digest.jsonable import to_json


@click.command()
@click.option(
    "--weeks", type=click.IntRange(1, 52), default=8, show_default=True, help="How many weeks."
)
@common
@pass_context
def inbox(context: Context, weeks: int) -> None:
    """Tell how many emails a week readers get from all newsletters."""
    found = context.publisher.inbox(weeks)
    zone = context.config.publication.timezone
    context.answer(to_json(found), lambda: text_output.inbox(context.out, found, zone))
