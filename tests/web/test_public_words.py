"""The public pages and the letter speak the publication's language, and nothing else."""

from __future__ import annotations

import re
import shutil
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import Environment

from digest.web import public
from digest.web.app import create_app
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom

PAGES = Path(public.__file__).parent / "templates"
PSEUDO = Path(__file__).parents[1] / "helpers" / "pseudo"
NAMES = (
    "archive",
    "around_head",
    "around_nav",
    "asked",
    "choosing",
    "confirm",
    "more",
    "nothing",
    "preferences",
)
PUBLIC = (*NAMES, "public", "subscribe", "unsubscribe")


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, NOW, "archive: staff\narticles: {max: 1}")
    for name in ("anna", "bert"):
        room.note(name)
    speak(room, "de-AT")
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    press.approve(issue.id, by="Ana")
    room.subscribe(("r@u.example", "staff"))
    press.send(issue.id)
    return room


def speak(room: Newsroom, language: str) -> None:
    file = room.folder / "feeds.yaml"
    text = file.read_text().replace("title: Staff,", "title: Staff, open: true,")
    file.write_text(text.replace("  name: Northgate", f"  language: {language}\n  name: Northgate"))


def app(room: Newsroom) -> tuple[Flask, FlaskClient]:
    made = create_app(room.open(), "a password")
    return made, made.test_client()


@pytest.mark.parametrize("name", PUBLIC)
def test_no_word_of_a_page_stands_outside_of_the_catalogue(name: str) -> None:
    said, inside = "", False
    for _, kind, text in Environment(autoescape=True).lex((PAGES / f"{name}.html").read_text()):
        if kind == "name" and text in {"trans", "endtrans"}:
            inside = text == "trans"
        if kind == "data" and not inside:
            said += text
    words = re.sub(r"<style>.*?</style>", " ", said, flags=re.DOTALL)
    shown = re.findall(r'(?:aria-label|title|alt|placeholder)="[^"]*[A-Za-z]', words)

    classes = {"slip", "broad"}
    assert {*re.findall(r"[A-Za-z]+", re.sub(r"<[^>]*>", " ", words))} <= classes
    assert shown == []


def test_a_reader_meets_german_from_the_form_to_the_last_page(room: Newsroom) -> None:
    made, web = app(room)
    form = web.get("/subscribe/weekly").text
    assert '<html lang="de-AT" dir="ltr">' in form
    assert "This week abonnieren" in form
    assert "Schreiben Sie eine E-Mail-Adresse" in web.post("/subscribe/weekly").text
    asked = web.post("/subscribe/weekly", data={"address": "n@u.example", "segment": "staff"}).text
    assert "innerhalb von 7 Tagen" in asked
    made.config["INTAKE"].later._pool.shutdown()
    (file,) = (room.folder / "sent").glob("n@*")
    letter = file.read_text()
    parsed = message_from_bytes(file.read_bytes(), policy=default)
    assert parsed["Subject"] == "Bitte bestätigen: This week"
    assert "Wenn Sie das nicht waren" in parsed.get_content()
    (link,) = re.findall(r"https://u\.example(/confirm/\S+)", letter)
    assert "Ja, abonnieren" in web.get(link).text
    assert "Sie sind angemeldet" in web.post(link).text
    assert "Dieser Link gilt nicht mehr" in web.get(link).text
    own = f"/u/{room.open()._services.audience.tokens(['n@u.example'])['n@u.example']}"
    saved = web.post(f"{own}/preferences", data={"until": "2026-02-01"}).text
    assert "Vor dem 1. Februar 2026 kommt nichts." in saved
    assert "Schreiben Sie den Tag" in web.post(f"{own}/preferences", data={"until": "x"}).text
    assert "Pausieren Sie bis" in web.post(f"{own}/preferences", data={"until": "2020-01-01"}).text
    assert "Keine E-Mails mehr?" in web.get(own).text
    assert "Sie erhalten keine E-Mails mehr" in web.post(own).text
    assert "12. Jänner 2026" in web.get("/archive/weekly").text
    assert "Mehr aus dieser Ausgabe" in web.get("/archive/weekly/weekly-2026-01-12/more").text
    assert "Alle Ausgaben" in web.get("/archive/weekly/weekly-2026-01-12").text
    assert "Hier ist nichts" in web.get("/archive/x").text


def test_a_language_without_words_reads_english_and_says_so(room: Newsroom) -> None:
    room.configure("archive: staff")
    speak(room, "nl")
    page = app(room)[1].get("/archive/weekly").text

    assert '<html lang="en" dir="ltr">' in page
    assert '<ol class="issues" lang="nl">' in page
    assert "12 januari 2026" in page


def test_a_projects_own_words_turn_the_page_round(room: Newsroom) -> None:
    shutil.copytree(PSEUDO, room.folder / "templates" / "email")
    room.configure("archive: staff")
    speak(room, "ar")
    page = app(room)[1].get("/subscribe/weekly").text

    assert '<html lang="ar" dir="rtl">' in page
    text = re.sub(r"<[^>]*>|&[a-z]+;", " ", page.partition("<body>")[2])
    assert {*re.findall(r"[A-Za-z]+", text)} == {"Northgate", "This", "week", "Staff"}


def test_what_a_projects_catalogue_lacks_is_taken_from_the_shipped_one(room: Newsroom) -> None:
    own = room.folder / "templates" / "email" / "_locale"
    own.mkdir(parents=True)
    (own / "de.po").write_text('msgid "Subscribe"\nmsgstr "Hol es dir"\n')
    page = app(room)[1].get("/subscribe/weekly").text

    assert ">Hol es dir</button>" in page
    assert "Ihre E-Mail-Adresse" in page
