"""Discovery: the feeds that a web page names in its head."""

from __future__ import annotations

import re

import lxml.html
from lxml import etree

from digest.editorial.address import cleaned
from digest.sources.parsing.charset import decode
from digest.sources.parsing.documents import Document

_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/feed+json",
        "application/json",
        "application/rdf+xml",
    }
)
_COMMENTS = re.compile(r"comment", re.IGNORECASE)


def feeds_of(document: Document) -> tuple[str, ...]:
    """Return the addresses of a page's feeds, in its order; those of comments come last."""
    text = decode(document.data, document.charset)
    try:
        tree = lxml.html.document_fromstring(text.encode("utf-8"))
    except (etree.ParserError, ValueError):
        return ()
    base = next((e.get("href") for e in tree.iter("base")), None) or document.url
    links = [
        e
        for e in tree.iter("link")
        if "alternate" in (e.get("rel") or "").lower().split()
        and (e.get("type") or "").split(";")[0].strip().lower() in _TYPES
    ]
    links.sort(key=lambda e: bool(_COMMENTS.search(f"{e.get('title')} {e.get('href')}")))
    found = (cleaned(e.get("href"), base) for e in links)
    return tuple(dict.fromkeys(f for f in found if f and f != document.url))
