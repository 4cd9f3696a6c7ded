from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from digest.web import desk, guard
from digest.web.app import create_app
from tests.make import NOW
from tests.newsroom import Newsroom

ISSUE = "weekly-2026-01-12"
OWN = {"Origin": "http://localhost"}


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, NOW)
    room.note("anna", "EU", "Strategy-people")
    room.note("cora", "Alumni")
    room.subscribe(("s@u.example", "staff"))
    press = room.open()
    press.pull()
    press.draft("weekly")
    return room


def client(room: Newsroom, password: str | None = None) -> FlaskClient:
    return create_app(room.open(), password).test_client()


def post(web: FlaskClient, path: str, **form: str) -> int:
    return web.post(path, data=form, headers=OWN).status_code


def text(web: FlaskClient, path: str, headers: Mapping[str, str] | None = None) -> str:
    answer = web.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def test_the_desk_lists_the_issues_and_shows_each_edition(room: Newsroom) -> None:
    web = client(room)

    assert "The story of anna" in text(web, "/")
    assert "The story of cora" in text(web, f"/issues/{ISSUE}/alumni")
    assert "<html" in text(web, f"/issues/{ISSUE}/staff/page")
    assert "THE STORY OF ANNA" in text(web, f"/issues/{ISSUE}/staff/text").upper()
    assert "Subject:" in text(web, f"/issues/{ISSUE}/staff/email")


def test_an_edition_runs_in_a_sandbox(room: Newsroom) -> None:
    answer = client(room).get(f"/issues/{ISSUE}/staff/page")

    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "script-src" not in policy


def test_an_editor_hides_rewords_and_approves(room: Newsroom) -> None:
    web = client(room)
    staff = f"/issues/{ISSUE}/staff"
    anna = re.findall(r"/why/(\w+)", text(web, staff))[0]

    assert (
        post(web, f"{staff}/edit", verb="title", article=anna, text="Anna’s year", by="Ben") == 302
    )
    assert post(web, f"{staff}/edit", verb="intro", value="Dear all", only="1", by="Ben") == 302
    page = text(web, f"{staff}/page")
    assert "Anna’s year" in page
    assert "Dear all" in page
    assert "Dear all" not in text(web, f"/issues/{ISSUE}/alumni/page")

    seen = re.search(r'content_hash" value="(\w+)"', text(web, staff))
    assert seen is not None
    assert post(web, f"{staff}/approve", by="Ana", content_hash=seen[1]) == 302
    assert room.open().issue(ISSUE).approved_by == "Ana"


def test_an_approval_of_what_has_changed_since_is_refused_with_a_sentence(room: Newsroom) -> None:
    answer = client(room).post(
        f"/issues/{ISSUE}/staff/approve", data={"by": "Ana", "content_hash": "old"}, headers=OWN
    )

    assert answer.status_code == 409
    assert "has changed since you looked at it" in answer.text
    assert room.open().issue(ISSUE).status == "draft"


def test_a_form_of_another_site_changes_nothing(room: Newsroom) -> None:
    web = client(room)

    for headers in (
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://[::1"},
    ):
        answer = web.post(f"/issues/{ISSUE}/staff/discard", data={"by": "x"}, headers=headers)
        assert answer.status_code == 403
    assert room.open().issue(ISSUE).status == "draft"


def test_without_a_password_the_desk_answers_to_loopback_names_only(room: Newsroom) -> None:
    web = client(room)

    assert web.get("/", headers={"Host": "digest.example"}).status_code == 403
    assert web.get("/", headers={"Host": "127.0.0.1:8025"}).status_code == 200


def test_a_browser_tells_the_desk_where_its_forms_come_from(room: Newsroom) -> None:
    policy = client(room).get("/").headers["Referrer-Policy"]

    assert policy == "same-origin"  # with "no-referrer", browsers send `Origin: null`


def test_a_password_guards_the_desk_and_not_the_public_pages(room: Newsroom) -> None:
    web = client(room, "open sesame")

    assert web.get("/").headers["Location"] == "/login"
    assert post(web, f"/issues/{ISSUE}/staff/discard") == 302
    assert room.open().issue(ISSUE).status == "draft"
    assert post(web, "/login", password="wrong", name="Ana") == 403
    assert post(web, "/login", password="open sesame", name="Ana") == 302
    assert "The story of anna" in text(web, "/")
    assert web.get("/healthz").text == "ok\n"
    assert post(web, "/logout") == 302
    assert web.get("/").status_code == 302


def test_guessing_the_password_is_slow() -> None:
    now = [0.0]
    web = Flask("guarded", template_folder=str(Path(guard.__file__).parent / "templates"))
    web.secret_key = "x"
    web.register_blueprint(desk.pages)
    guard.Guard(b"key", "open sesame", lambda: now[0]).install(web, "desk")
    door = web.test_client()

    assert [post(door, "/login", password="guess") for _ in range(6)] == [403] * 5 + [429]
    assert post(door, "/login", password="open sesame") == 429
    now[0] = 61.0
    assert post(door, "/login", password="open sesame") == 302


def test_unsubscribing_takes_a_post_and_no_cookie(room: Newsroom) -> None:
    token = room.open().rooms.audience.tokens(["s@u.example"])["s@u.example"]
    web = client(room)

    for _ in range(3):
        assert "Stop these emails?" in text(web, f"/u/{token}")
    assert [s.status for s in room.open().subscribers()] == ["confirmed"]

    answer = web.post(f"/u/{token}", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert [s.status for s in room.open().subscribers()] == ["unsubscribed"]
    assert web.get("/u/nobody").status_code == 404


def test_an_edition_is_in_the_browser_once_it_is_approved_for_who_has_its_address(
    room: Newsroom,
) -> None:
    from digest.publisher.sending import view_url  # noqa: PLC0415

    press = room.open()
    path = view_url(press.rooms, ISSUE, "staff").removeprefix("https://u.example")
    web = client(room)

    assert web.get(path).status_code == 404
    press.approve(ISSUE, by="Ana")
    assert "The story of anna" in text(web, path)
    assert web.get(path[:-1] + "x").status_code == 404
    assert web.get(path[:-1] + "é").status_code == 404
    assert web.get(path.replace("staff", "alumni")).status_code == 404


def test_why_is_told_by_title(room: Newsroom) -> None:
    web = client(room)
    anna = re.findall(r"/why/(\w+)", text(web, f"/issues/{ISSUE}/staff"))[0]

    page = text(web, f"/issues/{ISSUE}/staff/why/{anna}")
    assert "The story of anna" in page
    assert "segments.staff.match" in page


@pytest.mark.parametrize(
    "path",
    [
        "/issues/none",
        f"/issues/{ISSUE}/none",
        f"/issues/{ISSUE}/staff/pictures/../../x",
        "/static/../app.py",
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(room: Newsroom, path: str) -> None:
    answer = client(room).get(path)

    assert answer.status_code == 404
    assert "<h1>" in answer.text


def test_hostile_words_stay_words(room: Newsroom) -> None:
    web = client(room)
    evil = "<script>alert(1)</script>"
    staff = f"/issues/{ISSUE}/staff"

    post(web, f"{staff}/edit", verb="subject", value=evil, by=evil)

    page = web.get(staff).text
    assert evil not in page
    assert "&lt;script&gt;" in page
    assert evil not in web.get(f"{staff}/page").text
