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

from digest import findings, model, web
from digest.lint_rules import RULES
from digest.publisher.accounts import RIGHTS
from digest.web import phrases, proof, shown
from digest.web.app import create_app
from digest.web.desk.rights import _SAID, NEEDS
from digest.web.desk.shell import PLACES
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom
from tests.web.test_web import ISSUE, OWN

FOLDER = Path(web.__file__).parent
SHELL = ("bare", "base", "plots", "refused", "sorry")
PAGES = (
    "account",
    "audience",
    "back_issues",
    "calendar",
    "differences",
    "issue",
    "issue/add",
    "issue/article",
    "issue/changes",
    "issue/checks",
    "issue/corrections",
    "issue/editions",
    "readers",
    "issue/left",
    "issue/parts",
    "issue/todo",
    "issue/words",
    "laboratory/backtest",
    "laboratory/clicks",
    "laboratory/coverage",
    "laboratory/forecast",
    "laboratory/page",
    "log",
    "login",
    "sources",
    "team",
    "template_at_fault",
    "week",
    "why",
)
EXAMPLES = {"https://", "https://www.example.org/feed.xml", "name@example.org"}
GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}
KINDS = (
    "skip",
    "skip ended",
    "account added",
    "token added",
    "token revoked",
    "account removed",
    "rights changed",
    "password changed",
    "sign-in",
)


def catalogue() -> dict[str, str]:
    with (FOLDER / "locale" / "de.po").open("rb") as file:
        found = read_po(file)
    words: dict[str, str] = {}
    for each in found:
        if isinstance(each.id, str):
            words[each.id] = str(each.string)
        else:
            words |= dict(zip(each.id, each.string or (), strict=True))
    return words


def asked(name: str) -> Iterator[str]:
    """Yield what a template says by gettext."""
    with (FOLDER / "templates" / f"{name}.html").open("rb") as file:
        for _, _, said, _ in babel_extract(file, ["_", "ngettext"], [], {"encoding": "utf-8"}):
            yield from (said,) if isinstance(said, str) else filter(None, said or ())


@pytest.mark.parametrize("name", [*SHELL, *PAGES])
def test_no_word_of_a_page_stands_outside_of_the_catalogue(name: str) -> None:
    text = (FOLDER / "templates" / f"{name}.html").read_text()
    text = re.sub(
        r"{% block (place|kind) %}.*?{% endblock %}|<style>.*?</style>|<code>.*?</code>",
        " ",
        text,
        flags=re.DOTALL,
    )
    said = "".join(t for _, kind, t in Environment(autoescape=True).lex(text) if kind == "data")
    loose = re.findall(r'(?:aria-label|title|alt|placeholder)="([^"]*[A-Za-z][^"]*)"', said)

    assert {*re.findall(r"[A-Za-z]+", re.sub(r"<[^>]*>|&\w+;", " ", said))} <= {"digest", "eml"}
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
        *get_args(findings.Severity),
        *(word for said in shown._NEXT.values() for word in said),
        *(
            said
            for table in (
                *(shown._CHANGED, shown._DONE, shown._ACTED, shown._NOUNS, shown._WORDED),
                *(phrases._IN, phrases._OUT, proof.MODES),
            )
            for said in table.values()
        ),
        *(rule.title for rule in RULES.values()),
        *("added", "dropped", "moved", "reworded", "or", "with"),
    } - {""}
    words = catalogue()
    assert sorted(name for name in names if not words.get(name)) == []


def test_what_python_says_has_a_german_one() -> None:
    words = catalogue()
    said = set()
    asking = ("guard.py", "shown.py", "phrases.py")
    for file in [*(FOLDER / "desk").glob("*.py"), *(FOLDER / name for name in asking)]:
        said |= {*re.findall(r'\b(?:say|several|_refused)\(\s*"([^"]+)"', file.read_text())}
    assert len(said) > 6
    assert sorted(each for each in said if not words.get(each)) == []


