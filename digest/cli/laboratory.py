"""The commands of the laboratory: rules tried on the past, the weeks ahead, what was covered and what was read."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import cast, get_args

import click

from digest.cli import laboratory_output as output
from digest.cli.context import Context, common, pass_context
from digest.config import read_config
from digest.editorial.laboratory.clicks import ClicksBy
from digest.editorial.laboratory.themes import ISSUES, By


@click.command()
@click.argument("newsletter")
@click.option("--weeks", type=int, default=26, show_default=True, help="How far back.")
@click.option(
    "--config",
    metavar="OTHER.yaml",
    help="Another file, whose rules are tried beside those of ./feeds.yaml, or of the --config "
    "before the command.",
)
@click.option(
    "--as-published",
    is_flag=True,
    help="Take what an archive, or a feed's first pull, brought as seen when it was published.",
)
@partial(common, leave_out="config")
@pass_context
def backtest(
    context: Context, newsletter: str, weeks: int, config: str | None, *, as_published: bool
) -> None:
    """Replay past weeks by these rules and by another file's, and compare."""
    present = Path(context.options.get("config") or "feeds.yaml")
    if config is not None and not context.options.get("config") and not present.exists():
        # where there is no other, the file named is the present one
        context.options["config"], config = config, None
    other = read_config(Path(config), os.environ) if config is not None else None
    found = context.publisher.backtest(newsletter, weeks, other, as_published=as_published)
    context.answer(
        output.backtest(found, config, as_published=as_published),
        lambda: output.show_backtest(context.out, found, context.config),
    )


@click.command()
@click.argument("newsletter")
@click.option("--issues", type=int, default=8, show_default=True, help="How far ahead.")
@common
@pass_context
def forecast(context: Context, newsletter: str, issues: int) -> None:
    """Tell what the next issues hold so far, and what will have come too late."""
    found = context.publisher.forecast(newsletter, issues)
    context.answer(
        output.forecast(found), lambda: output.show_forecast(context.out, found, context.config)
    )


@click.command()
@click.argument("newsletter")
@click.option("--issues", type=int, default=ISSUES, show_default=True, help="How far back.")
@click.option(
    "--by",
    type=click.Choice(get_args(By)),
    default="tag",
    show_default=True,
    help="What is a theme.",
)
@common
@pass_context
def coverage(context: Context, newsletter: str, issues: int, by: str) -> None:
    """Count what each theme had in the last issues, against the plan."""
    found = context.publisher.coverage(newsletter, issues, cast("By", by))
    context.answer(
        output.coverage(newsletter, found), lambda: output.show_coverage(context.out, found)
    )


@click.command()
@click.argument("newsletter")
@click.option("--issues", type=int, default=ISSUES, show_default=True, help="How far back.")
@click.option(
    "--by",
    type=click.Choice(get_args(ClicksBy)),
    default="article",
    show_default=True,
    help="What is counted together.",
)
@common
@pass_context
def clicks(context: Context, newsletter: str, issues: int, by: str) -> None:
    """Count how often the stories of the last issues were opened."""
    found = context.publisher.clicks(newsletter, issues, cast("ClicksBy", by))
    context.answer(
        output.clicks(newsletter, found), lambda: output.show_clicks(context.out, newsletter, found)
    )
