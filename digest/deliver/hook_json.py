"""JSON that comes by a hook: whatever is missing in it, or of another kind, is nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from digest.errors import one_line


def read_json(raw: bytes | str) -> Mapping[str, Any]:
    """Return an object; an empty one where there is none."""
    try:
        return mapping(json.loads(raw))
    except (ValueError, RecursionError):
        return {}


def mapping(value: object) -> Mapping[str, Any]:
    """Return a mapping, empty where it is none."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> list[Mapping[str, Any]]:
    """Return the mappings of a list, and not more than a few hundred."""
    return (
        [each for each in value[:200] if isinstance(each, dict)] if isinstance(value, list) else []
    )


def word(value: object) -> str:
    """Return a text or a number in one line, nothing where it is neither."""
    return one_line(value) if isinstance(value, str | int) else ""
