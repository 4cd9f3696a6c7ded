from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any, get_args

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder, run_wsgi_app

from digest.editorial import capacity
from digest.findings import Finding, Severity, Where
from digest.model import Edit, Edition, Issue, Verb, Window
from digest.web import phrases, shown
from digest.web.app import create_app
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom

ROOT = Path(__file__).parents[2]
ISSUE = "weekly-2026-01-12"
STAFF = f"/issues/{ISSUE}/staff"
OWN = {"Origin": "http://localhost"}


BAD = Finding(rule="alt", severity="error", message="Why.")
EDITION = Edition(segment="a", subject="S", preheader="P", sections=())
DRAFT: dict[str, Any] = {
    "id": "w-1",
    "newsletter": "w",
    "number": 1,
    "status": "draft",
    "created": NOW,
    "window": Window(start=NOW, end=NOW),
}


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


def ids(web: FlaskClient, segment: str = "staff") -> list[str]:
    return re.findall(r'data-article="(\w+)"', text(web, f"/issues/{ISSUE}/{segment}"))


def test_an_editor_rewords_and_approves(room: Newsroom) -> None:
    web = client(room)
    (anna,) = ids(web)

    assert edit(web, verb="words", article=anna, title="Anna’s year", by="Ben") == 302
    assert edit(web, verb="intro", value="Dear all", reach="staff") == 302
    page = text(web, f"{STAFF}/page")
    assert "Anna’s year" in page
    assert "Dear all" in page
    assert "Dear all" not in text(web, f"/issues/{ISSUE}/alumni/page")

    seen = re.search(r'content_hash" value="(\w+)"', text(web, STAFF))
    assert seen is not None
    assert post(web, f"{STAFF}/approve", by="Ana", content_hash=seen[1]) == 302
    assert room.open().issue(ISSUE).approved_by == "Ana"


def edit(web: FlaskClient, **form: str) -> int:
    return post(web, f"{STAFF}/edit", **form)


def held(room: Newsroom) -> list[tuple[str, str | None, str | None]]:
    return [(e.verb, e.segment, e.value) for e in room.open()._services.issues.edits(ISSUE)]


@pytest.mark.parametrize(
    ("reach", "segment", "where"), [("staff", "staff", "Staff only"), ("", None, "all editions")]
)
def test_every_act_is_for_this_edition_or_for_all_and_says_what_it_did(
    room: Newsroom, reach: str, segment: str | None, where: str
) -> None:
    web = client(room)
    (anna,) = ids(web)
    story = "“The story of anna”"
    shown = text(web, STAFF)
    assert "Acts are for <strong>Staff only</strong>" in shown
    for form, said in (
        ({"verb": "move", "article": anna, "section": "More"}, f"Moved {story} to More"),
        ({"verb": "words", "article": anna, "title": "Ours"}, f"Saved the headline of {story}"),
        ({"verb": "words", "article": anna, "summary": "Ours"}, f"Saved the summary of {story}"),
        ({"verb": "subject", "value": "Ours"}, "Saved the subject"),
        ({"verb": "subject", "value": ""}, "Took back the subject"),
        ({"verb": "delay", "article": anna, "until": ""}, f"Delayed {story} to the next issue"),
        ({"verb": "pin", "article": anna}, f"Pinned {story}"),
    ):
        assert edit(web, reach=reach, by="Ben", **form) == 302
        assert f"{said}, in {where}." in text(web, f"/issues/{ISSUE}")

    assert {edit.segment for edit in room.open()._services.issues.edits(ISSUE)} == {segment}


def shown_words(web: FlaskClient, article: str) -> dict[str, str]:
    """Return what an article's form sends where nobody has written anything."""
    form = re.search(
        rf'id="a-{article}".*?</form>', web.get(f"{STAFF}?at=a-{article}").text, re.DOTALL
    )
    assert form is not None
    areas = re.findall(r'<textarea name="(\w+)"[^>]*>\n(.*?)</textarea>', form[0], re.DOTALL)
    before = re.findall(r'name="(was_\w+)" value="([^"]*)"', form[0])
    return {name: unescape(value) for name, value in (*areas, *before)}


