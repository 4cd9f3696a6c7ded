from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial.calendar import Slot, next_slot, period, slots
from digest.model import Schedule

MONDAYS = Schedule(cron="0 7 * * mon")
ZONES = sorted(z for z in available_timezones() if "/" in z and not z.startswith("Etc/"))


def between(schedule: Schedule, zone: str, start: date, end: date) -> list[Slot]:
    return [*slots(schedule, zone, _at(start), _at(end))]


def _at(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def test_a_weekly_slot_is_at_its_local_time_in_summer_and_winter() -> None:
    found = between(MONDAYS, "Europe/London", date(2026, 3, 20), date(2026, 4, 1))

    assert [s.sent.isoformat() for s in found] == [
        "2026-03-23T07:00:00+00:00",
        "2026-03-30T06:00:00+00:00",
    ]
    assert found[0].key == "2026-03-23T07:00"


def test_numbers_of_weekdays_are_crontabs() -> None:
    schedule = Schedule(cron="0 8 * * 1")
    (found,) = between(schedule, "UTC", date(2026, 1, 10), date(2026, 1, 16))

    assert found.sent.strftime("%A") == "Monday"


@pytest.mark.parametrize(
    ("zone", "day", "cron"),
    [
        ("Asia/Beirut", date(2026, 3, 29), "0 0 * * sun"),
        ("Africa/Cairo", date(2026, 4, 24), "30 0 * * fri"),
        ("America/Santiago", date(2026, 9, 6), "0 0 * * sun"),
        ("Europe/Berlin", date(2026, 3, 29), "30 2 * * sun"),
    ],
)
def test_a_time_that_the_clocks_skip_still_comes_that_day(zone: str, day: date, cron: str) -> None:
    found = between(Schedule(cron=cron), zone, day - timedelta(days=2), day + timedelta(days=3))

    assert [s.sent.astimezone(ZoneInfo(zone)).date() for s in found] == [day]


@pytest.mark.parametrize(
    ("zone", "day", "cron"),
    [
        ("Europe/Berlin", date(2026, 10, 25), "30 2 * * sun"),
        ("America/New_York", date(2026, 11, 1), "30 1 * * sun"),
    ],
)
def test_a_time_that_the_clocks_repeat_comes_once(zone: str, day: date, cron: str) -> None:
    found = between(Schedule(cron=cron), zone, day - timedelta(days=2), day + timedelta(days=3))

    assert len(found) == 1


@given(
    st.sampled_from(ZONES), st.integers(0, 6), st.integers(0, 23), st.sampled_from([0, 15, 30, 59])
)
def test_every_week_of_ten_years_has_its_slot_exactly_once(
    zone: str, weekday: int, hour: int, minute: int
) -> None:
    schedule = Schedule(cron=f"{minute} {hour} * * {weekday}")
    found = between(schedule, zone, date(2024, 1, 1), date(2034, 1, 1))

    days = [s.sent.astimezone(ZoneInfo(zone)).date() for s in found]
    assert {(b - a).days for a, b in pairwise(days)} <= {6, 7, 8}
    assert 521 <= len(days) <= 523
    assert len({s.key for s in found}) == len(found)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/London", date(2026, 3, 29)),
        ("Europe/London", date(2026, 10, 25)),
        ("Australia/Lord_Howe", date(2026, 10, 4)),  # half an hour is skipped
        ("America/Santiago", date(2026, 9, 6)),  # at midnight
        ("Africa/Cairo", date(2026, 10, 30)),
    ],
)
@given(at=st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0)))
def test_a_date_and_a_crontab_mean_one_moment_when_the_clocks_change(
    zone: str, day: date, at: time
) -> None:
    cron = f"{at.minute} {at.hour} {day.day} {day.month} *"
    span = (zone, day - timedelta(days=2), day + timedelta(days=3))

    (listed,) = between(Schedule(dates=(day,), at=at), *span)
    assert [listed] == between(Schedule(cron=cron), *span)


def test_dates_are_sent_at_their_time_and_skipped_days_are_not() -> None:
    schedule = Schedule(
        dates=(date(2026, 1, 30), date(2026, 1, 16), date(2026, 2, 13)),
        at=time(8, 30),
        skip=(date(2026, 1, 30),),
        draft_before=timedelta(hours=72),
    )
    found = between(schedule, "Europe/London", date(2026, 1, 1), date(2026, 3, 1))

    assert [s.key for s in found] == ["2026-01-16T08:30", "2026-02-13T08:30"]
    assert found[0].drafted == found[0].sent - timedelta(hours=72)


def test_the_period_is_the_gap_around_now() -> None:
    dates = Schedule(dates=(date(2025, 12, 12), date(2026, 1, 16), date(2026, 1, 30)))

    assert period(dates, "UTC", _at(date(2026, 1, 2))).days == 35
    assert period(dates, "UTC", _at(date(2026, 1, 20))).days == 14
    assert period(MONDAYS, "UTC", _at(date(2026, 1, 20))).days == 7
    assert period(None, "UTC", _at(date(2026, 1, 20))).days == 7


def test_the_next_slot_of_a_list_that_has_ended_is_none() -> None:
    assert next_slot(Schedule(dates=(date(2025, 1, 1),)), "UTC", _at(date(2026, 1, 1))) is None
    assert next_slot(None, "UTC", _at(date(2026, 1, 1))) is None
