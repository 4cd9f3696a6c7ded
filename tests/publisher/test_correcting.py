from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.errors import DigestError, UsageError
from digest.model import Issue
from digest.publisher import Publisher
from digest.publisher.correcting import REMEMBERED, Correction
from tests.helpers.newsroom import Newsroom

NOW = datetime(2026, 1, 12, 6, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    """Return a newsroom that has sent an issue to two editions' readers."""
    room = Newsroom(tmp_path, NOW)
    room.subscribe(("a@u.example", "staff"), ("b@u.example", "staff"), ("c@u.example", "alumni"))
    room.note("bus", "European-Union", summary="It runs from May. It is free.")
    room.note("hall", "Campus")
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    press.approve(issue.id, by="Ana")
    press.send(issue.id)
    return room


def reword(room: Newsroom, summary: str, name: str = "bus", *tags: str) -> Publisher:
    """Let a day pass on which the publisher changed a story."""
    room.now += DAY
    room.note(name, *(tags or ("European-Union",)), age=room.now - NOW + DAY, summary=summary)
    press = room.open()
    press.pull(force=True)
    return press


def drafted(room: Newsroom) -> Issue:
    room.note("tram", "European-Union")
    press = room.open()
    press.pull(force=True)
    return press.draft("weekly").issue


def due(press: Publisher) -> Correction:
    (found,) = press.corrections()
    return found


def test_nothing_is_due_where_nothing_changed_but_how_it_is_set(room: Newsroom) -> None:
    assert room.open().corrections() == []
    assert reword(room, "It runs from  May; it is free").corrections() == []


def test_a_story_that_changed_is_told_with_who_got_it(room: Newsroom) -> None:
    press = reword(room, "It runs from June. It is free.")
    found = due(press)

    assert (found.issue, dict(found.readers), found.count) == (
        "weekly-2026-01-12",
        {"staff": 2, "alumni": 1},
        3,
    )
    assert found.notice == (
        "Correction to “The story of bus” (January 12): instead of “It runs from May” it should read "
        "“It runs from June”."
    )
    assert [str(f.where) for f in press.check() if f.rule == "correction-due"] == [
        f"{found.issue} article {found.article}"
    ]


def test_what_only_one_segment_got_goes_to_it_alone(room: Newsroom) -> None:
    press = reword(room, "It is closed.", "hall", "Campus")
    found = due(press)
    drafted(room)
    draft = press.correct(found.issue, found.article, by="Ben")

    assert [*found.readers] == ["staff"]
    assert {e.segment: len(e.notices) for e in draft.editions} == {"staff": 1, "alumni": 0}


def test_a_notice_in_the_draft_settles_it_until_it_is_taken_back(room: Newsroom) -> None:
    press = reword(room, "It runs from June. It is free.")
    found = due(press)
    drafted(room)
    draft = press.correct(found.issue, found.article, by="Ben", text="It is June, not May.")

    assert [n.text for e in draft.editions for n in e.notices] == ["It is June, not May."] * 2
    assert press.corrections() == []
    press.undo(draft.id, by="Ben")
    assert due(press) == found
    press.redo(draft.id, by="Ben")
    press.discard(draft.id, by="Ben")
    assert due(press) == found


def test_a_correction_whose_story_says_again_what_readers_got_is_warned_of(room: Newsroom) -> None:
    found = due(reword(room, "It runs from June. It is free."))
    draft = drafted(room)
    room.open().correct(found.issue, found.article, by="Ben")

    def told() -> list[str | None]:
        return [str(f.where) for f in room.open().check() if f.rule == "correction-withdrawn"]

    assert told() == []
    press = reword(room, "It runs from May. It is free.")
    assert told() == [draft.id]
    press.undo(draft.id, by="Ben")
    assert told() == []


def test_what_was_dismissed_is_told_again_only_when_it_changes_again(room: Newsroom) -> None:
    press = reword(room, "It runs from June. It is free.")
    found = due(press)
    press.dismiss(found.issue, found.article, by="Ben", why="a trifle")

    assert press.corrections() == []
    assert press.acts(found.issue)[-1].note.endswith("a trifle")
    assert due(reword(room, "It runs from July. It is free.")).told["summary"].new.count("July")


def test_nothing_is_put_where_nothing_is_due_or_no_draft_is_open(room: Newsroom) -> None:
    press = reword(room, "It runs from June. It is free.")
    found = due(press)

    with pytest.raises(UsageError, match="no open draft"):
        press.correct(found.issue, found.article, by="Ben")
    with pytest.raises(UsageError, match="nothing of other"):
        press.dismiss(found.issue, "other", by="Ben")
    with pytest.raises(DigestError, match="no issue"):
        press.dismiss("other", found.article, by="Ben")
    with pytest.raises(DigestError, match="no newsletter"):
        press.corrections("other")


def test_what_went_out_long_ago_is_not_looked_after(room: Newsroom) -> None:
    press = reword(room, "It runs from June. It is free.")
    room.now += REMEMBERED

    assert due(press).article
    assert room.open().corrections() == []
