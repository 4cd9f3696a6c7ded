"""Where a finding is has one form, in which people and JSON are told it and the store keeps it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.findings import Where


@pytest.mark.parametrize(
    ("where", "told"),
    [
        (Where(), ""),
        (Where(article="a1"), "article a1"),
        (Where(part="subject"), "subject"),
        (Where(part="text", line=4), "text line 4"),
        (Where(line=4), "line 4"),
        (Where(line=0, said="<p> One"), "line ?: <p> One"),
        (Where(line=4, said="<p> One", places=3), "line 4: <p> One (3 places)"),
        (Where(said="an address"), "an address"),
    ],
)
def test_a_place_within_an_edition_is_read_as_it_was_told(where: Where, told: str) -> None:
    assert str(where) == told
    assert Where.read(told) == where


@pytest.mark.parametrize(
    ("where", "told"),
    [
        (Where(issue="weekly-1"), "weekly-1"),
        (Where(issue="weekly-1", article="a1"), "weekly-1 article a1"),
        (Where(issue="weekly-1", segments=("a", "b"), part="intro"), "weekly-1/a,b intro"),
        (
            Where(file="feeds.yaml", line=7, key="sources.news.feed"),
            "feeds.yaml:7 sources.news.feed",
        ),
        (Where(file="feeds.yaml", line=0), "feeds.yaml:?"),
        (Where(key="segments.staff.match"), "segments.staff.match"),
    ],
)
def test_a_place_beyond_it_is_told_too(where: Where, told: str) -> None:
    assert str(where) == told


@given(st.text() | st.from_regex(r"(text )?line [\d?]{1,3}(: [a-z]{0,3})?( \(\d{1,2} places\))?"))
def test_whatever_was_told_is_told_again_as_it_was(told: str) -> None:
    assert str(Where.read(told)) == told
