from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial.choices import (
    is_due,
    key_of,
    moment,
    offered_topics,
    rule_of,
    settled,
    unknown_topics,
)
from digest.editorial.tags import TagBook
from digest.model import Choice, Frequency, Offer, Rule, TagRules

OFFER = Offer(topics=(), sources=(), frequency=("daily", "weekly"), hour=True, most=9)
BOOK = TagBook(TagRules(internal=("Strategy-*",)))
TOPICS = st.lists(st.sampled_from(["Climate", "Ocean", "Campus life", "Arts"]), min_size=1)


@given(TOPICS, st.randoms(use_true_random=False))
def test_the_same_choice_has_one_key_however_it_was_made(topics: list[str], chance) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    other = [topic.upper().replace(" ", "_") for topic in {*topics}]
    chance.shuffle(other)
    first = settled(Choice(topics=tuple(topics), hour=7), OFFER)
    second = settled(Choice(topics=tuple(other), hour=18, zone="Asia/Tokyo"), OFFER)
    assert key_of(first) == key_of(second)
    assert settled(first, OFFER) == first


def test_choices_that_differ_in_what_is_in_the_email_have_keys_of_their_own() -> None:
    made = [
        Choice(topics=("Climate",), frequency="daily"),
        Choice(topics=("Climate",), frequency="weekly"),
        Choice(topics=("Climate",), frequency="daily", most=3),
        Choice(topics=("Climate",), sources=("news",), frequency="daily"),
        Choice(sources=("Climate",), frequency="daily"),
    ]
    assert len({key_of(each) for each in made}) == len(made)


def test_a_choice_is_settled_by_what_is_offered_now() -> None:
    asked = Choice(topics=("Climate", "Arts"), sources=("news", "gone"), most=40, hour=25, zone="X")
    offer = Offer(topics=("Clim*",), sources=("news",), frequency=("weekly",), hour=True, most=5)
    assert settled(asked, offer) == Choice(
        topics=("Climate",), sources=("news",), frequency="weekly", most=5
    )
    assert settled(asked, Offer(sources=())).topics == ()


def test_no_choice_reads_by_a_planning_label_or_a_pattern() -> None:
    assert rule_of(Choice(topics=("Climate", "Strategy-growth")), BOOK) == Rule(any=("Climate",))
    only_labels = Choice(topics=("Strategy-growth",), sources=("news",))
    assert rule_of(only_labels, BOOK) == Rule()  # and not all of the source
    assert unknown_topics(Choice(topics=("*", "strategy_growth", "Arts")), BOOK, OFFER) == [
        "*",
        "strategy_growth",
    ]


def test_what_is_offered_by_name_stays_when_nothing_came_of_it() -> None:
    counts = {"Climate": 4, "Arts": 2, "Ocean": 1}
    assert offered_topics(OFFER, counts) == {"Arts": 2, "Climate": 4, "Ocean": 1}
    some = Offer(topics=("Cl*", "Health"))
    assert offered_topics(some, counts) == {"Climate": 4, "Health": 0}
    assert offered_topics(Offer(sources=()), counts) == {}


@pytest.mark.parametrize(
    ("frequency", "day", "due"),
    [
        (None, date(2026, 1, 12), True),
        ("daily", date(2026, 1, 12), False),
        ("daily", date(2026, 1, 13), True),
        ("weekly", date(2026, 1, 18), False),
        ("weekly", date(2026, 1, 19), True),
        ("monthly", date(2026, 1, 31), False),
        ("monthly", date(2026, 2, 1), True),
    ],
)
def test_the_first_issue_of_a_day_a_week_and_a_month_is_theirs_who_want_it_so_often(
    frequency: Frequency | None, day: date, *, due: bool
) -> None:
    assert is_due(frequency, day, [date(2025, 12, 1), date(2026, 1, 12)]) is due


def test_an_hour_is_in_the_readers_own_zone_and_never_before_the_issue() -> None:
    sent = datetime(2026, 1, 12, 7, tzinfo=UTC)
    at = [
        moment(Choice(hour=hour, zone=zone), sent, "Europe/London") - sent
        for hour, zone in ((7, ""), (18, ""), (6, ""), (7, "America/New_York"), (7, "Asia/Tokyo"))
    ]
    assert at == [timedelta(hours=h) for h in (0, 11, 23, 5, 15)]
    assert moment(Choice(), sent, "Europe/London") == sent
    gap = moment(Choice(hour=1), datetime(2026, 3, 28, 23, tzinfo=UTC), "Europe/London")
    assert gap == datetime(2026, 3, 29, 1, tzinfo=UTC)
