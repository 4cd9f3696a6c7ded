"""Why: for an article and a segment, in or out, by which rules, and what would change it.

`decided_by` names every rule that holds the article where it is: with all of them gone, the answer
is the other one. Caps are judged as if the article had passed every gate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from digest.editorial.gates import Gate, passing
from digest.editorial.history import Past
from digest.editorial.points import total
from digest.editorial.selection import CUT, Placing, Selector
from digest.model import Article, Decision, Edit, Rule, Segment

_TRIES = 40  # places that are tried, each; further up only those that took room


def explain(selector: Selector, article: str, segment: Segment, past: Past) -> Decision:
    """Return the decision on one article for one segment; LookupError where the pool lacks it."""
    return _Case(selector, selector.place_of[article], segment, past).decision()


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
            if self._against_unpinned():
                yield "taking the pin away"
        elif (fewer := self._points_out()) is not None:
            yield fewer
        if self.article.tags_cut and self.segment.match.none:
            yield f"its tag list is cut: a hidden tag may be one of {_list(self.segment.match.none)}"

    def _points_out(self) -> str | None:
        """Say with how many fewer points others would take its place, found by trying the next ones."""
        order = self._order()
        rest = [place for place in order if place != self.place]
        placed = {place for place, _ in self._as_candidate(()).places}
        at = order.index(self.place)
        for after in islice((i for i in range(at, len(rest)) if rest[i] not in placed), _TRIES):
            tried = self._placed([*rest[: after + 1], self.place, *rest[after + 1 :]], ())
            if all(place != self.place for place, _ in tried.places):
                fewer = self._to_reach(rest[after], self.place)
                return f"{_points(fewer, 'fewer')}: {_title(self._at(rest[after]))} is next"
        return None

    # Out

    def _against(self) -> list[str]:
        """Return every rule that holds the article out, together enough to let it in."""
        gates = [] if self._is_pinned else [gate.rule for gate in self.failed]
        caps = self._caps()
        return [*gates, *caps, *(["articles.min"] if self._stays_short(caps) else [])]

    def _against_unpinned(self) -> bool:
        unpinned = Selector(
            self.selector.brief,
            self.selector.pool.articles,
            [e for e in self.selector.acts.edits if not self._pins_this(e)],
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
        if any(place == self.place for place, _ in placing.places):
            return None
        home = self._home()
        closed = f"sections.{home}.min" if home in placing.closed else None
        cap = placing.turned.get(self.place, closed or "articles.max")
        return None if cap in without or (home is None and not self._is_pinned) else cap

    def _home(self) -> int | None:
        moved = self.selector.acts.moved(self.segment.name)
        return moved.get(self.place, self.selector.claims(frozenset())[self.place])

    def _stays_short(self, caps: Sequence[str]) -> bool:
        return self.selection.short and self.selector.is_short(self._as_candidate(caps))

    def _as_candidate(self, without: Sequence[str]) -> Placing:
        """Place the segment's articles as if this one had passed every gate."""
        return self._placed(self._order(), without)

    def _order(self) -> list[int]:
        return self.selector.order(passing(self.gates) | 1 << self.place, self.past)

    def _placed(self, order: Sequence[int], without: Sequence[str]) -> Placing:
        return self.selector.place(self.segment, self.past, order, without=frozenset(without))

    def _ways_in(self) -> Iterator[str]:
        for gate in self.failed:
            yield from self._way_through(gate)
        caps = self._caps()
        yield from (self._way_past(cap, caps[:count]) for count, cap in enumerate(caps))
        if caps and not (self.selection.short or self.selection.back_filled):
            yield self._points_in()
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

    def _way_past(self, cap: str, without: Sequence[str]) -> str:
        if cap.endswith(".min"):
            return f"more articles in its section: {cap} is {self._limit(cap)}"
        if cap == CUT:
            return "shorter articles before it: they fill the 100 KB that an email's page may have"
        taken = [_title(article) for article in self._takers(cap, without)]
        return f"room: {cap} is {self._limit(cap)}, taken by {', '.join(taken)}"

    def _takers(self, cap: str, without: Sequence[str]) -> Iterator[Article]:
        """Yield the articles that count for a cap which leaves no room for this one."""
        placing = self._as_candidate(without)
        held = [(self._at(i), section) for i, section in (*placing.places, *placing.cut)]
        limit, uses = self._limit(cap), Counter(topic for a, _ in held for topic in a.topics)
        full = {topic for topic in self.article.topics if uses[topic] >= (limit or 0)}
        shares: Mapping[str, Callable[[Article], bool]] = {
            "articles.max": lambda _: True,
            "articles.per_source": lambda other: other.source == self.article.source,
            "articles.per_tag": lambda other: bool(full & {*other.topics}),
            "articles.per_author": lambda other: bool({*other.authors} & {*self.article.authors}),
        }
        for other, section in held:
            if shares[cap](other) if cap in shares else cap == f"sections.{section}.max":
                yield other

    def _points_in(self) -> str:
        """Say how many more points would give it a place, found by trying."""
        order = self._order()
        rest = [place for place in order if place != self.place]
        placing = self._as_candidate(())
        held = {place for place, _ in (*placing.places, *placing.cut)}
        at = order.index(self.place)
        for ahead in (i for i in reversed(range(at)) if at <= _TRIES or rest[i] in held):
            tried = self._placed([*rest[:ahead], self.place, *rest[ahead:]], ())
            if any(place == self.place for place, _ in tried.places) and not self.selector.is_short(
                tried
            ):
                more = self._to_reach(self.place, rest[ahead])
                return f"{_points(more, 'more')}, to be before {_title(self._at(rest[ahead]))}"
        return "no number of points: what an editor pinned or other rules hold the room"

    def _to_reach(self, behind: int, ahead: int) -> int:
        """Return how many points an article lacks to be before another one."""
        lead = self._total(ahead) - self._total(behind)
        return lead if self.selector.breaks_tie(behind, ahead) else lead + 1

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

    def _pins(self) -> dict[int, int | None]:
        return self.selector.pinned(self.segment, self.past)

    def _total(self, place: int) -> int:
        return total(self.selector.points_for(place, self.past))

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


def _points(count: int, which: str) -> str:
    return f"{count} {which} point{'' if count == 1 else 's'}"


def _title(article: Article) -> str:
    return f"“{article.title}”"


def _list(names: Sequence[str]) -> str:
    return ", ".join(names)
