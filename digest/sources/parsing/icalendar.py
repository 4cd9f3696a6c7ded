"""iCalendar files (RFC 5545): each coming event, or each coming day of one that recurs, is an article."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import islice
from typing import Any

import recurring_ical_events
from icalendar import Calendar, Component

from digest.editorial.address import cleaned
from digest.model import Event, Image, Sighting
from digest.sources.parsing.entry import unique
from digest.sources.parsing.errors import NotAFeed
from digest.sources.parsing.event import place_of
from digest.sources.parsing.sanitize import fragment, one_line, plain, without_controls

_AHEAD = timedelta(days=366)
_MOST = 1000  # days of events; the first to come are kept
_HAS_MARKUP = re.compile(r"<(?:p|br|a|ul|ol|div|span|strong|em|b|i)\b[^>]*>", re.IGNORECASE)
_TOO_OFTEN = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})  # no event that a reader could go to
_BROKEN = (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError)


def is_icalendar(data: bytes) -> bool:
    """Tell whether bytes are an iCalendar file."""
    return data.lstrip(b"\xef\xbb\xbf \r\n\t")[:15].upper() == b"BEGIN:VCALENDAR"


def read_icalendar(
    data: bytes, source: str, *, base: str | None, zone: tzinfo, now: datetime
) -> tuple[str | None, tuple[Sighting, ...]]:
    """Return a calendar's name and its events of the next year, the soonest first; raises NotAFeed.

    A time without a zone is the publisher's own. What is marked as private is left out.
    """
    try:
        calendar = Calendar.from_ical(data.lstrip(b"\xef\xbb\xbf \r\n\t"))
        calendar.subcomponents = [c for c in calendar.subcomponents if not _is_too_often(c)]
        series = frozenset(str(c.get("UID")) for c in calendar.events if _recurs(c))
        coming = recurring_ical_events.of(calendar, skip_bad_series=True).after(now)
        found = [
            sighting
            for component in islice(coming, _MOST)
            if (sighting := _sighting(component, source, base, zone, series))
        ]
    except _BROKEN as error:
        raise NotAFeed(f"this iCalendar file cannot be read: {error}") from None
    near = tuple(s for s in found if s.event is None or s.event.starts <= now + _AHEAD)
    return plain(str(calendar.get("X-WR-CALNAME") or calendar.get("NAME") or "")), near


def _sighting(
    said: Component, source: str, base: str | None, zone: tzinfo, series: frozenset[str]
) -> Sighting | None:
    headline, event = plain(_text(said, "SUMMARY")), _event(said, zone)
    if not headline or event is None or _text(said, "CLASS").upper() not in {"", "PUBLIC"}:
        return None
    uid, day = _text(said, "UID"), said.get("RECURRENCE-ID") or said.get("DTSTART")
    if uid in series:
        uid = f"{uid}@{_moment(day.dt, zone).isoformat()}"
    url = cleaned(_text(said, "URL"), base)
    about = _text(said, "DESCRIPTION")
    markup = about if _HAS_MARKUP.search(about) else "".join(_paragraphs(about))
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


def _event(said: Component, zone: tzinfo) -> Event | None:
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


def _paragraphs(text: str) -> Iterator[str]:
    for part in re.split(r"\n\s*\n", text):
        yield f"<p>{html.escape(part).replace(chr(10), '<br>')}</p>"


def _recurs(component: Component) -> bool:
    return any(name in component for name in ("RRULE", "RDATE", "RECURRENCE-ID"))


def _is_too_often(component: Component) -> bool:
    rules = _each(component.get("RRULE"))
    return any(str(f).upper() in _TOO_OFTEN for rule in rules for f in _each(rule.get("FREQ")))


def _text(said: Component, name: str) -> str:
    return str(next(iter(_each(said.get(name))), ""))


def _each(value: Any) -> list[Any]:  # noqa: ANN401 - a property once, or a list of it
    return value if isinstance(value, list) else [] if value is None else [value]
