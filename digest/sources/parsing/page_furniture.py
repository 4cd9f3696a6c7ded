"""Furniture that extraction lets in: share lines, "read also", by-lines, lists of other stories."""

from __future__ import annotations

from lxml import etree

from digest.sources.parsing.boilerplate import SEE_ALSO
from digest.sources.parsing.page_surroundings import drop
from digest.sources.parsing.sanitize import one_line
from digest.sources.parsing.tails import is_furniture
from digest.sources.parsing.text_edges import signed_line

_BLOCKS = ("p", "head", "item", "ab")
_TOP = 4  # blocks: below them a name with a date is part of the story
_BYLINE = 120
_LINKED = 0.8


def remove_furniture(body: etree._Element, language: str | None) -> None:
    """Take out of an extracted body the lines that are the site's, and lists of links behind them."""
    for block in list(body)[:_TOP]:
        text = _text(block)
        if block.tag in _BLOCKS and 0 < len(text) < _BYLINE:
            signed = signed_line(text, language)
            if (signed.authors or signed.date) and block.find(".//graphic") is None:
                drop(block)
    for block in list(body.iter(*_BLOCKS)):
        text = _text(block)
        if not text or block.find(".//graphic") is not None:
            continue
        behind = block.getnext()
        titled = behind is not None and behind.tag == "list" and is_linked(behind)
        if behind is not None and titled and SEE_ALSO.fullmatch(text):
            drop(behind)
            drop(block)
        elif is_furniture(text):
            drop(block)
    while len(body) > 1 and body[-1].tag in {"list", "head"}:
        if body[-1].tag == "list" and not is_linked(body[-1]):
            break
        drop(body[-1])


def is_linked(block: etree._Element, link: str = "ref") -> bool:
    """Tell whether a block says little that is no link, whatever element is one."""
    whole, linked = len(_text(block)), sum(len(_text(e)) for e in block.iter(link))
    return 0 < whole * _LINKED < linked


def _text(element: etree._Element) -> str:
    return one_line(" ".join(map(str, element.itertext())))
