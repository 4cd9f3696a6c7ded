"""Shares of clicks: between what they lie, and what is too small to be said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial.laboratory.clicks import LEAST, Placed, clicked, wilson
from digest.editorial.tags import TagBook
from digest.model import TagRules
from tests.helpers.make import article

BOOK = TagBook(TagRules())


def placed(name: str, readers: int, clicks: int, issue: str = "w-1", segment: str = "s") -> Placed:
    return Placed(
        issue=issue,
        segment=segment,
        section="News",
        article=article(name, "EU", "eu", "Sport"),
        readers=readers,
        clicks=clicks,
    )


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [  # Newcombe, Stat. Med. 17 (1998), table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_an_interval_is_wilsons(count: int, total: int, low: float, high: float) -> None:
    assert wilson(count, total) == pytest.approx((low, high), abs=5e-5)


@given(total=st.integers(1, 10**6), count=st.integers(0, 2 * 10**6))
def test_a_share_lies_between_its_ends(total: int, count: int) -> None:
    low, high = wilson(count, total)
    assert 0 <= low <= min(1, count / total) + 1e-9
    assert min(1, count / total) - 1e-9 <= high <= 1


def test_a_small_group_is_not_first_by_luck() -> None:
    found = clicked(
        [placed("lucky", LEAST, 5), placed("sure", 2000, 300)], "article", BOOK, issues=["w-1"]
    )
    assert [g.name for g in found.groups] == ["sure", "lucky"]
    assert found.groups[0].share < found.groups[1].share


def test_issues_stand_as_they_went_out() -> None:
    every = [placed("a", 40, 9, "w-1"), placed("b", 40, 0, "w-2"), placed("c", 40, 1, "w-3")]
    found = clicked(every, "issue", BOOK, issues=["w-3", "w-2", "w-1"])
    assert [g.name for g in found.groups] == ["w-3", "w-2", "w-1"]


def test_what_too_few_had_is_in_no_sum() -> None:
    every = [
        placed("a", LEAST - 1, 20),
        placed("a", LEAST, 1, segment="t"),
        placed("b", LEAST - 1, 9),
    ]
    found = clicked(every, "article", BOOK, issues=["w-1"])
    assert [(g.name, g.shown, g.clicks) for g in found.groups] == [("a", LEAST, 1)]
    assert found.whole
    assert (found.whole.shown, found.too_small) == (LEAST, 2)
    assert clicked(every[::2], "tag", BOOK, issues=["w-1"]).whole is None


def test_readers_are_those_of_one_issue_and_a_tag_counts_once_a_story() -> None:
    every = [
        placed("a", 50, 5),
        placed("b", 50, 1),
        placed("c", 40, 1, segment="t"),
        placed("a", 60, 2, issue="w-2"),
    ]
    tags = {g.name: g for g in clicked(every, "tag", BOOK, issues=["w-1", "w-2"]).groups}
    assert tags.keys() == {"EU", "Sport"}
    assert {(g.shown, g.clicks, g.readers) for g in tags.values()} == {(200, 9, 90)}
