"""A text page's lines, as blocks that stand together, without what is the site's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from digest.sources.parsing.boilerplate import (
    BYLINE,
    EMPTY_BYLINE,
    SEE_ALSO,
    is_furniture,
    is_label,
)
from digest.sources.parsing.dates import is_date
from digest.sources.parsing.sanitize import one_line, without_controls

SENTENCE = re.compile(r"""[.!?…:;。！？؟।]["”’')\]»」]*$""")
_WRAPPED = range(55, 82)  # characters: where editors and mail programs break lines
_LISTED = 5


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that stand together, and how many empty lines follow."""

    lines: tuple[str, ...]
    gap: int

    @property
    def text(self) -> str:
        """Return the lines as one."""
        return " ".join(self.lines)


def blocks_of(text: str) -> tuple[list[Block], bool]:
    """Return a page's blocks, and whether it parts paragraphs by lines alone.

    A page that was copied without its empty lines has a paragraph in each line, unless its lines
    were broken at a column.
    """
    blocks: list[Block] = []
    lines: list[str] = []
    gap = 0
    for raw in without_controls(text).expandtabs().splitlines():
        line = one_line(raw)
        if line and gap and lines:
            blocks.append(Block(tuple(lines), gap))
            lines = []
        gap = 0 if line else gap + 1
        if line:
            lines.append(line)
    blocks.append(Block(tuple(lines), gap))
    inner = sum(len(line) in _WRAPPED and not SENTENCE.search(line) for line in lines[:-1])
    alone = len(blocks) == 1 and len(lines) > 2 and inner * 2 < len(lines)  # noqa: PLR2004 - two lines say nothing of a habit
    if alone:
        blocks = [Block((line,), 1) for line in lines]
    else:
        blocks = [part for block in blocks for part in _paragraphs(block)]
    return without_lines(
        _without_lists(blocks), lambda s: is_furniture(s) or bool(EMPTY_BYLINE.match(s))
    ), alone


def without_lines(blocks: Sequence[Block], unwanted: Callable[[str], bool]) -> list[Block]:
    """Return the blocks without some of their lines; a block that loses all leaves its gap."""
    kept: list[Block] = []
    for block in blocks:
        lines = tuple(line for line in block.lines if not unwanted(line))
        if lines:
            kept.append(Block(lines, block.gap))
        elif kept:
            kept[-1] = replace(kept[-1], gap=max(kept[-1].gap, block.gap))
    return kept


def without_last_line(blocks: list[Block]) -> list[Block]:
    """Return the blocks without the last line of the last."""
    *rest, last = blocks
    return [*rest, replace(last, lines=last.lines[:-1])] if len(last.lines) > 1 else rest


def _paragraphs(block: Block) -> Iterator[Block]:
    """Part a block of which each line is a paragraph: it ends as a sentence does."""
    whole = len(block.lines) > 1 and all(
        SENTENCE.search(s) and len(s.split()) > _LISTED for s in block.lines
    )
    if not whole:
        yield block
        return
    for line in block.lines[:-1]:
        yield Block((line,), 1)
    yield Block(block.lines[-1:], block.gap)


def _without_lists(blocks: Sequence[Block]) -> list[Block]:
    """Leave out the titles that stand under "See also" and its like."""
    kept: list[Block] = []
    left = 0
    for block in blocks:
        if block.lines and SEE_ALSO.fullmatch(block.lines[0]):
            listed = [s for s in block.lines[1:] if _ends_a_list(s)]
            left = 0 if len(block.lines) > 1 else _LISTED
            if listed:
                kept.append(Block(tuple(block.lines[block.lines.index(listed[0]) :]), block.gap))
            continue
        if left and len(block.lines) == 1 and not _ends_a_list(block.text):
            left -= 1
            continue
        left = 0
        kept.append(block)
    return kept


def _ends_a_list(line: str) -> bool:
    ends = SENTENCE.search(line) is not None or BYLINE.match(line) is not None or is_date(line)
    return ends or "," in line or is_label(line)
