"""Trying a source out: its articles as they would be read, and nothing is kept."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from digest.editorial.identity import identify
from digest.editorial.tags import TagBook
from digest.errors import UsageError
from digest.model import Article, Sighting, Source
from digest.publisher.services import Services

_NAME = "try-out"
_ADDRESS = re.compile(r"https?://[^\s/$]\S*", re.ASCII | re.IGNORECASE)
_LONGEST = 2000
_SHOWN = 20
_MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class TryOut:
    """What an address or a file gives: its first articles, how many there are, and what is odd or wrong with it.

    `snippet` is what feeds.yaml would say of it.
    """

    location: str
    articles: tuple[Article, ...] = ()
    count: int = 0
    warnings: tuple[str, ...] = ()
    error: str | None = None
    snippet: str = ""


def try_out(services: Services, address: str) -> TryOut:
    """Read the feed at a public web address; UsageError where it is none.

    No path and no `${SECRET}` is looked up for whoever asks.
    """
    address = address.strip()
    if not _ADDRESS.fullmatch(address) or "${" in address or len(address) > _LONGEST:
        raise UsageError("give the address of a feed, such as https://www.example.org/feed.xml")
    return _tried(services, Source(name=_NAME, kind="feed", location=address), address)


def try_out_file(services: Services, path: str, name: str) -> TryOut:
    """Read a file that somebody brought: an archive, a feed or a page; `name` is what it is called."""
    return _tried(services, Source(name=_NAME, kind="archive", location=path), name)


def _tried(services: Services, source: Source, location: str) -> TryOut:
    now = services.clock()
    sightings: list[Sighting] = []
    warnings: dict[str, None] = {}
    for pulled in services.sources.pull([source], {}, now, force=True):
        if pulled.error:
            return TryOut(location=location, error=pulled.error.replace(source.location, location))
        location = str(pulled.state.get("found") or location)
        sightings += pulled.sightings
        warnings |= dict.fromkeys(pulled.warnings)
        if len(sightings) >= _MOST:  # a sitemap may lead to a whole site
            break
    book = TagBook(services.config.tags)
    read = [book.sort(each.article) for each in identify(sightings, {}, now=now, backlog=False)]
    return TryOut(
        location=location,
        articles=tuple(read[:_SHOWN]),
        count=len(read),
        warnings=tuple(warnings),
        snippet=_snippet(services, source.kind, location, read),
    )


def _snippet(services: Services, kind: str, location: str, read: list[Article]) -> str:
    """Return the lines of feeds.yaml, under a name that is free."""
    title = next((article.publication for article in read if article.publication), None)
    host = re.sub(r"^https?://(www\.)?|[/:?#].*$", "", location, flags=re.IGNORECASE)
    plain = (
        re.sub(r"[^a-z0-9]+", "-", (title or host).lower()).strip("-")[:40].strip("-") or "source"
    )
    taken, name, number = services.config.sources, plain, 1
    while name in taken:
        number += 1
        name = f"{plain}-{number}"
    # as JSON writes a text, YAML reads it
    return f"sources:\n  {name}:\n    {kind}: {json.dumps(location, ensure_ascii=False)}\n"
