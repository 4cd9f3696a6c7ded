from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from digest.editorial.history import Past
from digest.editorial.why import explain
from digest.model import (
    Article,
    Decision,
    Edit,
    Limits,
    Newsletter,
    PointsTable,
    Rule,
    SectionRule,
    Segment,
)
from tests.helpers.make import (
    DAY,
    FLAT,
    NOW,
    WEEK,
    article,
    edit,
    met,
    newsletter,
    past,
    segment,
    selector,
    tellings,
)

EU = SectionRule(title="Europe", match=Rule(any=("EU",)), max=1)
REST = SectionRule(title="More", rest=True)
NEWS = newsletter(EU, REST)
HAD = past()
STAFF = segment("staff", any=("Staff", "EU"), none=("Alumni",))


@dataclass(frozen=True, kw_only=True)
class Case:
    """What a decision is made from."""

    articles: Sequence[Article]
    news: Newsletter = NEWS
    edits: Sequence[Edit] = ()
    had: Past = HAD
    who: Segment = STAFF
    fits: int | None = None

    def why(self, id_: str) -> Decision:
        fits = {self.who.name: self.fits} if self.fits else {}
        chosen = selector(self.news, self.articles, self.edits, (self.who,), fits=fits)
        return explain(chosen, id_, self.who, met(self.had, self.articles))


def why(id_: str, articles: Sequence[Article], **more: Any) -> Decision:  # noqa: ANN401
    return Case(articles=articles, **more).why(id_)


def test_an_article_is_in_by_its_segments_rule() -> None:
    found = why("a", [article("a", "Staff")])

    assert (found.included, found.section, found.rank) == (True, "More", 1)
    assert found.decided_by == ("segments.staff.match",)


def test_a_missing_tag_is_named() -> None:
    found = why("a", [article("a", "Sport")])

    assert not found.included
    assert found.decided_by == ("segments.staff.match",)
    assert found.would_change == ("one of the tags Staff, EU",)


def test_a_cut_tag_list_makes_a_missing_tag_uncertain() -> None:
    found = why("a", [article("a", "Sport", tags_cut=True)])

    assert "uncertain" in found.would_change[-1]


def test_a_cap_names_who_took_the_room_and_the_points_it_takes() -> None:
    news = newsletter(EU, points=replace(FLAT, standfirst=5))
    first = article("first", "EU", standfirst="So.", title="First")
    found = why("late", [first, article("late", "EU")], news=news)

    assert found.decided_by == ("sections.0.max",)
    assert found.would_change == (
        "room: sections.0.max is 1, taken by “First”",
        "6 more points, to be before “First”",
    )


def test_the_ledger_names_the_issue() -> None:
    found = why("a", [article("a", "EU")], had=past({"a": "weekly-3"}))

    assert found.decided_by == ("ledger",)
    assert found.would_change == ("nothing: issue weekly-3 had it",)


def test_all_that_holds_an_article_out_is_named_together() -> None:
    old = article("a", "Sport", age=90 * DAY)

    assert why("a", [old]).decided_by == (
        "segments.staff.match",
        "window",
        "articles.max_age",
    )


def test_a_short_edition_says_how_many_more_it_needs() -> None:
    news = newsletter(limits=Limits(min=3))
    found = why("a", [article("a", "EU")], news=news)

    assert found.decided_by == ("articles.min",)
    assert found.would_change == ("2 more articles: the edition needs 3",)


def test_a_pin_decides_where_nothing_else_would() -> None:
    found = why("a", [article("a", "Sport")], edits=[edit("pin", "a")])

    assert (found.included, found.decided_by) == (True, ("edit.pin",))


def test_points_add_up_to_the_rank() -> None:
    news = newsletter(points=PointsTable())
    articles = [article(n, "EU", age=timedelta(hours=9 * i)) for i, n in enumerate("abcd")]
    found = sorted((why(a.id, articles, news=news) for a in articles), key=lambda d: d.rank or 0)

    sums = [sum(p.value for p in d.points) for d in found]
    assert sums == sorted(sums, reverse=True)


