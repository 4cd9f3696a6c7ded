"""The desk in a browser, as an editor uses it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom

pytestmark = pytest.mark.browser
ISSUE = "weekly-2026-01-12"


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


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    yield page
    page.close()


def test_an_editor_previews_rewords_and_approves(page: Page, address: str, room: Newsroom) -> None:
    page.goto(address)
    page.get_by_role("link", name="Open no. 1").click()
    proof = page.frame_locator("#proof")
    expect(proof.get_by_role("heading", name="The story of anna")).to_be_visible()

    words = page.locator("#w-intro")
    words.locator("summary").click()
    words.get_by_label("Introduction").fill("Dear colleagues, good morning.")
    words.get_by_label("Your name").fill("Ana")
    words.get_by_role("button", name="Save words").click()
    expect(proof.get_by_text("Dear colleagues, good morning.")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("Saved the introduction, in Staff only.")
    expect(words.get_by_label("Introduction")).to_be_visible()  # one goes on where one was

    page.get_by_role("button", name="Approve all 2 editions as Ana").click()
    expect(page.get_by_role("heading", name="Approved")).to_be_visible()
    assert room.open().issue(ISSUE).approved_by == "Ana"


def test_a_change_for_all_editions_is_taken_back(page: Page, address: str, room: Newsroom) -> None:
    page.goto(f"{address}/issues/{ISSUE}/alumni")
    proof = page.frame_locator("#proof")
    story = page.locator("li > details", has_text="The story of anna")
    story.locator("summary").first.click()
    story.get_by_label("all 2 editions").check()
    story.get_by_label("Headline").fill("Anna’s year")
    story.get_by_label("Your name").fill("Ana")
    story.get_by_role("button", name="Save words").click()
    expect(proof.get_by_role("heading", name="Anna’s year")).to_be_visible()
    assert [e.segment for e in room.open()._services.issues.edits(ISSUE)] == [None]

    page.get_by_role("button", name="Undo: Headline of The story of anna").click()

    expect(proof.get_by_role("heading", name="The story of anna")).to_be_visible()


def test_enter_saves_the_words_and_pins_nothing(page: Page, address: str, room: Newsroom) -> None:
    page.goto(f"{address}/issues/{ISSUE}/staff")
    story = page.locator("li > details", has_text="The story of anna")
    story.locator("summary").first.click()
    story.get_by_label("Headline").fill("Anna’s year")
    story.get_by_label("Summary").fill("It was long.")
    story.get_by_label("Your name").fill("Ana")
    story.get_by_role("textbox", name="Why", exact=True).press("Enter")

    expect(page.get_by_role("status")).to_contain_text(
        "Saved the headline and summary of “The story of anna”, in Staff only."
    )
    assert [e.verb for e in room.open()._services.issues.edits(ISSUE)] == ["title", "summary"]


def test_words_that_are_not_saved_are_asked_after(page: Page, address: str) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.goto(f"{address}/issues/{ISSUE}/staff")
    page.reload()
    assert asked == []

    intro, subject = page.locator("#w-intro"), page.locator("#w-subject")
    for words in (intro, subject):
        words.locator("summary").click()
    intro.get_by_label("Introduction").fill("Dear colleagues")
    subject.get_by_label("Your name").fill("Ana")
    subject.get_by_role("button", name="Save words").click()
    expect(intro.get_by_label("Introduction")).to_have_value("Dear colleagues")
    assert asked == ["beforeunload"]

    intro.get_by_label("Your name").fill("Ana")
    intro.get_by_role("button", name="Save words").click()
    expect(page.get_by_role("status")).to_contain_text("Saved the introduction")
    assert asked == ["beforeunload"]


def test_an_approval_over_an_error_needs_a_tick_and_a_reason(
    page: Page, address: str, room: Newsroom
) -> None:
    room.open().edit(ISSUE, [{"intro": "For Strategy-people"}], by="Ben")
    page.goto(f"{address}/issues/{ISSUE}/staff")
    part = page.locator("form", has_text="Pass over an error")
    approve = part.locator("[data-ready]")
    expect(approve).to_have_text("First mend the error, or tick it and say why")

    part.get_by_label("A planning label in print").check()
    expect(approve).to_have_text("Approve all 2 editions")
    part.get_by_label("Your name").fill("Ana")
    approve.click()
    assert room.open().issue(ISSUE).status == "draft"

    part.get_by_label("Reason").fill("It is the name of a show")
    approve.click()
    expect(page.get_by_role("heading", name="Approved")).to_be_visible()


def test_a_finding_opens_the_form_that_mends_it(page: Page, address: str, room: Newsroom) -> None:
    room.open().edit(ISSUE, [{"intro": "Come tomorrow."}], by="Ben")
    page.goto(f"{address}/issues/{ISSUE}/staff")
    page.get_by_role("link", name="intro", exact=True).first.click()

    expect(page.locator("#w-intro").get_by_label("Introduction")).to_be_visible()


def test_discarding_asks_first(page: Page, address: str, room: Newsroom) -> None:
    page.goto(f"{address}/issues/{ISSUE}/staff")
    part = page.locator(".discard")
    part.locator("summary").click()
    part.get_by_label("Your name").fill("Ana")
    part.get_by_role("button", name="Discard no. 1").click()
    assert room.open().issue(ISSUE).status == "draft"

    part.get_by_label("I am sure").check()
    part.get_by_role("button", name="Discard no. 1").click()

    expect(page.get_by_role("heading", name="Discarded")).to_be_visible()


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
    assert _folded(page) == 0


def _folded(page: Page) -> int:
    """Return how many lines of the text part the frame folds."""
    (frame,) = [f for f in page.frames if "/text" in f.url]
    return int(
        frame.evaluate(
            """() => {
                const pre = document.querySelector("pre");
                const whole = pre.cloneNode(true);
                whole.style.whiteSpace = "pre";
                pre.after(whole);
                return pre.offsetHeight - whole.offsetHeight;
            }"""
        )
    )


def test_an_editors_dark_screen_shows_the_edition_as_most_readers_see_it(
    browser: Browser, address: str
) -> None:
    page = browser.new_page(color_scheme="dark")
    page.goto(f"{address}/issues/{ISSUE}/staff")
    expect(page.frame_locator("#proof").locator("h1").first).to_be_visible()

    paper = _paper(page)

    page.close()
    assert paper > 3 * 230


def test_a_narrow_screen_shows_a_wide_edition_smaller(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{address}/issues/{ISSUE}/staff")
    page.get_by_role("button", name="800", exact=True).click()
    shown = page.locator("#proof").bounding_box()
    (frame,) = [f for f in page.frames if "/page" in f.url]
    inside = frame.evaluate("innerWidth")

    page.close()
    assert shown is not None
    assert shown["width"] <= 390
    assert inside >= 798  # its border aside


def _paper(page: Page) -> int:
    """Return how light the edition's paper is."""
    (frame,) = [f for f in page.frames if "/page" in f.url]
    colour = frame.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(int(part) for part in colour.removeprefix("rgb(").rstrip(")").split(",")[:3])


