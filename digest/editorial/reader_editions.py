"""Editions for readers who chose for themselves: made once for all who chose, and have had, the same.

A reader's edition is the selection that a segment with the reader's rule would have. What it can hold
follows from what was chosen, from what the last email that its readers got has decided (`ReaderStanding`), and
from what they have had of the candidates by another way; nothing else of a reader counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from hashlib import sha256

from digest.editorial.choices import key_of, rule_of
from digest.editorial.edits import in_force
from digest.editorial.gates import passing
from digest.editorial.history import CARRIED, History, Past
from digest.editorial.placing import Brief
from digest.editorial.rules import members
from digest.editorial.selection import Selection, Selector
from digest.editorial.tags import TagBook
from digest.model import Article, Choice, Edit, Segment

READERS = "readers."
"""How the name of an edition begins that is for readers of one choice; no segment has such a name."""
_KEY = 16  # hexadecimal digits


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderStanding:
    """Where readers stand: what they gather `since`, and what the last email that they got has decided.

    `waiting` holds the articles that it made wait, each with the rule that did.
    """

    since: datetime
    up_to: int = 0
    waiting: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class EditionBasis:
    """What an edition for readers is made of; of what they have `had`, what it could hold otherwise."""

    choice: Choice
    standing: ReaderStanding
    had: tuple[str, ...] = ()

    @cached_property
    def name(self) -> str:
        """The name of the edition, the same for all who share it."""
        stands = self.standing
        parts = (
            key_of(self.choice),
            stands.since.isoformat(),
            str(stands.up_to),
            "\n".join(sorted(map(" ".join, stands.waiting))),
            "\n".join(sorted(self.had)),
        )
        return READERS + sha256("\0".join(parts).encode()).hexdigest()[:_KEY]


class ReaderSelector:
    """The selections of one issue for readers who stand at any of the `standings`.

    `patch` are the issue's own edits, `history` the issues before it.
    """

    def __init__(
        self,
        brief: Brief,
        articles: Sequence[Article],
        patch: Sequence[Edit],
        history: History,
        standings: Collection[ReaderStanding],
        *,
        now: datetime,
    ) -> None:
        self._book = TagBook(brief.tags)
        self._names = {each: f"{READERS}{n}" for n, each in enumerate(sorted(standings, key=repr))}
        since = {name: each.since for each, name in self._names.items()}
        past = replace(history, since=since)
        open_ = {
            name: _candidates(each, articles, brief.filed) for each, name in self._names.items()
        }
        self.edits = in_force(past.carried(now, open_), patch)
        undone = [edit for edit in patch if edit.undo]
        self._pasts = {
            each: replace(
                past.past(name, open_[name], now=now, sent=brief.sent, ledger={}, undone=undone),
                carried=frozenset(id_ for id_, rule in each.waiting if rule in CARRIED)
                & open_[name],
            )
            for each, name in self._names.items()
        }
        self.selector = Selector(brief, articles, self.edits)
        self._by_hand = self.selector.edits.numbers(
            id_ for e in self.edits for id_ in (e.article, *e.articles) if id_
        )
        self._bare: dict[tuple[Choice, ReaderStanding], tuple[EditionBasis, int]] = {}
        self._known: dict[tuple[str, int], EditionBasis] = {}

    def numbers(self, ids: Iterable[str]) -> int:
        """Return the set of these articles, as far as the issue may choose from them."""
        return self.selector.edits.numbers(ids)

    def segment(self, reading: EditionBasis) -> Segment:
        """Return the segment whose selection a reading is."""
        choice = reading.choice
        return Segment(
            name=self._names[reading.standing],
            title=", ".join((*choice.topics, *choice.sources)),
            match=rule_of(choice, self._book),
            most=choice.most,
        )

    def past(self, reading: EditionBasis) -> Past:
        """Return what such a segment has had."""
        return replace(self._pasts[reading.standing], sent=dict.fromkeys(reading.had, ""))

    def reading(self, choice: Choice, standing: ReaderStanding, had: int) -> EditionBasis:
        """Return what the edition of a reader is made of who has had this set of articles."""
        if (choice, standing) not in self._bare:
            bare = EditionBasis(choice=choice, standing=standing)
            self._bare[choice, standing] = bare, self._reach(bare)
        reading, reach = self._bare[choice, standing]
        if not (told := had & reach):
            return reading
        if (reading.name, told) not in self._known:
            pool = self.selector.pool.articles
            ids = tuple(sorted(pool[i].id for i in members(told)))
            self._known[reading.name, told] = replace(reading, had=ids)
        return self._known[reading.name, told]

    def select(self, reading: EditionBasis) -> Selection:
        """Return the selection for the readers of a reading."""
        return self.selector.select(self.segment(reading), self.past(reading))

    def _reach(self, reading: EditionBasis) -> int:
        """Return the articles that an edition might hold."""
        segment, past = self.segment(reading), self.past(reading)
        if self.selector.brief.newsletter.when_short == "back-fill":
            return self.selector.pool.everything
        return passing(self.selector.gates.of(segment, past)) | self._by_hand


def _candidates(
    standing: ReaderStanding, articles: Iterable[Article], filed: Mapping[str, int]
) -> frozenset[str]:
    """Return what readers have met of the articles, and the last email that they got has not decided."""
    ids = {a.id for a in articles}
    met = (a.id for a in articles if a.new_at and a.new_at >= standing.since)
    new = {id_ for id_ in met if filed.get(id_, 0) > standing.up_to}
    return frozenset(new | ({id_ for id_, _ in standing.waiting} & ids))
