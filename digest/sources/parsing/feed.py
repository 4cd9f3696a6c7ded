"""RSS 0.9x, 1.0 and 2.0, RDF and Atom: bytes to entries, by feedparser."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from typing import Any

import feedparser
import feedparser.api

from digest.sources.parsing.entry import Feed
from digest.sources.parsing.feed_damage import described, repaired, without_torn
from digest.sources.parsing.feed_entry import entry_of, number_in, unproxied
from digest.sources.parsing.mediarss import has_words, media_words, without_words
from digest.sources.parsing.unreadable import NotAFeed

_ITEMS = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]")
_RHYTHM = {"hourly": 60, "daily": 1440, "weekly": 10080, "monthly": 43200, "yearly": 525600}
# a third of its time went into texts that came in pieces
feedparser.api.PREFERRED_XML_PARSERS.insert(0, "digest.sources.parsing.expat")


def read_feed(data: bytes, content_type: str = "application/xml") -> Feed:
    """Read a feed document; one that is damaged gives what can be read, and a warning."""
    words = media_words(data) if has_words(data) else []
    data = without_words(data) if words else data
    parsed = _parse(data, content_type)
    warnings: list[str] = []
    if not parsed.get("entries") and _ITEMS.search(data):
        parsed = _parse(repaired(data), content_type)
        warnings.append("the document is malformed and was repaired")
    version, entries = parsed.get("version") or "", list(parsed.get("entries") or ())
    if not version and not entries:
        raise NotAFeed(described(data))
    if parsed.get("bozo") and isinstance(parsed.get("bozo_exception"), Exception):
        entries, problem = without_torn(entries, parsed["bozo_exception"])
        warnings += [problem] if problem and not warnings else []
    head = parsed.get("feed") or {}
    atom = version.startswith("atom")
    # what states that it is text is text to the letter; most that state nothing never thought of it
    literal = b"type='text'" in data or b'type="text"' in data
    read = [entry_of(e, head, atom=atom, literal=literal) for e in entries]
    if len(words) >= len(read):
        read = [
            replace(
                entry,
                media=tuple(replace(m, alt=said.alts.get(m.url)) for m in entry.media),
                summary=entry.summary or said.description,
            )
            for entry, said in zip(read, words, strict=False)
        ]
    neighbours = {link.get("rel"): link.get("href") for link in head.get("links") or ()}
    # ttl is in minutes (RSS 2.0), the syndication module has a period and a frequency (RSS 1.0)
    period = _RHYTHM.get(str(head.get("sy_updateperiod") or "").strip().lower())
    frequency = number_in(head.get("sy_updatefrequency")) or 1
    minutes = number_in(head.get("ttl")) or (period // frequency if period else None)
    return Feed(
        title=head.get("title"),
        link=head.get("link"),
        language=head.get("language"),
        entries=tuple(unproxied(entry, data) for entry in read),
        next_page=neighbours.get("prev-archive") or neighbours.get("next"),
        minutes=minutes,
        paged="wordpress" in str(head.get("generator") or "").lower(),
        warnings=tuple(warnings),
    )


def _parse(data: bytes, content_type: str) -> Mapping[str, Any]:
    # bytes, never an address: feedparser opens addresses and files by itself
    parsed: Mapping[str, Any] = feedparser.parse(
        BytesIO(data),
        response_headers={"content-type": content_type},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    return parsed
