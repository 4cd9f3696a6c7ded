"""Damage to a feed document: what it is where it is no feed, and what of a broken one can be kept."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

_HEAD = 2048
_PAGE = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_WALL = re.compile(
    rb"captcha|challenge|just a moment|access denied|are you (?:a )?human|log ?in|sign ?in",
    re.IGNORECASE,
)


def repaired(data: bytes) -> bytes:
    """Mend what a strict parser refuses: undeclared prefixes, unclosed elements, stray bytes."""
    bare = re.sub(rb"(</?)rss:(?=\w)", rb"\1", data)
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(bare, parser)
    except (etree.XMLSyntaxError, ValueError):
        return bare
    return etree.tostring(root, encoding="utf-8") if root is not None else bare


def described(data: bytes) -> str:
    """Say what a document looks like that is no feed."""
    head = data[:_HEAD]
    if not data.strip():
        return "the document is empty"
    if _PAGE.search(head):
        kind = "a bot check or login page" if _WALL.search(data[: _HEAD * 16]) else "a web page"
        return f"not a feed, but {kind}"
    return "not a feed in any known format"


def without_torn(entries: list[Any], error: Exception) -> tuple[list[Any], str | None]:
    """Leave out a last entry that was cut in two: it comes whole the next time."""
    if type(error).__name__ in {"CharacterEncodingOverride", "NonXMLContentType"}:
        return entries, None
    torn = entries and not entries[-1].get("link") and not entries[-1].get("id")
    reason = str(getattr(error, "getMessage", lambda: error)())[:120]
    return entries[:-1] if torn else entries, f"the document is malformed ({reason})"