def test_words_are_saved_together_and_only_those_that_differ_from_what_was_shown(
    room: Newsroom,
) -> None:
    web = client(room)
    (anna,) = ids(web)
    same = {"article": anna, "by": "Ben", **shown_words(web, anna)}

    answer = web.post(f"{STAFF}/edit", data={**same, "verb": "words"}, headers=OWN)
    assert (answer.status_code, "Nothing was changed" in answer.text) == (409, True)

    assert edit(web, **same | {"verb": "words", "title": "Ours", "summary": "New"}) == 302
    assert held(room) == [("title", None, "Ours"), ("summary", None, "New")]

    again = {"article": anna, **shown_words(web, anna)}
    assert edit(web, **again | {"verb": "words", "title": "", "summary": "New\r\n"}) == 302
    assert held(room) == [("summary", None, "New")]


def test_an_act_saves_the_words_that_were_changed_and_says_so(room: Newsroom) -> None:
    web = client(room)
    (anna,) = ids(web)

    form = {"article": anna, "by": "Ben", **shown_words(web, anna), "title": "Ours"}
    assert edit(web, **form | {"verb": "pin"}) == 302

    said = "Pinned “The story of anna” and saved its headline, in all editions."
    assert said in text(web, STAFF)
    assert held(room) == [("title", None, "Ours"), ("pin", None, None)]


def test_a_refused_act_keeps_what_was_typed(room: Newsroom) -> None:
    web = client(room)
    (anna,) = ids(web)
    typed = {"article": anna, "verb": "words", "title": "Ours", "why": "Clearer", "reach": ""}

    answer = web.post(f"{STAFF}/edit", data={**typed, "back": f"a-{anna}"}, headers=OWN)

    assert answer.status_code == 409
    form = answer.text[answer.text.index(f'id="a-{anna}"') :]
    assert "Ours</textarea>" in form
    assert 'value="Clearer"' in form


def test_a_notice_is_written_with_its_days(room: Newsroom) -> None:
    web = client(room)
    notice = {"verb": "notice", "text": "The library is closed", "url": "https://u.example/shut"}

    days = {"from": "2026-01-10", "until": "2026-01-20"}
    assert edit(web, **notice, **days, reach="staff", by="Ben") == 302

    assert "Added the notice “The library is closed”, in Staff only." in text(web, STAFF)
    page = text(web, f"{STAFF}/page")
    assert "The library is closed" in page
    assert "https://u.example/shut" in page
    (made,) = room.open()._services.issues.edits(ISSUE)
    assert made.start is not None
    assert made.end is not None
    assert (made.start.day, made.end.day) == (10, 21)  # its last day is all its own
    assert "until 20 January 2026" in text(web, f"{STAFF}?at=changes")

    form = {**notice, "until": "2026-01-01", "from": "2026-01-02", "back": "add"}
    answer = web.post(f"{STAFF}/edit", data=form, headers=OWN)
    assert answer.status_code == 409
    assert "The library is closed</textarea>" in answer.text


def test_an_article_is_added_by_its_address_with_its_words(room: Newsroom) -> None:
    web = client(room)
    form = {"verb": "add", "url": "https://elsewhere.example/x", "section": "More"}

    assert edit(web, **form, title="Elsewhere", summary="It is.", reach="staff", by="Ben") == 302

    assert "Added “Elsewhere”, in Staff only." in text(web, STAFF)
    page = text(web, f"{STAFF}/page")
    assert "Elsewhere" in page
    assert "It is." in page
    assert "https://elsewhere.example/x" in page
    assert edit(web, verb="add", url="elsewhere") == 409


def test_an_article_is_given_another_picture_and_its_own_again(room: Newsroom) -> None:
    web = client(room)
    (anna,) = ids(web)
    form = {"verb": "words", "article": anna, "url": "https://u.example/b.png", "by": "Ben"}

    answer = web.post(f"{STAFF}/edit", data={**form, "alt": "", "was_alt": ""}, headers=OWN)
    assert (answer.status_code, "Say what the other picture shows" in answer.text) == (409, True)

    assert edit(web, **form, was_url="", alt="A bee", was_alt="") == 302
    assert [(e.url, e.value) for e in edits(room)] == [("https://u.example/b.png", "A bee")]

    again = {"url": form["url"], "was_url": form["url"], "was_alt": "A bee"}
    assert edit(web, verb="words", article=anna, alt="Two bees", **again) == 302
    assert [(e.url, e.value) for e in edits(room)] == [("https://u.example/b.png", "Two bees")]

    emptied = {"url": "", "was_url": form["url"], "alt": "Two bees", "was_alt": "Two bees"}
    assert edit(web, verb="words", article=anna, **emptied) == 302
    assert edits(room) == []

    assert edit(web, verb="picture", article=anna) == 302
    assert "Left out the picture of “The story of anna”" in text(web, STAFF)


