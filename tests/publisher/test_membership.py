from __future__ import annotations

from pathlib import Path

import pytest

from digest.model import Subscriber
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, NOW)
    room.note("anna")
    people = {
        "p@u.example": {"Department": "Physics", "year": "3"},
        "q@u.example": {"Department": "Physics", "year": "1"},
        "r@u.example": {},
    }
    found = [Subscriber(address=at, attributes=facts) for at, facts in people.items()]
    room.open().put_subscribers(found)
    return room


def rule(room: Newsroom, members: str) -> None:
    file = room.folder / "feeds.yaml"
    file.write_text(file.read_text().replace("title: Staff,", f"title: Staff, {members},"))


def test_who_belongs_by_rule_is_mailed_by_the_rules_of_the_day(room: Newsroom) -> None:
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    press.approve(issue.id, by="Ana")
    rule(room, 'members: {department: Physics, year: ">=3"}')

    room.open().send(issue.id)

    assert [d.address for d in press.deliveries(issue.id)] == ["p@u.example"]


def test_who_belongs_by_rule_is_not_told_to_be_without_a_segment(room: Newsroom) -> None:
    rule(room, "members: {department: Physics}")

    done = room.open().put_subscribers([*room.open().subscribers()], dry_run=True)

    assert done.without_segment == 1


def test_an_attribute_that_nobody_has_is_told(room: Newsroom) -> None:
    rule(room, "members: {deparment: Physics, year: 1}")

    (told,) = [f for f in room.open().check() if f.rule == "members"]

    assert str(told.where) == "segments.staff"
    assert told.message == "no subscriber has the attribute 'deparment'; known: Department, year"


def test_an_archive_makes_no_draft_old(room: Newsroom) -> None:
    press = room.open()
    press.pull()
    press.draft("weekly")
    room.configure("archive: staff")

    assert [f for f in room.open().check() if f.rule == "draft-old"] == []
