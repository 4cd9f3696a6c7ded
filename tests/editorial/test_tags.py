from __future__ import annotations

import pytest

from digest.editorial.tags import NO_TOPIC, TagBook, matches, printable
from digest.model import TagRules
from tests.helpers.make import article

BOOK = TagBook(
    TagRules(
        internal=("Strategy-*", "Comms-strategy-*"),
        aliases={"EU": "European-Union", "old-plan": "Strategy-people"},
        names={"4IR": "Fourth Industrial Revolution"},
    )
)


@pytest.mark.parametrize(
    ("text", "tag", "fits"),
    [
        ("International", "international", True),
        ("Inter*", "International", True),
        ("*", "anything", True),
        ("national", "International", False),
        ("Strategy-*", "Comms-strategy-people", False),
        ("a.c", "abc", False),
        ("*-union", "European-Union", True),
        ("*an*an*", "European-Union", False),
        ("e*n*-*o*n", "European-Union", True),
        ("e*pean*pean", "European", False),
        (f"{'*' * 40}x", "research and more of the things", False),
        (f"{'*e' * 20}x", "e" * 60, False),
    ],
)
def test_a_pattern_is_anchored_and_knows_no_case(text: str, tag: str, fits: bool) -> None:  # noqa: FBT001
    assert matches(text, tag) is fits


def test_the_longest_declared_prefix_wins() -> None:
    assert BOOK.family("comms-strategy-International") == "Comms-strategy-*"
    assert BOOK.family("STRATEGY-people") == "Strategy-*"
    assert BOOK.family("International") is None


def test_an_alias_of_a_planning_label_is_one() -> None:
    assert BOOK.is_internal("old-plan")


def test_a_topic_is_printed_by_its_given_name_or_its_words() -> None:
    topics = BOOK.topics(["4IR", "European-Union", "EU", "Strategy-people", " ", "AI"])

    assert topics == ("Fourth Industrial Revolution", "European Union", "AI")


def test_a_pattern_meets_tag_alias_target_and_printed_name() -> None:
    forms = BOOK.forms("EU")

    assert {"eu", "european-union"} <= forms
    assert "eu" in BOOK.forms("european-union")
    assert "fourth-industrial-revolution" in BOOK.forms("4ir")


def test_a_printable_article_holds_no_tag_as_written() -> None:
    sorted_ = BOOK.sort(article("a", "Strategy-people", "AI"))

    assert sorted_.internal_tags == ("Strategy-people",)
    assert printable(sorted_).tags == ()
    assert printable(sorted_).internal_tags == ()
    assert printable(sorted_).topics == ("AI",)


@pytest.mark.parametrize(
    "word", ["Uncategorized", "allgemein", "Non classé", "Sin categoría", "未分類"]
)
def test_a_word_for_no_category_is_matched_and_not_printed(word: str) -> None:
    book = TagBook(TagRules(no_topic=NO_TOPIC))
    found = article("a", word, "R&D")

    assert book.topics(found.tags) == ("R&D",)
    assert book.has(found, word)


NFC, NFD = "Présse-plan", "Pre\u0301sse-plan"


@pytest.mark.parametrize(
    "written",
    [
        NFD,
        "PRÉSSE-PLAN",
        "Prés\u00adse-plan",
        "Pr\u00e9sse\u200b-plan",
        "Présse plan",
        "Présse_plan",
        "Présse\u2011plan",
        "Ｐｒésse-plan",
        "Présse  plan",
        "Pr\u00e9s\u180bse-plan",
        "Pr\u00e9s\U000e0101se-plan",
        "Pr\u00e9s\u2800se-plan",
        "Pr\u00e9s\x08se-plan",
        "Présse\u2043plan",
    ],
)
def test_spellings_that_the_eye_cannot_tell_apart_are_one_tag(written: str) -> None:
    book = TagBook(TagRules(internal=("Présse-*", NFC)))

    assert book.is_internal(written)
    assert matches(NFC, written)
    assert matches(written, NFC)


def test_aliases_are_followed_to_their_end_also_round_in_a_circle() -> None:
    book = TagBook(TagRules(aliases={"a": "b", "b": "C", "x": "y", "y": "x"}))

    assert book.canonical("A") == "C"
    assert {"a", "b", "c"} <= book.forms("b")
    assert book.canonical("x") in {"x", "y"}


def test_a_label_that_is_internal_by_one_of_its_forms_is_internal_in_all() -> None:
    rules = TagRules(
        internal=("Plan-*",),
        aliases={"Plan-x": "Harbour", "Quay": "Harbour"},
        names={"Q9": "Plan nine"},
    )
    book = TagBook(rules)

    assert [
        tag for tag in ("Plan-x", "Harbour", "Quay", "Q9", "Tides") if book.is_internal(tag)
    ] == ["Plan-x", "Harbour", "Quay", "Q9"]


def test_what_is_printed_stays_as_it_is_written() -> None:
    assert TagBook(TagRules()).topics([NFD, "Cafe\u0301", NFC, "Café"]) == (
        "Pre\u0301sse plan",
        "Cafe\u0301",
    )
