from __future__ import annotations

import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from digest.errors import DigestError, Forgotten, Held, Unknown, WrongState
from digest.store.database import open_database
from digest.store.journal import StoredJournal
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom

ISSUE = "weekly-2026-01-12"


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, NOW)
    room.note("anna")
    room.subscribe(("a@u.example", "staff"), ("b@u.example", "staff"))
    press = room.open()
    press.pull()
    press.approve(press.draft("weekly").issue.id, by="Ana")
    return room


def put_back(room: Newsroom, copy: Path) -> None:
    for file in room.folder.glob("digest.db*"):
        if not file.name.endswith(".journal"):
            file.unlink()
    shutil.copy(copy, room.folder / "digest.db")


def test_a_database_put_back_from_before_the_send_sends_nothing_again(room: Newsroom) -> None:
    copy = room.folder / "copy.db"
    room.open().backup(str(copy))
    assert room.open().send(ISSUE).sent == 2
    put_back(room, copy)

    with pytest.raises(Held, match="see `digest reconcile`"):
        room.open().send(ISSUE)
    assert room.open().issue(ISSUE).status == "approved"

    (found,) = room.open().reconcile()
    assert (found.issue, found.status, found.ambiguous) == (ISSUE, "sent", 2)
    assert room.open().send(ISSUE).sent == 0
    assert room.open().settle(ISSUE, "pending", ["b@u.example"]) == 1
    assert room.open().send(ISSUE).sent == 1
    assert Counter(d.state for d in room.open().deliveries(ISSUE)) == {"ambiguous": 1, "sent": 1}
    assert room.open().reconcile() == []


def test_an_issue_that_the_older_database_has_only_as_a_draft_stays_held(room: Newsroom) -> None:
    press = room.open()
    press.edit(ISSUE, [{"intro": "Dear all"}], by="Ben")
    copy = room.folder / "copy.db"
    press.backup(str(copy))
    press.approve(ISSUE, by="Ana")
    press.send(ISSUE)
    put_back(room, copy)

    (found,) = room.open().reconcile()
    assert (found.status, found.ambiguous) == ("draft", 0)
    room.open().approve(ISSUE, by="Ana")
    with pytest.raises(Held, match="journal"):
        room.open().send(ISSUE)


def test_an_issue_that_the_older_database_does_not_know_keeps_others_from_being_drafted(
    room: Newsroom,
) -> None:
    copy = room.folder / "copy.db"
    room.open().send(ISSUE)
    room.open().backup(str(copy))
    room.note("berta")
    room.now = NOW + timedelta(days=7)
    later = room.open()
    later.pull()
    forgotten = later.draft("weekly").issue.id
    later.approve(forgotten, by="Ana")
    later.send(forgotten)
    put_back(room, copy)

    room.now = NOW + timedelta(days=14)
    last = room.open()
    (found,) = last.reconcile()
    assert (found.issue, found.status) == (forgotten, "unknown")
    last.pull()
    with pytest.raises(Forgotten, match=f"--accept {forgotten}"):
        last.draft("weekly")

    room.now = NOW + timedelta(days=7)  # it is made anew, at the time of its sending
    again = room.open()
    assert again.draft("weekly").issue.id == forgotten
    with pytest.raises(WrongState, match="is draft"):
        again.accept(forgotten)


def test_an_issue_that_is_not_known_may_be_told_again_where_a_person_takes_that(
    room: Newsroom,
) -> None:
    room.open().send(ISSUE)
    other = open_database(f"sqlite:///{room.folder / 'other.db'}")
    StoredJournal(other, room.folder / "other.db.journal").note("weekly-2026-01-05")
    lines = (room.folder / "other.db.journal").read_text()
    (room.folder / "digest.db.journal").write_text(lines)

    room.note("berta")
    room.now = NOW + timedelta(days=7)
    press = room.open()
    press.pull()
    with pytest.raises(Unknown, match="weekly-2026-01-05"):
        press.accept(ISSUE)
    with pytest.raises(Forgotten):
        press.draft("weekly")
    press.accept("weekly-2026-01-05")
    assert press.draft("weekly").issue.id != ISSUE
    assert press.reconcile() == []


def test_a_line_that_a_crash_cut_short_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "x.db.journal"
    journal = StoredJournal(open_database(f"sqlite:///{tmp_path / 'x.db'}"), file)
    journal.note("one")
    with file.open("ab") as out:
        out.write(b'{"issue": "on')
    assert journal.behind() == ()
    journal.note("two")
    (tmp_path / "x.db").rename(tmp_path / "y.db")
    anew = open_database(f"sqlite:///{tmp_path / 'x.db'}")
    assert StoredJournal(anew, file).behind() == ("one", "two")


def test_a_journal_that_cannot_be_written_stops_the_issue_before_its_first_email(
    room: Newsroom,
) -> None:
    (room.folder / "digest.db.journal").mkdir()

    with pytest.raises(DigestError, match="the journal"):
        room.open().send(ISSUE)
    assert not [*(room.folder / "sent").glob("*.eml")]


def test_a_copy_is_whole_while_another_writes_and_takes_no_files_place(room: Newsroom) -> None:
    copy = room.folder / "copy.db"
    press = room.open()
    with press._services.deliveries.sending():
        press.backup(str(copy))

    assert [h.id for h in Newsroom.open(room).issues()] == [ISSUE]
    with pytest.raises(DigestError, match="is there already"):
        press.backup(str(copy))
    put_back(room, copy)
    assert room.open().send(ISSUE).sent == 2


def test_batches_that_were_written_in_another_order_are_known_all_the_same(tmp_path: Path) -> None:
    file = tmp_path / "journal"
    engine = open_database(f"sqlite:///{tmp_path / 'd.db'}")
    journal = StoredJournal(engine, file)
    journal.note("w-1")
    file.write_text('{"issue": "w-1", "batch": 2}\n{"issue": "w-1", "batch": 1}\n')

    assert journal.behind() == ("w-1",)
    journal.catch_up("w-1")
    assert journal.behind() == ()
    engine.dispose()
