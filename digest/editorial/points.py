"""Points: what an article's traits are worth, in whole numbers that add up to its place."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from digest.editorial.stated_dates import stated_days
from digest.editorial.tags import TagBook
from digest.model import Article, Point, PointsTable

_AHEAD = timedelta(hours=48)
_HORIZON = timedelta(days=28)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What points are counted by: the newsletter's table, the sources' priorities, and when it goes out.

    `sent` is when this issue goes out, `next_sent` when the one after it does. `owed` is what each
    planned theme that had too little is worth.
    """

    table: PointsTable
    priorities: Mapping[str, int]
    book: TagBook
    sent: datetime
    next_sent: datetime
    zone: str
    owed: Mapping[str, int] = field(default_factory=dict)

    def points(self, article: Article) -> tuple[Point, ...]:
        """Return what each rule gives the article; rules that give nothing are left out."""
        table, image = self.table, article.image
        since = article.published or article.new_at or article.first_seen
        age = max(self.sent - since, timedelta(0))
        halvings = age / table.half_life if table.half_life else 0.0
        fixed = {
            "priority": table.priority * self.priorities.get(article.source, 0),
            "recency": round(table.recency * math.exp2(-min(halvings, 64.0))),
            "urgency": self._urgency(article),
            "picture": table.picture if image and image.url and image.alt else 0,
            "standfirst": table.standfirst if article.standfirst else 0,
        }
        tags = table.tags.items()
        by_tag = ((f"tags.{text}", value) for text, value in tags if self.book.has(article, text))
        # one story pays one debt, the greatest that it can
        debts = sorted(self.owed.items(), key=lambda debt: (-debt[1], debt[0]))
        paid = ((f"coverage.{t}", v) for t, v in debts if self.book.has(article, t))
        given = (*fixed.items(), *islice(paid, 1), *by_tag)
        return tuple(Point(rule=rule, value=value) for rule, value in given if value)

    def _urgency(self, article: Article) -> int:
        """Give all for the last issue with 48 hours left, half while it is coming, nothing after."""
        ahead = [
            day.at - self.sent
            for day in stated_days(article, self.zone)
            if day.at - self.sent >= _AHEAD
        ]
        if not ahead or min(ahead) > _HORIZON:
            return 0
        last = min(ahead) < self.next_sent - self.sent + _AHEAD
        return self.table.urgency if last else self.table.urgency // 2


def total(points: tuple[Point, ...]) -> int:
    """Return the sum that decides the order."""
    return sum(point.value for point in points)
