"""What pydantic finds wrong with feeds.yaml, in plain sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic_core import ErrorDetails

from digest.config.yaml_lines import Lines, dotted, in_quotes

_SENTENCES = {  # by pydantic's names of what is wrong
    "string_type": "is a text; a number or a word such as yes needs quotes",
    "int_type": "is a whole number",
    "int_parsing": "is a whole number",
    "int_parsing_size": "is a whole number, and not as large as this",
    "int_from_float": "is a whole number",
    "bool_type": "is true or false",
    "bool_parsing": "is true or false",
    "finite_number": "is a whole number",
    "tuple_type": "is a list, such as [one, another]",
    "dict_type": "is a mapping of names to values",
    "model_type": "is a mapping of names to values",
    "literal_error": "is one of {expected}",
    "greater_than_equal": "is {ge} or more",
    "less_than_equal": "is {le} or less",
    "too_short": "is empty; it needs at least one",
    "date_type": "is a date, such as 2026-01-31",
    "date_parsing": "is a date, such as 2026-01-31 ({error})",
    "date_from_datetime_parsing": "is a date, such as 2026-01-31 ({error})",
    "date_from_datetime_inexact": "is a date, such as 2026-01-31, without a time",
    "time_type": 'is a time in quotes, such as "07:00"',
    "time_parsing": 'is a time in quotes, such as "07:00" ({error})',
}


def problem(detail: ErrorDetails, lines: Lines, schema: Mapping[str, Any]) -> tuple[int, str]:
    """Return the line and the sentence of a problem; `schema` is the JSON Schema of the file."""
    path = tuple(part for part in detail["loc"] if isinstance(part, str | int))
    where = dotted(path) or "the file"
    if detail["type"] == "extra_forbidden":
        return lines.at(path), f"{where}: there is no such key{_meant(path, schema)}"
    if detail["type"] == "missing":
        return lines.at(path[:-1]), f"{where}: is missing"
    if detail["input"] is None and (comment := lines.comment(path)):
        return lines.at(path), f"{where}: is empty; {in_quotes(comment)}"
    return lines.at(path), f"{where}: {_sentence(detail)}"


def _meant(path: Sequence[str | int], schema: Mapping[str, Any]) -> str:
    """Return the key that is most like the one written, else those that there are."""
    here = schema
    for part in path[:-1]:
        named = here.get("properties", {}).get(part)
        here = _resolved(named or here.get("additionalProperties") or here["items"], schema)
    known = [*here["properties"]]
    if like := get_close_matches(str(path[-1]).lower(), known, n=1):
        return f"; did you mean {like[0]}?"
    return f"; known: {', '.join(known)}"


def _resolved(part: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    choice: Mapping[str, Any] = part.get("anyOf", [part])[0]
    name = choice.get("$ref", "").rpartition("/")[2]
    return schema["$defs"][name] if name else choice


def _sentence(detail: ErrorDetails) -> str:
    """Return what is wrong with a value; a check of our own has its sentence already."""
    if detail["type"] == "model_type" and detail["loc"][-1] == "match":
        value = detail["input"]
        plain = isinstance(value, str) and re.fullmatch(r"[\w-]{1,40}", value)
        return f"is a rule, such as {{any: [{value if plain else 'Top'}]}}"
    said = _SENTENCES.get(detail["type"])
    if said is None:
        return detail["msg"].removeprefix("Value error, ")
    return said.format(**detail.get("ctx", {}))
