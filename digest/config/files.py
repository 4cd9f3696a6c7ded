"""What the configuration names outside itself: the looks of its newsletters, its files, and whether they changed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from stat import S_ISREG

from digest.config.schema import Config
from digest.findings import Finding, Where
from digest.lint_rules.of_choice import MISSING_FILE
from digest.model import Source


def unknown_looks(config: Config, looks: Collection[str]) -> Iterator[str]:
    """Yield `FILE:LINE: message` for each newsletter whose template is not among the looks."""
    for name, newsletter in config.newsletters.items():
        if newsletter.template not in looks:
            said = f"there is no template {newsletter.template!r}; known: {', '.join(looks)}"
            yield config.problem(("newsletters", name, "template"), said)


def missing_files(config: Config) -> Iterator[Finding]:
    """Yield a finding for each source that is a file or a folder which is not there."""
    for name, source in config.sources.items():
        if _is_local(source) and not (config.folder / source.location).exists():
            line = config.lines.at(("sources", name, source.kind))
            host = re.match(r"[\w-]+(\.[\w-]+)*\.[a-z]{2,}(:\d+)?/", source.location, re.IGNORECASE)
            hint = "; an address starts with https://" if host else ""
            yield MISSING_FILE.found(
                f"there is no file or folder {source.location}{hint}",
                Where(file=str(config.file), line=int(line), key=f"sources.{name}.{source.kind}"),
            )


def look_files(config: Config) -> Iterator[Path]:
    """Yield what the looks are made of, there or not: the configuration, the own templates, the logo."""
    yield config.file
    yield config.folder / "templates" / "email"
    if config.publication.brand.logo:
        yield config.folder / config.publication.brand.logo


def source_files(config: Config) -> Iterator[Path]:
    """Yield the files and folders that sources are read from, there or not."""
    yield from (config.folder / s.location for s in config.sources.values() if _is_local(s))


def stamps(paths: Iterable[Path]) -> Mapping[Path, tuple[int, int]]:
    """Return when each file was written (ns), and its size: of those named, and of all within folders.

    Folders are named too, with zeros: one may come or go.
    """
    found: dict[Path, tuple[int, int]] = {}
    for path in paths:
        for each in (path, *path.rglob("*")) if path.is_dir() else (path,):
            with suppress(OSError):  # it may go while we look
                stated = each.stat()
                is_file = S_ISREG(stated.st_mode)
                found[each] = (stated.st_mtime_ns, stated.st_size) if is_file else (0, 0)
    return found


def _is_local(source: Source) -> bool:
    return bool(source.location) and not source.location.lower().startswith(
        ("https://", "http://", "${")
    )
