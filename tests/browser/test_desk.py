"""The desk in a browser, as an editor uses it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from digest.web.app import create_app
from tests.make import NOW
from tests.newsroom import Newsroom

pytestmark = pytest.mark.browser
ISSUE = "weekly-2026-01-12"


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, NOW)
    room.note("anna", "EU")
    room.note("bert", "Staff")
    room.note("cora", "Alumni")
    press = room.open()
    press.pull()
    press.draft("weekly")
    return room


@pytest.fixture
def address(room: Newsroom) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_app(room.open(), None), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    yield page
    page.close()


def test_an_editor_previews_rewords_and_approves(page: Page, address: str, room: Newsroom) -> None:
    page.goto(address)
    page.get_by_role("link", name="The story of anna").click()
    proof = page.frame_locator("#proof")
    expect(proof.get_by_role("heading", name="The story of anna")).to_be_visible()

    page.locator("summary", has_text="Introduction").click()
    page.get_by_label("Introduction").fill("Dear colleagues, good morning.")
    page.locator("details[open] button").click()
    expect(proof.get_by_text("Dear colleagues, good morning.")).to_be_visible()

    page.get_by_label("Your name").fill("Ana")
    page.get_by_role("button", name="Approve all").click()
    expect(page.get_by_role("heading", name="Approved")).to_be_visible()
    assert room.open().issue(ISSUE).approved_by == "Ana"


def test_the_preview_changes_its_width_darkness_and_part(page: Page, address: str) -> None:
    page.goto(f"{address}/issues/{ISSUE}/staff")
    frame = page.locator("#proof")
    for width in (320, 375, 600, 800):
        page.get_by_role("button", name=str(width), exact=True).click()
        expect(frame).to_have_css("width", f"{width}px")

    light = _paper(page)
    page.get_by_role("button", name="Dark").click()
    page.wait_for_function("document.querySelector('#proof').src.includes('dark=1')")
    expect(page.frame_locator("#proof").locator("h1").first).to_be_visible()
    assert _paper(page) < light

    page.get_by_role("button", name="Plain text").click()
    expect(page.frame_locator("#proof").locator("pre")).to_contain_text("anna")


def _paper(page: Page) -> int:
    """Return how light the edition's paper is."""
    (frame,) = [f for f in page.frames if "/page" in f.url]
    colour = frame.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(int(part) for part in colour.removeprefix("rgb(").rstrip(")").split(",")[:3])


def test_a_segment_is_a_tab_and_an_article_left_out_can_be_added(page: Page, address: str) -> None:
    page.goto(f"{address}/issues/{ISSUE}/staff")
    page.get_by_role("link", name="Alumni", exact=True).click()
    proof = page.frame_locator("#proof")
    expect(proof.get_by_role("heading", name="The story of cora")).to_be_visible()

    page.locator("summary", has_text="Left out").click()
    page.get_by_role("button", name="Add").first.click()

    expect(proof.get_by_role("heading", name="The story of bert")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", f"/issues/{ISSUE}/staff"])
def test_everyone_can_use_the_desk(browser: Browser, address: str, path: str, scheme: str) -> None:
    page = browser.new_page(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(address + path)
    for details in page.locator("details > summary").all():
        details.click()

    found = Axe().run(page, options={"iframes": False})
    serious = [v for v in found.response["violations"] if v["impact"] in {"serious", "critical"}]

    page.close()
    assert serious == [], [(v["id"], [n["html"] for n in v["nodes"]]) for v in serious]


@pytest.mark.parametrize("width", [375, 768, 1440])
def test_nothing_overflows(browser: Browser, address: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(f"{address}/issues/{ISSUE}/staff")

    wide = page.evaluate("document.documentElement.scrollWidth")

    page.close()
    assert wide <= width
