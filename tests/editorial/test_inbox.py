from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial.inbox import Mailing, is_quiet, twice, week_of, weeks

MONDAY = datetime(2026, 1, 12, 7, tzinfo=UTC)
ORDER = ("alerts", "weekly", "daily")


def mailing(name: str, hours: int) -> Mailing:
    return Mailing(newsletter=name, at=MONDAY + timedelta(hours=hours))


mailings = st.lists(
    st.builds(mailing, st.sampled_from(ORDER), st.integers(0, 24 * 20)), max_size=24
)


@given(mailings, st.sets(st.sampled_from(ORDER)), st.integers(1, 4))
def test_no_week_has_more_than_the_cap_and_nothing_is_lost(
    every: list[Mailing], gets: set[str], most: int
) -> None:
    found = weeks(every, gets, ORDER, most, "UTC")
    told = [m for week in found for m in (*week.emails, *week.held_back)]

    assert all(len(week.emails) <= most for week in found)
    assert sorted(told, key=repr) == sorted((m for m in every if m.newsletter in gets), key=repr)
    for week in found:
        # what was held back gave way to what has precedence, or to what had gone out before it
        for held in week.held_back:
            place = ORDER.index(held.newsletter)
            before = [
                m for m in week.emails if m.at <= held.at or ORDER.index(m.newsletter) < place
            ]
            assert len(before) == most or len(week.emails) == most


@given(mailings, st.integers(1, 4))
def test_who_stands_first_gives_way_to_nobody_below(every: list[Mailing], most: int) -> None:
    for week in weeks(every, ORDER, ORDER, most, "UTC"):
        of_first = [m for m in (*week.emails, *week.held_back) if m.newsletter == "alerts"]
        went = [m for m in week.emails if m.newsletter == "alerts"]
        assert len(went) == min(len(of_first), most)


def test_a_daily_leaves_room_for_the_weekly_that_comes() -> None:
    every = [mailing("daily", 0), mailing("daily", 24), mailing("weekly", 48), mailing("daily", 72)]
    (week,) = weeks(every, ORDER, ORDER, 2, "UTC")

    assert week.start == date(2026, 1, 12)
    assert week.emails == (every[0], every[2])
    assert week.held_back == (every[1], every[3])
    assert weeks(every, ORDER, ORDER, None, "UTC")[0].held_back == ()


def test_a_week_begins_on_monday_in_the_publications_zone() -> None:
    sunday_night = datetime(2026, 1, 11, 23, 30, tzinfo=UTC)

    assert week_of(sunday_night, "UTC") == date(2026, 1, 5)
    assert week_of(sunday_night, "Europe/Berlin") == date(2026, 1, 12)


@pytest.mark.parametrize(
    ("first", "last", "hour", "quiet"),
    [
        (20, 7, 6, True),
        (20, 7, 7, False),
        (20, 7, 20, True),
        (12, 14, 13, True),
        (12, 14, 14, False),
    ],
)
def test_quiet_hours_may_go_over_midnight(first: int, last: int, hour: int, quiet: bool) -> None:  # noqa: FBT001
    at = datetime(2026, 1, 12, hour, tzinfo=UTC)

    assert is_quiet(at, (time(first), time(last)), "UTC") is quiet
    assert not is_quiet(at, None, "UTC")


def test_an_article_of_several_newsletters_is_told_twice() -> None:
    assert twice({"a": ["x", "y"], "b": ["y"], "c": ["z"]}) == {"y": ("a", "b")}
