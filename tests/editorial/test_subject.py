from __future__ import annotations

import pytest

from digest.editorial.subject import TOO_LONG, preheader, shortened, subject
from tests.helpers.samples import article


def test_the_subject_is_the_first_headline_and_how_many_more() -> None:
    articles = [article(n, f"Headline {n}") for n in range(7)]

    assert subject(articles) == "Headline 0 and 6 more"
    assert subject(articles, "de-AT") == "Headline 0 und 6 weitere"


def test_one_article_has_no_more_and_none_has_no_subject() -> None:
    assert subject([article(1, "Only  this")]) == "Only this"
    assert subject([]) == ""


def test_a_long_headline_ends_with_its_phrase_and_no_word_is_cut() -> None:
    long = "The library opens at night, and students say what they would change about it"

    assert shortened(long, 60) == "The library opens at night"
    assert shortened("A " * 50, 60) == ("A " * 50).strip()


def test_the_preheader_is_the_next_two_headlines_and_not_the_subject_again() -> None:
    articles = [article(1, "One"), article(2, "One"), article(3, "Two"), article(4, "Three")]

    assert preheader(articles, "One and 3 more") == "Two · Three"


def test_the_preheader_of_a_single_article_is_its_summary() -> None:
    one = article(1, "One", summary="What the gauges say.")

    assert preheader([one], "One") == "What the gauges say."


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_articles_leave_the_preheader_empty(count: int) -> None:
    assert preheader([article(1, "One")] * count, "One") == ""


def test_the_programs_own_subject_is_never_too_long_for_its_own_check() -> None:
    endless = "Guidance on the arrangements for the temporary import of harbour cranes " * 3
    alone = [article(1, endless)]

    assert subject(alone).startswith("Guidance on the arrangements for the temporary import of")
    assert subject(alone).endswith("…")
    assert len(subject(alone)) <= TOO_LONG
    assert len(subject([*alone, article(2, "Other")])) <= TOO_LONG
