"""The issue's page without a script: every part has an address, every act a form."""

from __future__ import annotations

import re
import shutil
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from digest.web import proof
from digest.web.app import create_app
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom
from tests.helpers.samples import TEMPLATES

ISSUE = "weekly-2026-01-12"
STAFF = f"/issues/{ISSUE}/staff"
OWN = {"Origin": "http://localhost"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    room = Newsroom(tmp_path_factory.mktemp("made"), NOW, newsletter="test_to: [ana@u.example]")
    for name in ("anna", "bert", "dora"):
        room.note(name, "Staff", "EU" if name == "dora" else "X")
    room.note("cora", "Alumni")
    room.subscribe(("s@u.example", "staff"))
    press = room.open()
    press.pull()
    press.draft("weekly")
    return room


@pytest.fixture
def room(made: Newsroom, tmp_path: Path) -> Newsroom:
    return made.copied(tmp_path)


@pytest.fixture
def web(room: Newsroom) -> FlaskClient:
    web = create_app(room.open(), None).test_client()
    web.post("/name", data={"by": "Ana"}, headers=OWN)
    return web


def text(web: FlaskClient, path: str) -> str:
    answer = web.get(path)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def post(web: FlaskClient, act: str, **form: object) -> str:
    answer = web.post(f"{STAFF}/{act}", data=form, headers=OWN, follow_redirects=True)
    return unescape(answer.text)


def rows(page: str) -> list[str]:
    return re.findall(r'data-article="(\w+)"', page)


def test_a_row_has_its_acts_as_buttons(web: FlaskClient) -> None:
    page = text(web, STAFF)
    up = re.findall(r'name="article" value="(\w+)".*?value="(move \d)" title="Up"', page)
    last, verb = up[-1]
    assert "Moved" in post(web, "edit", article=last, verb=verb, reach="staff")
    assert rows(text(web, STAFF)).index(last) == len(up) - 2

    assert "Undone: Moved" in post(web, "undo", seen="1")
    assert rows(text(web, STAFF))[-1] == last
    assert "Done again: Moved" in post(web, "redo", seen="2")


def test_an_act_is_for_the_editions_that_were_chosen(web: FlaskClient, room: Newsroom) -> None:
    assert "Acts are for <strong>Staff only" in text(web, STAFF)
    page = post(web, "reach", reach=["staff", "alumni"])
    assert "Acts are for <strong>all 2 editions" in page
    post(web, "edit", verb="subject", value="Ours", reach=["staff", "alumni"])
    assert [e.subject for e in room.open().issue(ISSUE).editions] == ["Ours", "Ours"]


def test_what_meets_anothers_change_shows_it_and_keeps_the_words(
    web: FlaskClient, room: Newsroom
) -> None:
    room.open().edit(ISSUE, [{"subject": "Ben’s"}], by="Ben")
    form = {"verb": "subject", "value": "Ana’s", "seen": "0", "reach": "staff", "back": "words"}

    page = post(web, "edit", **form)
    assert "Ben changed this while you were at it" in page
    assert "Ana’s</textarea>" in page
    assert 'name="seen" value="1"' in page

    answer = web.post(f"{STAFF}/edit", data=form, headers={**OWN, "Accept": "application/json"})
    assert (answer.status_code, answer.json["theirs"]["subject"]) == (409, "Ben’s")  # type: ignore[index]
    form["seen"] = "1"
    answer = web.post(f"{STAFF}/edit", data=form, headers={**OWN, "Accept": "application/json"})
    assert answer.json == {
        "said": "Saved the subject, in Staff only.",
        "acts": 2,
        "hash": room.open().issue(ISSUE).content_hash,
    }


def test_the_state_tells_in_few_bytes_whether_something_changed(
    web: FlaskClient, room: Newsroom
) -> None:
    before = web.get(f"/issues/{ISSUE}/state.json").json
    room.open().edit(ISSUE, [{"subject": "Ours"}], by="Ben")
    after = web.get(f"/issues/{ISSUE}/state.json").json
    assert before is not None
    assert after is not None
    assert (before["acts"], after["acts"], after["status"]) == (0, 1, "draft")
    assert before["hash"] != after["hash"]
    assert web.get("/issues/none/state.json").status_code == 404


def test_left_out_is_searched_and_brought_in(web: FlaskClient) -> None:
    page = text(web, f"{STAFF}?at=left&q=cora")
    assert "it is not what Staff asks for" in page
    (cora,) = re.findall(r'name="article" value="(\w+)" aria-label="Bring in', page)
    post(web, "edit", verb="pin", article=cora, reach="staff", back="left")
    assert cora in rows(text(web, STAFF))


def test_the_editions_stand_beside_each_other(web: FlaskClient) -> None:
    page = text(web, f"{STAFF}?at=editions")
    assert re.search(r"The story of dora</a></th>\s*<td>Europe 1</td>\s*<td>Europe 1</td>", page)
    assert re.search(r"The story of anna</a></th>\s*<td>More \d</td>\s*<td>–</td>", page)


def test_an_issue_is_read_tested_sent_back_and_approved(web: FlaskClient, room: Newsroom) -> None:
    page = text(web, STAFF)
    assert "Staff 1, Alumni 0" in page
    assert "1 test email to ana@u.example written into the folder sent" in post(
        web, "test", to="ana@u.example", which="one"
    )
    assert "test_to names" in post(web, "test", to="else@u.example", which="one")
    assert "Sent back by Ana" in post(web, "back", note="Once more")
    assert "say what is to be done" in post(web, "back", note="").lower()
    seen = room.open().issue(ISSUE).content_hash
    page = post(web, "approve", content_hash=seen)
    assert "Sent back by" not in page
    assert "Sent back: Once more" in text(web, f"{STAFF}?at=changes")


def test_what_is_refused_is_said_in_the_pages_words(web: FlaskClient) -> None:
    page = post(web, "edit", verb="add", url="elsewhere", back="add")
    assert "“elsewhere” is no web address" in page
    assert "change 1" not in page


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("dark", "(min-width: 0)"),
        ("outlook", 'data-ogsc="#'),
        ("inverted", "invert(1)"),
        ("text", "THE STORY OF"),
        ("source", "Content-Type: multipart/"),
        ("headers", "Subject: "),
        ("approval", "It was not approved yet"),
    ],
)
def test_a_preview_has_many_modes_and_none_runs(web: FlaskClient, mode: str, said: str) -> None:
    answer = web.get(f"{STAFF}/page?mode={mode}")
    assert said.lower() in answer.text.lower()
    assert "allow-scripts" not in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_styles_and_pictures_are_taken_off(web: FlaskClient) -> None:
    assert "<style" in web.get(f"{STAFF}/page").text
    assert "<style" not in web.get(f"{STAFF}/page?mode=no-styles").text
    assert (
        "img-src 'none'"
        in web.get(f"{STAFF}/page?mode=no-images").headers["Content-Security-Policy"]
    )


