"""The part of a form in which a reader chooses for themselves: shown, and read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from zoneinfo import available_timezones

from werkzeug.datastructures import MultiDict

from digest.editorial.folding import folded_tag
from digest.model import Choice, Frequency
from digest.publisher import Publisher
from digest.publisher.choosing import Offered
from digest.web.public_words import say

_LONGEST = 3  # digits
_OFTEN: tuple[Frequency, ...] = ("daily", "weekly", "monthly")


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Something to tick, with its articles of the last weeks."""

    value: str
    title: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chooser:
    """What a reader may choose of a newsletter, and what they have chosen."""

    offered: Offered
    choice: Choice | None
    topics: tuple[Option, ...]
    sources: tuple[Option, ...]
    often: Mapping[str, str]
    frequency: str | None
    hour: int | None
    zone: str
    zones: tuple[str, ...]
    most: int | None


def chooser(publisher: Publisher, newsletter: str, choice: Choice | None) -> Chooser:
    """Return what is shown of a newsletter to a reader who has chosen that, or nothing yet."""
    offered, made = publisher.offered(newsletter), choice or Choice()
    ticked = {folded_tag(topic) for topic in made.topics}
    known = {folded_tag(topic) for topic in offered.topics}
    topics = dict(offered.topics) if offered.offer.topics is not None else {}
    # what was chosen stays to be seen, also when nothing came of it lately
    topics |= {topic: 0 for topic in made.topics if topics and folded_tag(topic) not in known}
    words = (say("every day"), say("every week"), say("every month"))
    return Chooser(
        offered=offered,
        choice=choice,
        topics=tuple(
            Option(value=name, title=name, count=count, is_chosen=folded_tag(name) in ticked)
            for name, count in topics.items()
        ),
        sources=tuple(
            Option(value=name, title=title, count=count, is_chosen=name in made.sources)
            for name, (title, count) in offered.sources.items()
        ),
        often=dict(zip(_OFTEN, words, strict=True)),
        frequency=made.frequency or next(iter(offered.offer.frequency), None),
        hour=made.hour,
        zone=made.zone or publisher.config.publication.timezone,
        zones=_zones(),
        most=made.most or offered.offer.most,
    )


def choice_in(form: MultiDict[str, str], newsletter: str) -> Choice | None:
    """Return the choice that a form says of a newsletter; None where its reader makes none.

    Who had none yet makes one by ticking a topic or a source, too; who had one gives it up by the box.
    """
    topics, sources = (tuple(form.getlist(f"{newsletter}.{name}")) for name in ("topic", "source"))
    begins = bool(form.get(f"{newsletter}.new") and (topics or sources))
    if not form.get(f"{newsletter}.own") and not begins:
        return None
    frequency = form.get(f"{newsletter}.frequency")
    return Choice(
        topics=topics,
        sources=sources,
        frequency=next((each for each in _OFTEN if each == frequency), None),
        hour=_number(form, f"{newsletter}.hour"),
        zone=form.get(f"{newsletter}.zone", ""),
        most=_number(form, f"{newsletter}.most") or None,
    )


def _number(form: MultiDict[str, str], name: str) -> int | None:
    said = form.get(name, "").strip()
    return int(said) if said.isdecimal() and said.isascii() and len(said) < _LONGEST else None


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted(_shown()))


def _shown() -> Iterator[str]:
    """Yield the zones that are called by a place; the others are for machines."""
    yield "UTC"
    continents = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe")
    places = (*continents, "Indian", "Pacific")
    yield from (z for z in available_timezones() if z.partition("/")[0] in places and "/" in z)
