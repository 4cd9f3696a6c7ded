from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html import escape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from digest.model import Article, Edition, Section
from digest.render.inline import Inliner, Page, mark, premail
from digest.render.language import language
from digest.render.render_context import RenderContext
from digest.render.renderer import Renderer
from digest.render.sheet import split
from digest.render.view import context
from tests.helpers import samples

LOOKS = ("weekly", "brief", "letter", "front", "events")
FULL = bool(os.environ.get("DIGEST_FULL"))
RENDERER = Renderer([samples.TEMPLATES])


def frame(look: str) -> RenderContext:
    return samples.frame(newsletter=replace(samples.WEEKLY, template=look))


def unfinished(edition: Edition, frame: RenderContext) -> tuple[Page, Inliner]:
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


WORDS = st.text(max_size=30)  # whatever there is, also our own marks
SHAPE = """<html><head><title>{0}</title><style>{css}</style></head><body id="b"><div class="a" aria-label="{1}">
<p class="b">{2}<br>{3} <a class="a" href="https://u.example/{at}">{1}</a></p>{mark}<table><tr><td class="b"> {0}
</td></tr></table>{mark2}<!--[if mso]><i>{3}</i><![endif]--></div></body></html>"""


@given(
    st.lists(st.tuples(WORDS, WORDS, WORDS, WORDS, st.sampled_from("xy")), min_size=3, max_size=6)
)
def test_a_frame_that_is_known_is_dressed_with_other_words_as_it_would_be_anew(
    pages: list[tuple[str, ...]],
) -> None:
    sheet = split(".a { color: red } .b { margin: 0 } p.b { color: blue }")
    kept = Inliner(sheet)
    for *words, block in pages:
        said = [*map(escape, words)]
        marks = {"mark": mark(0), "mark2": mark(1), "css": sheet.blocks.split("<style>")[-1]}
        marks["css"] = marks["css"].removesuffix("</style>")
        page = Page(
            SHAPE.format(*said, at=len(words), **marks),
            [f'<p class="b">{escape(block)}</p>', '<p class="a">one</p>'],
        )
        anew = Inliner(sheet)
        anew._frames = _Forgetful()
        assert kept.inline(page) == anew.inline(page)


class _Forgetful(dict[str, Any]):
    """Keeps of no frame but that it is none: each page is read and dressed by itself."""

    def __contains__(self, shape: object) -> bool:
        return True

    def __getitem__(self, shape: str) -> None:
        return None


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
@settings(max_examples=100 if FULL else 8, deadline=None)
@given(edition=editions)
def test_a_page_is_what_premailer_makes_of_it_element_by_element(
    look: str, edition: Edition
) -> None:
    page, inliner = unfinished(edition, frame(look))
    first, again = inliner.inline(page), inliner.inline(page)
    hooks = inliner.sheet.hooks

    assert elements(first, hooks) == elements(premail(page.html), hooks)
    assert again == first


@pytest.mark.parametrize("look", LOOKS)
@settings(max_examples=50 if FULL else 5, deadline=None)
@given(shared=st.lists(articles, min_size=1, max_size=6), data=st.data())
def test_editions_that_share_stories_are_what_premailer_makes_of_each(
    look: str, shared: list[Article], data: st.DataObject
) -> None:
    drawn = st.lists(st.sampled_from(shared), min_size=1, max_size=4).map(tuple)
    for number in range(4):
        parts = data.draw(st.lists(drawn, min_size=1, max_size=3))
        more = number % 2
        edition = samples.edition(
            sections=tuple(Section(title=f"S{number}", articles=a, more=more) for a in parts)
        )
        page, inliner = unfinished(edition, frame(look))
        hooks = inliner.sheet.hooks

        assert elements(inliner.inline(page), hooks) == elements(premail(page.html), hooks)


@pytest.mark.parametrize("look", LOOKS)
def test_the_shipped_looks_can_be_learned_and_their_stories_kept(look: str) -> None:
    page, inliner = unfinished(samples.edition(), frame(look))
    inliner.inline(page)
    inliner.inline(page)

    assert len(page.blocks) > 6
    assert inliner._dressed(page, set()) == inliner.inline(page)
    assert inliner._dressed(page, set()) == inliner._dressed(page, set(range(len(page.blocks))))


