"""The desk speaks English and German: no word of its pages stands outside of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment
from jinja2.ext import babel_extract

from digest import model, web
from digest.publisher.accounts import RIGHTS
from digest.web import shown
from digest.web.app import create_app
from digest.web.desk.rights import _SAID, NEEDS
from digest.web.desk.shell import PLACES
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom
from tests.web.test_web import ISSUE, OWN, room

__all__ = ["room"]
FOLDER = Path(web.__file__).parent
SHELL = ("bare", "base", "plots", "refused", "sorry")
PAGES = (
    "account",
    "audience",
    "back_issues",
    "calendar",
    "log",
    "login",
    "sources",
    "team",
    "week",
)
EXAMPLES = {"https://", "https://www.example.org/feed.xml", "name@example.org"}
GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}
KINDS = ("account added", "account removed", "rights changed", "password changed", "sign-in")


def catalogue() -> dict[str, str]:
    with (FOLDER / "locale" / "de.po").open("rb") as file:
        found = read_po(file)
    words: dict[str, str] = {}
    for each in found:
        ids, said = ([x] if isinstance(x, str) else [*x] for x in (each.id, each.string))
        words |= dict(zip(ids, said, strict=True))
    return words


def asked(name: str) -> Iterator[str]:
    """Yield what a template says by gettext."""
    with (FOLDER / "templates" / f"{name}.html").open("rb") as file:
        for _, _, said, _ in babel_extract(file, ["_", "ngettext"], [], {"encoding": "utf-8"}):
            yield from (said,) if isinstance(said, str) else filter(None, said or ())


@pytest.mark.parametrize("name", [*SHELL, *PAGES])
def test_no_word_of_a_page_stands_outside_of_the_catalogue(name: str) -> None:
    text = (FOLDER / "templates" / f"{name}.html").read_text()
    text = re.sub(r"{% block (place|kind) %}.*?{% endblock %}|<code>.*?</code>", " ", text)
    said = "".join(t for _, kind, t in Environment(autoescape=True).lex(text) if kind == "data")
    loose = re.findall(r'(?:aria-label|title|alt|placeholder)="([^"]*[A-Za-z][^"]*)"', said)

    assert {*re.findall(r"[A-Za-z]+", re.sub(r"<[^>]*>|&\w+;", " ", said))} <= {"digest"}
    assert {*loose} <= EXAMPLES


@pytest.mark.parametrize("name", [*SHELL, *PAGES, "parts"])
def test_every_word_of_a_page_has_a_german_one(name: str) -> None:
    words = catalogue()
    assert [each for each in asked(name) if not words.get(each)] == []


def test_every_name_that_the_desk_says_has_a_german_one() -> None:
    names = {
        *get_args(model.Status),
        *get_args(model.DeliveryState),
        *get_args(model.ActKind),
        *(word for step in shown.STEPS.values() for word in step),
        *(label for _, label in PLACES),
        *(need.log for need in NEEDS.values() if "{" not in need.log),
        *RIGHTS,
        *_SAID.values(),
        *KINDS,
    } - {""}
    words = catalogue()
    assert sorted(name for name in names if not words.get(name)) == []


def test_what_python_says_has_a_german_one() -> None:
    words = catalogue()
    said = set()
    for file in [*(FOLDER / "desk").glob("*.py"), FOLDER / "guard.py"]:
        said |= {*re.findall(r'\b(?:say|_refused)\(\s*"([^"]+)"', file.read_text())}
    assert len(said) > 6
    assert sorted(each for each in said if not words.get(each)) == []


def test_a_german_browser_meets_german(room: Newsroom) -> None:
    web = create_app(room.open(), None).test_client()
    for path in (
        "/",
        "/calendar",
        "/archive",
        "/sources",
        "/audience",
        "/account",
        "/team",
        "/log",
    ):
        page = web.get(path, headers=GERMAN).text
        assert '<html lang="de">' in page
        assert "Zum Inhalt" in page
        assert "Skip to the page" not in page
    assert '<html lang="en">' in web.get("/").text


def test_days_and_numbers_are_written_as_in_the_language(room: Newsroom) -> None:
    room.subscribe(*((f"r{n}@u.example", "staff") for n in range(1_001)))
    web = create_app(room.open(), None).test_client()

    assert re.search(r"\b1\.00\d in", web.get("/", headers=GERMAN).text)
    assert re.search(r"\b1,00\d in", web.get("/").text)
    assert "Januar 2026" in web.get("/calendar", headers=GERMAN).text
    assert "January 2026" in web.get("/calendar").text


def test_who_chooses_a_language_keeps_it_whatever_the_browser_says(room: Newsroom) -> None:
    web = create_app(room.open(), None).test_client()
    web.post("/account/language", data={"language": "en"}, headers=OWN)
    assert '<html lang="en">' in web.get("/", headers=GERMAN).text
    web.post("/account/language", data={"language": ""}, headers=OWN)
    assert '<html lang="de">' in web.get("/", headers=GERMAN).text
    assert web.post("/account/language", data={"language": "xx"}, headers=OWN).status_code == 409


def test_the_issues_page_says_that_its_words_are_english(room: Newsroom) -> None:
    web = create_app(room.open(), None).test_client()
    page = web.get(f"/issues/{ISSUE}/staff", headers=GERMAN).text
    assert re.search(r'<main id="main"[^>]* lang="en"', page)


def test_the_door_speaks_german_and_the_public_pages_their_own(tmp_path: Path) -> None:
    web = create_app(Newsroom(tmp_path, NOW).open(), "a password").test_client()
    assert "Ihr Name" in web.get("/login", headers=GERMAN).text
    assert "There is nothing here" in web.get("/view/x/y/z", headers=GERMAN).text
