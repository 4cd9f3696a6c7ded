"""Laws of editions for readers: what they chose, once, in any order, as a segment of the same rule has it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from digest.editorial.choices import rule_of, settled
from digest.editorial.history import CARRIED, History
from digest.editorial.reader_editions import EditionBasis, ReaderSelector, ReaderStanding
from digest.editorial.selection import Selection, Selector
from digest.editorial.tags import TagBook
from digest.model import Article, Choice, Offer, SectionRule, Segment, TagRules
from tests.helpers.make import NOW, WEEK, article, brief, met, newsletter, past

TOPICS = ("Arts", "Climate", "Ocean", "Health")
SOURCES = ("news", "blog")
OFFER = Offer(topics=(), sources=(), frequency=("daily", "weekly"), most=4)
NEWS = newsletter(
    SectionRule(
        title="Green",
        match=rule_of(Choice(topics=("Climate", "Ocean")), TagBook(TagRules())),
        max=2,
    ),
    SectionRule(title="More", rest=True),
)

POOLS = st.lists(
    st.tuples(
        st.lists(st.sampled_from(TOPICS), max_size=3, unique=True),
        st.sampled_from(SOURCES),
        st.integers(1, 200),
    ),
    max_size=12,
).map(
    lambda found: [
        article(f"a{n}", *topics, source=source, age=timedelta(hours=hours))
        for n, (topics, source, hours) in enumerate(found)
    ]
)
CHOICES = st.builds(
    Choice,
    topics=st.lists(st.sampled_from(TOPICS), unique=True).map(tuple),
    sources=st.lists(st.sampled_from(SOURCES), unique=True).map(tuple),
    most=st.none() | st.integers(1, 6),
).map(lambda choice: settled(choice, OFFER))


def readers(pool: list[Article], standing: ReaderStanding) -> ReaderSelector:
    filed = {each.id: n for n, each in enumerate(sorted(pool, key=lambda a: a.id), 1)}
    rules = replace(brief(NEWS), filed=filed)
    return ReaderSelector(rules, pool, (), History(), [standing], now=NOW)


def ids(selection: Selection) -> list[list[str]]:
    return [[a.id for a in section.articles] for section in selection.sections]


@given(
    POOLS,
    CHOICES,
    st.sets(st.integers(0, 11)),
    st.integers(0, 12),
    st.randoms(use_true_random=False),
)
def test_a_reader_gets_what_they_chose_and_nothing_twice_in_any_order(
    pool: list[Article], choice: Choice, had: set[int], up_to: int, chance: random.Random
) -> None:
    standing = ReaderStanding(since=NOW - 4 * WEEK, up_to=up_to)
    told = {f"a{n}" for n in had}
    room = readers(pool, standing)
    reading = room.reading(choice, standing, room.numbers(told))
    selection = room.select(reading)
    got = [a for section in selection.sections for a in section.articles]

    wanted = {*map(str.casefold, choice.topics)}
    assert all(wanted & {*map(str.casefold, a.tags)} for a in got if wanted)
    assert all(a.source in choice.sources for a in got if choice.sources)
    assert got == [] or choice.topics or choice.sources
    assert len(got) <= (choice.most or 0)
    assert len({a.id for a in got}) == len(got)
    assert not told & {a.id for a in got}

    shuffled = chance.sample(pool, len(pool))
    again = readers(shuffled, standing)
    same = again.reading(choice, standing, again.numbers(told))
    assert same.name == reading.name
    assert ids(again.select(same)) == ids(selection)


@given(POOLS, CHOICES, st.sets(st.integers(0, 11)))
@example([article("a0", "Arts", age=WEEK)], Choice(topics=("Arts",), most=4), set())
def test_a_readers_edition_is_that_of_a_segment_with_the_same_rule(
    pool: list[Article], choice: Choice, had: set[int]
) -> None:
    standing = ReaderStanding(since=NOW - WEEK)
    room = readers(pool, standing)
    told = {f"a{n}" for n in had}
    mine = room.select(room.reading(choice, standing, room.numbers(told)))

    rule = rule_of(choice, TagBook(TagRules()))
    segment = Segment(name="s", title="S", match=rule, most=choice.most)
    filed = {each.id: n for n, each in enumerate(sorted(pool, key=lambda a: a.id), 1)}
    rules = replace(brief(NEWS, segment), filed=filed)
    before = met(replace(past(dict.fromkeys(told, "earlier")), since=NOW - WEEK), pool)
    theirs = Selector(rules, pool, ()).select(segment, before)
    assert ids(mine) == ids(theirs)
    assert mine.short == theirs.short


@given(POOLS, CHOICES, st.integers(0, 12))
def test_readers_share_an_edition_whatever_they_had_that_it_could_not_hold(
    pool: list[Article], choice: Choice, up_to: int
) -> None:
    standing = ReaderStanding(since=NOW - 4 * WEEK, up_to=up_to, waiting=(("a0", min(CARRIED)),))
    room = readers(pool, standing)
    nothing = room.reading(choice, standing, 0)
    outside = room.numbers(a.id for a in pool if not _fits(a, choice))
    assert room.reading(choice, standing, outside) is nothing


def _fits(each: Article, choice: Choice) -> bool:
    topics = {*map(str.casefold, choice.topics)}
    by_topic = not topics or bool(topics & {*map(str.casefold, each.tags)})
    return (
        by_topic
        and (not choice.sources or each.source in choice.sources)
        and bool(choice.topics or choice.sources)
    )


def test_a_name_stands_for_all_that_an_edition_is_made_of() -> None:
    first = EditionBasis(choice=Choice(topics=("Arts",)), standing=ReaderStanding(since=NOW))
    others = [
        replace(first, choice=Choice(topics=("Ocean",))),
        replace(first, standing=ReaderStanding(since=NOW, up_to=3)),
        replace(first, standing=ReaderStanding(since=NOW, waiting=(("a", "grace"),))),
        replace(first, had=("a",)),
    ]
    assert len({each.name for each in (first, *others)}) == 5
