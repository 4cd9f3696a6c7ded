"""What an edition prints of an article says nothing that the article does not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial.summary import SUMMARY_LENGTH, cut, sentences, summary_of, title_of, within
from digest.model import Quote, Sighting


def page(**fields: object) -> Sighting:
    return Sighting(source="s", **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({"headline": "A clock wins", "standfirst": "Else."}, "A clock wins"),
        ({"standfirst": "A clock won. It is brass."}, "A clock won."),
        ({"text": "Prof. Quill won. It is brass.\n\nMore."}, "Prof. Quill won."),
        ({"url": "https://e.example/1"}, "https://e.example/1"),
        ({"headline": " ", "text": "x" * 300}, "x" * 119 + "…"),
        ({}, "s"),
    ],
)
def test_a_title_is_what_the_page_says_first(fields: dict[str, object], title: str) -> None:
    assert title_of(page(**fields)) == title


@pytest.mark.parametrize(
    ("fields", "summary"),
    [
        ({"standfirst": "A.", "summary": "B.", "text": "C."}, "A."),
        ({"summary": "B.", "text": "C."}, "B."),
        ({"text": "One is here. Two is too.\n\nThree."}, "One is here. Two is too."),
        ({"text": "A heading\n\nThe body begins."}, "The body begins."),
        ({"text": "LONDON, 12 May 2026 — The body begins."}, "The body begins."),
        ({"text": "London (Reuters) - The body begins."}, "London (Reuters) - The body begins."),
        ({"text": "BRUSSELS – The body begins."}, "The body begins."),
        ({"text": ""}, ""),
    ],
)
def test_a_summary_is_the_publishers_or_the_lead(fields: dict[str, object], summary: str) -> None:
    assert summary_of(page(**fields)) == summary


def test_a_summary_does_not_begin_with_the_pull_quote() -> None:
    quote = Quote(text="It sees the moon.", attribution="Dr Quill")
    found = summary_of(page(text="It sees the moon.\n\nThe clock has won.", quotes=(quote,)))

    assert found == "The clock has won."


@pytest.mark.parametrize(
    "text",
    [
        "Prof. Quill and Dr. Pole met at St. Anne’s, e.g. on Monday.",
        "J. R. Quill wrote it.",
        "It costs approx. 3.5 million, i.e. little.",
        "The U.S. navy came, the board said.",
        "He asked: “Why not?” and left.",
    ],
)
def test_abbreviations_and_initials_end_no_sentence(text: str) -> None:
    assert sentences(text) == (text,)


def test_sentences_end_with_their_quotation_marks() -> None:
    assert sentences("“It works.” He left! Why? Nobody knows…") == (
        "“It works.”",
        "He left!",
        "Why?",
        "Nobody knows…",
    )


def test_a_sentence_too_long_is_cut_at_a_word() -> None:
    assert within("one two three four", 12) == "one two…"


WORDS = st.text(st.characters(codec="utf-8"), max_size=600)


@given(WORDS, st.integers(20, 300))
def test_a_cut_text_keeps_to_its_limit_and_to_whole_words(text: str, limit: int) -> None:
    short = cut(text, limit)

    assert len(short) <= max(limit, 1)
    assert short == text or short.endswith("…")


@given(WORDS)
def test_a_summary_says_only_what_the_text_says(text: str) -> None:
    summary = summary_of(page(text=text))

    assert len(summary) <= SUMMARY_LENGTH
    assert re.sub(r"\W", "", summary) in re.sub(r"\W", "", text)
