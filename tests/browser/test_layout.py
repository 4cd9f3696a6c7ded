"""What the looks look like, as facts: nothing overflows, columns stack, sizes, order, access."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from digest.model import Section
from digest.render.page import page
from digest.render.renderer import Renderer
from tests.helpers import samples

pytestmark = pytest.mark.browser

LOOKS = ("weekly", "brief", "letter", "front", "events")
RENDERER = Renderer([Path(samples.__file__).parent / "pseudo", samples.TEMPLATES])
PICTURES = {name: samples.drawn(name, *size) for name, size in samples.SHAPES.items()}
PICTURES["logo"] = samples.logo().data
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
TAGS = "() => [...document.querySelectorAll('h1, h2, h3')].map(e => e.tagName)"
BOXES = """selector => [...document.querySelectorAll(selector)].map(e => {
  const box = e.getBoundingClientRect();
  return {x: box.x, y: box.y, width: box.width, height: box.height, right: box.right};
})"""


@contextmanager
def opened(
    browser: Browser,
    look: str,
    width: int,
    *,
    scheme: Literal["light", "dark"] = "light",
    tag: str = "en-GB",
    long: bool = False,
    lead: tuple[int, int] | None = None,
) -> Iterator[Page]:
    """Open a look's page in the browser, its pictures served from memory."""
    newsletter = replace(samples.WEEKLY, images="attach", template=look)
    publication = replace(samples.NORTHGATE, language=tag)
    frame = samples.frame(newsletter=newsletter, publication=publication)
    edition = samples.edition(
        intro=samples.WORDS, notices=(samples.NOTICE,), also_in=samples.ALSO_IN
    )
    if lead:
        shown = replace(samples.picture("harbour"), data=b"", width=lead[0], height=lead[1])
        frame = replace(frame, pictures={**frame.pictures, shown.url: shown})
    if long:
        article = samples.article(1, LONG, LONG, image=samples.image("square"), topics=(LONG,))
        title = LONG[:40]
        section = Section(title=title, articles=(article, replace(article, id="b", title=LONG)))
        edition = replace(edition, sections=(section,), intro=LONG)
    html = page(
        RENDERER.render(edition, frame),
        unsubscribe_url="https://n.example/u",
        view_url="https://n.example/v",
        picture_url=lambda name: f"https://pictures.example/{name}",
    )
    view = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    view.route(
        "**/*",
        lambda route: route.fulfill(
            body=samples.drawn("harbour", *lead)
            if lead and "harbour" in route.request.url
            else PICTURES[Path(route.request.url).stem],
            content_type="image/png",
        ),
    )
    view.set_content(html, wait_until="load")
    yield view
    view.close()


def boxes(view: Page, selector: str) -> list[dict[str, Any]]:
    found = view.evaluate(BOXES, selector)
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(
    browser: Browser, look: str, scheme: Literal["light", "dark"]
) -> None:
    with opened(browser, look, 640, scheme=scheme) as view:
        violations = Axe().run(view).response["violations"]

    serious = [v["id"] for v in violations if v["impact"] in ("serious", "critical")]
    assert serious == []


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize(("tag", "long"), [("en-GB", False), ("ar", False), ("de", True)])
def test_nothing_is_wider_than_the_window(
    browser: Browser, look: str, tag: str, *, long: bool
) -> None:
    with opened(browser, look, 800, tag=tag, long=long) as view:
        for width in (800, 600, 375, 320):
            view.set_viewport_size({"width": width, "height": 800})
            wide = view.evaluate("document.documentElement.scrollWidth")
            right = [box["right"] for box in boxes(view, "p, h1, h2, h3, img, a") if box["width"]]

            assert wide <= width
            assert max(right) <= width + 0.5


@pytest.mark.parametrize("look", LOOKS)
def test_pictures_that_are_not_loaded_widen_nothing(browser: Browser, look: str) -> None:
    with opened(browser, look, 375) as view:
        view.route("**/*", lambda route: route.abort())
        view.evaluate("[...document.images].forEach(i => { i.src += '?off' })")
        view.wait_for_function("[...document.images].every(i => i.complete && !i.naturalWidth)")
        for width in (600, 375, 320):
            view.set_viewport_size({"width": width, "height": 800})

            assert view.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("look", LOOKS)
def test_headlines_come_in_reading_order_below_each_other(browser: Browser, look: str) -> None:
    with opened(browser, look, 375) as view:
        order = [box["y"] for box in boxes(view, "h1, h2, h3")]
        tags = view.evaluate(TAGS)

    assert order == sorted(order)
    assert tags[0] == "H1"
    assert tags.count("H1") == 1


def test_the_lead_stands_out(browser: Browser) -> None:
    with opened(browser, "weekly", 600) as view:
        size = "e => parseFloat(getComputedStyle(e).fontSize)"
        lead = view.locator("h2").first.evaluate(size)
        stories = view.locator("h3").evaluate_all(f"all => all.map({size})")
        picture = boxes(view, "img")[1]

    assert lead >= 1.4 * max(stories)
    assert picture["width"] == 600
    assert abs(picture["width"] / picture["height"] - 1600 / 900) < 0.01


