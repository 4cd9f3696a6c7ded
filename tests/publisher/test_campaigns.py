from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.config import read_config
from digest.errors import ConfigError, DigestError, UsageError
from tests.helpers.listmonk import Monk, listmonk
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom

ISSUE = "weekly-2026-01-12"


@pytest.fixture
def monk() -> Iterator[Monk]:
    with listmonk() as monk:
        yield monk


@pytest.fixture
def room(tmp_path: Path, monk: Monk) -> Newsroom:
    lists = "lists: {staff: 3, alumni: 4}"
    room = Newsroom(tmp_path, NOW, delivery=f"folder: sent, campaigns: '{monk.address}', {lists}")
    room.note("anna", "EU")
    room.note("cora", "Alumni")
    press = room.open()
    press.pull()
    press.approve(press.draft("weekly").issue.id, by="Ana")
    return room


def states(room: Newsroom) -> dict[str, str]:
    return {d.segment: d.state for d in room.open().deliveries(ISSUE)}


def test_each_edition_goes_to_its_list_once_and_nobody_else_is_needed(
    room: Newsroom, monk: Monk
) -> None:
    done = room.open().send(ISSUE)

    assert (done.sent, done.error, states(room)) == (2, None, {"staff": "sent", "alumni": "sent"})
    assert room.open().issue(ISSUE).status == "sent"
    assert {tuple(each["lists"]) for each in monk.starts()} == {(3,), (4,)}
    staff = monk.starts(lists=[3])[0]
    assert "{{ UnsubscribeURL }}" in staff["body"]
    assert "{{ UnsubscribeURL }}" in staff["altbody"]
    assert "__UNSUBSCRIBE_URL__" not in staff["body"] + staff["altbody"]
    assert "cid:" not in staff["body"]
    assert "https://u.example/v/weekly-2026-01-12/staff/" in staff["body"]
    assert room.open().send(ISSUE).sent == 0
    assert len(monk.campaigns) == 2


def test_a_run_that_was_ended_in_the_midst_of_a_start_goes_on(room: Newsroom, monk: Monk) -> None:
    monk.faults = {
        "PUT /api/campaigns/1/status": ["cut"],
        "GET /api/campaigns": ["", "drop", "drop"],
    }
    first = room.open().send(ISSUE)

    assert first.ambiguous == 1
    assert "deferred" in states(room).values()
    assert room.open().issue(ISSUE).status == "sending"
    again = room.open().send(ISSUE)
    assert (again.ambiguous, set(states(room).values())) == (0, {"sent"})
    assert (len(monk.campaigns), len(monk.starts())) == (2, 2)


def test_what_is_ambiguous_is_asked_for_also_when_the_issue_is_out(
    room: Newsroom, monk: Monk
) -> None:
    starts = [f"PUT /api/campaigns/{number}/status" for number in (1, 2)]
    monk.faults = {**{each: ["cut"] for each in starts}, "GET /api/campaigns": ["", "drop"] * 2}

    assert room.open().send(ISSUE).ambiguous == 2
    assert room.open().issue(ISSUE).status == "sent"
    assert room.open().send(ISSUE).ambiguous == 0
    assert set(states(room).values()) == {"sent"}
    assert [monk.asked.count(each) for each in starts] == [1, 1]


def test_a_refusal_holds_the_issue_with_listmonks_words(room: Newsroom, monk: Monk) -> None:
    monk.faults = {"POST /api/campaigns": ["400"]}
    done = room.open().send(ISSUE)

    assert "held: 400 not now" in str(done.error)
    assert set(states(room).values()) == {"pending"}
    assert room.open().send(ISSUE).sent == 2


def test_an_issue_goes_nowhere_else_and_a_test_goes_by_email(room: Newsroom, monk: Monk) -> None:
    with pytest.raises(UsageError, match="--to is for tests"):
        room.open().send(ISSUE, f"folder:{room.folder / 'out'}")
    room.open().send(ISSUE, None, ["ana@u.example"])

    assert monk.campaigns == []
    assert list((room.folder / "sent").glob("*.eml"))


@pytest.mark.parametrize(
    ("delivery", "said"),
    [
        ("campaigns: 'listmonk://u:t@h/1'", "campaigns and lists, or neither"),
        ("lists: {staff: 1}", "campaigns and lists, or neither"),
        ("campaigns: 'https://u:t@h/1', lists: {staff: 1, alumni: 2}", "starts with listmonk://"),
        ("campaigns: 'listmonk://u:t@h/1', lists: {staff: 1}", "has no list for alumni"),
        ("campaigns: 'listmonk://u:t@h/1', lists: {staff: 1, alumni: 1}", "names a list twice"),
        ("campaigns: 'listmonk://u:t@h/1', lists: {staff: 1, alumni: 2, x: 3}", "is no segment"),
    ],
)
def test_lists_that_cannot_be_meant_are_told(tmp_path: Path, delivery: str, said: str) -> None:
    room = Newsroom(tmp_path, NOW, delivery=f"folder: sent, {delivery}")
    with pytest.raises(ConfigError, match=said):
        read_config(room.folder / "feeds.yaml", {})


def test_a_token_that_is_not_set_is_told_before_anything_is_written(room: Newsroom) -> None:
    file = room.folder / "feeds.yaml"
    file.write_text(file.read_text().replace("hunter2", "${TOKEN}"))

    with pytest.raises(DigestError, match="TOKEN"):
        room.open().send(ISSUE)
    assert states(room) == {}
    assert room.open({"TOKEN": "hunter2"}).send(ISSUE).sent == 2
