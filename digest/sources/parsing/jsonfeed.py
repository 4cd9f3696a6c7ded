"""JSON Feed 1.0 and 1.1: bytes to entries (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from typing import Any

from digest.sources.parsing.charset import decode
from digest.sources.parsing.entry import Entry, Feed, Medium
from digest.sources.parsing.unreadable import NotAFeed


def is_json(data: bytes) -> bool:
    """Tell whether a document is JSON and no markup."""
    return data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"


def read_json_feed(data: bytes) -> Feed:
    """Read a JSON Feed; an item that is none is left out, with a warning."""
    try:
        document = json.loads(decode(data), strict=False)
    except (ValueError, RecursionError) as error:
        raise NotAFeed(f"not a feed: its JSON cannot be read ({error})") from None
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list):
        raise NotAFeed("not a feed: JSON without a list of items")
    good = [i for i in items if isinstance(i, dict)]
    lost = len(items) - len(good)
    return Feed(
        title=_text(document, "title"),
        link=_text(document, "home_page_url"),
        language=_text(document, "language"),
        entries=tuple(_entry(i, document) for i in good),
        next_page=_text(document, "next_url"),
        warnings=(f"{lost} of {len(items)} items are no objects",) if lost else (),
    )


def _entry(item: Mapping[str, Any], document: Mapping[str, Any]) -> Entry:
    plain = (_text(item, "content_text") or "").replace("\r\n", "\n").split("\n\n")
    paragraphs = "".join(f"<p>{_escaped(p)}</p>" for p in plain if p.strip())
    pictures = (_text(item, key) for key in ("image", "banner_image"))
    files = (file for file in _list(item, "attachments") if isinstance(file, dict))
    media = (
        *(Medium(url=url, medium="image") for url in pictures if url),
        *(
            Medium(url=url, type=_text(file, "mime_type"), alt=_escaped(_text(file, "title")))
            for file in files
            if (url := _text(file, "url"))
        ),
    )
    enclosed = next((m.url for m in media if not m.is_picture), None)
    return Entry(
        guid=_text(item, "id"),
        link=_text(item, "url") or _text(item, "external_url") or enclosed,
        title=_escaped(_text(item, "title")),
        summary=_escaped(_text(item, "summary")),
        content=_text(item, "content_html") or paragraphs or None,
        authors=tuple(_authors(item) or _authors(document)),
        published=_text(item, "date_published"),
        updated=_text(item, "date_modified"),
        tags=tuple(
            _escaped(str(t)) or "" for t in _list(item, "tags") if isinstance(t, (str, int))
        ),
        media=media,
        language=_text(item, "language") or _text(document, "language"),
    )


def _text(item: Mapping[str, Any], key: str) -> str | None:
    value = item.get(key)
    usable = isinstance(value, (str, int, float)) and not isinstance(value, bool)
    return str(value) if usable and str(value).strip() else None


def _list(item: Mapping[str, Any], key: str) -> list[Any]:
    value = item.get(key)
    return value if isinstance(value, list) else []


def _escaped(text: str | None) -> str | None:
    """Guard a plain text against being read as markup further on."""
    return html.escape(text, quote=False) if text else None


def _authors(item: Mapping[str, Any]) -> list[str]:
    people = [*_list(item, "authors"), item.get("author")]
    return [n for p in people if isinstance(p, dict) and (n := _text(p, "name"))]
