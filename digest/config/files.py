"""What the configuration names outside itself: the looks of its newsletters, its sources' files."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from digest.config.schema import Config
from digest.model import Finding


def unknown_looks(config: Config, looks: Collection[str]) -> Iterator[str]:
    """Yield `FILE:LINE: message` for each newsletter whose template is not among the looks."""
    for name, newsletter in config.newsletters.items():
        if newsletter.template not in looks:
            said = f"there is no template {newsletter.template!r}; known: {', '.join(looks)}"
            yield config.problem(("newsletters", name, "template"), said)


def missing_files(config: Config) -> Iterator[Finding]:
    """Yield a finding for each source that is a file or a folder which is not there."""
    for name, source in config.sources.items():
        local = not source.location.lower().startswith(("https://", "http://", "${"))
        if local and not (config.folder / source.location).exists():
            line = config.lines.at(("sources", name, source.kind))
            host = re.match(r"[\w-]+(\.[\w-]+)*\.[a-z]{2,}(:\d+)?/", source.location, re.IGNORECASE)
            hint = "; an address starts with https://" if host else ""
            yield Finding(
                rule="missing-file",
                severity="error",
                message=f"there is no file or folder {source.location}{hint}",
                where=f"{config.file}:{line} sources.{name}.{source.kind}",
            )
