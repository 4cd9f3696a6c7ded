"""A feed of issues (Atom, RFC 4287), for feed readers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

_ATOM = "http://www.w3.org/2005/Atom"
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedIssue:
    """An issue in a feed; `url` is absolute, and its identity."""

    url: str
    title: str
    summary: str
    at: datetime


def atom_feed(
    entries: Sequence[FeedIssue], *, title: str, author: str, language: str, url: str, page: str
) -> bytes:
    """Return the feed at `url` of what `page` lists, both absolute; the newest entry comes first."""
    feed = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": language})
    newest = entries[0].at if entries else datetime.fromtimestamp(0, UTC)
    for name, said in (("id", url), ("title", title), ("updated", _written(newest))):
        _add(feed, name, said)
    _add(_add(feed, "author"), "name", author)
    _add(feed, "link", rel="self", type="application/atom+xml", href=url)
    _add(feed, "link", rel="alternate", type="text/html", href=page)
    for each in entries:
        entry = _add(feed, "entry")
        at = _written(each.at)
        for name, said in (
            ("id", each.url),
            ("title", each.title),
            ("published", at),
            ("updated", at),
            ("summary", each.summary),
        ):
            _add(entry, name, said)
        _add(entry, "link", rel="alternate", type="text/html", href=each.url)
    return bytes(ET.tostring(feed, encoding="utf-8", xml_declaration=True))


def _add(parent: ET.Element, name: str, said: str = "", **attributes: str) -> ET.Element:
    made = ET.SubElement(parent, name, attributes)
    made.text = _NO_XML.sub("", said) or None
    return made


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
