"""A publication's language: its direction, its dates as people write them, its translations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from io import BytesIO, StringIO
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

_WORDS_A_MINUTE = 220
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
        return format_date(when.astimezone(ZoneInfo(timezone)).date(), "long", self.locale)

    def short_date(self, when: datetime, timezone: str, beside: datetime) -> str:
        """Return the day and month; the year too where it is not that of the other date."""
        zone = ZoneInfo(timezone)
        local, other = when.astimezone(zone), beside.astimezone(zone)
        return _day(local.date(), self.locale, with_year=local.year != other.year)


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
    if with_year:
        return format_date(noon, "long", locale)
    return format_skeleton("MMMMd", noon, locale=locale)


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
    """Return how long an unhurried reader needs, whole minutes; None under two."""
    words = len(text.split())
    return round(words / _WORDS_A_MINUTE) if words >= _WORTH_SAYING else None