def test_a_segment_is_a_tab_and_an_article_left_out_can_be_added(page: Page, address: str) -> None:
    page.goto(f"{address}/issues/{ISSUE}/staff")
    page.get_by_role("link", name="Alumni").click()
    proof = page.frame_locator("#proof")
    expect(proof.get_by_role("heading", name="The story of cora")).to_be_visible()

    page.locator("summary", has_text="Left out").click()
    page.get_by_role("region", name="Left out").get_by_label("Your name").fill("Ana")
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


@pytest.mark.parametrize("width", [375, 390, 768, 1280, 1440])
@pytest.mark.parametrize("path", ["/", f"/issues/{ISSUE}/staff"])
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


def test_a_photograph_from_a_telephone_is_made_small_before_it_is_sent(
    page: Page, address: str, room: Newsroom, tmp_path: Path
) -> None:
    photograph = tmp_path / "IMG 1.png"
    Image.effect_noise((2400, 1800), 90).save(photograph)
    assert photograph.stat().st_size > 1_000_000
    page.goto(f"{address}/issues/{ISSUE}/staff")
    story = page.locator("#write")
    story.locator("summary").first.click()
    story.get_by_label("Headline").fill("A bridge")
    story.get_by_label("Picture", exact=True).set_input_files(photograph)
    story.get_by_label("What the picture shows").fill("A bridge at dusk")
    story.get_by_label("Your name").fill("Ben")
    story.get_by_role("button", name="Add the story").click()
    expect(page.get_by_text("Wrote “A bridge”")).to_be_visible()
    (made,) = (a for a in room.open().articles() if a.source == "editors")
    assert made.image is not None
    assert made.image.width == 1200
