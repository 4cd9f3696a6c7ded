"""Furniture that extraction lets in: share lines, "read also", by-lines, lists of other stories."""

from __future__ import annotations

import re
from datetime import UTC

from lxml import etree

from digest.sources.parsing.boilerplate import SEE_ALSO
from digest.sources.parsing.dates import dates_in
from digest.sources.parsing.page_surroundings import drop
from digest.sources.parsing.sanitize import one_line
from digest.sources.parsing.tails import is_furniture
from digest.sources.parsing.text_edges import signed_line

_BLOCKS = ("p", "head", "item", "ab")
_TOP = 4  # blocks: below them a name with a date is part of the story
_BYLINE = 120
_LINE = 80
# where a story is filed, above it: "Home > News > Mills"
_PATH = re.compile(r"[^.!?]{1,40}(?:\s*[>›»→]\s*[^.!?>›»→]{1,40}){2,5}")
_LABELS = 24  # characters beside the dates: "published … updated …"
_LINKED = 0.8


def remove_furniture(body: etree._Element, language: str | None) -> None:
    """Take out of an extracted body the lines that are the site's, and lists of links behind them."""
    _remove_filing(body)
    for block in list(body)[:_TOP]:
        text = _text(block)
        if block.tag in _BLOCKS and 0 < len(text) < _BYLINE and block.find(".//graphic") is None:
            signed = signed_line(text, language)
            dates = [end - start for start, end, _ in dates_in(text, UTC, language)]
            # dates and hardly a word beside them
            only_dated = bool(dates) and len(text) - sum(dates) <= _LABELS
            if signed.authors or signed.date or only_dated:
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


def _remove_filing(body: etree._Element) -> None:
    """Take out what stands above a story and says where it is filed: paths, topics, links."""
    above: list[etree._Element] = []
    for block in body:
        text = _text(block)
        if len(text) > _LINE and not is_linked(block):
            for each in above:
                drop(each)
            return
        if block.tag in _BLOCKS and block.find(".//graphic") is None:
            listed = text.endswith(",") and block.find("ref") is not None
            # a link in small letters is a part of a sentence that was parted
            linked = block.tag == "p" and text[:1].isupper() and is_linked(block)
            if listed or linked or _PATH.fullmatch(text):
                above.append(block)


def is_linked(block: etree._Element, link: str = "ref") -> bool:
    """Tell whether a block says little that is no link, whatever element is one."""
    whole, linked = len(_text(block)), sum(len(_text(e)) for e in block.iter(link))
    return 0 < whole * _LINKED < linked


def _text(element: etree._Element) -> str:
    return one_line(" ".join(map(str, element.itertext())))
