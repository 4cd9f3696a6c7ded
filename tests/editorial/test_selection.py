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
    article,
    brief,
    chosen,
    edit,
    newsletter,
    past,
    segment,
    selected,
    selector,
    tellings,
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
    found = selected(newsletter(EU), [article(n, "EU") for n in "abcd"])

    assert [len(s.articles) for s in found.sections] == [2]
    assert (found.sections[0].more, found.sections[0].left) == (2, ("c", "d"))


def test_what_a_full_section_has_no_room_for_goes_on_to_the_next_that_wants_it() -> None:
    top = SectionRule(title="Top", match=Rule(any=("*",)), max=2)
    found = chosen(newsletter(top, ARTS, REST), [article(n, *t) for n, *t in OVERFLOW])

    assert found == {"Top": ["a", "b"], "Arts": ["d"], "More": ["c", "e"]}


OVERFLOW = (("a",), ("b",), ("c",), ("d", "Arts"), ("e",))


def test_only_what_found_no_place_in_the_edition_is_counted_as_more() -> None:
    top = SectionRule(title="Top", match=Rule(any=("*",)), max=1)
    four = [article(n) for n in "abcd"]
    found = selected(newsletter(top, REST, limits=Limits(max=3)), four)

    assert [(s.title, s.more) for s in found.sections] == [("Top", 0), ("More", 1)]


def test_more_than_a_reader_would_believe_is_not_counted() -> None:
    news = newsletter(limits=Limits(max=1, more=2))

    assert selected(news, [article(n) for n in "abc"]).sections[0].more == 2
    assert selected(news, [article(n) for n in "abcd"]).sections[0].more == 0


def test_a_cap_of_the_edition_lets_no_article_go_on_to_another_section() -> None:
    top = SectionRule(title="Top", match=Rule(any=("*",)), max=1)
    news = newsletter(top, REST, limits=Limits(per_source=2))

    assert chosen(news, [article(n) for n in "abc"]) == {"Top": ["a"], "More": ["b"]}


def test_a_move_into_a_full_section_has_its_place_and_the_last_that_nobody_placed_goes_on() -> None:
    articles = [article(n, "EU") for n in "ab"] + [article("c")]
    moved = [edit("move", "c", section="Europe")]

    assert chosen(NEWS, articles, moved) == {"Europe": ["a", "c"], "Arts": ["b"]}


def test_a_section_that_is_full_of_what_editors_placed_grows() -> None:
    articles = [article(n, "EU") for n in "ab"] + [article("c")]
    placed = [edit("pin", "a"), edit("pin", "b"), edit("move", "c", section="Europe")]

    assert chosen(NEWS, articles, placed) == {"Europe": ["a", "b", "c"]}


def test_of_a_pin_with_a_section_and_a_move_the_last_word_stands() -> None:
    pin, move = edit("pin", "a", section="Arts"), edit("move", "a", section="Europe")

    assert chosen(NEWS, [article("a")], [pin, move]) == {"Europe": ["a"]}
    assert chosen(NEWS, [article("a")], [move, pin]) == {"Arts": ["a"]}


def test_a_pin_that_finds_no_room_is_named() -> None:
    pins = [edit("pin", n) for n in "abc"]
    found = selected(newsletter(limits=Limits(max=2)), [article(n) for n in "abc"], pins)

    assert found.unplaced == ("c",)


def test_among_equal_points_the_newest_publication_is_first_then_the_order_of_filing() -> None:
    one, two, three = (article(n, new_at=NOW - DAY) for n in "abc")
    newest = article("d", age=DAY / 2)
    found = selected(newsletter(), [one, two, three, newest], filed={"a": 3, "b": 1, "c": 2})

    assert [a.id for a in found.sections[0].articles] == ["d", "b", "c", "a"]


def test_what_only_postpones_keeps_an_article_waiting() -> None:
    news = newsletter(limits=Limits(grace=timedelta(hours=2), max_age=timedelta(days=5)))
    ahead = article("ahead", published=NOW + 30 * DAY)
    fresh, old = article("fresh", age=timedelta(minutes=30)), article("old", age=6 * DAY)
    other = article("other", "Sport")
    found = selected(
        news,
        [ahead, fresh, old, other, article("late")],
        [edit("delay", "late"), edit("hide", "other")],
    )

    assert found.waiting == {"ahead": "date-ahead", "fresh": "articles.grace", "late": "edit.delay"}


def test_carry_over_keeps_what_found_no_place_waiting_and_a_cap_alone_does_not() -> None:
    both = [article("a"), article("b")]

    one = newsletter(limits=Limits(max=1))
    assert selected(one, both).waiting == {}
    assert selected(replace(one, when_short="carry-over"), both).waiting == {"b": "carry-over"}


def test_an_article_that_no_section_wants_goes_to_nobody() -> None:
    assert chosen(newsletter(EU), [article("a", "Sport")]) == {}


def test_an_article_that_the_segment_does_not_match_goes_to_nobody() -> None:
    assert chosen(NEWS, [article("a", "EU")], to=segment(any=("Alumni",))) == {}


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
    found = selected(news, [article("a", "EU"), article("b")])

    assert found.missing == ("Europe has 1 of 2 articles",)


