"""RSS 0.9x, 1.0 and 2.0, RDF and Atom: bytes to entries, by feedparser."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from io import BytesIO
from typing import Any

import feedparser
import feedparser.api
from lxml import etree

from digest.sources.parsing.entry import Entry, Feed, Medium
from digest.sources.parsing.errors import NotAFeed
from digest.sources.parsing.mediarss import MediaWords, has_words, media_words, without_words

_HEAD = 2048
_PAGE = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_ITEMS = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]")
_WALL = re.compile(
    rb"captcha|challenge|just a moment|access denied|are you (?:a )?human|log ?in|sign ?in",
    re.IGNORECASE,
)
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
        parsed = _parse(_repaired(data), content_type)
        warnings.append("the document is malformed and was repaired")
    version, entries = parsed.get("version") or "", list(parsed.get("entries") or ())
    if not version and not entries:
        raise NotAFeed(_looks_like(data))
    if parsed.get("bozo") and isinstance(parsed.get("bozo_exception"), Exception):
        entries, problem = _without_torn(entries, parsed["bozo_exception"])
        warnings += [problem] if problem and not warnings else []
    head = parsed.get("feed") or {}
    atom = version.startswith("atom")
    read = [_entry(e, head, atom=atom) for e in entries]
    if len(words) >= len(read):
        read = [_with_words(e, w) for e, w in zip(read, words, strict=False)]
    return Feed(
        title=head.get("title"),
        link=head.get("link"),
        language=head.get("language"),
        entries=tuple(read),
        next_page=_link(head.get("links"), ("prev-archive", "next")),
        minutes=_minutes(head),
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


def _repaired(data: bytes) -> bytes:
    """Mend what a strict parser refuses: undeclared prefixes, unclosed elements, stray bytes."""
    bare = re.sub(rb"(</?)rss:(?=\w)", rb"\1", data)
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(bare, parser)
    except (etree.XMLSyntaxError, ValueError):
        return bare
    return etree.tostring(root, encoding="utf-8") if root is not None else bare


def _looks_like(data: bytes) -> str:
    head = data[:_HEAD]
    if not data.strip():
        return "the document is empty"
    if _PAGE.search(head):
        kind = "a bot check or login page" if _WALL.search(data[: _HEAD * 16]) else "a web page"
        return f"not a feed, but {kind}"
    return "not a feed in any known format"


def _without_torn(entries: list[Any], error: Exception) -> tuple[list[Any], str | None]:
    """Leave out a last entry that was cut in two: it comes whole the next time."""
    if type(error).__name__ in {"CharacterEncodingOverride", "NonXMLContentType"}:
        return entries, None
    torn = entries and not entries[-1].get("link") and not entries[-1].get("id")
    reason = str(getattr(error, "getMessage", lambda: error)())[:120]
    return entries[:-1] if torn else entries, f"the document is malformed ({reason})"


def _entry(entry: Mapping[str, Any], head: Mapping[str, Any], *, atom: bool) -> Entry:
    content = _content(entry.get("content") or ())
    # feedparser answers "updated" with "published" where there is none: ask whether it is there
    updated = entry.get("updated") if "updated" in entry else None
    published = entry.get("published") or entry.get("created") or (None if atom else updated)
    return Entry(
        guid=entry.get("id"),
        link=entry.get("feedburner_origlink") or entry.get("link") or _enclosed(entry),
        title=entry.get("title"),
        summary=entry.get("summary"),
        content=content,
        authors=tuple(_authors(entry)),
        published=published,
        updated=updated if atom or entry.get("published") else None,
        tags=tuple(map(_tag, entry.get("tags") or ())),
        media=tuple({m.url: m for m in reversed([*_media(entry)])}.values())[::-1],
        language=(entry.get("title_detail") or {}).get("language") or head.get("language"),
        base=_base(entry),
    )


def _with_words(entry: Entry, words: MediaWords) -> Entry:
    media = tuple(replace(m, alt=words.alts.get(m.url)) for m in entry.media)
    return replace(entry, media=media, summary=entry.summary or words.description)


def _tag(tag: Mapping[str, Any]) -> str:
    """Return a category's term, or its label where the term is a number or an address."""
    term, label = tag.get("term") or "", tag.get("label") or ""
    return label if label and (not term or term.isdigit() or "://" in term) else term


def _content(contents: Iterable[Mapping[str, Any]]) -> str | None:
    texts = [c.get("value") or "" for c in contents if "html" in (c.get("type") or "html")]
    texts = texts or [
        c.get("value") or "" for c in contents if (c.get("type") or "").startswith("text/")
    ]
    return max(texts, key=len, default="") or None


def _authors(entry: Mapping[str, Any]) -> Iterable[str]:
    for author in entry.get("authors") or ():
        yield _name(author.get("name") or "") or author.get("email") or ""
    if not entry.get("authors") and entry.get("author"):
        yield _name(entry["author"])


def _name(text: str) -> str:
    """Mend a name from which feedparser cut an address: "Jo Roe (mailto:", "J (Jo Roe"."""
    name = re.sub(r"\s*\(\s*(?:mailto:)?\s*\)?\s*$", "", text)
    return f"{name})" if name.count("(") > name.count(")") else name


def _media(entry: Mapping[str, Any]) -> Iterable[Medium]:
    for item in (*(entry.get("media_content") or ()), *(entry.get("enclosures") or ())):
        if url := item.get("url") or item.get("href"):
            yield Medium(
                url=url,
                type=item.get("type"),
                medium=item.get("medium"),
                width=_number(item.get("width")),
                height=_number(item.get("height")),
            )
    cover = {"url": (entry.get("image") or {}).get("href")}
    for item in (*(entry.get("media_thumbnail") or ()), cover):
        if url := item.get("url"):
            yield Medium(
                url=url,
                medium="image",
                width=_number(item.get("width")),
                height=_number(item.get("height")),
            )


def _enclosed(entry: Mapping[str, Any]) -> str | None:
    return (
        entry.get("id") if str(entry.get("id") or "").startswith(("http://", "https://")) else None
    )


def _base(entry: Mapping[str, Any]) -> str | None:
    details = [
        *(entry.get("content") or ()),
        entry.get("summary_detail") or {},
        entry.get("title_detail") or {},
    ]
    return next((d["base"] for d in details if d.get("base")), None)


def _link(links: Iterable[Mapping[str, Any]] | None, relations: tuple[str, ...]) -> str | None:
    found = {link.get("rel"): link.get("href") for link in links or ()}
    return next((found[r] for r in relations if found.get(r)), None)


def _minutes(head: Mapping[str, Any]) -> int | None:
    """Read `ttl` (RSS 2.0, minutes) or the syndication module's period (RSS 1.0)."""
    if ttl := _number(head.get("ttl")):
        return ttl
    period = _RHYTHM.get(str(head.get("sy_updateperiod") or "").strip().lower())
    frequency = _number(head.get("sy_updatefrequency")) or 1
    return period // frequency if period else None


def _number(value: object) -> int | None:
    digits = re.match(r"\s*(\d{1,6})", str(value or ""))
    return int(digits[1]) if digits else None
