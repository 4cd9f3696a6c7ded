"""Why: for an article and a segment, in or out, by which rules, and what would change it.

`decided_by` names every rule that holds the article where it is: with all of them gone, the answer
is the other one. Caps are judged as if the article had passed every gate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice

from digest.editorial.capacity import Cap, caps_of
from digest.editorial.gates import passing
from digest.editorial.history import Past
from digest.editorial.layout import Layout
from digest.editorial.placing import CUT, SAME_NEWS, Placing
from digest.editorial.points import total
from digest.editorial.selection import Selector
from digest.model import Article, Decision, Newsletter, Rule, Segment

_TRIES = 40  # places that are tried, each; further up only those that took room


def explain(selector: Selector, article: str, segment: Segment, past: Past) -> Decision:
    """Return the decision on one article for one segment; LookupError where the pool lacks it."""
    return _Case(selector, selector.place_of[article], segment, past).decision()


def kept_out(selector: Selector, article: str, segment: Segment, past: Past) -> tuple[str, ...]:
    """Return by which rules an article is left out; what would change that takes longer to find."""
    return tuple(_Case(selector, selector.place_of[article], segment, past).against())


class _Case:
    """One article before one segment's rules."""

    def __init__(self, selector: Selector, place: int, segment: Segment, past: Past) -> None:
        self.selector, self.place, self.segment, self.past = selector, place, segment, past
        self.article = selector.pool.articles[place]
        self.gates = selector.gates.of(segment, past)
        self.failed = [gate for gate in self.gates if not gate.passes >> place & 1]
        self.selection = selector.select(segment, past)

    def decision(self) -> Decision:
        rank = self.selection.ranks.get(self.article.id)
        included = rank is not None and not self.selection.short
        return Decision(
            article=self.article.id,
            segment=self.segment.name,
            included=included,
            section=self._section() if included else None,
            rank=rank if included else None,
            points=self.selector.points_for(self.place, self.past, self._lost),
            decided_by=tuple(self._for() if included else self.against()),
            would_change=tuple(self._ways_out() if included else self._ways_in()),
        )

    def _section(self) -> str | None:
        mine = (s for s in self.selection.sections if self.article.id in {a.id for a in s.articles})
        return next((section.title for section in mine), None)

    # In

    def _for(self) -> Iterator[str]:
        if self.article.id in self.selection.back_filled:
            yield "when_short: back-fill"
            return
        if self._is_placed:
            yield "edit.pin" if self._is_pinned else "edit.hold"
        if not self._is_placed or not self._against_unpinned():
            yield f"segments.{self.segment.name}.match"
        if self.selection.lead == self.article.id:
            by_hand = self.place in self.selector.edits.leads(self.segment.name)
            yield "edit.lead" if by_hand else "lead"
        titles, ordered = self.selector.edits.titles, self.selector.edits.ordered(self.segment.name)
        mine = [s for s in ordered if self.place in ordered[s]]
        if mine and self._section() in {titles[s] for s in mine}:
            yield "edit.order"

    def _ways_out(self) -> Iterator[str]:
        if self._is_placed:
            if self._against_unpinned():
                yield "taking the pin away" if self._is_pinned else "taking the promise away"
        elif (fewer := self._points_out()) is not None:
            yield fewer
        if self.article.tags_cut and self.segment.match.none:
            yield f"its tag list is cut: a hidden tag may be one of {_list(self.segment.match.none)}"

    def _points_out(self) -> str | None:
        """Say with how many fewer points others would take its place, found by trying the next ones."""
        if self._is_by_day:
            return None
        order = self._order()
        rest = [place for place in order if place != self.place]
        placed = {place for place, _ in self._as_candidate(()).places}
        at = order.index(self.place)
        for after in islice((i for i in range(at, len(rest)) if rest[i] not in placed), _TRIES):
            tried = self._placed([*rest[: after + 1], self.place, *rest[after + 1 :]], ())
            if all(place != self.place for place, _ in tried.places):
                n = self._to_reach(rest[after], self.place)
                fewer = "1 fewer point" if n == 1 else f"{n} fewer points"
                return f"{fewer}: {_title(self._at(rest[after]))} is next"
        return None

    # Out

    def against(self) -> list[str]:
        """Return every rule that holds the article out, together enough to let it in."""
        gates = [] if self._is_placed else [gate.rule for gate in self.failed]
        caps = self._caps()
        short = ["articles.min"] if self._stays_short(caps) else []
        return [*gates, *(cap.rule for cap in caps), *short]

    def _against_unpinned(self) -> bool:
        unpinned = Selector(
            self.selector.brief,
            self.selector.pool.articles,
            [
                e
                for e in self.selector.edits.edits
                if not (e.verb in {"pin", "lead", "add", "hold"} and e.article == self.article.id)
            ],
        )
        return self.article.id not in unpinned.select(self.segment, self.past).ranks

    def _caps(self) -> list[Cap]:
        """Return the caps that would leave the article out if it passed every gate, one by one."""
        caps: list[Cap] = []
        while (cap := self._cap(caps)) is not None:
            caps.append(cap)
        return caps

    def _cap(self, without: Sequence[Cap]) -> Cap | None:
        """Return what leaves the article out when these caps do not count, if anything does."""
        placing = self._as_candidate(without)
        if any(place == self.place for place, _ in placing.places):
            return None
        wanting = [placing.asked[self.place]] if self.place in placing.asked else None
        wanting = self._layout.wanting(self.place) if wanting is None else wanting
        if not wanting and not self._is_placed:
            return None
        cap = placing.turned.get(self.place)
        if cap is None and wanting and placing.closed.issuperset(wanting):
            section = wanting[0]
            least = self._newsletter.sections[section].min
            cap = Cap(f"sections.{section}.min", least, lambda _, __: ())
        if cap is None:
            cap = next(
                c for c in caps_of(self._newsletter, self.segment.most) if c.rule == "articles.max"
            )
        return None if any(cap.rule == each.rule for each in without) else cap

    def _stays_short(self, caps: Sequence[Cap]) -> bool:
        return self.selection.short and self.selector.placer.is_short(
            self.segment, self._as_candidate(caps)
        )

    def _as_candidate(self, without: Sequence[Cap]) -> Placing:
        """Place the segment's articles as if this one had passed every gate."""
        return self._placed(self._order(), without)

    def _order(self) -> list[int]:
        return self.selector.order(self._candidates | 1 << self.place, self.segment, self.past)

    @property
    def _candidates(self) -> int:
        return passing(self.gates) | self.selector.placer.promised(self.segment, self.past)

    def _placed(self, order: Sequence[int], without: Sequence[Cap]) -> Placing:
        left_out = frozenset(cap.rule for cap in without)
        return self.selector.placer.place(self.segment, self.past, order, without=left_out)

    def _ways_in(self) -> Iterator[str]:
        for gate in self.failed:
            kind = gate.rule if gate.rule in _WAYS else gate.rule.rpartition(".")[2]
            yield from _WAYS[kind](self)
        caps = self._caps()
        yield from (self._way_past(cap, caps[:count]) for count, cap in enumerate(caps))
        if caps and not (self.selection.short or self.selection.back_filled):
            yield self._points_in()
            if taken := self._lost.get(self.place):
                held = [place for place, _ in self._as_candidate(()).places]
                other = self.selector.likest(self.place, held)
                if other is not None:
                    like = _title(self._at(other))
                    yield f"another subject: points.variety took {taken}, as it is like {like}"
        if self._stays_short(caps):
            least = self.selector.placer.least(self.segment)
            lacking = least - len(self._as_candidate(caps).places)
            yield f"{lacking} more articles: the edition needs {least}"

    def match_ways(self) -> Iterator[str]:
        """Say what the segment's rule asks for that the article lacks."""
        rule = self.segment.match
        for key, passes in self.selector.pool.conditions(rule):
            if not passes >> self.place & 1:
                yield _CONDITIONS[key](rule)
                if self.article.tags_cut and key in {"any", "all"}:
                    yield "its tag list is cut, so it may have such a tag: this is uncertain"

    def window_ways(self) -> Iterator[str]:
        """Say when the article was new, before the segment began to gather."""
        if self.article.new_at is None:
            yield "a date, or `fresh: true` at its source: undated articles of an archive are never new"
        else:
            yield (
                f"a segment that gathers since before {self.article.new_at.isoformat()}, when it was "
                f"new: this one does since {self.past.since.isoformat()}"
            )

    def decided_ways(self) -> Iterator[str]:
        """Say which issue has decided on the article."""
        if self.past.last is not None and not any(gate.rule == "window" for gate in self.failed):
            yield f"an editor's pin: issue {self.past.last} has passed it"

    def ahead_ways(self) -> Iterator[str]:
        """Say on which day the article will be out."""
        days = (day for day in (self.article.published, self.article.new_at) if day is not None)
        yield f"its day: it waits for the first issue after {max(days).isoformat()}"

    def event_ways(self) -> Iterator[str]:
        """Say that the event is called off, or over."""
        event = self.article.event
        if event is not None and event.cancelled:
            yield "nothing, unless it takes place after all: its event is cancelled"
        elif event is not None:
            yield f"nothing: its event is over since {event.over.isoformat()}"

    def delay_ways(self) -> Iterator[str]:
        """Say until when editors put the article off, or for which issue they hold it."""
        held = self.selector.edits.standing(self.segment.name).get(self.article.id)
        if held is not None and held.verb == "hold" and held.start is not None:
            yield f"its day: {held.by} holds it for the issue of {held.start.date()}"
        else:
            yield "taking the editor's delay away, or the next issue"

    def ledger_ways(self) -> Iterator[str]:
        """Say which issue had the article."""
        yield f"nothing: issue {self.past.sent[self.article.id]} had it"

    def _way_past(self, cap: Cap, without: Sequence[Cap]) -> str:
        if cap.rule.endswith(".min"):
            return f"more articles in its section: {cap.rule} is {cap.limit}"
        if cap.rule == CUT:
            return "shorter articles before it: they fill the 100 KB that an email's page may have"
        placing = self._as_candidate(without)
        held = [(self._at(i), section) for i, section in (*placing.places, *placing.cut)]
        uses = Counter(key for article, section in held for key in cap.keys(article, section))
        asked = placing.asked.get(self.place)
        homes = self._layout.wanting(self.place) if asked is None else [asked]
        mine = {key for home in homes or [0] for key in cap.keys(self.article, home)}
        full = {key for key in mine if uses[key] >= cap.limit}
        # the articles that count for a cap which leaves no room for this one
        taken = ", ".join(_title(a) for a, section in held if full & {*cap.keys(a, section)})
        if cap.rule == SAME_NEWS:
            return f"an editor's pin: {taken} tells of the same news, and names it"
        return f"room: {cap.rule} is {cap.limit}, taken by {taken}"

    def _points_in(self) -> str:
        """Say how many more points would give it a place, found by trying; an event needs an earlier day."""
        if self._is_by_day:
            return "an earlier day: its section takes the next events first"
        order = self._order()
        rest = [place for place in order if place != self.place]
        placing = self._as_candidate(())
        held = {place for place, _ in (*placing.places, *placing.cut)}
        at = order.index(self.place)
        for ahead in (i for i in reversed(range(at)) if at <= _TRIES or rest[i] in held):
            tried = self._placed([*rest[:ahead], self.place, *rest[ahead:]], ())
            if any(
                place == self.place for place, _ in tried.places
            ) and not self.selector.placer.is_short(self.segment, tried):
                n = self._to_reach(self.place, rest[ahead])
                more = "1 more point" if n == 1 else f"{n} more points"
                return f"{more}, to be before {_title(self._at(rest[ahead]))}"
        return "no number of points: what an editor pinned or other rules hold the room"

    def _to_reach(self, behind: int, ahead: int) -> int:
        """Return how many points an article lacks to be before another one."""
        lead = self._total(ahead) - self._total(behind)
        return lead if self.selector.breaks_tie(behind, ahead) else lead + 1

    # Shared

    @property
    def _newsletter(self) -> Newsletter:
        return self.selector.brief.newsletter

    @property
    def _layout(self) -> Layout:
        return self.selector.layouts.of(self.segment.name)

    @property
    def _is_pinned(self) -> bool:
        return self.place in self.selector.placer.pinned(self.segment, self.past)

    @property
    def _is_placed(self) -> bool:
        """Tell whether an editor gave it a place, which no gate takes away."""
        promised = self.selector.placer.promised(self.segment, self.past) >> self.place & 1
        return self._is_pinned or bool(promised)

    @property
    def _is_by_day(self) -> bool:
        return bool(self.selector.by_day(self.segment) >> self.place & 1)

    def _total(self, place: int) -> int:
        return total(self.selector.points_for(place, self.past, self._lost))

    @cached_property
    def _lost(self) -> Mapping[int, int]:
        return self.selector.lost(self._candidates | 1 << self.place, self.segment, self.past)

    def _at(self, place: int) -> Article:
        return self.selector.pool.articles[place]


