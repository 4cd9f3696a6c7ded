"""A table of articles (CSV), as colleagues keep it in a shared spreadsheet: a kind of source for digest.

sources:
  tips: {table: "https://sheets.example/export?format=csv"}
  talks: {table: {at: talks.csv, columns: {title: Headline, url: Page, tags: Topics}}}
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from digest.sources.plugged import Entry, Feed, Medium, NotAFeed

COLUMNS = ("title", "url", "summary", "text", "author", "published", "tags", "picture")


class Table:
    """Rows with a heading each: a row is an article. Nothing but a title is needed."""

    def check(self, said: Any) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield what is wrong with what feeds.yaml says."""
        if isinstance(said, str) and said:
            return
        if not isinstance(said, dict):
            yield (), "is an address or a path, or a mapping with at and columns"
            return
        if not isinstance(said.get("at"), str) or not said["at"]:
            yield (), "needs at: the table's address or path"
        for key in said.keys() - {"at", "columns"}:
            yield (str(key),), "there is no such key; known: at, columns"
        columns = said.get("columns", {})
        if not isinstance(columns, dict):
            yield ("columns",), "is a mapping of fields to the headings of the table"
            return
        for field, heading in columns.items():
            if field not in COLUMNS:
                yield ("columns", str(field)), f"is no field; known: {', '.join(COLUMNS)}"
            if not isinstance(heading, str):
                yield ("columns", str(field)), "is the heading of a column, in quotes"

    def address(self, said: Any) -> str:
        """Return where the table is."""
        return said if isinstance(said, str) else said["at"]

    def read(self, data: bytes, said: Any) -> Feed:
        """Read the rows that have a title; a table without that column is none."""
        headings = said.get("columns", {}) if isinstance(said, dict) else {}
        names = {field: headings.get(field, field).strip().casefold() for field in COLUMNS}
        text = data.decode("utf-8-sig", "replace")
        first = text.partition("\n")[0]
        rows = csv.reader(io.StringIO(text), delimiter=max(",;\t", key=first.count))
        try:
            headings_there, *cells = [[cell.strip() for cell in row] for row in rows if row] or [[]]
        except csv.Error as error:
            raise NotAFeed(f"not a table: {error}") from None
        known = [heading.casefold() for heading in headings_there]
        if names["title"] not in known:
            raise NotAFeed(f"not a table: it has no column {headings.get('title', 'title')!r}")
        found = [dict(zip(known, row, strict=False)) for row in cells]
        articles = [{field: row.get(name, "") for field, name in names.items()} for row in found]
        return Feed(entries=tuple(_entry(each) for each in articles if each["title"]))


def _entry(cells: Mapping[str, str]) -> Entry:
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in cells["text"].splitlines() if line)
    return Entry(
        guid=cells["url"] or cells["title"],
        link=cells["url"] or None,
        title=escape(cells["title"]),
        summary=escape(cells["summary"]) or None,
        content=paragraphs or None,
        authors=tuple(filter(None, (cells["author"],))),
        published=cells["published"] or None,
        tags=tuple(tag.strip() for tag in cells["tags"].split(";") if tag.strip()),
        media=(Medium(url=cells["picture"], medium="image"),) if cells["picture"] else (),
    )


TABLE = Table()
