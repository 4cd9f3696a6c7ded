"""A WARC or ARC file: its captured pages. When a page was captured is not when it was published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import Executor
from typing import IO, Any

from digest.editorial.address import cleaned
from digest.ports import State
from digest.sources.archives.batches import ArchiveStep, Item, records_in_batches
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
    nothing = "it holds no captured page"
    yield from records_in_batches(
        visit, records(file), _item, read_pages, pool, state=state, nothing=nothing
    )


def _item(key: str, found: tuple[Any, str | None]) -> Item | None:
    """Return a record's page, or what is wrong with it; None for what is no page."""
    record, problem = found
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
