"""Selection: which articles a segment's edition holds, and in which order.

The order is total: a section as the editors put it in order, pinned articles as they pinned them, then
points (most first), then the newest publication, then the order in which they were filed, which within
a feed is its own.

An article must pass every gate (`Gates`), and finds a place in rank order (`Placer`), or waits, or is
told by another publication's story on the same news.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, reduce
from operator import or_

from digest.editorial.coverage import same_news
from digest.editorial.edit_index import EditIndex
from digest.editorial.edits import with_events
from digest.editorial.gates import GATHERED, Gate, Gates, passing
from digest.editorial.history import Past
from digest.editorial.layout import Layout, Layouts
from digest.editorial.placing import FIRST_RULES, NEWS_APART, Brief, Placer, Placing
from digest.editorial.points import Scale, total
from digest.editorial.rules import Pool, article_set, members
from digest.editorial.similarity import RELATED, Likeness
from digest.editorial.tags import TagBook
from digest.model import (
    Article,
    Edit,
    Point,
    Section,
    SectionRule,
    Segment,
)

_FOREMOST = 4
_VARIETY = "variety"  # the key of `points` that takes them
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A segment's sections; `short` where they hold too few, `missing` names required sections.

    `cut` counts the articles that went to make the page fit. `ranks` count from 1; `points` are
    those that the ranks follow from. `waiting` names the rule for which an article waits for a later
    issue. `unplaced` are pinned, and found no room; `promised` are held for this
    issue. `lead` leads, wherever its section stands.
    """

    segment: str
    sections: tuple[Section, ...]
    short: bool
    missing: tuple[str, ...]
    back_filled: frozenset[str]
    ranks: Mapping[str, int]
    points: Mapping[str, tuple[Point, ...]]
    waiting: Mapping[str, str]
    unplaced: tuple[str, ...] = ()
    promised: tuple[Edit, ...] = ()
    cut: int = 0
    lead: str | None = None
    also_in: Mapping[str, tuple[Article, ...]] = field(default_factory=dict)


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
            owed=brief.owed,
        )
        scored = sorted(
            ((scale.points(a), a) for a in with_events(articles, edits)),
            key=lambda pair: self._rank(*pair),
        )
        self.points = [points for points, _ in scored]
        self.pool = Pool(tuple(book.sort(article) for _, article in scored), book, brief.sent)
        self.place_of = {article.id: i for i, article in enumerate(self.pool.articles)}
        self.coverage = {} if brief.rules <= NEWS_APART else same_news(self.pool.articles)
        self.edits = EditIndex(
            edits=tuple(edits),
            place_of=self.place_of,
            titles=[rule.title for rule in brief.newsletter.sections],
            sent=brief.sent,
        )
        self.layouts = Layouts(brief.newsletter, self.pool)
        self.placer = Placer(brief, self.pool, self.edits, self.layouts, self.coverage)
        self.gates = Gates(
            self.pool,
            self.edits,
            brief.newsletter.limits,
            self.layouts,
            None if brief.rules == FIRST_RULES else brief.priorities.keys(),
        )

    # Selecting

    def select(self, segment: Segment, past: Past) -> Selection:
        """Return the segment's sections, and whether they are enough."""
        gates = self.gates.of(segment, past)
        candidates = passing(gates) | self.placer.promised(segment, past)
        placing = self.placer.place(segment, past, self.order(candidates, segment, past))
        filled = frozenset[int]()
        if (
            self.placer.is_short(segment, placing)
            and self.brief.newsletter.when_short == "back-fill"
        ):
            placing, filled = self._back_fill(segment, past, gates)
        return self._selection(segment, past, gates, placing, filled)

    def order(self, candidates: int, segment: Segment, past: Past) -> list[int]:
        """Return candidates by rank; what is carried over to this segment has more points.

        Events of sections in their order share the ranks that they have among themselves by their day.
        """
        places = self._by_points(candidates, past)
        if self.brief.newsletter.points.variety:
            varied = self.lost(candidates, segment, past)
            places = [*varied, *(place for place in places if place not in varied)]
        if by_day := self.by_day(segment) & candidates:
            ranks = [rank for rank, place in enumerate(places) if by_day >> place & 1]
            soonest = sorted((places[rank] for rank in ranks), key=self._starts)
            for rank, place in zip(ranks, soonest, strict=True):
                places[rank] = place
        return places

    def lost(self, candidates: int, segment: Segment, past: Past) -> Mapping[int, int]:
        """Return what variety takes from each candidate, for being like one before it, in their order.

        Maximal marginal relevance (Carbonell and Goldstein 1998): the next is each time the one with
        most points, less those for its likeness to the likest that stands. What editors pinned or
        promised stands first. Of all but the foremost, four times as many as an edition holds,
        nothing is taken.
        """
        most = self.brief.newsletter.points.variety
        if not most:
            return {}
        head = self._by_points(candidates, past)[: _FOREMOST * self.brief.newsletter.limits.max]
        carried = self.gates.carried(past)
        ranks = {place: self._rank_with(place, carried) for place in head}
        by_hand = {
            *self.placer.pinned(segment, past),
            *members(self.placer.promised(segment, past)),
        }
        near = {place: max((self._like(place, i) for i in by_hand), default=0.0) for place in head}
        found: dict[int, int] = {}
        near |= dict.fromkeys(by_hand & near.keys(), 0.0)
        while near:
            loses = {place: round(most * like) for place, like in near.items()}
            first = min(near, key=lambda i: (ranks[i][0] + loses[i], *ranks[i][1:]))
            found[first] = loses[first]
            del near[first]
            for place in near.keys() - by_hand:
                near[place] = max(near[place], self._like(place, first))
        return found

    def likest(self, place: int, others: Iterable[int]) -> int | None:
        """Return which of the others an article is likest to, if to any."""
        return max(
            (i for i in others if i != place and self._like(place, i)),
            key=lambda i: (self._like(place, i), -i),
            default=None,
        )

    def _like(self, one: int, other: int) -> float:
        like = self._likeness.of(self._id(one), self._id(other))
        return like if like >= RELATED else 0.0

    @cached_property
    def _likeness(self) -> Likeness:
        return Likeness(self.pool.articles)

    def _by_points(self, candidates: int, past: Past) -> list[int]:
        places = list(members(candidates))
        if carried := self.gates.carried(past) & candidates:
            places.sort(key=lambda i: self._rank_with(i, carried))
        return places

    def by_day(self, segment: Segment) -> int:
        """Return the events that a section in their order wants: each may be printed until it is over."""
        layout, rules = self.layouts.of(segment.name), self.brief.newsletter.sections
        wants = (layout.wants[i] for i in layout.sections if rules[i].order == "event")
        wanted = reduce(or_, wants, 0)
        return article_set(i for i in members(wanted) if self.pool.articles[i].event)

    def _starts(self, place: int) -> datetime:
        event = self.pool.articles[place].event
        return event.starts if event else _NEVER

    def breaks_tie(self, one: int, other: int) -> bool:
        """Tell whether the first of two articles with equal points is before the other."""
        articles = self.pool.articles
        return self._rank((), articles[one]) < self._rank((), articles[other])

    def points_for(
        self, place: int, past: Past, lost: Mapping[int, int] | None = None
    ) -> tuple[Point, ...]:
        """Return an article's points for a segment, with what carrying over adds and variety took."""
        found, bonus = self.points[place], self.brief.newsletter.points.carry_over
        if bonus and self.gates.carried(past) >> place & 1:
            found = (*found, Point(rule="carry_over", value=bonus))
        if lost and lost.get(place):
            found = (*found, Point(rule=_VARIETY, value=-lost[place]))
        return found

    def _back_fill(
        self, segment: Segment, past: Past, gates: tuple[Gate, ...]
    ) -> tuple[Placing, frozenset[int]]:
        """Fill a short edition up to its minimum with older articles that have a date."""
        usual = passing(gates) | self.placer.promised(segment, past)
        older = passing(gate for gate in gates if gate.rule not in GATHERED) & ~usual
        # what was never new, as a story by hand, is its editors' to bring in
        dated = [
            i
            for i in members(older)
            if (article := self.pool.articles[i]).published is not None
            and article.new_at is not None
            and article.new_at <= past.window.end
        ]
        order = [*self.order(usual, segment, past), *dated]
        least = self.placer.least(segment)
        pins = self.placer.pinned(segment, past)
        return self.placer.place(segment, past, order, most=least), frozenset(dated) - {*pins}

    def _selection(
        self,
        segment: Segment,
        past: Past,
        gates: Sequence[Gate],
        placing: Placing,
        filled: frozenset[int],
    ) -> Selection:
        by_section: dict[int, list[int]] = {section: [] for _, section in placing.cut}
        for place, section in placing.places:
            by_section.setdefault(section, []).append(place)
        tops, ordered = self.edits.tops(segment.name), self.edits.ordered(segment.name)
        for section, held in by_section.items():
            by_day = self.brief.newsletter.sections[section].order == "event"
            if by_day and section not in ordered:
                held.sort(key=lambda place: self._printed_order(place, tops))
        layout = self.layouts.of(segment.name)
        candidates = passing(gates)
        told = self._told(placing, candidates)
        left = self._left(placing, layout, candidates & ~article_set(told))
        rules = self.brief.newsletter.sections
        sections = tuple(
            self._section(rules[index], by_section[index], left.get(index, 0))
            for index in layout.sections
            if index in by_section
        )
        lead = self._lead(segment, placing)
        read = [a.id for s in sections for a in s.articles]
        read.sort(key=lambda id_: id_ != lead)
        pins = (self.pool.articles[i].id for i in self.placer.pinned(segment, past))
        promised = tuple(e for e in self.edits.promised(segment.name) if e.article not in past.sent)
        kept = {*read, *(e.article for e in promised)}
        lost = self.lost(candidates | self.placer.promised(segment, past), segment, past)
        return Selection(
            segment=segment.name,
            sections=sections,
            short=self.placer.is_short(segment, placing) or not read,
            missing=tuple(
                f"{rules[i].title} has {printed} of {least} articles"
                for i in layout.sections
                if (printed := len(by_section.get(i, ()))) < (least := max(rules[i].min, 1))
                and rules[i].required
            ),
            back_filled=frozenset(self.pool.articles[i].id for i in filled) & frozenset(read),
            ranks={article: rank for rank, article in enumerate(read, 1)},
            points={id_: self.points_for(self.place_of[id_], past, lost) for id_ in read},
            waiting=self._waiting(segment, gates, {*read, *(self._id(i) for i in told)}),
            unplaced=tuple(id_ for id_ in pins if id_ not in kept),
            promised=promised,
            cut=len(placing.cut),
            lead=lead,
            also_in={
                self._id(place): tuple(
                    self.pool.articles[i] for i, by in told.items() if by == place
                )
                for place in dict.fromkeys(told.values())
            },
        )

    def _told(self, placing: Placing, candidates: int) -> dict[int, int]:
        """Return the candidates without a place whose news a story with one tells, each with that story."""
        held = [place for place, _ in placing.places]
        told: dict[int, int] = {}
        for place in held:
            pairs = self.coverage.get(self._id(place), ())
            for other in sorted(self.place_of[id_] for pair in pairs for id_ in pair):
                if other not in held and candidates >> other & 1:
                    told.setdefault(other, place)
        return told

    def _printed_order(self, place: int, tops: Sequence[int]) -> tuple[int, datetime]:
        """Order what editors pinned to the top as they did, events by their day, then what has none."""
        if place in tops:
            return (tops.index(place) - len(tops), _NEVER)
        return (0 if self.pool.articles[place].event else 1, self._starts(place))

    def _lead(self, segment: Segment, placing: Placing) -> str | None:
        """Return the weightiest article that may lead, or the one that editors put there."""
        ranked = [place for place, _ in placing.places]
        chosen = [place for place in self.edits.leads(segment.name) if place in ranked]
        rule = self.brief.newsletter.lead
        if rule is not None and not chosen:
            fits = self.pool.matching(rule.match) if rule.match else self.pool.everything
            fit = [place for place in ranked if fits >> place & 1]
            shown = [place for place in fit if has_picture(self.pool.articles[place])]
            chosen = shown if rule.picture == "required" else fit
            if rule.picture == "preferred":
                chosen = shown or fit
        return self.pool.articles[chosen[0]].id if chosen else None

    def _section(self, rule: SectionRule, places: Sequence[int], left: int) -> Section:
        """Return a section as it is printed; so many left over that nobody would read on are none."""
        articles = tuple(self.pool.articles[i] for i in places)
        if self.brief.rules == FIRST_RULES:
            return Section(title=rule.title, articles=articles, more=left.bit_count())
        few = left.bit_count() <= self.brief.newsletter.limits.more
        named = tuple(self.pool.articles[i].id for i in members(left)) if few else ()
        events = rule.order == "event"
        return Section(
            title=rule.title, articles=articles, more=len(named), left=named, events=events
        )

    def _left(self, placing: Placing, layout: Layout, candidates: int) -> dict[int, int]:
        """Return the candidates that found no place, by the last section that would have had them."""
        left = candidates & ~article_set(place for place, _ in placing.places)
        found: dict[int, int] = {}
        for place, section in placing.asked.items():
            if left >> place & 1:
                found[section] = found.get(section, 0) | 1 << place
                left &= ~(1 << place)
        open_ = layout.open(placing.closed)
        for section in open_ if self.brief.rules == FIRST_RULES else reversed(open_):
            found[section] = found.get(section, 0) | (layout.wants[section] & left)
            left &= ~layout.wants[section]
        return found

    def _waiting(
        self, segment: Segment, gates: Sequence[Gate], read: Collection[str]
    ) -> dict[str, str]:
        """Return what a later issue is still to decide on, each with the rule that made it wait."""
        # what was added by hand need not be new, nor what the segment asks for
        kept = passing(gate for gate in gates if gate.rule in {"ledger", "edit.hide"})
        firm = passing(gate for gate in gates if not gate.postpones)
        firm |= self.edits.added(segment.name) & kept
        late = [(gate.rule, firm & ~gate.passes) for gate in gates if gate.postpones]
        if self.brief.newsletter.when_short == "carry-over":
            late.append(("carry-over", passing(gates)))
        late.append(("event", passing(gates) & self.by_day(segment)))
        found: dict[str, str] = {}
        for rule, places in late:
            for id_ in (self.pool.articles[i].id for i in members(places)):
                if id_ not in read:
                    found.setdefault(id_, rule)
        return found

    def _id(self, place: int) -> str:
        return self.pool.articles[place].id

    def _rank_with(self, place: int, carried: int) -> tuple[int, float, int, str]:
        bonus = self.brief.newsletter.points.carry_over if carried >> place & 1 else 0
        points, newest, filed, id_ = self._rank(self.points[place], self.pool.articles[place])
        return (points - bonus, newest, filed, id_)

    def _rank(self, points: tuple[Point, ...], article: Article) -> tuple[int, float, int, str]:
        if self.brief.rules == FIRST_RULES:
            return (-total(points), -_time(article.new_at or article.published), 0, article.id)
        newest = _time(article.published or article.new_at)
        return (-total(points), -newest, self.brief.filed.get(article.id, 0), article.id)


def has_picture(article: Article) -> bool:
    """Tell whether an article has a picture that can be shown."""
    return article.image is not None and bool(article.image.url)


def _time(moment: datetime | None) -> float:
    return (moment or _NEVER).timestamp()
