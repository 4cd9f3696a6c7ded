"""Dates as publishers write them: a moment with its offset, or nothing. Never now."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_tz
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from digest.sources.parsing.month_names import (
    day_comes_first,
    is_weekday,
    month_number,
    weekday_number,
)

EARLIEST = 1990
_AHEAD = timedelta(days=366)
_LONGEST = 80
# Hours from Greenwich that feeds name; those that mean several (IST, CST of China) are not here
_ZONES = {"z": 0.0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2,
          "mez": 1, "mesz": 2, "met": 1, "mest": 2, "eet": 2, "eest": 3, "msk": 3, "hkt": 8, "sgt": 8,
          "awst": 8, "jst": 9, "kst": 9, "acst": 9.5, "acdt": 10.5, "aest": 10, "aedt": 11,
          "nzst": 12, "nzdt": 13, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
          "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10}  # fmt: skip
_CLOCK = (
    r"(?:(?:T|[ ,|·–-]+(?:at |um |à |às |a las |las |alle |ore |kl\.? ?|klo |saat |o |в |u |о )?|(?<=[)）])|(?=[오上下午]))"
    r"(?:(?P<noon>오전|오후|上午|下午|午前|午後) ?)?(?P<hour>\d{1,2})(?:(?:[:.時点시]|\s?h\s?)(?P<minute>\d{2})(?:[:.分](?P<second>\d{2})(?:[.,](?P<fraction>\d{1,6})\d*)?)?"
    r"[分분]?(?: ?(?P<half>[ap]\.? ?m\b\.?))?(?: (?:uhr|hrs?|h)\b)?|\s?(?:uhr\b|h\b(?!\d)|時(?!間))|"
    r"\s?(?P<only>[ap]\.?m\b\.?)))?"
    r" ?(?:\(?(?P<zone>Z\b|(?:GMT|UTC) ?[+-]\d{1,2}(?::?\d{2})?(?!\d)(?<![+-]00:00)(?<![+-]0000)|[+-]\d{2}:?\d{2}|[+-]\d{2}(?!\d)|"
    rf"(?:{'|'.join(sorted(_ZONES, key=len, reverse=True))})\b)(?:[+-]00:?00)?\)?)?"
)
_ARTICLE = r"(?:den|der|le|el|il|am|on|dne|ngày|the) "
_WEEKDAY = (
    rf"(?:(?!{_ARTICLE})(?P<weekday>[^\W\d_][^\d\s,،()（）/]{{1,19}})[,.،]{{0,2}} )?(?:{_ARTICLE})?"
)
# "آب/أغسطس": both names of a month, as Arabic papers give them
_NAME = (
    r"(?P<name>[^\W\d_][^\d\s,./()،-]{1,14}(?: (?:الثاني|الأول))?)"
    r"(?: ?/ ?(?P<other>[^\W\d_][^\d\s,./()،-]{1,14}(?: (?:الثاني|الأول))?))?"
)
_YEAR = r"(?:(?P<year>(?:19|20|25)\d{2})(?!\d)|['’]?(?P<short>\d{2})(?![\d.:/hH-]))"
# Turkish has the day of the week behind the year
_BEHIND = r",? (?:pazartesi|salı|çarşamba|perşembe|cuma(?:rtesi)?|pazar)\b"
_DAY = r"(?P<day>\d{1,2})"
_ISO = rf"(?P<year>\d{{4}})-?(?P<month>\d{{2}})-?(?P<day>\d{{2}}){_CLOCK}"
_ISO_BASIC = (
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})T(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?"
    r"(?P<zone>Z\b|[+-]\d{2}:?\d{2})?"
)
_DAY_FIRST = (
    rf"{_WEEKDAY}{_DAY}(?:st|nd|rd|th|er|re|\.?[ºª°]|\.)?(?: of)?[ -]?(?:(?:de|di|of|d[’']) ?)?{_NAME}"
    rf"(?:\.?,? ?[ -]|\.)(?:(?:de|del|do|of) )?{_YEAR}(?: (?:г\.?|р\.?|року|года)(?!\w)|\.(?= ?\d| u |$)|{_BEHIND})?,?{_CLOCK}"
)
_MONTH_FIRST = rf"{_WEEKDAY}{_NAME}\.? {_DAY}(?:st|nd|rd|th)?,? {_YEAR},?{_CLOCK}"
_YEAR_FIRST = (
    rf"(?P<year>\d{{4}})(?:\.|,| m\.|\. gada| metų)? {_NAME}\.? {_DAY}(?:\.|-?a| d\.)?,?{_CLOCK}"
)
_YEAR_DAY_MONTH = rf"(?P<year>\d{{4}})(?:\. gada| жылғы) {_DAY}\.? {_NAME},?{_CLOCK}"
_YEAR_IN_NUMBERS = (
    rf"(?P<year>(?:19|20|25)\d{{2}})(?:[/.-] ?(?P<month>\d{{1,2}})[/.-] ?{_DAY}\.?(?!\d)|"
    rf" ?[年년] ?(?P<m2>\d{{1,2}}) ?[月월] ?(?P<d2>\d{{1,2}}) ?[日號号일]?)(?: ?[(（][^\d\s]{{1,3}}[)）])?,?{_CLOCK}"
)
_REIWA = (
    rf"令和 ?(?P<reiwa>\d{{1,2}}|元) ?年 ?(?P<month>\d{{1,2}}) ?月 ?(?P<day>\d{{1,2}}) ?日{_CLOCK}"
)
_VIETNAMESE = (
    rf"(?:ngày )?{_DAY} tháng (?P<month>\d{{1,2}})(?:,| năm)? ?(?P<year>(?:19|20)\d{{2}}){_CLOCK}"
)
_NUMBERS = (
    rf"{_WEEKDAY}(?P<one>\d{{1,2}})(?P<mark>[./-]) ?(?P<two>\d{{1,2}})(?P=mark) ?{_YEAR},?{_CLOCK}"
)
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (_ISO, _ISO_BASIC, _DAY_FIRST, _MONTH_FIRST, _YEAR_FIRST, _YEAR_DAY_MONTH, _YEAR_IN_NUMBERS, _REIWA,
                 _VIETNAMESE, _NUMBERS)
)  # fmt: skip
# behind a time: a zone by its place, or one that changes with the season; or what a browser adds
_PLACE = re.compile(
    r" ?(?:\[?(?P<place>[A-Z]\w+/[A-Z]\w+)\]?|(?<!\w)(?P<season>ET|CT|MT|PT|МСК)|(?<=\d) \([^()\d]*\))$"
)
_SEASONAL = {"ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver",
             "PT": "America/Los_Angeles", "МСК": "Europe/Moscow"}  # fmt: skip
_YEARS = re.compile(r"(?<!\d)(?:19|20|25)\d{2}(?!\d{3})")
_START = re.compile(r"(?<![\w/.:-])(?=\w)")
_BEFORE_YEAR = 45
# also "/2010/politics/08/13/"
_IN_ADDRESS = re.compile(
    r"/((?:19|20)\d{2})(?:[/-]|/[A-Za-z_-]{2,20}/)(\d{1,2})[/-](\d{1,2})(?:[/_-]|$)"
)
_IN_NAME = re.compile(r"((?:19|20)\d{2})([-_]?)(\d{2})\2(\d{2})[-_. ]")
_THAI_YEARS = 543  # the Buddhist era counts from 543 BC
_PIVOT = 70
_HOURS = re.compile(r"(?:[A-Za-z]{3} ?)?([+-])(\d{1,2}):?(\d{2})?")  # "+01:00", "GMT+1"
_AFTERNOON = frozenset({"오후", "下午", "午後"})


def read_date(text: object, zone: tzinfo, language: str | None = None) -> datetime | None:
    """Read a date in any common written form; a time without an offset is the publisher's own.

    Months have the names of `language` (BCP 47), of English, or of all languages that know the
    word. A date alone is midnight in `zone`. Numbers whose order nobody states ("01/02/2024",
    seconds since 1970) and impossible dates are None.
    """
    line = _plain(str(text or ""))[:_LONGEST]
    if (
        not line[-1:].isdigit()
        and not line.endswith(("Z", "GMT"))
        and (placed := _PLACE.search(line))
    ):
        line = line[: placed.start()]
        if name := placed["place"] or _SEASONAL.get(placed["season"] or ""):
            zone = zone_of(name)
    for form in _FORMS:
        if (found := form.fullmatch(line)) and (moment := _moment(found, zone, language)):
            return moment
    # Greenwich's own form in feeds, with what people put around it (RFC 5322, section 3.3)
    parts = parsedate_tz(line) if re.search(r"[A-Za-z]{3}", line) else None
    if not parts or str(parts[0])[-2:] not in line:
        return None
    try:
        # parsedate_tz takes a missing or unknown offset for UTC
        stated = re.search(r"[+-]\d{4}\b|\b(?:UTC?|GMT|[ECMP][SD]T)\b", line, re.IGNORECASE)
        offset = timezone(timedelta(seconds=parts[9] or 0)) if stated else None
        return datetime(*parts[:5], min(parts[5], 59), tzinfo=offset or zone)
    except ValueError:
        return None


def is_date(text: str, language: str | None = None) -> bool:
    """Tell whether a line is a date and nothing else."""
    line = _plain(text)
    return len(line) < _LONGEST and any(
        (found := form.fullmatch(line)) is not None and _moment(found, UTC, language) is not None
        for form in _FORMS
    )


def dates_in(
    text: str, zone: tzinfo, language: str | None = None
) -> Iterator[tuple[int, int, datetime]]:
    """Yield the dates that stand in a text: where each starts and ends, and its moment.

    Only whole years count: among other words "5 May 26" may be anything.
    """
    line = text if text.isascii() else text.translate(_DIGITS)
    after = 0
    for year in _YEARS.finditer(line):
        for start in _START.finditer(line, max(after, year.start() - _BEFORE_YEAR), year.end()):
            tried = (form.match(line, start.start()) for form in _FORMS)
            found = next((m for m in tried if m and _moment(m, zone, language)), None)
            if found and found.end() > year.start() and (moment := _moment(found, zone, language)):
                after = found.end()
                yield found.start(), found.start() + len(found[0].rstrip()), moment
                break


def date_in_address(url: str | None, zone: tzinfo) -> datetime | None:
    """Read the day that an address like /2024/05/17/name states."""
    found = _IN_ADDRESS.search(url or "")
    try:
        return datetime(*map(int, found.groups()), tzinfo=zone) if found else None  # type: ignore[misc, arg-type] # three numbers
    except ValueError:
        return None


def date_in_name(path: str | None, zone: tzinfo) -> datetime | None:
    """Read the day that begins a file's name, as Jekyll and Hugo have it: 2024-05-17-name.md."""
    found = _IN_NAME.match((path or "").rpartition("/")[2])
    try:
        return datetime(*map(int, found.group(1, 3, 4)), tzinfo=zone) if found else None  # type: ignore[misc, arg-type] # three numbers
    except ValueError:
        return None


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


