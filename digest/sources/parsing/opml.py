"""OPML 2.0: lists of feeds, from and for feed readers (http://opml.org/spec2.opml)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from digest.editorial.address import cleaned
from digest.errors import UsageError
from digest.sources.parsing.sanitize import one_line, without_controls

_MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A feed of a list: its title, its address, its page, and the folders that it lies in."""

    title: str
    feed: str
    page: str | None = None
    folders: tuple[str, ...] = ()


def read_opml(data: bytes) -> tuple[Outline, ...]:
    """Read the feeds of a list, each address once, in its order; raises UsageError."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None or not str(root.tag).lower().endswith("opml"):
        raise UsageError("this is no OPML file: it has no <opml> element")
    found: dict[str, Outline] = {}
    for element in root.iter("outline"):
        values = {str(k).lower(): v for k, v in element.attrib.items()}
        stated = re.sub(r"^feed:(?://)?(?=https?:)|^feed(?=://)", "", values.get("xmlurl", ""))
        feed = cleaned(stated or None)
        if feed is None or feed in found or len(found) >= _MOST:
            continue
        above = [p.get("title") or p.get("text") for p in element.iterancestors("outline")]
        folders = tuple(one_line(name) for name in reversed(above) if name)
        first = values.get("category", "").partition(",")[0].strip("/")
        found[feed] = Outline(
            title=one_line(values.get("title") or values.get("text") or feed),
            feed=feed,
            page=cleaned(values.get("htmlurl")),
            folders=folders or tuple(one_line(p) for p in first.split("/") if p.strip()),
        )
    return tuple(found.values())


def write_opml(title: str, outlines: Iterable[Outline]) -> bytes:
    """Write a list of feeds; folders are written as categories."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = _safe(title)
    body = etree.SubElement(root, "body")
    for outline in outlines:
        element = etree.SubElement(body, "outline", type="rss", text=_safe(outline.title))
        element.set("title", _safe(outline.title))
        element.set("xmlUrl", _safe(outline.feed))
        if outline.page:
            element.set("htmlUrl", _safe(outline.page))
        if outline.folders:
            element.set(
                "category", _safe("/" + "/".join(f.replace("/", " ") for f in outline.folders))
            )
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)


def _safe(text: str) -> str:
    return re.sub(r"[\t\n\r]", " ", without_controls(text))
