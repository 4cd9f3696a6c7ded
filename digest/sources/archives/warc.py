"""A WARC or ARC file: its captured pages. When a page was captured is not when it was published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import replace
from typing import IO, Any

from digest.editorial.address import cleaned
from digest.ports import State
from digest.sources.archives.batches import ArchiveStep, Item, in_batches, unchanged
from digest.sources.archives.folder import MAX_FILE
from digest.sources.archives.warc_records import DAMAGE, records
from digest.sources.fetching.fetch_context import SourcePull
from digest.sources.parsing.documents import Document, read_pages

_PAGES = ("text/html", "application/xhtml+xml")
_KINDS = frozenset({"response", "resource"})


def is_warc(head: bytes, name: str) -> bool:
    """Tell whether a file is a WARC or ARC file, by its beginning or, where compressed, its name."""
    plain = head.startswith((b"WARC/", b"filedesc://"))
    return plain or (
        head.startswith(b"\x1f\x8b") and re.search(r"\.w?arc(\.gz)?$", name) is not None
    )


def pull_warc(
    visit: SourcePull, file: IO[bytes], state: State, pool: Executor
) -> Iterator[ArchiveStep]:
    """Yield the articles of the captured pages, from where the last pull broke off."""
    done = int(state.get("records", 0))
    numbered = enumerate(records(file), start=1)
    fresh = ((str(n), record, problem) for n, (record, problem) in numbered if n > done)
    items = (item for key, record, problem in fresh if (item := _item(key, record, problem)))
    found = False
    for step in in_batches(visit, items, read_pages, pool, state={}, total=0):
        found = True
        last = max((int(k) for k in step.pulled.state["files"]), default=done)
        # how many there are is not known before all have been read
        pulled = replace(step.pulled, state={**state, "records": last})
        yield replace(step, pulled=pulled, total=None)
    if not found:
        yield unchanged(visit, state, *(() if done else ("it holds no captured page",)))


def _item(key: str, record: Any, problem: str | None) -> Item | None:  # noqa: ANN401 - warcio has no types
    """Return a record's page, or what is wrong with it; None for what is no page."""
    if record is None:
        return Item(key=key, stamp="", problem=problem)
    try:
        if record.rec_type not in _KINDS:
            return None
        http = record.http_headers
        kind = (http or record.rec_headers).get_header("Content-Type") or ""
        answered = not http or http.get_statuscode() == "200"
        if not answered or not kind.lower().startswith(_PAGES):
            return None
        data = record.content_stream().read(MAX_FILE + 1)
        url = cleaned(record.rec_headers.get_header("WARC-Target-URI"))
    except DAMAGE as error:
        return Item(key=key, stamp="", problem=f"a damaged record is left out ({str(error)[:80]})")
    charset = re.search(r"charset=\"?([\w.:-]+)", kind, re.IGNORECASE)
    stated = charset[1] if charset else None
    page = Document(data=data[:MAX_FILE], url=url, stated=True, charset=stated)
    return Item(key=key, stamp="", content=page) if data else None
