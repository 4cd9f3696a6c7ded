"""The backtest upon a real store: what the present rules make of an untouched past is what was sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from digest.config import read_config
from digest.errors import Unknown, UsageError
from digest.publisher import Publisher
from tests.helpers.make import NOW, WEEK
from tests.helpers.newsroom import Newsroom

DAY = timedelta(days=1)
CARRIED = "articles: {min: 2, max: 3}\nwhen_short: carry-over"
DAILY = """\
  daily:
    title: Every day
    sender: "News <news@u.example>"
    segments: [staff, alumni]
    schedule: {cron: "0 7 * * *"}
    sections: [{title: News, rest: true}]
"""


def weeks(room: Newsroom, count: int, stories: int = 5) -> None:
    """Let some weeks pass: stories come in twice a week, and an issue goes out each Monday."""
    room.subscribe(("s@u.example", "staff"), ("a@u.example", "alumni"))
    press = Publisher(replace(room.open()._services, clock=lambda: room.now))
    for week in range(count):
        for n in range(stories):
            tags = [("EU",), ("Alumni",), ("Strategy-people",), ()][(week + n) % 4]
            room.note(f"w{week:02}s{n}", *tags, age=timedelta(hours=5 * n + 1))
            if n == 2:
                press.pull()
        press.pull()
        issue = press.draft("weekly").issue
        if issue.status == "draft":
            press.approve(issue.id, by="Ana")
            press.send(issue.id)
        room.now += WEEK


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Newsroom]:
    """Return what gives a newsroom after four weeks by some limits, for tests that only look at it."""

    @cache
    def after_weeks(limits: str) -> Newsroom:
        room = Newsroom(tmp_path_factory.mktemp("past"), NOW, limits)
        weeks(room, 4)
        return room

    return after_weeks


def made(row: object) -> list[tuple[str, str, list[tuple[str, str, tuple[str, ...]]]]]:
    """Return what a row's issues hold: by slot, its status, and each edition's subject and articles."""
    return [
        (i.slot, i.status, [(e.segment, e.subject, e.articles) for e in i.editions])
        for i in row.made  # type: ignore[attr-defined]
        if i.editions
    ]


@pytest.mark.parametrize(
    "limits",
    [
        "articles: {min: 2, max: 3}",
        CARRIED,
        "articles: {min: 3, max: 5, max_age: 3d}\nwhen_short: back-fill",
        "articles: {min: 1, max: 4, grace: 4h}",
    ],
)
def test_the_present_rules_give_what_was_sent(past: Callable[[str], Newsroom], limits: str) -> None:
    found = past(limits).open().backtest("weekly", 6)
    sent, present = found.rows
    assert made(present) == made(sent)
    assert len(made(sent)) >= 3
    assert present.repeats == sent.repeats == 0
    assert present.nobody == sent.nobody
    assert found.differences[0].won == found.differences[0].lost == ()


def test_a_part_of_the_past_begins_with_what_had_gone_out(
    past: Callable[[str], Newsroom],
) -> None:
    sent, present = past(CARRIED).open().backtest("weekly", 2).rows
    assert made(present) == made(sent)
    assert len(made(sent)) == 2
    assert present.repeats == 0


def test_a_segment_that_had_no_issue_before_the_span_still_waits_since_it_began(
    tmp_path: Path,
) -> None:
    room = Newsroom(tmp_path, NOW, "articles: {min: 4, max: 5}")
    weeks(room, 3)  # in the first of them alumni have three stories, and no edition
    sent, present = room.open().backtest("weekly", 2).rows
    assert [e.segment for e in sent.made[0].editions] == ["alumni"]
    assert made(present) == made(sent)


def test_other_rules_win_and_lose_articles(past: Callable[[str], Newsroom], tmp_path: Path) -> None:
    room = past("articles: {min: 2, max: 3}")
    text = (room.folder / "feeds.yaml").read_text()
    (tmp_path / "other.yaml").write_text(text.replace("max: 3}", "max: 2, per_author: 9}"))
    other = read_config(tmp_path / "other.yaml", {})
    found = room.open().backtest("weekly", 6, other)
    assert [row.rules for row in found.rows] == ["sent", "present", "other"]
    change = found.differences[0]
    assert (change.before, change.after) == ("present", "other")
    assert change.lost
    assert not change.won
    assert change.subjects
    present, new = found.rows[1:]
    assert present.mean_articles > new.mean_articles  # type: ignore[operator]
    assert len(new.nobody) > len(present.nobody)
    assert new.over > 0


def test_nothing_is_seen_before_it_was(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW, "articles: {min: 1, max: 9}")
    for week in range(5):
        room.note(f"old{week}", "EU", age=week * WEEK + DAY)
    room.open().pull()
    room.now += DAY
    strict = room.open().backtest("weekly", 5)
    assert strict.watched == NOW
    assert [i.status for i in strict.rows[1].made] == ["skipped"] * 4 + ["sent"]
    free = room.open().backtest("weekly", 5, as_published=True)
    assert [i.status for i in free.rows[1].made] == ["sent"] * 5
    assert free.rows[1].nobody == ()


def test_what_another_newsletter_told_later_is_no_repeat(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW, "articles: {min: 1}\nrepeats: {not_from: [daily]}")
    file = tmp_path / "feeds.yaml"
    file.write_text(file.read_text().replace("delivery:", DAILY + "delivery:"))
    weeks(room, 1, stories=1)
    room.now += timedelta(hours=20) - WEEK
    press = room.open()
    press.approve(press.draft("daily").issue.id, by="Ana")
    assert press.send("daily-2026-01-13").sent
    room.now += DAY
    sent, present = room.open().backtest("weekly", 2).rows
    assert made(present) == made(sent)
    assert len(made(sent)) == 1
    assert present.repeats == sent.repeats == 0


def test_words_are_those_of_then(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW, "articles: {min: 1, max: 3}")
    weeks(room, 2, stories=1)
    room.note("w00s0", "EU", title="Quite another story", age=2 * WEEK + timedelta(hours=1))
    room.open().pull()
    sent, present = room.open().backtest("weekly", 3).rows
    assert made(present) == made(sent)
    assert "another" not in made(present)[0][2][0][1]


def test_a_wrong_question_is_answered_in_one_sentence(tmp_path: Path) -> None:
    press = Newsroom(tmp_path, NOW).open()
    with pytest.raises(UsageError, match="--weeks is 0"):
        press.backtest("weekly", 0)
    with pytest.raises(Unknown):
        press.backtest("daily")
    with pytest.raises(UsageError, match="no slot"):
        Newsroom(tmp_path, NOW, "schedule: {dates: [2027-01-01]}").open().backtest("weekly")
