"""Read an edition as its reader will, on the day of sending: what is false, late, or said twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from digest.findings import Finding, LintRule, Where
from digest.lint_rules.of_words import (
    ADDRESS_TWICE,
    ARTICLE_TWICE,
    DATE_PAST,
    DATE_SOON,
    HEADLINE_TWICE,
    STALE_WORD,
)
from digest.model import Edition

SOON = timedelta(hours=48)

# Words that are true on one day only, by language.
_STALE = {
    "en": r"yesterday|today|tomorrow|tonight|this (?:morning|afternoon|evening)|last night",
    "de": r"gestern|vorgestern|heute|(?-i:morgen)|übermorgen",
    "fr": r"hier|aujourd['’]hui|demain|ce (?:matin|soir)",
    "es": r"ayer|hoy|mañana|esta (?:mañana|tarde|noche)",
}
_DAYS = {
    "en": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    "de": ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"),
}
_MONTHS = {
    "en": (
        *("january", "february", "march", "april", "may", "june", "july"),
        *("august", "september", "october", "november", "december"),
    ),
    "de": (
        *("januar", "februar", "märz", "april", "mai", "juni", "juli"),
        *("august", "september", "oktober", "november", "dezember"),
    ),
}
# What stands before a weekday that is a habit, a feast, or another name.
_BEFORE_A_DAY = {
    "en": r"every|each|most|ash|black|bloody|blue|cyber|easter|fat|giving|good|holy|maundy|mothering|"
    r"palm|ruby|sheffield|shrove|spy|super|whit",
    "de": r"jeden|immer|black|cyber|super|(?:blau|dreckig|fett|golden|grün|schmutzig|schwarz|unsinnig|"
    r"weiß|weiss)e[nmrs]?",
}
# "on Fat Tuesday": a word with a capital between the two is part of the day's name
_NAMED_DAY = re.compile(
    r"\b(?i:on|for|before|after|since|until|by) "
    r"(?!(?:Coming|Early|Last|Late|Midnight|Next|Noon|The|This)\b)[A-Z][a-z]+ $"
)
# "the Today programme", "USA Today", "der heute-show"
_NAMING = {
    "en": r"\s+(?:programme|program|show|newspaper|magazine)\b|['’]s World\b|\s+Never\b",
    "de": r"[\s-]+(?:journal|show|nachrichten)\b|-",
}
_CAPITAL = re.compile(r"[A-ZÀ-Þ][a-zß-ÿ]")
_SENTENCE = re.compile(r"(?:^|[.!?:;–—|“”„\"(\n])[\s“„‘'\"(]*$")
# what announces a day that is still to come, in the words before it
_ANNOUNCED = {
    "en": r"\b(?:deadline|clos\w+|appl\w+|regist\w+|book|sign up|due|until|ends?|by|join|come|will|"
    r"takes? place|opens?|starts?|begins?)\b",
    "de": r"\b(?:frist|bis|anmeld\w+|einsend\w+|ende[nt]?|findet|beginnt|öffnet|kommen sie)\b",
}
_BEFORE = 60  # characters


def lint(
    edition: Edition, send_date: datetime, *, language: str, timezone: str
) -> tuple[Finding, ...]:
    """Return what an editor should look at; `send_date` is aware."""
    tongue = language.split("-", maxsplit=1)[0].lower()
    day = send_date.astimezone(ZoneInfo(timezone))
    checks: tuple[Callable[[], Iterable[Finding]], ...] = (
        lambda: stale_words(edition, tongue),
        lambda: late_dates(edition, day, tongue),
        lambda: repeats(edition),
    )
    return tuple(finding for check in checks for finding in check())


def stale_words(edition: Edition, tongue: str) -> Iterator[Finding]:
    """Find words that will be false on the day of sending, a weekday without a date among them."""
    if tongue not in _STALE:
        return
    words = rf"\b(?:{_STALE[tongue]})\b"
    if tongue in _DAYS:
        # a weekday is safe beside a day of the month
        dated = rf",?\s+(?:the\s+|den\s+)?(?:\d|(?:{'|'.join(_MONTHS[tongue])})\b)"
        words += rf"|\b(?P<day>{'|'.join(_DAYS[tongue])})\b(?!{dated})"
    for where, text in printed(edition):
        for found in re.finditer(words, text, re.IGNORECASE):
            if _is_name(text, found, tongue):
                continue
            way = "say the date, or change the sentence"
            said = f"“{found[0].strip()}” will not be true on the day of sending; {way}"
            yield STALE_WORD.found(said, where)


def late_dates(edition: Edition, send: datetime, tongue: str) -> Iterator[Finding]:
    """Find deadlines and events that are over when the edition is sent, or within two days of it."""
    for where, text in printed(edition):
        for said, day in dates(text, send.date(), tongue):
            end = datetime(day.year, day.month, day.day, 23, 59, tzinfo=send.tzinfo)
            if end < send and _announced(text, said, tongue):
                message = f"{said} is over when this is sent; leave it out, or say what comes next"
                yield DATE_PAST.found(message, where)
            elif send <= end < send + SOON:
                message = f"{said} is within 48 hours of sending; send it earlier, or leave it out"
                yield DATE_SOON.found(message, where)


def _announced(text: str, said: str, tongue: str) -> bool:
    """Tell whether the sentence announces the day, and does not report it."""
    at = text.index(said)
    # a day alone in brackets says when something was, whatever the headline before it announces
    before = re.split(r"[.!?]\s|\(", text[max(0, at - _BEFORE) : at])[-1]
    return re.search(_ANNOUNCED.get(tongue, r"(?!)"), before, re.IGNORECASE) is not None


def repeats(edition: Edition) -> Iterator[Finding]:
    """Find the same article or the same address twice."""
    articles = edition.articles
    checks: tuple[tuple[LintRule, list[tuple[str, Where]]], ...] = (
        (ARTICLE_TWICE, [(a.id, Where(article=a.id)) for a in articles]),
        # a status feed leads with every item to one page: its own words are no mistake of ours
        (ADDRESS_TWICE, [(a.url, Where(said=a.url)) for a in articles if a.url]),
        (HEADLINE_TWICE, [(a.title, Where(said=a.title)) for a in articles]),
    )
    for rule, places in checks:
        for (value, where), times in Counter(places).items():
            if times > 1:
                message = f"{value} stands in this edition {times} times; hide one"
                yield rule.found(message, where)


def dates(text: str, near: date, tongue: str) -> Iterator[tuple[str, date]]:
    """Find days written with their month; a missing year is the one that lies nearest."""
    months = _MONTHS.get(tongue)
    if months is None:
        return
    names = "|".join(months)
    first = rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?P<m>{names})(?:\s+(?P<y>20\d\d))?"
    then = rf"(?P<m>{names})\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s+(?P<y>20\d\d))?"
    for pattern in (first, then):
        for found in re.finditer(rf"\b{pattern}\b", text, re.IGNORECASE):
            month = months.index(found["m"].lower()) + 1
            years = (near.year - 1, near.year, near.year + 1)
            days: list[date] = []
            for year in (int(found["y"]),) if found["y"] else years:
                with suppress(ValueError):  # 29 February of another year
                    days.append(date(year, month, int(found["d"])))
            if days:
                yield found[0], min(days, key=lambda day: abs(day - near))


def _is_name(text: str, found: re.Match[str], tongue: str) -> bool:
    """Tell whether a word that may be false on the day is part of a name, or a habit."""
    before, after = text[max(0, found.start() - _BEFORE) : found.start()], text[found.end() :]
    if found.groupdict().get("day"):
        habit = rf"\b(?:{_BEFORE_A_DAY[tongue]})[\s-]+$"
        is_named = tongue == "en" and _NAMED_DAY.search(before)
        return bool(re.search(habit, before, re.IGNORECASE) or is_named)
    if re.match(_NAMING.get(tongue, r"(?!)"), after, re.IGNORECASE):
        return True
    # such words have no capital within a sentence; a headline may give one to every word
    is_within = not _SENTENCE.search(before)
    return bool(is_within and _CAPITAL.match(found[0]) and re.search(r"\b[a-zß-ÿ]{4,}", text))


def printed(edition: Edition) -> Iterator[tuple[Where, str]]:
    """Yield where each printed text stands, and the text."""
    yield Where(part="subject"), edition.subject
    yield Where(part="preheader"), edition.preheader
    yield Where(part="intro"), edition.intro or ""
    for notice in edition.notices:
        yield Where(part="notice"), " ".join(filter(None, (notice.title, notice.text)))
    for article in edition.articles:
        yield Where(article=article.id), article.title
        yield Where(article=article.id), article.summary
