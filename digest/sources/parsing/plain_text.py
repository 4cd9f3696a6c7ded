"""A plain-text page, as news sites leave it when their markup is gone: read by its layout."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from digest.editorial.summary import sentences
from digest.model import Image, Quote, Sighting
from digest.sources.parsing.boilerplate import (
    BYLINE,
    EMPTY_BYLINE,
    HONORIFIC,
    MORE_TAGS,
    TAGS_LABEL,
    in_title_case,
    is_department,
    is_furniture,
    is_name,
    is_publisher,
)
from digest.sources.parsing.byline import names_in
from digest.sources.parsing.dates import is_date, read_date, sane
from digest.sources.parsing.sanitize import one_line, without_controls

_SENTENCE = re.compile(r"""[.!?…:;]["”’')\]]*$""")
_TAIL = 14
_STANDFIRST_WORDS = 60
_LONG_HEAD = 12
_TAG_WORDS = 5
_SUBHEAD_WORDS = 12
_PULLED = re.compile(
    r"""^(?P<text>.*[.!?…]["”’']?|["“‘'].*["”’'])\s*(?P<dash>\s[-–—]+\s?|[-–—]{1,2}\s)?\s*"""
    r"""(?P<who>[A-Z][^.!?]*(?:(?<=\bDr|\bMr|\bMs|\bSt)\.[^.!?]*)*)$"""
)
_VERB = re.compile(r"\b(?:said|says|was|were|is|are|has|have|had|will|can|added|explained)\b")
_WHO_WORDS = 16


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines that stand together, and how many empty lines follow."""

    lines: tuple[str, ...]
    gap: int

    @property
    def text(self) -> str:
        return " ".join(self.lines)


def read_text(text: str, sighting: Sighting, *, zone: tzinfo, now: datetime) -> Sighting | None:
    """Read a plain-text page into a sighting; None where it holds no article.

    The parts stand in this order, and each may be absent: publisher, headline, by-line, image alt,
    standfirst, body with pull quotes and sub-headings, author and department, date, tags.
    """
    blocks = _blocks(text)
    blocks, tags, cut = _take_tags(blocks)
    blocks, authors, department, date = _take_signature(blocks)
    blocks, named, dated = _take_bylines(blocks)
    published = sane(read_date(date or dated, zone), now)
    headline, alts, standfirst, body = _take_head(blocks, (*authors, *named))
    prose, quotes = _take_quotes(body)
    if not (headline or standfirst or prose):
        return None
    return replace(
        sighting,
        headline=headline,
        standfirst=standfirst,
        image=Image(alt=alts[0]) if alts else None,
        text="\n\n".join(b.text for b in prose),
        html="".join(_as_html(b, last=b is prose[-1]) for b in prose),
        quotes=quotes,
        authors=authors or named,
        department=department,
        tags=tags,
        tags_cut=cut,
        published=published,
        date_source="page" if published else None,
    )


def _blocks(text: str) -> list[_Block]:
    blocks: list[_Block] = []
    lines: list[str] = []
    gap = 0
    for raw in without_controls(text).expandtabs().splitlines():
        line = one_line(raw)
        if line and gap and lines:
            blocks.append(_Block(tuple(lines), gap))
            lines = []
        gap = 0 if line else gap + 1
        if line:
            lines.append(line)
    blocks.append(_Block(tuple(lines), gap))
    return _without_furniture(blocks)


def _without_furniture(blocks: Sequence[_Block]) -> list[_Block]:
    kept: list[_Block] = []
    for block in blocks:
        lines = tuple(s for s in block.lines if not is_furniture(s) and not EMPTY_BYLINE.match(s))
        if lines:
            kept.append(_Block(lines, block.gap))
        elif kept:
            kept[-1] = replace(kept[-1], gap=max(kept[-1].gap, block.gap))
    return kept


def _take_tags(blocks: list[_Block]) -> tuple[list[_Block], tuple[str, ...], bool]:
    lines = [
        (b.gap if i == len(b.lines) - 1 else 0, s) for b in blocks for i, s in enumerate(b.lines)
    ]
    last = lines[-1][1] if lines else ""
    cut = MORE_TAGS.search(last) is not None
    line = MORE_TAGS.sub("", last)
    if cut and not line:
        blocks = _without_last_line(blocks)
        line = blocks[-1].lines[-1] if blocks else ""
    labelled = TAGS_LABEL.match(line) is not None
    tags = _split_tags(TAGS_LABEL.sub("", line))
    if tags and (cut or labelled or _looks_like_tags(tags)) and len(blocks) > 1:
        return _without_label(_without_last_line(blocks)), tags, cut
    return blocks, (), cut


def _without_label(blocks: list[_Block]) -> list[_Block]:
    if blocks and re.fullmatch(
        r"tags?|keywords?|topics?", blocks[-1].lines[-1].rstrip(":"), re.IGNORECASE
    ):
        return _without_last_line(blocks)
    return blocks


def _without_last_line(blocks: list[_Block]) -> list[_Block]:
    *rest, last = blocks
    return [*rest, replace(last, lines=last.lines[:-1])] if len(last.lines) > 1 else rest


def _split_tags(line: str) -> tuple[str, ...]:
    parts = [one_line(p) for p in re.split(r"[,;|]", line)]
    return tuple(dict.fromkeys(p for p in parts if p)) if not _SENTENCE.search(line) else ()


def _looks_like_tags(tags: tuple[str, ...]) -> bool:
    short = all(len(t.split()) <= _TAG_WORDS and not _SENTENCE.search(t) for t in tags)
    return short and (len(tags) > 1 or re.fullmatch(r"[A-Z]\w*(?:-\w+)+", tags[0]) is not None)


def _take_signature(
    blocks: list[_Block],
) -> tuple[list[_Block], tuple[str, ...], str | None, str | None]:
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
            after = lines[i + 2] if i + 2 < len(lines) and homes[i + 2] == homes[i + 1] else ""
            department = department or (after if after and not is_date(after) else None)
    if not authors and tail and len(tail[-1].lines) == 2 and len(blocks) > 2:  # noqa: PLR2004 - a name and its department
        name, place = tail[-1].lines
        if is_name(name) and is_department(place):
            authors, department, first = [name], place, len(tail) - 1
    date = next((s for b in tail[first:] for s in b.lines if is_date(s)), None)
    return [*body, *tail[:first]], tuple(dict.fromkeys(authors)), department, date


def _take_bylines(blocks: list[_Block]) -> tuple[list[_Block], tuple[str, ...], str | None]:
    """Take "By NAME" and lines that are dates, near the beginning and at the end."""
    names: tuple[str, ...] = ()
    date = None
    kept: list[_Block] = []
    for i, block in enumerate(blocks):
        near = i < 6 or i >= len(blocks) - 4  # noqa: PLR2004 - by-lines stand at the edges
        lines = []
        for line in block.lines:
            by = BYLINE.match(line) if near else None
            written, day = names_in(by["names"]) if by else ((), None)
            if written:
                names, date = names or written, date or day
            elif near and is_date(line):
                date = date or line
            else:
                lines.append(line)
        if lines:
            kept.append(_Block(tuple(lines), block.gap))
        elif kept:
            kept[-1] = replace(kept[-1], gap=max(kept[-1].gap, block.gap))
    return kept, names, date


def _take_head(
    blocks: list[_Block], people: tuple[str, ...]
) -> tuple[str | None, list[str], str | None, list[_Block]]:
    publisher_gap = 0
    if len(blocks) > 1 and is_publisher(blocks[0].text):
        publisher_gap = blocks[0].gap
        blocks = blocks[1:]
    headline = None
    if blocks and publisher_gap < 2 and _can_be_headline(blocks):  # noqa: PLR2004 - two lines: no headline
        headline = blocks[0].text
        blocks = blocks[1:]
    labels, rest = _until_prose(blocks)
    captions = list(dict.fromkeys(_once(b.text) for b in labels if b.text not in people))
    standfirst = None
    if rest and _can_be_standfirst(rest):
        standfirst, rest = rest[0].text, rest[1:]
    elif captions and len(captions[-1].split()) >= _LONG_HEAD:
        standfirst = captions.pop()
    return headline, captions, standfirst, rest


def _can_be_headline(blocks: list[_Block]) -> bool:
    line, gap = blocks[0].text, blocks[0].gap
    words = len(line.split())
    if len(blocks) == 1 or len(blocks[0].lines) > 2 or words > 30:  # noqa: PLR2004 - a headline is short
        return False
    return not _is_prose(line) or (gap > 1 and words <= 15 and len(sentences(line)) == 1)  # noqa: PLR2004


def _until_prose(blocks: list[_Block]) -> tuple[list[_Block], list[_Block]]:
    for i, block in enumerate(blocks):
        if _is_prose(block.text):
            return blocks[:i], blocks[i:]
    return blocks[:1], blocks[1:]


def _is_prose(line: str) -> bool:
    if line.endswith(("?", "!")):
        return len(line.split()) > 20 or len(sentences(line)) > 1  # noqa: PLR2004 - a headline may ask
    return _SENTENCE.search(line) is not None or len(line.split()) > 30  # noqa: PLR2004


def _once(caption: str) -> str:
    """Undo an alt text that was printed twice on one line."""
    words = caption.split()
    half = len(words) // 2
    return " ".join(words[:half]) if half and words[:half] * 2 == words else caption


def _can_be_standfirst(blocks: list[_Block]) -> bool:
    return len(blocks) > 1 and len(blocks[0].text.split()) <= _STANDFIRST_WORDS


def _take_quotes(blocks: list[_Block]) -> tuple[list[_Block], tuple[Quote, ...]]:
    said = _letters(" ".join(b.text for b in blocks if _SENTENCE.search(b.text)))
    prose: list[_Block] = []
    quotes: list[Quote] = []
    for block in blocks:
        quote = _pull_quote(block, said) if block.text else None
        if quote is None:
            prose.append(block)
        elif quote not in quotes:
            quotes.append(quote)
    return prose, tuple(quotes)


def _pull_quote(block: _Block, said: str) -> Quote | None:
    found = _PULLED.match(block.text)
    if found is None or _SENTENCE.search(block.text) or len(found["who"].split()) > _WHO_WORDS:
        return None
    text, who = _whole_sentence(found["text"], found["who"])
    words = text.strip("\"“”‘’' ")
    stands = len(_letters(words)) > 20 and _letters(words) in said  # noqa: PLR2004 - a few letters stand anywhere
    marked = found["dash"] is not None or text[:1] in '"“‘'
    person = HONORIFIC.match(who) is not None or in_title_case(who)
    several = len(who.split()) > 1
    if (
        not several
        or _VERB.search(who)
        or not (stands or (person and (marked or is_name(who) or HONORIFIC.match(who))))
    ):
        return None
    return Quote(text=words, attribution=who)


def _whole_sentence(text: str, who: str) -> tuple[str, str]:
    """Give "Prof." and its like back to the name they belong to."""
    parts = sentences(f"{text} {who}")
    if parts[-1] != who and parts[-1].endswith(who) and len(parts) > 1:
        return " ".join(parts[:-1]), parts[-1]
    return text, who


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


def _as_html(block: _Block, *, last: bool) -> str:
    words = html.escape(block.text, quote=False)
    short = len(block.text.split()) <= _SUBHEAD_WORDS
    title = short and not last and not _SENTENCE.search(block.text)
    return f"<h3>{words}</h3>" if title else f"<p>{words}</p>"
