"""What an archive's location holds, and who reads it: a folder, a file, or what an address gives."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import replace
from io import BytesIO
from typing import IO

from digest.ports import Pulled, State
from digest.sources.archives.batches import ArchiveStep, Item, finished, in_batches, unchanged
from digest.sources.archives.folder import pull_folder, read_file, stamp_of
from digest.sources.archives.paged_feed import pull_pages
from digest.sources.archives.sitemap import is_sitemap
from digest.sources.archives.sitemap_crawl import pull_sitemap, unpacked
from digest.sources.archives.warc import is_warc, pull_warc
from digest.sources.archives.wordpress import is_wxr, pull_wxr
from digest.sources.archives.zip_tar import is_tar, is_zip, pull_tar, pull_zip
from digest.sources.fetching.conditional import Answered, Asked, ask, failed
from digest.sources.fetching.fetch_context import SourcePull, is_address
from digest.sources.fetching.http import FetchLimits
from digest.sources.fetching.politeness import after_answer, after_failure, without_validators
from digest.sources.parsing.documents import Document, is_page, read_feed_document, read_pages
from digest.sources.parsing.unreadable import NotAFeed
from digest.sources.worker_pool import TookTooLong

_HEAD = 1 << 17
_KNOWN = "it is no zip, tar, WARC, WordPress export, sitemap or feed"
_DOWNLOAD = FetchLimits(total=600, size=200_000_000)


def pull_archive(visit: SourcePull, pool: Executor) -> Iterator[ArchiveStep]:
    """Yield an archive's batches, whatever kind it is."""
    if is_address(visit.source.location):
        state = visit.state
        half_read = state.get("version") is not None and state.get("whole") != state["version"]
        if half_read or bool(state.get("left") or state.get("resume")):
            visit = replace(visit, state=without_validators(visit.state))
        asked = ask(visit, _DOWNLOAD)
        if isinstance(asked, Answered):
            yield ArchiveStep(pulled=asked.pulled, asked=asked.asked, innocent=asked.innocent)
        else:
            yield from (replace(step, asked=True) for step in _taken(visit, asked, pool))
    elif visit.place.is_dir():
        yield from pull_folder(visit, pool)
    else:
        yield from _file(visit, pool)


def _file(visit: SourcePull, pool: Executor) -> Iterator[ArchiveStep]:
    stamp = stamp_of(visit.place.stat())
    if visit.state.get("whole") == stamp:
        yield unchanged(visit, visit.state)
        return
    with visit.place.open("rb") as file:
        state = _begun(visit.state, stamp)
        name = visit.place.name
        steps = _special(visit, file, name, state, pool)
        if steps is None:
            data = read_file(visit.place)
            if is_page(name):
                item = Item(key=name, stamp="", content=Document(data=data, path=name))
                steps = in_batches(visit, [item], read_pages, pool, state={}, total=1)
            else:
                steps = _feed_file(visit, data, state)
        yield from finished(steps, whole=stamp)


def _taken(visit: SourcePull, asked: Asked, pool: Executor) -> Iterator[ArchiveStep]:
    state = after_answer(asked.visit.state, asked.answer, visit.now)
    body, version = asked.reply.body, state.get("hash")
    # these two are packed in members that are unpacked one by one
    keep = is_warc(body[:_HEAD], asked.reply.url) or is_tar(body[:_HEAD])
    document = Document(data=body if keep else unpacked(body), url=asked.reply.url)
    name = (document.url or "").rpartition("/")[2].partition("?")[0]
    begun = _begun(state, version)
    steps = _special(visit, BytesIO(document.data), name, begun, pool)
    if steps is not None:
        yield from finished(steps, whole=version)
    elif is_sitemap(document.data):
        yield from pull_sitemap(visit, document, state, pool)
    else:
        try:
            yield from pull_pages(visit, document, state)
        except (NotAFeed, TookTooLong) as error:
            reason = f"{_KNOWN}: {error}"
            after = after_failure(without_validators(state), reason, visit.now)
            yield ArchiveStep(pulled=failed(visit.source, reason, after))


def _special(
    visit: SourcePull, file: IO[bytes], name: str, state: State, pool: Executor
) -> Iterator[ArchiveStep] | None:
    head = file.read(_HEAD)
    file.seek(0)
    kinds = (
        (is_zip(head), pull_zip),
        (is_warc(head, name), pull_warc),
        (is_tar(head), pull_tar),
        (is_wxr(head), pull_wxr),
    )
    pull = next((reader for fits, reader in kinds if fits), None)
    return pull(visit, file, state, pool) if pull else None


def _feed_file(visit: SourcePull, data: bytes, state: State) -> Iterator[ArchiveStep]:
    try:
        reading = visit.context.workers.run(
            read_feed_document, visit.source, Document(data=data), visit.now
        )
    except NotAFeed as error:
        raise NotAFeed(f"{_KNOWN}: {error}") from None
    yield ArchiveStep(
        pulled=Pulled(
            source=visit.source.name,
            status="ok",
            sightings=reading.sightings,
            backlog=not visit.source.fresh,
            state=state,
            warnings=reading.warnings,
        )
    )


def _begun(state: State, stamp: object) -> State:
    """Forget how far another version of a file was read; what its members were is kept."""
    if state.get("version") == stamp:
        return state
    return {**{k: v for k, v in state.items() if k not in {"records", "whole"}}, "version": stamp}