def test_a_german_browser_meets_german(room: Newsroom) -> None:
    web = create_app(room.open(), None).test_client()
    for path in (
        "/",
        "/calendar",
        "/archive",
        "/sources",
        "/laboratory/weekly",
        "/laboratory/weekly/coverage",
        "/laboratory/weekly/backtest?weeks=2",
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
    calendar = web.get("/calendar", headers=GERMAN).text
    assert "Januar 2026" in calendar
    assert "07:00 GMT" in calendar
    assert "January 2026" in web.get("/calendar").text


def test_who_chooses_a_language_keeps_it_whatever_the_browser_says(room: Newsroom) -> None:
    web = create_app(room.open(), None).test_client()
    web.post("/account/language", data={"language": "en"}, headers=OWN)
    assert '<html lang="en">' in web.get("/", headers=GERMAN).text
    web.post("/account/language", data={"language": ""}, headers=OWN)
    assert '<html lang="de">' in web.get("/", headers=GERMAN).text
    assert web.post("/account/language", data={"language": "xx"}, headers=OWN).status_code == 409


@pytest.mark.parametrize("at", ["", "words", "checks", "changes", "editions", "left", "add"])
def test_each_part_of_an_issue_is_german(room: Newsroom, at: str) -> None:
    web = create_app(room.open(), None).test_client()
    page = web.get(f"/issues/{ISSUE}/staff?at={at}", headers=GERMAN).text
    assert '<html lang="de">' in page
    assert "Zu tun" in page
    assert "To do" not in page


def test_what_an_act_did_is_told_in_german_and_in_english(room: Newsroom) -> None:
    web = create_app(room.open(), None).test_client()
    path = f"/issues/{ISSUE}/staff"
    edit = {"verb": "intro", "value": "Dear all", "by": "Ana"}
    as_script = {**OWN, "Accept": "application/json"}

    said = web.post(f"{path}/edit", data=edit, headers={**as_script, **GERMAN}).get_json()["said"]
    undone = web.post(f"{path}/undo", data={}, headers={**as_script, **GERMAN}).get_json()["said"]

    assert said == "Einleitung gespeichert, in allen Fassungen."
    assert undone == "Rückgängig gemacht: Einleitung Dear all."
    assert "Einleitung Dear all" in web.get(f"{path}?at=changes", headers=GERMAN).text
    assert "Introduction Dear all" in web.get(f"{path}?at=changes").text


def test_the_issues_script_says_what_stands_in_the_page() -> None:
    script = (FOLDER / "static" / "issue.js").read_text()
    page = (FOLDER / "templates" / "issue.html").read_text()
    names = {*re.findall(r'^"(\w+)": _\("', page, re.MULTILINE)}
    assert {*re.findall(r'(?<!\w)say\("(\w+)"', script)} | {"over", "characters"} == names
    # no sentence stands in the script itself
    assert not re.findall(r"""(?<!// )["`'][A-Z][a-z]+ [a-z ]+[^"`']*["`']""", script)


def test_the_door_speaks_german_and_the_public_pages_their_own(tmp_path: Path) -> None:
    web = create_app(Newsroom(tmp_path, NOW).open(), "a password").test_client()
    assert "Ihr Name" in web.get("/login", headers=GERMAN).text
    assert "There is nothing here" in web.get("/view/x/y/z", headers=GERMAN).text


def test_refusals_and_findings_are_german(room: Newsroom) -> None:
    room.open().edit(ISSUE, [{"intro": "Come tomorrow."}], by="Ben")
    web = create_app(room.open(), None).test_client()
    form = {"verb": "add", "url": "elsewhere", "by": "Ana"}
    asked = {**OWN, **GERMAN, "Accept": "application/json"}
    path = f"/issues/{ISSUE}/staff"

    refused = web.post(f"{path}/edit", data=form, headers=asked).get_json()["said"]
    assert refused.startswith("'elsewhere' ist keine Webadresse")
    page = web.get(f"{path}?at=checks", headers=GERMAN).text
    assert "<p>„tomorrow“ stimmt am Tag des Versands nicht mehr;" in page
    assert ">Einleitung</a>" in page
    assert "will not be true" not in page
    page = web.post(f"{path}/discard", data={"by": "Ana"}, headers={**OWN, **GERMAN}).text
    assert "Bestätigen Sie mit dem Häkchen, dass Sie die Ausgabe verwerfen wollen." in page
