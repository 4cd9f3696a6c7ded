"""The desk in a browser, as an editor uses it."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom

pytestmark = pytest.mark.browser


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, NOW)
    room.note("anna", "EU")
    room.note("bert", "Staff", summary="m " * 90)  # lines as long as they get
    room.note("cora", "Alumni")
    press = room.open()
    press.pull()
    press.draft("weekly")
    return room


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/"])
def test_everyone_can_use_the_desk(browser: Browser, address: str, path: str, scheme: str) -> None:
    page = browser.new_page(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(address + path)
    for details in page.locator("details > summary").all():
        details.click()

    found = Axe().run(page, options={"iframes": False})
    serious = [v for v in found.response["violations"] if v["impact"] in {"serious", "critical"}]

    page.close()
    assert serious == [], [(v["id"], [n["html"] for n in v["nodes"]]) for v in serious]


@pytest.mark.parametrize("width", [375, 390, 768, 1280, 1440])
@pytest.mark.parametrize("path", ["/"])
@pytest.mark.parametrize("name", ["", "Ana"])
def test_nothing_overflows(
    browser: Browser, address: str, path: str, width: int, name: str
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    if name:
        page.request.post(f"{address}/name", form={"by": name}, headers={"Origin": address})
    page.goto(address + path)

    expect(page.locator(".who summary")).to_have_text(
        f"At the desk: {name}" if name else "Who is here?"
    )
    wide = page.evaluate("document.documentElement.scrollWidth")

    page.close()
    assert wide <= width
