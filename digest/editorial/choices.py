"""Choices: what a reader chose for themselves, as one value, one rule and one key; and when it is due.

The same choice has the same key whatever the order and the spelling in which it was made, so that all
readers who made it share an edition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from zoneinfo import ZoneInfo, available_timezones

from digest.editorial.calendar import WEEK, real
from digest.editorial.folding import folded_tag
from digest.editorial.tags import TagBook, matches
from digest.model import Choice, Frequency, Offer, Rule

MOST_TOPICS = 200
_KEY = 16  # hexadecimal digits
_DAY = timedelta(days=1)
_LAST_HOUR = 23
_SPANS: Mapping[Frequency | None, timedelta] = {
    "daily": _DAY,
    "weekly": WEEK,
    "monthly": timedelta(days=31),
}


def offered_topics(offer: Offer, counts: Mapping[str, int]) -> dict[str, int]:
    """Return the topics that an offer holds of those there are, by name, each with its count."""
    if offer.topics is None:
        return {}
    wanted = offer.topics or ("*",)
    found = [name for name in counts if any(matches(text, name) for text in wanted)]
    # what is named as it is stays to be chosen when nothing came of it lately
    known = {*map(folded_tag, counts)}
    named = [text for text in offer.topics if "*" not in text and folded_tag(text) not in known]
    every = {**{name: counts[name] for name in found}, **dict.fromkeys(named, 0)}
    return dict(sorted(every.items(), key=lambda each: folded_tag(each[0])))


def settled(choice: Choice, offer: Offer) -> Choice:
    """Return a choice in its one form, as far as the newsletter offers now what it asks for."""
    topics = {folded_tag(text): text for text in reversed(choice.topics) if "*" not in text}
    wanted = offer.topics or ("*",)
    topics = {
        form: text
        for form, text in topics.items()
        if form and any(matches(each, text) for each in wanted)
    }
    sources = {*choice.sources} & {*(offer.sources or choice.sources)}
    offered = offer.frequency
    frequency = choice.frequency if choice.frequency in offered else next(iter(offered), None)
    most = [number for number in (choice.most, offer.most) if number]
    has_hour = offer.hour and choice.hour is not None and 0 <= choice.hour <= _LAST_HOUR
    return Choice(
        topics=tuple(topics[form] for form in sorted(topics)[:MOST_TOPICS])
        if offer.topics is not None
        else (),
        sources=tuple(sorted(sources)) if offer.sources is not None else (),
        frequency=frequency,
        hour=choice.hour if has_hour else None,
        zone=choice.zone if has_hour and choice.zone in available_timezones() else "",
        most=min(most) if most else None,
        since=choice.since,
    )


def shared(choice: Choice) -> Choice:
    """Return what readers share who chose the same: neither at what hour it comes, nor since when."""
    return replace(choice, hour=None, zone="", since=None)


def begun(
    choices: Mapping[str, Choice], known: Mapping[str, Choice], day: date
) -> dict[str, Choice]:
    """Return choices, each with the day since when its reader chooses; `known` are those of before."""
    return {
        name: replace(each, since=known[name].since if name in known else day)
        for name, each in choices.items()
    }


def rule_of(choice: Choice, book: TagBook) -> Rule:
    """Return what a choice reads; nothing by a planning label, whatever its name was when it was chosen."""
    topics = tuple(text for text in choice.topics if "*" not in text and not book.is_internal(text))
    if choice.topics and not topics:
        return Rule()
    return Rule(any=topics, source=choice.sources)


@lru_cache(maxsize=16384)
def key_of(choice: Choice) -> str:
    """Return what stands for a settled choice; at which hour it comes changes nothing of what is in it."""
    parts = (
        "\n".join(sorted(map(folded_tag, choice.topics))),
        "\n".join(choice.sources),
        choice.frequency or "",
        str(choice.most or ""),
    )
    return sha256("\0".join(parts).encode()).hexdigest()[:_KEY]


def span(frequency: Frequency | None) -> timedelta | None:
    """Return the time from one email to the next; None where that is the newsletter's own."""
    return _SPANS.get(frequency)


def is_due(frequency: Frequency | None, day: date, others: Iterable[date]) -> bool:
    """Tell whether an issue of a day is one for readers of a frequency: the first of its week, or month.

    `others` are the days of the newsletter's issues before it. Weeks begin on Monday (ISO 8601).
    """
    if frequency is None:
        return True
    return all(_period(frequency, each) != _period(frequency, day) for each in others)


def _period(frequency: Frequency, day: date) -> tuple[int, int]:
    if frequency == "weekly":
        year, week, _ = day.isocalendar()
        return year, week
    return (day.year, day.month if frequency == "monthly" else day.timetuple().tm_yday)


def moment(choice: Choice, sent: datetime, zone: str) -> datetime:
    """Return when a reader's email of an issue that goes out at `sent` is theirs: at their hour, or then.

    It is the first such hour from then on, in the reader's own zone; `zone` is the publication's. An hour
    that the clocks skip comes just after the gap.
    """
    if choice.hour is None:
        return sent
    local = sent.astimezone(ZoneInfo(choice.zone or zone))
    day = local.date() if (local.hour, local.minute) <= (choice.hour, 0) else local.date() + _DAY
    place = local.tzinfo
    return real(datetime(day.year, day.month, day.day, choice.hour, tzinfo=place)).astimezone(
        sent.tzinfo
    )


def unknown_topics(choice: Choice, book: TagBook, offer: Offer) -> list[str]:
    """Return the topics of a choice that no reader may choose: planning labels, patterns, or not offered."""
    wanted = (offer.topics or ("*",)) if offer.topics is not None else ()
    return [
        text
        for text in choice.topics
        if "*" in text or book.is_internal(text) or not any(matches(each, text) for each in wanted)
    ]
