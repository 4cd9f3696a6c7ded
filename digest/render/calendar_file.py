"""An event as an iCalendar file (RFC 5545), for a reader's own calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from digest.model import Article, Event

PRODUCT = "-//digest//newsletter//EN"


def file_name(article: str) -> str:
    """Return the file's name for an article's id, which is an address where an editor added it by one."""
    return f"{article if article.isalnum() else sha256(article.encode()).hexdigest()[:12]}.ics"


def calendar_file(article: Article, event: Event, *, made: datetime, timezone: str) -> bytes:
    """Return the file of one event, the same whenever it is asked for.

    `made` is when it was printed. Days of an event that lasts whole days are those in `timezone`.
    """
    from icalendar import Calendar  # noqa: PLC0415 - slow to import, and only events need it
    from icalendar import Event as Entry  # noqa: PLC0415

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
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add_component(entry)
    return bytes(calendar.to_ical())
