"""The sample editions, and the shipped looks to print them by."""

from __future__ import annotations

from pathlib import Path

from digest.render.samples import (
    ALSO_IN,
    HOME,
    NORTHGATE,
    NOTICE,
    SENT,
    SHAPES,
    STAFF,
    WEEKLY,
    WORDS,
    article,
    drawn,
    edition,
    frame,
    image,
    logo,
    picture,
    whats_on,
)

TEMPLATES = Path(__file__).parents[2] / "templates" / "email"

__all__ = [
    "ALSO_IN",
    "HOME",
    "NORTHGATE",
    "NOTICE",
    "SENT",
    "SHAPES",
    "STAFF",
    "TEMPLATES",
    "WEEKLY",
    "WORDS",
    "article",
    "drawn",
    "edition",
    "frame",
    "image",
    "logo",
    "picture",
    "whats_on",
]
