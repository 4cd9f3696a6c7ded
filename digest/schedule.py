"""The scheduler: APScheduler only ticks; what is due is computed and written down by the publisher."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from apscheduler.schedulers.background import BackgroundScheduler

from digest.errors import DigestError, Failure
from digest.jsonable import to_json
from digest.model import DeliveryState, Issue, Status
from digest.ports import Jobs, Workers
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


class InProcess:
    """The port `Jobs` in this process: what is to be done is done at once."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher

    def draft(self, newsletters: Sequence[str]) -> None:
        """Draft what is due of these newsletters, and send what may go."""
        tick(self._publisher, newsletters)

    def pull(self, sources: Sequence[str]) -> None:
        """Pull these sources."""
        pull(self._publisher, sources)


def have_drafted(publisher: Publisher, jobs: Jobs) -> None:
    """Have each newsletter's issue drafted, and its issues sent, where that is due."""
    _reported(lambda: jobs.draft([*publisher.config.newsletters]))


def have_pulled(publisher: Publisher, jobs: Jobs) -> None:
    """Have the sources pulled whose time has come."""

    def act() -> None:
        if due := publisher.due_sources():
            jobs.pull(due)

    _reported(act)


def sweep(jobs: Workers) -> None:
    """Give to others what workers had who are silent, and say so; say it, too, where there are none."""

    def act() -> None:
        if swept := jobs.sweep():
            _log.warning("%d jobs of workers that are silent are given to others", swept)
        if not jobs.workers():
            _log.warning(
                "no worker is there: nothing is pulled, drafted or sent until one is started"
            )

    _reported(act)


def _reported(act: Callable[[], object]) -> None:
    """Do something; where it fails it is said, and done again at the next tick."""
    try:
        act()
    except DigestError as error:
        _log.error("%s", error)


def pull(publisher: Publisher, names: Sequence[str] | None = None) -> None:
    """Fetch the sources, all or these, whose time has come; report what is new and what failed."""
    try:
        reports = publisher.pull_due(names)
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


def tick(publisher: Publisher, names: Sequence[str] | None = None) -> None:
    """Do what is due and report it, of all newsletters or of some; what failed is tried again."""
    for outcome in publisher.tick(names):
        if isinstance(outcome, DigestError):
            cause = outcome.cause if isinstance(outcome, Failure) else None
            _log.error("%s", outcome, exc_info=cause)
        else:
            report(publisher, outcome)


def report(publisher: Publisher, issue: Issue) -> None:
    """Say what became of an issue."""
    counts, zone = publisher.counts(issue.id), publisher.config.publication.timezone
    _log.info("issue %s %s", issue.id, told(issue, counts, zone))


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
