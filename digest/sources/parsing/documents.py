"""Reading: a document's bytes become sightings. Pure computing, fit for a worker process."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from digest.model import Sighting, Source
from digest.sources.parsing.charset import decode
from digest.sources.parsing.dates import zone_of
from digest.sources.parsing.entry import Entry, sighting_of, unique
from digest.sources.parsing.feed import read_feed
from digest.sources.parsing.front_matter import has_front_matter
from digest.sources.parsing.icalendar import is_icalendar
from digest.sources.parsing.jsonfeed import is_json, read_json_feed
from digest.sources.parsing.plain_text import read_text
from digest.sources.parsing.publication import publication_name
from digest.sources.parsing.saved_page import (
    address_of,
    from_mhtml,
    from_web_archive,
    without_inline_files,
)
from digest.sources.parsing.script import language_of
from digest.sources.parsing.size_limits import bounded
from digest.sources.parsing.unreadable import Unpublished
from digest.sources.plugged import read_plugged

_OFTEN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Bytes to be read, and what is known of them beforehand.

    `url` is where they were fetched; `path` the file within an archive; `stated` whether `url` is
    the article's own address, as a capture knows it; `known` what a list said of the page.
    """

    data: bytes
    path: str | None = None
    url: str | None = None
    content_type: str = ""
    charset: str | None = None
    stated: bool = False
    known: Entry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What documents gave: sightings, warnings, and of a feed its neighbours and its rhythm.

    `waiting` are the paths of files whose day has not come: they are to be read again.
    """

    sightings: tuple[Sighting, ...] = ()
    warnings: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    next_page: str | None = None
    minutes: int | None = None
    paged: bool = False


def read_feed_document(source: Source, document: Document, now: datetime) -> Reading:
    """Read a feed of any format, or an iCalendar file; raises NotAFeed."""
    if source.is_plugged:
        feed = read_plugged(source, document.data)
    elif is_icalendar(document.data):
        return _calendar(source, document, now)
    elif is_json(document.data):
        feed = read_json_feed(document.data)
    else:
        feed = read_feed(document.data, document.content_type or "application/xml")
    base = source.url_base or document.url or feed.link
    zone = zone_of(source.timezone)
    read = partial(
        sighting_of, source=source.name, base=base, zone=zone, now=now, language=source.language
    )
    found = [read(entry) for entry in feed.entries]
    # what stands in most articles is their author's face, or the feed's own sign
    counted = Counter(s.image.url for s in found if s.image and s.image.url)
    often = (u for u, times in counted.items() if times >= _OFTEN and times * 2 > len(found))
    if common := frozenset(often):
        found = [
            read(e, avoid=common) if s.image and s.image.url in common else s
            for e, s in zip(feed.entries, found, strict=True)
        ]
    name = publication_name(feed.title, feed.link or document.url)
    sightings = tuple(
        completed(s, source, feed.language, name) for s in found if _says_something(s)
    )
    return Reading(
        sightings=sightings,
        warnings=feed.warnings,
        next_page=feed.next_page,
        minutes=feed.minutes,
        paged=feed.paged,
    )


def _calendar(source: Source, document: Document, now: datetime) -> Reading:
    from digest.sources.parsing.icalendar import read_icalendar  # noqa: PLC0415 - slow to import; most feeds are none

    base, zone = source.url_base or document.url, zone_of(source.timezone)
    read = read_icalendar(document.data, source.name, base=base, zone=zone, now=now)
    told = f"{read.unread} of its events cannot be read"
    return Reading(
        sightings=tuple(completed(s, source, publication=read.name) for s in read.events),
        warnings=(told,) if read.unread else (),
    )


def read_pages(source: Source, documents: tuple[Document, ...], now: datetime) -> Reading:
    """Read pages of an archive; a file that holds no article is told, a draft is left out."""
    sightings: list[Sighting] = []
    waiting: list[str] = []
    empty: list[str] = []
    for document in documents:
        try:
            sighting = _read_page(source, document, now)
        except Unpublished as left_out:
            if left_out.until and document.path:
                waiting.append(document.path)
            continue
        if sighting and _says_something(sighting):
            sightings.append(completed(sighting, source))
        elif document.path:
            empty.append(document.path)
    told = f"no article is found in {', '.join(empty)}"
    return Reading(
        sightings=tuple(sightings), warnings=(told,) if empty else (), waiting=tuple(waiting)
    )


def read_entries(source: Source, entries: tuple[Entry, ...], now: datetime) -> Reading:
    """Read entries that an archive holds as a feed does."""
    zone = zone_of(source.timezone)
    found = (
        sighting_of(
            e, source.name, base=source.url_base, zone=zone, now=now, language=source.language
        )
        for e in entries
    )
    return Reading(sightings=tuple(completed(s, source) for s in found if _says_something(s)))


def is_page(path: str) -> bool:
    """Tell whether a file of an archive can hold an article, by its ending."""
    return PurePosixPath(path).suffix.lower() in _READERS


def is_other_text(path: str) -> bool:
    """Tell whether a file of an archive is a text of a kind that is not read, by its ending."""
    return PurePosixPath(path).suffix.lower() in _OTHER_TEXTS


def completed(
    sighting: Sighting,
    source: Source,
    language: str | None = None,
    publication: str | None = None,
) -> Sighting:
    """Add what the configuration, or a feed's head, gives to all articles of a source."""
    given = source.tags
    if source.tags_from_path:
        # the groups of a pattern in its address, or in its path where it has none
        place = unquote(urlsplit(sighting.url).path) if sighting.url else f"/{sighting.path or ''}"
        found = re.search(source.tags_from_path, place)
        given = (*given, *filter(None, found.groups() if found else ()))
    said = " ".join(filter(None, (sighting.headline, sighting.standfirst or sighting.summary)))
    stated = sighting.language or language or source.language
    made = replace(
        sighting,
        tags=unique((*sighting.tags, *given)) if given else sighting.tags,
        language=language_of(f"{said} {sighting.text[:1000]}", stated),
        publication=source.title or sighting.publication or publication,
    )
    return bounded(made)


