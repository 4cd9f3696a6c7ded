"""What pydantic finds wrong with feeds.yaml, in plain sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
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
    "list_type": "is a list, such as [one, another]",
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


# What people write, by the part of the file that it stands in: the key that they mean, and an example.
_MEANT: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "_SourceKeys": {
        **dict.fromkeys(
            ("url", "rss", "link", "address", "source"),
            ("feed", "feed: https://news.example/feed.xml"),
        ),
        **dict.fromkeys(
            ("path", "file", "folder", "directory", "sitemap"), ("archive", "archive: articles/")
        ),
        **dict.fromkeys(("name", "publication"), ("title", "title: The Gazette")),
        **dict.fromkeys(("disabled", "active", "paused"), ("enabled", "enabled: false")),
    },
    "_SegmentKeys": {
        **dict.fromkeys(("name", "label"), ("title", "title: Staff")),
        **dict.fromkeys(
            ("tags", "tag", "any", "rule", "rules", "topics"), ("match", "match: {any: [Research]}")
        ),
    },
    "_SectionKeys": {
        **dict.fromkeys(("name", "heading", "label"), ("title", "title: Research")),
        **dict.fromkeys(
            ("tags", "tag", "any", "rule", "topics"), ("match", "match: {any: [Research]}")
        ),
        **dict.fromkeys(("limit", "most", "maximum", "count"), ("max", "max: 3")),
        "segments": ("only", "only: [staff]"),
    },
    "_RuleKeys": {
        **dict.fromkeys(("tags", "tag", "topics", "or"), ("any", "any: [Research, Health]")),
        **dict.fromkeys(("and", "every"), ("all", "all: [Research, Health]")),
        **dict.fromkeys(("not", "exclude", "without", "except"), ("none", "none: [Internal]")),
        **dict.fromkeys(("sources", "feed", "feeds"), ("source", "source: [news]")),
        **dict.fromkeys(("headline", "contains"), ("title", 'title: "*climate*"')),
        **dict.fromkeys(("age", "max_age", "since"), ("newer_than", "newer_than: 7d")),
    },
    "_NewsletterKeys": {
        **dict.fromkeys(
            ("from", "from_address", "reply_to"), ("sender", 'sender: "News <news@u.example>"')
        ),
        **dict.fromkeys(("name", "heading"), ("title", "title: This week")),
        **dict.fromkeys(("review", "approve", "reviewed"), ("approval", "approval: required")),
        **dict.fromkeys(
            ("audience", "audiences", "lists", "to"), ("segments", "segments: [staff]")
        ),
        **dict.fromkeys(
            ("cron", "send", "when", "frequency"), ("schedule", 'schedule: {cron: "0 8 * * mon"}')
        ),
        **dict.fromkeys(("limits", "limit", "max"), ("articles", "articles: {max: 12}")),
        **dict.fromkeys(("look", "theme", "layout", "design"), ("template", "template: weekly")),
        **dict.fromkeys(("pictures", "image"), ("images", "images: attach")),
    },
    "_ScheduleKeys": {
        **dict.fromkeys(("days", "day", "every", "time"), ("cron", 'cron: "0 8 * * mon"')),
    },
}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def meant_in(
    details: Sequence[ErrorDetails], schema: Mapping[str, Any]
) -> set[tuple[str | int, ...]]:
    """Return the places of the keys that are meant by others: they are not missing as well."""
    found = set()
    for detail in details:
        path = _path(detail)
        if detail["type"] == "extra_forbidden" and (right := _right(path, _there(path, schema))):
            found.add((*path[:-1], right[0]))
    return found


def without_echoes(problems: AbstractSet[tuple[int, str]]) -> set[tuple[int, str]]:
    """Return the problems without those that only follow from a key that stands there by another name."""
    places = {(line, text.partition(": ")[0]) for line, text in problems if "did you mean" in text}
    above = {(line, place.rpartition(".")[0]) for line, place in places}
    return {
        (line, text)
        for line, text in problems
        if (line, text.partition(": ")[0]) not in above
        or not re.search(r": (?:has exactly one of|is empty; it needs)", text)
    }


def _path(detail: ErrorDetails) -> tuple[str | int, ...]:
    return tuple(part for part in detail["loc"] if isinstance(part, str | int))


def problem(detail: ErrorDetails, lines: Lines, schema: Mapping[str, Any]) -> tuple[int, str]:
    """Return the line and the sentence of a problem; `schema` is the JSON Schema of the file."""
    path = _path(detail)
    where = dotted(path) or "the file"
    if detail["type"] == "extra_forbidden":
        return lines.at(path), f"{where}: there is no such key{_meant(path, schema)}"
    if detail["type"] == "missing":
        return lines.at(path[:-1]), f"{where}: is missing"
    if detail["input"] is None and (comment := lines.comment(path)):
        return lines.at(path), f"{where}: is empty; {in_quotes(comment)}"
    return lines.at(path), f"{where}: {_sentence(detail)}"


def _meant(path: Sequence[str | int], schema: Mapping[str, Any]) -> str:
    """Return the key that is meant, or most like the one written; else those that there are."""
    here = _there(path, schema)
    if right := _right(path, here):
        return f"; did you mean {right[0]}? Such as `{right[1]}`"
    known = [*here["properties"]]
    if like := get_close_matches(str(path[-1]).lower(), known, n=1):
        return f"; did you mean {like[0]}?"
    return f"; known: {', '.join(known)}"


def _there(path: Sequence[str | int], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema of the mapping that a key stands in."""
    here = schema
    for part in path[:-1]:
        named = here.get("properties", {}).get(part)
        one: Mapping[str, Any] = named or here.get("additionalProperties") or here["items"]
        one = one.get("anyOf", [one])[0]
        model = one.get("$ref", "").rpartition("/")[2]
        here = schema["$defs"][model] if model else one
    return here


def _right(path: Sequence[str | int], here: Mapping[str, Any]) -> tuple[str, str] | None:
    return _MEANT.get(str(here.get("title")), {}).get(str(path[-1]).lower())


def _sentence(detail: ErrorDetails) -> str:
    """Return what is wrong with a value; a check of our own has its sentence already."""
    if detail["type"] == "model_type" and detail["loc"][-1] == "match":
        value = detail["input"]
        plain = isinstance(value, str) and re.fullmatch(r"[\w-]{1,40}", value)
        return f"is a rule, such as {{any: [{value if plain else 'Top'}]}}"
    if detail["type"] == "model_type" and detail["loc"][-1] == "schedule":
        return f'is a mapping, such as {{cron: "{_cron(str(detail["input"]))}"}}'
    said = _SENTENCES.get(detail["type"])
    if said is None:
        return detail["msg"].removeprefix("Value error, ")
    return said.format(**detail.get("ctx", {}))


def _cron(said: str) -> str:
    """Return the crontab line that people mean by "every monday 8:00", as far as it says."""
    words = said.lower()
    days = [day for day in _DAYS if re.search(rf"\b{day}", words)]
    clock = re.search(r"\b(\d{1,2})(?:[:.](\d\d))?\s*(am|pm)?\b", words)
    hour, minute = (int(clock[1]) % 24, int(clock[2] or 0)) if clock else (8, 0)
    hour += 12 if clock and clock[3] == "pm" and hour < 12 else 0  # noqa: PLR2004 - noon
    return f"{minute} {hour} * * {','.join(days) or 'mon'}"
