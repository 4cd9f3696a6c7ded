"""A picture of an article: its bytes, from a file beside its source."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

MAX_PICTURE = 10_000_000
_SIGNATURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"BM")
_CONTAINERS = {b"WEBP", b"ftyp"}


def is_picture(data: bytes) -> bool:
    """Tell whether bytes begin as PNG, JPEG, GIF, BMP, WebP or AVIF do."""
    return data.startswith(_SIGNATURES) or data[8:12] in _CONTAINERS or data[4:8] in _CONTAINERS


def file_beside(place: Path, url: str, url_base: str | None) -> Path | None:
    """Return the file that an address stands for beside a local source; None where there is none.

    Its path under `url_base`, then ever shorter ends of it, are looked for in the source's folder
    and in its parent; never outside of that parent.
    """
    folder = (place if place.is_dir() else place.parent).resolve()
    parts = [p for p in _relative(url, url_base).split("/") if p not in {"", "."}]
    for start in range(len(parts)):
        for parent in (folder, folder.parent):
            found = parent.joinpath(*parts[start:]).resolve()
            if found.is_relative_to(folder.parent) and found.is_file():
                return found
    return None


def _relative(url: str, url_base: str | None) -> str:
    try:
        address, base = urlsplit(url), urlsplit(url_base or "")
    except ValueError:
        return ""
    path = unquote(address.path).replace("\x00", "")
    if not address.scheme and not address.netloc:
        return path
    prefix = unquote(base.path).rsplit("/", 1)[0] + "/"
    same_site = address.netloc == base.netloc and address.scheme in {"http", "https"}
    return path.removeprefix(prefix) if same_site else ""
