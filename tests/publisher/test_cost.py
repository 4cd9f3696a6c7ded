"""What a past costs: the same number of queries, however many issues it holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from digest.config import read_config
from digest.publisher import Publisher
from digest.web.app import create_app
from digest.wiring import publisher
from tests.helpers.make import NOW, WEEK
from tests.helpers.newsroom import Newsroom

COPIES = """
INSERT INTO issues (id, newsletter, position, status, slot, issue, paper, lock)
SELECT id || '-' || n, newsletter, position - n, status, NULL,
       json_set(issue, '$.id', id || '-' || n, '$.slot', NULL), paper, lock
FROM issues, (WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < :most)
              SELECT n FROM count)
"""
EDITS = (
    "INSERT INTO edits SELECT issues.id, place, edit FROM edits, issues WHERE issues.id LIKE :like"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """Return a newsroom that has sent one issue, with an editor's changes in it."""
    room = Newsroom(tmp_path_factory.mktemp("made"), NOW)
    for name in ("anna", "bert"):
        room.note(name, "EU")
    room.subscribe(("s@u.example", "staff"), ("a@u.example", "alumni"))
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    anna = issue.editions[0].articles[0].id
    press.edit(
        issue.id, [{"title": anna, "text": "Other"}, {"notice": "N", "until": "2027-01-01"}], by="A"
    )
    press.approve(issue.id, by="Ana")
    press.send(issue.id)
    room.now += WEEK
    room.note("cora", "EU", age=timedelta(hours=3))
    room.open().pull()
    return room


@pytest.fixture
def room(made: Newsroom, tmp_path: Path) -> Newsroom:
    return made.copied(tmp_path)


def grown(room: Newsroom, most: int) -> Publisher:
    """Return a publisher over a copy of the newsroom's store, with so many more past issues."""
    path = room.folder / f"{most}.db"
    with (
        closing(sqlite3.connect(room.folder / "digest.db")) as kept,
        closing(sqlite3.connect(path)) as copy,
    ):
        kept.backup(copy)
        with copy:
            copy.execute(COPIES, {"most": most})
            copy.execute(EDITS, {"like": "weekly-2026-01-12-%"})
    config = read_config(room.folder / "feeds.yaml", {})
    return publisher(config, f"sqlite:///{path}", room.now)


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect every statement that any engine runs."""
    said: list[str] = []

    def note(*args: object) -> None:
        said.append(str(args[2]))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def page(path: str) -> Callable[[Publisher], object]:
    def get(press: Publisher) -> None:
        answer = create_app(press, None).test_client().get(path, headers={"Host": "127.0.0.1"})
        assert answer.status_code == 200

    return get


ACTS: dict[str, Callable[[Publisher], object]] = {
    "draft": lambda press: press.draft("weekly"),
    "why": lambda press: press.why("https://u.example/cora"),
    "check": lambda press: press.check(),
    "issues": lambda press: [*press.listed()],
    "tick": lambda press: press.tick(),
    "desk": page("/"),
    "edition": page("/issues/weekly-2026-01-12/staff"),
}


@pytest.mark.parametrize("act", ACTS)
def test_an_act_runs_as_many_queries_over_a_long_past_as_over_a_short_one(
    room: Newsroom, act: str
) -> None:
    found = []
    for most in (9, 300):
        press = grown(room, most)
        with counted() as said:
            ACTS[act](press)
        found.append(len(said))
    assert found[0] == found[1]
