"""Paragraphs of pages that only break their lines: what stands between two breaks becomes one."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

_BROKEN = etree.XPath(
    "//*[self::div or self::td or self::section or self::article][count(br) > 1 or ((div or p) and text()[string-length(normalize-space(.)) > 20] and (a or text()[string-length(normalize-space(.)) > 80]))]"
)
_INLINE = frozenset(
    "a abbr acronym b bdi big cite code em font i ins kbd mark q s small span strong sub sup time tt u".split()
)
_LEAST = 120  # characters of its own: a box with less has no story


def set_paragraphs(tree: etree._Element) -> None:
    """Put the running text of a block, between two breaks each, into paragraphs.

    Extraction takes a link amid such text for a paragraph of its own, and parts the sentence.
    """
    for block in _BROKEN(tree):
        own = (block.text, *(child.tail for child in block))
        if sum(len(t.strip()) for t in own if t) < _LEAST:
            continue
        parts: list[etree._Element] = []
        paragraph = _begun(block.text)
        for child in list(block):
            if child.tag in _INLINE or (child.tag == "br" and not _is_broken(paragraph)):
                paragraph.append(child)
                continue
            parts += _ended(paragraph)
            paragraph = _begun(child.tail)
            if child.tag != "br":
                child.tail = None
                parts.append(child)
        block[:] = [*parts, *_ended(paragraph)]
        block.text = None


def _begun(text: str | None) -> etree._Element:
    paragraph = etree.Element("p")
    paragraph.text = text
    return paragraph


def _is_broken(paragraph: etree._Element) -> bool:
    """Tell whether a paragraph ends with a break, or has not begun."""
    if not len(paragraph):
        return not (paragraph.text or "").strip()
    return paragraph[-1].tag == "br" and not (paragraph[-1].tail or "").strip()


def _ended(paragraph: etree._Element) -> Iterator[etree._Element]:
    while len(paragraph) and _is_broken(paragraph):
        paragraph.remove(paragraph[-1])
    if len(paragraph) or (paragraph.text or "").strip():
        yield paragraph
