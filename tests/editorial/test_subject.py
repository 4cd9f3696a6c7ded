from __future__ import annotations

import pytest

from digest.editorial.subject import (
    TOO_LONG,
    candidates,
    preheader,
    problem,
    shortened,
    subject,
)
from tests.helpers.samples import article


def test_the_subject_is_the_first_headline_and_how_many_more() -> None:
    articles = [article(n, f"Headline {'abcdefg'[n]}") for n in range(7)]

    assert subject(articles) == "Headline a and 6 more"
    assert subject(articles, "de-AT") == "Headline a und 6 weitere"


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


BUS = [
    article(1, "A night bus, every half hour, for a year"),
    *(article(n, f"H {n}") for n in range(4)),
]
NAMED = {"newsletter": "This week", "segment": "Staff", "number": "7"}


@pytest.mark.parametrize(
    ("headline", "others", "language", "said"),
    [
        ("Rain", 2, "en", "Rain and 2 more"),
        (
            "A night bus, every half hour",
            4,
            "en",
            "A night bus, every half hour – plus four more stories",
        ),
        ("A night bus, every hour", 1, "en", "A night bus, every hour – plus one more story"),
        ("Ships and harbours", 13, "en", "Ships and harbours – plus 13 more stories"),
        ("12 ships", 2, "de", "12 ships – und zwei weitere Beiträge"),
        ("Schiffe und Häfen", 1, "de-AT", "Schiffe und Häfen – und ein weiterer Beitrag"),
        ("Pluie et vent", 3, "fr", "Pluie et vent – et trois autres articles"),
        ("Statki, porty", 3, "pl", "Statki, porty (+3)"),
    ],
)
def test_no_subject_runs_on(headline: str, others: int, language: str, said: str) -> None:
    articles = [article(0, headline), *(article(n + 1, f"H{n}") for n in range(others))]

    assert subject(articles, language) == said


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("{lead}", "A night bus, every half hour, for a year"),
        ("{newsletter} {number} for {segment}", "This week 7 for Staff"),
        ("{stories} stories: {lead}", "5 stories: A night bus, every half hour, for a year"),
        (
            "{newsletter}: {lead} and {count} more",
            "This week: A night bus, every half hour – plus four more stories",
        ),
        ("{second} and {count} more", "H 0 – plus four more stories"),
        ("{lead} / {second}{more}", "A night bus, every half hour / H 0 – plus three more stories"),
    ],
)
def test_a_pattern_names_what_it_wants(pattern: str, said: str) -> None:
    assert subject(BUS, "en", pattern, NAMED) == said


def test_a_pattern_of_two_headlines_or_of_more_fits_one_story_too() -> None:
    one = [article(1, "Only this")]

    assert subject(one, "en", "{lead} · {second}", NAMED) == "Only this"
    assert (
        subject(one, "en", "{newsletter}: {lead} and {count} more", NAMED) == "This week: Only this"
    )


def test_a_headline_that_holds_a_field_is_a_headline() -> None:
    assert (
        subject([article(1, "The {newsletter} {lead}")], "en", "{lead}", NAMED)
        == "The {newsletter} {lead}"
    )


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("{led}", "there is no {led}; known: {lead}, {second}, {more}"),
        ("{lead", "a brace stands alone"),
        ("lead}", "a brace stands alone"),
        ("{lead} {{x}}", "there is no {x}"),
        ("{lead} and more", None),
    ],
)
def test_a_pattern_says_what_is_wrong_with_it(pattern: str, said: str | None) -> None:
    found = problem(pattern)

    assert (found or "").startswith(said or "")
    assert (found is None) is (said is None)


def test_two_more_are_offered() -> None:
    assert candidates(BUS[1:], "en", NAMED) == ("H 0", "H 0 · H 1")
    assert candidates(BUS[1:2], "en", NAMED) == ("H 0",)
