"""RSS 0.9x, 1.0 and 2.0, RDF and Atom: bytes to entries, by feedparser."""

from __future__ import annotations

import html
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
from digest.sources.parsing.mediarss import has_words, media_words, without_words

_HEAD = 2048
_PAGE = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_ITEMS = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]")
_WALL = re.compile(
    rb"captcha|challenge|just a moment|access denied|are you (?:a )?human|log ?in|sign ?in",
    re.IGNORECASE,
)
_RHYTHM = {"hourly": 60, "daily": 1440, "weekly": 10080, "monthly": 43200, "yearly": 525600}
# addresses that count who follows them, and lead on to the article's own
_PROXY = re.compile(
    r"//(?:feedproxy|feeds2?|rss|go|click|clicks|redirect|track(?:ing)?)\.[^/\s\"<]+/|//feeds\.feedburner\.com/|/~r/|/~3/|"
    r"feedsportal\.com/|//(?:www\.)?pheedcontent\.com/|//news\.google\.com/rss/articles/",
    re.IGNORECASE,
)
_CUT_AT = 4
_WHOLE = frozenset({"info", "name", "mobi", "jobs", "coop", "aero", "asia", "post", "arpa"})
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
    # what states that it is text is text to the letter; most that state nothing never thought of it
    literal = b"type='text'" in data or b'type="text"' in data
    read = [_entry(e, head, atom=atom, literal=literal) for e in entries]
    if len(words) >= len(read):
        read = [
            replace(
                entry,
                media=tuple(replace(m, alt=said.alts.get(m.url)) for m in entry.media),
                summary=entry.summary or said.description,
            )
            for entry, said in zip(read, words, strict=False)
        ]
    read = [_unproxied(e, data) if _PROXY.search(e.link or "") else e for e in read]
    neighbours = {link.get("rel"): link.get("href") for link in head.get("links") or ()}
    return Feed(
        title=head.get("title"),
        link=head.get("link"),
        language=head.get("language"),
        entries=tuple(read),
        next_page=neighbours.get("prev-archive") or neighbours.get("next"),
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


def _entry(
    entry: Mapping[str, Any], head: Mapping[str, Any], *, atom: bool, literal: bool
) -> Entry:
    # feedparser answers "updated" with "published" where there is none: ask whether it is there
    updated = entry.get("updated") if "updated" in entry else None
    published = entry.get("published") or entry.get("created") or (None if atom else updated)
    title, summary = entry.get("title_detail") or {}, entry.get("summary_detail") or {}
    links = {link.get("rel"): link.get("href") for link in reversed(entry.get("links") or ())}
    guid = str(entry.get("id") or "")
    stated = entry.get("feedburner_origlink") or links.get("canonical") or entry.get("link")
    named = guid if guid.startswith(("http://", "https://")) else None
    # an episode that has no page of its own is at least to be heard
    enclosed = next((e.get("href") for e in entry.get("enclosures") or () if e.get("href")), None)
    details = (*(entry.get("content") or ()), summary, title)
    return Entry(
        guid=entry.get("id"),
        link=stated or named or enclosed,
        title=_as_words(entry.get("title"), title, literal=literal) if atom else entry.get("title"),
        summary=_as_words(entry.get("summary"), summary, literal=literal)
        if atom
        else entry.get("summary"),
        content=_content(entry.get("content") or ()),
        authors=tuple(_authors(entry)),
        published=published,
        updated=updated if atom or entry.get("published") else None,
        tags=tuple(
            # a label, where the term is a number or an address
            label if label and (not term or term.isdigit() or "://" in term) else term
            for term, label in (
                (t.get("term") or "", t.get("label") or "") for t in entry.get("tags") or ()
            )
        ),
        media=tuple({m.url: m for m in reversed([*_media(entry)])}.values())[::-1],
        language=title.get("language") or head.get("language"),
        base=next((d["base"] for d in details if d.get("base")), None),
    )


def _as_words(text: str | None, detail: Mapping[str, Any], *, literal: bool) -> str | None:
    """Guard an Atom text against being read as markup further on (RFC 4287, section 3.1.1.1)."""
    if not text or detail.get("type") != "text/plain":
        return text
    if literal:
        return html.escape(text, quote=False)
    opened, closed = (sorted(re.findall(form, text)) for form in (r"<([a-z]\w*)", r"</([a-z]\w*)"))
    # tags in pairs were meant as markup, whatever the type says
    return text if opened == closed else text.replace("<", "&lt;").replace(">", "&gt;")


def _unproxied(entry: Entry, data: bytes) -> Entry:
    """Give an entry its permanent guid for a link, as its link leads through a counting proxy."""
    guid = entry.guid or ""
    if not guid.startswith(("http://", "https://")):
        return entry
    written = re.escape(html.escape(guid, quote=False).encode())
    stated = re.search(rb"<guid\b([^>]*)>\s*(?:<!\[CDATA\[)?\s*" + written, data)
    permanent = stated is None or b"false" not in stated[1].lower()
    return replace(entry, link=guid) if permanent and not _PROXY.search(guid) else entry


def _content(contents: Iterable[Mapping[str, Any]]) -> str | None:
    texts = [c.get("value") or "" for c in contents if "html" in (c.get("type") or "html")]
    texts = texts or [
        c.get("value") or "" for c in contents if (c.get("type") or "").startswith("text/")
    ]
    return max(texts, key=len, default="") or None


def _authors(entry: Mapping[str, Any]) -> Iterable[str]:
    """Yield the authors as the feed wrote them.

    feedparser takes the end of an address for a part of the name, where its last label has more
    than four letters: "editor@news.example (Ann Author)" becomes "ple (Ann Author".
    """
    whole = str(entry.get("author") or "")
    for author in entry.get("authors") or ():
        name, address = author.get("name") or "", author.get("email") or ""
        if address and address in whole:
            yield whole
        elif (
            len(address.rpartition(".")[2]) == _CUT_AT and address.rpartition(".")[2] not in _WHOLE
        ):
            yield re.sub(r"^[a-z]+(?=\s*\(|$)|[<(](?:mailto:)?[a-z]+[>)]?|\s[a-z]+$", " ", name)
        else:
            yield name
    if not entry.get("authors"):
        yield whole


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
