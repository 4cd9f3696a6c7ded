"""Search by SQLite's FTS5: articles by an index that triggers keep, editions once they went out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from unicodedata import category

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
)

from digest.jsonable import load
from digest.model import Article, Issue
from digest.ports import Hit, Sought
from digest.store.tables import articles, issues, ledger

_TERM = re.compile(r'"([^"]*)"|([^\s"]+)')
_MOST_TERMS = 24
_LONGEST_TERM = 80
_STEM = 3  # a word of so many letters finds those that begin with it
_AROUND = (chr(2), chr(3), "…", 24)  # before and after what was sought, what is cut off, words

_articles = table("article_search", column("rowid"))
_editions = table(
    "issue_search", column("issue"), column("segment"), column("title"), column("words")
)


class StoredSearch:
    """The port `Search` upon the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def articles(self, sought: Sought) -> Iterator[tuple[Article, str]]:
        """Yield articles, each with an excerpt: the fittest first, else the newest."""
        words = _terms(sought.words)
        if words is None:
            return
        index: ColumnElement[str] = literal_column("article_search")
        at = func.coalesce(articles.c.published, articles.c.first_seen)
        excerpt = func.snippet(index, 3, *_AROUND) if words else literal("")
        query = select(articles.c.data, excerpt.label("excerpt"))
        tags = [_quoted(tag) + "*" for tag in sought.tags]
        if sought.outside and words:
            words = [f"- tags : ({' AND '.join(words)})"]
        match = [*words, *([f"tags : ({' OR '.join(tags)})"] if tags else [])]
        if match:
            query = query.join_from(_articles, articles, articles.c.filed == _articles.c.rowid)
            query = query.where(index.op("MATCH")(" AND ".join(match)))
        if sought.source:
            query = query.where(articles.c.source == sought.source)
        if sought.since:
            query = query.where(at >= sought.since.timestamp())
        if sought.until:
            query = query.where(at < sought.until.timestamp())
        if sought.segment:
            mine = (ledger.c.segment == sought.segment) & (ledger.c.article == articles.c.id)
            query = query.where(select(ledger.c.article).where(mine).exists())
        if sought.told is not None:
            mine = ledger.c.newsletter.in_(sought.told) & (ledger.c.article == articles.c.id)
            query = query.where(select(ledger.c.article).where(mine).exists())
        # a title weighs more than names, tags and words
        by = func.bm25(index, 10.0, 3.0, 5.0, 1.0) if words else at.desc()
        with self._engine.connect() as connection:
            for row in connection.execute(query.order_by(by)):
                yield load(Article, row.data), row.excerpt

    def editions(self, sought: Sought) -> Iterator[Hit]:
        """Yield the editions of issues that went out, the fittest first, else the newest."""
        words = _terms(sought.words)
        if words is None:
            return
        index: ColumnElement[str] = literal_column("issue_search")
        at = func.json_extract(issues.c.issue, "$.send_at")
        excerpt = func.snippet(index, 3, *_AROUND) if words else literal("")
        query = select(_editions.c.issue, _editions.c.segment, excerpt.label("excerpt"))
        query = query.join_from(_editions, issues, issues.c.id == _editions.c.issue)
        if words:
            query = query.where(index.op("MATCH")(" AND ".join(words)))
        if sought.segment:
            query = query.where(_editions.c.segment == sought.segment)
        if sought.since:
            query = query.where(at >= sought.since.isoformat())
        if sought.until:
            query = query.where(at < sought.until.isoformat())
        by = func.bm25(index, 0.0, 0.0, 10.0, 1.0) if words else at.desc()
        with self._engine.connect() as connection:
            for row in connection.execute(query.order_by(by)):
                yield Hit(issue=row.issue, segment=row.segment, excerpt=row.excerpt)


def index_messages(connection: Connection, issue: Issue) -> None:
    """Index what an issue's editions say, once they go out."""
    rows = [
        {"issue": issue.id, "segment": m.segment, "title": m.subject, "words": m.text}
        for m in issue.messages
    ]
    if rows:
        connection.execute(_editions.insert(), rows)


def _terms(words: str) -> list[str] | None:
    """Return the terms of a query, none of which FTS5 reads as its syntax; None where nothing can be found.

    A word finds those that begin with it, a phrase in quotes itself.
    """
    terms = []
    for each in islice(_TERM.finditer(words), _MOST_TERMS):
        phrase, word = _quoted(each[1] or ""), _quoted(each[2] or "")
        if any(map(str.isalnum, phrase)):
            terms.append(phrase)
        elif any(map(str.isalnum, word)):
            terms.append(word + ("*" if len(each[2]) >= _STEM else ""))
    return None if words.strip() and not terms else terms


def _quoted(term: str) -> str:
    """Return a term in quotes, without what would end them or the text: controls, surrogates."""
    kept = (" " if c == '"' or category(c)[0] == "C" else c for c in term[:_LONGEST_TERM])
    return f'"{"".join(kept)}"'