def test_one_more_point_is_singular_and_a_tie_needs_no_more_than_the_newest() -> None:
    news = newsletter(EU, points=replace(FLAT, standfirst=5))
    first = article("first", "EU", title="First", age=2 * DAY)

    assert why("late", [first, article("late", "EU", age=3 * DAY)], news=news).would_change[-1] == (
        "1 more point, to be before “First”"
    )
    newest = article("newest", "EU", age=DAY)
    older = article("old", "EU", standfirst="So.", title="Old", age=2 * DAY)
    assert why("newest", [newest, older], news=news).would_change[-1] == (
        "5 more points, to be before “Old”"
    )


def test_no_points_help_where_pins_hold_the_room() -> None:
    found = why(
        "a", [article("a", "EU"), article("b", "EU")], news=newsletter(EU), edits=[edit("pin", "b")]
    )

    assert found.decided_by == ("sections.0.max",)
    assert "no number of points" in found.would_change[-1]


def test_what_went_to_make_the_page_fit_says_so() -> None:
    articles = [article(n, "EU", title=n) for n in "abc"]
    chosen = selector(newsletter(), articles, (), (STAFF,), fits={"staff": 2})
    found = explain(chosen, "c", STAFF, met(HAD, articles))

    assert (found.included, found.decided_by) == (False, ("cut-to-fit",))
    assert "100 KB" in found.would_change[0]


LIMITS_OF: Mapping[str, Callable[[int], Limits]] = {
    "per_tag": lambda limit: Limits(per_tag=limit),
    "per_author": lambda limit: Limits(per_author=limit),
    "per_source": lambda limit: Limits(per_source=limit),
    "max": lambda limit: Limits(max=limit),
}
boosted_articles = st.lists(
    st.tuples(
        st.lists(st.sampled_from(["EU", "Arts", "Sport"]), max_size=2, unique=True),
        st.integers(0, 24 * 6),
        st.sampled_from(["news", "blog"]),
        st.sampled_from(["Ana", "Ben"]),
        st.booleans(),
    ),
    min_size=2,
    max_size=9,
)


@given(
    boosted_articles,
    st.lists(st.integers(0, 8), max_size=2, unique=True),
    st.tuples(st.sampled_from(sorted(LIMITS_OF)), st.integers(1, 3)),
    st.integers(0, 2),
    st.data(),
)
def test_as_many_points_as_it_says_change_the_answer_and_one_fewer_does_not(
    drawn: list[tuple[list[str], int, str, str, bool]],
    pins: list[int],
    cap: tuple[str, int],
    least: int,
    data: st.DataObject,
) -> None:
    number = data.draw(st.integers(0, len(drawn) - 1))
    articles = [
        article(
            f"{n:02}",
            *t,
            *(["boost"] if n == number else []),
            age=timedelta(hours=hours),
            source=source,
            authors=(author,),
            standfirst="So." if stands else None,
        )
        for n, (t, hours, source, author, stands) in enumerate(drawn)
    ]
    edits = [edit("pin", f"{n:02}") for n in pins if n < len(articles) and n != number]

    def answer(points: int) -> Decision:
        news = newsletter(
            replace(EU, min=least),
            REST,
            limits=LIMITS_OF[cap[0]](cap[1]),
            points=replace(FLAT, standfirst=5, tags={"boost": points}),
        )
        case = Case(articles=articles, news=news, edits=edits, who=segment("staff"))
        return case.why(f"{number:02}")

    said = "" if answer(0).included else answer(0).would_change[-1]
    if found := re.match(r"(\d+) more points?, to be before", said):
        assert answer(int(found[1])).included
        assert not answer(int(found[1]) - 1).included
    elif "no number of points" in said:
        assert not any(answer(points).included for points in (1, 5, 6, 11, 1000))


tags = st.lists(st.sampled_from(["EU", "Staff", "Alumni", "Sport"]), max_size=3, unique=True)
drawn_articles = st.lists(
    st.tuples(tags, st.integers(0, 24 * 20), st.sampled_from(["news", "blog"])),
    min_size=1,
    max_size=12,
)
drawn_edits = st.lists(
    st.tuples(st.sampled_from(["pin", "hide", "delay", "move"]), st.integers(0, 11)), max_size=3
)
drawn_limits = st.builds(
    Limits,
    min=st.integers(1, 3),
    max=st.just(4),
    per_source=st.sampled_from([None, 1, 2]),
    per_tag=st.sampled_from([None, 2]),
)


