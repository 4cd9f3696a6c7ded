"""Dates that a text states: deadlines and events, told only where the day is written out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from digest.model import Article

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH = "|".join(f"{month}|{month[:3]}" for month in _MONTHS)
_DAY_FIRST = (
    rf"(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m1>{_MONTH})\.?,?(?:\s+(?P<y1>20\d\d))?"
)
_MONTH_FIRST = rf"(?P<m2>{_MONTH})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<y2>20\d\d))?"
_ISO = r"(?P<y3>20\d\d)-(?P<m3>\d\d)-(?P<d3>\d\d)"
_DATE = re.compile(rf"(?<![\w/-])(?:{_ISO}|{_DAY_FIRST}|{_MONTH_FIRST})(?![\w-])", re.IGNORECASE)
_CLOCK = re.compile(
    r"(?<![\d.:])(?P<h>[01]?\d|2[0-3])(?:[:.](?P<m>[0-5]\d))?\s*(?P<half>am|pm|noon)?(?![\d:])",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_REACH = 40  # a month's name, and more room than anybody leaves beside it
_DIGITS = re.compile(rf"\d(?:[\s\S]{{0,{_REACH}}}\d)*")
_BREAK = re.compile(r"\n|[.!?](?=\s+[A-Z“\"])")
_DEADLINE = re.compile(
    r"\b(?:deadlines?|clos(?:e|es|ing)|appl(?:y|ications?)|submit|submissions?|nominat\w+"
    r"|regist\w+|respond|responses?|enter|entries|by|until|before|no later than)\b",
    re.IGNORECASE,
)
_EVENT = re.compile(
    r"\b(?:takes? place|join us|doors|begins?|starts?|opens?|will be held|held|lecture|concert"
    r"|seminar|workshop|exhibition|ceremony|open day|event|tickets?|book a place|hosts?|meets?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedDay:
    """A day, with its time where one is written, and the sentence that states it."""

    kind: Literal["deadline", "event"]
    at: datetime
    sentence: str


_READ = 50_000  # letters of a text; what is longer is no article


def stated_days(article: Article, zone: str) -> tuple[StatedDay, ...]:
    """Return the deadlines and events that the article states, soonest first.

    A year that is not written is the first one that puts the day not before the publication; an
    article without a date must write it. A deadline without a time ends with its day. Where the
    article has an `event`, that one alone is believed.
    """
    parts = (article.standfirst, article.summary, article.text[:_READ])
    said = "\n".join(part for part in parts if part)
    if article.event is None and not _DIGIT.search(said):
        return ()
    written = _written(said, article.published, zone)
    found = {(day.kind, day.at): day for day in written}
    if article.event is not None:
        known = StatedDay(kind="event", at=article.event.starts, sentence="")
        found = {key: day for key, day in found.items() if day.kind == "deadline"}
        found[known.kind, known.at] = known
    return tuple(sorted(found.values(), key=lambda day: (day.at, day.kind)))


@lru_cache(maxsize=2048)  # an act at the desk asks all candidates again
def _written(said: str, published: datetime | None, zone: str) -> tuple[StatedDay, ...]:
    # only around its digits: texts are long, and dates are few
    around = ((near.start() - _REACH, near.end() + _REACH) for near in _DIGITS.finditer(said))
    dates = (match for low, high in around for match in _DATE.finditer(said, max(0, low), high))
    found = (_stated(match, published, ZoneInfo(zone)) for match in dates)
    return tuple(day for day in found if day)


def _stated(match: re.Match[str], published: datetime | None, zone: ZoneInfo) -> StatedDay | None:
    text, low, high = match.string, max(0, match.start() - 300), match.end() + 300
    starts = [m.end() for m in _BREAK.finditer(text, low, match.start())]
    behind = _BREAK.search(text, match.end(), high)
    start = starts[-1] if starts else low
    end = behind.start() + 1 if behind else min(high, len(text))
    sentence = text[start:end].strip()
    deadline, event = _DEADLINE.search(sentence), _EVENT.search(sentence)
    if not deadline and not event:
        return None
    clock = _clock(match, start, end) or (time(23, 59) if deadline else time(0))
    at = _moment(match, clock, published, zone)
    kind: Literal["deadline", "event"] = "deadline" if deadline else "event"
    return StatedDay(kind=kind, at=at, sentence=sentence) if at else None


def _clock(date: re.Match[str], start: int, end: int) -> time | None:
    text = date.string
    near = text[max(start, date.start() - 24) : date.start()], text[date.end() : end][:24]
    for side in near:
        for match in _CLOCK.finditer(side):
            if match["m"] or match["half"]:
                hour, half = int(match["h"]), (match["half"] or "").lower()
                if half == "pm" and hour < 12:  # noqa: PLR2004 - twelve-hour clock
                    hour += 12
                if half == "am" and hour == 12:  # noqa: PLR2004 - twelve-hour clock
                    hour = 0
                return time(hour, int(match["m"] or 0))
    return time(12) if any("noon" in side.lower() for side in near) else None


def _moment(
    match: re.Match[str], clock: time, published: datetime | None, zone: ZoneInfo
) -> datetime | None:
    groups = match.groupdict()
    year, month, day = (groups[f"{k}1"] or groups[f"{k}2"] or groups[f"{k}3"] for k in "ymd")
    if year is None and published is None:
        return None
    try:
        start = published.astimezone(zone) if published else None
        first = int(year) if year else start.year if start else 0
        names = (n for n, name in enumerate(_MONTHS, 1) if name[:3] == month[:3].lower())
        number = int(month) if month.isdigit() else next(names)
        at = datetime.combine(datetime(first, number, int(day)), clock, zone)  # noqa: DTZ001 - the zone is given
    except ValueError:
        return None
    if year or not start or at >= start - timedelta(days=31):
        return at
    try:
        return at.replace(year=first + 1)
    except ValueError:  # the next year has no 29 February
        return None
