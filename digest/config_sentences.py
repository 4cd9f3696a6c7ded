"""What pydantic finds wrong with feeds.yaml, in plain sentences."""

from __future__ import annotations

from pydantic_core import ErrorDetails

from digest.yaml_lines import Lines

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


def problem(detail: ErrorDetails, lines: Lines) -> tuple[int, str]:
    """Return the line and the sentence of a problem."""
    path = tuple(part for part in detail["loc"] if isinstance(part, str | int))
    where = ".".join(str(part) for part in path) or "the file"
    if detail["type"] == "extra_forbidden":
        return lines.at(path), f"{where}: there is no such key"
    if detail["type"] == "missing":
        return lines.at(path[:-1]), f"{where}: is missing"
    return lines.at(path), f"{where}: {_sentence(detail)}"


def _sentence(detail: ErrorDetails) -> str:
    """Return what is wrong with a value; a check of our own has its sentence already."""
    said = _SENTENCES.get(detail["type"])
    if said is None:
        return detail["msg"].removeprefix("Value error, ")
    return said.format(**detail.get("ctx", {}))
