"""A WARC or ARC file: its captured pages. When a page was captured is not when it was published."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import replace
from io import BytesIO
from typing import IO, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from digest.editorial.address import cleaned
from digest.ports import State
from digest.sources.archives.batches import Item, Step, in_batches, unchanged
from digest.sources.archives.folder import MAX_FILE
from digest.sources.fetching.context import SourcePull
from digest.sources.parsing.documents import Document, read_pages

_PAGES = ("text/html", "application/xhtml+xml")
_KINDS = frozenset({"response", "resource"})
_TYPES = _KINDS | {
    "warcinfo",
    "request",
    "metadata",
    "revisit",
    "conversion",
    "continuation",
    "arc_header",
}
_GZIP = b"\x1f\x8b"
_MARKS = (_GZIP + b"\x08", b"WARC/1.")
_STEP = 1 << 20
_MOST_DAMAGES = 1000
_DAMAGE = (
    ArchiveLoadFailed,
    EOFError,
    OSError,
    ValueError,
    KeyError,
    AttributeError,
    IndexError,
    zlib.error,
)


def is_warc(head: bytes, name: str) -> bool:
    """Tell whether a file is a WARC or ARC file, by its beginning or, where compressed, its name."""
    plain = head.startswith((b"WARC/", b"filedesc://"))
    return plain or (
        head.startswith(b"\x1f\x8b") and re.search(r"\.w?arc(\.gz)?$", name) is not None
    )


def pull_warc(visit: SourcePull, file: IO[bytes], state: State, pool: Executor) -> Iterator[Step]:
    """Yield the articles of the captured pages, from where the last pull broke off."""
    done = int(state.get("records", 0))
    found = False
    for step in in_batches(visit, _items(file, done), read_pages, pool, state={}, total=0):
        found = True
        records = max((int(k) for k in step.pulled.state["files"]), default=done)
        yield _counted(step, {**state, "records": records})
    if not found:
        yield unchanged(visit, state, *(() if done else ("it holds no captured page",)))


def _counted(step: Step, state: State) -> Step:
    return replace(step, pulled=replace(step.pulled, state=state), total=None)


def _items(file: IO[bytes], done: int) -> Iterator[Item]:
    for number, (record, problem) in enumerate(_records(file), start=1):
        if number <= done:
            continue
        item = _item(str(number), record, problem)
        if item is not None:
            yield item


def _records(file: IO[bytes]) -> Iterator[tuple[Any, str | None]]:
    """Yield records, and a problem for each damaged place; what follows it is found again."""
    start, damages = 0, 0
    while damages < _MOST_DAMAGES:
        file.seek(start)
        records = ArchiveIterator(file, arc2warc=True, check_digests=False)
        # warcio would write of it to the standard error
        records.INC_RECORD = ""
        try:
            for record in records:
                start = max(start, records.offset)
                _check(record)
                yield record, None
                _check_end(records, record)
            _check_tail(file, start)
        except _DAMAGE as error:
            damages += 1
            if "non-chunked" in str(error) and start == 0 and not isinstance(file, gzip.GzipFile):
                file, start = gzip.GzipFile(fileobj=_rewound(file)), 0  # type: ignore[assignment] # read alike
                continue
            yield None, f"a damaged record is left out ({str(error).strip()[:80] or 'cut off'})"
            following = _next_mark(file, start + 1)
            if following is None:
                return
            start = following
        else:
            return


def _check(record: Any) -> None:  # noqa: ANN401 - warcio has no types
    length = record.rec_headers.get_header("Content-Length") or ""
    if record.rec_type not in _TYPES or not length.strip().isdigit():
        raise ArchiveLoadFailed("no type or length")


def _check_end(records: Any, record: Any) -> None:  # noqa: ANN401 - warcio has no types
    """Raise where a record does not end as it said: warcio would read on at a wrong place."""
    records.read_to_end()
    if records.err_count or getattr(record.raw_stream, "limit", 0) > 0:
        raise ArchiveLoadFailed("its length is wrong")


def _check_tail(file: IO[bytes], start: int) -> None:
    """Raise where the last record is damaged: warcio takes what cannot be unpacked for the end."""
    tail = file
    if not isinstance(file, gzip.GzipFile):
        file.seek(start)
        packed = file.read(2) == _GZIP
        file.seek(start)
        tail = gzip.GzipFile(fileobj=file) if packed else BytesIO()  # type: ignore[assignment] # read alike
    while tail.read(_STEP):
        pass


def _rewound(file: IO[bytes]) -> IO[bytes]:
    file.seek(0)
    return file


def _next_mark(file: IO[bytes], start: int) -> int | None:
    try:
        return _mark(file, start)
    except _DAMAGE:
        return None


def _mark(file: IO[bytes], start: int) -> int | None:
    file.seek(start)
    tail, base = b"", start
    while data := file.read(_STEP):
        block = tail + data
        found = [p for mark in _MARKS if (p := block.find(mark)) >= 0]
        if found:
            return base - len(tail) + min(found)
        tail, base = block[-8:], base + len(data)
    return None


def _item(key: str, record: Any, problem: str | None) -> Item | None:  # noqa: ANN401 - warcio has no types
    if record is None:
        return Item(key=key, stamp="", problem=problem)
    try:
        document = _document(record)
    except _DAMAGE as error:
        return Item(key=key, stamp="", problem=f"a damaged record is left out ({str(error)[:80]})")
    return Item(key=key, stamp="", content=document) if document else None


def _document(record: Any) -> Document | None:  # noqa: ANN401 - warcio has no types
    if record.rec_type not in _KINDS:
        return None
    http = record.http_headers
    kind = (
        http.get_header("Content-Type") if http else record.rec_headers.get_header("Content-Type")
    ) or ""
    if (http and http.get_statuscode() != "200") or not kind.lower().startswith(_PAGES):
        return None
    data = record.content_stream().read(MAX_FILE + 1)
    url = cleaned(record.rec_headers.get_header("WARC-Target-URI"))
    charset = re.search(r"charset=\"?([\w.:-]+)", kind, re.IGNORECASE)
    stated = charset[1] if charset else None
    return Document(data=data[:MAX_FILE], url=url, stated=True, charset=stated) if data else None
