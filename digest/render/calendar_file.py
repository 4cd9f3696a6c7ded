"""iCalendar files (RFC 5545): an event for a reader's own calendar, and moments to subscribe to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from types import MappingProxyType
from zoneinfo import ZoneInfo

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
    entry: dict[str, object] = {
        "uid": f"{file_name(article.id).removesuffix('.ics')}@digest",
        "dtstamp": made.astimezone(UTC),
        "summary": article.title,
    }
    if event.all_day:
        last = event.over - timedelta(microseconds=1)
        entry["dtstart"] = event.starts.astimezone(zone).date()
        entry["dtend"] = last.astimezone(zone).date() + timedelta(days=1)
    else:
        entry["dtstart"] = event.starts.astimezone(UTC)
        entry |= {"dtend": event.ends.astimezone(UTC)} if event.ends is not None else {}
    return _file([entry | {"location": event.place, "url": article.url}])


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A moment in a calendar; `uid` is the same whenever the calendar is asked for."""

    uid: str
    title: str
    at: datetime


def calendar_feed(name: str, meetings: Iterable[Meeting], *, made: datetime) -> bytes:
    """Return a calendar of moments, which asks to be fetched again every hour (RFC 7986)."""
    entries = [
        {
            "uid": f"{each.uid}@digest",
            "dtstamp": made.astimezone(UTC),
            "summary": each.title,
            "dtstart": each.at.astimezone(UTC),
            "transp": "TRANSPARENT",
        }
        for each in meetings
    ]
    return _file(entries, {"x-wr-calname": name, "name": name, "refresh-interval": _EVERY})


def _file(
    entries: Iterable[Mapping[str, object]], facts: Mapping[str, object] = MappingProxyType({})
) -> bytes:
    """Return a calendar of these entries; what is not known is left out."""
    # slow to import, and most commands make no calendar
    from icalendar import Calendar  # noqa: PLC0415
    from icalendar import Event as Entry  # noqa: PLC0415

    calendar = Calendar()
    for key, value in {"prodid": PRODUCT, "version": "2.0", **facts}.items():
        calendar.add(key, value)
    for values in entries:
        entry = Entry()
        for key, value in values.items():
            if value:
                entry.add(key, value)
        calendar.add_component(entry)
    return bytes(calendar.to_ical())
