"""The scheduler: APScheduler only ticks; what is due is computed and written down by the publisher."""

from __future__ import annotations

import logging
from collections.abc import Callable

from apscheduler.schedulers.background import BackgroundScheduler

from digest.errors import DigestError
from digest.publisher import Publisher

EVERY = 30  # seconds

_log = logging.getLogger("digest")


def start(tick: Callable[[], object], every: int = EVERY) -> BackgroundScheduler:
    """Start ticking, the first time at once; one tick at a time, however long it takes."""
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_job(
        tick, "interval", seconds=every, coalesce=True, max_instances=1, misfire_grace_time=None
    )
    scheduler.start()
    return scheduler


def tick(publisher: Publisher) -> None:
    """Do what is due and report it; what failed is tried again at the next tick."""
    try:
        outcomes = publisher.tick()
    except DigestError as error:
        outcomes = [error]
    for outcome in outcomes:
        if isinstance(outcome, DigestError):
            _log.error("%s", outcome)
        else:
            reason = f": {outcome.reason}" if outcome.reason else ""
            _log.info("issue %s is %s%s", outcome.id, outcome.status, reason)