def edits(room: Newsroom) -> list[Edit]:
    return [*room.open()._services.issues.edits(ISSUE)]


def test_nobody_acts_without_a_name_which_is_asked_for_once(room: Newsroom) -> None:
    web = client(room)
    (anna,) = ids(web)
    seen = room.open().issue(ISSUE).content_hash
    for act, form in (
        ("edit", {"verb": "hide", "article": anna}),
        ("approve", {"content_hash": seen}),
        ("discard", {"sure": "1"}),
    ):
        answer = web.post(f"{STAFF}/{act}", data={"by": " ", **form}, headers=OWN)
        assert answer.status_code == 409
        assert "Say who you are" in answer.text
    assert room.open().issue(ISSUE).status == "draft"

    assert 'name="by"' in text(web, STAFF)
    assert edit(web, verb="subject", value="Mine", by="  Ana   Ferreira ") == 302
    assert "as Ana Ferreira" in text(web, STAFF)
    assert edit(web, verb="subject", value="Ours") == 302
    assert {e.by for e in room.open()._services.issues.edits(ISSUE)} == {"Ana Ferreira"}

    assert post(web, "/name", by="Ben") == 302
    assert "as Ben" in text(web, STAFF)


def test_an_article_is_marked_as_changed_in_the_editions_that_it_was_changed_in(
    room: Newsroom,
) -> None:
    web = client(room)
    (anna,) = ids(web)
    edit(web, verb="words", article=anna, title="Ours", reach="staff", by="Ben")

    mark = 'title="Changed by Ben"'
    assert mark in text(web, STAFF)
    assert mark not in text(web, f"/issues/{ISSUE}/alumni")

    edit(web, verb="words", article=anna, title="Ours", reach="")
    assert mark in text(web, f"/issues/{ISSUE}/alumni")


def test_emptied_words_are_the_articles_own_again(room: Newsroom) -> None:
    web = client(room)
    (anna,) = ids(web)
    before = room.open().issue(ISSUE).content_hash
    edit(web, verb="words", article=anna, title="Ours", by="Ben")
    edit(web, verb="words", article=anna, summary="Ours")
    edit(web, verb="subject", value="Ours")
    assert len(held(room)) == 3

    edit(web, verb="words", article=anna, title=" ")
    edit(web, verb="words", article=anna, summary="")
    edit(web, verb="subject", value="")

    assert held(room) == []
    assert room.open().issue(ISSUE).content_hash == before


def test_a_form_without_its_words_changes_nothing(room: Newsroom) -> None:
    web = client(room)
    (anna,) = ids(web)
    edit(web, verb="words", article=anna, title="Ours", by="Ben")

    assert edit(web, verb="words", article=anna) == 409
    assert held(room) == [("title", None, "Ours")]


def test_a_change_is_shown_with_its_title_and_can_be_taken_back(room: Newsroom) -> None:
    web = client(room)
    (anna,) = ids(web)
    edit(web, verb="hide", article=anna, reach="staff", why="Too late", by="Ben")
    edit(web, verb="notice", text="Closed on Friday", by="Ben")

    page = re.sub(r"<[^>]+>|\s+", " ", text(web, f"/issues/{ISSUE}/alumni?at=changes"))
    assert re.search("Notice: +Closed on Friday", page)
    assert re.search(
        r"Hid +The story of anna +Staff only · Ben, 12 Jan, 06:00 GMT · Too late", page
    )

    alumni = f"/issues/{ISSUE}/alumni/edit"
    assert post(web, alumni, verb="hide", article=anna, reach="staff", undo="1") == 302
    assert held(room) == [("notice", None, "Closed on Friday")]
    assert post(web, alumni, verb="hide", article=anna, reach="staff", undo="1") == 409
    assert post(web, alumni, verb="notice", value="Closed on Friday", undo="1", article="") == 302
    assert held(room) == []


