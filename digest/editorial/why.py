"""Why: for an article and a segment, in or out, by which rules, and what would change it.

`decided_by` names every rule that holds the article where it is: with all of them gone, the answer
is the other one. Caps are judged as if the article had passed every gate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from digest.editorial.points import total
from digest.editorial.selection import Gate, Past, Placing, Selector
from digest.model import Article, Decision, Edit, Rule, Segment


def explain(selector: Selector, article: str, segment: Segment, past: Past) -> Decision:
    """Return the decision on one article for one segment; LookupError where the pool lacks it."""
    return _Case(selector, selector.place_of[article], segment, past).decision()


class _Case:
    """One article before one segment's rules."""

    def __init__(self, selector: Selector, place: int, segment: Segment, past: Past) -> None:
        self.selector, self.place, self.segment, self.past = selector, place, segment, past
        self.article = selector.pool.articles[place]
        self.gates = selector.gates(segment, past)
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
            points=self.selector.points_for(self.place, self.past),
            decided_by=" and ".join(self._for() if included else self._against()),
            would_change=tuple(self._ways_out() if included else self._ways_in()),
        )

    def _section(self) -> str | None:
        for section in self.selection.sections:
            if any(article.id == self.article.id for article in section.articles):
                return section.title
        return None

    # In

    def _for(self) -> Iterator[str]:
        if self.article.id in self.selection.back_filled:
            yield "when_short: back-fill"
            return
        if self._is_pinned:
            yield "edit.pin"
        if not self._is_pinned or not self._against_unpinned():
            yield f"segments.{self.segment.name}.match"

    def _ways_out(self) -> Iterator[str]:
        if self._is_pinned:
            yield "taking the pin away"
        behind = self._behind()
        if behind:
            lead = self._total() - total(self.selector.points_for(behind[0], self.past))
            yield f"{lead + 1} fewer points, and {_title(self._at(behind[0]))} would be before it"
        if self.article.tags_cut and self.segment.match.none:
            yield f"its tag list is cut: a hidden tag may be one of {_list(self.segment.match.none)}"

    def _behind(self) -> list[int]:
        order = self.selector.order(self._candidates(), self.past)
        return order[order.index(self.place) + 1 :][:1] if self.place in order else []

    # Out

    def _against(self) -> list[str]:
        """Return every rule that holds the article out, together enough to let it in."""
        gates = [] if self._is_pinned else [gate.rule for gate in self.failed]
        caps = self._caps()
        return [*gates, *caps, *(["articles.min"] if self._stays_short(caps) else [])]

    def _against_unpinned(self) -> bool:
        if self.failed:
            return True
        unpinned = Selector(
            self.selector.brief,
            self.selector.pool.articles,
            [e for e in self.selector.edits if not self._pins_this(e)],
        )
        return self.article.id not in unpinned.select(self.segment, self.past).ranks

    def _pins_this(self, edit: Edit) -> bool:
        return edit.verb in {"pin", "add"} and edit.article == self.article.id

    def _caps(self) -> list[str]:
        """Return the caps that would leave the article out if it passed every gate, one by one."""
        caps: list[str] = []
        while (cap := self._cap(caps)) is not None:
            caps.append(cap)
        return caps

    def _cap(self, without: Sequence[str]) -> str | None:
        placing = self._as_candidate(without)
        claim = self.selector.claims(frozenset())[self.place]
        if claim is None or any(place == self.place for place, _ in placing.places):
            return None
        closed = f"sections.{claim}.min" if claim in placing.closed else None
        cap = placing.turned.get(self.place, closed or "articles.max")
        return None if cap in without else cap

    def _stays_short(self, caps: Sequence[str]) -> bool:
        held = len(self._as_candidate(caps).places)
        return self.selection.short and held < self.selector.brief.newsletter.limits.min

    def _as_candidate(self, without: Sequence[str]) -> Placing:
        """Place the segment's articles as if this one had passed every gate."""
        order = self.selector.order(self._candidates() | 1 << self.place, self.past)
        return self.selector.place(self.segment, self.past, order, without=frozenset(without))

    def _candidates(self) -> int:
        bits = self.selector.pool.everything
        for gate in self.gates:
            bits &= gate.passes
        return bits

    def _ways_in(self) -> Iterator[str]:
        for gate in self.failed:
            yield from self._way_through(gate)
        caps = self._caps()
        for count, cap in enumerate(caps):
            yield from self._way_past(cap, caps[:count])
        if self._stays_short(caps):
            least = self.selector.brief.newsletter.limits.min
            lacking = least - len(self._as_candidate(caps).places)
            yield f"{lacking} more articles: the edition needs {least}"

    def _way_through(self, gate: Gate) -> Iterator[str]:
        kind = gate.rule if gate.rule in _WAYS else gate.rule.rpartition(".")[2]
        yield from _WAYS[kind](self)

    def match_ways(self) -> Iterator[str]:
        """Say what the segment's rule asks for that the article lacks."""
        rule = self.segment.match
        for key, passes in self.selector.pool.conditions(rule):
            if not passes >> self.place & 1:
                yield _CONDITIONS[key](rule)
                if self.article.tags_cut and key in {"any", "all"}:
                    yield "its tag list is cut, so it may have such a tag: this is uncertain"

    def window_ways(self) -> Iterator[str]:
        """Say when the article was or will be new."""
        new_at = self.article.new_at
        if new_at is None:
            yield "a date, or `fresh: true` at its source: undated articles of an archive are never new"
        elif new_at > self.past.window.end:
            yield f"the next issue: it is new at {new_at.isoformat()}"
        else:
            yield f"a window that starts before {new_at.isoformat()}, when it was new"

    def ledger_ways(self) -> Iterator[str]:
        """Say which issue had the article."""
        yield f"nothing: issue {self.past.sent[self.article.id]} had it"

    def _way_past(self, cap: str, without: Sequence[str]) -> Iterator[str]:
        if cap.endswith(".min"):
            yield f"more articles in its section: {cap} is {self._limit(cap)}"
            return
        places = self._as_candidate(without).places
        taken = [self._at(i) for i, section in places if self._shares(cap, i, section)]
        limit = self._limit(cap)
        names = ", ".join(_title(article) for article in taken)
        yield f"room: {cap} is {limit}, taken by {names}"
        last = self.selector.place_of[taken[-1].id]
        short = total(self.selector.points_for(last, self.past)) - self._total()
        yield f"{max(short, 0) + 1} more points: the last of these has {short + self._total()}"

    def _shares(self, cap: str, place: int, section: int) -> bool:
        other = self._at(place)
        if cap.startswith("sections."):
            return cap == f"sections.{section}.max"
        return {
            "articles.max": True,
            "articles.per_source": other.source == self.article.source,
            "articles.per_tag": bool({*other.topics} & {*self.article.topics}),
            "articles.per_author": bool({*other.authors} & {*self.article.authors}),
        }[cap]

    def _limit(self, cap: str) -> int | None:
        newsletter = self.selector.brief.newsletter
        if cap.startswith("sections."):
            rule = newsletter.sections[int(cap.split(".")[1])]
            return rule.min if cap.endswith(".min") else rule.max
        limit: int | None = getattr(newsletter.limits, cap.removeprefix("articles."))
        return limit

    # Shared

    @property
    def _is_pinned(self) -> bool:
        return self.place in self._pins()

    def _pins(self) -> dict[int, int]:
        return self.selector.pinned(self.segment, self.past)

    def _total(self) -> int:
        return total(self.selector.points_for(self.place, self.past))

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
    "ledger": _Case.ledger_ways,
    "max_age": lambda case: iter(
        [f"a later date, or a max_age that reaches {case.article.published}"]
    ),
    "grace": lambda _: iter(["the next issue: it is still within the grace period"]),
    "edit.hide": lambda _: iter(["taking the editor's hide away"]),
    "edit.delay": lambda _: iter(["taking the editor's delay away, or the next issue"]),
    "sections": lambda _: iter(["a section whose rule it meets, or one with rest: true"]),
}


def _title(article: Article) -> str:
    return f"“{article.title}”"


def _list(names: Sequence[str]) -> str:
    return ", ".join(names)
