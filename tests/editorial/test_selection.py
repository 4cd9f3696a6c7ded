from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import Article, Image, Limits, PointsTable, Rule, SectionRule
from tests.helpers.make import (
    DAY,
    FLAT,
    NOW,
    WEEK,
    article,
    brief,
    chosen,
    edit,
    newsletter,
    past,
    segment,
    selector,
)

EU = SectionRule(title="Europe", match=Rule(any=("EU",)), max=2)
ARTS = SectionRule(title="Arts", match=Rule(any=("Arts", "EU")))
REST = SectionRule(title="More", rest=True)
NEWS = newsletter(EU, ARTS, REST)


def test_the_first_section_that_wants_an_article_claims_it() -> None:
    assert chosen(NEWS, [article("a", "Arts", "EU"), article("b", "Arts"), article("c")]) == {
        "Europe": ["a"],
        "Arts": ["b"],
        "More": ["c"],
    }


def test_a_full_section_counts_what_it_left_out() -> None:
    found = selector(NEWS, [article(n, "EU") for n in "abcd"]).select(segment(), past())

    assert [len(s.articles) for s in found.sections] == [2]
    assert found.sections[0].more == 2


def test_an_article_that_no_section_wants_goes_to_nobody() -> None:
    assert chosen(newsletter(EU), [article("a", "Sport")]) == {}


def test_an_article_that_the_segment_does_not_match_goes_to_nobody() -> None:
    assert chosen(NEWS, [article("a", "EU")], to=segment(any=("Alumni",))) == {}


def test_the_window_is_open_at_its_start_and_closed_at_its_end() -> None:
    ages = {
        "start": WEEK,
        "inside": WEEK - timedelta(seconds=1),
        "end": timedelta(0),
        "after": -DAY,
    }

    assert chosen(NEWS, [article(n, age=a) for n, a in ages.items()]) == {"More": ["end", "inside"]}


def test_an_undated_article_of_an_archive_is_never_new() -> None:
    assert chosen(NEWS, [article("a", new_at=None, published=None)]) == {}


def test_no_segment_gets_an_article_twice() -> None:
    assert chosen(NEWS, [article("a"), article("b")], had=past({"a": "issue-1"})) == {"More": ["b"]}


def test_an_article_older_than_max_age_stays_out_and_one_without_a_date_does_not() -> None:
    old = article("old", published=NOW - timedelta(days=61))
    undated = article("undated", published=None)

    assert chosen(NEWS, [old, undated]) == {"More": ["undated"]}


def test_a_very_fresh_article_waits_for_the_grace_period() -> None:
    news = newsletter(limits=Limits(grace=timedelta(hours=2)))
    fresh = article("a", age=timedelta(minutes=30))

    assert chosen(news, [fresh]) == {}
    assert chosen(news, [fresh], [edit("pin", "a")]) == {"News": ["a"]}


def test_points_decide_the_order_and_the_newest_a_tie() -> None:
    table = replace(FLAT, picture=10)
    pictured = article("z", age=3 * DAY, image=Image(url="https://u.example/p.png", alt="A cat"))
    articles = [article("a", age=2 * DAY), article("b", age=DAY), pictured]

    assert chosen(newsletter(points=table), articles) == {"News": ["z", "b", "a"]}


def test_caps_per_source_tag_and_author_are_kept() -> None:
    for limits, same in (
        (Limits(per_source=1), {"source": "news"}),
        (Limits(per_author=1), {"authors": ("Ana",)}),
        (Limits(per_tag=1), {"tags": ("EU",)}),
    ):
        articles = [replace(article(n), **same) for n in "ab"]
        assert chosen(newsletter(limits=limits), articles) == {"News": ["a"]}


def test_a_section_with_too_few_closes_and_the_next_may_claim_its_articles() -> None:
    news = newsletter(replace(EU, min=2), ARTS, REST)

    assert chosen(news, [article("a", "EU"), article("b")]) == {"Arts": ["a"], "More": ["b"]}


def test_a_required_section_says_what_is_missing() -> None:
    news = newsletter(replace(EU, required=True, min=2), REST)
    found = selector(news, [article("a", "EU"), article("b")]).select(segment(), past())

    assert found.missing == ("Europe has 1 of 2 articles",)


def test_an_edition_with_fewer_than_min_is_short() -> None:
    news = newsletter(limits=Limits(min=2))

    assert selector(news, [article("a")]).select(segment(), past()).short
    assert not selector(news, [article("a"), article("b")]).select(segment(), past()).short


