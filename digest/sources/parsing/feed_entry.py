"""An entry as feedparser reads it, turned into ours."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from digest.sources.parsing.entry import Entry, Medium

# addresses that count who follows them, and lead on to the article's own
_PROXY = re.compile(
    r"//(?:feedproxy|feeds2?|rss|go|click|clicks|redirect|track(?:ing)?)\.[^/\s\"<]+/|//feeds\.feedburner\.com/|/~r/|/~3/|"
    r"feedsportal\.com/|//(?:www\.)?pheedcontent\.com/|//news\.google\.com/rss/articles/",
    re.IGNORECASE,
)
_OWN_PICTURES = frozenset({"thumbnail", "featured_image", "featuredimage", "image_url", "imageurl"})
# an event's beginning, end and place: RSS event module, xCal in RSS (RFC 6321's names)
_EVENT = (
    ("ev_startdate", "ev_enddate", "ev_location"),
    ("xcal_dtstart", "xcal_dtend", "xcal_location"),
)
_CUT_AT = 4
_WHOLE = frozenset({"info", "name", "mobi", "jobs", "coop", "aero", "asia", "post", "arpa"})


def entry_of(
    entry: Mapping[str, Any], head: Mapping[str, Any], *, atom: bool, literal: bool
) -> Entry:
    """Turn an entry of feedparser's into ours; `literal` tells that texts are text to the letter."""
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
    contents = entry.get("content") or ()
    names = next((names for names in _EVENT if entry.get(names[0])), ())
    event = tuple(entry.get(name) for name in names)
    if "post_type=tribe_events" in guid:
        # The Events Calendar gives the day of the event for that of publication
        event, published, updated = event or (published,), None, None
    kinds = [(c.get("type") or "html", c.get("value") or "") for c in contents]
    bodies = [v for kind, v in kinds if "html" in kind] or [
        v for kind, v in kinds if kind.startswith("text/")
    ]
    return Entry(
        guid=entry.get("id"),
        link=stated or named or enclosed,
        title=_as_words(entry.get("title"), title, literal=literal) if atom else entry.get("title"),
        summary=_as_words(entry.get("summary"), summary, literal=literal)
        if atom
        else entry.get("summary"),
        content=max(bodies, key=len, default="") or None,
        authors=tuple(authors_of(entry)),
        published=published,
        updated=updated if atom or entry.get("published") else None,
        tags=tuple(
            # a label, where the term is a number or an address
            label if label and (not term or term.isdigit() or "://" in term) else term
            for term, label in (
                (t.get("term") or "", t.get("label") or "") for t in entry.get("tags") or ()
            )
        ),
        media=tuple({m.url: m for m in reversed([*media_of(entry)])}.values())[::-1],
        language=title.get("language") or head.get("language"),
        publication=(entry.get("source") or {}).get("title"),
        base=next((d["base"] for d in details if d.get("base")), None),
        event=event,
    )


def unproxied(entry: Entry, data: bytes) -> Entry:
    """Give an entry its permanent guid for a link where its link leads through a counting proxy."""
    guid = entry.guid or ""
    if not _PROXY.search(entry.link or "") or not guid.startswith(("http://", "https://")):
        return entry
    written = re.escape(html.escape(guid, quote=False).encode())
    stated = re.search(rb"<guid\b([^>]*)>\s*(?:<!\[CDATA\[)?\s*" + written, data)
    permanent = stated is None or b"false" not in stated[1].lower()
    return replace(entry, link=guid) if permanent and not _PROXY.search(guid) else entry


def authors_of(entry: Mapping[str, Any]) -> Iterable[str]:
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


def media_of(entry: Mapping[str, Any]) -> Iterable[Medium]:
    """Yield the files that an entry names: Media RSS, enclosures, thumbnails, an episode's cover."""
    for item in (*(entry.get("media_content") or ()), *(entry.get("enclosures") or ())):
        if url := item.get("url") or item.get("href"):
            yield Medium(
                url=url,
                type=item.get("type"),
                medium=item.get("medium"),
                width=number_in(item.get("width")) or None,
                height=number_in(item.get("height")) or None,
            )
    # elements that no specification has, and that name a picture by its address
    for name in sorted(_OWN_PICTURES & entry.keys()):
        if isinstance(url := entry[name], str) and url:
            yield Medium(url=url)
    cover = {"url": (entry.get("image") or {}).get("href")}
    for item in (*(entry.get("media_thumbnail") or ()), cover):
        if url := item.get("url"):
            yield Medium(
                url=url,
                medium="image",
                width=number_in(item.get("width")) or None,
                height=number_in(item.get("height")) or None,
            )


def number_in(value: object) -> int | None:
    """Return the whole number that a value begins with."""
    digits = re.match(r"\s*(\d{1,6})", str(value or ""))
    return int(digits[1]) if digits else None


def _as_words(text: str | None, detail: Mapping[str, Any], *, literal: bool) -> str | None:
    """Guard an Atom text against being read as markup further on (RFC 4287, section 3.1.1.1)."""
    if not text or detail.get("type") != "text/plain":
        return text
    if literal:
        return html.escape(text, quote=False)
    opened, closed = (sorted(re.findall(form, text)) for form in (r"<([a-z]\w*)", r"</([a-z]\w*)"))
    # tags in pairs were meant as markup, whatever the type says
    return text if opened == closed else text.replace("<", "&lt;").replace(">", "&gt;")
