"""Plug-ins as an installer leaves them: a package beside its metadata, in a folder that is on the path."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def installed(
    folder: Path, name: str, points: Mapping[str, Mapping[str, str]], code: str | None = None
) -> Path:
    """Put a distribution into a folder: its entry points by group, and its one module's code."""
    metadata = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    groups = (
        f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in named.items())
        for group, named in points.items()
    )
    (metadata / "entry_points.txt").write_text("\n".join(groups))
    if code is not None:
        (folder / f"{name.replace('-', '_')}.py").write_text(code)
    return folder
