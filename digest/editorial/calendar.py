"""Slots: when issues are due, as local dates of the newsletter's zone, each exactly once.

cronsim follows Debian's cron: a time that the clocks skip comes just after the gap, a time that
they repeat comes once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo

from cronsim import CronSim

from digest.model import Schedule

WEEK = timedelta(days=7)
_REACH = timedelta(days=400)
_LOOKS_BACK = (timedelta(hours=2), timedelta(days=2), timedelta(days=40), 2 * _REACH)
_INSTANT = timedelta(microseconds=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A due issue: `key` is its local time without zone, the same whatever the clocks do."""

    key: str
    sent: datetime
    drafted: datetime


def slots(schedule: Schedule, zone: str, after: datetime, until: datetime) -> Iterator[Slot]:
    """Yield the slots whose sending lies in `after < sent <= until`, soonest first."""
    seen, place = set[str](), ZoneInfo(zone)
    times: Iterator[datetime] = (
        real(datetime.combine(day, schedule.at, place)) for day in sorted(schedule.dates)
    )
    if schedule.cron is not None:
        times = CronSim(schedule.cron, after.astimezone(place) - timedelta(minutes=1))
    for local in takewhile(lambda at: at <= until, times):
        key = local.strftime("%Y-%m-%dT%H:%M")
        if local > after and key not in seen and local.date() not in schedule.skip:
            seen.add(key)
            sent = local.astimezone(UTC)
            yield Slot(key=key, sent=sent, drafted=sent - schedule.draft_before)


def period(schedule: Schedule | None, zone: str, at: datetime) -> timedelta:
    """Return the time between the slots around `at`; a week where nothing is scheduled."""
    if schedule is None:
        return WEEK
    ahead = [*islice(slots(schedule, zone, at - _INSTANT, at + _REACH), 2)]
    before, lacking = (ahead[0].sent, 1) if ahead else (at, 2)
    behind: list[Slot] = []
    for span in _LOOKS_BACK:  # no further than it takes: a cron line's past is dear
        behind = [*slots(schedule, zone, before - span, before - _INSTANT)]
        if len(behind) >= lacking:
            break
    near = [slot.sent for slot in (*behind[-lacking:], *ahead)]
    return next((later - sooner for sooner, later in pairwise(near)), WEEK)


def next_slot(schedule: Schedule | None, zone: str, after: datetime) -> Slot | None:
    """Return the first slot after a moment, or None where there is none within 400 days."""
    if schedule is None:
        return None
    return next(slots(schedule, zone, after, after + _REACH), None)


def real(local: datetime) -> datetime:
    """Return a local time, moved to the moment after the gap where the clocks skip it, as cron does."""
    moment = local.astimezone(UTC)
    if moment.astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(tzinfo=None):
        return local
    after = moment.astimezone(local.tzinfo).utcoffset()
    while (moment - _MINUTE).astimezone(local.tzinfo).utcoffset() == after:
        moment -= _MINUTE
    return moment.astimezone(local.tzinfo)
