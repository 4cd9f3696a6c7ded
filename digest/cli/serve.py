"""The commands that serve until they are interrupted: the desk alone, or with the scheduler."""

from __future__ import annotations

import logging
import os

import click

from digest.cli.context import Context, common, pass_context
from digest.cli.logs import log_to_stderr


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8025, show_default=True, type=click.IntRange(0, 65535))
@common
@pass_context
def desk(context: Context, host: str, port: int) -> None:
    """Open the editors' page, and the public pages."""
    from digest import schedule  # noqa: PLC0415 - APScheduler is slow to import
    from digest.web.serve import serve  # noqa: PLC0415 - Flask is slow to import

    log_to_stderr(logging.WARNING)
    publisher, running = context.publisher, []
    if context.config.webhooks:
        running = [schedule.start(lambda: schedule.tell(publisher), every=schedule.OFTEN)]
    try:
        serve(publisher, host, port, os.environ, context.say)
    finally:
        for scheduler in running:
            scheduler.shutdown()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8025, show_default=True, type=click.IntRange(0, 65535))
@common
@pass_context
def run(context: Context, host: str, port: int) -> None:
    """Run the scheduler, the desk and the public pages."""
    from digest import schedule  # noqa: PLC0415 - APScheduler is slow to import
    from digest.web.serve import serve  # noqa: PLC0415 - as above

    log_to_stderr(logging.INFO)
    publisher = context.publisher
    running = [schedule.start(lambda: schedule.tick(publisher), lambda: schedule.pull(publisher))]
    running += [schedule.start(lambda: schedule.count_old(publisher), every=schedule.DAILY)]
    if context.config.webhooks:
        running += [schedule.start(lambda: schedule.tell(publisher), every=schedule.OFTEN)]
    if context.config.delivery.bounces is not None:
        running += [schedule.start(lambda: schedule.take_back(publisher), every=schedule.SELDOM)]
    try:
        serve(publisher, host, port, os.environ, context.say)
    finally:
        publisher.stop()
        for scheduler in running:
            scheduler.shutdown()
