from __future__ import annotations

import re
from pathlib import Path

import feedparser
import pytest
from flask.testing import FlaskClient
from PIL import Image

from digest.web import archive
from digest.web.app import create_app
from tests.helpers.make import NOW, WEEK
from tests.helpers.newsroom import Newsroom

ISSUE = "weekly-2026-01-12"
INDEX, PAGE, FEED = "/archive/weekly", f"/archive/weekly/{ISSUE}", "/archive/weekly/feed.atom"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    room = Newsroom(
        tmp_path_factory.mktemp("made"), NOW, "archive: staff\narticles: {max: 2}\nimages: attach"
    )
    Image.new("RGB", (600, 300)).save(room.folder / "notes" / "anna.png")
    room.note("anna", "EU", "Strategy-people", image="anna.png", image_alt="Anna")
    for name in ("bert", "cora"):
        room.note(name, "Comms-strategy-2")
    room.subscribe(("s@u.example", "staff"))
    send(room)
    return room


@pytest.fixture
def room(made: Newsroom, tmp_path: Path) -> Newsroom:
    return made.copied(tmp_path)


def send(room: Newsroom) -> None:
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    press.approve(issue.id, by="Ana")
    press.send(issue.id)


@pytest.fixture
def web(room: Newsroom) -> FlaskClient:
    return create_app(room.open(), "a password").test_client()


def test_the_archive_lists_its_issues_and_each_is_a_page(web: FlaskClient) -> None:
    index = web.get(INDEX).text
    (link,) = re.findall(rf'href="({PAGE})"', index)
    page = web.get(link).text

    assert "January 12, 2026" in index
    assert "The story of anna" in page
    for said in (index, page, web.get(FEED).text, web.get(f"{PAGE}/more").text):
        assert "trategy" not in said
        assert "s@u.example" not in said
        assert "<script" not in said
        assert "/u/" not in said


def test_what_an_issues_page_names_is_there(web: FlaskClient) -> None:
    page = web.get(PAGE).text
    (more,) = re.findall(r'href="([^"]*/more)"', page)

    assert "The story of" in web.get(f"/archive/weekly/{more}").text
    pictures = re.findall(r'src="([^"]+)"', page)
    assert pictures
    for picture in pictures:
        assert web.get(f"/archive/weekly/{picture}").mimetype == "image/png"


def test_the_feed_names_each_issue_by_its_absolute_address(web: FlaskClient) -> None:
    answer = web.get(FEED)
    found = feedparser.parse(answer.data)

    assert answer.mimetype == "application/atom+xml"
    assert [each.link for each in found.entries] == [f"https://u.example{PAGE}"]
    assert "anna" in found.entries[0].title


@pytest.mark.parametrize("path", [INDEX, PAGE, f"{PAGE}/more", FEED, "/brand.css"])
def test_what_is_kept_is_asked_after_and_not_sent_again(web: FlaskClient, path: str) -> None:
    first = web.get(path)
    by_hash = web.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "public, max-age=300"
    assert (by_hash.status_code, by_hash.data) == (304, b"")
    if said := first.headers.get("Last-Modified"):
        assert web.get(path, headers={"If-Modified-Since": said}).status_code == 304
        stale = {"If-Modified-Since": said, "If-None-Match": '"another"'}
        assert web.get(path, headers=stale).status_code == 200


def test_nothing_runs_and_nothing_comes_from_elsewhere(web: FlaskClient) -> None:
    for path in (INDEX, f"{PAGE}/more", "/u/test"):
        policy = web.get(path).headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self';")
        assert "script" not in policy
    assert "sandbox" in web.get(PAGE).headers["Content-Security-Policy"]


