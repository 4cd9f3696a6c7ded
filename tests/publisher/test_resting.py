"""Resting: an editor lets a source rest, and nothing of it is read or printed meanwhile."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from digest.errors import Unknown, UsageError
from digest.web.app import create_app
from tests.helpers.make import NOW, WEEK
from tests.helpers.newsroom import Newsroom

OWN = {"Origin": "http://localhost"}


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, NOW)
    room.note("anna")
    room.open().pull()
    return room


def held(room: Newsroom) -> list[str]:
    issue = room.open().draft("weekly").issue
    return [a.title for e in issue.editions for a in e.articles]


def test_a_source_that_rests_is_not_read_nor_printed_and_its_stories_wait(room: Newsroom) -> None:
    press = room.open()
    press.rest("notes", date(2026, 1, 19), by="Ben")
    room.note("bert")
    assert press.pull() == []
    assert press.pull_due() == []
    with pytest.raises(UsageError, match="as an editor asked"):
        press.pull(["notes"])
    assert held(room) == []
    (report,) = press.sources()
    assert (report.is_active, report.rest and report.rest.by) == (False, "Ben")

    room.now += WEEK
    press = room.open()
    (report,) = press.sources()
    assert (report.is_active, report.rest) == (True, None)
    assert [r.new for r in press.pull()] == [1]
    assert {*held(room)} == {"The story of anna", "The story of bert"}


def test_a_rest_is_ended_by_hand(room: Newsroom) -> None:
    press = room.open()
    press.rest("notes", None, by="Ben")
    room.now += timedelta(days=300)
    assert not room.open().sources()[0].is_active
    press.end_rest("notes")
    assert room.open().sources()[0].is_active


def test_a_rest_that_cannot_be_is_refused(room: Newsroom) -> None:
    press = room.open()
    with pytest.raises(UsageError, match="is over"):
        press.rest("notes", date(2026, 1, 12), by="Ben")
    with pytest.raises(Unknown, match="notes"):
        press.rest("nosuch", None, by="Ben")
    with pytest.raises(UsageError, match="who you are"):
        press.rest("notes", None, by=" ")


def test_the_desk_lets_a_source_rest(room: Newsroom) -> None:
    web = create_app(room.open(), None).test_client()
    assert "Mon 12 Jan, 06:00" in web.get("/sources").text
    form = {"until": "2026-02-01", "by": "Ben"}
    page = web.post("/sources/notes/rest", data=form, headers=OWN, follow_redirects=True)
    assert "Until 1 February 2026, as Ben asked" in page.text
    page = web.post("/sources/notes/rest", data={"end": "1"}, headers=OWN, follow_redirects=True)
    assert "as Ben asked" not in page.text
    wrong = web.post("/sources/notes/rest", data={"until": "soon", "by": "Ben"}, headers=OWN)
    assert wrong.status_code == 409


def test_a_rest_outlives_a_pull_that_was_running(room: Newsroom) -> None:
    press = room.open()
    states = press._services.articles.states()
    press.rest("notes", None, by="Ben")
    press._services.articles.remember({"notes": states["notes"]})
    assert not press.sources()[0].is_active
