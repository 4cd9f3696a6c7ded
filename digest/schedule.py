"""The scheduler: APScheduler only ticks; what is due is computed and written down by the publisher."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from apscheduler.schedulers.background import BackgroundScheduler

from digest.errors import DigestError, Failure
from digest.jsonable import to_json
from digest.model import DeliveryState, Issue, Status
from digest.publisher import Publisher
from digest.publisher.dispatching import not_taken

EVERY = 30  # seconds
OFTEN = 10  # seconds
SELDOM = 300  # seconds
DAILY = 86_400  # seconds

_log = logging.getLogger("digest")


def start(*tasks: Callable[[], object], every: int = EVERY) -> BackgroundScheduler:
    """Start doing the tasks again and again, the first time at once; each one at a time.

    They run beside each other: a source that is slow delays no issue.
    """
    scheduler = BackgroundScheduler(timezone="UTC")
    for task in tasks:
        scheduler.add_job(
            task,
            "interval",
            seconds=every,
            next_run_time=datetime.now(UTC),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    scheduler.start()
    return scheduler


def pull(publisher: Publisher) -> None:
    """Fetch the sources whose time has come, and report what is new and what failed."""
    try:
        reports = publisher.pull_due()
    except DigestError as error:
        _log.error("%s", error)
        return
    for report in reports:
        if report.error:
            _log.error("source %s: %s", report.name, report.error)
        elif report.new or report.updated:
            _log.info("source %s: %d new, %d updated", report.name, report.new, report.updated)


def tell(publisher: Publisher) -> None:
    """Tell webhooks what waits for them, and report what was not taken."""
    try:
        told = publisher.tell_webhooks()
    except DigestError as error:
        _log.error("%s", error)
        return
    for each in told:
        if each.state != "taken":
            _log.error("%s", not_taken(each))


def take_back(publisher: Publisher) -> None:
    """Read the bounces and complaints that came in, and report what came of them."""
    try:
        done = publisher.take_back()
    except DigestError as error:
        _log.error("%s", error)
        return
    if done.read:
        _log.info(
            "returned emails: %s", ", ".join(f"{n} {what}" for what, n in to_json(done).items())
        )


def count_old(publisher: Publisher) -> None:
    """Reduce emails that are on record for long enough to counts, and report it."""
    try:
        done = publisher.count_old()
    except DigestError as error:
        _log.error("%s", error)
        return
    for issue, count in done.items():
        _log.info("issue %s: %d emails are only counted from now on", issue, count)


def tick(publisher: Publisher) -> None:
    """Do what is due and report it; what failed is tried again at the next tick."""
    for outcome in publisher.tick():
        if isinstance(outcome, DigestError):
            cause = outcome.cause if isinstance(outcome, Failure) else None
            _log.error("%s", outcome, exc_info=cause)
        else:
            counts = publisher.counts(outcome.id)
            zone = publisher.config.publication.timezone
            _log.info("issue %s %s", outcome.id, told(outcome, counts, zone))


def told(issue: Issue, counts: Mapping[DeliveryState, int], zone: str) -> str:
    """Return in words what a tick made of an issue."""
    said = ", ".join(f"{count} {state}" for state, count in counts.items()) or "nobody to mail"
    words: Mapping[Status, str] = {
        "draft": issue.reason or f"is drafted for {_segments(issue)} and waits for its approval",
        "approved": f"is approved and goes out on {_local(issue.send_at, zone)}",
        "sending": f"is going out: {said}",
        "sent": f"is out: {said}",
        "skipped": f"is skipped: {issue.reason}",
        "held": f"is held back: {issue.reason}",
        "discarded": f"is {issue.reason}",
    }
    return words[issue.status]


def _segments(issue: Issue) -> str:
    return ", ".join(edition.segment for edition in issue.editions)


def _local(at: datetime | None, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime("%A %d %B %Y, %H:%M %Z") if at else "request"
