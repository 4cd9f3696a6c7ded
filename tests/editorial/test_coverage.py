from __future__ import annotations

import random
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial.coverage import same_news
from digest.model import Article, Event
from tests.helpers import make

RUBIN = (
    (
        "Sky Post",
        "Vera Rubin Observatory in Chile reveals first images",
        "The telescope maps the sky.",
    ),
    (
        "The Harbour",
        "First images from Vera Rubin Observatory stun astronomers",
        "The telescope in Chile maps the southern sky for ten years.",
    ),
)


def story(outlet: str, title: str, summary: str = "", **more: Any) -> Article:  # noqa: ANN401
    host = outlet.lower().replace(" ", "-") + ".example"
    facts: dict[str, Any] = {
        "title": title,
        "summary": summary,
        "publication": outlet,
        "source": host,
    }
    number = sum(map(ord, title + outlet))
    return make.article(
        f"{outlet}-{number}", **{**facts, "url": f"https://{host}/{number}", **more}
    )


def pairs(*articles: Article) -> set[frozenset[str]]:
    return {pair for found in same_news(articles).values() for pair in found}


def are_one(one: Article, other: Article) -> bool:
    return pairs(one, other) == {frozenset({one.id, other.id})}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        RUBIN,
        (
            (
                "A",
                "Ada Okafor and husband found dead in Porto",
                "The poet, 95, was found on Monday.",
            ),
            (
                "B",
                "Poet Ada Okafor, winner of the Orange Prize, found dead at 95",
                "She lived in Porto.",
            ),
        ),
        (
            ("A", "CDU gewinnt Landtagswahl in Hessen", "Boris Rhein kann weiterregieren."),
            ("B", "Landtagswahl in Hessen: CDU gewinnt deutlich, Boris Rhein bleibt", ""),
        ),
        (
            ("A", "Muere Mario Vargas a los 89 años en Lima", "Escribió La ciudad y los perros."),
            (
                "B",
                "Muere el escritor Mario Vargas a los 89 años",
                "El autor de La ciudad y los perros.",
            ),
        ),
    ],
)
def test_two_publications_tell_of_the_same_news(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    assert are_one(story(*one), story(*other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # one person, two subjects
        (
            ("A", "Ada Okafor found dead in Porto at 95", "The poet was found on Monday."),
            (
                "B",
                "The ten best books of Ada Okafor, ranked",
                "From Harbour Songs to The Porto Notebook.",
            ),
        ),
        # one kind of news, two places
        (
            (
                "A",
                "New rector elected in Gdansk",
                "Professor Anna Nowak takes office in September.",
            ),
            ("B", "New rector elected in Porto", "Professor Ana Silva takes office in September."),
        ),
        (
            ("A", "CDU gewinnt Landtagswahl in Hessen", "Boris Rhein kann weiterregieren."),
            ("B", "CSU gewinnt Landtagswahl in Bayern", "Markus Söder kann weiterregieren."),
        ),
        # one series, other figures
        (
            (
                "A",
                "Covid in Quebec: 1252 new cases, 4 deaths",
                "The Quebec Health Institute reports.",
            ),
            (
                "B",
                "Covid in Quebec: 4362 new cases, 34 deaths",
                "The Quebec Health Institute reports.",
            ),
        ),
        # one long story, two of its days
        (
            (
                "A",
                "Anna Nowak says Porto should have ended the dispute",
                "The rector spoke in Gdansk.",
            ),
            (
                "B",
                "What Anna Nowak got wrong about Porto and its harbour",
                "We check what she said.",
            ),
        ),
        # no name at all
        (
            ("A", "Open day for new students", "Come and see the laboratories."),
            ("B", "Open day for new students", "Come and see the laboratories."),
        ),
    ],
)
def test_what_is_alike_in_part_is_not_the_same_news(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    assert pairs(story(*one), story(*other)) == set()


@pytest.mark.parametrize(
    "more",
    [
        {"publication": "Sky Post"},
        {"url": "https://www.sky-post.example/2"},
        {"url": None},
        {"published": None},
        {"published": make.NOW - timedelta(days=4)},
        {"language": "fr-CA"},
        {"event": Event(starts=make.NOW)},
    ],
)
def test_one_publication_other_days_and_other_languages_tell_of_other_news(
    more: dict[str, Any],
) -> None:
    first = story(*RUBIN[0], language="en-GB", event=Event(starts=make.NOW + timedelta(days=1)))

    assert are_one(first, story(*RUBIN[1], language="en-US"))
    assert pairs(first, story(*RUBIN[1], **more)) == set()


def test_copies_that_name_each_other_are_the_same_news_where_publications_differ() -> None:
    one = story("A", "A walk by the sea", also_covered_by=("B",))
    other = story("B", "By the sea", id="B", also_covered_by=(one.id,))

    assert are_one(one, other)
    assert pairs(one, story("A", "By the sea", id="B", also_covered_by=(one.id,))) == set()


def test_what_is_alike_does_not_lead_from_one_story_to_the_next() -> None:
    first, last = story(*RUBIN[0]), story(*RUBIN[1])
    between = story(
        "C", "Astronomers of Vera Rubin Observatory seek names", also_covered_by=(last.id,)
    )

    assert frozenset({first.id, between.id}) not in pairs(first, last, between)


@given(st.randoms(use_true_random=False))
def test_the_order_of_the_stories_changes_nothing(chance: random.Random) -> None:
    stories = [story(*said) for said in RUBIN]
    stories += [
        story(f"Paper {n}", f"A day in Lima, number {n}", "Of Vera and Rubin.") for n in range(9)
    ]
    known = pairs(*stories)
    chance.shuffle(stories)

    assert pairs(*stories) == known
    assert all(len({*pair}) == len(pair) == 2 for pair in known)
    assert len(known) <= sum(1 for _ in combinations(stories, 2))
