"""Small makers of nouns: what a test does not say is the same everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from digest.editorial.folding import folded_address
from digest.editorial.history import Past
from digest.editorial.placing import Brief
from digest.editorial.selection import Selection, Selector
from digest.model import (
    Article,
    Edit,
    Limits,
    Newsletter,
    PointsTable,
    Rule,
    SectionRule,
    Segment,
    TagRules,
    Window,
)
from digest.ports import Addressee

NOW = datetime(2026, 1, 12, 6, tzinfo=UTC)
SENT = datetime(2026, 1, 12, 7, tzinfo=UTC)
WEEK = timedelta(days=7)
DAY = timedelta(days=1)

FLAT = PointsTable(
    priority=0, recency=0, urgency=0, carry_over=0, picture=0, standfirst=0, tags={"t*": 0}
)
"""A table that gives nothing: only time and id decide."""


def article(id_: str, *tags: str, age: timedelta = DAY, **more: Any) -> Article:  # noqa: ANN401
    """Return an article that was new `age` before now."""
    at = NOW - age
    facts: dict[str, Any] = {
        "id": id_,
        "source": "news",
        "title": f"Title {id_}",
        "tags": tags,
        "published": at,
        "first_seen": at,
        "new_at": at,
        "url": f"https://u.example/{id_}",
        "summary": f"Summary of {id_}.",
    }
    return Article(**facts | more)


def segment(name: str = "all", **rule: Any) -> Segment:  # noqa: ANN401
    """Return a segment; without a rule it reads everything."""
    return Segment(name=name, title=name.title(), match=Rule(**rule or {"any": ("*",)}))


def newsletter(*sections: SectionRule, **more: Any) -> Newsletter:  # noqa: ANN401
    """Return a newsletter of these sections; without any it has one that takes the rest."""
    facts: dict[str, Any] = {
        "name": "weekly",
        "title": "This week",
        "sender": "News <news@u.example>",
        "segments": ("all",),
        "sections": sections or (SectionRule(title="News", rest=True),),
        "points": FLAT,
    }
    return Newsletter(**facts | more)


def brief(news: Newsletter, *segments: Segment, tags: TagRules | None = None) -> Brief:
    """Return the rules that a selection reads."""
    return Brief(
        newsletter=news,
        segments={s.name: s for s in segments or (segment(),)},
        priorities={"news": 1, "blog": 0},
        tags=tags or TagRules(),
        zone="Europe/London",
        sent=SENT,
        next_sent=SENT + WEEK,
    )


def past(sent: Mapping[str, str] | None = None, **more: Any) -> Past:  # noqa: ANN401
    """Return the past of a segment that had an issue a week ago."""
    window = Window(start=NOW - WEEK, end=NOW)
    return Past(window=window, since=NOW - WEEK, sent=sent or {}, **more)


def met(had: Past, articles: Sequence[Article]) -> Past:
    """Return the past with what is new from `since` on as candidates, beside those it has."""
    new = {a.id for a in articles if a.new_at and a.new_at >= had.since}
    return replace(had, candidates=had.candidates | new)


def selected(
    news: Newsletter,
    articles: Sequence[Article],
    edits: Sequence[Edit] = (),
    had: Past | None = None,
    to: Segment | None = None,
    **more: Any,  # noqa: ANN401
) -> Selection:
    """Return what a segment's edition holds."""
    who = to or segment()
    found = selector(news, articles, edits, (who,), **more)
    return found.select(who, met(had or past(), articles))


def edit(verb: str, id_: str | None = None, **more: Any) -> Edit:  # noqa: ANN401
    """Return an editor's change."""
    facts: dict[str, Any] = {"verb": verb, "by": "Ana", "at": NOW, "article": id_}
    return Edit(**facts | more)


def selector(
    news: Newsletter,
    articles: Sequence[Article],
    edits: Sequence[Edit] = (),
    segments: Sequence[Segment] = (),
    **more: Any,  # noqa: ANN401
) -> Selector:
    """Return a selector over these articles."""
    return Selector(replace(brief(news, *segments), **more), articles, edits)


def chosen(
    news: Newsletter,
    articles: Sequence[Article],
    edits: Sequence[Edit] = (),
    had: Past | None = None,
    to: Segment | None = None,
) -> dict[str, list[str]]:
    """Return the ids of each section of a segment's edition."""
    found = selected(news, articles, edits, had, to)
    return {s.title: [a.id for a in s.articles] for s in found.sections}


def tellings(**more: Any) -> tuple[Article, Article, Article]:  # noqa: ANN401
    """Return stories of three publications, of which the first two tell of one piece of news; the last is other news."""
    said = {
        "Sky Post": "Vera Rubin Observatory in Chile reveals first images",
        "The Harbour": "First images from Vera Rubin Observatory in Chile stun astronomers",
        "Dock News": "A night bus for the old harbour",
    }
    one, other, third = (
        article(id_, title=title, publication=name, url=f"https://{id_}.example/1", **more)
        for id_, (name, title) in zip(("a-sky", "b-harbour", "c-dock"), said.items(), strict=True)
    )
    return one, other, third


LIMITS = Limits(min=1, max=12, max_age=timedelta(days=60))


def addressee(address: str, segment: str = "staff", message_id: str = "") -> Addressee:
    return Addressee(folded_address(address), address, segment, message_id)