def test_what_changed_since_the_approval_is_marked_word_by_word(
    web: FlaskClient, room: Newsroom
) -> None:
    press = room.open()
    press.approve(ISSUE, by="Ana")
    first = press.issue(ISSUE).editions[0].articles[0]
    press.edit(ISSUE, [{"title": first.id, "text": "The story of <nobody>"}], by="Ben")
    page = web.get(f"{STAFF}/page?mode=approval").text
    assert "<ins>&lt;nobody&gt;</ins>" in page
    assert f"<del>{first.title.split()[-1]}</del>" in page


def test_a_long_page_shows_where_gmail_ends_it() -> None:
    page = f"<html><head></head><body>{'<p>Words.</p>' * 9000}</body></html>"
    assert len(page) > proof.CLIP
    before, line, _ = proof.clipped(page).partition("Gmail ends the email here")
    assert line
    assert proof.CLIP - 400 < len(before) < proof.CLIP + 400
    assert proof.clipped("<p>Short</p>") == "<p>Short</p>"


def test_what_a_finding_names_is_outlined() -> None:
    page = '<html><head></head><body>\n<p>One</p><img src="a"><img src="b" alt="A boat">\n</body></html>'
    assert '<img data-here="" src="b"' in proof.outlined(page, "line 2: <img> A boat")
    assert '<p data-here="">One' in proof.outlined(page, "line 2: <p> One")
    assert proof.outlined(page, "subject") == page
    evil = 'https://u.example/"]{}</style><script>'
    marked = proof.outlined(page, "article a", evil)
    assert "</style><script>" not in marked
    assert "[data-here]" not in marked


