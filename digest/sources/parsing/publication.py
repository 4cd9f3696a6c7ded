"""The name of a publication, out of what a feed calls itself."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

from digest.sources.parsing.sanitize import plain

_PARTS = re.compile(r"\s+[|–—·»>:-]+\s+|:\s+")
_TAIL = re.compile(
    r"\s*\(?\b(?:rss(?:\s+feed)?|atom(?:\s+feed)?|news\s*feed|feed)\b\)?\s*$", re.IGNORECASE
)
_SHORTEST = 3  # letters of a host by which a part is known


def publication_name(title: str | None, address: str | None) -> str | None:
    """Return the publication in a feed's title: the part that its host is named for, or the whole.

    "World news | The Guardian" of theguardian.com is The Guardian, "BBC News - World" BBC News.
    """
    whole = _TAIL.sub("", plain(title) or "").strip()
    parts = [part for part in _PARTS.split(whole) if part]
    labels = [_letters(label) for label in (urlsplit(address or "").hostname or "").split(".")[:-1]]
    names = [label for label in labels if len(label) >= _SHORTEST and label not in _COMMON]
    for part in parts if len(parts) > 1 else ():
        said = _letters(part)
        if said and any(
            name in said or (len(said) >= _SHORTEST and name.startswith(said)) for name in names
        ):
            return part
    return whole or None


_COMMON = frozenset(
    {"www", "feeds", "feed", "rss", "news", "blog", "com", "org", "net", "gov", "edu"}
)


def _letters(text: str) -> str:
    parted = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parted if letter.isalnum())
