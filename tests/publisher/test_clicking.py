"""Clicks are counted where a newsletter says so: by edition, signed, told in the email, and never by whom."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from email import message_from_bytes, policy
from html import unescape
from pathlib import Path
from time import monotonic

import pytest
from flask.testing import FlaskClient

from digest.cli.main import main
from digest.config import read_config
from digest.errors import ConfigError, UsageError
from digest.web.app import create_app
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom

ISSUE = "weekly-2026-01-12"
SAID = "How often each story is opened is counted, but not by whom."


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """Return a newsroom that sent an issue to 40 of the staff and 3 alumni, and one without counting before."""
    room = Newsroom(tmp_path_factory.mktemp("clicks"), NOW, "articles: {min: 1}")
    room.subscribe(*((f"s{n}@u.example", "staff") for n in range(40)))
    room.subscribe(*((f"a{n}@u.example", "alumni") for n in range(3)))
    room.note("early")
    press = room.open()
    press.pull()
    special = press.special("weekly", [{"pin": "https://u.example/early"}], by="Ana")
    press.approve(special.id, by="Ana")
    press.send(special.id)
    room.configure("articles: {min: 1}\nclicks: true")
    room.note("bridge", "EU", url="https://u.example/brücke?a='1'&b=2")
    room.note("tram", "Transport")
    press = room.open()
    press.pull(force=True)
    press.draft("weekly")
    press.approve(ISSUE, by="Ana")
    press.send(ISSUE)
    return room


def email(room: Newsroom, segment: str) -> tuple[str, str]:
    """Return the HTML and the text of what a reader of a segment got."""
    name = {"staff": "s1@u.example", "alumni": "a1@u.example"}[segment]
    for file in sorted((room.folder / "sent").rglob("*.eml")):
        found = message_from_bytes(file.read_bytes(), policy=policy.default)
        if found["To"] == name and "No. 1" in str(found.get_body(("plain",))):
            html, text = (found.get_body((kind,)) for kind in ("html", "plain"))
            return str(html.get_content()), str(text.get_content())  # type: ignore[union-attr]
    raise AssertionError(name)


def links(room: Newsroom, segment: str = "staff") -> list[str]:
    html, _ = email(room, segment)
    return [*dict.fromkeys(re.findall(r'href="https://u\.example(/c/[^"]+)"', html))]


@pytest.fixture
def web(room: Newsroom) -> Iterator[FlaskClient]:
    """Yield a browser; afterwards nothing has been counted."""
    yield create_app(room.open(), None).test_client()
    with closing(sqlite3.connect(room.folder / "digest.db")) as connection:
        connection.execute("DELETE FROM clicks")
        connection.commit()


def counts(room: Newsroom) -> list[int]:
    return [g.clicks for g in room.open().clicks("weekly").groups]


def test_an_email_says_that_it_counts_and_leads_by_way_of_us(
    room: Newsroom, web: FlaskClient
) -> None:
    html, text = email(room, "staff")
    assert SAID in html
    assert SAID in " ".join(text.split())
    assert 'href="https://u.example/tram"' not in html
    assert "https://u.example/tram\n" not in text
    first, second = links(room)
    assert f"https://u.example{first}" in text
    assert {web.get(each).location for each in (first, second)} == {
        "https://u.example/br%C3%BCcke?a='1'&b=2",
        "https://u.example/tram",
    }
    # what nobody got by email leads straight to the story
    message = room.open().issue(ISSUE).messages[0]
    assert "https://u.example/tram" in unescape(message.html)
    assert "/c/" not in room.open().sample(room.open().issue(ISSUE), message).email.decode()


def test_what_did_not_ask_for_counting_is_as_it_was(room: Newsroom) -> None:
    special = room.open().issue("weekly-special-2026-01-12")
    assert SAID not in special.messages[0].text
    sent = [f.read_text() for f in (room.folder / "sent").rglob("*.eml")]
    assert sum("/c/weekly-special" in each for each in sent) == 0


def test_a_link_is_ours_or_leads_nowhere(room: Newsroom, web: FlaskClient) -> None:
    (link, other) = links(room)
    parts, others = link.split("/"), other.split("/")
    wrong = [
        link[:-1],
        "/".join([*parts[:-2], others[-2], parts[-1]]),
        link.replace("/staff/", "/alumni/"),
        link.replace(ISSUE, "weekly-2026-01-19"),
        "/".join([*parts[:-2], "https:", "é"]),
    ]
    assert [web.get(each).status_code for each in wrong] == [404] * 5
    assert counts(room) == [0, 0]


def test_what_opens_nothing_is_not_counted(room: Newsroom, web: FlaskClient) -> None:
    link, _ = links(room)
    assert web.head(link).status_code == 302
    assert web.get(link, headers={"Sec-Purpose": "prefetch"}).status_code == 302
    assert counts(room) == [0, 0]
    answers = [web.get(link) for _ in range(3)]  # a second click at once is the first
    assert {a.headers["Cache-Control"] for a in answers} == {"no-store"}
    assert not any("Set-Cookie" in a.headers for a in answers)
    web.get(link, headers={"User-Agent": "another"})
    assert counts(room) == [2, 0]


def test_who_had_too_few_fellow_readers_is_in_no_figure(room: Newsroom, web: FlaskClient) -> None:
    for link in links(room, "alumni"):
        assert web.get(link).status_code == 302
    web.get(links(room)[0])
    found = room.open().clicks("weekly", by="section")
    assert found.too_small == 1
    assert found.whole
    assert (found.whole.clicks, found.whole.shown, found.whole.readers) == (1, 80, 40)
    assert [(g.name, g.clicks, g.shown) for g in found.groups] == [
        ("Europe", 1, 40),
        ("More", 0, 40),
    ]
    assert (found.issues, found.uncounted) == ((ISSUE,), 1)
    with closing(sqlite3.connect(room.folder / "digest.db")) as connection:
        columns = {row[1] for row in connection.execute("PRAGMA table_info(clicks)")}
    assert columns == {"issue", "segment", "article", "count"}


def test_a_reader_waits_for_nobody_who_writes_and_the_click_is_counted_later(
    room: Newsroom, web: FlaskClient
) -> None:
    first, second = links(room)
    with closing(sqlite3.connect(room.folder / "digest.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        begun = monotonic()
        assert web.get(first).status_code == 302
        assert monotonic() - begun < 10  # another writer waits for half a minute
        other.execute("ROLLBACK")
        assert counts(room) == [0, 0]
    web.get(second)
    assert counts(room) == [1, 1]


def test_the_command_and_the_page_say_the_same(
    room: Newsroom,
    web: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    web.get(links(room)[0])
    monkeypatch.chdir(room.folder)

    def run(*words: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main(["--now", NOW.isoformat(), "clicks", "weekly", *words])
        assert ended.value.code == 0
        return capsys.readouterr().out

    said = json.loads(run("--by", "tag", "--json"))
    assert said["least"] == 30
    assert [(g["name"], g["clicks"], g["share"]) for g in said["groups"]] == [
        ("European-Union", 1, 0.025),
        ("Transport", 0, 0.0),
    ]
    assert said["groups"][0]["low"] < 0.025 < said["groups"][0]["high"]
    assert "1 story of editions with fewer than 30 readers" in " ".join(run().split())
    for by in ("article", "section", "tag", "issue"):
        page = web.get(f"/laboratory/weekly/clicks?by={by}")
        assert page.status_code == 200
        plot = page.text[page.text.index('class="plot') : page.text.index("As a table")]
        table = page.text[page.text.index("As a table") :]
        assert plot.count("<circle") - 1 == table.count('<th scope="row">')  # one is the key's
    german = web.get("/laboratory/weekly/clicks?by=tag", headers={"Accept-Language": "de"})
    assert "2,5 %" in german.text
    assert web.get("/laboratory/weekly/clicks?by=reader").status_code == 409
    with pytest.raises(UsageError, match="--issues is 0"):
        room.open().clicks("weekly", 0)


def test_nothing_is_said_where_nothing_was_counted(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW)
    found = room.open().clicks("weekly")
    assert (found.issues, found.groups, found.whole) == ((), (), None)
    page = create_app(room.open(), None).test_client().get("/laboratory/weekly/clicks")
    assert "clicks: true" in page.text


def test_with_campaigns_nobody_could_count(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW, "clicks: true", "campaigns: 'listmonk://a:b@u.example/'")
    with pytest.raises(ConfigError, match=r"clicks: cannot be counted with campaigns"):
        read_config(room.folder / "feeds.yaml", {})
