"""Stories that are like others: those of earlier issues are named, and variety keeps them apart."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.editorial.similar import Reported, similar
from digest.editorial.similarity import Likeness, terms
from digest.editorial.why import explain
from digest.model import Article, Edit, Limits, Newsletter, Point
from tests.helpers.make import (
    DAY,
    FLAT,
    NOW,
    WEEK,
    article,
    edit,
    met,
    newsletter,
    past,
    segment,
    selected,
    selector,
)

FAIR = [
    article("fair1", title="Maker fair opens on the quay", summary="Robots and kites.", age=DAY),
    article(
        "fair2", title="Maker fair on the quay: robots win", summary="A kite, too.", age=DAY * 1.1
    ),
    article(
        "fair3", title="Quay full for the maker fair", summary="Kites and robots.", age=DAY * 1.2
    ),
]
OTHERS = [
    article("bus", title="A night bus for the harbour", summary="Hourly.", age=DAY * 2),
    article("law", title="Senate passes a new statute", summary="By one vote.", age=DAY * 3),
]
ALL = [*FAIR, *OTHERS]
POINTS = replace(FLAT, recency=60, half_life=WEEK)


def weekly(variety: int, most: int = 3) -> Newsletter:
    return newsletter(points=replace(POINTS, variety=variety), limits=Limits(max=most))


def ids(news: Newsletter, articles: list[Article] | None = None, *edits: Edit) -> list[str]:
    found = selected(news, articles or ALL, edits)
    return [a.id for s in found.sections for a in s.articles]


def test_without_the_key_one_event_fills_the_edition() -> None:
    assert ids(weekly(0)) == ["fair1", "fair2", "fair3"]


def test_with_the_key_other_subjects_come_in() -> None:
    assert ids(weekly(60)) == ["fair1", "bus", "law"]


def test_what_is_the_only_news_stays() -> None:
    assert ids(weekly(1000), FAIR) == ["fair1", "fair2", "fair3"]


def test_a_pin_loses_nothing_and_others_are_compared_with_it() -> None:
    pinned = selected(weekly(200), ALL, [edit("pin", "fair3")])
    read = [a.id for s in pinned.sections for a in s.articles]

    assert read == ["fair3", "bus", "law"]
    assert "variety" not in {p.rule for p in pinned.points["fair3"]}


def test_the_points_say_what_variety_took_and_why_what_it_is_like() -> None:
    found = selected(weekly(30, 5), ALL)
    losses = {
        id_: [p.value for p in own if p.rule == "variety"] for id_, own in found.points.items()
    }
    made = selector(weekly(60), ALL)
    why = explain(made, "fair2", segment(), met(past(), ALL))

    assert losses["fair1"] == losses["bus"] == []
    assert losses["fair2"][0] < 0
    assert any(p.rule == "variety" and p.value < 0 for p in why.points)
    assert any("as it is like “Maker fair opens on the quay”" in way for way in why.would_change)


words = st.lists(st.sampled_from("fair quay robot kite bus senate vote law".split()), max_size=5)


@settings(max_examples=60, deadline=None)
@given(st.lists(words, min_size=1, max_size=9), st.integers(0, 200), st.randoms())
def test_variety_changes_the_order_alone_and_is_the_same_for_any_order_of_articles(
    titles: list[list[str]], most: int, chance: Random
) -> None:
    articles = [
        article(f"a{n}", title=" ".join(said) or "x", age=DAY * (1 + n / 10))
        for n, said in enumerate(titles)
    ]
    news = newsletter(points=replace(POINTS, variety=most), limits=Limits(max=4))
    made, who, had = selector(news, articles), segment(), met(past(), articles)
    everything = made.pool.everything
    shuffled = list(articles)
    chance.shuffle(shuffled)

    assert sorted(made.order(everything, who, had)) == [*range(len(articles))]
    assert all(0 <= lost <= most for lost in made.lost(everything, who, had).values())
    assert selected(news, shuffled).points == selected(news, articles).points
    plain = newsletter(points=POINTS, limits=Limits(max=4))
    bare = selector(plain, articles)
    assert bare.order(everything, who, had) == [*range(len(articles))]
    for own in selected(plain, articles).points.values():
        assert all(isinstance(p, Point) and p.rule != "variety" for p in own)


def test_likeness_is_from_nothing_to_the_same() -> None:
    twin = replace(FAIR[0], id="twin")
    like = Likeness([*ALL, twin])

    assert round(like.of("fair1", "twin"), 6) == 1
    assert like.of("fair1", "law") == 0
    assert like.of("fair1", "fair2") == like.of("fair2", "fair1") > 0.2
    assert Likeness([article("a", title="", summary=""), twin]).of("a", "twin") == 0


def test_terms_are_words_and_pairs_of_letters_without_blanks() -> None:
    assert terms("The Quay, in 5 parts") == {"the", "quay", "5", "parts"}
    assert terms("新しいバス") == {"新し", "しい", "いバ", "バス"}
    assert terms("字") == {"字"}


def test_what_was_told_before_is_named_as_the_same_or_as_what_went_before() -> None:
    def told(one: Article, issue: str, days: int) -> Reported:
        return Reported(issue=issue, sent=NOW - DAY * days, article=one)

    again = replace(FAIR[0], id="again")
    before = [
        told(FAIR[0], "i2", 7),
        told(replace(FAIR[1], title="Old"), "i1", 14),
        told(FAIR[1], "i2", 7),
    ]
    found = similar([again, *OTHERS], [*before, *(told(o, "i2", 7) for o in OTHERS)])

    assert [*found] == ["again"]
    assert [(s.kind, s.issue, s.article) for s in found["again"]] == [
        ("same", "i2", "fair1"),
        ("follows", "i2", "fair2"),
    ]
    assert found["again"][1].title == FAIR[1].title
