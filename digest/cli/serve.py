"""The commands that serve until they are interrupted: the desk alone, or with the scheduler."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence

import click

from digest.cli.context import Context, common, pass_context
from digest.cli.logs import log_to_stderr
from digest.errors import UsageError
from digest.ports import QUEUES


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
    workers = publisher.jobs
    jobs = workers or schedule.InProcess(publisher)
    running = [
        schedule.start(
            lambda: schedule.have_drafted(publisher, jobs),
            lambda: schedule.have_pulled(publisher, jobs),
            *([lambda: schedule.sweep(workers)] if workers else []),
        )
    ]
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


@click.command()
@click.option("--queue", "queues", multiple=True, type=click.Choice(QUEUES), help="Only this work.")
@click.option("--concurrency", default=2, show_default=True, type=click.IntRange(1, 32))
@common
@pass_context
def worker(context: Context, queues: Sequence[str], concurrency: int) -> None:
    """Pull, draft and send what `digest run` finds due, beside other workers; for PostgreSQL."""
    if context.publisher.jobs is None:
        raise UsageError(
            "the store is SQLite, for which `digest run` does all the work; workers are for PostgreSQL"
        )
    from digest.job_worker import (  # noqa: PLC0415 - slow to import, and not there without PostgreSQL
        work,
    )

    log_to_stderr(logging.INFO)
    work(context.publisher, queues or QUEUES, concurrency)
