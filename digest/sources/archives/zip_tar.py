"""Zip and tar files of pages: read in memory, member by member; nothing is ever unpacked to disk."""

from __future__ import annotations

import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from functools import partial
from io import SEEK_END, BytesIO
from itertools import islice
from pathlib import PurePosixPath
from typing import IO

from digest.ports import State
from digest.sources.archives.batches import (
    ArchiveStep,
    Item,
    in_batches,
    told_first,
    unchanged,
    unread_kinds,
)
from digest.sources.archives.folder import MAX_FILE, changed, readable
from digest.sources.fetching.fetch_context import SourcePull
from digest.sources.parsing.documents import Document, is_other_text, is_page, read_pages
from digest.sources.parsing.unreadable import BadContainer

_MOST_MEMBERS = 200_000
_DEFLATED = 1100  # times: deflate reaches 1032, members that overlap much more
_LEAST = 1_000_000
_BOMB = "unpacks to more than any honest one does"
# what zipfile and tarfile raise at damaged files, beside their own errors
_DAMAGE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    OSError,
    EOFError,
    ValueError,
    LookupError,
    RuntimeError,
    OverflowError,
)


def is_zip(head: bytes) -> bool:
    """Tell whether a file begins as a zip file."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def is_tar(head: bytes) -> bool:
    """Tell whether a file begins as a tar file, also a compressed one."""
    if head[257:262] == b"ustar":
        return True
    if not head.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")):
        return False
    try:
        with tarfile.open(fileobj=BytesIO(head), mode="r:*") as tar:
            return tar.next() is not None
    except _DAMAGE:
        return False


def pull_zip(
    visit: SourcePull, file: IO[bytes], state: State, pool: Executor
) -> Iterator[ArchiveStep]:
    """Yield the articles of the members that are new or have changed."""
    try:
        archive = zipfile.ZipFile(file)
    except _DAMAGE as error:
        raise BadContainer(f"the zip file is damaged ({error})") from None
    infos = {
        i.filename: i
        for i in archive.infolist()[:_MOST_MEMBERS]
        if not i.is_dir() and _is_wanted(i.filename, is_page)
    }
    if sum(i.file_size for i in infos.values()) > _most(file):
        raise BadContainer(f"the zip file {_BOMB}")
    stamps = {name: f"{info.CRC:x}-{info.file_size:x}" for name, info in infos.items()}
    items = (
        _item(name, stamps[name], partial(archive.open, infos[name]))
        for name in _waiting(stamps, state)
    )
    names = [i.filename for i in archive.infolist()[:_MOST_MEMBERS] if not i.is_dir()]
    yield from _pull(visit, items, stamps, state, pool, names=names)


def pull_tar(
    visit: SourcePull, file: IO[bytes], state: State, pool: Executor
) -> Iterator[ArchiveStep]:
    """Yield the articles of the members that are new or have changed."""
    most = _most(file)
    file.seek(0)
    try:
        with tarfile.open(fileobj=file, mode="r:*") as tar:
            honest = [m for m in _honest(tar, most) if m.isreg()]
            stamps = {
                readable(m.name): f"{int(m.mtime):x}-{m.size:x}"
                for m in honest
                if _is_wanted(m.name, is_page)
            }
            waiting = set(_waiting(stamps, state))
            items = (
                _item(name, stamps[name], partial(tar.extractfile, member))
                for member in tar.getmembers()
                if (name := readable(member.name)) in waiting and member.isreg()
            )
            names = [readable(m.name) for m in honest]
            yield from _pull(visit, items, stamps, state, pool, names=names)
    except BadContainer:
        raise
    except _DAMAGE as error:
        raise BadContainer(f"the tar file is damaged ({error})") from None


def _pull(
    visit: SourcePull,
    items: Iterator[Item],
    stamps: Mapping[str, str],
    state: State,
    pool: Executor,
    *,
    names: Iterable[str],
) -> Iterator[ArchiveStep]:
    other = unread_kinds(name for name in names if _is_wanted(name, is_other_text))
    before = state.get("files", {})
    kept = {**state, "files": {k: v for k, v in before.items() if k in stamps}}
    total = len(_waiting(stamps, state))
    if total == 0:
        nothing = () if stamps else ("it holds no .txt, .html or .md file",)
        yield unchanged(visit, kept, *nothing, *other)
    steps = in_batches(visit, items, read_pages, pool, state=kept, total=total)
    yield from told_first(steps, other)


def _waiting(stamps: Mapping[str, str], state: State) -> tuple[str, ...]:
    return changed(stamps, state.get("files", {}))


def _is_wanted(name: str, kind: Callable[[str], bool]) -> bool:
    parts = PurePosixPath(name).parts
    hidden = any(p.startswith(".") or p == "__MACOSX" for p in parts)
    return bool(parts) and not hidden and not name.startswith("/") and kind(name)


def _most(file: IO[bytes]) -> int:
    """Return how many bytes an honest file of this length can hold."""
    return _DEFLATED * max(_LEAST, file.seek(0, SEEK_END))


def _honest(tar: tarfile.TarFile, most: int) -> Iterator[tarfile.TarInfo]:
    """Yield the members until their headers promise too much: what follows is never unpacked."""
    for member in islice(tar, _MOST_MEMBERS):
        most -= member.size
        if most < 0:
            raise BadContainer(f"the tar file {_BOMB}")
        yield member


def _item(name: str, stamp: str, open_member: Callable[[], IO[bytes] | None]) -> Item:
    """Return a member's page, or what is wrong with it."""
    try:
        member = open_member()
        if member is None:
            return Item(key=name, stamp=stamp)
        with member:
            # what a member says of its size may be a lie: what comes out is counted
            data = member.read(MAX_FILE + 1)
    except _DAMAGE as error:
        return Item(key=name, stamp=stamp, problem=str(error)[:200])
    if len(data) > MAX_FILE:
        return Item(key=name, stamp=stamp, problem=f"it is larger than {MAX_FILE // 1_000_000} MB")
    return Item(key=name, stamp=stamp, content=Document(data=data, path=name))