def test_an_issue_without_any_edition_left_is_taken_back_or_drafted_again(
    room: Newsroom,
) -> None:
    web = client(room)
    for article in {*ids(web), *ids(web, "alumni")}:
        edit(web, verb="hide", article=article, reach="", by="Ben")
    page = text(web, f"/issues/{ISSUE}")
    assert "Skipped" in page
    assert page.count(">Take back<") == 2

    hidden = held_by(room)[0]
    assert post(web, f"/issues/{ISSUE}/-/edit", verb="hide", article=hidden, undo="1") == 302
    assert room.open().issue(ISSUE).status == "draft"


def held_by(room: Newsroom) -> list[str]:
    return [str(e.article) for e in room.open()._services.issues.edits(ISSUE)]


@pytest.mark.parametrize("approved", [False, True])
def test_an_issue_is_discarded_by_who_is_sure(room: Newsroom, *, approved: bool) -> None:
    web = client(room)
    if approved:
        room.open().approve(ISSUE, by="Ana")

    answer = web.post(f"{STAFF}/discard", data={"by": "Ben"}, headers=OWN)
    assert (answer.status_code, "Tick that you are sure" in answer.text) == (409, True)
    assert room.open().issue(ISSUE).status == ("approved" if approved else "draft")

    assert post(web, f"{STAFF}/discard", by="Ben", sure="1") == 302
    assert room.open().issue(ISSUE).status == "discarded"
    assert "Discarded by Ben" in text(web, f"/issues/{ISSUE}")


def test_times_are_the_publications(room: Newsroom) -> None:
    web = client(room)

    assert "Monday 12 January, 07:00 GMT" in text(web, STAFF)
    assert "Mon 12 Jan, 07:00 GMT" in text(web, "/")


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
    assert web.get("/", headers={"Host": "[::1]:8025"}).status_code == 200
    assert web.get("/", headers={"Host": "LocalHost"}).status_code == 200


@pytest.mark.parametrize("password", [None, "open sesame"])
@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("", ""),
        ("", None),
        (None, None),
        (None, "http://localhost"),
        ("evil@localhost", "http://evil@localhost"),
        ("localhost, localhost", "http://localhost"),
        ("localhost:", "http://localhost"),
        ("localhost:99999", "http://localhost:99999"),
        ("localhost/x", "http://localhost/x"),
    ],
)
def test_the_desk_and_its_door_want_one_host_that_is_stated(
    room: Newsroom, host: str | None, origin: str | None, password: str | None
) -> None:
    app = create_app(room.open(), password)

    for path in (f"{STAFF}/discard", "/login", "/logout", "/name"):
        asked = EnvironBuilder(path, method="POST", data={"by": "x"}).get_environ()
        for name, value in (("HTTP_HOST", host), ("HTTP_ORIGIN", origin)):
            asked[name] = value
            if value is None:
                del asked[name]
        assert run_wsgi_app(app, asked)[1] == "400 BAD REQUEST"
    assert room.open().issue(ISSUE).status == "draft"


@pytest.mark.parametrize(
    "origin", ["http://localhost:80", "ftp://localhost", "//localhost", "localhost"]
)
def test_an_origin_is_the_hosts_own_to_the_letter(room: Newsroom, origin: str) -> None:
    answer = client(room).post("/name", data={"by": "x"}, headers={"Origin": origin})

    assert answer.status_code == 403


def test_an_address_that_is_none_is_no_loopback_name(room: Newsroom) -> None:
    asked = {**EnvironBuilder("/").get_environ(), "HTTP_HOST": "[:::::]"}

    assert run_wsgi_app(create_app(room.open(), None), asked)[1] == "403 FORBIDDEN"


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


