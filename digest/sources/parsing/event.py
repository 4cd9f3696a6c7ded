"""Events: when and where something takes place, as pages, feeds and files say it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any

from digest.model import Event
from digest.sources.parsing.dates import read_date, sane
from digest.sources.parsing.sanitize import plain

_CLOCK = re.compile(r"\d\s*:\s*\d|\dT\d|\d\s*[ap]\.?m\b|\d\s*(?:uhr|h)\b", re.IGNORECASE)
_BASIC = re.compile(r"^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(?=Z?$)")
_CANCELLED = re.compile(r"cancell?ed$", re.IGNORECASE)
_PLACE = 200  # characters of a place that an email can show


def event_of(
    starts: object,
    ends: object = None,
    place: object = None,
    *,
    zone: tzinfo,
    now: datetime,
    language: str | None = None,
    status: object = None,
) -> Event | None:
    """Make an event of what is written of it; None where no beginning can be read.

    An end that is a day alone is the last day of the event. `status` is schema.org's EventStatusType
    or iCalendar's STATUS.
    """
    starts, ends = _as_date(starts), _as_date(ends)
    begun = sane(read_date(starts, zone, language), now)
    if begun is None:
        return None
    all_day = _CLOCK.search(starts) is None
    ended = sane(read_date(ends, zone, language), now)
    if ended is not None and _CLOCK.search(ends) is None:
        ended += timedelta(days=1)
    return Event(
        starts=begun,
        ends=ended if ended is not None and ended > begun else None,
        place=place_of(place),
        all_day=all_day,
        cancelled=_CANCELLED.search(str(status or "")) is not None,
    )


def place_of(said: object) -> str | None:
    """Return a place as one line: a text, or a schema.org Place by its name and town."""
    if isinstance(said, list):
        return next(filter(None, map(place_of, said)), None)
    if not isinstance(said, Mapping):
        return (plain(said) or "")[:_PLACE] or None if isinstance(said, str) else None
    name, address = plain(_text(said.get("name"))), said.get("address")
    town = address.get("addressLocality") if isinstance(address, Mapping) else address
    where = plain(_text(town))
    if name and where and where.casefold() not in name.casefold():
        return f"{name}, {where}"[:_PLACE]
    return (name or where or "")[:_PLACE] or None


def _as_date(said: object) -> str:
    """Return a date as other texts write it: not as in iCalendar, nor with an @ before the time."""
    text = _BASIC.sub(r"\1-\2-\3T\4:\5:\6", str(said or ""))
    return text.replace(" @ ", " ")


def _text(value: Any) -> str | None:  # noqa: ANN401 - JSON is anything
    return value if isinstance(value, str) else None