@pytest.mark.parametrize("size", [(700, 1100), (800, 800), (400, 300), (400, 1300), (120, 90)])
@pytest.mark.parametrize("tag", ["en-GB", "ar"])
def test_a_lead_picture_that_cannot_fill_the_page_stands_beside_the_text_and_on_a_phone_above(
    browser: Browser, size: tuple[int, int], tag: str
) -> None:
    def first(width: int) -> tuple[dict[str, Any], dict[str, Any]]:
        with opened(browser, "weekly", width, tag=tag, lead=size) as view:
            return boxes(view, "img")[1], boxes(view, "h2")[0]

    picture, headline = first(600)
    assert picture["height"] < 332
    assert picture["width"] <= 220
    assert abs(picture["y"] - headline["y"]) <= 30
    if tag == "ar":
        assert picture["x"] == 36
        assert picture["right"] + 24 <= headline["x"]
    else:
        assert picture["right"] == 600 - 36
        assert headline["right"] + 24 <= picture["x"]

    picture, headline = first(375)
    assert picture["y"] + picture["height"] <= headline["y"]
    assert picture["height"] <= 420
    assert abs(picture["width"] / picture["height"] - size[0] / size[1]) < 0.02
    assert picture["right"] == 355 if tag == "ar" else picture["x"] == 20


def test_a_portrait_leaves_room_for_text_on_a_phone_that_reads_no_style_block(
    browser: Browser,
) -> None:
    with opened(browser, "weekly", 375, lead=(700, 1100)) as view:
        view.evaluate("document.querySelectorAll('style').forEach(s => s.remove())")
        picture, headline = boxes(view, "img")[1], boxes(view, "h2")[0]

    assert headline["width"] >= 130
    assert picture["width"] >= 90
    assert picture["right"] <= 375 - 36


def test_a_panorama_that_leads_fills_the_page_or_stands_above_the_text(browser: Browser) -> None:
    with opened(browser, "weekly", 600, lead=(1800, 300)) as view:
        assert boxes(view, "img")[1]["width"] == 600
    with opened(browser, "weekly", 600, lead=(500, 100)) as view:
        picture, headline = boxes(view, "img")[1], boxes(view, "h2")[0]

    assert (picture["x"], picture["width"], picture["height"]) == (36, 500, 100)
    assert picture["y"] + 100 <= headline["y"]


@pytest.mark.parametrize("width", [320, 375, 600])
def test_every_picture_keeps_its_shape(browser: Browser, width: int) -> None:
    with opened(browser, "weekly", width) as view:
        shapes = view.evaluate(
            "() => [...document.images].map(i => [i.width / i.height, i.naturalWidth / i.naturalHeight,"
            " i.width, i.naturalWidth])"
        )

    assert len(shapes) == 6
    for shown, natural, wide, most in shapes:
        assert abs(shown / natural - 1) < 0.04
        assert wide <= most


def test_a_picture_stands_beside_its_story_on_paper_and_above_it_on_a_phone(
    browser: Browser,
) -> None:
    def first(width: int) -> tuple[dict[str, Any], dict[str, Any]]:
        with opened(browser, "weekly", width) as view:
            return boxes(view, "img")[2], boxes(view, "h3")[0]

    picture, headline = first(600)
    assert picture["x"] > headline["x"] + 200
    assert abs(picture["y"] - headline["y"]) < 12
    picture, headline = first(375)
    assert picture["x"] == headline["x"] == 20
    assert picture["y"] + picture["height"] <= headline["y"]


def test_text_begins_at_one_edge(browser: Browser) -> None:
    with opened(browser, "weekly", 600) as view:
        edges = {box["x"] for box in boxes(view, "h1, h2, h3, p:not(.notice *)") if box["width"]}

    assert len(edges) == 1


def test_the_page_is_turned_round_for_languages_read_from_the_right(browser: Browser) -> None:
    with opened(browser, "weekly", 600, tag="ar") as view:
        picture, headline = boxes(view, "img")[2], boxes(view, "h3")[0]
        logo = boxes(view, "img")[0]

    assert picture["x"] < headline["x"]
    assert logo["x"] > 300


def test_a_brief_story_has_two_lines_of_text_at_most(browser: Browser) -> None:
    count = """() => [...document.querySelectorAll('h3 + p:not(.meta)')].map(e => Math.round(
        (e.getBoundingClientRect().height - parseFloat(getComputedStyle(e).paddingTop))
        / parseFloat(getComputedStyle(e).lineHeight)))"""
    with opened(browser, "brief", 600) as view:
        lines = view.evaluate(count)

    assert len(lines) == 6
    assert max(lines) == 2


def test_body_text_is_large_enough_and_lines_have_room(browser: Browser) -> None:
    for look in LOOKS:
        with opened(browser, look, 375) as view:
            sizes = view.evaluate(
                "() => [...document.querySelectorAll('p')].filter(e => e.innerText.trim())"
                ".map(e => getComputedStyle(e)).map(s => [parseFloat(s.fontSize), parseFloat(s.lineHeight)])"
            )

        assert min(size for size, _ in sizes) >= 14
        assert all(line >= 1.4 * size for size, line in sizes)
