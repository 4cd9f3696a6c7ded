"""Front matter: what a site generator's file says of itself before its text, in YAML, TOML or JSON."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

import yaml

from digest.sources.parsing.sanitize import plain

_FENCED = re.compile(
    r"\A\ufeff?\s*(?P<fence>---|\+\+\+|;;;)[ \t]*(?P<kind>yaml|toml|json|json5|js)?[ \t]*\r?\n(?P<head>.*?)(?:\r?\n|^)"
    r"(?:(?P=fence)|\.\.\.)[ \t]*(?:\r?\n|\Z)",
    re.DOTALL | re.IGNORECASE | re.MULTILINE,
)
_LINE = re.compile(r"^\s*\"?([A-Za-z_][\w-]*)\"?\s*[:=]\s*(.*?)[\s,]*$", re.MULTILINE)
# lines without a fence: Hexo ends them with one, Pelican and MultiMarkdown with an empty line, and
# Notion puts them below the heading
_UNFENCED = re.compile(
    r"\A\ufeff?(?P<heading>\s*#[ \t]+[^\n]+\n\s*)?"
    r"(?P<head>(?:[A-Za-z][\w -]{0,30}:(?:[ \t][^\n]*)?\r?\n(?:(?:[ \t]+|-[ \t])[^\n]*\r?\n)*)+)"
    r"(?P<end>---[ \t]*(?:\r?\n|\Z)|(?=\s*\n|\Z))"
)
_USUAL = frozenset(
    "title date author authors tags category categories status slug summary created published url "
    "keywords description createdtime publishdate lang layout".split()
)
_TRUE, _FALSE = frozenset({"true", "yes", "on", "1"}), frozenset({"false", "no", "off", "0"})


class _FrontMatterLoader(yaml.SafeLoader):
    """YAML whose dates stay as written, so that a day without a time is seen to be one."""


_FrontMatterLoader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class FrontMatter:
    """What a file says of itself, asked by any of the names that a value goes by.

    Names are compared in small letters without `-` and `_`, as generators spell them each their way
    (`publishDate`, `publish_date`); what stands in `params`, `extra` or `taxonomies` counts too.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        """Take the values as they were read."""
        self._values: dict[str, Any] = {}
        nested = [v for k, v in values.items() if _name(k) in {"params", "extra", "taxonomies"}]
        for part in (values, *(n for n in nested if isinstance(n, dict))):
            for key, value in part.items():
                self._values.setdefault(_name(key), value)

    def value(self, *names: str) -> Any:  # noqa: ANN401 - whatever a person wrote
        """Return the first of the names that holds anything."""
        return next((v for n in names if (v := self._values.get(n)) not in (None, "", [])), None)

    def text(self, *names: str) -> str | None:
        """Return the first of the names that holds a text."""
        texts = (
            plain(str(v))
            for n in names
            if isinstance(v := self._values.get(n), (str, int, float)) and not isinstance(v, bool)
        )
        return next((t for t in texts if t), None)

    def texts(self, *names: str, at_blanks: bool = False) -> tuple[str, ...]:
        """Return the first of the names that holds something, as a list of texts.

        One text is parted at its commas; where it has none and `at_blanks`, at its blanks.
        """
        for value in (self._values.get(n) for n in names):
            if isinstance(value, str):
                value = value.split("," if "," in value or not at_blanks else None)  # noqa: PLW2901 - one form for both spellings
            items = value if isinstance(value, list) else [value] if isinstance(value, dict) else []
            texts = (
                plain(str(i.get("name") or i.get("title") or "") if isinstance(i, dict) else str(i))
                for i in items
                if isinstance(i, (str, int, float, dict))
            )
            if found := tuple(dict.fromkeys(t for t in texts if t)):
                return found
        return ()

    def says(self, name: str, *, yes: bool) -> bool:
        """Tell whether a switch is set so, in any of the ways that people write yes and no."""
        value = self._values.get(name)
        written = _TRUE if yes else _FALSE
        return value is yes or (isinstance(value, (str, int)) and str(value).lower() in written)


def front_matter(text: str) -> tuple[FrontMatter, str]:
    """Split a file into what it says of itself and its text.

    YAML stands between `---`, TOML between `+++` (or `---toml`), JSON between `;;;` or as an object
    that begins the file. Where it cannot be parsed whole, its plain lines still count: a draft stays
    a draft.
    """
    if text.lstrip("\ufeff \r\n\t").startswith("{"):
        begins = text.index("{")
        try:
            values, end = json.JSONDecoder(strict=False).raw_decode(text, begins)
        except (ValueError, RecursionError):
            return FrontMatter({}), text
        return (
            (FrontMatter(values), text[end:])
            if isinstance(values, dict)
            else (FrontMatter({}), text)
        )
    found = _FENCED.match(text)
    if found is None:
        return _unfenced(text)
    head, body = found["head"], text[found.end() :]
    kind = (found["kind"] or {"+++": "toml", ";;;": "json"}.get(found["fence"], "yaml")).lower()
    try:
        if kind == "toml":
            read = _dates_as_written(tomllib.loads(head.replace("\r\n", "\n")))
        elif kind == "yaml":
            read = yaml.load(head, Loader=_FrontMatterLoader)  # noqa: S506 - a SafeLoader without dates
        else:
            read = json.loads(
                head if head.lstrip().startswith("{") else f"{{{head}}}", strict=False
            )
    except (yaml.YAMLError, RecursionError, ValueError):
        read = None
    if not isinstance(read, dict):
        read = _lines_of(head)
    return FrontMatter(read), body


def has_front_matter(text: str) -> bool:
    """Tell whether a file of another kind begins with front matter, as Jekyll's pages of HTML do."""
    if not text.lstrip("\ufeff \r\n\t").startswith(("---", "+++")):
        return False
    say, _ = front_matter(text)
    return say.value("title", "date", "layout", "draft", "published", "permalink") is not None


def _unfenced(text: str) -> tuple[FrontMatter, str]:
    """Split off lines like "Date: 2026-01-06" at a file's top or below its heading; two make a head."""
    found = _UNFENCED.match(text)
    if found is None:
        return FrontMatter({}), text
    named = [_name(key) for key, _ in _LINE.findall(found["head"][:_MOST])]
    if len(_USUAL & {*named}) < _HEAD:
        return FrontMatter({}), text
    read = None
    if found["end"]:
        try:
            read = yaml.load(found["head"], Loader=_FrontMatterLoader)  # noqa: S506 - a SafeLoader without dates
        except (yaml.YAMLError, RecursionError, ValueError):
            read = None
    values = read if isinstance(read, dict) else _lines_of(found["head"])
    spaced = {str(key).replace(" ", ""): value for key, value in values.items()}
    return FrontMatter(spaced), (found["heading"] or "") + text[found.end() :]


def _lines_of(head: str) -> dict[str, str]:
    lines = _LINE.findall(head[:_MOST])
    return {key: value.strip("\"'[]") for key, value in lines if value}


_MOST = 20_000
_HEAD = 2  # usual names: a sentence with one colon is no head


def _dates_as_written(values: Any) -> Any:  # noqa: ANN401 - whatever TOML holds
    """Return TOML's values with its dates as text: a day alone is to stay one."""
    if isinstance(values, dict):
        return {key: _dates_as_written(value) for key, value in values.items()}
    if isinstance(values, list):
        return [_dates_as_written(value) for value in values]
    return values.isoformat() if isinstance(values, (datetime, date, time)) else values


def _name(key: object) -> str:
    return re.sub(r"[-_]", "", str(key)).lower()
