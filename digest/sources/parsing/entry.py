"""An entry: a feed's element on the wire, whatever the format, and its way to a sighting."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from digest.editorial.address import cleaned
from digest.model import Image, Sighting
from digest.sources.parsing.boilerplate import MORE_TAGS
from digest.sources.parsing.byline import people
from digest.sources.parsing.dates import read_date, sane
from digest.sources.parsing.event import event_of
from digest.sources.parsing.pictures import by_fit, is_no_story, is_shown_by_mail
from digest.sources.parsing.sanitize import (
    Fragment,
    fragment,
    one_line,
    plain,
    without_controls,
)
from digest.sources.parsing.tails import is_furniture, is_listing

_SUMMARY_LENGTH = 600
_HEADING_WORDS = 12
_ENDED = re.compile(r"[.!?…:。！？।؟][\"”’')\]»]*$")
_BETWEEN = " \t/|·•›»>«‹,;"  # what lists of tags put between them
_PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif")


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """A file that belongs to an entry: an enclosure, or one of Media RSS (RSS 2.0, Media RSS 1.5)."""

    url: str
    type: str | None = None
    medium: str | None = None
    alt: str | None = None
    width: int | None = None
    height: int | None = None

    @property
    def is_picture(self) -> bool:
        """Tell whether it is shown as a picture, by its type, its medium, or its ending."""
        stated = "" if self.type == "application/octet-stream" else self.type or ""
        path = self.url.lower().split("?")[0]
        if "svg" in stated or path.endswith((".svg", ".svgz")):
            return False  # no mail program draws one
        if stated or self.medium:
            return stated.startswith("image/") or self.medium == "image"
        return path.endswith(_PICTURE_ENDINGS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a feed says of one article, in the feed's own words; dates are still unread.

    `event` is when what it invites to begins and ends, and where; empty where it is none.
    """

    guid: str | None = None
    link: str | None = None
    title: str | None = None
    summary: str | None = None
    content: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    updated: str | None = None
    tags: tuple[str, ...] = ()
    media: tuple[Medium, ...] = ()
    language: str | None = None
    publication: str | None = None
    base: str | None = None
    event: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed document: its entries, its neighbours (RFC 5005) and what it says of its rhythm.

    `paged` tells that it answers to `paged=2`, as WordPress does.
    """

    title: str | None = None
    link: str | None = None
    language: str | None = None
    entries: tuple[Entry, ...] = ()
    next_page: str | None = None
    minutes: int | None = None
    paged: bool = False
    warnings: tuple[str, ...] = ()


def sighting_of(
    entry: Entry,
    source: str,
    *,
    base: str | None,
    zone: tzinfo,
    now: datetime,
    language: str | None = None,
    avoid: frozenset[str] = frozenset(),
) -> Sighting:
    """Clean an entry into a sighting; `base` resolves what the feed left relative.

    `language` is the source's own word, by which dates are read; what a feed says of its language
    is often only its publishing system's default. `avoid` are addresses that are no picture of it.
    """
    habit = language or entry.language
    base = cleaned(entry.base, base) or base
    url = cleaned(entry.link, base)
    headline = plain(entry.title)
    body, summary = _texts(entry, base or url, own=url, title=headline)
    updated = sane(read_date(entry.updated, zone, habit), now)
    published = sane(read_date(entry.published, zone, habit), now) or updated
    return Sighting(
        source=source,
        guid=one_line(without_controls(entry.guid)) or None if entry.guid else None,
        url=url,
        headline=headline,
        summary=summary,
        text=body.text,
        html=body.html,
        authors=people(entry.authors),
        image=_image(entry.media, body, base or url, avoid),
        published=published,
        date_source="feed" if published else None,
        updated=updated,
        tags=unique(entry.tags),
        tags_cut=any(MORE_TAGS.search(tag) for tag in entry.tags),
        language=entry.language,
        publication=plain(entry.publication),
        event=event_of(*entry.event, zone=zone, now=now, language=habit) if entry.event else None,
    )


def unique(tags: Sequence[str]) -> tuple[str, ...]:
    """Return tags once each, in the first spelling, without what stood between them."""
    spelled: dict[str, str] = {}
    for tag in (part for listed in tags for part in re.split("[;|]", plain(listed) or "")):
        if name := MORE_TAGS.sub("", tag).strip(_BETWEEN):
            spelled.setdefault(name.casefold(), name)
    return tuple(spelled.values())


def _texts(
    entry: Entry, base: str | None, *, own: str | None, title: str | None
) -> tuple[Fragment, str | None]:
    body = fragment(entry.content, base, own=own, title=title)
    if not body.text:
        body = fragment(entry.summary, base, own=own, title=title)
        short = len(body.text) <= _SUMMARY_LENGTH
        return body, _joined(body.text) if short else None
    if not entry.summary or entry.summary == entry.content:
        return body, None
    said = fragment(entry.summary, base, own=own, title=title).text
    summary = _joined(said) or ""
    whole = len(summary) > _SUMMARY_LENGTH and one_line(said) == one_line(body.text)
    return body, None if whole else summary or None


def _joined(text: str) -> str | None:
    """Return a short text's paragraphs as one line; a heading above prose would run into it.

    What a publishing system put before or between them, and a recording's chapters, are left out.
    """
    parts = text.split("\n\n")
    if len(parts) > 1:
        parts = [p for p in parts if not is_furniture(p) and not is_listing(p)]
    prose = [len(p.split()) > _HEADING_WORDS or _ENDED.search(p) is not None for p in parts]
    kept = [p for n, p in enumerate(parts) if prose[n] or not any(prose[n + 1 :])]
    return one_line(" ".join(kept)) or None


def _image(
    media: Sequence[Medium], body: Fragment, base: str | None, avoid: frozenset[str]
) -> Image | None:
    """Return the story's picture: of those it states, then of its body, one that mail shows first."""
    alts = {i.url: i.alt for i in body.images}
    stated = [
        Image(
            url=(url := cleaned(m.url, base) or without_controls(m.url)),
            alt=m.alt or alts.get(url),
            width=m.width,
            height=m.height,
        )
        for m in sorted(media, key=lambda m: by_fit(m.width or 0))
        if m.is_picture
    ]
    usable = [
        i
        for i in (*stated, *body.images)
        if not is_no_story(i)
        and i.url not in avoid
        and not (i.url or "").startswith(("data:", "javascript:"))
        and not (i.url or "").lower().split("?")[0].endswith((".svg", ".svgz"))
    ]
    return next(filter(is_shown_by_mail, usable), next(iter(usable), None))
