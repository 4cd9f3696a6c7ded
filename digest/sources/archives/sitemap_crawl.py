"""Crawling: the pages that a site's sitemaps list, each fetched once, with a pause between two."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from concurrent.futures import Executor
from io import BytesIO
from itertools import islice
from urllib.parse import urlsplit

from digest.ports import State
from digest.sources.archives.batches import ArchiveStep, Item, finished, in_batches, unchanged
from digest.sources.archives.folder import changed
from digest.sources.archives.sitemap import Listed, is_sitemap, read_sitemap
from digest.sources.fetching.fetch_context import SourcePull
from digest.sources.fetching.http import FetchError
from digest.sources.parsing.documents import Document, read_pages
from digest.sources.worker_pool import TookTooLong

_MOST_SITEMAPS = 500
_MOST_PAGES = 2000
_DEEPEST = 3
_LARGEST = 50_000_000
_OK, _SERVER = 200, 500


def unpacked(data: bytes) -> bytes:
    """Unpack what is gzipped, by its first bytes and not its name, up to 50 MB."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        with gzip.open(BytesIO(data)) as file:
            return file.read(_LARGEST)
    except (OSError, EOFError, zlib.error):
        return data


def pull_sitemap(
    visit: SourcePull, first: Document, state: State, pool: Executor
) -> Iterator[ArchiveStep]:
    """Yield the articles of the pages that are new or say that they have changed.

    At most 2,000 pages a pull, all of them on the sitemap's own host; the next pull goes on.
    """
    warnings: list[str] = []
    listed = {page.url: page for page in _gathered(visit, first, warnings)}
    before = state.get("files", {})
    stamps = {url: page.modified for url, page in listed.items()}
    waiting = changed(stamps, before)
    left = len(waiting) - _MOST_PAGES
    kept = {
        **state,
        "files": {k: v for k, v in before.items() if k in stamps},
        "left": bool(waiting),
    }
    if left > 0:
        warnings.append(f"{left} pages are left for the next pull")
    if warnings or not waiting:
        yield unchanged(visit, kept, *warnings)
    items = (_item(visit, listed[url]) for url in waiting[:_MOST_PAGES])
    total = min(len(waiting), _MOST_PAGES)
    steps = in_batches(visit, items, read_pages, pool, state=kept, total=total)
    yield from finished(steps, left=left > 0)


def _gathered(visit: SourcePull, first: Document, warnings: list[str]) -> Iterator[Listed]:
    host = _host(first.url or visit.source.location)
    waiting, seen = [(first, 0)], {first.url}
    while waiting:
        document, depth = waiting.pop(0)
        try:
            sitemap = visit.context.workers.run(read_sitemap, document.data, document.url or "")
        except TookTooLong as error:
            warnings.append(f"{document.url}: {error}")
            continue
        yield from (p for p in sitemap.pages if _host(p.url) == host)
        children = [
            c for c in dict.fromkeys(sitemap.children) if c not in seen and _host(c) == host
        ]
        if depth < _DEEPEST:
            for child in islice(children, max(0, _MOST_SITEMAPS - len(seen))):
                seen.add(child)
                waiting += [(d, depth + 1) for d in _fetched(visit, child, warnings)]


def _fetched(visit: SourcePull, url: str, warnings: list[str]) -> Iterator[Document]:
    try:
        reply = visit.get(url)
    except FetchError as error:
        warnings.append(f"{url}: {error}")
        return
    data = unpacked(reply.body)
    if reply.status == _OK and is_sitemap(data):
        yield Document(data=data, url=reply.url)
    else:
        warnings.append(f"{url}: it is no sitemap ({reply.status})")


def _item(visit: SourcePull, page: Listed) -> Item:
    try:
        reply = visit.get(page.url)
    except FetchError as error:
        return Item(key=page.url, stamp=page.modified, problem=str(error), again=True)
    if reply.status != _OK:
        busy = reply.status >= _SERVER or reply.status == 429  # noqa: PLR2004 - Too Many Requests
        problem = f"it answers ({reply.status})"
        return Item(key=page.url, stamp=page.modified, problem=problem, again=busy)
    document = Document(data=reply.body, url=reply.url, stated=True, known=page.known)
    return Item(key=page.url, stamp=page.modified, content=document)


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
