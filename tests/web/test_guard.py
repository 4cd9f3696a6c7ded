"""The desk's door: who is let in, and until when."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from digest.web.app import create_app
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom

OWN = {"Origin": "http://localhost"}
PASSWORD = "open sesame"


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path, NOW)


def app(room: Newsroom, password: str = PASSWORD) -> Flask:
    return create_app(room.open(), password)


def login(web: FlaskClient, password: str = PASSWORD, address: str = "127.0.0.1") -> int:
    form = {"password": password, "name": "Ana"}
    at = {"REMOTE_ADDR": address}
    return web.post("/login", data=form, headers=OWN, environ_base=at).status_code


def cookie(web: FlaskClient, name: str = "session", path: str = "/") -> str:
    found = web.get_cookie(name, path=path)
    assert found is not None
    return found.value


def with_cookie(web: Flask, value: str) -> FlaskClient:
    other = web.test_client()
    other.set_cookie("session", value)
    return other


def is_in(web: FlaskClient) -> bool:
    return web.get("/").status_code == 200


def test_a_cookie_that_was_copied_opens_nothing_after_the_logout(room: Newsroom) -> None:
    desk = app(room)
    web = desk.test_client()
    login(web)
    copy = with_cookie(desk, cookie(web))
    assert is_in(copy)
    assert "Leave the desk" in web.get("/").text

    assert web.post("/logout", headers=OWN).headers["Location"] == "/login"

    assert not is_in(copy)
    assert not is_in(with_cookie(app(room), cookie(copy)))


def test_a_logout_leaves_the_others_in(room: Newsroom) -> None:
    desk = app(room)
    one, other = desk.test_client(), desk.test_client()
    login(one)
    login(other)

    one.post("/logout", headers=OWN)

    assert not is_in(one)
    assert is_in(other)


def test_a_session_lasts_over_a_restart_and_ends_with_its_password(room: Newsroom) -> None:
    desk = app(room)
    web = desk.test_client()
    login(web)
    copy = cookie(web)

    assert is_in(with_cookie(app(room), copy))
    assert not is_in(with_cookie(app(room, "another"), copy))
    assert not is_in(with_cookie(app(room), copy))  # the old password is no way back


@pytest.mark.parametrize(
    ("steps", "lasts"),
    [
        ([timedelta(hours=2)], True),
        ([timedelta(hours=2, seconds=1)], False),
        ([timedelta(minutes=110)] * 6, True),
        ([timedelta(minutes=110)] * 7, False),  # twelve hours and more
    ],
)
def test_a_session_ends_by_idleness_and_by_age(
    room: Newsroom, steps: list[timedelta], *, lasts: bool
) -> None:
    web = app(room).test_client()
    login(web)
    kept = cookie(web)

    found = True
    for step in steps:
        room.now += step
        found = is_in(with_cookie(app(room), kept))

    assert found is lasts


def test_a_login_gives_a_new_cookie_and_ends_the_session_before_it(room: Newsroom) -> None:
    desk = app(room)
    web = desk.test_client()
    login(web)
    first = cookie(web)
    login(web)

    assert cookie(web) != first
    assert is_in(web)
    assert not is_in(with_cookie(desk, first))


def test_a_cookie_that_was_planted_before_the_login_opens_nothing_after_it(room: Newsroom) -> None:
    desk = app(room)
    planted = desk.test_client()
    with planted.session_transaction() as held:
        held["desk"] = "planted"
    victim = with_cookie(desk, cookie(planted))

    login(victim)

    assert is_in(victim)
    assert not is_in(planted)


def test_the_store_knows_neither_the_token_nor_the_password(room: Newsroom) -> None:
    web = app(room).test_client()
    login(web)
    with web.session_transaction() as held:
        token = held["desk"]

    kept = b"".join(file.read_bytes() for file in room.folder.glob("digest.db*"))
    assert token.encode() not in kept
    assert PASSWORD.encode() not in kept


def test_guessing_shuts_the_door_for_who_guesses_and_for_nobody_else(room: Newsroom) -> None:
    door = app(room)
    guesser, editor = door.test_client(), door.test_client()

    guessed = [login(guesser, "guess", "192.0.2.1") for _ in range(6)]
    assert guessed == [403] * 5 + [429]
    assert login(guesser, PASSWORD, "192.0.2.1") == 429
    assert login(editor, PASSWORD, "192.0.2.2") == 302


def test_a_browser_that_was_let_in_before_is_let_in_while_others_guess(room: Newsroom) -> None:
    door = app(room)
    known, stranger = door.test_client(), door.test_client()
    login(known)
    known.post("/logout", headers=OWN)
    for n in range(150):
        login(stranger, "guess", f"198.51.100.{n}")

    assert login(stranger, PASSWORD, "203.0.113.1") == 429
    assert login(known, PASSWORD, "203.0.113.1") == 302


@pytest.mark.parametrize("forge", [lambda _: "device", lambda own: own[:-1] + "~", lambda _: ""])
def test_a_forged_device_cookie_is_a_strangers(room: Newsroom, forge: Callable[[str], str]) -> None:
    door = app(room)
    known, forger = door.test_client(), door.test_client()
    login(known)
    forger.set_cookie("device", forge(cookie(known, "device", "/login")), path="/login")

    assert [login(forger, "guess", "192.0.2.1") for _ in range(6)] == [403] * 5 + [429]


def test_the_device_cookie_is_for_the_door_alone(room: Newsroom) -> None:
    form = {"password": PASSWORD, "name": "Ana"}
    answer = app(room).test_client().post("/login", data=form, headers=OWN)

    (said,) = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith("device=")]
    assert {"HttpOnly", "Path=/login", "SameSite=Strict"} <= {*said.split("; ")}
    assert not re.search("Ana|sesame", said)
