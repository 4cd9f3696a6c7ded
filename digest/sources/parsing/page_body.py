"""The body of a page: what trafilatura finds, as a safe fragment; its short pages by hand."""

from __future__ import annotations

import html
import logging
from collections.abc import Collection, Sequence

import trafilatura
from lxml import etree

from digest.sources.parsing.page_furniture import is_linked, remove_furniture
from digest.sources.parsing.page_paragraphs import set_paragraphs
from digest.sources.parsing.page_surroundings import (
    Named,
    remove_surroundings,
    remove_thumbnails,
)
from digest.sources.parsing.sanitize import Fragment, fragment, one_line

_ENOUGH, _SEVERAL = 200, 3
_MOST_ELEMENTS = 50_000
_SURROUNDINGS = ("head", "script", "style", "nav", "footer", "svg", "iframe", "noscript")
_COUNT = etree.XPath("count(//*)")
_TAGS = {"p": "p", "quote": "blockquote", "item": "li", "table": "table", "row": "tr", "cell": "td",
         "code": "code", "ab": "p", "del": "del", "div": "div", "fw": "p"}  # fmt: skip
_RENDERED = {"#b": "strong", "#i": "em", "#u": "u", "#t": "code", "#sub": "sub", "#sup": "sup"}
_FALLBACK = (
    ".//*[@itemprop='articleBody']",
    ".//article",
    ".//main",
    ".//*[@role='main']",
    ".//body",
)
_APART = frozenset(
    "nav header footer aside form script style noscript template figcaption li blockquote".split()
)
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def body_of(
    tree: etree._Element,
    base: str | None,
    headline: str | None,
    *,
    named: Sequence[Named] = (),
    article: Collection[etree._Element] = (),
    language: str | None = None,
) -> Fragment:
    """Extract the article of a page; its headline, where repeated, is left out.

    The tree is taken apart by it.
    """
    remove_surroundings(tree, named, article)
    # trafilatura leaves these out as well, but walks through them several times before
    etree.strip_elements(tree, *_SURROUNDINGS, with_tail=False)
    remove_thumbnails(tree)
    set_paragraphs(tree)
    found = _extracted(tree)
    if _length(found) < _ENOUGH:
        # a whole story may stand in a box that is named like a teaser; a page poured out is none
        loosely = _extracted(tree, precisely=False)
        if loosely is not None and len(loosely.findall("p")) >= _SEVERAL:
            found = max((found, loosely), key=_length)
    if found is not None:
        remove_furniture(found, language)
    if (text := _length(found)) < _ENOUGH:
        by_hand = _by_hand(tree, base, headline)
        if len(by_hand.text) > text:
            return by_hand
    return fragment(_as_html(found, headline), base) if found is not None else Fragment()


def _length(body: etree._Element | None) -> int:
    return sum(len(str(t)) for t in body.itertext()) if body is not None else 0


def _extracted(tree: etree._Element, *, precisely: bool = True) -> etree._Element | None:
    if _COUNT(tree) > _MOST_ELEMENTS:
        return None
    try:
        document = trafilatura.bare_extraction(
            tree,  # type: ignore[arg-type] # a tree of lxml.html, as it is made
            output_format="xml",  # its tree is all that is wanted: not its text as well
            favor_precision=precisely,
            include_comments=False,
            include_formatting=True,
            include_links=True,
            include_images=True,
        )
    except (ValueError, TypeError, AttributeError, IndexError, KeyError, etree.LxmlError):
        return None
    return getattr(document, "body", None)


def _as_html(body: etree._Element, headline: str | None) -> str:
    parts: list[str] = []
    waiting: list[etree._Element | str] = [body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            parts.append(node)
            continue
        repeated = (
            headline
            and node.tag == "head"
            and one_line("".join(map(str, node.itertext()))) == headline
        )
        if isinstance(node.tag, str) and not repeated:
            opened, closed = _around(node)
            parts.append(opened + html.escape(node.text or ""))
            later: list[etree._Element | str] = []
            for child in node:
                later += [child, html.escape(child.tail or "")]
            waiting += [closed, *reversed(later)]
    return "".join(parts)


def _around(node: etree._Element) -> tuple[str, str]:
    """Return the HTML that opens and closes one of trafilatura's elements; nothing for others."""
    rend = node.get("rend") or ""
    tag: str | None
    match node.tag:
        case "ref":
            return f'<a href="{html.escape(node.get("target") or "")}">', "</a>"
        case "graphic":
            alt = html.escape(node.get("alt") or "")
            return f'<img src="{html.escape(node.get("src") or "")}" alt="{alt}">', ""
        case "lb":
            return "<br>", ""
        case "head":
            tag = rend if rend in {"h1", "h2", "h3", "h4", "h5", "h6"} else "h3"
        case "list":
            tag = "ol" if rend == "ol" else "ul"
        case "hi":
            tag = _RENDERED.get(rend, "em")
        case other:
            tag = _TAGS.get(str(other))
    return (f"<{tag}>", f"</{tag}>") if tag else ("", "")


def _by_hand(tree: etree._Element, base: str | None, headline: str | None) -> Fragment:
    for path in _FALLBACK:
        for root in tree.iterfind(path):
            # what stands in none of these within the root, and is no list of links
            kept = [
                e
                for e in root.iter("p", "h2", "h3", "li", "blockquote")
                if next((a for a in e.iterancestors() if a is root or a.tag in _APART), root)
                is root
                and not (e.tag == "li" and is_linked(e, "a"))
            ]
            parts = [
                etree.tostring(e, encoding="unicode", method="html", with_tail=False) for e in kept
            ]
            found = fragment("".join(parts), base)
            if found.text and found.text != headline:
                return found
    return Fragment()
