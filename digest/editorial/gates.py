"""Gates: what an article must meet to be a candidate of a segment, and which articles do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from digest.editorial.edit_index import EditIndex
from digest.editorial.history import Past
from digest.editorial.layout import Layouts
from digest.editorial.rules import Pool, article_set
from digest.model import EDITORS, Article, Limits, Segment

BY_HAND = frozenset({"editor", EDITORS, ""})
"""The sources of what no source of the configuration brings; the first is how older stores call it."""
GATHERED = frozenset({"window", "decided"})
"""The gates that ask what a segment has met and not yet decided on; back-filling goes round them."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition by the name of its rule, and the articles that pass it.

    One that `postpones` will change its mind: who fails it alone waits for a later issue.
    """

    rule: str
    passes: int
    postpones: bool = False


def passing(gates: Iterable[Gate]) -> int:
    """Return the articles that pass every gate."""
    bits = -1
    for gate in gates:
        bits &= gate.passes
    return bits


class Gates:
    """A newsletter's gates over one pool, of which some sections of an edition's layout want a part.

    Of the `sources` that bring articles now, one must still have each; None asks nothing.
    """

    def __init__(
        self,
        pool: Pool,
        edits: EditIndex,
        limits: Limits,
        layouts: Layouts,
        sources: Collection[str] | None = None,
    ) -> None:
        self._pool, self._edits, self._layouts = pool, edits, layouts
        everyone = sources is None
        self._brought = self._where(
            lambda a: (
                everyone or not {a.source, *dict(a.roads)}.isdisjoint({*BY_HAND, *(sources or ())})
            )
        )
        self._met: dict[datetime, int] = {}
        self._there: dict[datetime, int] = {}
        self._open: dict[frozenset[str], int] = {}
        sent, recent = edits.sent, edits.sent - limits.grace
        # what invites to an event is not too old before that is over
        self._age = self._where_published(lambda day: day >= sent - limits.max_age) | self._where(
            lambda a: a.event is not None
        )
        self._ahead = self._where(
            lambda a: a.event is None or (a.event.over > sent and not a.event.cancelled)
        )
        # what is dated ahead waits for its day, which is another gate's to say
        self._grace = self._where_published(lambda day: day <= recent or day > sent)
        self._out = self._where_published(lambda day: day <= sent)

    def of(self, segment: Segment, past: Past) -> tuple[Gate, ...]:
        """Return every gate of a segment."""
        every, edits = self._pool.everything, self._edits
        if past.candidates not in self._open:  # segments that began together share theirs
            self._open[past.candidates] = edits.numbers(past.candidates)
        open_ = self._open[past.candidates]
        if past.since not in self._met:
            self._met[past.since] = self._where(
                lambda a: a.new_at is not None and a.new_at >= past.since
            )
        met = open_ | self._met[past.since]
        hidden = edits.hidden(segment.name) | edits.numbers(past.hidden)
        delayed = edits.delayed(segment.name) | edits.numbers(past.delayed)
        if past.window.end not in self._there:
            self._there[past.window.end] = self._where(
                lambda a: a.new_at is None or a.new_at <= past.window.end
            )
        return (
            Gate(f"segments.{segment.name}.match", self._pool.matching(segment.match)),
            Gate("window", met),
            Gate("decided", open_ | (every & ~met)),
            Gate("date-ahead", self._out & self._there[past.window.end], postpones=True),
            Gate("event", self._ahead),
            Gate("articles.max_age", self._age),
            Gate("articles.grace", self._grace, postpones=True),
            Gate("source", self._brought, postpones=True),
            Gate("ledger", every & ~edits.numbers(past.sent)),
            Gate("edit.hide", every & ~hidden),
            Gate("edit.delay", every & ~delayed, postpones=True),
            Gate("sections", self._layouts.of(segment.name).wanted),
        )

    def carried(self, past: Past) -> int:
        """Return what is left over from earlier issues."""
        return self._edits.numbers(past.carried)

    def _where_published(self, test: Callable[[datetime], bool]) -> int:
        return self._where(lambda a: a.published is None or test(a.published))

    def _where(self, test: Callable[[Article], bool]) -> int:
        return article_set(i for i, article in enumerate(self._pool.articles) if test(article))
