"""The desk in a browser, as an editor uses it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import served
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom

pytestmark = pytest.mark.browser
PLACES = (
    "/",
    "/calendar",
    "/archive?q=story",
    "/sources",
    "/audience?address=s@u.example",
    "/log",
    "/team",
    "/laboratory/weekly",
    "/laboratory/weekly/coverage",
    "/laboratory/weekly/backtest?weeks=3&max=1",
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve one desk for all: nothing here changes it."""
    room = Newsroom(tmp_path_factory.mktemp("desk"), NOW)
    room.note("anna", "EU")
    room.note("bert", "Staff", summary="m " * 90)  # lines as long as they get
    room.note("cora", "Alumni")
    press = room.open()
    press.pull()
    press.approve(press.draft("weekly").issue.id, by="Ana")
    with served(room) as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    yield page
    page.close()


@pytest.mark.parametrize("path", PLACES)
def test_everyone_can_use_the_desk(page: Page, address: str, path: str) -> None:
    page.goto(address + path)
    # by word and not by mouse: what opens may cover the next
    page.evaluate("document.querySelectorAll('details').forEach(each => (each.open = true))")
    colours = {"runOnly": {"type": "tag", "values": ["cat.color"]}}  # all else is the same in dark
    for scheme, rules in (("light", {}), ("dark", colours)):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        found = Axe().run(page, options={"iframes": False, **rules}).response["violations"]
        assert found == [], [(scheme, v["id"], [n["html"] for n in v["nodes"]]) for v in found]


@pytest.mark.parametrize("name", ["", "Ana"])
def test_nothing_overflows(page: Page, address: str, name: str) -> None:
    if name:
        page.request.post(f"{address}/name", form={"by": name}, headers={"Origin": address})
    page.goto(address)
    expect(page.locator(".who summary")).to_have_text(
        f"At the desk: {name}" if name else "Who is here?"
    )

    for width in (375, 390, 768, 1280, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", PLACES)
def test_a_place_fits_a_phone_and_keeps_its_bar_in_sight(
    page: Page, address: str, path: str
) -> None:
    page.set_viewport_size({"width": 375, "height": 700})
    page.goto(address + path)
    for details in page.locator("main details > summary").all():
        details.click()
    bar = page.get_by_role("navigation", name="Places").bounding_box()

    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    assert bar is not None
    assert bar["y"] + bar["height"] == 700


def test_the_places_are_reached_by_keys(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.get_by_role("link", name="Archive").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Archive")
    expect(page.get_by_role("link", name="Archive")).to_have_attribute("aria-current", "page")
