"""The command that looks at all that sending relies on."""

from __future__ import annotations

import click

from digest.cli import text_output
from digest.cli.context import Context, common, pass_context
from digest.jsonable import to_json
from digest.publisher.doctor import examine
from digest.wiring import surroundings


@click.command()
@common
@pass_context
def doctor(context: Context) -> None:
    """Look at all that sending relies on, and say what to do.

    Nothing is changed, and no email is offered to anybody.
    """
    around = surroundings(context.config, context.options.get("db"), context.options.get("now"))
    found = [*examine(around)]
    context.answer(
        {"checks": [to_json(each) for each in found]},
        lambda: text_output.checked(context.out, found),
    )
    if any(each.state == "error" for each in found):
        raise SystemExit(1)
