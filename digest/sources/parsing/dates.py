"""Dates as publishers write them: a moment with its offset, or nothing. Never now."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_tz
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

EARLIEST = 1990
_AHEAD = timedelta(days=366)
_MONTHS = {
    name: number
    for number, names in enumerate(
        "jan january|feb february|mar march|apr april|may|jun june|jul july|aug august|"
        "sep sept september|oct october|nov november|dec december".split("|"),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_CLOCK = (
    r"(?:[T ,]+(?:at )?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,6})\d*)?)?"
    r"(?: ?(?P<half>[ap]\.?m\.?))?)?"
    r" ?(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2}(?!\d))?"
)
_ISO = re.compile(
    rf"(?P<year>\d{{4}})-?(?P<month>\d{{2}})-?(?P<day>\d{{2}}){_CLOCK}$", re.IGNORECASE
)
_ISO_MONTH = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})$")
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?,? )?"
_DAY_FIRST = re.compile(
    rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)?[ -](?P<name>{_MONTH})\.?,?[ -]"
    rf"(?P<year>\d{{4}}),?{_CLOCK}$",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"{_WEEKDAY}(?P<name>{_MONTH})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})"
    rf",?{_CLOCK}$",
    re.IGNORECASE,
)
_FORMS = (_ISO, _DAY_FIRST, _MONTH_FIRST)
_IN_ADDRESS = re.compile(r"/((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})(?:[/_-]|$)")
_ENDS_WITH_TIME = re.compile(r"\d:\d{2}$|\b\d{4}$(?<![+-]\d{4})")
_NAMED = {"ut": 0, "utc": 0, "gmt": 0, "z": 0}


def read_date(text: object, zone: tzinfo) -> datetime | None:
    """Read a date in any common written form; a time without an offset is the publisher's own.

    A date alone is midnight in `zone`. Numbers without a form ("01/02/2024", seconds since 1970)
    and impossible dates are None.
    """
    line = re.sub(r"\s+", " ", str(text or "")).strip()[:80]
    for form in _FORMS:
        if found := form.match(line):
            return _moment(found.groupdict(), zone)
    return _rfc822(line, zone)


def is_date(text: str) -> bool:
    """Tell whether a line is a date and nothing else."""
    return any(form.match(text.strip()) for form in _FORMS) and len(text) < 60  # noqa: PLR2004 - a date is short


def date_in_address(url: str | None, zone: tzinfo) -> datetime | None:
    """Read the day that an address like /2024/05/17/name states."""
    found = _IN_ADDRESS.search(url or "")
    parts = {"year": found[1], "month": found[2], "day": found[3]} if found else {}
    return _moment(parts, zone) if parts else None


def sane(moment: datetime | None, now: datetime) -> datetime | None:
    """Return a moment that an article can have: not before 1990, not a year ahead."""
    if moment is None or moment.year < EARLIEST:
        return None
    try:
        return moment if moment <= now + _AHEAD else None
    except OverflowError:
        return None


@lru_cache(maxsize=64)
def zone_of(name: str) -> tzinfo:
    """Return the time zone of a name; UTC where the system does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def _moment(parts: dict[str, str | None], zone: tzinfo) -> datetime | None:
    number: Callable[[str], int] = lambda key: int(parts.get(key) or 0)  # noqa: E731 - one table of numbers
    name = parts.get("name")
    hour = number("hour")
    if half := parts.get("half"):
        hour = hour % 12 + (12 if half.lower().startswith("p") else 0)
    try:
        return datetime(
            number("year"),
            _MONTHS[name.lower()] if name else number("month"),
            number("day"),
            hour,
            number("minute"),
            min(number("second"), 59),
            int((parts.get("fraction") or "0").ljust(6, "0")),
            tzinfo=_offset(parts.get("zone")) or zone,
        )
    except ValueError:
        return None


def _offset(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text.lower() in _NAMED:
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    delta = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]))
    return timezone(-delta if text[0] == "-" else delta) if delta < timedelta(hours=24) else None


def _rfc822(line: str, zone: tzinfo) -> datetime | None:
    parts = parsedate_tz(line) if re.search(r"[A-Za-z]{3}", line) else None
    if not parts or str(parts[0])[-2:] not in line:
        return None
    try:
        # parsedate_tz takes a missing offset for UTC
        stated = parts[9] is not None and not _ENDS_WITH_TIME.search(line)
        offset = timezone(timedelta(seconds=parts[9] or 0)) if stated else None
        return datetime(*parts[:5], min(parts[5], 59), tzinfo=offset or zone)
    except ValueError:
        return None
