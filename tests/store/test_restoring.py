"""A copy of the store is put back whole, and destroyed by nothing that lies about."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from digest.cli.main import main
from digest.errors import DigestError
from digest.store.restoring import restore
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    (tmp_path / "made").mkdir()
    made = Newsroom(tmp_path / "made", NOW)
    made.note("anna")
    made.open().pull()
    made.open().backup(str(tmp_path / "made" / "copy.db"))
    made.note("bert")
    made.open().pull()
    return made.copied(tmp_path / "mine")  # which nobody has open


def url(room: Newsroom) -> str:
    return f"sqlite:///{room.folder / 'digest.db'}"


def crash(room: Newsroom) -> None:
    """Leave the write-ahead log of a process that was killed beside the database."""
    db = room.folder / "digest.db"
    with closing(sqlite3.connect(db)) as store:
        store.execute("PRAGMA journal_mode=WAL")
        store.execute("PRAGMA wal_autocheckpoint=0")
        store.execute("CREATE TABLE later AS SELECT randomblob(9000) AS x FROM articles")
        store.commit()
        left = {end: (db.parent / f"digest.db{end}").read_bytes() for end in ("-wal", "-shm")}
    for end, data in left.items():
        (db.parent / f"digest.db{end}").write_bytes(data)


def test_a_copy_is_put_back_and_the_old_one_kept_with_what_a_crash_left_in_its_log(
    room: Newsroom,
) -> None:
    crash(room)
    journal = room.folder / "digest.db.journal"
    journal.write_text("what went out\n")

    kept = restore(url(room), str(room.folder / "copy.db"))

    assert not (room.folder / "digest.db-wal").exists()
    assert [a.title for a in room.open().articles()] == ["The story of anna"]
    assert kept == room.folder / "digest.db.before"
    assert journal.read_text() == "what went out\n"
    with closing(sqlite3.connect(kept)) as old:
        assert old.execute("SELECT count(*) FROM later").fetchone() == (2,)


def test_who_has_it_open_keeps_it(room: Newsroom) -> None:
    with closing(sqlite3.connect(room.folder / "digest.db")) as reader:
        reader.execute("SELECT count(*) FROM articles").fetchone()
        with pytest.raises(DigestError, match="is in use; stop"):
            restore(url(room), str(room.folder / "copy.db"))

    assert not (room.folder / "digest.db.before").exists()


@pytest.mark.parametrize("damage", ["none", "text", "other", "cut"])
def test_what_is_no_whole_copy_is_refused(room: Newsroom, damage: str) -> None:
    copy = room.folder / "bad.db"
    if damage == "text":
        copy.write_text("not a database, but long enough to look at\n" * 40)
    elif damage == "other":
        with closing(sqlite3.connect(copy)) as store:
            store.execute("CREATE TABLE x (y)")
    elif damage == "cut":
        copy.write_bytes((room.folder / "copy.db").read_bytes()[:-8192])
    before = (room.folder / "digest.db").read_bytes()

    with pytest.raises(DigestError, match="nothing was changed"):
        restore(url(room), str(copy))

    assert (room.folder / "digest.db").read_bytes() == before


def test_a_damaged_store_is_replaced_by_the_command(
    room: Newsroom, capsys: pytest.CaptureFixture[str]
) -> None:
    for end in ("", "-wal", "-shm"):
        (room.folder / f"digest.db{end}").unlink(missing_ok=True)
    (room.folder / "digest.db").write_bytes(b"SQLite format 3\0" + b"x" * 9000)
    config = ["--config", str(room.folder / "feeds.yaml"), "--now", NOW.isoformat()]

    with pytest.raises(SystemExit) as ended:
        main([*config, "restore", str(room.folder / "copy.db")])

    assert ended.value.code == 0
    assert "next: digest reconcile" in capsys.readouterr().out
    assert room.open().article_count() == 1
