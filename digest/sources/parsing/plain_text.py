"""A plain-text page, as news sites leave it when their markup is gone: read by its layout."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import datetime, tzinfo

from digest.editorial.summary import sentences
from digest.model import Image, Sighting
from digest.sources.parsing.boilerplate import is_publisher
from digest.sources.parsing.dates import date_in_name, read_date, sane
from digest.sources.parsing.pull_quotes import take_quotes
from digest.sources.parsing.text_edges import take_bylines, take_signature, take_tags
from digest.sources.parsing.text_layout import SENTENCE, Block, blocks_of

_STANDFIRST_WORDS = 60
_LONG_HEAD = 12
_SUBHEAD_WORDS = 12


def read_text(text: str, sighting: Sighting, *, zone: tzinfo, now: datetime) -> Sighting | None:
    """Read a plain-text page into a sighting; None where it holds no article.

    The parts stand in this order, and each may be absent: publisher, headline, by-line, image alt,
    standfirst, body with pull quotes and sub-headings, author and department, date, tags.
    """
    language = sighting.language
    blocks, in_lines = blocks_of(text)
    blocks, tags, cut = take_tags(blocks)
    blocks, signed = take_signature(blocks)
    blocks, by = take_bylines(blocks, language)
    stated = sane(read_date(signed.date or by.date, zone, language), now)
    published = stated or sane(date_in_name(sighting.path, zone), now)
    people = (*signed.authors, *by.authors)
    headline, alts, standfirst, body = _take_head(blocks, people, in_lines=in_lines)
    prose, quotes = take_quotes(body)
    if not (headline or standfirst or prose):
        return None
    parts = []
    for block in prose:
        short = len(block.text.split()) <= _SUBHEAD_WORDS and not SENTENCE.search(block.text)
        tag = "h3" if short and block is not prose[-1] else "p"
        parts.append(f"<{tag}>{html.escape(block.text, quote=False)}</{tag}>")
    return replace(
        sighting,
        headline=headline,
        standfirst=standfirst,
        image=Image(alt=alts[0]) if alts else None,
        text="\n\n".join(b.text for b in prose),
        html="".join(parts),
        quotes=quotes,
        authors=signed.authors or by.authors,
        department=signed.department,
        tags=tags,
        tags_cut=cut,
        published=published,
        date_source=("page" if stated else "file") if published else None,
    )


def _take_head(
    blocks: list[Block], people: tuple[str, ...], *, in_lines: bool
) -> tuple[str | None, list[str], str | None, list[Block]]:
    """Take headline, captions and standfirst off the blocks; return them, and the body."""
    publisher_gap = 0
    if len(blocks) > 1 and is_publisher(blocks[0].text):
        publisher_gap = blocks[0].gap
        blocks = blocks[1:]
    headline = None
    if blocks and publisher_gap < 2 and _can_be_headline(blocks):  # noqa: PLR2004 - two lines: no headline
        headline = blocks[0].text
        blocks = blocks[1:]
    begins = next((i for i, b in enumerate(blocks) if _is_prose(b.text)), min(1, len(blocks)))
    labels, rest = blocks[:begins], blocks[begins:]
    captions = list(dict.fromkeys(_once(b.text) for b in labels if b.text not in people))
    standfirst = None
    if in_lines:
        # nothing but its place tells a standfirst, and in such a page every line has one
        rest = [b for b in labels if b.text not in people] + rest
        return headline, [], None, rest
    if len(rest) > 1 and len(rest[0].text.split()) <= _STANDFIRST_WORDS:
        standfirst, rest = rest[0].text, rest[1:]
    elif captions and len(captions[-1].split()) >= _LONG_HEAD:
        standfirst = captions.pop()
    return headline, captions, standfirst, rest


def _can_be_headline(blocks: list[Block]) -> bool:
    line, gap = blocks[0].text, blocks[0].gap
    words = len(line.split())
    if len(blocks) == 1 or len(blocks[0].lines) > 2 or words > 30:  # noqa: PLR2004 - a headline is short
        return False
    return not _is_prose(line) or (gap > 1 and words <= 15 and len(sentences(line)) == 1)  # noqa: PLR2004


def _is_prose(line: str) -> bool:
    if line.endswith(("?", "!")):
        return len(line.split()) > 20 or len(sentences(line)) > 1  # noqa: PLR2004 - a headline may ask
    return SENTENCE.search(line) is not None or len(line.split()) > 30  # noqa: PLR2004


def _once(caption: str) -> str:
    """Undo an alt text that was printed twice on one line."""
    words = caption.split()
    half = len(words) // 2
    return " ".join(words[:half]) if half and words[:half] * 2 == words else caption