_CONDITIONS: Mapping[str, Callable[[Rule], str]] = {
    "any": lambda rule: f"one of the tags {_list(rule.any)}",
    "all": lambda rule: f"all of the tags {_list(rule.all)}",
    "none": lambda rule: f"none of the tags {_list(rule.none)}",
    "source": lambda rule: f"coming from {_list(rule.source)}",
    "title": lambda rule: f"a title like {rule.title}",
    "newer_than": lambda rule: f"an age of at most {rule.newer_than}",
}

_WAYS: Mapping[str, Callable[[_Case], Iterator[str]]] = {
    "match": _Case.match_ways,
    "window": _Case.window_ways,
    "decided": _Case.decided_ways,
    "date-ahead": _Case.ahead_ways,
    "event": _Case.event_ways,
    "ledger": _Case.ledger_ways,
    "max_age": lambda case: iter(
        [f"a later date, or a max_age that reaches {case.article.published}"]
    ),
    "grace": lambda _: iter(["the next issue, for which it waits: it is within the grace period"]),
    "source": lambda case: iter([f"its source {case.article.source} in feeds.yaml, and enabled"]),
    "edit.hide": lambda _: iter(["taking the editor's hide away"]),
    "edit.delay": _Case.delay_ways,
    "sections": lambda _: iter(["a section whose rule it meets, or one with rest: true"]),
}


def _title(article: Article) -> str:
    return f"“{article.title}”"


def _list(names: Sequence[str]) -> str:
    return ", ".join(names)
