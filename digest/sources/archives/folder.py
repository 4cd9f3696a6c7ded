"""A folder of pages: what has changed in it since the last pull, for a stat a file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from pathlib import Path

from digest.sources.archives.batches import (
    ArchiveStep,
    Item,
    in_batches,
    told_first,
    unchanged,
    unread_kinds,
)
from digest.sources.fetching.fetch_context import SourcePull
from digest.sources.parsing.documents import Document, is_other_text, is_page, read_pages

MAX_FILE = 20_000_000


def pull_folder(visit: SourcePull, pool: Executor) -> Iterator[ArchiveStep]:
    """Yield the articles of the files that are new or have changed."""
    every = stamps(visit.place, lambda name: is_page(name) or is_other_text(name))
    found = {path: stamp for path, stamp in every.items() if is_page(path)}
    other = unread_kinds(map(readable, every.keys() - found.keys()))
    real = {readable(path): path for path in found}
    files = {path: found[real[path]] for path in real}
    before = visit.state.get("files", {})
    kept = {path: stamp for path, stamp in before.items() if path in files}
    waiting = changed(files, before)
    if not waiting:
        nothing = () if files else ("it holds no .txt, .html or .md file",)
        yield unchanged(visit, {"files": kept}, *nothing, *other)
    items = (_item(visit.place / real[path], path, files[path]) for path in waiting)
    steps = in_batches(visit, items, read_pages, pool, state={"files": kept}, total=len(waiting))
    yield from told_first(steps, other)


def stamps(folder: Path, wanted: Callable[[str], bool]) -> dict[str, str]:
    """Return the files of a folder, by path, each with its time and size: one stat a file.

    Hidden files and folders, and links that lead out of the folder, are left out.
    """
    root = folder.resolve()
    return dict(sorted(_walk(root, wanted)))


def readable(path: str) -> str:
    """Return a path as text: bytes of a name that are no UTF-8 are written as escapes."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def changed(now: Mapping[str, str], before: Mapping[str, str]) -> tuple[str, ...]:
    """Return the paths that are new or have another time or size than before."""
    return tuple(path for path, stamp in now.items() if before.get(path) != stamp)


def read_file(path: Path, limit: int = MAX_FILE) -> bytes:
    """Read a file, up to a limit of bytes; OSError where that cannot be."""
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise OSError(f"is larger than {limit // 1_000_000} MB")
    return data


def stamp_of(status: os.stat_result) -> str:
    """Return a file's time and size as one short text."""
    return f"{status.st_mtime_ns:x}-{status.st_size:x}"


def _item(file: Path, path: str, stamp: str) -> Item:
    try:
        return Item(key=path, stamp=stamp, content=Document(data=read_file(file), path=path))
    except OSError as error:
        return Item(key=path, stamp=stamp, problem=error.strerror or str(error), again=True)


def _walk(root: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    waiting = [(str(root), "")]
    while waiting:
        folder, prefix = waiting.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((entry.path, f"{prefix}{entry.name}/"))
                elif wanted(entry.name) and entry.is_file():
                    # a link is followed, but not out of the folder
                    if entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(root):
                        continue
                    yield prefix + entry.name, stamp_of(entry.stat())
