"""What readers see, in a browser: legible, without a script, at the width of a phone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from digest.web.app import create_app
from tests.helpers.make import NOW, WEEK
from tests.helpers.newsroom import Newsroom

pytestmark = pytest.mark.browser


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, NOW, "archive: staff")
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
def address(room: Newsroom) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_app(room.open(), None), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=[("light", 375), ("dark", 375), ("light", 1200), ("dark", 1200)])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    scheme, width = request.param
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 800})
    yield page
    page.close()


PAGES = ("archive/weekly",)


def test_every_public_page_can_be_read_by_all_and_fits(page: Page, address: str) -> None:
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
    for path in PAGES:
        page.goto(f"{address}/{path}")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert refused == []


def test_an_issue_of_the_archive_opens_as_it_was_sent(page: Page, address: str) -> None:
    page.goto(f"{address}/archive/weekly")
    page.get_by_role("link", name="The story of anna").click()

    assert page.get_by_role("heading", name="The story of anna").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
