"""Who may open the desk, and what each of the four rights lets them do."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from digest.model import Right
from digest.publisher import Publisher
from digest.web.app import create_app
from digest.web.desk.rights import NEEDS
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom
from tests.web.test_web import ISSUE, OWN

LEADERS = """\
  leaders:
    title: For leaders
    sender: "News <news@u.example>"
    segments: [alumni]
    schedule: {cron: "0 9 * * mon", draft_before: 1h}
    sections: [{title: All, rest: true}]
"""
STAFF = f"/issues/{ISSUE}/staff"
ANA, OTHER = "a long password of Ana", "another long password"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """Return a newsroom with a draft, a newsletter beside it, and Ana, who administers."""
    room = Newsroom(tmp_path_factory.mktemp("made"), NOW)
    file = room.folder / "feeds.yaml"
    file.write_text(file.read_text().replace("delivery:", f"{LEADERS}delivery:"))
    room.note("anna", "x")
    room.note("cora", "European-Union")
    press = room.open()
    press.pull()
    press.draft("weekly")
    room.subscribe(("r@u.example", "staff"))
    add(press, "Ana Reid", (), ANA)
    return room


@pytest.fixture
def room(made: Newsroom, tmp_path: Path) -> Newsroom:
    return made.copied(tmp_path)


def add(
    press: Publisher, name: str, rights: tuple[Right, ...], password: str, *newsletters: str
) -> None:
    press.add_account(name, rights, newsletters, lambda: password, by="test")


def sign_in(
    web: FlaskClient, name: str = "Ana Reid", password: str = ANA, at: str = "192.0.2.77"
) -> int:
    form = {"name": name, "password": password}
    return web.post("/login", data=form, headers=OWN, environ_base={"REMOTE_ADDR": at}).status_code


def desk(room: Newsroom, password: str | None = None) -> Flask:
    return create_app(room.open(), password)


def signed_in(room: Newsroom, name: str = "Ana Reid", password: str = ANA) -> FlaskClient:
    web = desk(room).test_client()
    assert sign_in(web, name, password) == 302
    return web


def may(room: Newsroom, rights: tuple[Right, ...], *newsletters: str) -> FlaskClient:
    """Return the browser of somebody with these rights."""
    add(room.open(), "Ben", rights, OTHER, *newsletters)
    return signed_in(room, "Ben", OTHER)


def post(web: FlaskClient, path: str, **form: str) -> int:
    return web.post(path, data=form, headers=OWN).status_code


def kinds(room: Newsroom) -> list[tuple[str, str]]:
    return [(entry.by, entry.kind) for entry in room.open().log()]


# The door


def test_a_desk_with_an_account_is_closed_on_loopback_too_and_leads_back(room: Newsroom) -> None:
    web = desk(room).test_client()
    for path in ("/", "/sources", "/team", "/log.csv", STAFF):
        assert web.get(path).headers["Location"] == "/login"
    assert "Name" in web.get("/login").text

    answer = web.post("/login", data={"name": "Ana Reid", "password": ANA}, headers=OWN)

    assert answer.headers["Location"] == STAFF
    assert web.get(STAFF).status_code == 200


def test_the_first_account_closes_a_desk_that_is_open_while_it_runs(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW)
    web = desk(room).test_client()
    assert web.get("/").status_code == 200

    form = {"name": "Ana Reid", "password": ANA, "right": "administer"}
    assert web.post("/team", data=form, headers=OWN).status_code == 302

    assert web.get("/").headers["Location"] == "/login"
    room.open().remove_account("Ana Reid", by="test")
    assert web.get("/").headers["Location"] == "/login"  # it does not open by losing them


def test_with_accounts_the_shared_password_opens_nothing(room: Newsroom) -> None:
    web = desk(room, "the one of all").test_client()
    assert sign_in(web, "Ana Reid", "the one of all") == 403
    assert sign_in(web) == 302


@pytest.mark.parametrize("name", ["ana reid", "  ANA   Reid "])
def test_a_name_is_known_in_any_spelling_and_stands_as_it_was_made(
    room: Newsroom, name: str
) -> None:
    web = signed_in(room, name)
    assert "Ana Reid" in web.get("/").text
    with pytest.raises(Exception, match="already"):
        add(room.open(), name, ("read",), OTHER)


def test_who_acts_is_the_account_whatever_the_form_says(room: Newsroom) -> None:
    web = signed_in(room)
    assert '<input name="by"' not in web.get("/").text + web.get(STAFF).text
    assert post(web, f"{STAFF}/edit", verb="intro", value="Dear all", by="The Dean") == 302
    assert [act.by for act in room.open().acts(ISSUE)] == ["Ana Reid"]


def test_no_page_and_no_file_has_a_password_or_its_hash(room: Newsroom) -> None:
    web = signed_in(room)
    pages = "".join(web.get(path).text for path in ("/", "/account", "/team", "/log", "/log.csv"))
    assert "argon2" not in pages
    assert ANA not in pages
    kept = b"".join(file.read_bytes() for file in room.folder.glob("digest.db*"))
    assert ANA.encode() not in kept
    assert b"$argon2id$" in kept


@pytest.mark.parametrize("how", ["logout", "password", "own password", "removal", "age"])
def test_a_session_ends(room: Newsroom, how: str) -> None:
    add(room.open(), "Ben", ("administer",), OTHER)
    app = desk(room)
    web, ben = app.test_client(), app.test_client()
    sign_in(web)
    sign_in(ben, "Ben", OTHER)
    cookie = web.get_cookie("session")
    assert cookie is not None
    copy = app.test_client()
    copy.set_cookie("session", cookie.value)
    assert copy.get("/").status_code == 200

    if how == "logout":
        web.post("/logout", headers=OWN)
    elif how == "password":
        room.open().set_password("Ana Reid", lambda: OTHER, by="test")
    elif how == "own password":
        assert post(web, "/account/password", old=ANA, new=OTHER, again=OTHER) == 302
    elif how == "removal":
        room.open().remove_account("Ana Reid", by="test")
    copied = copy
    if how == "age":
        room.now += timedelta(hours=3)
        copied = desk(room).test_client()
        copied.set_cookie("session", cookie.value)

    assert copied.get("/").status_code == 302
    assert ben.get("/").status_code == 200


def test_an_account_of_the_same_name_does_not_take_over_an_old_session(room: Newsroom) -> None:
    add(room.open(), "Ben", ("administer",), OTHER)
    web = signed_in(room)
    press = room.open()
    press.remove_account("Ana Reid", by="test")
    add(press, "Ana Reid", ("administer",), ANA)
    assert web.get("/").status_code == 302


def test_an_own_password_asks_for_the_old_one_and_twice_for_the_new(room: Newsroom) -> None:
    web = signed_in(room)
    assert post(web, "/account/password", old="wrong", new=OTHER, again=OTHER) == 409
    assert post(web, "/account/password", old=ANA, new=OTHER, again=OTHER + "x") == 409
    assert post(web, "/account/password", old=ANA, new="short", again="short") == 409
    assert web.get("/").status_code == 200


def test_an_account_that_is_guessed_at_from_everywhere_waits_but_not_in_a_browser_it_knows(
    room: Newsroom,
) -> None:
    add(room.open(), "Ben", ("administer",), OTHER)
    app = desk(room)
    known = app.test_client()
    sign_in(known)
    known.post("/logout", headers=OWN)
    guesses = [sign_in(app.test_client(), password="a guess", at=f"198.51.{n}.1") for n in range(7)]

    assert guesses == [403] * 5 + [429] * 2
    assert sign_in(app.test_client(), at="203.0.113.5") == 429
    assert sign_in(app.test_client(), "Ben", OTHER, at="203.0.113.5") == 302
    assert sign_in(known) == 302


def test_a_known_browser_is_known_for_its_own_account_alone(room: Newsroom) -> None:
    add(room.open(), "Ben", ("administer",), OTHER)
    app = desk(room)
    bens = app.test_client()
    sign_in(bens, "Ben", OTHER)
    for n in range(5):
        sign_in(app.test_client(), password="a guess", at=f"198.51.{n}.1")
    assert sign_in(bens) == 429


def test_no_form_of_another_site_is_taken(room: Newsroom) -> None:
    web = signed_in(room)
    forms = ("/login", "/logout", "/team", "/team/Ana Reid", "/account/password")
    for path in (*forms, "/account/language"):
        for headers in ({}, {"Origin": "https://evil.example"}):
            data = {"act": "remove", "sure": "1"}
            assert web.post(path, data=data, headers=headers).status_code == 403, path
    assert web.get("/").status_code == 200


def test_the_cookie_is_the_browsers_and_this_sites_alone(room: Newsroom) -> None:
    answer = (
        desk(room)
        .test_client()
        .post("/login", data={"name": "Ana Reid", "password": ANA}, headers=OWN)
    )
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert "HttpOnly" in cookie
        assert re.search("SameSite=(Lax|Strict)", cookie)


# Rights


def endpoints(room: Newsroom) -> Iterator[str]:
    for rule in desk(room).url_map.iter_rules():
        blueprint, _, name = rule.endpoint.partition(".")
        if blueprint == "desk":
            yield name


def test_every_page_and_act_of_the_desk_asks_for_a_right(room: Newsroom) -> None:
    assert {*endpoints(room)} == {*NEEDS}


OPEN = {"login", "logout"}  # beside what readers, and the services that report of them, may do
ONES_OWN = {"desk.name", "desk.language", "desk.own_password"}  # nothing of anybody else


def test_every_route_that_acts_refuses_who_has_not_the_right(room: Newsroom) -> None:
    add(room.open(), "Ben", ("read",), OTHER, "leaders")
    web = signed_in(room, "Ben", OTHER)
    said = {"id_": ISSUE, "segment": "staff", "newsletter": "weekly", "source": "notes"}
    said |= {"kind": "undo", "act": "restore", "who": "Ana Reid", "day": "2026-01-19"}
    routes = web.application.url_map
    reading = {"GET", "HEAD", "OPTIONS"}
    acting = [each for each in routes.iter_rules() if not reading.issuperset(each.methods or ())]
    guarded = [each for each in acting if each.endpoint.startswith("desk.")]
    refused = {
        each.endpoint
        for each in guarded
        if post(web, routes.bind("").build(each.endpoint, {n: said[n] for n in each.arguments}))
        == 403
    }
    assert len(refused) > 15
    assert {each.endpoint for each in guarded} - refused == ONES_OWN
    others = {each.endpoint for each in acting} - {each.endpoint for each in guarded}
    assert {
        name for name in others if name.partition(".")[0] in {name, "archive", "health"}
    } == OPEN


def test_a_page_that_the_table_does_not_name_is_for_who_administers(room: Newsroom) -> None:
    app = desk(room)
    app.add_url_rule("/new", "desk.new_page", lambda: "new")  # as if it were forgotten
    add(room.open(), "Ben", ("read", "edit", "approve"), OTHER)
    web = app.test_client()
    sign_in(web, "Ben", OTHER)
    assert web.get("/").status_code == 200
    rule = next(r for r in app.url_map.iter_rules() if r.endpoint == "desk.new_page")
    assert rule.rule == "/new"
    assert web.get("/new").status_code == 403


READS = ["/", "/calendar", "/archive", "/sources", "/account", "/search.json?q=a"]
NEEDS_READ = ["/audience", STAFF, f"/issues/{ISSUE}/state.json", f"{STAFF}/page"]
EDITS = [f"{STAFF}/edit", f"{STAFF}/undo", f"{STAFF}/discard", "/draft/weekly", "/special/weekly"]
HOUSE = ["/sources/try", "/sources/notes/pull", "/sources/notes/rest", "/audience/unsubscribe"]
APPROVES = [f"{STAFF}/approve", f"{STAFF}/back", f"/issues/{ISSUE}/again"]
TEAM = ["/team", "/team/Ana Reid"]


@pytest.mark.parametrize(
    ("rights", "allowed"),
    [
        (("read",), []),
        (("edit",), [*EDITS, *HOUSE]),
        (("approve",), APPROVES),
        (("edit", "approve"), [*EDITS, *HOUSE, *APPROVES]),
        (("administer",), [*EDITS, *HOUSE, *APPROVES, *TEAM]),
    ],
)
def test_each_right_lets_do_its_own_and_nothing_else(
    room: Newsroom, rights: tuple[Right, ...], allowed: list[str]
) -> None:
    web = may(room, rights)
    for path in (*READS, *NEEDS_READ):
        assert web.get(path).status_code == 200, path
    for path in ("/team", "/log", "/log.csv"):
        assert (web.get(path).status_code == 200) == ("administer" in rights)
    # nothing is filled in, so that what is allowed is refused for another reason
    refused = [p for p in (*EDITS, *HOUSE, *APPROVES, *TEAM) if post(web, p) == 403]
    assert sorted(refused) == sorted({*EDITS, *HOUSE, *APPROVES, *TEAM} - {*allowed})


@pytest.mark.parametrize(("rights", "asked"), [(("edit",), False), (("approve",), True)])
def test_who_may_not_approve_is_not_asked_to(
    room: Newsroom, rights: tuple[Right, ...], *, asked: bool
) -> None:
    page = may(room, rights).get("/").text
    assert ("Read and approve" in page) is asked
    assert ("It waits for somebody who may approve it" in page) is not asked


def test_a_right_in_one_newsletter_is_none_in_another(room: Newsroom) -> None:
    room.open().draft("leaders")
    web = may(room, ("edit", "approve"), "leaders")

    assert "For leaders" in web.get("/").text
    assert "The story of anna" not in web.get("/").text
    assert f"/issues/{ISSUE}" not in web.get("/").text + web.get("/calendar").text
    assert web.get("/issues/leaders-2026-01-12").status_code == 200
    for path in (STAFF, f"{STAFF}/page", f"/issues/{ISSUE}/state.json", "/audience"):
        assert web.get(path).status_code == 403, path
    assert post(web, "/draft/weekly") == 403
    assert post(web, "/draft/leaders") == 302
    assert post(web, "/sources/notes/pull") == 403
    assert web.get("/issues/none").status_code == 404
    assert 'href="/audience"' not in web.get("/").text


def test_rights_of_several_newsletters_stand_beside_those_everywhere(room: Newsroom) -> None:
    add(room.open(), "Ben", ("read",), OTHER)
    room.open().change_rights("Ben", ["edit"], ["weekly"], by="test")
    web = signed_in(room, "Ben", OTHER)
    assert web.get("/audience").status_code == 200
    assert post(web, "/draft/weekly") == 302
    assert post(web, "/draft/leaders") == 403


def test_who_may_only_read_is_shown_no_button_that_changes_anything(room: Newsroom) -> None:
    web = may(room, ("read",))
    parts = (STAFF, f"{STAFF}?at=words", f"{STAFF}?at=checks", f"{STAFF}?at=changes")
    for path in ("/", "/sources", "/audience?address=r@u.example", *parts):
        page = web.get(path).text
        posts = re.findall(r'<form method="post" action="([^"]+)"', page)
        words = {f"{STAFF}/edit"} if path.endswith("words") else set()  # shown, without a button
        assert {*posts} - {"/logout"} <= words, path
        assert "Accounts" not in page
        assert not re.search(r">(Save \w+|Approve[^<]*|Draft[^<]*)</button>", page), path


def test_a_refusal_is_a_page_that_says_what_is_missing(room: Newsroom) -> None:
    web = may(room, ("edit",))
    page = web.post(f"{STAFF}/approve", headers=OWN)
    assert page.status_code == 403
    assert "ask who administers the desk for the right to approve" in page.text
    assert room.open().issue(ISSUE).status == "draft"
    asked = web.post(f"{STAFF}/approve", headers={**OWN, "Accept": "application/json"})
    assert "right to approve" in asked.get_json()["said"]


# The log


def test_the_log_has_who_did_what_and_from_where_also_what_is_kept_with_issues(
    room: Newsroom,
) -> None:
    web = signed_in(room)
    sign_in(desk(room).test_client(), password="a guess", at="198.51.100.9")
    sign_in(desk(room).test_client(), ANA, "typed into the wrong field", at="::1")
    post(web, f"{STAFF}/edit", verb="intro", value="Dear all")
    post(web, "/audience/unsubscribe", address="r@u.example")
    post(web, "/sources/notes/pull")
    room.open().approve(ISSUE, by="Ben")
    web.post("/logout", headers=OWN)

    found = {(e.by, e.kind, e.what, e.where) for e in room.open().log()}
    assert found >= {
        ("test", "account added", "Ana Reid: administer", ""),
        ("Ana Reid", "sign-in", "", "192.0.2.0/24"),
        ("Ana Reid", "sign-in refused", "", "198.51.100.0/24"),
        ("somebody", "sign-in refused", "", "this machine"),
        ("Ana Reid", "edit", f"{ISSUE} (intro)", ""),
        ("Ana Reid", "unsubscribe", "r…@u.example", "this machine"),
        ("Ana Reid", "pull", "notes", "this machine"),
        ("Ben", "approve", ISSUE, ""),
    }
    assert ANA not in str(found)
    assert "r@u.example" not in str(found)


def test_what_was_refused_is_not_in_the_log_as_done(room: Newsroom) -> None:
    web = may(room, ("read",))
    post(web, "/draft/weekly")
    post(web, "/audience/unsubscribe", address="r@u.example")
    assert not {"draft", "unsubscribe"} & {kind for _, kind in kinds(room)}


def test_the_log_is_shown_and_given_as_csv_that_a_spreadsheet_does_not_reckon_with(
    room: Newsroom,
) -> None:
    room.open().note("=HYPERLINK(evil)", "draft", "<script>")
    web = signed_in(room)

    assert "&lt;script&gt;" in web.get("/log").text
    answer = web.get("/log.csv")
    rows = [*csv.reader(StringIO(answer.text))]
    assert rows[0] == ["at", "by", "kind", "what", "where"]
    assert ["'=HYPERLINK(evil)", "draft", "<script>"] in [row[1:4] for row in rows]


# The accounts on the desk


def test_an_administrator_adds_changes_and_removes_accounts(room: Newsroom) -> None:
    web = signed_in(room)
    form = {"name": "Ben", "password": OTHER, "right": ["edit", "approve"], "newsletter": "weekly"}
    web.post("/team", data=form, headers=OWN)
    assert "edit, approve in This week" in re.sub(r"\s+", " ", web.get("/team").text)
    assert sign_in(desk(room).test_client(), "Ben", OTHER) == 302

    web.post("/team/Ben", data={"act": "rights", "right": "read"}, headers=OWN)
    web.post("/team/Ben", data={"act": "password", "password": OTHER + "!"}, headers=OWN)
    assert [a.rights for a in room.open().accounts() if a.name == "Ben"] == [{"*": ("read",)}]
    assert sign_in(desk(room).test_client(), "Ben", OTHER + "!") == 302

    assert post(web, "/team/Ben", act="remove") == 409
    assert post(web, "/team/Ben", act="remove", sure="1") == 302
    assert [a.name for a in room.open().accounts()] == ["Ana Reid"]


@pytest.mark.parametrize("form", [{"act": "rights", "right": "edit"}, {"act": "rights"}])
def test_the_last_who_administers_stays(room: Newsroom, form: dict[str, str]) -> None:
    web = may(room, ("edit",))
    ana = signed_in(room)
    assert "last who administers" in ana.post("/team/Ana Reid", data=form, headers=OWN).text
    assert post(ana, "/team/Ana Reid", act="remove", sure="1") == 409
    assert web.get("/").status_code == ana.get("/team").status_code == 200
