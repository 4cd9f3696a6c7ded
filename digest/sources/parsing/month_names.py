"""Month and weekday names: which number a word has, in a language or in any (CLDR, by babel)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import combining, normalize

if TYPE_CHECKING:
    from babel import Locale

# English is in no other language's way, and most feeds need nothing else: babel takes its time to load
_ENGLISH = {
    name: number
    for number, names in enumerate(
        "jan january|feb february|mar march|apr april|may|jun june|jul july|aug august|"
        "sep sept september|oct october|nov november|dec december".split("|"),
        start=1,
    )
    for name in names.split()
}
# the languages that news is written in most; a name they disagree about means nothing by itself
_ASKED = (
    "en af ar az be bg bn bs ca cs cy da de el es et eu fa fi fr ga gl he hi hr hu id is it ka kk lt "
    "lv mk ms nb nl nn pl pt ro ru sk sl sq sr sv sw ta th tr uk ur uz vi"
).split()
# written by many, and missing in CLDR: Austria's January, Arabic of the Levant
_ENGLISH_DAYS = frozenset(
    "mon monday tue tues tuesday wed wednes wednesday thu thur thurs thursday fri friday sat satur "
    "saturday sun sunday".split()
)
_WEEK = ("mo", "tu", "we", "th", "fr", "sa", "su")
_ALSO = {"jänner": 1, "jaenner": 1, "maerz": 3, "mrz": 3, "feber": 2,
         "كانون الثاني": 1, "شباط": 2, "آذار": 3, "نيسان": 4, "أيار": 5, "حزيران": 6,
         "تموز": 7, "آب": 8, "أيلول": 9, "تشرين الأول": 10, "تشرين الثاني": 11,
         "كانون الأول": 12}  # fmt: skip


def month_number(word: str, language: str | None) -> int | None:
    """Return which month a word names: in this language, in English, or in all that know the word."""
    name = word.casefold().strip(" .,")
    if name in _ENGLISH:
        return _ENGLISH[name]
    for known in (_numbers(language or "en", "months"), _ALSO):
        if name in known:
            return known[name]
    return _of_all_languages().get(name)


def weekday_number(word: str, language: str | None) -> int | None:
    """Return which day of the week a word names in this language or in English; Monday is 0."""
    name = word.casefold().strip(" .,،")
    if name in _ENGLISH_DAYS:
        return next(n for n, day in enumerate(_WEEK) if name.startswith(day))
    return _numbers(language or "en", "days").get(name)


def is_weekday(word: str) -> bool:
    """Tell whether a word is a day's name in any of the languages."""
    name = word.casefold().strip(" .,،")
    return name in _ENGLISH_DAYS or name in _weekdays() or name.removesuffix("ที่") in _weekdays()


@lru_cache(maxsize=8)
def day_comes_first(language: str | None) -> bool:
    """Tell whether people of a language write 8/1 for the eighth of January.

    English without a country is no language of one habit, and "en-US" is what publishing systems
    state where nobody chose: neither says anything.
    """
    locale = _locale(language) if language else None
    if locale is None or (locale.language == "en" and locale.territory in {None, "US"}):
        return False
    return str(locale.date_formats["short"].pattern).lstrip("\u200f").startswith("d")


@lru_cache(maxsize=128)
def _numbers(language: str, kind: str) -> Mapping[str, int]:
    """Return the numbers of a language's months or days by their names; none where it is not known."""
    locale = _locale(language)
    return dict(_names(locale, kind)) if locale else {}


@lru_cache(maxsize=1)
def _of_all_languages() -> Mapping[str, int | None]:
    numbers: dict[str, int | None] = {}
    for language in _ASKED:
        for name, number in _numbers(language, "months").items():
            numbers[name] = number if numbers.get(name, number) == number else None
    return numbers


@lru_cache(maxsize=1)
def _weekdays() -> frozenset[str]:
    locales = filter(None, map(_locale, _ASKED))
    return frozenset(name for one in locales for name, _ in _names(one, "days"))


def _names(locale: Locale, kind: str) -> Iterator[tuple[str, int]]:
    for form in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in getattr(locale, kind)[form][width].items():
                if not name[:1].isdigit():  # "9월" and "5月" are numbers, and read as such
                    written = name.casefold().strip(". ")
                    yield written, int(number)
                    # "aout", "fevrier": as keyboards have them
                    bare = "".join(c for c in normalize("NFD", written) if not combining(c))
                    if bare != written and bare.isascii():
                        yield bare, int(number)


def _locale(language: str) -> Locale | None:
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - slow to import; most feeds need it not

    parts = language.replace("_", "-").split("-")
    for tag in ("-".join(parts), parts[0]):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return None
