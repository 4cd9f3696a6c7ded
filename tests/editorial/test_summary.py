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
    assert summary_of(page(headline="Title", **fields)) == summary


def test_a_summary_does_not_begin_with_the_pull_quote() -> None:
    quote = Quote(text="It sees the moon.", attribution="Dr Quill")
    found = summary_of(
        page(headline="Title", text="It sees the moon.\n\nThe clock has won.", quotes=(quote,))
    )

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


@pytest.mark.parametrize(
    ("headline", "said", "summary"),
    [
        ("The port opens", "The port opens. Ships come in.", "Ships come in."),
        ("The port opens!", "The Port Opens — ships come in.", "ships come in."),
        ("The port opens", "The port opens", ""),
        ("Obituary", "Obituary: Jo Roe built boats.", "Jo Roe built boats."),
        ("The port", "The port opens on Monday.", "The port opens on Monday."),
        ("We opened the new room and…", "We opened the new room and it is warm.", "… it is warm."),
        ("横浜港で新しいクレーン", "横浜港で新しいクレーン。見学は無料です。", "見学は無料です。"),
    ],
)
def test_a_summary_goes_on_after_the_words_of_the_headline(
    headline: str, said: str, summary: str
) -> None:
    assert summary_of(page(headline=headline, summary=said)) == summary


def test_what_a_derived_title_says_is_said_once() -> None:
    text = "Today we hang the new bell. Come and listen at noon."

    assert title_of(page(text=text)) == "Today we hang the new bell."
    assert summary_of(page(text=text)) == "Come and listen at noon."
    assert summary_of(page(text="Only one short line")) == ""


@pytest.mark.parametrize(
    ("said", "summary"),
    [
        ("The crane is blue. It takes three weeks and…", "The crane is blue."),
        ("The crane is blue. It takes three weeks [...]", "The crane is blue."),
        ("The crane is blue. What we know:", "The crane is blue."),
        ("A ship stayed until […]", "A ship stayed until"),
        ("The crane is blue. Monday, Room 5", "The crane is blue. Monday, Room 5"),
        ("The crane is blue. And " + "it goes on and on " * 10, "The crane is blue."),
        ("نص الخبر هنا. وهذه جملة لم…", "نص الخبر هنا."),
        ("क्रेन नीली है। और यह…", "क्रेन नीली है।"),
        ("هل فتح الميناء؟ نعم و…", "هل فتح الميناء؟"),
    ],
)
def test_what_breaks_off_ends_with_its_last_whole_sentence(said: str, summary: str) -> None:
    assert summary_of(page(headline="Title", summary=said)) == summary


def test_an_excerpt_that_breaks_off_at_once_gives_way_to_the_text() -> None:
    text = "The crane is blue again, and it stands where it stood. It took three weeks."

    assert (
        summary_of(page(headline="Title", summary="The crane is blue again, and…", text=text))
        == text
    )


def test_a_lead_is_no_table_no_code_and_no_caption() -> None:
    html = (
        "<table><tr><td>Mon</td><td>10:00 in the hall.</td></tr></table><pre>x = 1.</pre>"
        "<figure><figcaption>The crane at noon.</figcaption></figure><p>The port is open.</p>"
    )
    text = "Mon 10:00 in the hall.\n\nx = 1.\n\nThe crane at noon.\n\nThe port is open."

    assert summary_of(page(headline="Title", text=text, html=html)) == "The port is open."


def test_scripts_without_blanks_are_cut_at_sentences_or_between_characters() -> None:
    sentence = "横浜の港では新しいクレーンが動き始めました。"
    japanese = summary_of(page(headline="Title", summary="NHK " + sentence * 40))
    thai = summary_of(page(headline="Title", summary="ท่าเรือ " + "เปิดเครนใหม่ในวันศุกร์" * 40))

    assert japanese == "NHK " + sentence * (len(japanese) // len(sentence))
    assert len(japanese) > 200
    assert len(thai) > 400
    assert thai.endswith("…")


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
