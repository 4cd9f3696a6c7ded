"""Placing: each article of a ranked order gets its section, or meets the cap that leaves it out.

What editors pinned, moved or promised has its place first; where they put a section in order, its
articles stand so, and whatever else it has behind them. Then, in rank order, each article goes to
the first open section that wants it and has room. A section with fewer than its `min` closes, and
the placing begins again without it; at last the edition is cut from its end to what a page can hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from digest.editorial.capacity import Cap, Capacity, caps_of
from digest.editorial.edit_index import EditIndex
from digest.editorial.history import Past
from digest.editorial.layout import Layout, Layouts
from digest.editorial.rules import Pool
from digest.model import Newsletter, Segment, TagRules

CUT = "cut-to-fit"
SAME_NEWS = "same-news"
SERIES = "series"
FIRST_RULES = 1
"""As issues were selected at first: a full section's articles were lost, and moved ones had no place."""
NEWS_APART = 2
"""As they were selected then: each story of one piece of news had a place of its own."""
RULES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What a newsletter's rules are, and when this issue and the next one go out.

    `priorities` names the sources that bring articles now. `filed` numbers the articles in the order
    in which they came to the store. `fits` is how many an email's page can hold, for segments where
    that is a limit; `owed` is what themes that had too little are worth. `rules` is the edition of these rules that an issue was made by, so that an old
    one can be built again.
    """

    newsletter: Newsletter
    segments: Mapping[str, Segment]
    priorities: Mapping[str, int]
    tags: TagRules
    zone: str
    sent: datetime
    next_sent: datetime
    filed: Mapping[str, int] = field(default_factory=dict)
    fits: Mapping[str, int] = field(default_factory=dict)
    owed: Mapping[str, int] = field(default_factory=dict)
    rules: int = RULES


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """Where each article went: `places` in rank order, `turned` the cap that left one out.

    `cut` had their places, and went to make the page fit. `asked` are the sections that editors
    named for articles which are here.
    """

    places: tuple[tuple[int, int], ...]
    turned: Mapping[int, Cap]
    closed: frozenset[int]
    asked: Mapping[int, int]
    cut: tuple[tuple[int, int], ...] = ()


class Placer:
    """Places the articles of one pool by one newsletter's rules.

    `coverage` holds for an article the pairs of the same news that it is one of.
    """

    def __init__(
        self,
        brief: Brief,
        pool: Pool,
        edits: EditIndex,
        layouts: Layouts,
        coverage: Mapping[str, Collection[frozenset[str]]],
    ) -> None:
        self._brief, self._pool, self._edits, self._layouts = brief, pool, edits, layouts
        # of one piece of news one story, and of an event that recurs its next day
        self._one_each = (
            Cap(SAME_NEWS, 1, lambda article, _: coverage.get(article.id, ())),
            Cap(
                SERIES, 1, lambda article, _: filter(None, [article.event and article.event.series])
            ),
        )

    def pinned(self, segment: Segment, past: Past) -> tuple[int, ...]:
        """Return the pinned articles that the segment has not had, in the editors' order."""
        return self._edits.pinned(segment.name, self._edits.numbers(past.sent))

    def promised(self, segment: Segment, past: Past) -> int:
        """Return what is held for this issue and the segment has not had; it keeps its rank."""
        held = self._edits.promised(segment.name)
        return self._edits.numbers(
            e.article for e in held if e.article and e.article not in past.sent
        )

    def place(
        self,
        segment: Segment,
        past: Past,
        order: Sequence[int],
        *,
        most: int | None = None,
        without: frozenset[str] = frozenset(),
    ) -> Placing:
        """Give articles their sections in order, closing the sections that stay too small.

        `without` names caps and minimums that do not count: what if they were not there?
        """
        pins = self.pinned(segment, past)
        whole, *others = caps_of(self._brief.newsletter, most or segment.most)
        caps = (whole, *self._one_each, *others)
        layout = self._layouts.of(segment.name)
        named = self._edits.sections(segment.name)
        asked = (
            {i: named[i] for i in (*pins, *order) if named.get(i) in layout.sections}
            if named
            else {}
        )
        if self._brief.rules == FIRST_RULES:
            first, held = pins, frozenset(pins)
        else:
            # what an editor moved or promised has its place like a pin, but keeps its rank
            by_hand, kept = self._edits.moved(segment.name), self.promised(segment, past)
            moved = [i for i in order if (i in asked and i in by_hand) or kept >> i & 1]
            first, held = (*pins, *(i for i in moved if i not in pins)), frozenset(pins)
        closed: frozenset[int] = frozenset()
        while True:
            capacity = Capacity(caps, without)
            homes = partial(_homes, asked, layout, closed)
            # what editors pinned has a place, also where no section wants it
            spare = (*layout.open(closed), *layout.sections, 0)
            reserved = {
                i: section
                for i in first
                if capacity.take(self._pool.articles[i], section := [*homes(i), *spare][0])
            }
            taken, turned = self._fill(order, reserved, homes, capacity)
            ranked = [i for i in order if i in taken and i not in held]
            placing = Placing(
                places=self._in_order(
                    segment, [(i, taken[i]) for i in (*(i for i in pins if i in taken), *ranked)]
                ),
                turned=turned,
                closed=closed,
                asked=asked,
            )
            placing = self._fitted(segment, placing, layout, caps, without)
            small = self._too_small(placing, layout, without)
            if small is None:
                return placing
            closed |= {small}

    def _in_order(
        self, segment: Segment, places: Sequence[tuple[int, int]]
    ) -> tuple[tuple[int, int], ...]:
        """Return the places with each section's articles as editors ordered them, the others behind."""
        found = tuple(places)
        for section, order in self._edits.ordered(segment.name).items():
            turns = {place: turn for turn, place in enumerate(order)}
            own = (held for held in found if held[1] == section)
            sorted_ = iter(sorted(own, key=lambda held: turns.get(held[0], len(turns))))
            found = tuple(next(sorted_) if held[1] == section else held for held in found)
        return found

    def _fill(
        self,
        order: Sequence[int],
        reserved: Mapping[int, int],
        homes: Callable[[int], Sequence[int]],
        capacity: Capacity,
    ) -> tuple[dict[int, int], dict[int, Cap]]:
        """Give what is left of an edition to articles in rank order; return places, and who was turned away."""
        taken, turned = dict(reserved), dict[int, Cap]()
        for place in order:
            if capacity.is_full:
                break
            if place in reserved:
                continue
            article = self._pool.articles[place]
            for section in homes(place):
                cap = capacity.cap(article, section)
                if cap is None:
                    capacity.take(article, section)
                    taken[place] = section
                    turned.pop(place, None)
                    break
                turned.setdefault(place, cap)
                # only a section's own cap lets an article go on to another section
                if cap.section is None or self._brief.rules == FIRST_RULES:
                    break
                # an event that a section of events has no room for may be in the next issue
                by_day = self._brief.newsletter.sections[section].order == "event"
                if by_day and article.event and article.event.over > self._brief.next_sent:
                    break
        return taken, turned

    def _fitted(
        self,
        segment: Segment,
        placing: Placing,
        layout: Layout,
        caps: Sequence[Cap],
        without: frozenset[str],
    ) -> Placing:
        """Cut the placing from its reading end to what the page can hold."""
        most = self._brief.fits.get(segment.name)
        if most is None or CUT in without:
            return placing
        cut = sorted(placing.places, key=lambda held: layout.sections.index(held[1]))[most:]
        page = replace(caps[0], rule=CUT, limit=most)
        return replace(
            placing,
            places=tuple(held for held in placing.places if held not in cut),
            turned={**placing.turned, **dict.fromkeys((i for i, _ in cut), page)},
            cut=tuple(cut),
        )

    def _too_small(self, placing: Placing, layout: Layout, without: frozenset[str]) -> int | None:
        sizes = Counter(section for _, section in placing.places)
        kept = {section for i, section in placing.places if i in placing.asked}
        for index in layout.sections:
            rule = self._brief.newsletter.sections[index]
            counts = not rule.required and f"sections.{index}.min" not in without
            counts = counts and index not in kept
            if counts and index not in placing.closed and 0 < sizes[index] < rule.min:
                return index
        return None

    def least(self, segment: Segment) -> int:
        """Return how many articles a segment's edition needs: no more than it may hold."""
        least = self._brief.newsletter.limits.min
        return least if segment.most is None else min(least, segment.most)

    def is_short(self, segment: Segment, placing: Placing) -> bool:
        """Tell whether a placing holds fewer than an edition needs."""
        return len(placing.places) < self.least(segment)


def _homes(
    asked: Mapping[int, int], layout: Layout, closed: frozenset[int], place: int
) -> Sequence[int]:
    """Return the sections that an article may go to: the one that editors named, or those that want it."""
    return (asked[place],) if place in asked else layout.wanting(place, closed)
