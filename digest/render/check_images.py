"""Check pictures: what is said instead of them, and how they are named."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.model import Finding, Severity
from digest.render.proof import Proof, where

_LONGEST_ALT = 125
_FILE = re.compile(r"^\S+\.(?:png|jpe?g|gif|webp|svg)$", re.IGNORECASE)


def images(proof: Proof) -> Iterator[Finding]:
    """Check every picture."""
    for image in proof.elements("img"):
        for rule, severity, message in _alt(image.get("alt")):
            yield Finding(rule=rule, severity=severity, message=message, where=where(image))
    for article in proof.edition.articles:
        if article.image and article.image.url and article.image.alt is None:
            message = f"the picture of “{article.title}” has no description; write one"
            place = f"article {article.id}"
            yield Finding(rule="alt-missing", severity="warning", message=message, where=place)


def _alt(alt: str | None) -> Iterator[tuple[str, Severity, str]]:
    if alt is None:
        yield "alt-attribute", "error", 'a picture has no alt; give it one, or alt="" for ornament'
    elif _FILE.match(alt):
        yield "alt-file-name", "warning", f"{alt} is a file's name; say what the picture shows"
    elif len(alt) > _LONGEST_ALT:
        yield "alt-long", "info", f"a description of {len(alt)} characters; 125 are read with ease"
