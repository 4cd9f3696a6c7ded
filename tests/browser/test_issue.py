"""The issue's page in a browser, as its editors use it."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from digest.model import Issue
from digest.web.app import create_app
from tests.browser.conftest import listening, served
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom

pytestmark = pytest.mark.browser
ISSUE = "weekly-2026-01-12"
NAMES = ("anna", "bert", "dora")
HOSTILE = (
    "<script>document.title = 'owned'</script> \u202eevil\u202c קול <img src=x onerror=alert(1)>"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    room = Newsroom(tmp_path_factory.mktemp("made"), NOW, newsletter="test_to: [ana@u.example]")
    for name in NAMES:
        room.note(name, "Staff")
    room.note("cora", "Alumni", title=f'"{HOSTILE}"')
    room.subscribe(("s@u.example", "staff"))
    press = room.open()
    press.pull()
    press.draft("weekly")
    return room


@pytest.fixture
def room(made: Newsroom, tmp_path: Path) -> Newsroom:
    return made.copied(tmp_path)


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    page = _desk(browser, address, "Ana")
    yield page
    page.close()


def _named(browser: Browser, address: str, name: str) -> Page:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.request.post(f"{address}/name", form={"by": name}, headers={"Origin": address})
    return page


def _desk(browser: Browser, address: str, name: str, path: str = "staff") -> Page:
    page = _named(browser, address, name)
    page.goto(f"{address}/issues/{ISSUE}/{path}")
    page.wait_for_selector("main[data-ready]")
    return page


def _rows(page: Page) -> list[str]:
    return [
        each.removeprefix("The story of ")
        for each in page.locator("[data-article] > a").all_inner_texts()
    ]


def _printed(room: Newsroom, segment: str = "staff") -> list[str]:
    edition = next(e for e in room.open().issue(ISSUE).editions if e.segment == segment)
    return [a.title.removeprefix("The story of ") for a in edition.articles]


def _row(name: str) -> str:
    return f"[data-article]:has-text('The story of {name}')"


def test_the_order_is_the_editors_by_mouse_by_keys_and_taken_back(
    page: Page, room: Newsroom
) -> None:
    first, second, third = _rows(page)
    page.drag_and_drop(_row(third), _row(second), target_position={"x": 40, "y": 3})
    expect(page.locator("#toast")).to_contain_text("to place 2")
    assert _printed(room) == [first, third, second]

    page.locator(_row(second)).locator("a").focus()
    with page.expect_response("**/edit"):
        page.keyboard.press("Shift+ArrowUp")
    expect(page.locator("[data-article] > a").nth(1)).to_contain_text(second)
    assert _printed(room) == [first, second, third]

    page.get_by_role("button", name="Undo: Moved").click()
    expect(page.locator("[data-article] > a").nth(1)).to_contain_text(third)
    page.locator(_row(third)).locator("a").focus()
    page.keyboard.press("y")
    expect(page.locator("[data-article] > a").nth(1)).to_contain_text(second)
    assert _printed(room) == [first, second, third]

    page.locator(_row(first)).locator("a").focus()
    page.keyboard.press("Shift+ArrowUp")
    expect(page.locator("#toast")).to_contain_text("to place 1 in Europe")
    expect(page.get_by_role("region", name="Europe").locator("[data-article]")).to_have_count(1)
    page.keyboard.press("m")
    expect(page.get_by_label("Section")).to_be_focused()
    page.keyboard.press("M")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Europe").locator("[data-article]")).to_have_count(0)


def test_quick_clicks_on_an_arrow_are_all_for_the_row_that_was_meant(
    page: Page, room: Newsroom
) -> None:
    first, second, third = _rows(page)
    page.locator(_row(third)).hover()
    arrow = page.locator(_row(third)).get_by_role("button", name="Up:")
    box = arrow.bounding_box()
    assert box is not None
    for _ in range(2):
        page.mouse.click(box["x"] + 5, box["y"] + 5)
    expect(page.locator("[data-article] > a").first).to_contain_text(third)
    expect(page.locator("body")).not_to_have_attribute("aria-busy", "true")
    assert _printed(room) == [third, first, second]

    page.locator(_row(third)).hover()
    page.locator(_row(third)).get_by_role("button", name="Up:").click()
    expect(page.locator("#toast")).to_contain_text("to place 1 in Europe")


def test_hide_and_delay_take_one_act_each_and_the_email_follows_in_its_place(
    page: Page, room: Newsroom
) -> None:
    proof = page.frame_locator("#proof")
    expect(proof.get_by_role("heading", name="The story of anna")).to_be_visible()
    (frame,) = [f for f in page.frames if "/page" in f.url]
    frame.evaluate("window.mark = 1; document.body.style.minHeight = '3000px'; scrollTo(0, 200)")

    page.locator(_row("anna")).hover()
    page.get_by_role("button", name="Hide: The story of anna").click()

    expect(proof.get_by_role("heading", name="The story of anna")).to_have_count(0)
    assert "anna" not in _printed(room)
    (frame,) = [f for f in page.frames if "/page" in f.url]
    assert frame.evaluate("window.mark") == 1  # it was not loaded anew
    page.locator(_row("bert")).locator("a").focus()
    page.keyboard.press("d")
    expect(page.locator("[data-article]")).to_have_count(1)


def test_words_are_saved_where_they_stand_and_shown_at_once(page: Page, room: Newsroom) -> None:
    page.locator(_row("anna")).locator("a").click()
    page.get_by_label("Headline").fill("Anna’s year")
    expect(page.locator(".said", has_text="Headline").locator(".count")).to_contain_text("11 char")
    expect(page.frame_locator("#proof").get_by_role("heading", name="Anna’s year")).to_be_visible()
    assert "Anna’s year" in _printed(room)

    page.locator("[data-focus=subject]").click()
    expect(page.locator("[data-field=subject]")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type(" today")
    expect(page.locator(".phone [data-live=subject]")).to_contain_text(" today")
    expect(page.locator("#inbox")).to_contain_text(" today")
    expect(page.locator("[data-field=subject]")).to_be_focused()  # one goes on where one was


def test_a_click_in_the_email_selects_the_story(page: Page) -> None:
    page.frame_locator("#proof").get_by_role("link", name="The story of bert").click()

    expect(page.get_by_label("Headline")).to_have_value("The story of bert")


def test_a_test_goes_out_and_the_issue_is_sent_back_and_approved(
    page: Page, browser: Browser, address: str, room: Newsroom
) -> None:
    page.locator("summary", has_text="Send a test").click()
    page.get_by_role("button", name="Send the test").click()
    expect(page.locator("#toast")).to_contain_text("1 test email to ana@u.example")
    (email,) = [*(room.folder / "sent").rglob("*.eml")]
    assert b"Subject: [Test]" in email.read_bytes()

    page.locator("summary", has_text="Send it back").click()
    page.get_by_label("What is to be done").fill("Anna first, please")
    page.get_by_role("button", name="Send it back").click()
    expect(page.locator("#news")).to_contain_text("Sent back by Ana")

    other = _desk(browser, address, "Ben")
    expect(other.locator("#news")).to_contain_text("Anna first, please")
    other.get_by_role("button", name="Approve all 2 editions as Ben").click()
    expect(other.get_by_role("heading", name="Approved")).to_be_visible()
    expect(other.locator("#news")).not_to_contain_text("Anna first")
    other.close()
    assert room.open().issue(ISSUE).approved_by == "Ben"


def test_two_editors_see_each_other_and_lose_nothing(
    page: Page, browser: Browser, address: str, room: Newsroom
) -> None:
    other = _desk(browser, address, "Ben")
    for each in (page, other):
        each.locator(_row("anna")).locator("a").click()
        expect(each.get_by_label("Headline")).to_be_visible()
    other.locator(_row("bert")).hover()
    other.get_by_role("button", name="Hide: The story of bert").click()
    expect(page.locator("[data-article]")).to_have_count(2, timeout=8000)

    page.route("**/state.json", lambda route: route.abort())
    room.open().edit(ISSUE, [{"title": _id(page), "text": "Cleo’s words"}], by="Cleo")
    page.get_by_label("Headline").fill("Ana’s words")
    trouble = page.locator(".trouble")
    expect(trouble).to_contain_text("Cleo changed this while you were at it")
    expect(trouble.locator("blockquote")).to_have_text("Cleo’s words")
    expect(page.get_by_label("Headline")).to_have_value("Ana’s words")
    page.unroute("**/state.json")
    (last,) = {*_ids(page)} - {_id(page)}
    room.open().edit(ISSUE, [{"hide": last}], by="Cleo")
    expect(page.locator("[data-article]")).to_have_count(1, timeout=8000)
    assert "Ana’s words" not in _printed(room)
    trouble.get_by_role("button", name="Use mine").click()
    expect(page.locator("[data-article] > a").first).to_contain_text("Ana’s words")
    assert "Ana’s words" in _printed(room)
    other.close()


def _ids(page: Page) -> list[str]:
    return [str(row.get_attribute("data-article")) for row in page.locator("[data-article]").all()]


def _id(page: Page) -> str:
    return str(page.locator("#panel [name=article]").first.get_attribute("value"))


def test_an_expired_session_keeps_the_words(browser: Browser, room: Newsroom) -> None:
    press = room.open()
    with listening(create_app(press, "a long password")) as address:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{address}/login")
        page.get_by_label("Password").fill("a long password")
        page.get_by_label("name").fill("Ana")
        page.get_by_role("button").click()
        page.goto(f"{address}/issues/{ISSUE}/staff?at=words")
        page.wait_for_selector("main[data-ready]")
        press.end_old_sessions("another")
        page.locator("[data-field=subject]").fill("A subject to keep")

        expect(page.locator(".trouble")).to_contain_text("Your session is over")
        expect(page.locator("[data-field=subject]")).to_have_value("A subject to keep")
        door = context.new_page()
        door.goto(f"{address}/login")
        door.get_by_label("Password").fill("a long password")
        door.get_by_label("name").fill("Ana")
        door.get_by_role("button").click()
        page.get_by_role("button", name="Try again").click()
        expect(page.locator("#inbox")).to_contain_text("A subject to keep")
        context.close()


def test_a_lost_connection_keeps_the_words(page: Page) -> None:
    page.locator("[data-focus=subject]").click()
    page.context.set_offline(True)
    page.locator("[data-field=subject]").fill("A subject to keep")
    expect(page.locator(".trouble")).to_contain_text("There is no connection")
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#inbox")).to_contain_text("A subject to keep")


def test_a_key_right_after_a_click_is_that_storys(page: Page, room: Newsroom) -> None:
    first, second, third = _rows(page)
    for name, key in ((third, "p"), (second, "h")):
        page.locator(_row(name)).locator("a").click()
        page.keyboard.press(key)

    expect(page.locator(_row(second))).to_have_count(0)
    expect(page.locator("[data-article] > a").first).to_contain_text(third)
    expect(page.locator("body")).not_to_have_attribute("aria-busy", "true")
    assert _printed(room) == [third, first]


def test_a_slow_desk_loses_no_word_and_no_act(browser: Browser, room: Newsroom) -> None:
    app = create_app(room.open(), None)
    slow = threading.Event()

    def late(environ: WSGIEnvironment, respond: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"].endswith("/edit"):
            slow.wait(5)
        return app(environ, respond)

    with listening(late) as address:
        page = _desk(browser, address, "Ana")
        first, _, third = _rows(page)
        page.locator(_row(first)).locator("a").click()
        headline = page.get_by_role("textbox", name="Headline")
        with page.expect_request("**/edit"):
            headline.fill("A year")
        expect(page.locator("body")).to_have_attribute("aria-busy", "true")
        headline.press("End")
        page.keyboard.type(" of it")
        slow.set()
        expect(page.locator("[data-article] > a").first).to_contain_text("A year of it")
        expect(headline).to_have_value("A year of it")
        expect(headline).to_be_focused()

        slow.clear()
        page.locator(_row(third)).locator("a").focus()
        page.keyboard.press("Shift+ArrowUp")
        page.keyboard.press("Shift+ArrowUp")
        slow.set()
        expect(page.locator("#toast")).to_contain_text("to place 1")
        expect(page.locator("[data-article] > a").first).to_contain_text(third)
        expect(page.locator(_row(third)).locator("a")).to_be_focused()
        expect(page.locator("body")).not_to_have_attribute("aria-busy", "true")
        page.close()
    assert _printed(room)[:2] == [third, "A year of it"]


def test_a_week_from_the_draft_to_the_archive(browser: Browser, tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW, newsletter="test_to: [ana@u.example]")
    for name in NAMES:
        room.note(name, "Staff")
    room.note("cora", "Alumni", title=f'"{HOSTILE}"')
    room.subscribe(("s@u.example", "staff"), ("a@u.example", "alumni"))
    room.open().pull()
    with served(room) as address:
        page = _named(browser, address, "Ana")
        page.goto(address)
        page.get_by_role("button", name="Draft an issue of This week now").click()
        page.wait_for_selector("main[data-ready]")
        first, second, third = _rows(page)
        page.drag_and_drop(_row(third), _row(first), target_position={"x": 40, "y": 3})
        expect(page.locator("[data-article] > a").first).to_contain_text(third)
        page.locator(_row(second)).locator("a").focus()
        page.keyboard.press("Shift+ArrowUp")
        expect(page.locator("[data-article] > a").nth(1)).to_contain_text(second)
        page.keyboard.press("h")
        expect(page.locator("[data-article]")).to_have_count(2)
        page.locator(_row(third)).locator("a").click()
        page.get_by_label("Headline").fill("What a week")
        proof = page.frame_locator("#proof")
        expect(proof.get_by_role("heading", name="What a week")).to_be_visible()
        page.get_by_label("Show it as").select_option("text")
        expect(proof.locator("pre")).to_contain_text("What a week")

        page.get_by_role("link", name="To do").click()
        page.locator("summary", has_text="Send a test").click()
        page.get_by_role("button", name="Send the test").click()
        expect(page.locator("#toast")).to_contain_text("1 test email to")
        page.locator("summary", has_text="Send it back").click()
        page.get_by_label("What is to be done").fill("A longer summary")
        page.get_by_role("button", name="Send it back").click()
        expect(page.locator("#news")).to_contain_text("A longer summary")
        page.locator("#approve").click()
        expect(page.get_by_role("heading", name="Approved")).to_be_visible()

        room.now = NOW + timedelta(hours=1, minutes=1)
        assert [issue.status for issue in room.open().tick() if isinstance(issue, Issue)] == [
            "sent"
        ]
        page.goto(f"{address}/archive")
        page.locator("main a", has_text="What a week").first.click()
        expect(page.locator("body")).to_contain_text("What a week")
        page.close()
    emails = b"".join(file.read_bytes() for file in (tmp_path / "sent").glob("*.eml"))
    assert b"What a week" in emails


def test_a_hostile_title_stays_words(browser: Browser, address: str) -> None:
    page = _desk(browser, address, "Ana", "alumni")
    page.locator("[data-article] > a", has_text="<script>").first.click()
    expect(page.get_by_label("Headline")).to_be_visible()
    assert "owned" not in page.title()
    assert page.locator("main script, main img").count() == 0
    assert page.locator("[data-article] > a").first.get_attribute("dir") == "auto"
    page.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 375)])
def test_everyone_can_use_it(
    browser: Browser, address: str, room: Newsroom, scheme: str, width: int
) -> None:
    room.open().edit(ISSUE, [{"intro": "Come tomorrow."}], by="Ben")
    page = browser.new_page(
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 800},
    )
    page.request.post(f"{address}/name", form={"by": "Ana"}, headers={"Origin": address})
    anna = room.open().issue(ISSUE).editions[0].articles[0].id
    for at in ("todo", "words", "checks", "left", "changes", "editions", "add", f"a-{anna}"):
        page.goto(f"{address}/issues/{ISSUE}/staff?at={at}")
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        part = None if at == "todo" else "#panel"
        found = Axe().run(page, part, options={"iframes": False}).response["violations"]
        assert found == [], [(at, v["id"], [n["html"] for n in v["nodes"]]) for v in found]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_the_preview_shows_one_mode_at_a_time(page: Page) -> None:
    light = _paper(page)
    for mode in ("dark", "inverted"):
        page.get_by_label("Show it as").select_option(mode)
        page.wait_for_function(
            "m => document.querySelector('#proof').contentWindow.location.search.includes(m)",
            arg=mode,
        )
        page.frame_locator("#proof").locator("h1").first.wait_for()
        if mode == "dark":
            assert _paper(page) < light
    page.get_by_label("Show it as").select_option("text")
    expect(page.frame_locator("#proof").locator("pre")).to_contain_text("anna")
    page.get_by_label("Show it as").select_option("headers")
    expect(page.frame_locator("#proof").locator("pre")).to_contain_text("Subject:")
    for width in (320, 800):
        page.get_by_label("Show it as").select_option("light")
        page.get_by_role("link", name=str(width), exact=True).click()
        expect(page.locator("#proof")).to_have_css("width", f"{width}px")


def test_a_phone_shows_one_part_at_a_time_and_the_email_in_its_width(
    browser: Browser, address: str
) -> None:
    page = browser.new_page(viewport={"width": 375, "height": 812})
    page.goto(f"{address}/issues/{ISSUE}/staff")
    page.wait_for_selector("main[data-ready]")
    expect(page.locator("#proof")).to_be_hidden()
    page.get_by_role("link", name="Email").click()
    expect(page.locator("#contents")).to_be_hidden()
    expect(page.locator("#proof")).to_have_css("width", "375px")
    shown = page.locator("#proof").bounding_box()
    page.close()
    assert shown is not None
    assert (shown["width"], shown["height"] > 300) == (375, True)


def _paper(page: Page) -> int:
    """Return how light the edition's paper is."""
    (frame,) = [f for f in page.frames if "/page" in f.url]
    colour = frame.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(int(part) for part in colour.removeprefix("rgb(").rstrip(")").split(",")[:3])


