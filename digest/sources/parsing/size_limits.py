"""Bounds: no sighting is larger than an article can be, whatever its source sent."""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256
from typing import Any

from digest.editorial.summary import cut
from digest.model import Sighting

DEEPEST = 200
_MANY = 500
_LINE = 500
_LEAD = 3000
_BODY = 1_000_000
_ADDRESS = 4000
_MOST = 200
_LANGUAGE = re.compile(r"[A-Za-z0-9_-]{1,35}")  # as long as RFC 5646 asks to take
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
# these hold nothing, or are closed by the next of their kind; an icon's shapes are many, and hold nothing
_FLAT = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li dd dt td th tr option "
    "path circle ellipse line polygon polyline rect stop use animate".split()
)


def bounded(sighting: Sighting) -> Sighting:
    """Cut what is too long; most sightings come back as they are."""
    changes: dict[str, Any] = {
        name: cut(value, limit)
        for name, limit in (
            ("headline", _LINE),
            ("standfirst", _LEAD),
            ("summary", _LEAD),
            ("department", _LINE),
            ("publication", _LINE),
        )
        if (value := getattr(sighting, name)) and len(value) > limit
    }
    for name in ("tags", "authors"):
        if len(values := getattr(sighting, name)) > _MOST or any(len(v) > _LINE for v in values):
            changes[name] = tuple(cut(v, _LINE) for v in values[:_MOST])
    if len(sighting.quotes) > _MOST or any(len(q.text) > _LEAD for q in sighting.quotes):
        changes["quotes"] = tuple(q for q in sighting.quotes[:_MOST] if len(q.text) <= _LEAD)
    if sighting.image and len(sighting.image.url or "") > _ADDRESS:
        changes["image"] = None
    elif sighting.image and len(sighting.image.alt or "") > _LEAD:
        changes["image"] = replace(sighting.image, alt=cut(sighting.image.alt or "", _LEAD))
    if sighting.language and not _LANGUAGE.fullmatch(sighting.language):
        changes["language"] = None
    if len(sighting.text) > _BODY:
        changes |= {"text": cut(sighting.text, _BODY), "html": ""}
    if sighting.url and len(sighting.url) > _ADDRESS:
        changes["url"] = None
    if sighting.guid and len(sighting.guid) > _ADDRESS:
        changes["guid"] = "sha256:" + sha256(sighting.guid.encode("utf-8", "replace")).hexdigest()
    return replace(sighting, **changes) if changes else sighting


def is_too_deep(markup: str) -> bool:
    """Tell whether elements are nested more than 200 deep: only an attack is, and it costs minutes."""
    if markup.count("<") < _MANY:
        return False
    depth = 0
    for closing, name in _TAG.findall(markup):
        if name.lower() in _FLAT:
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        if depth > DEEPEST:
            return True
    return False
