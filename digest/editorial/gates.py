"""Gates: what an article must meet to be a candidate of a segment, and which articles do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from digest.editorial.edit_index import EditIndex
from digest.editorial.history import Past
from digest.editorial.rules import Pool, article_set
from digest.model import Limits, Segment


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition by the name of its rule, and the articles that pass it."""

    rule: str
    passes: int


def passing(gates: Iterable[Gate]) -> int:
    """Return the articles that pass every gate."""
    bits = -1
    for gate in gates:
        bits &= gate.passes
    return bits


class Gates:
    """A newsletter's gates over one pool; `wanted` are the articles that some section wants."""

    def __init__(self, pool: Pool, acts: EditIndex, limits: Limits, wanted: int) -> None:
        self._pool, self._acts, self._wanted = pool, acts, wanted
        self._windows: dict[tuple[datetime, datetime], int] = {}
        self._age = self._where_published(lambda day: day >= acts.sent - limits.max_age)
        self._grace = self._where_published(lambda day: day <= acts.sent - limits.grace)

    def of(self, segment: Segment, past: Past) -> tuple[Gate, ...]:
        """Return every gate of a segment."""
        every, acts = self._pool.everything, self._acts
        hidden = acts.hidden(segment.name) | acts.numbers(past.hidden)
        delayed = acts.delayed(segment.name) | acts.numbers(past.delayed)
        return (
            Gate(f"segments.{segment.name}.match", self._pool.matching(segment.match)),
            Gate("window", self._in_window(past)),
            Gate("articles.max_age", self._age),
            Gate("articles.grace", self._grace),
            Gate("ledger", every & ~acts.numbers(past.sent)),
            Gate("edit.hide", every & ~hidden),
            Gate("edit.delay", every & ~delayed),
            Gate("sections", self._wanted),
        )

    def carried(self, past: Past) -> int:
        """Return what is left over from earlier issues: what waited, and what found no place."""
        waiting = self._acts.numbers(past.waiting)
        if past.carried_from is None:
            return waiting
        return waiting | self._new_within(past.carried_from, past.window.start)

    def _in_window(self, past: Past) -> int:
        start = past.carried_from or past.window.start
        return self._new_within(start, past.window.end) | self._acts.numbers(past.waiting)

    def _new_within(self, start: datetime, end: datetime) -> int:
        if (start, end) not in self._windows:
            self._windows[start, end] = article_set(
                i
                for i, article in enumerate(self._pool.articles)
                if article.new_at is not None and start < article.new_at <= end
            )
        return self._windows[start, end]

    def _where_published(self, test: Callable[[datetime], bool]) -> int:
        return article_set(
            i
            for i, article in enumerate(self._pool.articles)
            if article.published is None or test(article.published)
        )
