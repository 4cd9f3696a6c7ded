"""A database is brought up to date where it is asked for, and moved to PostgreSQL whole."""

from __future__ import annotations

import gzip
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select

from digest.cli.main import main
from digest.errors import DigestError, UsageError
from digest.publisher.searching import Question
from digest.store.copying import move
from digest.store.database import open_database
from digest.store.tables import metadata
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom
from tests.helpers.postgresql import Server

FIRST = Path(__file__).parents[1] / "data" / "database-0001.sql.gz"


def command(room: Newsroom, *words: str) -> int | str | None:
    with pytest.raises(SystemExit) as ended:
        main(["--config", str(room.folder / "feeds.yaml"), "--now", NOW.isoformat(), *words])
    return ended.value.code


def old_database(folder: Path) -> Path:
    with closing(sqlite3.connect(folder / "digest.db")) as database:
        database.executescript(gzip.decompress(FIRST.read_bytes()).decode())
    return folder / "digest.db"


def version(file: Path) -> str:
    with closing(sqlite3.connect(file)) as database:
        return str(database.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def test_an_old_database_is_refused_until_it_is_upgraded_and_a_copy_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    room = Newsroom(tmp_path, NOW)
    old_database(tmp_path)

    assert command(room, "issues") == 1
    assert "run `digest database upgrade`" in capsys.readouterr().err
    assert command(room, "database", "upgrade") == 0
    said = capsys.readouterr().out
    assert "was of version 0001" in said
    assert str(tmp_path / "digest.db.0001") in said
    assert command(room, "issues") == 0
    assert version(tmp_path / "digest.db.0001") == "0001"
    capsys.readouterr()
    assert command(room, "database", "upgrade", "--json") == 0
    assert json.loads(capsys.readouterr().out)["copy"] is None


def test_no_file_is_overwritten_by_the_copy_of_an_upgrade(tmp_path: Path) -> None:
    room, file = Newsroom(tmp_path, NOW), old_database(tmp_path)
    (tmp_path / "digest.db.0001").write_text("one that was killed left it")

    assert command(room, "database", "upgrade") == 0
    assert (tmp_path / "digest.db.0001").read_text() == "one that was killed left it"
    assert version(tmp_path / "digest.db.0001-2") == "0001"
    assert version(file) != "0001"


def test_an_upgrade_that_fails_changes_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    room, file = Newsroom(tmp_path, NOW), old_database(tmp_path)
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE tokens (of_another_program)")

    assert command(room, "database", "upgrade") == 1
    assert version(file) == "0001"
    assert not (tmp_path / "digest.db.0001").exists()


def room_that_sent(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, NOW)
    room.note("anna", "EU", summary="A night bus for the old harbour.")
    room.subscribe(("s@u.example", "staff"), ("a@u.example", "alumni"))
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    press.approve(issue.id, by="Ana")
    assert press.send(issue.id).sent == 2
    return room


def test_a_project_is_moved_to_postgresql_and_goes_on_there(
    tmp_path: Path, postgresql: str, capsys: pytest.CaptureFixture[str]
) -> None:
    room = room_that_sent(tmp_path)
    assert command(room, "database", "copy", "--to", postgresql, "--json") == 0
    told = json.loads(capsys.readouterr().out)["tables"]

    ours, theirs = open_database(f"sqlite:///{tmp_path / 'digest.db'}"), open_database(postgresql)
    with ours.connect() as one, theirs.connect() as two:
        for table in metadata.sorted_tables:
            rows = [
                {tuple(row) for row in each.execute(select(table)).all()} for each in (one, two)
            ]
            assert rows[0] == rows[1], table.name
            assert told[table.name] == len(rows[0])
        assert two.execute(select(func.count()).select_from(metadata.tables["deliveries"])).scalar()
    room.database = postgresql
    room.configure()
    press = room.open()
    assert [h.article.title for h in press.search(Question(words="harbour"))] == [
        "The story of anna"
    ]
    assert len(press.search_issues(Question(words="harbour"))) == 1
    assert press.send("weekly-2026-01-12").sent == 0
    theirs.dispose()


def test_only_an_empty_database_of_postgresql_is_copied_to(
    tmp_path: Path, postgresql_server: Server
) -> None:
    room_that_sent(tmp_path)
    url = f"sqlite:///{tmp_path / 'digest.db'}"
    target = postgresql_server.new()
    assert move(url, target)["articles"] == 1

    with pytest.raises(DigestError, match="has rows already; nothing was copied"):
        move(url, target)
    with pytest.raises(UsageError, match="no address of PostgreSQL's"):
        move(url, f"sqlite:///{tmp_path / 'other.db'}")
    with pytest.raises(DigestError, match="there is no database"):
        move(f"sqlite:///{tmp_path / 'none.db'}", target)
    postgresql_server.drop(target)
