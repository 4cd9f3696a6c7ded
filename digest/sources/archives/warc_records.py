"""The records of a WARC or ARC file, by warcio; damage costs the record it is in, and is told."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import IO, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

_TYPES = frozenset(
    "response resource warcinfo request metadata revisit conversion continuation arc_header".split()
)
_GZIP = b"\x1f\x8b"
_MARKS = (_GZIP + b"\x08", b"WARC/1.")
_STEP = 1 << 20
_MOST_DAMAGES = 1000
DAMAGE = (
    ArchiveLoadFailed,
    EOFError,
    OSError,
    ValueError,
    KeyError,
    AttributeError,
    IndexError,
    zlib.error,
)


def records(file: IO[bytes]) -> Iterator[tuple[Any, str | None]]:
    """Yield records, and a problem for each damaged place; what follows it is found again."""
    start, damages = 0, 0
    while damages < _MOST_DAMAGES:
        file.seek(start)
        found = ArchiveIterator(file, arc2warc=True, check_digests=False)
        # warcio would write of it to the standard error
        found.INC_RECORD = ""
        try:
            for record in found:
                start = max(start, found.offset)
                length = record.rec_headers.get_header("Content-Length") or ""
                if record.rec_type not in _TYPES or not length.strip().isdigit():
                    raise ArchiveLoadFailed("no type or length")
                yield record, None
                # a record that does not end as it said: warcio would read on at a wrong place
                found.read_to_end()
                if found.err_count or getattr(record.raw_stream, "limit", 0) > 0:
                    raise ArchiveLoadFailed("its length is wrong")
            _check_tail(file, start)
        except DAMAGE as error:
            damages += 1
            if "non-chunked" in str(error) and start == 0 and not isinstance(file, gzip.GzipFile):
                file.seek(0)
                file = gzip.GzipFile(fileobj=file)  # type: ignore[assignment] # read alike
                continue
            yield None, f"a damaged record is left out ({str(error).strip()[:80] or 'cut off'})"
            following = _next_mark(file, start + 1)
            if following is None:
                return
            start = following
        else:
            return


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


def _next_mark(file: IO[bytes], start: int) -> int | None:
    """Return where the next record may begin; None where none does."""
    tail, base = b"", start
    try:
        file.seek(start)
        while data := file.read(_STEP):
            block = tail + data
            found = [p for mark in _MARKS if (p := block.find(mark)) >= 0]
            if found:
                return base - len(tail) + min(found)
            tail, base = block[-8:], base + len(data)
    except DAMAGE:
        return None
    return None
