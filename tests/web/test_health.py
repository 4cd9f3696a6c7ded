"""Health: alive, ready, and measured, for whom it concerns."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from digest.web.app import create_app
from tests.helpers.make import NOW, addressee
from tests.helpers.newsroom import Newsroom

TOKEN = "0123456789abcdef"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="[\w-]*"'
SAMPLE = re.compile(
    rf"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{{{LABEL}(?:,{LABEL})*\}})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    room = Newsroom(tmp_path_factory.mktemp("made"), NOW)
    room.note("anna")
    press = room.open()
    press.pull()
    press.draft("weekly")
    people = map(addressee, ("ana@gmail.com", "ben@u.example"))
    press._services.deliveries.expand("weekly-2026-01-12", people)
    return room


@pytest.fixture
def room(made: Newsroom, tmp_path: Path) -> Newsroom:
    return made.copied(tmp_path)


def client(
    room: Newsroom, password: str | None = None, metrics_token: str | None = None
) -> FlaskClient:
    return create_app(room.open(), password, metrics_token).test_client()


def test_the_metrics_are_prometheus_text_to_the_letter(room: Newsroom) -> None:
    answer = client(room).get("/metrics")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.text.endswith("\n")
    named: set[str] = set()
    for line in answer.text.splitlines():
        if line.startswith("# "):
            kind, name, _ = re.fullmatch(r"# (HELP|TYPE) (\S+) (.+)", line).groups()  # type: ignore[union-attr]
            assert (kind == "TYPE") == (name in named)
            named.add(name)
        else:
            sample = SAMPLE.fullmatch(line)
            assert sample is not None, line
            assert sample[1] == name
    assert 'digest_deliveries{state="pending",provider="gmail"} 1.0' in answer.text
    assert 'digest_deliveries{state="ambiguous",provider="yahoo"} 0.0' in answer.text
    assert 'digest_fetch_result{source="notes",result="ok"} 1.0' in answer.text
    assert 'digest_slot_lag_seconds{newsletter="weekly"} 0.0' in answer.text


def test_no_address_is_in_the_metrics(room: Newsroom) -> None:
    said = client(room).get("/metrics").text

    assert "@" not in said
    assert "u.example" not in said
    assert "ana" not in said


@pytest.mark.parametrize(
    ("password", "token", "headers", "status"),
    [
        (None, None, {}, 200),
        (None, None, {"Host": "d.example"}, 404),
        (None, None, {"Host": ""}, 404),
        ("open sesame", None, {}, 404),
        ("open sesame", None, {"Authorization": "Bearer "}, 404),
        ("open sesame", None, {"Authorization": "Bearer None"}, 404),
        ("open sesame", TOKEN, {}, 404),
        ("open sesame", TOKEN, {"Authorization": TOKEN}, 404),
        ("open sesame", TOKEN, {"Authorization": f"Bearer {TOKEN}0"}, 404),
        ("open sesame", TOKEN, {"Authorization": f"Bearer {TOKEN}"}, 200),
        ("open sesame", TOKEN, {"Authorization": f"Bearer {TOKEN}", "Host": "d.example"}, 200),
        (None, TOKEN, {}, 404),
        (None, TOKEN, {"Authorization": f"Bearer {TOKEN}"}, 200),
    ],
)
def test_the_metrics_are_for_who_has_the_token_or_sits_at_an_open_desk(
    room: Newsroom, password: str | None, token: str | None, headers: dict[str, str], status: int
) -> None:
    answer = client(room, password, token).get("/metrics", headers=headers)

    assert answer.status_code == status
    assert ("digest_deliveries" in answer.text) is (status == 200)


def test_everybody_may_know_that_it_lives_and_is_ready(room: Newsroom) -> None:
    web = client(room, "open sesame")
    for path, said in (("/healthz", "ok\n"), ("/readyz", "ready\n")):
        answer = web.get(path, headers={"Host": ""})
        assert (answer.status_code, answer.text, answer.mimetype) == (200, said, "text/plain")


def test_a_store_of_another_version_is_not_ready(room: Newsroom) -> None:
    web = client(room)
    with closing(sqlite3.connect(room.folder / "digest.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")

    assert web.get("/readyz").status_code == 503
    assert web.get("/healthz").status_code == 200


def test_a_store_that_was_taken_away_is_not_ready(room: Newsroom) -> None:
    web = client(room)
    (room.folder / "digest.db").rename(room.folder / "away.db")

    assert web.get("/readyz").status_code == 503
    assert not (room.folder / "digest.db").exists()
