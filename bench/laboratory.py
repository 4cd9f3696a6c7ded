"""Measure a backtest: 52 weeks of 20,000 articles, 20 segments, two sets of rules."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bench.selection import NOW, TEXT, TOPICS, WEEK, brief, segments
from digest.editorial.calendar import slots
from digest.editorial.history import History
from digest.editorial.laboratory.backtest import Backtest, PastOutcome, Which, backtest
from digest.editorial.laboratory.replay import Kept, Moment, Rules, Shelf, Start
from digest.model import Article, Schedule, Source, TagRules

WEEKS, SEGMENTS, ARTICLES = 52, 20, 20_000
SCHEDULE = Schedule(cron="0 7 * * mon")


def kept(count: int) -> list[Kept]:
    """Return articles of a year with three topics each, as they came in."""
    chance = random.Random(7)  # noqa: S311 - the same articles every time
    names = ["Northgate", "Harbour", "Council", "Museum", "Ferry", "Library", "Institute", "Clinic"]
    times = sorted(
        NOW - timedelta(minutes=chance.randint(0, WEEKS * 7 * 1440)) for _ in range(count)
    )
    found = []
    for n, at in enumerate(times, 1):
        name, other = chance.sample(names, 2)
        article = Article(
            id=f"{n:05}",
            source=f"source-{n % 40}",
            url=f"https://site-{n % 40}.example/{n}",
            title=f"{name} and {other} agree on plan {chance.randint(1, 400)}",
            summary=f"The {name} will open {chance.choice(TOPICS)} before 12 March.",
            text=TEXT,
            tags=tuple({chance.choice(TOPICS[: chance.randint(1, 400)]) for _ in range(3)}),
            published=at,
            first_seen=at,
            new_at=at,
        )
        found.append(Kept(number=n, seen=at, versions=((at, article),)))
    return found


def rules(most: int) -> Rules:
    """Return the rules of a weekly newsletter with at most so many articles an edition."""
    people = segments(SEGMENTS)
    news = brief(people).newsletter
    return Rules(
        newsletter=replace(news, schedule=SCHEDULE, limits=replace(news.limits, max=most)),
        segments=people,
        sources={
            n: Source(name=n, kind="feed", location=n) for n in map("source-{}".format, range(40))
        },
        tags=TagRules(),
        zone="Europe/London",
        language="en",
    )


def replayed(articles: list[Kept]) -> Backtest:
    """Replay the year by two sets of rules."""
    both: dict[Which, Rules] = {"present": rules(12), "other": rules(8)}
    due = slots(SCHEDULE, "Europe/London", NOW - WEEKS * WEEK, NOW + WEEK)
    moments = [Moment(key=slot.key, now=slot.sent, sent=slot.sent) for slot in due][-WEEKS:]
    nothing = PastOutcome(issues=(), printed=(), waiting=frozenset())
    start = Start(history=History())
    return backtest(
        both, dict.fromkeys(both, moments), Shelf(articles), dict.fromkeys(both, start), nothing
    )


def run() -> list[dict[str, Any]]:
    """Return how long a backtest takes, and how that grows with the articles."""
    found: list[dict[str, Any]] = []
    before: float | None = None
    for count in (ARTICLES // 2, ARTICLES):
        articles = kept(count)
        start = time.perf_counter()
        result = replayed(articles)
        taken = time.perf_counter() - start
        assert [row.issues for row in result.rows[1:]] == [WEEKS, WEEKS]
        found.append(
            {
                "name": f"backtest {WEEKS} weeks × {SEGMENTS} segments × {count} articles, two rules",
                "value": round(taken, 2),
                "unit": "s",
                "against": "half the articles",
                "ratio": round(taken / before, 2) if before else None,
            }
        )
        before = taken
    return found
