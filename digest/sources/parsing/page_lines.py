"""Beside a headline: the by-line, the date and the other short lines that a page prints there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, islice
from typing import Any

from lxml import etree

from digest.sources.parsing.page_surroundings import stands_around
from digest.sources.parsing.sanitize import one_line

_SHOWN = "[normalize-space() and not(parent::script or parent::style or parent::noscript)]"
_AFTER = etree.XPath(f"(following::text(){_SHOWN})[position() <= 60]")
_BEFORE = etree.XPath(f"preceding::text(){_SHOWN}[position() <= 14]")
_INLINE = frozenset(
    "a abbr address b bdi cite em font i small span strong sub sup time tt u".split()
)
_PROSE = 160  # characters: a longer line is the article's text, or a standfirst
_SENTENCE = re.compile(r"^.{60,}[.!?…][\"”’)]?$")
_STANDFIRSTS = 2
_CLOSE = 4  # elements up from the headline: what they hold belongs to it


@dataclass(frozen=True, slots=True)
class Line:
    """What stands in one block of a page, and the elements that hold its parts."""

    text: str
    block: etree._Element
    elements: tuple[etree._Element, ...]


class HeadlinePlace:
    """Where a page prints its headline: the elements that hold it, and the lines beside it."""

    def __init__(self, heading: etree._Element | None) -> None:
        self.article: frozenset[etree._Element] = frozenset(
            (heading, *heading.iterancestors()) if heading is not None else ()
        )
        self.heading = heading

    @cached_property  # many pages state all that these lines could say
    def lines(self) -> tuple[Line, ...]:
        """The short lines below the headline, down to the article's text, and then those above it."""
        if self.heading is None:
            return ()
        below: list[Line] = []
        long = 0
        for line in lines_of(_AFTER(self.heading), self.article):
            below.append(line)
            long += len(line.text) > _PROSE or _SENTENCE.search(line.text) is not None
            if long > _STANDFIRSTS:
                break
        # far above it a newspaper prints what day it is
        close = {*islice(self.heading.iterancestors(), _CLOSE)}
        above = [
            line
            for line in lines_of(_BEFORE(self.heading), self.article)
            if not close.isdisjoint(line.block.iterancestors())
        ]
        return (*below, *reversed(above))


def lines_of(texts: Iterable[str], article: Collection[etree._Element]) -> Iterator[Line]:
    """Join the texts of a tree that stand in one block; those around the article are left out."""
    for block, group in groupby(texts, key=_block):
        parts = [t for t in group if not stands_around(_holder(t), article)]
        text = one_line(" ".join(parts))
        if text:
            yield Line(text, block, tuple(dict.fromkeys(map(_holder, parts))))


def _block(text: str) -> etree._Element:
    block = _holder(text)
    while block.tag in _INLINE and (above := block.getparent()) is not None:
        block = above
    return block


def _holder(text: Any) -> etree._Element:  # noqa: ANN401 - a text of lxml, which knows where it stands
    holder: etree._Element = text.getparent()
    return above if text.is_tail and (above := holder.getparent()) is not None else holder