def test_back_fill_takes_older_dated_articles_up_to_the_minimum() -> None:
    news = newsletter(limits=Limits(min=3), when_short="back-fill")
    older = [article(n, age=timedelta(days=d)) for n, d in (("b", 9), ("c", 10), ("d", 20))]
    undated = article("e", new_at=None, published=None)

    found = selector(news, [article("a"), *older, undated]).select(segment(), past())

    assert [a.id for s in found.sections for a in s.articles] == ["a", "b", "c"]
    assert found.back_filled == {"b", "c"}


def test_back_fill_takes_nothing_that_is_not_new_yet() -> None:
    news = newsletter(limits=Limits(min=2), when_short="back-fill")

    undated = article("undated", new_at=None, published=None)
    soon = article("soon", new_at=NOW + DAY)

    assert chosen(news, [article("a"), undated, soon]) == {"News": ["a"]}


def test_what_is_carried_over_has_more_points() -> None:
    news = newsletter(points=replace(FLAT, carry_over=5))
    had = past(carried_from=NOW - 2 * WEEK)

    assert chosen(news, [article("new"), article("old", age=10 * DAY)], had=had) == {
        "News": ["old", "new"]
    }


def test_what_an_editor_delayed_waits_for_the_next_issue() -> None:
    articles = [article("a", age=20 * DAY), article("b")]

    assert chosen(NEWS, articles, [edit("delay", "b")]) == {}
    assert chosen(NEWS, articles, had=past(waiting=frozenset({"a"}))) == {"More": ["b", "a"]}


def test_a_delay_until_a_day_ends_on_it() -> None:
    late, over = NOW + DAY, NOW - DAY

    assert chosen(NEWS, [article("a")], [edit("delay", "a", start=late)]) == {}
    assert chosen(NEWS, [article("a")], [edit("delay", "a", start=over)]) == {"More": ["a"]}


def test_a_pin_comes_first_from_anywhere_but_never_twice() -> None:
    articles = [article("a", "EU"), article("old", "EU", age=50 * DAY)]
    pin = edit("pin", "old")

    assert chosen(NEWS, articles, [pin]) == {"Europe": ["old", "a"]}
    assert chosen(NEWS, articles, [pin], had=past({"old": "issue-1"})) == {"Europe": ["a"]}


def test_editors_hide_and_move_articles_for_one_segment_or_all() -> None:
    articles = [article("a", "EU"), article("b", "EU")]
    changes = [edit("hide", "a", segment="all"), edit("move", "b", section="More")]

    assert chosen(NEWS, articles, changes) == {"More": ["b"]}
    assert chosen(NEWS, articles, [edit("hide", "a", segment="other")]) == {"Europe": ["a", "b"]}


def test_the_last_word_on_an_article_stands_for_the_segment_or_for_all() -> None:
    a = article("a", "EU")

    assert chosen(NEWS, [a], [edit("pin", "a"), edit("delay", "a", segment="all")]) == {}
    assert chosen(NEWS, [a], [edit("hide", "a"), edit("pin", "a", segment="all")]) == {
        "Europe": ["a"]
    }
    assert chosen(NEWS, [a], [edit("hide", "a"), edit("pin", "a", segment="other")]) == {}


def test_urgency_peaks_in_the_last_issue_with_two_days_left() -> None:
    table = PointsTable(recency=0, urgency=80)

    def points(text: str) -> int:
        one = selector(newsletter(points=table), [article("a", text=text)])
        return sum(p.value for p in one.points[0] if p.rule == "urgency")

    assert points("Applications close on 16 January 2026.") == 80
    assert points("Applications close on 13 January 2026 at noon.") == 0
    assert points("Applications close on 30 January 2026.") == 40
    assert points("Applications closed on 2 January 2026.") == 0
    assert points("The river is 16 metres deep.") == 0


traits = st.tuples(
    st.integers(0, 200),
    st.lists(st.sampled_from(["EU", "Arts", "Staff"]), max_size=3, unique=True),
    st.sampled_from(["news", "blog"]),
    st.booleans(),
)


def from_traits(drawn: list[tuple[int, list[str], str, bool]]) -> list[Article]:
    return [
        article(
            f"{n:03}",
            *tags,
            age=timedelta(hours=hours),
            source=source,
            standfirst="So." if stands else None,
        )
        for n, (hours, tags, source, stands) in enumerate(drawn)
    ]


