from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from digest.errors import Unknown
from tests.helpers.make import NOW, WEEK
from tests.helpers.newsroom import Newsroom


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, NOW, "archive: alumni")
    room.note("anna", "EU", "Strategy-people")
    room.note("cora")
    room.subscribe(("s@u.example", "staff"), ("a@u.example", "alumni"))
    room.open().pull()
    return room


def send(room: Newsroom) -> str:
    press = room.open()
    issue = press.draft("weekly").issue
    press.approve(issue.id, by="Ana")
    assert press.archive("weekly") == room.open().archive("weekly")
    press.send(issue.id)
    return issue.id


def test_an_issue_is_in_the_archive_once_it_went_out(room: Newsroom) -> None:
    assert room.open().archive("weekly") == []
    first = send(room)
    room.now += WEEK
    room.note("bert", "EU")
    room.open().pull()
    second = send(room)

    assert [each.issue for each in room.open().archive("weekly")] == [second, first]


def test_an_issue_that_is_held_before_anybody_has_it_is_not_in_the_archive(
    room: Newsroom,
) -> None:
    issue = send(room)
    press = room.open()
    sent = press.issue(issue)
    held = replace(sent, status="sending", stopped=True, reason="550 5.7.1 suspended")
    press._services.issues.save(held, press.inputs(issue), was=sent)
    assert room.open().archive("weekly") == []


def test_the_archive_shows_the_public_segments_edition_alone(room: Newsroom) -> None:
    issue = send(room)

    _, message = room.open().archived("weekly", issue)

    assert message.segment == "alumni"
    assert "The story of anna" in message.html
    assert "story of cora" not in message.html


def test_an_issue_without_the_public_edition_is_not_in_the_archive(room: Newsroom) -> None:
    send(room)
    room.now += WEEK
    room.note("bert")
    room.open().pull()
    staff = send(room)

    assert staff not in {each.issue for each in room.open().archive("weekly")}
    with pytest.raises(Unknown, match="issue in the archive of weekly"):
        room.open().archived("weekly", staff)


def test_without_a_public_segment_there_is_no_archive(room: Newsroom) -> None:
    issue = send(room)
    room.configure()

    for name in ("weekly", "nowhere"):
        with pytest.raises(Unknown, match="there is no archive"):
            room.open().archived(name, issue)


def test_an_issue_that_left_before_its_slot_is_not_dated_in_the_future(room: Newsroom) -> None:
    room.now -= timedelta(hours=2)
    send(room)

    assert [each.at <= room.now for each in room.open().archive("weekly")] == [True]