def test_an_edition_with_fewer_than_min_is_short() -> None:
    news = newsletter(limits=Limits(min=2))

    assert selected(news, [article("a")]).short
    assert not selected(news, [article("a"), article("b")]).short


def test_back_fill_takes_older_dated_articles_up_to_the_minimum() -> None:
    news = newsletter(limits=Limits(min=3), when_short="back-fill")
    older = [article(n, age=timedelta(days=d)) for n, d in (("b", 9), ("c", 10), ("d", 20))]
    undated = article("e", new_at=None, published=None)

    found = selected(news, [article("a"), *older, undated])

    assert [a.id for s in found.sections for a in s.articles] == ["a", "b", "c"]
    assert found.back_filled == {"b", "c"}


def test_back_fill_takes_nothing_that_is_not_new_yet() -> None:
    news = newsletter(limits=Limits(min=2), when_short="back-fill")

    undated = article("undated", new_at=None, published=None)
    soon = article("soon", new_at=NOW + DAY)

    assert chosen(news, [article("a"), undated, soon]) == {"News": ["a"]}


def test_what_is_carried_over_has_more_points() -> None:
    news = newsletter(points=replace(FLAT, carry_over=5))
    left = frozenset({"old"})
    had = past(candidates=left, carried=left)

    assert chosen(news, [article("new"), article("old", age=10 * DAY)], had=had) == {
        "News": ["old", "new"]
    }


def test_what_an_editor_delayed_waits_for_the_next_issue() -> None:
    articles = [article("a", age=20 * DAY), article("b")]

    assert chosen(NEWS, articles, [edit("delay", "b")]) == {}
    assert chosen(NEWS, articles, had=past(candidates=frozenset({"a"}))) == {"More": ["b", "a"]}


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
    found = selected(NEWS, [article("a", "EU"), article("b", "EU")], changes)

    assert [(s.title, s.more) for s in found.sections] == [("Europe", 0), ("More", 0)]


def test_an_edition_is_cut_from_its_reading_end_to_what_its_page_holds() -> None:
    articles = [article("x", age=DAY / 2), article("a", "EU"), article("b", "EU")]
    found = selected(NEWS, articles, fits={"all": 2})

    assert [(s.title, [a.id for a in s.articles], s.more) for s in found.sections] == [
        ("Europe", ["a", "b"], 0),
        ("More", [], 1),
    ]
    assert (found.cut, [*found.ranks], [*found.points]) == (1, ["a", "b"], ["a", "b"])


def test_an_edition_that_is_cut_below_its_minimum_is_short() -> None:
    news = newsletter(limits=Limits(min=3))
    three = [article(n) for n in "abc"]

    assert not selected(news, three).short
    assert selected(news, three, fits={"all": 2}).short


def test_a_section_that_is_cut_below_its_minimum_closes() -> None:
    news = newsletter(SectionRule(title="All", match=Rule(any=("EU",)), min=3), REST)
    four = [article(n, "EU") for n in "abcd"]
    found = selected(news, four, fits={"all": 2})

    assert [(s.title, len(s.articles), s.more) for s in found.sections] == [("More", 2, 2)]


def test_of_one_piece_of_news_the_strongest_story_stands_and_names_the_others() -> None:
    one, other, third = tellings()
    found = selected(newsletter(), [other, third, one])

    assert [a.id for s in found.sections for a in s.articles] == ["a-sky", "c-dock"]
    assert {id_: [a.id for a in others] for id_, others in found.also_in.items()} == {
        "a-sky": ["b-harbour"]
    }
    assert [s.more for s in found.sections] == [0]


def test_what_editors_do_to_stories_on_the_same_news_stands() -> None:
    both = selected(newsletter(), tellings(), [edit("pin", "b-harbour"), edit("pin", "a-sky")])
    weaker = selected(newsletter(), tellings(), [edit("pin", "b-harbour")])
    hidden = selected(newsletter(), tellings(), [edit("hide", "a-sky")])

    assert [*both.ranks] == ["b-harbour", "a-sky", "c-dock"]
    assert not both.also_in
    assert [*weaker.ranks] == ["b-harbour", "c-dock"]
    assert [a.id for a in weaker.also_in["b-harbour"]] == ["a-sky"]
    assert [*hidden.ranks] == ["b-harbour", "c-dock"]
    assert not hidden.also_in


def test_a_story_whose_news_another_tells_is_not_carried_over() -> None:
    found = selected(newsletter(limits=Limits(max=1), when_short="carry-over"), tellings())

    assert [*found.ranks] == ["a-sky"]
    assert found.waiting == {"c-dock": "carry-over"}


@pytest.mark.parametrize("rules", [1, 2])
def test_older_issues_have_each_story_of_the_same_news(rules: int) -> None:
    found = selected(newsletter(), tellings(), rules=rules)

    assert {*found.ranks} == {"a-sky", "b-harbour", "c-dock"}
    assert not found.also_in