@given(st.lists(traits, max_size=40), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(
    drawn: list[tuple[int, list[str], str, bool]], chance: object
) -> None:
    news = newsletter(
        EU, ARTS, REST, points=PointsTable(), limits=Limits(max=8, per_source=5, per_tag=4)
    )
    articles = from_traits(drawn)
    shuffled = [*articles]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert chosen(news, articles) == chosen(news, shuffled)


@given(st.lists(traits, max_size=40), st.integers(1, 9), st.integers(1, 4))
def test_caps_hold_and_nothing_is_there_twice(
    drawn: list[tuple[int, list[str], str, bool]], most: int, per_source: int
) -> None:
    news = newsletter(EU, ARTS, REST, limits=Limits(max=most, per_source=per_source))
    found = chosen(news, from_traits(drawn))
    read = [id_ for ids in found.values() for id_ in ids]

    assert len(read) == len(set(read)) <= most
    assert len(found.get("Europe", ())) <= 2
    sources = {a.id: a.source for a in from_traits(drawn)}
    for name in ("news", "blog"):
        assert sum(sources[i] == name for i in read) <= per_source


@pytest.mark.parametrize("when", ["skip", "hold", "carry-over"])
def test_only_back_fill_reaches_behind_the_window(when: str) -> None:
    news = newsletter(limits=Limits(min=2), when_short=when)

    assert chosen(news, [article("a"), article("b", age=9 * DAY)]) == {"News": ["a"]}


def test_the_brief_names_every_segment() -> None:
    assert [*brief(NEWS, segment("x"), segment("y")).segments] == ["x", "y"]


def test_a_section_that_an_editor_put_an_article_into_stays_open() -> None:
    news = newsletter(replace(EU, min=3, max=9), ARTS, REST)
    articles = [article("a", "EU"), article("b"), article("c", "EU")]

    assert chosen(news, articles, [edit("move", "b", section="Europe")]) == {
        "Europe": ["a", "b", "c"]
    }
    assert chosen(news, articles[:2], [edit("move", "b", section="Europe")]) == {
        "Europe": ["a", "b"]
    }
    assert chosen(news, articles[:2], [edit("pin", "b", section="Europe")]) == {
        "Europe": ["b", "a"]
    }


def test_a_pin_without_a_section_follows_the_sections_that_are_open() -> None:
    news = newsletter(replace(EU, min=2), ARTS, REST)

    assert chosen(news, [article("a", "EU")], [edit("pin", "a")]) == {"Arts": ["a"]}
    assert chosen(newsletter(EU), [article("a", "Sport")], [edit("pin", "a")]) == {"Europe": ["a"]}


def test_a_pinned_article_that_was_moved_is_where_it_was_moved_to() -> None:
    changes = [edit("pin", "b"), edit("move", "b", section="More")]

    assert chosen(NEWS, [article("a"), article("b", "EU")], changes) == {"More": ["b", "a"]}


def test_what_was_moved_away_is_not_counted_as_left_out() -> None:
    changes = [edit("move", "a", section="More")]
    found = selector(NEWS, [article("a", "EU"), article("b", "EU")], changes).select(
        segment(), past()
    )

    assert [(s.title, s.more) for s in found.sections] == [("Europe", 0), ("More", 0)]


def test_an_edition_is_cut_from_its_reading_end_to_what_its_page_holds() -> None:
    articles = [article("x", age=DAY / 2), article("a", "EU"), article("b", "EU")]
    found = selector(NEWS, articles, fits={"all": 2}).select(segment(), past())

    assert [(s.title, [a.id for a in s.articles], s.more) for s in found.sections] == [
        ("Europe", ["a", "b"], 0),
        ("More", [], 1),
    ]
    assert (found.cut, [*found.ranks], [*found.points]) == (1, ["a", "b"], ["a", "b"])


def test_an_edition_that_is_cut_below_its_minimum_is_short() -> None:
    news = newsletter(limits=Limits(min=3))
    three = [article(n) for n in "abc"]

    assert not selector(news, three).select(segment(), past()).short
    assert selector(news, three, fits={"all": 2}).select(segment(), past()).short


def test_a_section_that_is_cut_below_its_minimum_closes() -> None:
    news = newsletter(SectionRule(title="All", match=Rule(any=("EU",)), min=3), REST)
    four = [article(n, "EU") for n in "abcd"]
    found = selector(news, four, fits={"all": 2}).select(segment(), past())

    assert [(s.title, len(s.articles), s.more) for s in found.sections] == [("More", 2, 2)]