def _says_something(sighting: Sighting) -> bool:
    return bool(sighting.headline or sighting.standfirst or sighting.text or sighting.image)


def _read_page(source: Source, document: Document, now: datetime) -> Sighting | None:
    suffix = PurePosixPath(document.path or ".html").suffix.lower()
    if saver := _SAVERS.get(suffix):
        saved = saver(document.data)
        if saved is None:
            return None
        document = replace(
            document,
            data=saved.data,
            charset=saved.charset,
            url=saved.url or document.url,
            stated=bool(saved.url) or document.stated,
        )
    sighting = _READERS.get(suffix, _html)(source, document, now)
    if sighting is None or document.known is None:
        return sighting
    listed = sighting_of(
        document.known, source.name, base=document.url, zone=zone_of(source.timezone), now=now
    )
    # Add what a list of pages says of one; the page's own word goes before it.
    dated = sighting.date_source == "page"
    return replace(
        sighting,
        headline=sighting.headline or listed.headline,
        published=sighting.published if dated else listed.published or sighting.published,
        date_source=sighting.date_source if dated else listed.date_source or sighting.date_source,
        image=sighting.image or listed.image,
        tags=unique((*sighting.tags, *listed.tags)),
    )


def _html(source: Source, document: Document, now: datetime) -> Sighting | None:
    from digest.sources.parsing.html_page import read_page  # noqa: PLC0415 - slow to import; feeds need it not

    text = decode(document.data, document.charset)
    if has_front_matter(text):
        return _note(source, document, now, is_html=True)
    if (address := address_of(text)) and not document.stated:
        document = replace(document, url=address, stated=True)
    return read_page(
        without_inline_files(text),
        _blank(source, document),
        base=document.url or source.url_base,
        zone=zone_of(source.timezone),
        now=now,
    )


def _note(
    source: Source, document: Document, now: datetime, *, is_html: bool = False
) -> Sighting | None:
    from digest.sources.parsing.markdown import read_note  # noqa: PLC0415 - as above

    return read_note(
        decode(document.data, document.charset),
        _blank(source, document),
        base=document.url or source.url_base,
        zone=zone_of(source.timezone),
        now=now,
        is_html=is_html,
    )


def _text(source: Source, document: Document, now: datetime) -> Sighting | None:
    text = decode(document.data, document.charset)
    if has_front_matter(text):
        return _note(source, document, now)
    return read_text(text, _blank(source, document), zone=zone_of(source.timezone), now=now)


def _blank(source: Source, document: Document) -> Sighting:
    return Sighting(
        source=source.name,
        path=document.path,
        url=document.url if document.stated else None,
        language=source.language,
    )


_READERS: dict[str, Callable[[Source, Document, datetime], Sighting | None]] = {
    ".txt": _text,
    ".text": _text,
    ".html": _html,
    ".htm": _html,
    ".xhtml": _html,
    ".shtml": _html,
    ".xht": _html,
    ".mht": _html,
    ".mhtml": _html,
    ".webarchive": _html,
    **dict.fromkeys((".md", ".markdown", ".mdown", ".mkd", ".mkdn", ".mdx"), _note),
}
_SAVERS = {".mht": from_mhtml, ".mhtml": from_mhtml, ".webarchive": from_web_archive}
_OTHER_TEXTS = frozenset(
    ".pdf .doc .docx .odt .rtf .pages .epub .rst .adoc .asciidoc .org .tex .textile .wpd .ps .xps .djvu "
    ".eml .msg .xml .rss .atom .json .jsonl .csv .opml .php .asp .aspx .jsp .warc .gz .zip .tar .7z .rar".split()
)
