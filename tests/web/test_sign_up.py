from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from digest.model import Subscriber
from digest.web.app import create_app
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom

FORM = "/subscribe/weekly"


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, NOW)
    file = room.folder / "feeds.yaml"
    file.write_text(file.read_text().replace("title: Staff,", "title: Staff, open: true,"))
    return room


@pytest.fixture
def app(room: Newsroom) -> Flask:
    return create_app(room.open(), "a password")


@pytest.fixture
def web(app: Flask) -> FlaskClient:
    return app.test_client()


def ask(web: FlaskClient, address: str, segment: str = "staff") -> tuple[int, str]:
    answer = web.post(FORM, data={"address": address, "segment": segment})
    return answer.status_code, answer.text.replace(address, "…")


def letters(room: Newsroom, app: Flask) -> list[Path]:
    app.config["INTAKE"].later._pool.shutdown()
    return sorted((room.folder / "sent").glob("*.eml"))


def test_a_reader_signs_up_and_confirms(room: Newsroom, app: Flask, web: FlaskClient) -> None:
    assert "Subscribe to This week" in web.get(FORM).text
    assert ask(web, "new@r.example")[0] == 200
    (letter,) = letters(room, app)
    (link,) = re.findall(r"https://u\.example(/confirm/\S+)", letter.read_text())

    for _ in range(3):  # scanners
        assert "Yes, subscribe" in web.get(link).text
    assert [*room.open().subscribers()] == []
    assert "You are subscribed" in web.post(link).text
    assert [p.address for p in room.open().subscribers()] == ["new@r.example"]
    for again in (web.get(link), web.post(link)):
        assert again.status_code == 404
        assert "new@r.example" not in again.text


def test_the_answer_is_the_same_for_every_address(
    room: Newsroom, app: Flask, web: FlaskClient
) -> None:
    room.subscribe(("known@r.example", "staff"), ("left@r.example", "staff"))
    room.open().unsubscribe("left@r.example")

    known, left, new = (ask(web, f"{name}@r.example") for name in ("known", "left", "new"))

    assert known == left == new
    assert [file.name.split("@")[0] for file in letters(room, app)] == ["known", "new"]


def test_an_address_is_written_to_three_times_a_day_and_the_answer_stays(
    room: Newsroom, app: Flask, web: FlaskClient
) -> None:
    answers = {ask(web, address) for address in ("a@r.example", "A@r.example") * 3}
    answers |= {ask(web, f"a+{n}@r.example") for n in range(3)}

    assert len(answers) == 1
    assert len(letters(room, app)) == 3


def test_nobody_makes_us_write_a_mailbox_full_by_its_other_spellings(
    room: Newsroom, app: Flask, web: FlaskClient
) -> None:
    name = "abcdef"
    spelled = [f"{name[:n]}.{name[n:]}+{n}@gmail.com" for n in range(1, 6)]
    answers = {ask(web, address) for address in (*spelled, "A.B.cdef@GoogleMail.com")}

    assert len(answers) == 1
    assert len(letters(room, app)) == 3


def test_nor_by_waiting_or_while_we_start_again(room: Newsroom) -> None:
    for n in range(20):
        room.now += timedelta(hours=1)
        room.open().sign_up("weekly", "staff", f"a.b+{n}@gmail.com")
    assert len([*(room.folder / "sent").glob("*.eml")]) == 5
    room.now += timedelta(days=8)
    room.open().sign_up("weekly", "staff", "ab@gmail.com")
    assert len([*(room.folder / "sent").glob("*.eml")]) == 6


def test_who_paused_and_signs_up_again_gets_the_emails_again_and_is_told(
    room: Newsroom, app: Flask, web: FlaskClient
) -> None:
    paused = Subscriber(address="p@r.example", paused_until=date(2026, 2, 1))
    room.open().put_subscribers([paused])
    ask(web, "p@r.example")
    (letter,) = letters(room, app)
    (link,) = re.findall(r"https://u\.example(/confirm/\S+)", letter.read_text())

    assert (
        "You have paused until February 1, 2026. With this, the pause ends." in web.get(link).text
    )
    assert "Your pause has ended with it." in web.post(link).text
    (person,) = room.open().subscribers()
    assert (person.paused_until, person.segments) == (None, ("staff",))


def test_a_client_may_ask_thirty_times_an_hour(web: FlaskClient) -> None:
    codes = [ask(web, f"a{n}@r.example")[0] for n in range(31)]

    assert codes == [200] * 30 + [429]
    elsewhere = {"REMOTE_ADDR": "192.0.2.9"}
    data = {"address": "b@r.example", "segment": "staff"}
    assert web.post(FORM, data=data, environ_overrides=elsewhere).status_code == 200


@pytest.mark.parametrize(
    ("address", "segment"),
    [
        ("", "staff"),
        ("a@r.example\r\nBcc: b@r.example", "staff"),
        ("a@r.example, b@r.example", "staff"),
        ("a@r.example\0", "staff"),
        ('"><script>alert(1)</script>@r.example', "staff"),
        (f"{'a' * 64}@{'b.' * 120}example", "staff"),
        ("a" * 200_000, "staff"),
        ("a@r.example", "alumni"),
        ("a@r.example", ""),
        ("a@r.example", "staff\0"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_sent(
    room: Newsroom, app: Flask, web: FlaskClient, address: str, segment: str
) -> None:
    answer = web.post(FORM, data={"address": address, "segment": segment})

    assert answer.status_code == 400
    assert 'class="alert"' in answer.text
    assert "<script>" not in answer.text
    assert letters(room, app) == []


def test_where_nothing_is_open_there_is_no_form(room: Newsroom, web: FlaskClient) -> None:
    assert web.get("/subscribe/nowhere").status_code == 404
    room.configure()
    closed = create_app(room.open(), None).test_client()
    assert closed.get(FORM).status_code == 404
    assert closed.post(FORM, data={"address": "a@r.example"}).status_code == 404


def test_a_form_on_the_publications_own_pages_is_taken(web: FlaskClient) -> None:
    data = {"address": "a@r.example", "segment": "staff"}
    answer = web.post(FORM, data=data, headers={"Origin": "https://www.u.example"})

    assert answer.status_code == 200
