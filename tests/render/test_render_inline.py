from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from digest.model import Edition, Section
from digest.render.edition import Renderer
from digest.render.frame import Frame
from digest.render.inline import Inliner, premail
from digest.render.language import language
from digest.render.sheet import split
from digest.render.view import context
from tests.render import samples

LOOKS = ("weekly", "brief", "letter")
RENDERER = Renderer([samples.TEMPLATES])


def frame(look: str) -> Frame:
    return samples.frame(newsletter=replace(samples.WEEKLY, template=look))


def unfinished(edition: Edition, frame: Frame) -> tuple[str, Inliner]:
    view = context(edition, frame, language(frame.publication.language))
    inliner = RENDERER.inliner(view, frame)
    return RENDERER.page(view, frame, inliner.sheet), inliner


def elements(html: str, hooks: frozenset[str]) -> list[tuple[Any, ...]]:
    """Return each element with its attributes, without the classes that no kept rule speaks of."""
    found = []
    for element in etree.fromstring(html, etree.HTMLParser()).iter(etree.Element):
        attributes = dict(element.attrib)
        worn = " ".join(c for c in attributes.pop("class", "").split() if c in hooks)
        found.append((element.tag, attributes, worn, element.text, element.tail))
    return found


texts = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)
articles = st.builds(
    lambda number, title, summary, url, shape, topics, department: samples.article(
        number,
        title or "T",
        summary,
        url=url,
        image=samples.image(shape) if shape else None,
        topics=topics,
        department=department,
    ),
    st.integers(0, 99),
    texts,
    texts,
    st.sampled_from([None, "https://n.example/a?b=1&c=%20ü", "ftp://no.example"]),
    st.sampled_from([None, *samples.SHAPES]),
    st.lists(texts, max_size=4).map(tuple),
    st.sampled_from([None, "Estates"]),
)
sections = st.builds(
    lambda title, inside, more: Section(title=title, articles=tuple(inside), more=more),
    texts,
    st.lists(articles, max_size=5),
    st.integers(0, 3),
)
intros = st.sampled_from(
    [None, "Plain.", "<p>a <a href='https://x.example'>b</a></p>", "<ul><li>x<ul><li>y</ul></ul>"]
)
editions = st.builds(
    lambda inside, intro, notices: samples.edition(
        sections=tuple(inside), intro=intro, notices=(samples.NOTICE,) * notices
    ),
    st.lists(sections, max_size=4),
    intros,
    st.integers(0, 2),
)


@pytest.mark.parametrize("look", LOOKS)
@settings(max_examples=25, deadline=None)
@given(edition=editions)
def test_a_page_is_what_premailer_makes_of_it_element_by_element(
    look: str, edition: Edition
) -> None:
    html, inliner = unfinished(edition, frame(look))
    first, again = inliner.inline(html), inliner.inline(html)
    hooks = inliner.sheet.hooks

    assert elements(first, hooks) == elements(premail(html), hooks)
    assert again == first


@pytest.mark.parametrize("look", LOOKS)
def test_the_shipped_looks_can_be_learned(look: str) -> None:
    html, inliner = unfinished(samples.edition(), frame(look))
    inliner.inline(html)

    assert inliner._dressed(html) == inliner.inline(html)


def test_an_element_that_is_new_goes_to_premailer() -> None:
    inliner = Inliner(split("p { color: red } .a p { color: blue }"))
    page = "<!DOCTYPE html><html><head>{}</head><body>{}</body></html>"
    one = page.format(inliner.sheet.blocks, "<p>1</p>")
    two = page.format(inliner.sheet.blocks, '<div class="a"><p>2</p></div>')

    assert '<p style="color:red">1</p>' in inliner.inline(one)
    assert '<p style="color:blue">2</p>' in inliner.inline(two)
    assert '<p style="color:blue">2</p>' in inliner._dressed(two)


@pytest.mark.parametrize(
    "css", ["p + p { color: red }", "[dir] p { color: red }", "#outlook a { padding: 0 }"]
)
def test_rules_that_have_no_inline_form_stay_in_the_page(css: str) -> None:
    sheet = split(css)

    assert sheet.inlined == ""
    assert "!important" in sheet.kept


def test_threads_share_what_was_learned() -> None:
    pages = [
        unfinished(samples.edition(subject=str(n), intro="x" * (n % 3)), frame("weekly"))[0]
        for n in range(24)
    ]
    alone = [Inliner(RENDERER_SHEET).inline(p) for p in pages[:3]]
    shared = Inliner(RENDERER_SHEET)
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(shared.inline, pages))

    assert together[:3] == alone


def test_what_is_learned_is_bounded() -> None:
    inliner = Inliner(split("p { color: red }"))
    inliner._size = 6000
    page = f"<!DOCTYPE html><html><head>{inliner.sheet.blocks}</head><body><p>1</p></body></html>"
    inliner.inline(page)

    assert inliner._size < 10


def test_dark_rules_are_repeated_under_outlooks_marks() -> None:
    css = "@media (prefers-color-scheme: dark) { .a, .b { color: #fff; background-color: #000 } }"
    sheet = split(css)

    assert "[data-ogsc] .a{color:#fff !important}" in sheet.outlook
    assert "[data-ogsb] .b{background-color:#000 !important}" in sheet.outlook
    assert "ogsc" not in sheet.kept


RENDERER_SHEET = unfinished(samples.edition(), frame("weekly"))[1].sheet