def test_an_approval_over_an_error_needs_a_tick_and_a_reason(
    page: Page, address: str, room: Newsroom
) -> None:
    room.open().edit(ISSUE, [{"intro": "For Strategy-people"}], by="Ben")
    page.goto(f"{address}/issues/{ISSUE}/staff")
    approve = page.locator("#approve")
    expect(approve).to_have_text("First mend the error, or tick it and say why")
    page.get_by_label("A planning label in print").check()
    expect(approve).to_have_text("Approve all 2 editions as Ana")
    approve.click()
    assert room.open().issue(ISSUE).status == "draft"
    page.get_by_label("Reason").fill("It is the name of a show")
    approve.click()
    expect(page.get_by_role("heading", name="Approved")).to_be_visible()


def test_a_photograph_from_a_telephone_is_made_small_before_it_is_sent(
    page: Page, address: str, room: Newsroom, tmp_path: Path
) -> None:
    photograph = tmp_path / "IMG 1.png"
    Image.effect_noise((2400, 1800), 90).save(photograph)
    page.goto(f"{address}/issues/{ISSUE}/staff?at=add")
    page.wait_for_selector("main[data-ready]")
    story = page.locator("#write")
    story.get_by_label("Headline").fill("A bridge")
    story.get_by_label("Picture", exact=True).set_input_files(photograph)
    story.get_by_label("What the picture shows").fill("A bridge at dusk")
    story.get_by_role("button", name="Add the story").click()
    expect(page.locator("#toast")).to_contain_text("Wrote “A bridge”")
    (made,) = (a for a in room.open().articles() if a.source == "editors")
    assert made.image is not None
    assert made.image.width == 1200
