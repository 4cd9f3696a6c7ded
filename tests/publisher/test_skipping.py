"""Skipping: editors want no issue on a day; the schedule, the calendar and the log know it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from digest.cli.main import main
from digest.errors import Unknown, UsageError
from digest.publisher import Publisher
from tests.helpers.make import NOW, WEEK
from tests.helpers.newsroom import Newsroom

MONDAYS = 'schedule: {cron: "0 7 * * mon", skip: [2026-02-02]}'
NEXT = date(2026, 1, 19)  # after the Monday of NOW


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, NOW, newsletter=MONDAYS)
    room.note("anna")
    return room


def days(press: Publisher) -> list[date]:
    return [each.sent.date() for each in press.coming("weekly")[:2]]


def test_a_day_that_is_skipped_has_no_issue_and_the_next_one_has_its_stories(
    room: Newsroom,
) -> None:
    assert room.open().tick() == []
    room.now = NOW + timedelta(hours=2)
    (first,) = room.open().tick()
    assert not isinstance(first, Exception)
    room.open().discard(first.id, by="Ana")
    room.open().skip_day("weekly", NEXT, by="Ana", why="A  holiday")
    assert days(room.open())[0] == date(2026, 1, 26)
    room.now = NOW + WEEK + timedelta(hours=2)
    room.note("bert")
    assert room.open().tick() == []

    room.now = NOW + 2 * WEEK + timedelta(hours=2)
    (issue,) = room.open().tick()

    assert not isinstance(issue, Exception)
    assert (issue.id, issue.slot) == ("weekly-2026-01-26", "2026-01-26T07:00")
    assert "The story of bert" in str(issue.editions)


def test_the_plan_says_who_wants_that_and_why_and_the_log_too(room: Newsroom) -> None:
    press = room.open()
    press.skip_day("weekly", NEXT, by="Ana", why="A  holiday")
    skipped = {each.sent.date(): each.skipped for each in press.plan() if each.coming is None}
    assert skipped[date(2026, 2, 2)] is None  # feeds.yaml does
    said = skipped[NEXT]
    assert said is not None
    assert (said.by, said.at, said.why) == ("Ana", NOW, "A holiday")
    assert next(iter(press.log())).what == "weekly 2026-01-19: A holiday"

    press.keep_day("weekly", NEXT, by="Ben")

    assert press.skipped_days("weekly") == []
    assert NEXT in days(press)
    assert [entry.by for entry in press.log()] == ["Ben", "Ana"]


def test_days_that_are_over_are_not_told_any_more(room: Newsroom) -> None:
    room.open().skip_day("weekly", NEXT, by="Ana")
    room.now = NOW + WEEK + timedelta(days=1)
    assert room.open().skipped_days("weekly") == []
    with pytest.raises(UsageError, match="is over"):
        room.open().keep_day("weekly", NEXT, by="Ana")


def test_what_cannot_be_skipped_or_kept_is_told(room: Newsroom) -> None:
    press = room.open()
    for day in (date(2026, 1, 20), date(2026, 1, 5), date(2026, 2, 2)):
        with pytest.raises(UsageError, match="no issue to come"):
            press.skip_day("weekly", day, by="Ana")
    with pytest.raises(UsageError, match="take it out"):
        press.keep_day("weekly", date(2026, 2, 2), by="Ana")
    with pytest.raises(UsageError, match="does not skip"):
        press.keep_day("weekly", NEXT, by="Ana")
    with pytest.raises(Unknown):
        press.skip_day("monthly", NEXT, by="Ana")
    with pytest.raises(UsageError):
        press.skip_day("weekly", NEXT, by=" ")
    assert press.skipped_days("weekly") == []


def test_an_issue_that_is_open_is_discarded_instead(room: Newsroom) -> None:
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    assert issue.send_at is not None
    with pytest.raises(UsageError, match=f"{issue.id} is open"):
        room.open().skip_day("weekly", issue.send_at.date(), by="Ana")
    room.open().discard(issue.id, by="Ana")
    room.open().skip_day("weekly", issue.send_at.date(), by="Ana")


def test_the_calendar_as_json_tells_the_skipped_days_before_each_issue(
    room: Newsroom, capsys: pytest.CaptureFixture[str]
) -> None:
    room.open().skip_day("weekly", NEXT, by="Ana", why="A holiday")
    words = ["--config", str(room.folder / "feeds.yaml"), "--now", NOW.isoformat(), "--json"]
    with pytest.raises(SystemExit) as ended:
        main([*words, "calendar"])
    told = {
        e["sent"][:10]: e["skipped"]
        for e in map(json.loads, capsys.readouterr().out.split("\n")[:-1])
    }
    assert ended.value.code == 0
    assert told["2026-01-12"] == []
    assert told["2026-01-26"] == [{"day": "2026-01-19", "by": "Ana", "why": "A holiday"}]
    assert told["2026-02-09"] == [{"day": "2026-02-02", "by": None, "why": ""}]
