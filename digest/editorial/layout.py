"""Layouts: which sections an edition has, in which order, and which of them want an article."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from digest.editorial.rules import Pool, members
from digest.model import Newsletter


@dataclass(frozen=True, slots=True)
class Layout:
    """The sections of an edition by their place in the newsletter, in the edition's own order.

    `wants` holds for each section of the newsletter the set of articles that it claims.
    """

    sections: tuple[int, ...]
    wants: Sequence[int]
    _wanting: dict[int, list[int]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Turn the sets round, once for all editions of this layout."""
        for section in self.sections:
            for place in members(self.wants[section]):
                self._wanting.setdefault(place, []).append(section)

    @property
    def wanted(self) -> int:
        """The articles that some section wants."""
        return reduce(or_, (self.wants[section] for section in self.sections), 0)

    def wanting(self, place: int, closed: Collection[int] = ()) -> list[int]:
        """Return the open sections that want an article, in their order."""
        return [section for section in self._wanting.get(place, ()) if section not in closed]

    def open(self, closed: Collection[int]) -> list[int]:
        """Return the sections that are not closed."""
        return [section for section in self.sections if section not in closed]


class Layouts:
    """The layouts of a newsletter over one pool; segments with the same sections share theirs."""

    def __init__(self, newsletter: Newsletter, pool: Pool) -> None:
        self._newsletter = newsletter
        self._wants = [
            pool.everything if rule.rest else pool.matching(rule.match)
            for rule in newsletter.sections
        ]
        self._known: dict[tuple[int, ...], Layout] = {}

    def of(self, segment: str) -> Layout:
        """Return the layout of a segment's edition."""
        sections = self._newsletter.sections_for(segment)
        if sections not in self._known:
            self._known[sections] = Layout(sections, self._wants)
        return self._known[sections]
