"""A Markdown file with YAML front matter, as static site generators keep them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any

import yaml
from markdown_it import MarkdownIt

from digest.editorial.address import cleaned
from digest.model import Image, Sighting
from digest.sources.parsing.dates import read_date, sane
from digest.sources.parsing.sanitize import fragment, one_line, plain, without_controls

_FRONT = re.compile(
    r"\A\ufeff?---[ \t]*\r?\n(?P<yaml>.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL
)
_HEADING = re.compile(r"\A\s*#\s+(?P<title>[^\n]+?)\s*#*\s*(?:\n|\Z)")
_MARKDOWN = MarkdownIt("commonmark").enable("table")
_DEEPEST = 200
_HIDDEN = {"draft": (True,), "published": (False,), "private": (True,)}


class _Loader(yaml.SafeLoader):
    """YAML whose dates stay as written, so that a day without a time is seen to be one."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_note(
    text: str, sighting: Sighting, *, base: str | None, zone: tzinfo, now: datetime
) -> Sighting | None:
    """Read a Markdown file into a sighting; None for a draft, or where it holds no article."""
    front, body = _split(text)
    if any(front.get(key) in values for key, values in _HIDDEN.items()):
        return None
    say = _Front(front)
    heading = _HEADING.match(body)
    headline = say.text("title", "headline") or (plain(heading["title"]) if heading else None)
    if heading and plain(heading["title"]) == headline:
        body = body[heading.end() :]
    url = cleaned(say.text("url", "link", "canonical", "canonical_url", "permalink"), base)
    content = fragment(_MARKDOWN.render(_shallow(body)), base or url)
    standfirst = say.text("standfirst", "subtitle", "lede", "lead")
    if not (headline or standfirst or content.text):
        return None
    published = sane(
        read_date(front.get("date") or front.get("published") or front.get("pubdate"), zone), now
    )
    return replace(
        sighting,
        url=url,
        guid=say.text("guid", "id"),
        headline=headline,
        standfirst=standfirst,
        summary=say.text("summary", "description", "excerpt"),
        text=content.text,
        html=content.html,
        authors=say.texts("authors", "author", "by"),
        department=say.text("department", "unit"),
        image=_image(front, base or url) or next(iter(content.images), None),
        published=published,
        date_source="page" if published else None,
        updated=sane(read_date(front.get("updated") or front.get("lastmod"), zone), now),
        tags=say.texts("tags", "keywords", "topics"),
        tags_cut=front.get("tags_cut") is True,
        language=say.text("language", "lang") or sighting.language,
    )


class _Front:
    """Front matter, asked by any of the names that a value goes by."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def text(self, *names: str) -> str | None:
        """Return the first of the names that holds a text."""
        values = (self._values.get(n) for n in names)
        return next(
            (
                t
                for v in values
                if isinstance(v, (str, int, float))
                and not isinstance(v, bool)
                and (t := plain(str(v)))
            ),
            None,
        )

    def texts(self, *names: str) -> tuple[str, ...]:
        """Return the first of the names that holds something, as a list of texts."""
        for value in (self._values.get(n) for n in names):
            if isinstance(value, str):
                value = value.split(",")  # noqa: PLW2901 - one form for both spellings
            items = value if isinstance(value, list) else [value] if isinstance(value, dict) else []
            texts = (
                plain(str(i.get("name", "")) if isinstance(i, dict) else str(i))
                for i in items
                if isinstance(i, (str, int, float, dict))
            )
            if found := tuple(dict.fromkeys(t for t in texts if t)):
                return found
        return ()


def _split(text: str) -> tuple[dict[str, Any], str]:
    front = _FRONT.match(text)
    if front is None:
        return {}, text
    try:
        values = yaml.load(front["yaml"], Loader=_Loader)  # noqa: S506 - a SafeLoader without dates
    except (yaml.YAMLError, RecursionError, ValueError):
        values = None
    found = {str(k).lower(): v for k, v in values.items()} if isinstance(values, dict) else {}
    return found, text[front.end() :]


def _shallow(body: str) -> str:
    """Take away the nesting that only an attack has."""
    return re.sub(rf"[>\[(*_]{{{_DEEPEST},}}", "", body)


def _image(front: Mapping[str, Any], base: str | None) -> Image | None:
    value = front.get("image") or front.get("cover") or front.get("featured_image")
    parts = value if isinstance(value, dict) else {"url": value}
    address = parts.get("url") or parts.get("src") or parts.get("path")
    if not isinstance(address, str) or not address:
        return None
    alt = parts.get("alt", front.get("image_alt", front.get("alt")))
    return Image(
        url=cleaned(address, base) or without_controls(address),
        alt=one_line(without_controls(alt)) if isinstance(alt, str) else None,
    )