def test_unsubscribing_takes_a_post_and_no_cookie(room: Newsroom) -> None:
    token = room.open()._services.audience.tokens(["s@u.example"])["s@u.example"]
    web = client(room)

    for _ in range(3):
        assert "Stop these emails?" in text(web, f"/u/{token}")
    assert [s.status for s in room.open().subscribers()] == ["confirmed"]

    answer = web.post(f"/u/{token}", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "has been taken off" in answer.text
    assert [s.status for s in room.open().subscribers()] == ["unsubscribed"]
    assert "is already taken off" in text(web, f"/u/{token}")


@pytest.mark.parametrize("token", ["test", "preview"])
def test_a_tests_link_says_that_it_was_a_test(room: Newsroom, token: str) -> None:
    web = client(room)

    for answer in (web.get(f"/u/{token}"), web.post(f"/u/{token}")):
        assert answer.status_code == 200
        assert "This was a test" in answer.text
    assert [s.status for s in room.open().subscribers()] == ["confirmed"]


@pytest.mark.parametrize(
    "path", ["/u/nobody", f"/v/{ISSUE}/staff/0", "/v/none/staff/0", "/nosuch", "/u", "/u/a/b"]
)
def test_a_reader_who_finds_nothing_learns_nothing(room: Newsroom, path: str) -> None:
    answer = client(room, "open sesame").get(path)

    assert (answer.status_code, "There is nothing here" in answer.text) == (404, True)
    assert ISSUE not in answer.text
    assert 'href="/"' not in answer.text
    assert "desk</" not in answer.text


def test_an_act_by_the_wrong_method_is_a_page(room: Newsroom) -> None:
    answer = client(room).get("/logout")

    assert (answer.status_code, "<h1>" in answer.text) == (405, True)


def test_every_page_has_an_icon(room: Newsroom) -> None:
    answer = client(room).get("/favicon.ico", buffered=True)

    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")


@pytest.mark.parametrize(
    ("public_url", "base", "secure"),
    [
        ("https://d.example", "http://d.example", True),  # a proxy ends TLS before us
        ("https://d.example", "http://localhost", False),
        ("http://d.example", "http://d.example", False),
        ("http://d.example", "https://d.example", True),
    ],
)
def test_the_cookie_stays_within_https_and_this_site(
    room: Newsroom, public_url: str, base: str, *, secure: bool
) -> None:
    config = room.folder / "feeds.yaml"
    config.write_text(
        config.read_text().replace("  timezone", f"  public_url: {public_url}\n  timezone")
    )
    web = client(room, "open sesame")

    answer = web.post(
        "/login",
        data={"password": "open sesame", "name": "Ana"},
        base_url=base,
        headers={"Origin": base},
    )

    cookies = [cookie.split("; ") for cookie in answer.headers.getlist("Set-Cookie")]
    assert len(cookies) == 2
    for said in cookies:
        assert "HttpOnly" in said
        assert {"SameSite=Lax", "SameSite=Strict"} & {*said}
        assert ("Secure" in said) is secure


def test_a_busy_database_is_said_and_asked_again(room: Newsroom) -> None:
    press = room.open()
    token = press._services.audience.tokens(["s@u.example"])["s@u.example"]
    web = create_app(press, None).test_client()
    with press._services.audience._engine.connect() as connection:  # type: ignore[attr-defined]
        connection.exec_driver_sql("PRAGMA busy_timeout=0")
    with closing(sqlite3.connect(room.folder / "digest.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        answer = web.post(f"/u/{token}")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert "try again in a moment" in answer.text
        answer = web.post(f"{STAFF}/discard", data={"by": "Ben", "sure": "1"}, headers=OWN)
        assert (answer.status_code, "The database is busy" in answer.text) == (409, True)

    assert web.post(f"/u/{token}").status_code == 200


def test_an_edition_is_in_the_browser_once_it_is_approved_for_who_has_its_address(
    room: Newsroom,
) -> None:
    from digest.publisher.reader_links import view_url  # noqa: PLC0415

    press = room.open()
    path = view_url(press._services, ISSUE, "staff").removeprefix("https://u.example")
    web = client(room)

    assert web.get(path).status_code == 404
    press.approve(ISSUE, by="Ana")
    page = text(web, path)
    assert "The story of anna" in page
    assert "Unsubscribe" not in page
    assert "View in browser" not in page
    assert not re.search(r'href="#?"', page)
    assert web.get(path[:-1] + "x").status_code == 404
    assert web.get(path[:-1] + "é").status_code == 404
    assert web.get(path.replace("staff", "alumni")).status_code == 404


def test_why_is_told_by_title(room: Newsroom) -> None:
    web = client(room)
    anna = ids(web)[0]

    page = text(web, f"/issues/{ISSUE}/staff/why/{anna}")
    assert "The story of anna" in page
    assert "in Europe, no. 1 of the edition" in page
    assert "Because it is what Staff asks for." in page
    assert "segments.staff.match" in page


@pytest.fixture
def at_the_desk() -> Iterator[None]:
    """Ask as an English browser does."""
    with Flask(__name__).test_request_context():
        g.desk = True
        yield


@pytest.mark.usefixtures("at_the_desk")
@pytest.mark.parametrize(
    ("rules", "included", "said"),
    [
        (
            ("edit.pin", "segments.staff.match"),
            True,
            "an editor pinned it and it is what X asks for",
        ),
        (("ledger", "sections.0.max"), False, "an earlier issue had it and its section is full"),
        (("sections.0.per_author",), False, "there is enough by its author"),
        (("a rule to come",), False, "a rule to come"),
    ],
)
def test_rules_decide_in_words(rules: tuple[str, ...], said: str, *, included: bool) -> None:
    assert phrases.decided(rules, "X", included=included) == said


def test_every_cap_that_articles_share_is_said_in_words() -> None:
    assert {f"articles.{key}" for key in capacity._SHARED} <= phrases._OUT.keys()


@pytest.mark.usefixtures("at_the_desk")
def test_a_finding_is_called_by_the_title_of_its_rule_or_by_its_name() -> None:
    assert phrases.found("date-soon") == "A date close to the sending"
    assert phrases.found("vml-alt") == "Vml alt"


def test_a_finding_says_what_it_is_and_leads_to_the_form_that_mends_it(room: Newsroom) -> None:
    room.note("dora", "EU", summary="Come tomorrow.")
    press = room.open()
    press.pull()
    press.draft("weekly")
    web = client(room)
    edit(web, verb="intro", value="Come tomorrow.", by="Ben")

    page = text(web, f"{STAFF}?at=checks")

    assert "<strong>A word that will be false on the day</strong>" in page
    dora = re.search(r'<a href="([^"]*)" data-at="a-\w+"[^>]*>The story of dora</a>', page)
    assert dora is not None
    assert 'name="title"' in text(web, dora[1])
    assert "outline: 3px" in text(web, f"{STAFF}/page?outline=article+{ids(web)[0]}").replace(
        "outline:3px", "outline: 3px"
    )
    assert re.search(r'at=words[^"]*" data-at="words"[^>]*>intro</a>', page)


def test_an_approval_with_an_error_says_what_it_needs(room: Newsroom) -> None:
    web = client(room)
    (anna,) = ids(web)
    edit(web, verb="words", article=anna, title="Strategy-people", by="Ben")

    assert "First mend the error, or tick it and say why" in text(web, STAFF)

    seen = room.open().issue(ISSUE).content_hash
    form = {"override": "planning-label", "content_hash": seen}
    answer = web.post(f"{STAFF}/approve", data=form, headers=OWN)
    assert answer.status_code == 409
    assert 'value="planning-label" checked' in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/issues/none",
        f"/issues/{ISSUE}/none",
        f"/issues/{ISSUE}/none/page",
        f"/issues/{ISSUE}/staff/pictures/../../x",
        "/static/../app.py",
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(room: Newsroom, path: str) -> None:
    answer = client(room).get(path)

    assert answer.status_code == 404
    assert "<h1" in answer.text


def test_hostile_words_stay_words(room: Newsroom) -> None:
    web = client(room)
    evil = "<script>alert(1)</script>"
    staff = f"/issues/{ISSUE}/staff"

    post(web, f"{staff}/edit", verb="subject", value=evil, by=evil)

    page = web.get(staff).text
    assert evil not in page
    assert "&lt;script&gt;" in page
    assert evil not in web.get(f"{staff}/page").text


@pytest.mark.usefixtures("at_the_desk")
def test_what_was_found_is_told_by_rule_the_gravest_first() -> None:
    def found(rule: str, severity: Severity, article: str = "") -> Finding:
        return Finding(rule=rule, severity=severity, message="Why.", where=Where(article=article))

    groups = shown.grouped(
        [
            found("no-date", "info", "a"),
            found("stale", "warning"),
            found("no-date", "info", "b"),
            found("alt", "error", "a"),
        ],
        {"a": "Anna"},
    )

    assert [(g.rule, g.severity, g.count) for g in groups] == [
        ("alt", "error", 1),
        ("stale", "warning", 1),
        ("no-date", "info", 2),
    ]
    anna = shown.FoundAt(name="Anna", part="a-a", where=Where(article="a"))
    other = shown.FoundAt(name="article b", where=Where(article="b"))
    assert groups[2].said == {"Why.": (anna, other)}
    assert shown.marks([found("x", "error"), found("y", "error"), found("z", "info")]) == "2 errors"


@pytest.mark.usefixtures("at_the_desk")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Issue(**DRAFT), "Read it, then approve it"),
        (Issue(**DRAFT, findings={"a": (BAD,)}), "1 error holds it back"),
        (Issue(**DRAFT, findings={"a": (BAD,), "b": (BAD,)}), "2 errors hold it back"),
        (Issue(**DRAFT, approved_editions=(EDITION,)), "Approve it again"),
        (replace(Issue(**DRAFT), status="held"), "Held back"),
    ],
)
def test_what_is_to_do_next_is_said(change: Issue, said: str) -> None:
    assert shown.next_step(change)[0] == said


