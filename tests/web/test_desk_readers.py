"""The desk shows the editions of readers who chose: the most common ones, and any reader's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from digest.web.app import create_app
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom
from tests.helpers.readers import DAILY, choose


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, NOW, DAILY)
    room.note("anna", "Climate")
    room.note("bert", "Ocean")
    for n in range(3):
        choose(room, f"c{n}@r.example", "Climate")
    choose(room, "o@r.example", "Ocean", "Climate")
    choose(room, "n@r.example", "Nothing")
    return room


def desk(room: Newsroom) -> FlaskClient:
    return create_app(room.open(), None).test_client()


def test_the_most_common_editions_stand_first_with_their_readers(room: Newsroom) -> None:
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue.id
    page = desk(room).get(f"/readers/{issue}").text
    rows = re.findall(
        r'<a href="[^"]*readers\.\w+[^"]*">([^<]+)</a>.*?<td class="number">(\d+)</td><td class="number">(\d+)',
        page,
        re.DOTALL,
    )
    assert rows == [("Climate", "3", "1"), ("Climate, Ocean", "1", "2")]
    assert "5 readers" in page
    assert "nothing new" in page
    name = re.search(r"/(readers\.\w+)", page)
    assert name is not None
    email = desk(room).get(f"/readers/{issue}/{name[1]}").text
    assert "The story of anna" in email
    assert "The story of bert" not in email


def test_any_reader_is_a_sample(room: Newsroom) -> None:
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue.id
    page = desk(room).get(f"/readers/{issue}?address=O@r.example").text
    assert "Climate, Ocean" in page
    assert "has not chosen" in desk(room).get(f"/readers/{issue}?address=x@r.example").text


def test_an_issue_that_only_readers_who_chose_want_is_approved_and_goes_out(
    room: Newsroom,
) -> None:
    file = room.folder / "feeds.yaml"
    file.write_text(file.read_text().replace("[staff, alumni]", "[alumni]"))
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    assert (issue.status, issue.editions) == ("draft", ())
    page = desk(room).get(f"/issues/{issue.id}").text
    assert "Readers who chose" in page
    press.approve(issue.id, by="Ana", content_hash=issue.content_hash)
    assert press.send(issue.id).sent == 4


def test_an_edition_is_read_in_the_browser_as_it_was_sent(room: Newsroom) -> None:
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    press.approve(issue.id, by="Ana")
    press.send(issue.id)
    file = next((room.folder / "sent").glob("c0@*"))
    link = re.search(
        r"https://u\.example(/v/\S+?/readers\.\w+/\w+)\s", file.read_text().replace("=\n", "")
    )
    assert link is not None
    page = desk(room).get(link[1])
    assert page.status_code == 200
    assert "The story of anna" in page.text
    assert "The story of bert" not in page.text
    assert desk(room).get(link[1][:-1] + "x").status_code == 404


def test_an_edition_is_shown_with_its_pictures(room: Newsroom) -> None:
    file = room.folder / "feeds.yaml"
    file.write_text(
        file.read_text().replace("publication:\n", "publication:\n  brand: {logo: logo.png}\n", 1)
    )
    logo = Path(__file__).parents[2] / "examples/images/logo.png"
    (room.folder / "logo.png").write_bytes(logo.read_bytes())
    press = room.open()
    press.pull()
    issue, client = press.draft("weekly").issue.id, desk(room)
    page = client.get(f"/readers/{issue}?address=o@r.example").text
    name = re.search(r"/(readers\.\w+)", page)
    assert name is not None
    email = client.get(f"/readers/{issue}/{name[1]}?address=o@r.example").text
    picture = re.search(rf'src="(/readers/{issue}/{name[1]}/[^"]+)"', email)
    assert picture is not None
    assert client.get(picture[1].replace("&amp;", "&")).mimetype == "image/png"
    assert client.get(f"/readers/{issue}/{name[1]}/other?address=o@r.example").status_code == 404
