"""Skipping: editors want no issue of a newsletter on a day, and may want it after all."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from digest.editorial import lifecycle
from digest.editorial.calendar import slots
from digest.editorial.patch_reading import named
from digest.errors import UsageError
from digest.model import SkippedDay
from digest.publisher import log
from digest.publisher.gathering import regular, schedule_of
from digest.publisher.services import Services

_LONGEST_WHY = 300
_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)


def skip_day(services: Services, name: str, day: date, by: str, why: str = "") -> SkippedDay:
    """Have no issue of a newsletter on a day to come; UsageError where there is none, or it is open."""
    schedule, zone = schedule_of(services, services.newsletter(name)), _zone(services)
    now, begins = services.clock(), datetime.combine(day, time(), zone)
    after, until = max(now, begins - _INSTANT), datetime.combine(day + _DAY, time(), zone)
    if schedule is None or not [*slots(schedule, zone.key, after, until - _INSTANT)]:
        raise UsageError(f"{name} has no issue to come on {day}; `digest calendar` lists them")
    for issue in regular(services, name):
        is_of_it = issue.send_at is not None and issue.send_at.astimezone(zone).date() == day
        if is_of_it and issue.status in lifecycle.OPEN:
            raise UsageError(
                f"issue {issue.id} is open for {day}; discard it, to have none that day"
            )
    why = " ".join(why.split())[:_LONGEST_WHY]
    skipped = SkippedDay(newsletter=name, day=day, by=named(by), at=now, why=why)
    services.skipped_days.put(skipped)
    log.note(services, skipped.by, "skip", ": ".join(filter(None, (f"{name} {day}", why))))
    return skipped


def keep_day(services: Services, name: str, day: date, by: str) -> None:
    """Have the issue of a day after all that an editor skipped."""
    newsletter, by = services.newsletter(name), named(by)
    if day < _today(services):
        raise UsageError(f"{day} is over")
    if newsletter.schedule is not None and day in newsletter.schedule.skip:
        raise UsageError(f"feeds.yaml skips {day}; take it out of newsletters.{name}.schedule.skip")
    if all(each.day != day for each in services.skipped_days.of(name)):
        raise UsageError(f"{name} does not skip {day}")
    services.skipped_days.remove(name, day)
    log.note(services, by, "skip ended", f"{name} {day}")


def to_come(services: Services, name: str) -> list[SkippedDay]:
    """Return the days to come that a newsletter's editors skip, the soonest first."""
    found = services.skipped_days.of(services.newsletter(name).name)
    return [each for each in found if each.day >= _today(services)]


def _today(services: Services) -> date:
    return services.clock().astimezone(_zone(services)).date()


def _zone(services: Services) -> ZoneInfo:
    return ZoneInfo(services.config.publication.timezone)
