"""iCalendar files (RFC 5545): an event for a reader's own calendar, and moments to subscribe to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from types import MappingProxyType
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar import Event as Entry

from digest.model import Article, Event

PRODUCT = "-//digest//newsletter//EN"
_EVERY = timedelta(hours=1)


def file_name(article: str) -> str:
    """Return the file's name for an article's id, which is an address where an editor added it by one."""
    return f"{article if article.isalnum() else sha256(article.encode()).hexdigest()[:12]}.ics"


def calendar_file(article: Article, event: Event, *, made: datetime, timezone: str) -> bytes:
    """Return the file of one event, the same whenever it is asked for.

    `made` is when it was printed. Days of an event that lasts whole days are those in `timezone`.
    """
    zone = ZoneInfo(timezone)
    entry = Entry()
    entry.add("uid", f"{file_name(article.id).removesuffix('.ics')}@digest")
    entry.add("dtstamp", made.astimezone(UTC))
    entry.add("summary", article.title)
    if event.all_day:
        entry.add("dtstart", event.starts.astimezone(zone).date())
        last = event.over - timedelta(microseconds=1)
        entry.add("dtend", last.astimezone(zone).date() + timedelta(days=1))
    else:
        entry.add("dtstart", event.starts.astimezone(UTC))
        if event.ends is not None:
            entry.add("dtend", event.ends.astimezone(UTC))
    for name, said in (
        ("location", event.place),
        ("url", article.url),
    ):
        if said:
            entry.add(name, said)
    return _file([entry])


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A moment in a calendar; `uid` is the same whenever the calendar is asked for."""

    uid: str
    title: str
    at: datetime


def calendar_feed(name: str, meetings: Iterable[Meeting], *, made: datetime) -> bytes:
    """Return a calendar of moments, which asks to be fetched again every hour (RFC 7986)."""
    entries = []
    for each in meetings:
        entry = Entry()
        entry.add("uid", f"{each.uid}@digest")
        entry.add("dtstamp", made.astimezone(UTC))
        entry.add("summary", each.title)
        entry.add("dtstart", each.at.astimezone(UTC))
        entry.add("transp", "TRANSPARENT")
        entries.append(entry)
    return _file(entries, {"x-wr-calname": name, "name": name, "refresh-interval": _EVERY})


def _file(entries: Iterable[Entry], facts: Mapping[str, object] = MappingProxyType({})) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    for key, value in facts.items():
        calendar.add(key, value)
    for entry in entries:
        calendar.add_component(entry)
    return bytes(calendar.to_ical())
