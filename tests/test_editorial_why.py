from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from digest.editorial.selection import Past
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
from tests.make import DAY, FLAT, NOW, WEEK, article, edit, newsletter, past, segment, selector

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

    def why(self, id_: str) -> Decision:
        chosen = selector(self.news, self.articles, self.edits, (self.who,))
        return explain(chosen, id_, self.who, self.had)


def why(id_: str, articles: Sequence[Article], **more: Any) -> Decision:  # noqa: ANN401
    return Case(articles=articles, **more).why(id_)


def test_an_article_is_in_by_its_segments_rule() -> None:
    found = why("a", [article("a", "Staff")])

    assert (found.included, found.section, found.rank) == (True, "More", 1)
    assert found.decided_by == "segments.staff.match"


def test_a_missing_tag_is_named() -> None:
    found = why("a", [article("a", "Sport")])

    assert not found.included
    assert found.decided_by == "segments.staff.match"
    assert found.would_change == ("one of the tags Staff, EU",)


def test_a_cut_tag_list_makes_a_missing_tag_uncertain() -> None:
    found = why("a", [article("a", "Sport", tags_cut=True)])

    assert "uncertain" in found.would_change[-1]


def test_a_cap_names_who_took_the_room_and_the_points_it_takes() -> None:
    news = newsletter(EU, REST, points=replace(FLAT, standfirst=5))
    first = article("first", "EU", standfirst="So.", title="First")
    found = why("late", [first, article("late", "EU")], news=news)

    assert found.decided_by == "sections.0.max"
    assert found.would_change == (
        "room: sections.0.max is 1, taken by “First”",
        "6 more points: the last of these has 5",
    )


def test_the_ledger_names_the_issue() -> None:
    found = why("a", [article("a", "EU")], had=past({"a": "weekly-3"}))

    assert found.decided_by == "ledger"
    assert found.would_change == ("nothing: issue weekly-3 had it",)


def test_all_that_holds_an_article_out_is_named_together() -> None:
    old = article("a", "Sport", age=90 * DAY)

    assert why("a", [old]).decided_by == "segments.staff.match and window and articles.max_age"


def test_a_short_edition_says_how_many_more_it_needs() -> None:
    news = newsletter(limits=Limits(min=3))
    found = why("a", [article("a", "EU")], news=news)

    assert found.decided_by == "articles.min"
    assert found.would_change == ("2 more articles: the edition needs 3",)


def test_a_pin_decides_where_nothing_else_would() -> None:
    found = why("a", [article("a", "Sport")], edits=[edit("pin", "a")])

    assert (found.included, found.decided_by) == (True, "edit.pin")


def test_points_add_up_to_the_rank() -> None:
    news = newsletter(points=PointsTable())
    articles = [article(n, "EU", age=timedelta(hours=9 * i)) for i, n in enumerate("abcd")]
    found = sorted((why(a.id, articles, news=news) for a in articles), key=lambda d: d.rank or 0)

    sums = [sum(p.value for p in d.points) for d in found]
    assert sums == sorted(sums, reverse=True)


tags = st.lists(st.sampled_from(["EU", "Staff", "Alumni", "Sport"]), max_size=3, unique=True)
drawn_articles = st.lists(
    st.tuples(tags, st.integers(0, 24 * 20), st.sampled_from(["news", "blog"])),
    min_size=1,
    max_size=12,
)
drawn_edits = st.lists(
    st.tuples(st.sampled_from(["pin", "hide", "delay"]), st.integers(0, 11)), max_size=3
)


@given(drawn_articles, drawn_edits, st.integers(1, 3), st.sampled_from([None, 1, 2]), st.data())
def test_without_the_deciding_rules_the_answer_is_the_other(
    drawn: list[tuple[list[str], int, str]],
    changes: list[tuple[str, int]],
    least: int,
    per_source: int | None,
    data: st.DataObject,
) -> None:
    articles = [
        article(f"{n:02}", *t, age=timedelta(hours=hours), source=source)
        for n, (t, hours, source) in enumerate(drawn)
    ]
    edits = list({(v, n): edit(v, f"{n:02}") for v, n in changes if n < len(articles)}.values())
    news = newsletter(EU, REST, limits=Limits(min=least, max=4, per_source=per_source))
    had = past({a.id: "issue-1" for a in articles[:1]} if data.draw(st.booleans()) else {})
    one = data.draw(st.sampled_from(articles)).id

    case = Case(articles=articles, news=news, edits=edits, had=had)
    found = case.why(one)
    changed = _without(found, case, one)

    assert changed.included is not found.included


def _without(found: Decision, case: Case, one: str) -> Decision:
    """Take every rule away that `decided_by` names: gates for the one article, caps for all."""
    changed = case
    for rule in found.decided_by.split(" and "):
        changed = _lifted(changed, rule, one, found.included)
    return changed.why(one)


def _lifted(case: Case, rule: str, one: str, included: bool) -> Case:  # noqa: FBT001, PLR0911 - one a rule
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
        return replace(case, had=replace(case.had, waiting=case.had.waiting | {one}))
    if rule == "ledger":
        left = {i: n for i, n in case.had.sent.items() if i != one}
        return replace(case, had=replace(case.had, sent=left))
    if rule.startswith("edit."):
        verb = rule.removeprefix("edit.")
        kept = [e for e in case.edits if (e.verb, e.article) != (verb, one)]
        return replace(case, edits=kept)
    if rule.startswith("sections."):
        at = int(rule.split(".")[1])
        lifted = [replace(s, max=None) if n == at else s for n, s in enumerate(sections)]
        return replace(case, news=replace(case.news, sections=tuple(lifted)))
    free: dict[str, dict[str, Any]] = {
        "articles.max": {"max": 200},
        "articles.per_source": {"per_source": None},
    }
    values = free.get(rule, {"min": 1})
    return replace(case, news=replace(case.news, limits=replace(limits, **values)))


def test_an_article_of_last_month_names_the_window() -> None:
    found = why("a", [article("a", "EU", age=2 * WEEK)])

    assert found.decided_by == "window"
    assert (NOW - 2 * WEEK).isoformat() in found.would_change[0]
