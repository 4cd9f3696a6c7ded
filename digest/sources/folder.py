"""A folder of pages: which files there are, and which have changed since the last pull."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

MAX_FILE = 20_000_000


def stamps(folder: Path, wanted: Callable[[str], bool]) -> dict[str, str]:
    """Return the files of a folder, by path, each with its time and size: one stat a file.

    Hidden files and folders, and links that lead out of the folder, are left out.
    """
    root = folder.resolve()
    return dict(sorted(_walk(root, root, wanted)))


def changed(now: Mapping[str, str], before: Mapping[str, str]) -> tuple[str, ...]:
    """Return the paths that are new or have another time or size than before."""
    return tuple(path for path, stamp in now.items() if before.get(path) != stamp)


def read_file(folder: Path, path: str) -> bytes:
    """Read a file, up to 20 MB; OSError where that cannot be."""
    with (folder / path).open("rb") as file:
        data = file.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise OSError(f"is larger than {MAX_FILE // 1_000_000} MB")
    return data


def stamp_of(status: os.stat_result) -> str:
    """Return a file's time and size as one short text."""
    return f"{status.st_mtime_ns:x}-{status.st_size:x}"


def _walk(root: Path, folder: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    waiting = [folder]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
                elif wanted(entry.name) and _is_inside(root, entry):
                    path = Path(entry.path).relative_to(root).as_posix()
                    yield path, stamp_of(entry.stat())


def _is_inside(root: Path, entry: os.DirEntry[str]) -> bool:
    if not entry.is_symlink():
        return entry.is_file()
    target = Path(entry.path).resolve()
    return target.is_file() and target.is_relative_to(root)