def test_outlook_turns_the_colours_of_elements_and_marks_them() -> None:
    page = (
        '<html><head><style>p{color:#111}</style></head><body style="background:#fff;color: #111">'
        '<p style="border:0;color:nonsense">A &gt; b</p><td bgcolor="#FFFFFF"></td></body></html>'
    )
    seen = proof.shown(page, "outlook")
    assert 'style="background:#333333;color:#f1f1f1" data-ogsb="#fff" data-ogsc="#111">' in seen
    assert '<p style="border:0;color:nonsense">A &gt; b</p><td bgcolor="#333333">' in seen
    assert "p{color:#111}" in seen


def test_templates_are_shown_as_they_are_now_and_the_draft_waits_for_a_word(
    web: FlaskClient, room: Newsroom, tmp_path: Path
) -> None:
    look = tmp_path / "templates" / "email" / "weekly"
    shutil.copytree(TEMPLATES / "weekly", look)
    web = create_app(room.open(), None).test_client()
    web.post("/name", data={"by": "Ana"}, headers=OWN)
    approved = room.open().issue(ISSUE)
    assert "have changed</strong>" not in text(web, STAFF)
    before = web.get(f"/issues/{ISSUE}/state.json").json

    (look / "style.css").write_text((look / "style.css").read_text() + "\nh1 { color: #abc123 }\n")
    assert before != web.get(f"/issues/{ISSUE}/state.json").json
    assert "The templates have changed</strong>: weekly/style.css" in text(web, STAFF)
    assert "#abc123" in web.get(f"{STAFF}/page").text
    assert room.open().issue(ISSUE) == approved

    assert "Drafted again with the templates" in post(web, "restyle")
    assert "#abc123" in room.open().issue(ISSUE).messages[0].html
    assert "have changed</strong>" not in text(web, STAFF)


def test_a_template_at_fault_is_shown_with_its_file_and_line(
    room: Newsroom, tmp_path: Path
) -> None:
    look = tmp_path / "templates" / "email" / "weekly"
    shutil.copytree(TEMPLATES / "weekly", look)
    web = create_app(room.open(), None).test_client()
    (look / "body.html").write_text("{# first #}\n{{ nonsense.field }}\n")
    page = text(web, f"{STAFF}/page")
    assert f"{look / 'body.html'}:2</code>" in page
    assert "<pre>{{ nonsense.field }}</pre>" in page
    assert "There is no field 'nonsense' here" in page


def test_a_day_at_the_end_of_all_calendars_is_refused_in_words(web: FlaskClient) -> None:
    as_script = {**OWN, "Accept": "application/json"}
    delayed = {"verb": "delay", "article": rows(text(web, STAFF))[0], "until": "9999-12-31"}
    answers = (
        web.post(f"{STAFF}/edit", data=delayed, headers=as_script),
        web.post("/calendar/weekly/9999-12-31", headers=OWN),
        web.post("/calendar/weekly/0001-01-01", headers=OWN),
    )

    assert [each.status_code for each in answers] == [409] * 3
    assert "beyond what calendars hold" in answers[0].get_json()["said"]
    # a search until then is one without an end
    assert web.get("/archive?until=9999-12-31&q=story").status_code == 200
