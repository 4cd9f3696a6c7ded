"""Selection: which articles a segment's edition holds, and in which order.

The order is total: pinned articles as the editor pinned them, then points (most first), then the
newest, then the id. It does not depend on the order of the input.

An article must pass every gate (`Gates`). The first section that wants it claims it. In
rank order each article takes its place unless a cap is reached: the section's, the edition's, or
that of its source, a topic or an author. A section with fewer than its `min` closes, and what it
had claimed goes to the next section that wants it; one that an editor put an article into stays.
At last the edition is cut from its end to what an email's page can hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import reduce
from operator import itemgetter, or_

from digest.editorial.capacity import Capacity
from digest.editorial.edit_index import EditIndex
from digest.editorial.gates import Gate, Gates, passing
from digest.editorial.history import Past
from digest.editorial.points import Scale, total
from digest.editorial.rules import Pool, members
from digest.editorial.tags import TagBook
from digest.model import (
    Article,
    Edit,
    Newsletter,
    Point,
    Section,
    SectionRule,
    Segment,
    TagRules,
)

CUT = "cut-to-fit"
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What a newsletter's rules are, and when this issue and the next one go out.

    `fits` is how many articles an email's page can hold, for segments where that is a limit.
    """

    newsletter: Newsletter
    segments: Mapping[str, Segment]
    priorities: Mapping[str, int]
    tags: TagRules
    zone: str
    sent: datetime
    next_sent: datetime
    fits: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """Where each article went: `places` in rank order, `turned` the cap that left one out.

    `cut` had their places, and went to make the page fit.
    """

    places: tuple[tuple[int, int], ...]
    turned: Mapping[int, str]
    closed: frozenset[int]
    cut: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A segment's sections; `short` where they hold too few, `missing` names required sections.

    `cut` counts the articles that went to make the page fit. `ranks` count from 1; `points` are
    those that the ranks follow from.
    """

    segment: str
    sections: tuple[Section, ...]
    short: bool
    missing: tuple[str, ...]
    back_filled: frozenset[str]
    ranks: Mapping[str, int]
    points: Mapping[str, tuple[Point, ...]]
    cut: int = 0


class Selector:
    """One newsletter's rules over one pool of articles, compiled once for all segments."""

    def __init__(self, brief: Brief, articles: Sequence[Article], edits: Sequence[Edit]) -> None:
        self.brief = brief
        book = TagBook(brief.tags)
        scale = Scale(
            table=brief.newsletter.points,
            priorities=brief.priorities,
            book=book,
            sent=brief.sent,
            next_sent=brief.next_sent,
            zone=brief.zone,
        )
        scored = sorted(((scale.points(a), a) for a in articles), key=lambda pair: _rank(*pair))
        self.points = [points for points, _ in scored]
        self.pool = Pool(tuple(book.sort(article) for _, article in scored), book, brief.sent)
        self.place_of = {article.id: i for i, article in enumerate(self.pool.articles)}
        self.acts = EditIndex(
            edits=tuple(edits),
            place_of=self.place_of,
            titles=[rule.title for rule in brief.newsletter.sections],
            sent=brief.sent,
        )
        self._wants = [self._wanted(rule) for rule in brief.newsletter.sections]
        self.gates = Gates(
            self.pool, self.acts, brief.newsletter.limits, reduce(or_, self._wants, 0)
        )
        self._claims: dict[frozenset[int], list[int | None]] = {}

    def pinned(self, segment: Segment, past: Past) -> dict[int, int | None]:
        """Return the pinned articles that the segment has not had, each with the section that was named."""
        return self.acts.pinned(segment.name, self.acts.numbers(past.sent))

    # Selecting

    def select(self, segment: Segment, past: Past) -> Selection:
        """Return the segment's sections, and whether they are enough."""
        gates = self.gates.of(segment, past)
        candidates = passing(gates)
        placing = self.place(segment, past, self.order(candidates, past))
        filled = frozenset[int]()
        if self.is_short(placing) and self.brief.newsletter.when_short == "back-fill":
            placing, filled = self._back_fill(segment, past, gates)
        return self._selection(segment, past, placing, candidates, filled)

    def order(self, candidates: int, past: Past) -> list[int]:
        """Return candidates by rank; what is carried over to this segment has more points."""
        places = list(members(candidates))
        carried = self.gates.carried(past) & candidates
        if not carried:
            return places
        return sorted(places, key=lambda i: self._rank_with(i, carried))

    def breaks_tie(self, one: int, other: int) -> bool:
        """Tell whether the first of two articles with equal points is before the other."""
        articles = self.pool.articles
        return _rank((), articles[one]) < _rank((), articles[other])

    def points_for(self, place: int, past: Past) -> tuple[Point, ...]:
        """Return an article's points for a segment, with what carrying over adds."""
        bonus = self.brief.newsletter.points.carry_over
        if bonus and self.gates.carried(past) >> place & 1:
            return (*self.points[place], Point(rule="carry_over", value=bonus))
        return self.points[place]

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
        moved, pins = self.acts.moved(segment.name), self.pinned(segment, past)
        asked = moved | {i: section for i, section in pins.items() if section is not None}
        closed: frozenset[int] = frozenset()
        while True:
            claims = self.claims(closed)
            first = [(i, self._home(i, asked.get(i), closed)) for i in pins]
            walk = ((i, asked.get(i, claims[i])) for i in order if i not in pins)
            capacity = Capacity(self.brief.newsletter, most, without)
            placing = self._fitted(segment, self._walk(first, walk, closed, capacity), without)
            small = self._too_small(placing, asked, without)
            if small is None:
                return placing
            closed |= {small}

    def claims(self, closed: frozenset[int]) -> list[int | None]:
        """Return for each article the first open section that wants it."""
        if closed not in self._claims:
            found: list[int | None] = [None] * len(self.pool.articles)
            left = self.pool.everything
            for index, wanted in enumerate(self._wants):
                if index not in closed:
                    for place in members(wanted & left):
                        found[place] = index
                    left &= ~wanted
            self._claims[closed] = found
        return self._claims[closed]

    def _walk(
        self,
        pins: list[tuple[int, int]],
        order: Iterator[tuple[int, int | None]],
        closed: frozenset[int],
        capacity: Capacity,
    ) -> Placing:
        turned: dict[int, str] = {}
        places = [
            (i, section) for i, section in pins if capacity.take(self.pool.articles[i], section)
        ]
        for place, section in order:
            if capacity.is_full:
                break
            if section is None:
                continue
            cap = capacity.cap(self.pool.articles[place], section)
            if cap is None:
                capacity.take(self.pool.articles[place], section)
                places.append((place, section))
            else:
                turned[place] = cap
        return Placing(places=tuple(places), turned=turned, closed=closed)

    def _home(self, place: int, named: int | None, closed: frozenset[int]) -> int:
        """Return the section of a pinned article: the named one, else what claims it, else the first."""
        if named is not None:
            return named
        claimed = self.claims(closed)[place]
        rules = range(len(self.brief.newsletter.sections))
        return next((i for i in rules if i not in closed), 0) if claimed is None else claimed

    def _fitted(self, segment: Segment, placing: Placing, without: frozenset[str]) -> Placing:
        """Cut the placing from its reading end to what the page can hold."""
        most = self.brief.fits.get(segment.name)
        if most is None or CUT in without:
            return placing
        cut = sorted(placing.places, key=itemgetter(1))[most:]
        return replace(
            placing,
            places=tuple(held for held in placing.places if held not in cut),
            turned={**placing.turned, **dict.fromkeys((i for i, _ in cut), CUT)},
            cut=tuple(cut),
        )

    def _too_small(
        self, placing: Placing, asked: Collection[int], without: frozenset[str]
    ) -> int | None:
        sizes = Counter(section for _, section in placing.places)
        kept = {section for i, section in placing.places if i in asked}
        for index, rule in enumerate(self.brief.newsletter.sections):
            counts = not rule.required and f"sections.{index}.min" not in without
            counts = counts and index not in kept
            if counts and index not in placing.closed and 0 < sizes[index] < rule.min:
                return index
        return None

    def is_short(self, placing: Placing) -> bool:
        """Tell whether a placing holds fewer than an edition needs."""
        return len(placing.places) < self.brief.newsletter.limits.min

    def _back_fill(
        self, segment: Segment, past: Past, gates: tuple[Gate, ...]
    ) -> tuple[Placing, frozenset[int]]:
        """Fill a short edition up to its minimum with older articles that have a date."""
        usual = passing(gates)
        older = passing(gate for gate in gates if gate.rule != "window") & ~usual
        dated = [i for i in members(older) if self._is_past(i, past)]
        order = [*self.order(usual, past), *dated]
        least = self.brief.newsletter.limits.min
        pins = self.pinned(segment, past)
        return self.place(segment, past, order, most=least), frozenset(dated) - pins.keys()

    def _is_past(self, place: int, past: Past) -> bool:
        article = self.pool.articles[place]
        seen = article.new_at or article.first_seen
        return article.published is not None and seen <= past.window.end

    def _selection(
        self,
        segment: Segment,
        past: Past,
        placing: Placing,
        candidates: int,
        filled: frozenset[int],
    ) -> Selection:
        by_section: dict[int, list[int]] = {section: [] for _, section in placing.cut}
        for place, section in placing.places:
            by_section.setdefault(section, []).append(place)
        left = self._left(segment, placing, candidates)
        rules = self.brief.newsletter.sections
        sections = tuple(
            Section(
                title=rule.title,
                articles=tuple(self.pool.articles[i] for i in by_section[index]),
                more=left[index],
            )
            for index, rule in enumerate(rules)
            if index in by_section
        )
        read = [a.id for s in sections for a in s.articles]
        return Selection(
            segment=segment.name,
            sections=sections,
            short=self.is_short(placing) or not read,
            missing=tuple(_lacking(rules, by_section)),
            back_filled=frozenset(self.pool.articles[i].id for i in filled) & frozenset(read),
            ranks={article: rank for rank, article in enumerate(read, 1)},
            points={id_: self.points_for(self.place_of[id_], past) for id_ in read},
            cut=len(placing.cut),
        )

    def _left(self, segment: Segment, placing: Placing, candidates: int) -> Counter[int | None]:
        """Return by section how many of its candidates found no place."""
        claims, moved = self.claims(placing.closed), self.acts.moved(segment.name)
        placed = {place for place, _ in placing.places}
        return Counter(moved.get(i, claims[i]) for i in members(candidates) if i not in placed)

    def _wanted(self, rule: SectionRule) -> int:
        return self.pool.everything if rule.rest else self.pool.matching(rule.match)

    def _rank_with(self, place: int, carried: int) -> tuple[int, float, str]:
        bonus = self.brief.newsletter.points.carry_over if carried >> place & 1 else 0
        points, newest, article = _rank(self.points[place], self.pool.articles[place])
        return (points - bonus, newest, article)


def _rank(points: tuple[Point, ...], article: Article) -> tuple[int, float, str]:
    newest = (article.new_at or article.published or _NEVER).timestamp()
    return (-total(points), -newest, article.id)


def _lacking(rules: Sequence[SectionRule], filled: Mapping[int, list[int]]) -> Iterator[str]:
    for index, rule in enumerate(rules):
        least = max(rule.min, 1)
        held = len(filled.get(index, ()))
        if rule.required and held < least:
            yield f"{rule.title} has {held} of {least} articles"
