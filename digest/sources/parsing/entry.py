"""An entry: a feed's element on the wire, whatever the format, and its way to a sighting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from digest.editorial.address import cleaned
from digest.model import Image, Sighting
from digest.sources.parsing.dates import read_date, sane
from digest.sources.parsing.sanitize import (
    Fragment,
    fragment,
    is_tracker,
    one_line,
    plain,
    without_controls,
)

_SUMMARY_LENGTH = 600
_PICTURE_TYPES = ("image/",)
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
        stated = self.type or ""
        if stated or self.medium:
            return stated.startswith(_PICTURE_TYPES) or self.medium == "image"
        return self.url.lower().split("?")[0].endswith(_PICTURE_ENDINGS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a feed says of one article, in the feed's own words; dates are still unread."""

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
    base: str | None = None


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
) -> Sighting:
    """Clean an entry into a sighting; `base` resolves what the feed left relative.

    `language` is the source's own word, by which dates are read; what a feed says of its language
    is often only its publishing system's default.
    """
    habit = language or entry.language
    base = cleaned(entry.base, base) or base
    url = cleaned(entry.link, base)
    body, summary = _texts(entry, base or url)
    updated = sane(read_date(entry.updated, zone, habit), now)
    published = sane(read_date(entry.published, zone, habit), now) or updated
    return Sighting(
        source=source,
        guid=one_line(without_controls(entry.guid)) or None if entry.guid else None,
        url=url,
        headline=plain(entry.title),
        summary=summary,
        text=body.text,
        html=body.html,
        authors=tuple(dict.fromkeys(n for a in entry.authors if (n := plain(a)))),
        image=_image(entry.media, body, base or url),
        published=published,
        date_source="feed" if published else None,
        updated=updated,
        tags=unique(entry.tags),
        language=entry.language,
    )


def unique(tags: Sequence[str]) -> tuple[str, ...]:
    """Return tags once each, in the first spelling."""
    spelled: dict[str, str] = {}
    for tag in tags:
        if name := plain(tag):
            spelled.setdefault(name.casefold(), name)
    return tuple(spelled.values())


def _texts(entry: Entry, base: str | None) -> tuple[Fragment, str | None]:
    body = fragment(entry.content, base)
    if not body.text:
        body = fragment(entry.summary, base)
        short = len(body.text) <= _SUMMARY_LENGTH
        return body, one_line(body.text) or None if short else None
    if not entry.summary or entry.summary == entry.content:
        return body, None
    summary = one_line(fragment(entry.summary, base).text)
    whole = len(summary) > _SUMMARY_LENGTH and summary == one_line(body.text)
    return body, None if whole else summary or None


def _image(media: Sequence[Medium], body: Fragment, base: str | None) -> Image | None:
    alts = {i.url: i.alt for i in body.images}
    pictures = [m for m in media if m.is_picture]
    pictures.sort(key=lambda m: -(m.width or 0))
    for medium in pictures:
        url = cleaned(medium.url, base) or without_controls(medium.url)
        image = Image(
            url=url, alt=medium.alt or alts.get(url), width=medium.width, height=medium.height
        )
        if not is_tracker(image) and not url.startswith(("data:", "javascript:")):
            return image
    return next(iter(body.images), None)
