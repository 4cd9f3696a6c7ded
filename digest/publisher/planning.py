"""The plan: the issues to come of all newsletters together, skipped days, and where two meet."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from digest.editorial.calendar import slots
from digest.model import Newsletter, SkippedDay
from digest.publisher.coming import Coming, coming
from digest.publisher.services import Services
from digest.render.calendar_file import Meeting, calendar_feed

SLOTS = 12  # of each newsletter


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Another newsletter that goes to the same segments on the same day."""

    newsletter: str
    segments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A time in a newsletter's schedule; `coming` is None on a day that is skipped.

    `skipped` says who wanted that, where it is not feeds.yaml.
    """

    newsletter: str
    sent: datetime
    drafted: datetime
    coming: Coming | None = None
    skipped: SkippedDay | None = None
    clashes: tuple[Clash, ...] = ()


def plan(services: Services, most: int = SLOTS) -> list[Planned]:
    """Return the next slots of every newsletter, and the skipped ones among them, the soonest first."""
    found = [each for n in services.config.newsletters.values() for each in _of(services, n, most)]
    found.sort(key=lambda each: (each.sent, each.newsletter))
    by_day: dict[date, list[Planned]] = {}
    for each in found:
        if each.coming:
            by_day.setdefault(_day(services, each), []).append(each)
    return [
        replace(each, clashes=_clashes(services, each, by_day[_day(services, each)]))
        if each.coming
        else each
        for each in found
    ]


def _of(services: Services, newsletter: Newsletter, most: int) -> list[Planned]:
    if newsletter.schedule is None:
        return []
    ahead = coming(services, newsletter, most)
    name, zone, now = newsletter.name, services.config.publication.timezone, services.clock()
    planned = [Planned(newsletter=name, sent=c.sent, drafted=c.drafted, coming=c) for c in ahead]
    last = ahead[-1].sent if ahead else now
    whole = replace(newsletter.schedule, skip=())
    known = {each.sent for each in ahead}
    by_editors = {each.day: each for each in services.skipped_days.of(name)}
    return planned + [
        Planned(
            newsletter=name,
            sent=slot.sent,
            drafted=slot.drafted,
            skipped=by_editors.get(slot.sent.astimezone(ZoneInfo(zone)).date()),
        )
        for slot in slots(whole, zone, now, last)
        if slot.sent not in known
    ]


def _day(services: Services, each: Planned) -> date:
    return each.sent.astimezone(ZoneInfo(services.config.publication.timezone)).date()


def _clashes(services: Services, each: Planned, others: list[Planned]) -> tuple[Clash, ...]:
    own = services.newsletter(each.newsletter).segments
    found = {
        other.newsletter: tuple(
            name for name in own if name in services.newsletter(other.newsletter).segments
        )
        for other in others
        if other.newsletter != each.newsletter
    }
    return tuple(Clash(newsletter=name, segments=both) for name, both in found.items() if both)


def feed_mark(services: Services) -> str:
    """Return what proves that we gave out the address of the calendar's feed."""
    return hmac.digest(services.key, b"calendar feed", "sha256").hex()[:32]


def feed(services: Services) -> bytes:
    """Return the plan as an iCalendar file, to subscribe to."""
    titles = {name: each.title for name, each in services.config.newsletters.items()}
    meetings = []
    for each in plan(services):
        if each.coming is None:
            continue
        title, key = titles[each.newsletter], f"{each.newsletter}-{each.sent:%Y%m%dT%H%M}"
        meetings.append(Meeting(uid=key, title=f"{title} goes out", at=each.sent))
        if each.drafted != each.sent:
            meetings.append(
                Meeting(uid=f"{key}-draft", title=f"{title} is drafted", at=each.drafted)
            )
    name = services.config.publication.name
    return calendar_feed(f"Newsletters of {name}", meetings, made=services.clock())