@given(drawn_articles, drawn_edits, drawn_limits, st.sampled_from([None, 1, 3]), st.data())
def test_without_the_deciding_rules_the_answer_is_the_other(
    drawn: list[tuple[list[str], int, str]],
    changes: list[tuple[str, int]],
    limits: Limits,
    fits: int | None,
    data: st.DataObject,
) -> None:
    articles = [
        article(f"{n:02}", *t, age=timedelta(hours=hours), source=source)
        for n, (t, hours, source) in enumerate(drawn)
    ]
    to = data.draw(st.sampled_from(["Europe", "More"]))
    made = {(v, n): edit(v, f"{n:02}", section=to if v == "move" else None) for v, n in changes}
    edits = [each for (_, n), each in made.items() if n < len(articles)]
    least = data.draw(st.integers(0, 2))
    news = newsletter(replace(EU, min=least), REST, limits=limits)
    had = past({a.id: "issue-1" for a in articles[:1]} if data.draw(st.booleans()) else {})
    one = data.draw(st.sampled_from(articles)).id

    case = Case(articles=articles, news=news, edits=edits, had=had, fits=fits)
    found = case.why(one)
    changed = _without(found, case, one)

    assert changed.included is not found.included


def _without(found: Decision, case: Case, one: str) -> Decision:
    """Take every rule away that `decided_by` names: gates for the one article, caps for all."""
    changed = case
    for rule in found.decided_by:
        changed = _lifted(changed, rule, one, found.included)
    return changed.why(one)


def _lifted(case: Case, rule: str, one: str, included: bool) -> Case:  # noqa: FBT001 - one a rule
    limits, sections = case.news.limits, case.news.sections
    if rule == "segments.staff.match" and included:
        return replace(case, who=segment("staff", title="no such title"))
    if rule == "segments.staff.match":
        wider = replace(STAFF, match=replace(STAFF.match, any=("Staff", "EU", "let-in")))
        let_in = [
            replace(a, tags=(*(t for t in a.tags if t != "Alumni"), "let-in")) if a.id == one else a
            for a in case.articles
        ]
        return replace(case, who=wider, articles=let_in)
    if rule == "window":
        return replace(case, had=replace(case.had, candidates=frozenset({one})))
    if rule == "ledger":
        left = {i: n for i, n in case.had.sent.items() if i != one}
        return replace(case, had=replace(case.had, sent=left))
    if rule.startswith("edit."):
        verb = rule.removeprefix("edit.")
        kept = [e for e in case.edits if (e.verb, e.article) != (verb, one)]
        return replace(case, edits=kept)
    if rule.startswith("sections."):
        at = int(rule.split(".")[1])
        free_of: dict[str, Any] = {"min": 0} if rule.endswith("min") else {"max": None}
        lifted = [replace(s, **free_of) if n == at else s for n, s in enumerate(sections)]
        return replace(case, news=replace(case.news, sections=tuple(lifted)))
    if rule == "cut-to-fit":
        return replace(case, fits=None)
    free: dict[str, dict[str, Any]] = {
        "articles.per_tag": {"per_tag": None},
        "articles.max": {"max": 200},
        "articles.per_source": {"per_source": None},
    }
    values = free.get(rule, {"min": 1})
    return replace(case, news=replace(case.news, limits=replace(limits, **values)))


def test_an_article_of_last_month_names_the_window() -> None:
    found = why("a", [article("a", "EU", age=2 * WEEK)])

    assert found.decided_by == ("window",)
    assert (NOW - 2 * WEEK).isoformat() in found.would_change[0]


def test_a_story_whose_news_another_tells_names_it() -> None:
    stories = tellings(tags=("Staff",))
    found, stands = why("b-harbour", stories), why("a-sky", stories)

    assert (found.included, found.decided_by) == (False, ("same-news",))
    assert found.would_change == (
        f"an editor's pin: “{stories[0].title}” tells of the same news, and names it",
        f"1 more point, to be before “{stories[0].title}”",
    )
    assert stands.included
