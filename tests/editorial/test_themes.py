"""What was covered: shares, evenness, what is owed, and the points that a debt gives."""

from __future__ import annotations

from math import isclose, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial.laboratory.themes import By, PrintedIssue, covered, debts, shannon
from digest.editorial.tags import TagBook
from digest.model import Article, TagRules
from tests.helpers.make import NOW, WEEK, article, newsletter, selected

BOOK = TagBook(TagRules(internal=("Plan-*",), aliases={"EU": "European-Union"}))


def issue(n: int, **editions: list[Article]) -> PrintedIssue:
    return PrintedIssue(
        id=f"i{n}", sent=NOW + n * WEEK, editions={k: tuple(v) for k, v in editions.items()}
    )


ISSUES = [
    issue(
        0,
        staff=[article("a", "Plan-city", "EU"), article("b", "plan-city")],
        alumni=[article("a", "Plan-city", "EU")],
    ),
    issue(1, staff=[article("c", "Plan-sea", authors=("Ana",)), article("d", source="blog")]),
]


def test_a_story_counts_once_an_issue_and_its_spellings_are_one() -> None:
    found = covered(ISSUES, "tag", {}, BOOK)
    assert found.articles == 4
    assert [(t.theme, t.articles, t.share, t.by_issue) for t in found.themes] == [
        ("Plan-city", 2, 0.5, (2, 0)),
        ("European-Union", 1, 0.25, (1, 0)),
        ("Plan-sea", 1, 0.25, (0, 1)),
    ]
    assert found.themes[0].by_segment == {"staff": 2, "alumni": 1}


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ("internal", {"Plan-city": 2, "Plan-sea": 1}),
        ("source", {"news": 3, "blog": 1}),
        ("author", {"Ana": 1}),
        ("segment", {"staff": 4, "alumni": 1}),
    ],
)
def test_other_themes_than_tags(by: By, said: dict[str, int]) -> None:
    assert {
        t.theme: t.articles for t in covered(ISSUES, by, {"Plan-*": 9}, BOOK).themes if t.articles
    } == (said if by != "internal" else {"Plan-*": 3})
    assert {t.theme: t.articles for t in covered(ISSUES, by, {}, BOOK).themes} == said


def test_a_plan_comes_first_and_says_what_is_owed() -> None:
    found = covered(ISSUES, "tag", {"Plan-sea": 50, "Plan-air": 25, "Plan-c*": 25}, BOOK)
    assert [(t.theme, t.articles, t.planned, t.owed) for t in found.themes] == [
        ("Plan-c*", 2, 25, 0),
        ("Plan-sea", 1, 50, 1),
        ("Plan-air", 0, 25, 1),
        ("European-Union", 1, None, 0),
    ]


def test_a_cut_list_makes_a_count_an_at_least() -> None:
    cut = [issue(0, staff=[article("a", "Plan-city", tags_cut=True), article("b", "Plan-sea")])]
    found = covered(cut, "tag", {}, BOOK)
    assert found.cut == 1
    assert [(t.theme, t.articles, t.at_most) for t in found.themes] == [
        ("Plan-city", 1, 1),
        ("Plan-sea", 1, 2),
    ]
    assert covered(cut, "source", {}, BOOK).cut == 0


@given(st.lists(st.integers(1, 50), min_size=1, max_size=9))
def test_evenness_is_one_where_all_are_equal_and_less_elsewhere(counts: list[int]) -> None:
    value = shannon(counts)
    assert -1e-9 <= value <= log(len(counts)) + 1e-9
    assert isclose(shannon([3] * len(counts)), log(len(counts)), abs_tol=1e-9)
    assert isclose(shannon([*counts, 0]), value)


def test_evenness_is_none_of_fewer_than_two() -> None:
    assert covered([], "tag", {}, BOOK).evenness is None
    assert covered(ISSUES, "author", {}, BOOK).evenness is None
    assert covered([], "tag", {"a": 5, "b": 5}, BOOK).evenness is None


def test_a_debt_gives_points_up_to_the_most() -> None:
    plan = {"Plan-air": 25, "Plan-sea": 50, "Plan-city": 25}
    assert debts(ISSUES, plan, 10, BOOK) == {"Plan-air": 10, "Plan-sea": 5}
    assert debts(ISSUES, plan, 0, BOOK) == {}
    assert debts([], plan, 10, BOOK) == {}
    assert debts(ISSUES, {}, 10, BOOK) == {}


@given(
    tags=st.lists(st.lists(st.sampled_from(["p", "q", "r"]), max_size=3, unique=True), max_size=12),
    plan=st.dictionaries(st.sampled_from(["p", "q", "r", "*"]), st.integers(1, 100)),
    most=st.integers(0, 100),
)
def test_debts_are_bounded(tags: list[list[str]], plan: dict[str, int], most: int) -> None:
    printed = [issue(0, all=[article(str(n), *each) for n, each in enumerate(tags)])]
    found = debts(printed, plan, most, TagBook(TagRules()))
    assert all(0 < value <= most for value in found.values())
    assert found.keys() <= plan.keys()


def test_one_story_pays_one_debt() -> None:
    found = selected(
        newsletter(),
        [article("a", "p", "q"), article("b", age=WEEK / 14)],
        owed={"p": 4, "q": 9},
    )
    assert [(p.rule, p.value) for p in found.points["a"]] == [("coverage.q", 9)]
    assert found.ranks == {"a": 1, "b": 2}
