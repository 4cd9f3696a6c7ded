"""Measure a selection: 10,000 articles in a window, up to 500 segments, and how the time grows."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from digest.editorial.history import Past
from digest.editorial.placing import Brief
from digest.editorial.selection import Selector
from digest.model import (
    Article,
    Limits,
    Newsletter,
    PointsTable,
    Rule,
    SectionRule,
    Segment,
    TagRules,
    Window,
)

NOW = datetime(2026, 1, 12, 6, tzinfo=UTC)
WEEK = timedelta(days=7)
TOPICS = [f"topic-{n:03}" for n in range(400)]
SIZES = ((2_500, 125), (5_000, 250), (10_000, 500))
TEXT = "The council met on a Tuesday and agreed to plant four hundred trees by the river. " * 30


def articles(count: int) -> list[Article]:
    """Return articles of one week with three topics each, some commoner than others."""
    chance = random.Random(7)  # noqa: S311 - the same articles every time
    return [
        Article(
            id=f"{n:05}",
            source=f"source-{n % 40}",
            title=f"Title {n}",
            summary="So.",
            text=TEXT,
            tags=tuple({chance.choice(TOPICS[: chance.randint(1, 400)]) for _ in range(3)}),
            published=(at := NOW - timedelta(seconds=chance.randint(0, 600_000))),
            first_seen=at,
            new_at=at,
        )
        for n in range(count)
    ]


def segments(count: int) -> dict[str, Segment]:
    """Return segments that read four topics each and leave one out."""
    chance = random.Random(11)  # noqa: S311 - the same segments every time
    found = {}
    for n in range(count):
        *wanted, unwanted = chance.sample(TOPICS, 5)
        rule = Rule(any=tuple(wanted), none=(unwanted,))
        found[f"s{n}"] = Segment(name=f"s{n}", title=f"S {n}", match=rule)
    return found


def brief(people: dict[str, Segment]) -> Brief:
    """Return a newsletter of four sections for these segments."""
    sections = (
        SectionRule(title="One", match=Rule(any=tuple(TOPICS[:80])), max=4),
        SectionRule(title="Two", match=Rule(any=("topic-1*", "topic-2*")), max=4),
        SectionRule(title="Three", match=Rule(any=tuple(TOPICS[300:])), max=4),
        SectionRule(title="More", rest=True),
    )
    news = Newsletter(
        name="weekly",
        title="W",
        sender="W <w@u.example>",
        segments=tuple(people),
        sections=sections,
        limits=Limits(per_source=3, per_tag=4),
        points=PointsTable(),
    )
    return Brief(
        newsletter=news,
        segments=people,
        priorities={},
        tags=TagRules(),
        zone="Europe/London",
        sent=NOW,
        next_sent=NOW + WEEK,
    )


def draft(pool: list[Article], people: dict[str, Segment]) -> int:
    """Select every segment's edition; return how many articles they hold."""
    selector = Selector(brief(people), pool, ())
    new = frozenset(a.id for a in pool if a.new_at and a.new_at > NOW - WEEK)
    window = Window(start=NOW - WEEK, end=NOW)
    past = Past(window=window, since=window.start, candidates=new)
    return sum(len(selector.select(who, past).ranks) for who in people.values())


def seconds(act: Callable[[], object]) -> float:
    """Return how long an act takes, the best of three."""
    return min(_once(act) for _ in range(3))


def _once(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def run() -> list[dict[str, Any]]:
    """Return the curve: each size against the one with half the articles and half the segments."""
    found: list[dict[str, Any]] = []
    before: float | None = None
    for count, people in SIZES:
        pool, who = articles(count), segments(people)
        taken = seconds(lambda pool=pool, who=who: draft(pool, who))  # type: ignore[misc]
        found.append(
            {
                "name": f"select {count} articles × {people} segments",
                "value": round(taken, 3),
                "unit": "s",
                "against": "half the articles, half the segments (4 is their product)",
                "ratio": round(taken / before, 2) if before else None,
            }
        )
        before = taken
    return found
