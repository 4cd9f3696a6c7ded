"""A database of an earlier schema, with rows in it, is brought up to date and goes on."""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.config import read_config
from digest.editorial.provider import provider
from digest.errors import DigestError
from digest.publisher import Publisher
from digest.publisher.compose import select
from digest.publisher.gathering import inputs_of
from digest.store.database import connect, writer
from digest.store.migrating import upgrade
from digest.wiring import publisher

DATA = Path(__file__).parents[1] / "data"
FIRST = DATA / "database-0001.sql.gz"  # one issue sent with edits, the next drafted and open
CONFIG = """\
publication: {name: P, url: "https://press.example/", postal_address: X}
sources: {s: {archive: notes, url_base: "https://u.example/"}}
segments:
  staff: {title: Staff, match: {any: ["*"], none: [Alumni]}}
  alumni: {title: Alumni, match: {any: [Alumni, EU]}}
newsletters:
  w:
    title: W
    sender: "W <w@press.example>"
    segments: [staff, alumni]
    schedule: {cron: "0 7 * * mon"}
    sections: [{title: EU, match: {any: [EU]}, max: 1}, {title: News, rest: true}]
    when_short: carry-over
    articles: {max: 3}
delivery: {folder: sent}
"""


def upgraded(folder: Path, now: datetime) -> Publisher:
    (folder / "feeds.yaml").write_text(CONFIG)
    (folder / "notes").mkdir(exist_ok=True)
    if not (folder / "digest.db").exists():
        with closing(sqlite3.connect(folder / "digest.db")) as database:
            database.executescript(gzip.decompress(FIRST.read_bytes()).decode())
    upgrade(writer(connect(f"sqlite:///{folder / 'digest.db'}")))
    return publisher(read_config(folder / "feeds.yaml", {}), None, now)


MONDAY = datetime(2026, 1, 19, 6, 1, tzinfo=UTC)


def test_an_old_issue_is_selected_again_as_it_was(tmp_path: Path) -> None:
    press = upgraded(tmp_path, MONDAY)
    for head in press.issues():
        again = select(inputs_of(press._services, head.id))
        for edition in press.issue(head.id).editions:
            now = [
                (s.title, [a.id for a in s.articles], s.more)
                for s in again[edition.segment].sections
            ]
            then = [(s.title, [a.id for a in s.articles], s.more) for s in edition.sections]
            assert now == then


def test_what_an_old_issue_only_put_off_still_waits_and_nothing_is_said_twice(
    tmp_path: Path,
) -> None:
    press = upgraded(tmp_path, MONDAY)
    sent = {
        a.id
        for e in press.issue("w-2026-01-12").editions
        for a in e.articles
        if e.segment == "staff"
    }
    issue = press.draft("w").issue
    staff = next(e for e in issue.editions if e.segment == "staff")

    assert [a.title for a in staff.articles] == ["Story of bert", "Story of anna", "Story of gina"]
    assert not sent & {a.id for a in staff.articles}
    press.approve(issue.id, by="Ana")
    assert press.send(issue.id).sent == 2
    third = upgraded(tmp_path, MONDAY.replace(day=26)).draft("w").issue
    assert [a.title for e in third.editions for a in e.articles] == ["Story of late"]


def test_old_deliveries_are_counted_by_provider(tmp_path: Path) -> None:
    put = (
        "INSERT INTO deliveries (issue, key, address, segment, state, attempts, message_id) "
        "VALUES ('w-2026-01-12', ?, ?, 'staff', 'sent', 1, 'm')"
    )
    addresses = ("a@gmail.com", "b@hotmail.co.uk", "c@yahoo.fr", "d@u.example")
    with closing(sqlite3.connect(tmp_path / "digest.db")) as database, database:
        database.executescript(gzip.decompress(FIRST.read_bytes()).decode())
        database.executemany(put, [(each, each) for each in addresses])
    upgraded(tmp_path, MONDAY)

    with closing(sqlite3.connect(tmp_path / "digest.db")) as database:
        found = dict(database.execute("SELECT address, provider FROM deliveries").fetchall())
    assert [found[each] for each in addresses] == [provider(each) for each in addresses]


def test_a_database_of_another_state_of_the_program_is_said_in_a_sentence(tmp_path: Path) -> None:
    upgraded(tmp_path, MONDAY)
    with closing(sqlite3.connect(tmp_path / "digest.db")) as database, database:
        database.execute("ALTER TABLE articles DROP COLUMN published")
    press = upgraded(tmp_path, MONDAY)

    with pytest.raises(DigestError, match="made by another state of the program"):
        press.draft("w")


def test_an_old_database_takes_sign_ups(tmp_path: Path) -> None:
    upgraded(tmp_path, MONDAY)

    with closing(sqlite3.connect(tmp_path / "digest.db")) as database:
        assert database.execute("SELECT hash, until, sign_up FROM sign_ups").fetchall() == []