# Arabic, Persian, Devanagari and other digits are ours; marks of direction say nothing of a date
_DIGITS = {
    ord(c): str(unicodedata.digit(c))
    for zero in "٠۰०০๐"
    for c in map(chr, range(ord(zero), ord(zero) + 10))
} | dict.fromkeys(map(ord, "\u200e\u200f\u061c"))


def _plain(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.translate(_DIGITS))
    return " ".join(text.split())


def _moment(found: re.Match[str], zone: tzinfo, language: str | None) -> datetime | None:
    """Make a moment of a form's parts; None where they are no day that there is."""
    said = found.groupdict()
    if (weekday := said.get("weekday")) and not is_weekday(weekday):
        return None
    day = _day(said, language)
    if day is None:
        return None
    hour = int(said.get("hour") or 0)
    if half := said.get("half") or said.get("only"):
        hour = hour % 12 + (12 if half.lower().startswith("p") else 0)
    if noon := said.get("noon"):
        hour = hour % 12 + (12 if noon in _AFTERNOON else 0)
    minute, second = int(said.get("minute") or 0), min(int(said.get("second") or 0), 59)
    # the end of a day is the beginning of the next (ISO 8601)
    late = timedelta(days=1) if (hour, minute, second) == (24, 0, 0) else timedelta()
    fraction = int((said.get("fraction") or "0").ljust(6, "0"))
    try:
        offset = _offset(said.get("zone"))
        clock = hour % 24 if late else hour, minute, second, fraction
        moment = datetime(*day, *clock, tzinfo=offset or zone)
        return moment + late
    except (ValueError, OverflowError):
        return None


