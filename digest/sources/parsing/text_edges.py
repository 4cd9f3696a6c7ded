"""The edges of a text page: its tags, who signed it, and its by-lines and dates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from digest.sources.parsing.boilerplate import (
    BYLINE,
    DATED,
    MORE_TAGS,
    TAGS_LABEL,
    is_department,
    is_name,
)
from digest.sources.parsing.byline import names_in
from digest.sources.parsing.dates import is_date
from digest.sources.parsing.sanitize import one_line
from digest.sources.parsing.text_layout import SENTENCE, Block, without_last_line, without_lines

_TAIL = 14
_TAG_WORDS = 5
_LONGEST = 200  # characters: a longer line is prose
_NEAR_TOP, _NEAR_END = 6, 6
_PARTS = re.compile(r"\s+[|·•]\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Who signed a page, for which department, and the date beside it."""

    authors: tuple[str, ...] = ()
    department: str | None = None
    date: str | None = None


def take_tags(blocks: list[Block]) -> tuple[list[Block], tuple[str, ...], bool]:
    """Take the last line, where it is a list of tags; tell whether the list says that it goes on."""
    last = blocks[-1].lines[-1] if blocks else ""
    cut = MORE_TAGS.search(last) is not None
    line = MORE_TAGS.sub("", last)
    if cut and not line:
        blocks = without_last_line(blocks)
        line = blocks[-1].lines[-1] if blocks else ""
    labelled = TAGS_LABEL.match(line) is not None
    written = TAGS_LABEL.sub("", line)
    parts = [one_line(p).strip(" /|·•") for p in re.split(r"[,;|]|\s[/·•]\s", written)]
    tags = tuple(dict.fromkeys(p for p in parts if p)) if not SENTENCE.search(written) else ()
    short = all(len(t.split()) <= _TAG_WORDS and not SENTENCE.search(t) for t in tags)
    # one word with hyphens is a label of a planning system; one word alone may be anything
    listed = short and (len(tags) > 1 or bool(tags and re.fullmatch(r"[A-Z]\w*(?:-\w+)+", tags[0])))
    names = BYLINE.match(line) is not None or is_date(line)
    if not tags or names or not (cut or labelled or listed) or len(blocks) < 2:  # noqa: PLR2004 - tags alone are no page
        return blocks, (), cut
    blocks = without_last_line(blocks)
    heading = blocks[-1].lines[-1].rstrip(":") if blocks else ""
    if re.fullmatch(r"tags?|keywords?|topics?", heading, re.IGNORECASE):
        blocks = without_last_line(blocks)
    return blocks, tags, cut


def take_signature(blocks: list[Block]) -> tuple[list[Block], Signed]:
    """Take the authors who are printed twice near the end, with a department."""
    body, tail = blocks[:-_TAIL], blocks[-_TAIL:]
    lines = [s for b in tail for s in b.lines]
    homes = [i for i, b in enumerate(tail) for _ in b.lines]
    authors: list[str] = []
    department, first = None, len(tail)
    for i, line in enumerate(lines):
        twice = i + 1 < len(lines) and lines[i + 1] == line
        if twice and is_name(line):
            authors.append(line)
            first = min(first, homes[i])
            together = i + 2 < len(lines) and (
                homes[i + 2] == homes[i + 1] or is_department(lines[i + 2])
            )
            after = lines[i + 2] if together else ""
            department = department or (after if after and not is_date(after) else None)
    if not authors and tail and len(tail[-1].lines) == 2 and len(blocks) > 2:  # noqa: PLR2004 - a name and its department
        name, place = tail[-1].lines
        if is_name(name) and is_department(place):
            authors, department, first = [name], place, len(tail) - 1
    date = next((s for b in tail[first:] for s in b.lines if is_date(s)), None)
    signed = Signed(authors=tuple(dict.fromkeys(authors)), department=department, date=date)
    return [*body, *tail[:first]], signed


def take_bylines(blocks: list[Block], language: str | None) -> tuple[list[Block], Signed]:
    """Take "By NAME" and lines that are dates, near the beginning and at the end."""
    edges = [*blocks[:_NEAR_TOP], *blocks[max(_NEAR_TOP, len(blocks) - _NEAR_END) :]]
    found = {line: signed_line(line, language) for block in edges for line in block.lines}
    taken = {line for line, said in found.items() if said.authors or said.date}
    names = next((said.authors for said in found.values() if said.authors), ())
    # a name above a date is a by-line too, where nobody else signs; the first line is the headline
    top = [line for block in blocks[:_NEAR_TOP] for line in block.lines]
    for line, below in pairwise(top[1:]):
        if not names and below in taken and (written := names_in(line, language)[0]):
            names = written
            taken.add(line)
    date = next((said.date for said in found.values() if said.date), None)
    return without_lines(blocks, taken.__contains__), Signed(authors=names, date=date)


def signed_line(line: str, language: str | None) -> Signed:
    """Read a line that says who wrote, or when: "By Sam Pole | Friday 12 May 2008", or either alone."""
    authors: tuple[str, ...] = ()
    date: str | None = None
    parts = _PARTS.split(line) if len(line) < _LONGEST else []
    for part in parts:
        written: tuple[str, ...] = ()
        day: str | None = None
        stated = DATED.sub("", part)
        before, _, behind = part.partition(" by ")
        if by := BYLINE.match(part):
            written, day = names_in(by["names"] or by["named"], language)
        elif is_date(stated, language):
            day = stated
        elif behind and is_date(before.rstrip(" ,-–—"), language):
            # "12 May 2008, by Sam Pole"
            written, day = names_in(behind, language)[0], before.rstrip(" ,-–—")
        authors, date = authors or written, date or day
    if date and not authors and len(parts) > 1:
        # "Ann Roe | 12 May 2008"
        authors = next((found for p in parts if (found := names_in(p, language)[0])), ())
    return Signed(authors=authors, date=date)
