"""The nouns as JSON and back, and their hashes: the same value gives the same bytes."""

from __future__ import annotations

import hashlib
import json
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

T = TypeVar("T")

_adapters: dict[Any, TypeAdapter[Any]] = {}


def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - any type that pydantic knows
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def dump(value: object) -> str:
    """Return a noun as JSON."""
    return _adapter(type(value)).dump_json(value).decode()


def load(kind: type[T], text: str | bytes) -> T:
    """Read a noun from its JSON."""
    return cast("T", _adapter(kind).validate_json(text))


def to_json(value: object, kind: Any = None) -> Any:  # noqa: ANN401 - JSON values
    """Return a noun, or a value of some kind, as JSON values: dicts, lists, strings, numbers."""
    return _adapter(kind or type(value)).dump_python(value, mode="json")


def from_json(kind: Any, value: object) -> Any:  # noqa: ANN401 - a value of that kind
    """Read a value of some kind from JSON values."""
    return _adapter(kind).validate_python(value)


def sha256_hex(text: str | bytes) -> str:
    """Return the SHA-256 of a text as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def canonical(value: object) -> str:
    """Return JSON values as one text: keys sorted, no space, no escape that is not needed."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