def _day(said: dict[str, str | None], language: str | None) -> tuple[int, int, int] | None:
    """Return year, month and day; None where their order is not known, or a word is no month."""
    year = int(said.get("year") or 0)
    if short := said.get("short"):
        year = int(short) + (2000 if int(short) < _PIVOT else 1900)
    if reiwa := said.get("reiwa"):
        year = 2018 + (1 if reiwa == "元" else int(reiwa))
    if year > 2400:  # noqa: PLR2004 - only the Buddhist era is there already
        year -= _THAI_YEARS
    if name := said.get("name"):
        month = month_number(name, language)
        if (other := said.get("other")) and month_number(other, language) != month:
            return None
        return (year, month, int(said["day"] or 0)) if month else None
    if said.get("one") is None:
        return (
            year,
            int(said.get("month") or said.get("m2") or 0),
            int(said.get("day") or said.get("d2") or 0),
        )
    one, two = int(said["one"] or 0), int(said["two"] or 0)
    by_habit = day_comes_first(language)
    # nobody writes a month, a dot and a day; with years of two figures a dot may be anything
    if by_habit or (said["mark"] == "." and not short):
        return year, two, one
    # a day of the week tells the order where only one of the two is that day
    if (weekday := said.get("weekday")) and not short:
        day = weekday_number(weekday, language)
        fitting = [d for d in ((year, two, one), (year, one, two)) if _falls_on(d, day)]
        return fitting[0] if len({*fitting}) == 1 else None
    # a number that is no month tells the order, and so do two that are the same
    if short or (one <= 12 and two <= 12 and one != two):  # noqa: PLR2004 - months
        return None
    return (year, one, two) if two > 12 else (year, two, one)  # noqa: PLR2004 - as above


def _falls_on(day: tuple[int, int, int], weekday: int | None) -> bool:
    try:
        return datetime(*day, tzinfo=UTC).weekday() == weekday
    except ValueError:
        return False


def _offset(text: str | None) -> tzinfo | None:
    stated = _HOURS.fullmatch(text or "")
    if stated is None:
        hours = _ZONES.get((text or "").lower())
        return None if hours is None else timezone(timedelta(hours=hours)) if hours else UTC
    delta = timedelta(hours=int(stated[2]), minutes=int(stated[3] or 0))
    return timezone(-delta if stated[1] == "-" else delta) if delta < timedelta(hours=24) else None
