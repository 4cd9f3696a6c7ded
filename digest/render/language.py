"""A publication's language: its direction, its dates as people write them, its translations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from io import BytesIO, StringIO
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval, format_skeleton, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from digest.model import Event

Words = Translations | NullTranslations
"""The translations into a language; of none, the English of the templates."""

_WORDS_A_MINUTE = 220
_NIGHT, _MOMENT = timedelta(hours=6), timedelta(microseconds=1)
_SOME_DAYS = timedelta(days=7)
_TAG = re.compile(
    r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,5}"
)  # BCP 47, as far as an attribute needs it
_DENSE_A_MINUTE = 500
_DENSE = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_SPELLED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_WORTH_SAYING = 330  # "1 min read" on every story says nothing


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its tag (BCP 47), and the locale that comes closest to it."""

    tag: str
    locale: Locale

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """Say which way it is read."""
        return "rtl" if self.locale.text_direction == "rtl" else "ltr"

    def long_date(self, when: datetime, timezone: str) -> str:
        """Return the day with its month written out and its year."""
        return _day(when.astimezone(ZoneInfo(timezone)).date(), self.locale, with_year=True)

    def short_date(self, when: datetime, timezone: str, beside: datetime) -> str:
        """Return the day and month; the year too where it is not that of the other date."""
        zone = ZoneInfo(timezone)
        local, other = when.astimezone(zone), beside.astimezone(zone)
        return _day(local.date(), self.locale, with_year=local.year != other.year)

    def event_time(self, event: Event, timezone: str, beside: datetime) -> str:
        """Return when an event takes place: its day and hours, or its days where it lasts several.

        Of one that has begun before the other date, that is its last day.
        """
        zone = ZoneInfo(timezone)
        starts, today = event.starts.astimezone(zone), beside.astimezone(zone)
        ends = event.ends.astimezone(zone) if event.ends else None
        last = _last_moment(event).astimezone(zone)
        if event.starts < beside and last.date() != starts.date():
            return _day(last.date(), self.locale, with_year=last.year != today.year)
        if last.date() > starts.date():
            # weekdays help with a fair, and not with an exhibition
            near = "MMMEd" if last - starts < _SOME_DAYS else "MMMMd"
            skeleton = near if starts.year == last.year == today.year else "yMMMd"
            return format_interval(starts.date(), last.date(), skeleton, locale=self.locale)
        day = _weekday(starts.date(), self.locale, with_year=starts.year != today.year)
        if event.all_day:
            return day
        if ends is None:
            return f"{day}, {format_time(starts, 'short', zone, self.locale)}"
        skeleton = "hm" if "a" in self.locale.time_formats["short"].pattern else "Hm"
        return f"{day}, {format_interval(starts, ends, skeleton, zone, locale=self.locale)}"

    def event_day(self, event: Event, timezone: str, beside: datetime) -> tuple[str, str, str]:
        """Return an event's weekday, day and month, each as short as people write it.

        Of one that has begun on a day before the other date, those of its last day.
        """
        zone = ZoneInfo(timezone)
        first, last = (each.astimezone(zone).date() for each in (event.starts, _last_moment(event)))
        day = last if event.starts < beside and last != first else first
        weekday, number, month = (
            format_date(day, each, self.locale) for each in ("EEE", "d", "MMM")
        )
        return weekday, number, month

    def foreign(self, tag: str | None) -> tuple[str, Literal["ltr", "rtl"] | None] | None:
        """Return what marks a text of another language: its tag, and its direction where that differs."""
        if not tag or not _TAG.fullmatch(tag) or tag.split("-")[0].lower() == self.locale.language:
            return None
        direction = language(tag).direction
        return tag, direction if direction != self.direction else None


def _last_moment(event: Event) -> datetime:
    """Return a moment of an event's last day: an end at midnight, or in a night, belongs to the day before."""
    return event.ends - _NIGHT if event.ends and not event.all_day else event.over - _MOMENT


@lru_cache(maxsize=64)
def language(tag: str) -> Language:
    """Return the language of a tag; an unknown region or language falls back to the nearest."""
    return Language(tag, next(filter(None, map(_locale, nearest(tag)))))


def nearest(tag: str) -> tuple[str, ...]:
    """Return the tag and what stands for it where it is missing, the nearest first."""
    parts = tag.replace("_", "-").split("-")
    return *("-".join(parts[:n]) for n in range(len(parts), 0, -1)), "en"


@lru_cache(maxsize=1024)
def _day(day: date, locale: Locale, *, with_year: bool) -> str:
    noon = datetime(day.year, day.month, day.day, 12)  # noqa: DTZ001 - a day, not a moment
    said = (
        format_date(noon, "long", locale)
        if with_year
        else format_skeleton("MMMMd", noon, locale=locale)
    )
    return _first_of_a_month(said, day, locale)


@lru_cache(maxsize=1024)
def _weekday(day: date, locale: Locale, *, with_year: bool) -> str:
    said = format_skeleton("yMMMMEd" if with_year else "MMMMEd", day, locale=locale)
    return _first_of_a_month(said, day, locale)


def _first_of_a_month(said: str, day: date, locale: Locale) -> str:
    """Return the words of a day as French writes the first of a month; the CLDR's patterns cannot."""
    if locale.language != "fr" or day.day != 1:
        return said
    return re.sub(r"(?<!\d)1(?!\d)", "1er", said, count=1)


def _locale(tag: str) -> Locale | None:
    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def translations(po: str) -> Translations:
    """Return the translations of a gettext catalogue in its readable form (.po)."""
    compiled = BytesIO()
    write_mo(compiled, read_po(StringIO(po)))
    compiled.seek(0)
    return Translations(compiled)


def reading_minutes(text: str) -> int | None:
    """Return how long an unhurried reader needs, whole minutes; None under two.

    Scripts without blanks between words are counted by characters: 500 a minute of Han, kana and
    Hangul (IReST, 2012, rounded down), twice as many of Thai, Lao, Khmer and Myanmar.
    """
    words = len(text.split())
    if text.isascii():
        return round(words / _WORDS_A_MINUTE) if words >= _WORTH_SAYING else None
    dense, spelled = len(_DENSE.findall(text)), len(_SPELLED.findall(text))
    others = len(_SPELLED.sub(" ", _DENSE.sub(" ", text)).split()) if dense or spelled else words
    minutes = others / _WORDS_A_MINUTE + dense / _DENSE_A_MINUTE + spelled / _DENSE_A_MINUTE / 2
    return round(minutes) if minutes >= _WORTH_SAYING / _WORDS_A_MINUTE else None
