"""The inlined page against the page as its stylesheet was written: every element, every property."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal, cast

import pytest
from playwright.sync_api import Browser

from digest.render.language import language
from digest.render.renderer import Renderer
from digest.render.view import context
from tests.helpers import samples

pytestmark = pytest.mark.browser

STYLE = re.compile(r"<style\b[^>]*>.*?</style>", re.DOTALL)
COMPUTED = """
() => {
  const names = [...getComputedStyle(document.body)].filter(name => !/-(block|inline)/.test(name));
  return [...document.body.querySelectorAll('*')].map(element => {
    const style = getComputedStyle(element);
    return [element.tagName, names.map(name => name + ': ' + style[name]).join('; ')];
  });
}
"""
Computed = list[tuple[str, str]]


def pages(look: str, tag: str) -> dict[str, str]:
    """Return the page as written, inlined, and both without what only a style block can say."""
    renderer = Renderer([samples.TEMPLATES])
    publication = replace(samples.NORTHGATE, language=tag)
    newsletter = replace(samples.WEEKLY, template=look)
    frame = samples.frame(newsletter=newsletter, publication=publication)
    edition = samples.edition(
        notices=(samples.NOTICE,), intro="<p>a <a href='https://x.example'>b</a></p><ul><li>c</ul>"
    )
    view = context(edition, frame, language(tag))
    inliner = renderer.inliner(view, frame)
    page = renderer.page(view, frame, inliner.sheet)
    written = renderer._text("style.css", {"page": view["page"]}, frame)
    inlined = inliner.inline(page)
    return {
        "written": page.html.replace(inliner.sheet.blocks, f"<style>{written}</style>"),
        "inlined": inlined,
        "written, stripped": page.html.replace(
            inliner.sheet.blocks, f"<style>{inliner.sheet.inlined}</style>"
        ),
        "inlined, stripped": STYLE.sub("", inlined),
    }


def computed(browser: Browser, html: str, width: int, scheme: Literal["light", "dark"]) -> Computed:
    view = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    view.route("**/*", lambda route: route.abort())
    view.set_content(html, wait_until="load")
    found = view.evaluate(COMPUTED)
    view.close()
    return cast("Computed", found)


@pytest.mark.parametrize(
    ("look", "tag"),
    [("weekly", "en-GB"), ("weekly", "ar"), ("brief", "en-GB"), ("letter", "en-GB")],
)
def test_every_element_has_the_style_it_was_written_with(
    browser: Browser, look: str, tag: str
) -> None:
    page = pages(look, tag)
    modes: tuple[tuple[str, int, Literal["light", "dark"]], ...] = (
        ("", 800, "light"),
        ("", 375, "light"),
        ("", 800, "dark"),
        (", stripped", 800, "light"),
    )
    for suffix, width, scheme in modes:
        written = computed(browser, page[f"written{suffix}"], width, scheme)
        inlined = computed(browser, page[f"inlined{suffix}"], width, scheme)

        assert len(written) > 60
        assert all("font-size: " in style for _, style in written)
        assert len(written) == len(inlined)
        different = [
            (one[0], sorted(set(other[1].split("; ")) ^ set(one[1].split("; ")))[:6])
            for one, other in zip(written, inlined, strict=True)
            if one != other
        ]
        assert different == [], f"{look} at {width} px, {scheme}{suffix}"
