"""Articles, their keys, versions and pictures, kept in the database."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import TypeVar

from sqlalchemy import BigInteger, Connection, Engine, Select, case, func, literal, select

from digest.errors import Overlapped
from digest.jsonable import canonical, dump, load, sha256_hex
from digest.model import Article, Picture, StoredResult
from digest.ports import State, Stock
from digest.store.database import hold, writer
from digest.store.dialects import among, insert, is_postgresql, reading
from digest.store.search_postgresql import index_articles
from digest.store.tables import article_keys, articles, pictures, source_states, versions

_LONGEST = 650  # letters; PostgreSQL's indexes take 2,704 bytes
_TOLD = 80
_MANY = 500  # how many values one statement takes
T = TypeVar("T")


def chunks(values: Iterable[T], size: int = _MANY) -> Iterator[list[T]]:
    """Yield values in lists of at most `size`."""
    left = iter(values)
    while chunk := list(islice(left, size)):
        yield chunk


class StoredArticles:
    """The port `Articles` upon the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._writer = engine, writer(engine)
        # as plain SQL: the rows are many and small, and binding them one by one costs more than they do
        self._put_keys = str(insert(article_keys).on_conflict_do_nothing().compile(engine))

    def by_keys(self, keys: Collection[str]) -> Mapping[str, tuple[Article, ...]]:
        """Return the articles that each key leads to."""
        own = {_short(key): key for key in keys}
        query = select(article_keys.c.key, article_keys.c.article)
        with self._engine.connect() as connection:
            found_ = connection.execute(query.where(among(article_keys.c.key, own)))
            pairs = [(own[key], article) for key, article in found_]
        known = self._get({article for _, article in pairs})
        found: dict[str, list[Article]] = {}
        for key, article in sorted(pairs):
            found.setdefault(key, []).append(known[article])
        return {key: tuple(articles_) for key, articles_ in found.items()}

    def file(
        self,
        source: str,
        filed: Sequence[StoredResult],
        state: State,
        known: Mapping[str, Sequence[Article]] | None = None,
    ) -> None:
        """Keep a batch and its source's state, in one transaction.

        Overlapped where another filed articles by the same keys since they were looked up as `known`.
        """
        changed = [_row(f.article) for f in filed if f.change != "same"]
        keys = sorted({(_short(key), f.article.id) for f in filed for key in f.keys})
        put = insert(articles)
        columns = {
            c: put.excluded[c] for c in ("source", "new_at", "first_seen", "published", "data")
        }
        # what becomes new later, as an undated page that a feed brings with its date, is met later
        dated = articles.c.new_at.is_(None) & put.excluded.new_at.is_not(None)
        number = case((dated, put.excluded.filed), else_=articles.c.filed)
        with self._writer.begin() as connection:
            if changed:
                # only one files at a time, so that the numbers are in the order of commit
                hold(connection, "articles")
                if known is not None and is_postgresql(self._engine):
                    self._refuse_overlap(connection, filed, known)
                last = connection.execute(select(func.max(articles.c.filed))).scalar() or 0
                rows = [{**row, "filed": last + n} for n, row in enumerate(changed, 1)]
                connection.execute(
                    put.on_conflict_do_update(
                        index_elements=["id"], set_={**columns, "filed": number}
                    ),
                    rows,
                )
                if is_postgresql(self._engine):  # in SQLite triggers do
                    index_articles(connection, [f.article for f in filed if f.change != "same"])
            if keys:
                connection.exec_driver_sql(self._put_keys, keys)
            _remember(connection, {source: state})

    def _refuse_overlap(
        self,
        connection: Connection,
        filed: Sequence[StoredResult],
        known: Mapping[str, Sequence[Article]],
    ) -> None:
        keys = {_short(key) for f in filed for key in f.keys}
        query = select(article_keys.c.key, article_keys.c.article)
        there = connection.execute(query.where(among(article_keys.c.key, keys)))
        looked_up = {(_short(key), each.id) for key, found in known.items() for each in found}
        if not looked_up.issuperset((row.key, row.article) for row in there):
            raise Overlapped

    def remember(self, states: Mapping[str, State]) -> None:
        """Keep the states of sources that showed nothing new, in one transaction."""
        if states:
            with self._writer.begin() as connection:
                _remember(connection, states)

    def states(self) -> Mapping[str, State]:
        """Return the last state of every source."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(source_states.c.source, source_states.c.state))
            return {source: load(dict, state) for source, state in rows}

    def count(self) -> int:
        """Return how many articles are kept."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(articles)).scalar_one()

    def all(self) -> Iterator[Article]:
        """Yield every article, the first seen first."""
        yield from self._read(
            select(articles.c.data).order_by(articles.c.first_seen, articles.c.id)
        )

    def arrivals(self, since: datetime) -> Iterator[tuple[str, datetime]]:
        """Yield the source of each article that was first seen at `since` or later, and when it was."""
        seen = articles.c.first_seen
        query = select(articles.c.source, seen).where(seen >= since.timestamp())
        with reading(self._engine) as connection:
            for source, at in connection.execute(query):
                yield source, datetime.fromtimestamp(at, UTC)

    def labels(self, since: datetime) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the source and the tags of each article that was new at `since` or later."""
        tags = func.json_extract(articles.c.data, "$.tags")
        query = select(articles.c.source, tags).where(articles.c.new_at >= since.timestamp())
        with self._engine.connect() as connection:
            for source, said in connection.execute(query):
                yield source, tuple(json.loads(said))

    def stock(
        self,
        since: datetime,
        after: int,
        published_from: datetime,
        ids: Collection[str] = (),
    ) -> Stock:
        """Return the articles to choose from, and the number of the last one that is filed."""
        new = (articles.c.new_at >= since.timestamp()) & (
            articles.c.filed > literal(after, BigInteger)
        )
        young = articles.c.published.is_(None) | (
            articles.c.published >= published_from.timestamp()
        )
        chosen = select(articles.c.filed, articles.c.data)
        queries = [
            chosen.where(new, young),
            *(chosen.where(articles.c.id.in_(c)) for c in chunks(ids)),
        ]
        with self._engine.begin() as connection:  # one state of the database for all of it
            last = connection.execute(select(func.max(articles.c.filed))).scalar() or 0
            rows = [tuple(row) for query in queries for row in connection.execute(query)]
        found = {text: load(Article, text) for _, text in rows}
        known = {found[text].id: (number, text) for number, text in rows}
        return Stock(
            articles={sha256_hex(known[id_][1]): found[known[id_][1]] for id_ in sorted(known)},
            filed={id_: known[id_][0] for id_ in sorted(known)},
            last=last,
        )

    def named(self, ids: Collection[str]) -> Mapping[str, Article]:
        """Return the articles of these ids, by hash; one that is not kept is absent."""
        found: dict[str, Article] = {}
        with self._engine.connect() as connection:
            for some in chunks(ids):
                query = select(articles.c.data).where(articles.c.id.in_(some))
                for text in connection.execute(query).scalars():
                    found[sha256_hex(text)] = load(Article, text)
        return dict(sorted(found.items(), key=lambda pair: pair[1].id))

    def keep_versions(self, found: Mapping[str, Article]) -> None:
        """Keep these articles by their hashes, also those that have changed since they were read."""
        put = insert(versions).on_conflict_do_nothing()
        with self._writer.begin() as connection:
            for some in chunks(found):
                kept = select(versions.c.hash).where(versions.c.hash.in_(some))
                missing = {*some} - {*connection.execute(kept).scalars()}
                if missing:
                    rows = [{"hash": hash_, "data": dump(found[hash_])} for hash_ in missing]
                    connection.execute(put, rows)

    def versions(self, hashes: Collection[str]) -> Mapping[str, Article]:
        """Return articles as they were when those versions were kept, by hash."""
        found: dict[str, Article] = {}
        with self._engine.connect() as connection:
            for some in chunks(hashes):
                query = select(versions.c.hash, versions.c.data).where(versions.c.hash.in_(some))
                found |= {row.hash: load(Article, row.data) for row in connection.execute(query)}
        return found

    def picture(self, url: str) -> Picture | None:
        """Return a picture that is kept."""
        with self._engine.connect() as connection:
            where = pictures.c.url == _short(url)
            row = connection.execute(
                select(pictures.c.picture, pictures.c.data).where(where)
            ).one_or_none()
        return replace(load(Picture, row.picture), data=row.data) if row else None

    def keep_picture(self, picture: Picture) -> None:
        """Keep a picture by its address."""
        facts = dump(replace(picture, data=b""))
        put = insert(pictures).values(url=_short(picture.url), picture=facts, data=picture.data)
        fresh = {"picture": put.excluded.picture, "data": put.excluded.data}
        with self._writer.begin() as connection:
            connection.execute(put.on_conflict_do_update(index_elements=["url"], set_=fresh))

    def _get(self, ids: Collection[str]) -> dict[str, Article]:
        found: dict[str, Article] = {}
        for some in chunks(ids):
            where = articles.c.id.in_(some)
            found |= {a.id: a for a in self._read(select(articles.c.data).where(where))}
        return found

    def _read(self, query: Select[str]) -> Iterator[Article]:
        with reading(self._engine) as connection:
            for (data,) in connection.execute(query):
                yield load(Article, data)


def _remember(connection: Connection, states: Mapping[str, State]) -> None:
    put = insert(source_states)
    fresh = put.on_conflict_do_update(index_elements=["source"], set_={"state": put.excluded.state})
    rows = [{"source": name, "state": canonical(states[name])} for name in sorted(states)]
    connection.execute(fresh, rows)


def _short(key: str) -> str:
    """Return a key as long as an index takes it: an address of thousands of letters by its hash."""
    return key if len(key) < _LONGEST else f"{key[:_TOLD]}#{sha256_hex(key)}"


def _row(article: Article) -> dict[str, object]:
    return {
        "id": article.id,
        "source": article.source,
        "new_at": article.new_at.timestamp() if article.new_at else None,
        "first_seen": article.first_seen.timestamp(),
        # an event is not too old to be chosen from before it is over
        "published": article.published.timestamp()
        if article.published and not article.event
        else None,
        "data": dump(article),
    }
