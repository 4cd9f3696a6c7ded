"""Walking: a feed's older pages, one after the other (RFC 5005, JSON Feed's next_url, WordPress)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2b
from urllib.parse import urlencode, urljoin, urlsplit

from digest.editorial.address import canonical, cleaned
from digest.editorial.folding import folded
from digest.ports import Pulled, State
from digest.sources.archives.batches import ArchiveStep
from digest.sources.fetching.fetch_context import SourcePull
from digest.sources.fetching.http import FetchError
from digest.sources.parsing.documents import Document, Reading, read_feed_document
from digest.sources.parsing.unreadable import NotAFeed
from digest.sources.worker_pool import TookTooLong

_MOST_PAGES = 200
_MOST_WALKED = 20  # pages, to close a gap
_SHOWN = 120  # names of entries, two for each, that are kept to notice one
_OK = 200


def pull_pages(visit: SourcePull, first: Document, state: State) -> Iterator[ArchiveStep]:
    """Yield each page of a paged or archived feed, newest first, until there are no more.

    A walk that broke off goes on where it was. Once it has ended, later pulls read only down to
    the page that holds what was newest before. It ends at a page seen before, at one that brings
    nothing new, at another host, and after 200 pages.
    """
    reading = visit.context.workers.run(read_feed_document, visit.source, first, visit.now)
    newest = set(state.get("newest", ()))
    kept = {**state, "newest": _ids(reading)}
    url, page = first.url or visit.source.location, 1
    visited, known = {url}, set(_ids(reading))
    ended = bool(newest & known)
    following = state.get("resume") or (None if ended else _next(reading, url, page))
    while True:
        kept = {**kept, "resume": following}
        yield ArchiveStep(pulled=_pulled(visit, reading, kept), done=page, total=None)
        if following is None:
            return
        visited.add(following)
        fetched = _fetched(visit, following)
        if isinstance(fetched, str):
            # the end of WordPress's pages is a 404; anything else is tried again
            ended = fetched == "404"
            kept = {**kept, "resume": None if ended else following}
            told = () if ended else (f"{following}: {fetched}",)
            yield ArchiveStep(
                pulled=replace(_pulled(visit, Reading(warnings=told), kept)), done=page
            )
            return
        url, page, reading = following, page + 1, fetched
        ids = set(_ids(reading))
        over = bool(newest & ids) or ids <= known or page >= _MOST_PAGES
        known |= ids
        following = None if over else _next(reading, url, page)
        if following in visited:
            following = None


def without_gap(visit: SourcePull, reading: Reading, url: str) -> tuple[Reading, dict[str, object]]:
    """Return what a feed shows, with what fell off its end since it was last asked, and what to keep.

    Where it shows nothing of what it showed then, its older pages are walked until one does. Where
    none does, the gap is kept to be told.
    """
    before, shown = set(visit.state.get("shown", ())), _names(reading)
    kept: dict[str, object] = {"shown": shown[:_SHOWN]}
    # one address for everything is no name, and a feed that was empty has nothing to go on from
    if not before or not shown or len(set(shown)) * 2 < len(shown) or before & set(shown):
        return reading, kept
    found, page, following = [*reading.sightings], 1, _next(reading, url, 1)
    while following is not None and page < _MOST_WALKED:
        older = _fetched(visit, following)
        if isinstance(older, str):
            break
        found += older.sightings
        if before & set(_names(older)):
            return replace(reading, sightings=tuple(found)), kept
        page, following = page + 1, _next(older, following, page + 1)
    gap = {"since": visit.state.get("full"), "seen": visit.now.isoformat()}
    return replace(reading, sightings=tuple(found)), {**kept, "gap": gap}


def _names(reading: Reading) -> list[str]:
    """Return what each entry is known by: its address, and its headline with its date.

    A site that moves to another host shows the same stories under other addresses: no gap.
    """
    found = []
    for seen in reading.sightings:
        found.append(_short(canonical(seen.url) or seen.guid or seen.headline or seen.text))
        if seen.headline and seen.published:
            found.append(_short(f"{seen.published.isoformat()} {folded(seen.headline)}"))
    return found


def _short(name: str | None) -> str:
    return blake2b((name or "").encode("utf-8", "replace"), digest_size=6).hexdigest()


def _next(reading: Reading, url: str, page: int) -> str | None:
    """Return the address of the next older page, on the same host."""
    following = cleaned(reading.next_page, url) if reading.next_page else None
    if following is None and reading.paged and reading.sightings:
        # WordPress states no next page, and gives it by its number
        parts, paged = urlsplit(url), urlencode({"paged": page + 1})
        query = "&".join(p for p in parts.query.split("&") if p and not p.startswith("paged="))
        following = urljoin(
            url, f"{parts.path}?{query}&{paged}" if query else f"{parts.path}?{paged}"
        )
    same = following is not None and urlsplit(following).hostname == urlsplit(url).hostname
    return following if same and following != url else None


def _fetched(visit: SourcePull, url: str) -> Reading | str:
    try:
        reply = visit.get(url)
        if reply.status != _OK:
            return str(reply.status)
        document = Document(data=reply.body, url=reply.url)
        return visit.context.workers.run(read_feed_document, visit.source, document, visit.now)
    except (FetchError, NotAFeed, TookTooLong) as error:
        return str(error)


def _ids(reading: Reading) -> list[str]:
    return [_short(s.guid or s.url or s.headline or s.text) for s in reading.sightings]


def _pulled(visit: SourcePull, reading: Reading, state: State) -> Pulled:
    return Pulled(
        source=visit.source.name,
        status="ok",
        sightings=reading.sightings,
        backlog=not visit.source.fresh,
        state=state,
        warnings=reading.warnings,
    )