def test_two_more_subjects_are_offered_with_what_a_phone_shows(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW, newsletter='subject: "{newsletter}: {lead}{more}"')
    room.note("anna", title="A night bus, every half hour, for a year")
    room.note("bert", title="A second story")
    press = room.open()
    press.pull()
    press.draft("weekly")
    web = client(room)
    page = text(web, f"{STAFF}?at=words")

    headline = "A night bus, every half hour"
    said = re.findall(r'name="offered" value="(A[^"]*)"', page)
    assert len(said) == 2
    assert 'data-most="41"' in page
    assert edit(web, reach="staff", by="Ben", verb="subject", value="typed", offered=said[1]) == 302
    page = text(web, f"{STAFF}?at=words")
    assert said[1] in page
    assert f'name="offered" value="This week: {headline}' in page


def test_every_kind_of_change_is_shown_on_the_desk(room: Newsroom) -> None:
    press = room.open()
    anna = "https://u.example/anna"
    changes: list[dict[str, object]] = [
        {"pin": anna}, {"move": anna, "section": "More"}, {"lead": anna}, {"title": anna, "text": "A"},
        {"summary": anna, "text": "S"}, {"picture": anna, "url": "https://u.example/p.png", "alt": "P"},
        {"event": anna, "starts": "2026-02-26T18:00", "place": "Aula"}, {"intro": "Hello"},
        {"subject": "S"}, {"preheader": "P"}, {"notice": "Closed"},
        {"add": "https://u.example/new"}, {"write": "By hand"}, {"hide": "https://u.example/new"},
        {"order": "More", "articles": [anna]},
        {"delay": "https://u.example/cora"}, {"hold": "https://u.example/cora", "for": "2026-01-26"},
    ]  # fmt: skip
    assert {verb for change in changes for verb in change} >= {*get_args(Verb)}
    press.edit(ISSUE, changes, by="Ben")
    page = text(client(room), f"{STAFF}?at=changes")
    assert "26 February 2026 · Aula" in page
    assert "Leads:" in page


def test_an_editor_gives_an_article_the_day_of_its_event(room: Newsroom) -> None:
    web = client(room)
    anna = next(a.id for a in room.open().issue(ISSUE).editions[0].articles)
    page = web.post(
        f"/issues/{ISSUE}/staff/edit",
        data={"verb": "words", "article": anna, "by": "Ben", "starts": "2026-01-20T18:00",
              "was_starts": "", "ends": "", "was_ends": "", "place": "Aula", "was_place": "", "back": f"a-{anna}"},
        headers=OWN, follow_redirects=True,
    )  # fmt: skip
    assert "Saved the day and place" in unescape(page.text)
    assert 'value="2026-01-20T18:00"' in page.text
