"""Media RSS 1.5: what feedparser loses of it, the titles of pictures and the text of a group."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from io import BytesIO

from lxml import etree

from digest.sources.parsing.sanitize import plain, without_controls
from digest.sources.parsing.tails import without_chapters

_MRSS = "{http://search.yahoo.com/mrss/}"
_WORDS = re.compile(rb"(</?media:)(title|description)(?=[\s>/])")
_ITEMS = ("{*}item", "{*}entry")


@dataclass(frozen=True, slots=True)
class MediaWords:
    """What an entry's media say: a text for each picture's address, and one for all of it."""

    alts: dict[str, str] = field(default_factory=dict)
    description: str | None = None


def has_words(data: bytes) -> bool:
    """Tell whether a document has titles or descriptions of media."""
    return _WORDS.search(data) is not None


def without_words(data: bytes) -> bytes:
    """Rename them, as feedparser takes the caption of a picture for the summary of its entry."""
    return _WORDS.sub(rb"\1x-\2", data)


def media_words(data: bytes) -> list[MediaWords]:
    """Return the words of each entry's media, in the document's order."""
    events = etree.iterparse(
        BytesIO(data), tag=_ITEMS, recover=True, resolve_entities=False, no_network=True
    )
    found = []
    try:
        for _, item in events:
            found.append(_words(item))
            item.clear()
    except etree.XMLSyntaxError:
        return found
    return found


def _words(item: etree._Element) -> MediaWords:
    alts: dict[str, str] = {}
    description = None
    # titles first: where a picture has both, its title is the shorter text
    for element in (*item.iter(f"{_MRSS}title"), *item.iter(f"{_MRSS}description")):
        parent = element.getparent()
        url = parent.get("url") if parent is not None else None
        text = plain(element.text)
        if not text:
            continue
        if url:
            alts.setdefault(url, text)
        elif element.tag == f"{_MRSS}description":
            said = without_chapters(without_controls(html.unescape(element.text or "")))
            description = description or html.escape(said, quote=False)
    return MediaWords(alts, description)
