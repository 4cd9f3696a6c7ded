"""iCalendar files (RFC 5545): each coming event, or each coming day of one that recurs, is an article."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

import recurring_ical_events
from icalendar import Calendar, Component

from digest.editorial.address import cleaned
from digest.model import Event, Image, Sighting
from digest.sources.parsing.entry import unique
from digest.sources.parsing.event import place_of
from digest.sources.parsing.sanitize import fragment, one_line, plain, without_controls
from digest.sources.parsing.unreadable import NotAFeed

_AHEAD = timedelta(days=366)
_MOST, _MOST_OF_SERIES = 1000, 60  # days of events; the first to come are kept
_HAS_MARKUP = re.compile(r"<(?:p|br|a|ul|ol|div|span|strong|em|b|i)\b[^>]*>", re.IGNORECASE)
_TOO_OFTEN = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})  # no event that a reader could go to
_RECURRING = ("RRULE", "RDATE", "RECURRENCE-ID")
_WITHIN_A_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND")
_BROKEN = (ValueError, KeyError, TypeError, AttributeError, IndexError, ArithmeticError)


def is_icalendar(data: bytes) -> bool:
    """Tell whether bytes are an iCalendar file."""
    return data.lstrip(b"\xef\xbb\xbf \r\n\t")[:15].upper() == b"BEGIN:VCALENDAR"


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A calendar's name, its events to come, the soonest first, and how many could not be read."""

    name: str | None
    events: tuple[Sighting, ...]
    unread: int


def read_icalendar(
    data: bytes, source: str, *, base: str | None, zone: tzinfo, now: datetime
) -> CalendarFile:
    """Read a calendar's events of the next year; raises NotAFeed where it is no calendar at all.

    A time without a zone is the publisher's own. What is marked as private is left out. An event that
    cannot be read takes no other one with it.
    """
    try:
        calendar = Calendar.from_ical(data.lstrip(b"\xef\xbb\xbf \r\n\t"))
    except _BROKEN as error:
        raise NotAFeed(f"this iCalendar file cannot be read: {error}") from None
    series: dict[str, list[Component]] = {}
    for number, component in enumerate(calendar.events):
        uid = _text(component, "UID") or f"{_text(component, 'SUMMARY')}-{number}"
        series.setdefault(uid, []).append(component)
    found: list[Sighting] = []
    unread = 0
    for uid, components in series.items():
        try:
            days = _days(components, now)
            recurs = any(name in each for each in components for name in _RECURRING)
            read = (
                _sighting(day, uid, source, base=base, zone=zone, recurs=recurs) for day in days
            )
            found += filter(None, read)
        except _BROKEN:
            unread += len(components)
    found.sort(key=lambda sighting: sighting.event.starts if sighting.event else now)
    name = plain(str(calendar.get("X-WR-CALNAME") or calendar.get("NAME") or ""))
    return CalendarFile(name=name, events=tuple(found[:_MOST]), unread=unread)


def _days(components: list[Component], now: datetime) -> list[Component]:
    """Return the next days of an event; it is read apart, so that it can do no other one harm."""
    for rule in (rule for each in components for rule in _each(each.get("RRULE"))):
        often = any(str(f).upper() in _TOO_OFTEN for f in _each(rule.get("FREQ")))
        parts = sum(len(_each(rule.get(name))) > 1 for name in _WITHIN_A_DAY)
        stuck = any(int(each) < 1 for each in _each(rule.get("INTERVAL")))
        # it asks for more than a day can hold, or never gets on
        if often or parts > 1 or stuck:
            raise ValueError("it takes place more often than anybody could go to it")
    alone = Calendar()
    for component in components:
        alone.add_component(component)
    coming = recurring_ical_events.of(alone).between(now, now + _AHEAD)
    return sorted(coming, key=lambda day: str(day["DTSTART"].dt))[:_MOST_OF_SERIES]


def _sighting(
    said: Component, uid: str, source: str, *, base: str | None, zone: tzinfo, recurs: bool
) -> Sighting | None:
    headline = plain(_text(said, "SUMMARY"))
    event = _event(said, zone, uid if recurs else None)
    if not headline or event is None or _text(said, "CLASS").upper() not in {"", "PUBLIC"}:
        return None
    if recurs:
        day = said.get("RECURRENCE-ID") or said.get("DTSTART")
        uid = f"{uid}@{_moment(day.dt, zone).isoformat()}"
    url = cleaned(_text(said, "URL"), base)
    about = _text(said, "DESCRIPTION")
    markup = about
    if not _HAS_MARKUP.search(about):
        parts = (html.escape(part).replace("\n", "<br>") for part in re.split(r"\n\s*\n", about))
        markup = "".join(f"<p>{part}</p>" for part in parts)
    body = fragment(markup, base or url, own=url, title=headline)
    changed = said.get("LAST-MODIFIED")
    return Sighting(
        source=source,
        guid=one_line(without_controls(uid)) or None,
        url=url,
        headline=headline,
        text=body.text,
        html=body.html,
        image=next((i for i in (_picture(said, base), *body.images) if i), None),
        updated=_moment(changed.dt, zone) if changed is not None else None,
        tags=unique([str(tag) for part in _each(said.get("CATEGORIES")) for tag in part.cats]),
        event=event,
    )


def _event(said: Component, zone: tzinfo, series: str | None) -> Event | None:
    begins, ends = said.get("DTSTART"), said.get("DTEND")
    if begins is None:
        return None
    starts = _moment(begins.dt, zone)
    over = _moment(ends.dt, zone) if ends is not None else None
    return Event(
        starts=starts,
        ends=over if over is not None and over > starts else None,
        place=place_of(_text(said, "LOCATION")),
        all_day=not isinstance(begins.dt, datetime),
        cancelled=_text(said, "STATUS").upper() == "CANCELLED",
        series=series,
    )


def _moment(said: date, zone: tzinfo) -> datetime:
    if not isinstance(said, datetime):
        return datetime.combine(said, time(), zone)
    return said if said.tzinfo else said.replace(tzinfo=zone)


def _picture(said: Component, base: str | None) -> Image | None:
    """Return its IMAGE (RFC 7986, section 5.10), or an attached file that says it is one."""
    stated = [str(each) for each in _each(said.get("IMAGE"))]
    stated += [
        str(each)
        for each in _each(said.get("ATTACH"))
        if str(getattr(each, "params", {}).get("FMTTYPE", "")).startswith("image/")
    ]
    shown = (cleaned(address, base) for address in stated)
    return next((Image(url=url) for url in shown if url), None)


def _text(said: Component, name: str) -> str:
    return str(next(iter(_each(said.get(name))), ""))


def _each(value: Any) -> list[Any]:  # noqa: ANN401 - a property once, or a list of it
    return value if isinstance(value, list) else [] if value is None else [value]
