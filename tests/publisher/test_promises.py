"""Promises: a story that is held for the issue of a day is in that issue, and in none before."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from digest.errors import BadPatch, Held
from digest.model import Issue
from digest.publisher import Publisher
from digest.web.app import create_app
from tests.helpers.make import NOW, WEEK
from tests.helpers.newsroom import Newsroom

ANNA = "https://u.example/anna"


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, NOW)
    room.note("anna")
    room.note("bert")
    room.subscribe(("s@u.example", "staff"))
    return room


def issue_of(room: Newsroom) -> tuple[Publisher, Issue]:
    press = room.open()
    press.pull()
    return press, press.draft("weekly").issue


def send(press: Publisher, issue: Issue) -> None:
    press.approve(issue.id, by="Ana")
    press.send(issue.id)


def told(issue: Issue) -> list[str]:
    (staff,) = (e for e in issue.editions if e.segment == "staff")
    return [a.title.removeprefix("The story of ") for a in staff.articles]


def rules(issue: Issue) -> dict[str, str]:
    return {f.rule: f.message for f in issue.findings["staff"]}


def test_what_is_held_for_a_day_is_in_the_issue_of_that_day_and_in_none_before(
    room: Newsroom,
) -> None:
    press, issue = issue_of(room)
    promised = press.edit(issue.id, [{"hold": ANNA, "for": "2026-01-26"}], by="Ben")
    assert told(promised) == ["bert"]
    ways = press.why(ANNA, issue.id)[0].would_change
    assert ways == ("its day: Ben holds it for the issue of 2026-01-26",)
    send(press, promised)

    for week, held in ((1, ["carl"]), (2, ["dora", "anna"])):
        room.now = NOW + week * WEEK
        room.note("carl" if week == 1 else "dora")
        press, issue = issue_of(room)
        assert told(issue) == held
        assert not {"promise-late", "promise-broken"} & {*rules(issue)}
        send(press, issue)
    assert press.why(ANNA)[0].decided_by


def test_the_calendar_shows_a_promise_until_it_is_kept(room: Newsroom) -> None:
    press, issue = issue_of(room)
    press.edit(issue.id, [{"hold": ANNA, "for": "2026-01-20"}], by="Ben")
    first, second, third = press.coming("weekly", 3)
    assert (first.issue, second.issue) == (issue.id, None)
    assert [p.title for each in (first, second) for p in each.promised] == []
    assert [(p.title, p.by) for p in third.promised] == [("The story of anna", "Ben")]
    page = create_app(press, None).test_client().get("/calendar").text
    assert "Promised: The story of anna" in page
    assert "for 20 Jan" in page
    assert third.sent - second.sent == WEEK


def test_a_promise_for_a_day_that_an_editor_skips_is_told(room: Newsroom) -> None:
    press, issue = issue_of(room)
    issue = press.edit(issue.id, [{"hold": ANNA, "for": "2026-01-19"}], by="Ben")
    assert "promise-day" not in rules(issue)
    press.skip_day("weekly", date(2026, 1, 19), by="Ana")
    assert "it would be in that of 2026-01-26" in rules(press.draft("weekly").issue)["promise-day"]


def test_a_day_without_an_issue_is_told_at_once_and_when_it_is_kept_late(room: Newsroom) -> None:
    press, issue = issue_of(room)
    issue = press.edit(issue.id, [{"hold": ANNA, "for": "2026-01-15"}], by="Ben")
    assert "it would be in that of 2026-01-19" in rules(issue)["promise-day"]
    send(press, issue)
    room.now += WEEK
    _, issue = issue_of(room)
    assert told(issue) == ["anna"]
    assert "Ben promised “The story of anna” for 2026-01-15" in rules(issue)["promise-late"]


def test_a_promise_without_room_holds_the_approval(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW, "articles: {max: 1}")
    for name in ("anna", "bert"):
        room.note(name)
    press, issue = issue_of(room)
    today = [
        {"pin": "https://u.example/bert"},
        {"hold": ANNA, "for": "2026-01-12", "section": "More"},
    ]
    issue = press.edit(issue.id, today, by="Ben")
    assert told(issue) == ["bert"]
    assert "no room for it" in rules(issue)["promise-broken"]
    with pytest.raises(Held, match="promise-broken"):
        press.approve(issue.id, by="Ana")


def test_a_promise_in_a_short_edition_holds_the_issue(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW, "articles: {min: 2}")
    for name in ("anna", "bert"):
        room.note(name)
    press, issue = issue_of(room)
    changes = [{"hide": "https://u.example/bert"}, {"hold": ANNA, "for": "2026-01-12"}]
    issue = press.edit(issue.id, changes, by="Ben")
    assert issue.status == "held"
    assert "Ben promised it “The story of anna”" in (issue.reason or "")


def test_a_promise_is_taken_back_and_gives_way_to_a_later_word(room: Newsroom) -> None:
    press, issue = issue_of(room)
    hold = {"hold": ANNA, "for": "2026-01-26"}
    press.edit(issue.id, [hold], by="Ben")
    issue = press.edit(issue.id, [{"hold": ANNA, "undo": True}], by="Ben")
    assert "anna" in told(issue)
    press.edit(issue.id, [hold], by="Ben")
    issue = press.edit(issue.id, [{"pin": ANNA}], by="Ben")
    assert told(issue)[0] == "anna"
    assert [e.verb for e in press.edits(issue.id)] == ["pin"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"hold": ANNA}, "hold needs for"),
        ({"hold": ANNA, "for": "soon"}, "for is no date"),
        ({"hold": ANNA, "for": "2026-01-11"}, "for 2026-01-11 is over"),
    ],
)
def test_a_promise_that_cannot_be_is_refused(
    room: Newsroom, change: dict[str, str], said: str
) -> None:
    press, issue = issue_of(room)
    with pytest.raises(BadPatch, match=said):
        press.edit(issue.id, [change], by="Ben")


def test_nothing_that_is_held_goes_out_before_its_day_with_an_issue_sent_early(
    room: Newsroom,
) -> None:
    room.now = NOW + timedelta(days=2)
    press, issue = issue_of(room)
    issue = press.edit(issue.id, [{"hold": ANNA, "for": "2026-01-19"}], by="Ben")
    assert "anna" in told(issue)
    press.approve(issue.id, by="Ana")
    with pytest.raises(Held, match="before its day"):
        press.send(issue.id)


@pytest.mark.parametrize(
    "act", [{"hold": ANNA, "for": "2026-02-09"}, {"delay": ANNA, "until": "2026-02-09"}]
)
def test_what_an_earlier_issue_put_off_is_free_in_the_issue_that_takes_it_back(
    room: Newsroom, act: dict[str, str]
) -> None:
    press, issue = issue_of(room)
    send(press, press.edit(issue.id, [act], by="Ben"))
    room.now += WEEK
    room.note("carl")
    press, issue = issue_of(room)
    assert told(issue) == ["carl"]
    issue = press.edit(issue.id, [{next(iter(act)): ANNA, "undo": True}], by="Ben")
    assert {*told(issue)} == {"anna", "carl"}


def test_a_broken_promise_leaves_the_calendar_with_its_issue(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW, "articles: {max: 1}")
    for name in ("anna", "bert"):
        room.note(name)
    room.subscribe(("s@u.example", "staff"))
    press, issue = issue_of(room)
    changes = [{"pin": "https://u.example/bert"}, {"hold": ANNA, "for": "2026-01-12"}]
    issue = press.edit(issue.id, changes, by="Ben")
    press.approve(issue.id, by="Ana", overrides=[{"rule": "promise-broken", "reason": "no room"}])
    press.send(issue.id)
    room.now += timedelta(days=1)
    assert not any(each.promised for each in room.open().coming("weekly"))


def test_a_promise_beyond_the_calendar_is_refused(room: Newsroom) -> None:
    press, issue = issue_of(room)
    with pytest.raises(BadPatch, match="more than 400 days ahead"):
        press.edit(issue.id, [{"hold": ANNA, "for": "9999-12-31"}], by="Ben")