def test_what_is_not_in_the_archive_is_not_there(room: Newsroom, web: FlaskClient) -> None:
    paths = ["/archive/nowhere", "/archive/nowhere/feed.atom", "/archive/weekly/x", f"{PAGE}/x"]
    paths += [f"{INDEX}?page={number}" for number in ("0", "2", "-1", "x", "²", "9" * 5000)]
    for path in paths:
        answer = web.get(path)
        assert answer.status_code == 404, path
        assert "weekly" not in answer.text

    room.configure()
    closed = create_app(room.open(), None).test_client()
    assert {closed.get(path).status_code for path in (INDEX, PAGE, FEED)} == {404}


def test_many_issues_are_on_pages(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_LISTED", 1)
    for name in ("dora", "emil"):
        room.now += WEEK
        room.note(name)
        send(room)
    web = create_app(room.open(), None).test_client()

    pages = [web.get(f"{INDEX}?page={number}").text for number in (1, 2, 3)]

    for name, text in zip(("emil", "dora", "anna"), pages, strict=True):
        assert f"The story of {name}" in text
    assert [text.count("<li>") for text in pages] == [1, 1, 1]
    assert [("Newer" in text, "Older" in text) for text in pages] == [
        (False, True),
        (True, True),
        (True, False),
    ]


def test_a_page_of_an_issue_leads_to_the_others(room: Newsroom) -> None:
    for name in ("dora", "emil"):
        room.now += WEEK
        room.note(name)
        send(room)
    web = create_app(room.open(), None).test_client()
    pages = [f"/archive/weekly/weekly-2026-01-{day}" for day in (12, 19, 26)]
    links = [
        dict(reversed(found) for found in re.findall(r'<a href="([^"]+)" rel="(\w+)"', page))
        for page in (web.get(path).text for path in pages)
    ]

    assert links == [
        {"next": "weekly-2026-01-19"},
        {"prev": "weekly-2026-01-12", "next": "weekly-2026-01-26"},
        {"prev": "weekly-2026-01-19"},
    ]
    for path in pages:
        assert f'<a href="{INDEX}">All issues</a>' in web.get(path).text


def test_a_page_that_has_a_newer_one_since_is_sent_again(room: Newsroom, web: FlaskClient) -> None:
    before = web.get(PAGE).headers
    room.now += WEEK
    room.note("dora")
    send(room)
    later = create_app(room.open(), None).test_client()

    for name, of in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")):
        assert later.get(PAGE, headers={name: before[of]}).status_code == 200


@pytest.mark.parametrize("path", [INDEX, PAGE, f"{PAGE}/more"])
def test_a_page_says_its_one_address(web: FlaskClient, path: str) -> None:
    found = re.findall(r'<link rel="canonical" href="([^"]+)">', web.get(f"{path}?from=mail").text)

    assert found == [f"https://u.example{path}"]


def test_search_engines_list_the_archive_and_no_page_of_a_readers(web: FlaskClient) -> None:
    said = {path: web.get(path).headers.get("X-Robots-Tag") for path in (INDEX, PAGE, "/u/test")}

    assert said == {INDEX: None, PAGE: None, "/u/test": "noindex"}


def test_the_pages_have_the_publications_colours_and_logo(room: Newsroom) -> None:
    file = room.folder / "feeds.yaml"
    Image.new("RGB", (80, 40)).save(room.folder / "logo.png")
    brand = 'brand: {colour: "#ffee00", logo: logo.png, font: "Source Sans 3; } x"}'
    file.write_text(file.read_text().replace("  url:", f"  {brand}\n  url:", 1))
    web = create_app(room.open(), None).test_client()

    sheet = web.get("/brand.css").text

    assert "--accent: light-dark(#" in sheet
    assert (
        "#ffee00" not in sheet.split("light-dark", 6)[6].split(",")[0]
    )  # none can read it on white
    assert "font-family: Source Sans 3" in sheet
    assert sheet.count("}") == 2
    assert web.get("/brand/logo").mimetype == "image/png"
    assert 'src="/brand/logo"' in web.get(INDEX).text


def test_without_a_logo_beside_the_configuration_none_is_shown(web: FlaskClient) -> None:
    assert web.get("/brand/logo").status_code == 404
    assert "<img" not in web.get(INDEX).text
