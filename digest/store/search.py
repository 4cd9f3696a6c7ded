"""Search: articles by an index that is kept as they change, editions once they went out.

In SQLite by FTS5 and triggers; PostgreSQL's ways are in `search_postgresql.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any
from unicodedata import category

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
)

from digest.jsonable import load
from digest.model import Article, Message
from digest.ports import Hit, Sought
from digest.store.dialects import is_postgresql, reading, said
from digest.store.search_postgresql import (
    Term,
    editions_in,
    excerpt,
    excerpt_of,
    found_in,
    index_editions,
)
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
        self._engine, self._is_sqlite = engine, not is_postgresql(engine)

    def articles(self, sought: Sought) -> Iterator[tuple[Article, str]]:
        """Yield articles, each with an excerpt: the fittest first, else the newest."""
        terms = _terms(sought.words)
        if terms is None:
            return
        at = func.coalesce(articles.c.published, articles.c.first_seen)
        ways = terms, sought.tags, sought.outside
        query = _in_sqlite(*ways) if self._is_sqlite else found_in(*ways)
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
        with reading(self._engine) as connection:
            for row in connection.execute(query.order_by(at.desc())):
                article = load(Article, row.data)
                yield article, row.excerpt if self._is_sqlite else excerpt_of(article, terms)

    def editions(self, sought: Sought) -> Iterator[Hit]:
        """Yield the editions of issues that went out, the fittest first, else the newest."""
        terms = _terms(sought.words)
        if terms is None:
            return
        query = _editions_in_sqlite(terms) if self._is_sqlite else editions_in(terms)
        at, segment = said(issues.c.issue, "send_at"), query.selected_columns.segment
        if sought.segment:
            query = query.where(segment == sought.segment)
        if sought.since:
            query = query.where(at >= sought.since.isoformat())
        if sought.until:
            query = query.where(at < sought.until.isoformat())
        with reading(self._engine) as connection:
            for row in connection.execute(query.order_by(at.desc())):
                text = row.excerpt if self._is_sqlite else excerpt(row.excerpt, terms)
                yield Hit(issue=row.issue, segment=row.segment, excerpt=text)


def index_messages(connection: Connection, issue: str, messages: Sequence[Message]) -> None:
    """Index what an issue's editions say, once they go out."""
    if connection.dialect.name == "postgresql":
        index_editions(connection, issue, messages)
        return
    rows = [
        {"issue": issue, "segment": m.segment, "title": m.subject, "words": m.text}
        for m in messages
    ]
    if rows:
        connection.execute(_editions.insert(), rows)


def _in_sqlite(terms: Sequence[Term], tags: Sequence[str], outside: bool) -> Select[Any]:  # noqa: FBT001 - as it is sought
    """Return the query for articles with such words and one of the tags, the fittest first."""
    index: ColumnElement[str] = literal_column("article_search")
    shown = func.snippet(index, 3, *_AROUND) if terms else literal("")
    query = select(articles.c.data, shown.label("excerpt"))
    some = [_quoted(tag) + "*" for tag in tags]
    words = [*map(_fts5, terms)]
    if outside and words:
        words = [f"- tags : ({' AND '.join(words)})"]
    match = [*words, *([f"tags : ({' OR '.join(some)})"] if some else [])]
    if match:
        query = query.join_from(_articles, articles, articles.c.filed == _articles.c.rowid)
        query = query.where(index.op("MATCH")(" AND ".join(match)))
    # a title weighs more than names, tags and words
    return query.order_by(func.bm25(index, 10.0, 3.0, 5.0, 1.0)) if terms else query


def _editions_in_sqlite(terms: Sequence[Term]) -> Select[Any]:
    """Return the query for editions with such words, the fittest first."""
    index: ColumnElement[str] = literal_column("issue_search")
    shown = func.snippet(index, 3, *_AROUND) if terms else literal("")
    query = select(_editions.c.issue, _editions.c.segment, shown.label("excerpt"))
    query = query.join_from(_editions, issues, issues.c.id == _editions.c.issue)
    if not terms:
        return query
    query = query.where(index.op("MATCH")(" AND ".join(map(_fts5, terms))))
    return query.order_by(func.bm25(index, 0.0, 0.0, 10.0, 1.0))


def _terms(words: str) -> list[Term] | None:
    """Return the terms of a query; None where nothing can be found.

    A word finds those that begin with it, a phrase in quotes itself.
    """
    terms = []
    for each in islice(_TERM.finditer(words), _MOST_TERMS):
        phrase, word = _kept(each[1] or ""), _kept(each[2] or "")
        if any(map(str.isalnum, phrase)):
            terms.append(Term(phrase, is_beginning=False))
        elif any(map(str.isalnum, word)):
            terms.append(Term(word, is_beginning=len(each[2]) >= _STEM))
    return None if words.strip() and not terms else terms


def _fts5(term: Term) -> str:
    """Return a term as FTS5 reads it, with nothing of its syntax but our own."""
    return _quoted(term.words) + ("*" if term.is_beginning else "")


def _quoted(words: str) -> str:
    return f'"{_kept(words)}"'


def _kept(words: str) -> str:
    """Return words without what would end a text in quotes, or the text: quotes, controls, surrogates."""
    return "".join(" " if c == '"' or category(c)[0] == "C" else c for c in words[:_LONGEST_TERM])
