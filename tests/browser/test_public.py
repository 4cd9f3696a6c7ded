"""What readers see, in a browser: legible, without a script, at the width of a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.helpers.make import NOW, WEEK
from tests.helpers.newsroom import Newsroom

pytestmark = pytest.mark.browser


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, NOW, "archive: staff")
    file = room.folder / "feeds.yaml"
    file.write_text(re.sub("title: (Staff|Alumni),", r"title: \1, open: true,", file.read_text()))
    room.subscribe(("s@u.example", "staff"))
    for name in ("anna", "bert"):
        room.note(name)
        press = room.open()
        press.pull()
        issue = press.draft("weekly").issue
        press.approve(issue.id, by="Ana")
        press.send(issue.id)
        room.now += WEEK
    return room


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 375, "height": 800})
    yield page
    page.close()


def test_every_public_page_can_be_read_by_all_and_fits(
    page: Page, address: str, room: Newsroom
) -> None:
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
    press = room.open()
    press.sign_up("weekly", "staff", "new@u.example")
    letter = next((room.folder / "sent").glob("new@*")).read_text()
    (confirm,) = re.findall(r"https://u\.example/(confirm/\S+)", letter)
    own = f"u/{press._services.audience.tokens(['s@u.example'])['s@u.example']}"
    for path in (
        "archive/weekly",
        "subscribe/weekly",
        confirm,
        own,
        f"{own}/preferences",
        "nothing",
    ):
        page.goto(f"{address}/{path}")
        for scheme, width in (("light", 375), ("dark", 1200)):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.set_viewport_size({"width": width, "height": 800})
            found = Axe().run(page)
            assert found.violations_count == 0, f"{path}: {found.generate_report()}"
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert [said for said in refused if "404" not in said] == []


def test_an_issue_of_the_archive_opens_as_it_was_sent(page: Page, address: str) -> None:
    page.goto(f"{address}/archive/weekly")
    page.get_by_role("link", name="The story of anna").click()

    assert page.get_by_role("heading", name="The story of anna").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_reader_chooses_and_pauses_by_keyboard(page: Page, address: str, room: Newsroom) -> None:
    (token,) = room.open()._services.audience.tokens(["s@u.example"]).values()
    page.goto(f"{address}/u/{token}")
    page.get_by_role("link", name="Change what you get, or pause").press("Enter")
    page.get_by_label("Your name").fill("Ana")
    page.get_by_label("Alumni").press("Space")
    page.get_by_label("Pause until").fill("2026-03-01")
    page.get_by_role("button", name="Save").press("Enter")

    expect(page.get_by_role("status")).to_contain_text("Nothing comes before March 1, 2026.")
    assert Axe().run(page).violations_count == 0
    (person,) = room.open().subscribers()
    assert (person.name, person.segments) == ("Ana", ("staff", "alumni"))


def test_what_is_wrong_in_a_form_is_read_out_beside_its_field(page: Page, address: str) -> None:
    page.goto(f"{address}/subscribe/weekly")
    page.get_by_label("Your email address").fill("nobody")
    page.get_by_role("button", name="Subscribe").click()

    expect(page.get_by_label("Your email address")).to_have_accessible_description(
        "Write an email address, such as name@example.org."
    )
    assert Axe().run(page).violations_count == 0
    page.get_by_label("Your email address").fill("new@u.example")
    page.get_by_label("Staff").check()
    page.get_by_role("button", name="Subscribe").click()
    expect(page.get_by_role("heading", name="Look into your inbox")).to_be_visible()


def test_an_issues_page_can_be_read_by_all(page: Page, address: str) -> None:
    # nothing runs on the page itself, axe neither
    page.set_content(page.request.get(f"{address}/archive/weekly/weekly-2026-01-12").text())
    found = Axe().run(page)

    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