def page_of(inliner: Inliner, body: str, *blocks: str) -> Page:
    head = f"<!DOCTYPE html><html><head>{inliner.sheet.blocks}</head>"
    return Page(f"{head}<body>{body}</body></html>", blocks)


def test_an_element_that_is_new_goes_to_premailer() -> None:
    inliner = Inliner(split("p { color: red } .a p { color: blue }"))
    one = page_of(inliner, "<p>1</p>")
    two = page_of(inliner, '<div class="a"><p>2</p></div>')

    assert '<p style="color:red">1</p>' in inliner.inline(one)
    assert '<p style="color:blue">2</p>' in inliner.inline(two)
    assert '<p style="color:blue">2</p>' in inliner._dressed(two, set())


def test_a_block_is_dressed_by_the_place_where_it_stands() -> None:
    inliner = Inliner(split("p { color: red } .a p { color: blue }"))
    body = f'{mark(0)}<div class="a">{mark(1)}</div>'
    page = page_of(inliner, body, "<p>x</p>", "<p>x</p>")
    for _ in range(3):
        html = inliner.inline(page)

        assert '<body><p style="color:red">x</p>' in html
        assert '<div><p style="color:blue">x</p></div>' in html


@pytest.mark.parametrize("open_end", ["<b>left open", "</div><div class='a'>", "<p>left open", ""])
def test_a_block_that_is_not_whole_is_never_taken_from_another_page(open_end: str) -> None:
    inliner = Inliner(split("p { color: red } .a p { color: blue } b p { color: green }"))
    body = f"<div>{mark(0)}{mark(1)}<p>y</p></div>"
    page = page_of(inliner, body, open_end, "<p>x</p>")
    whole = page_of(inliner, body, "<p>w</p>", "<p>x</p>")
    for one in (whole, page, whole, page, page):
        expected = elements(premail(one.html), frozenset())

        assert elements(inliner.inline(one), frozenset()) == expected


def test_a_mark_that_a_template_lost_loses_its_block_alone() -> None:
    inliner = Inliner(split("p { color: red }"))
    page = page_of(inliner, f"<p>1</p>{mark(1)}", "<p>lost</p>", "<p>2</p>")
    inliner.inline(page)

    assert '<p style="color:red">1</p><p style="color:red">2</p></body>' in inliner.inline(page)


@pytest.mark.parametrize(
    "css",
    [
        "a:hover { color: red }",
        "p::before { color: red }",
        "#outlook a { padding: 0 }",
        "u + #body a { color: red }",
        "p:unheard-of { color: red }",
        "p:has(>) { color: red }",
    ],
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


class Forgetful(Inliner):
    """An inliner that always holds too much, so that it forgets while others read."""

    _size = property(lambda _: 21_000, lambda _, __: None)


def test_what_one_thread_forgets_is_lost_to_no_other() -> None:
    page, inliner = unfinished(samples.edition(), frame("weekly"))
    expected = inliner.inline(page)
    shared = Forgetful(inliner.sheet)
    with ThreadPoolExecutor(8) as pool:
        together = set(pool.map(shared.inline, [page] * 60))

    assert together == {expected}


def test_what_is_learned_is_bounded() -> None:
    inliner = Inliner(split("p { color: red }"))
    inliner._size = 21_000
    inliner.inline(page_of(inliner, "<p>1</p>"))

    assert inliner._size < 10


def test_dark_rules_are_repeated_under_outlooks_marks() -> None:
    css = "@media (prefers-color-scheme: dark) { .a, .b { color: #fff; background-color: #000 } }"
    sheet = split(css)

    assert "[data-ogsc] .a{color:#fff !important}" in sheet.outlook
    assert "[data-ogsb] .b{background-color:#000 !important}" in sheet.outlook
    assert "ogsc" not in sheet.kept


RENDERER_SHEET = unfinished(samples.edition(), frame("weekly"))[1].sheet
