"""Special issues: a story to everyone now, beside the schedule, and not said again by it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from digest.errors import UsageError
from digest.model import Issue
from digest.web.app import create_app
from tests.helpers.make import NOW, WEEK
from tests.helpers.newsroom import Newsroom

ANNA = "https://u.example/anna"
OWN = {"Origin": "http://localhost"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    room = Newsroom(tmp_path_factory.mktemp("made"), NOW, "articles: {min: 2}")
    for name in ("anna", "bert", "carl"):
        room.note(name)
    room.subscribe(("s@u.example", "staff"), ("a@u.example", "alumni"))
    room.open().pull()
    return room


@pytest.fixture
def room(made: Newsroom, tmp_path: Path) -> Newsroom:
    return made.copied(tmp_path)


def told(issue: Issue) -> dict[str, list[str]]:
    return {
        e.segment: [a.title.removeprefix("The story of ") for a in e.articles]
        for e in issue.editions
    }


def test_a_special_goes_to_everyone_in_two_acts_and_is_not_the_weeks_issue(room: Newsroom) -> None:
    press = room.open()
    weekly = press.draft("weekly").issue
    issue = press.special("weekly", [{"pin": ANNA}], by="Ben")
    assert issue.id == "weekly-special-2026-01-12"
    assert told(issue) == {"staff": ["anna"], "alumni": ["anna"]}
    assert "No. " not in issue.messages[0].text
    press.approve(issue.id, by="Ana")
    sent = [made for made in press.tick() if isinstance(made, Issue)]
    assert [(i.id, i.status) for i in sent] == [(issue.id, "sent")]
    assert press.counts(issue.id)["sent"] == 2

    # the week's issue is drafted again without the story, has its number, and is the next in turn
    assert press.draft("weekly").issue.id == weekly.id
    again = press.issue(weekly.id)
    assert (again.number, told(again)) == (1, {"staff": ["bert", "carl"]})
    assert press.rebuild(issue.id).identical


def test_a_special_leaves_no_gap_in_what_a_segment_gathers(room: Newsroom) -> None:
    press = room.open()
    special = press.special(
        "weekly", [{"write": "The bridge is shut", "text": "Go round."}], by="Ben"
    )
    press.approve(special.id, by="Ana")
    press.send(special.id)
    room.now += timedelta(minutes=30)
    press = room.open()
    issue = press.draft("weekly").issue
    assert told(issue) == {"staff": ["anna", "bert", "carl"]}
    press.approve(issue.id, by="Ana")
    press.send(issue.id)
    room.now += WEEK
    room.note("dora")
    room.note("eric")
    press = room.open()
    press.pull()
    assert told(press.draft("weekly").issue) == {"staff": ["dora", "eric"]}


def test_a_special_can_be_edited_and_discarded_beside_the_open_draft(room: Newsroom) -> None:
    press = room.open()
    weekly = press.draft("weekly").issue
    special = press.special("weekly", [{"pin": ANNA}], by="Ben")
    edited = press.edit(
        special.id, [{"subject": "Read this now"}, {"pin": "https://u.example/bert"}], by="Ben"
    )
    assert told(edited)["staff"] == ["anna", "bert"]
    assert edited.messages[0].subject == "Read this now"
    assert told(press.edit(weekly.id, [{"hide": ANNA}], by="Ben")) == {"staff": ["bert", "carl"]}
    assert press.why(ANNA, special.id)[0].decided_by[0] == "edit.pin"
    assert press.discard(special.id, by="Ben").status == "discarded"
    second = press.special("weekly", [{"pin": ANNA}], by="Ben")
    assert second.id == "weekly-special-2026-01-12-2"


def test_a_special_that_everyone_has_had_is_skipped(room: Newsroom) -> None:
    press = room.open()
    for _ in range(2):
        issue = press.special("weekly", [{"pin": ANNA}], by="Ben")
        if issue.status == "draft":
            press.approve(issue.id, by="Ana")
            press.send(issue.id)
    assert issue.status == "skipped"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([], "needs a story"),
        ([{"intro": "Dear all"}], "needs a story"),
        ([{"pin": "https://u.example/nobody"}], "there is no article"),
    ],
)
def test_a_special_of_nothing_is_refused(room: Newsroom, changes: list[object], said: str) -> None:
    press = room.open()
    with pytest.raises(UsageError, match=said):
        press.special("weekly", changes, by="Ben")
    assert press.issues() == []


def test_the_desk_makes_a_special_and_shows_it_beside_the_draft(room: Newsroom) -> None:
    press = room.open()
    press.draft("weekly")
    web = create_app(press, None).test_client()
    form = {"headline": "The bridge is shut", "text": "Go round by the dock.", "by": "Ben"}
    page = web.post("/special/weekly", data=form, headers=OWN, follow_redirects=True)
    assert "special issue" in page.text
    assert "The bridge is shut" in page.text
    front = web.get("/").text
    assert "special issue" in front
    assert "no. 1" in front
    wrong = web.post(
        "/special/weekly", data={"url": "https://u.example/no", "by": "Ben"}, headers=OWN
    )
    assert "There is no article" in wrong.text


def test_a_special_is_not_the_last_issue_that_the_week_is_compared_with(room: Newsroom) -> None:
    press = room.open()
    issue = press.special("weekly", [{"pin": ANNA}], by="Ben")
    press.approve(issue.id, by="Ana")
    press.send(issue.id)
    weekly = press.draft("weekly").issue
    assert "last_issue" not in press.changes(weekly)["staff"]


def test_a_special_does_not_say_what_stands_in_every_issue_of_the_week(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW)
    text = (tmp_path / "feeds.yaml").read_text()
    own = "segments: {staff: {intro: What the week brought., subject: 'Staff: {lead}'}, alumni: {}}"
    (tmp_path / "feeds.yaml").write_text(text.replace("segments: [staff, alumni]", own))
    room.note("anna")
    press = room.open()
    press.pull()
    issue = press.special("weekly", [{"pin": ANNA}], by="Ben")
    staff = next(e for e in issue.editions if e.segment == "staff")
    assert (staff.intro, staff.subject) == (None, "The story of anna")
