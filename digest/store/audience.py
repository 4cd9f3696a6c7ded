"""Subscribers and suppressions, kept in the database."""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    func,
    literal_column,
    select,
    text,
)

from digest.editorial.choices import begun
from digest.editorial.folding import folded_address
from digest.editorial.membership import Membership
from digest.jsonable import dump, from_json, load
from digest.model import Choice, Subscriber, SubscriberChange, Suppression
from digest.ports import Alike, Confirmed, Enrolled
from digest.store.articles import chunks
from digest.store.database import hold, secret_key, writer
from digest.store.dialects import among, insert, is_postgresql, reading, said, whole
from digest.store.erased import RANGE, mark_of
from digest.store.sqlite import driven
from digest.store.tables import subscribers, suppressions

MAILABLE = "confirmed"
_CHOICES = dict[str, Choice]
_LEFT = "unsubscribed"
_BATCH = 5000
_WEEK = 7 * 86_400  # seconds
_BOUNCED = "bounced"  # how the reason of a bounce begins
_BY_NAME = Membership({})
_CONFIRMED = (
    select(
        subscribers.c.key,
        *(
            said(subscribers.c.subscriber, name)
            for name in ("address", "segments", "attributes", "choices")
        ),
    )
    .where(subscribers.c.status == literal_column(f"'{MAILABLE}'"))
    .order_by(subscribers.c.key)
)
_ATTRIBUTES = {
    "sqlite": "SELECT DISTINCT each.key FROM subscribers, json_each(subscriber, '$.attributes') AS each",
    "postgresql": "SELECT DISTINCT json_object_keys(subscriber::json -> 'attributes') FROM subscribers",
}


class StoredAudience:
    """The port `Audience` upon the database."""

    def __init__(self, engine: Engine, membership: Membership = _BY_NAME) -> None:
        self._engine, self._writer, self._membership = engine, writer(engine), membership
        self._secret = cache(lambda: secret_key(engine))
        # as plain SQL: the rows are many and small, and binding them one by one costs more than they do
        put = insert(subscribers)
        fresh = {"status": put.excluded.status, "subscriber": put.excluded.subscriber}
        self._put = str(
            put.on_conflict_do_update(index_elements=["key"], set_=fresh).compile(engine)
        )
        gone = insert(suppressions)
        word = {name: gone.excluded[name] for name in ("reason", "since")}
        # a bound value would want a place among the rows' own
        bounced = text(f"suppressions.reason LIKE '{_BOUNCED}%'")
        self._suppress = str(
            gone.on_conflict_do_update(index_elements=["key"], set_=word, where=bounced).compile(
                engine
            )
        )

    def put(
        self,
        people: Iterable[Subscriber | SubscriberChange],
        now: datetime,
        *,
        dry_run: bool = False,
    ) -> Enrolled:
        """Add or update subscribers; who unsubscribed stays so.

        Each batch is committed by itself: a sender waits for no more than one of them.
        """
        done = Counter[str]()
        for batch in chunks(((folded_address(each.address), each) for each in people), _BATCH):
            with self._writer.connect() as connection:
                hold(connection, "audience")
                keys = [key for key, _ in batch]
                known, gone = _there(connection, keys)
                erased = self._erased(connection, keys)
                put: dict[str, Subscriber] = {}
                for key, each in batch:
                    if key not in erased:
                        was = put.get(key) or known.get(key)
                        made = each if isinstance(each, Subscriber) else each.onto(was)
                        if made.choices:
                            before = was.choices if was else {}
                            chosen = begun(made.choices, before, now.date())
                            made = replace(made, choices=chosen)
                        put[key] = made
                changed = {k: p for k, p in put.items() if p != known.get(k) or p.status == _LEFT}
                self._write(connection, changed, gone, now)
                if not dry_run:
                    connection.commit()
            done["added"] += len(put.keys() - known.keys())
            done["updated"] += len(put.keys() & known.keys())
            away = gone | erased
            done["stay"] += (
                sum(key in away and p.status != _LEFT for key, p in batch) if away else 0
            )
            done["without_segment"] += sum(
                not each.segments
                and not each.choices
                and not self._membership.by_rule(each)
                and each.status != _LEFT
                and key not in gone
                for key, each in put.items()
            )
        return Enrolled(**done)

    def _write(
        self,
        connection: Connection,
        people: Mapping[str, Subscriber],
        gone: Collection[str],
        now: datetime,
    ) -> None:
        found = sorted(people.items())  # neighbours lie on one page
        # tokens for links, 16 letters each: asking the system once is cheaper than once for each
        letters = urlsafe_b64encode(secrets.token_bytes(12 * len(found))).decode()
        rows = [
            (
                key,
                letters[16 * n : 16 * (n + 1)],
                _LEFT if key in gone else each.status,
                dump(each),
            )
            for n, (key, each) in enumerate(found)
        ]
        if rows:
            connection.exec_driver_sql(self._put, rows)
        if left := [(key, "file", now.timestamp()) for key, p in found if p.status == _LEFT]:
            connection.exec_driver_sql(self._suppress, left)

    def _erased(self, connection: Connection, keys: Collection[str]) -> frozenset[str]:
        """Return which of these were erased: nothing is kept of them again."""
        first, last = RANGE
        any_ = select(suppressions.c.key).where(
            suppressions.c.key >= first, suppressions.c.key < last
        )
        if connection.execute(any_.limit(1)).first() is None:
            return frozenset()
        marks = {mark_of(self._secret(), key): key for key in keys}
        found = select(suppressions.c.key).where(among(suppressions.c.key, marks))
        return frozenset(marks[mark] for mark in connection.execute(found).scalars())

    def all(self) -> Iterator[Subscriber]:
        """Yield the subscribers by address, read some thousands at a time."""
        return (person for person, _ in self.listed())

    def listed(self) -> Iterator[tuple[Subscriber, Suppression | None]]:
        """Yield the subscribers by address, each with why it is suppressed, where it is."""
        why = suppressions.c.reason, suppressions.c.since
        query = (
            select(subscribers.c.key, subscribers.c.subscriber, subscribers.c.status, *why)
            .join_from(
                subscribers, suppressions, subscribers.c.key == suppressions.c.key, isouter=True
            )
            .order_by(subscribers.c.key)
            .limit(_BATCH)
        )
        after = ""
        while True:
            # by key and not in one query: nobody's writing waits for who reads slowly
            with self._engine.connect() as connection:
                rows = connection.execute(query.where(subscribers.c.key > after)).all()
            for row in rows:
                yield _read(row.subscriber, row.status), _suppression(row.reason, row.since)
            if len(rows) < _BATCH:
                return
            after = rows[-1].key

    def attributes(self) -> Sequence[str]:
        """Return the names of the attributes that subscribers have, in order."""
        query = _ATTRIBUTES[self._engine.dialect.name]
        with self._engine.connect() as connection:
            return sorted(connection.exec_driver_sql(query).scalars())

    def alike(self, today: date, *, attributes: bool, choices: bool = False) -> Iterator[Alike]:
        """Yield how many subscribers are alike, counted by the store."""
        of_each = subscribers.c.subscriber
        day = func.coalesce(said(of_each, "paused_until"), "")
        # counted of a subquery: what stands twice with a value in it is two things to PostgreSQL
        each = select(
            subscribers.c.status,
            said(of_each, "segments").label("segments"),
            (day > today.isoformat()).label("paused"),
            *([said(of_each, "attributes").label("attributes")] if attributes else []),
            *([said(of_each, "choices").label("choices")] if choices else []),
        ).subquery()
        with reading(self._engine) as connection:
            query = select(*each.c, func.count().label("n")).group_by(*each.c)
            for row in connection.execute(query):
                person = Subscriber(
                    address="",
                    status=row.status,
                    segments=tuple(json.loads(row.segments or "[]")),
                    attributes=json.loads(row.attributes or "{}") if attributes else {},
                    choices=_chosen(row.choices) if choices else {},
                )
                yield Alike(person=person, is_paused=bool(row.paused), count=row.n)

    def newest_gone(self, most: int) -> Sequence[tuple[str, Suppression]]:
        """Return the suppressions of which the time is known, the newest first, each with its address, folded."""
        since = suppressions.c.since
        query = select(suppressions).where(since.is_not(None)).order_by(since.desc()).limit(most)
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [(row.key, why) for row in rows if (why := _suppression(row.reason, row.since))]

    def gone_by_week(self, now: datetime, weeks: int) -> Mapping[tuple[bool, int], int]:
        """Return how many addresses were suppressed in the last weeks, by whether they were lost, and the week."""
        start, end = now.timestamp() - weeks * _WEEK, now.timestamp()
        reason, week = suppressions.c.reason, whole((suppressions.c.since - start) / _WEEK)
        lost = reason.startswith(_BOUNCED) | reason.startswith("complained")
        within = (suppressions.c.since >= start) & (suppressions.c.since <= end)
        each = select(lost.label("lost"), week.label("week")).where(within).subquery()
        query = select(each.c.lost, each.c.week, func.count()).group_by(*each.c)
        found = Counter[tuple[bool, int]]()
        with self._engine.connect() as connection:
            for gone, at, n in connection.execute(query):
                found[bool(gone), min(at, weeks - 1)] += n  # the end itself is the last week's
        return found

    def confirmed(self) -> Iterator[Confirmed]:
        """Yield those who confirmed by address, with the segments that they belong to as rules are now."""

        # the same segments and the same attributes come again and again, as the same text
        @lru_cache(8192)
        def belongs(segments: str, attributes: str) -> tuple[str, ...]:
            named, facts = json.loads(segments or "[]"), json.loads(attributes or "{}")
            one = Subscriber(address="", segments=tuple(named), attributes=facts)
            return self._membership.of(one)

        @lru_cache(16384)
        def chosen(choices: str) -> Mapping[str, Choice]:
            return cast("Mapping[str, Choice]", from_json(_CHOICES, json.loads(choices or "{}")))

        for key, address, segments, attributes, choices in self._confirmed():
            yield Confirmed(key, address, belongs(segments, attributes), chosen(choices))

    def _confirmed(self) -> Iterator[Sequence[Any]]:
        if is_postgresql(self._engine):
            with reading(self._engine) as connection:
                yield from connection.execute(_CONFIRMED)
        else:
            with driven(self._engine) as connection:
                yield from connection.execute(str(_CONFIRMED.compile(self._engine)))

    def mailable(self, addresses: Collection[str]) -> Mapping[str, date | None]:
        """Return which of the addresses may be mailed, each with the day that its pause lasts until."""
        found: dict[str, date | None] = {}
        paused = said(subscribers.c.subscriber, "paused_until")
        gone = select(suppressions.c.key)
        with self._engine.connect() as connection:
            for some in chunks(addresses):
                keys = {_key(address): address for address in some}
                query = select(subscribers.c.key, paused).where(
                    subscribers.c.key.in_(keys),
                    subscribers.c.status == MAILABLE,
                    subscribers.c.key.not_in(gone),
                )
                for key, until in connection.execute(query):
                    found[keys[key]] = date.fromisoformat(until) if until else None
        return found

    def unsubscribe(self, address: str, reason: str, now: datetime) -> bool:
        """Mail an address no more; False where nobody has it."""
        where = subscribers.c.key == _key(address)
        with self._writer.begin() as connection:
            hold(connection, "audience")
            if self._erased(connection, [_key(address)]):
                return False
            row = {"key": _key(address), "reason": reason, "since": now.timestamp()}
            gone = insert(suppressions).values(row)
            # the first reason stands, but a person's own word goes before a bounce
            fresh = {name: gone.excluded[name] for name in ("reason", "since")}
            bounced = suppressions.c.reason.startswith(_BOUNCED)
            personal = not reason.startswith(_BOUNCED)
            connection.execute(
                gone.on_conflict_do_update(index_elements=["key"], set_=fresh, where=bounced)
                if personal
                else gone.on_conflict_do_nothing()
            )
            put = subscribers.update().where(where).values(status=_LEFT)
            return connection.execute(put).rowcount > 0

    def restore(self, address: str) -> bool:
        """Mail an address again that came back; False where that is not why it is suppressed."""
        key = _key(address)
        bounced = (suppressions.c.key == key) & suppressions.c.reason.startswith(_BOUNCED)
        with self._writer.begin() as connection:
            hold(connection, "audience")
            if not connection.execute(suppressions.delete().where(bounced)).rowcount:
                return False
            where = subscribers.c.key == key
            query = select(subscribers.c.subscriber).where(where)
            for data in connection.execute(query).scalars():
                status = load(Subscriber, data).status
                connection.execute(subscribers.update().where(where).values(status=status))
            return True

    def tokens(self, addresses: Collection[str]) -> Mapping[str, str]:
        """Return the token that stands for each address in its links."""
        found: dict[str, str] = {}
        with self._engine.connect() as connection:
            for some in chunks(addresses):
                keys = {_key(address): address for address in some}
                query = select(subscribers.c.key, subscribers.c.token)
                rows = connection.execute(query.where(subscribers.c.key.in_(keys)))
                found |= {keys[key]: token for key, token in rows}
        return found

    def by_token(self, token: str) -> Subscriber | None:
        """Return the subscriber that a link's token stands for."""
        return self._one(subscribers.c.token == token)

    def by_address(self, address: str) -> Subscriber | None:
        """Return the subscriber of an address."""
        return self._one(subscribers.c.key == _key(address))

    def _one(self, where: ColumnElement[bool]) -> Subscriber | None:
        query = select(subscribers.c.subscriber, subscribers.c.status).where(where)
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        return _read(*row) if row else None

    def has_left(self, address: str) -> bool:
        """Tell whether an address is suppressed by a person's word, and not because it bounced."""
        there = select(suppressions.c.reason).where(suppressions.c.key == _key(address))
        with self._engine.connect() as connection:
            reason = connection.execute(there).scalar()
        return reason is not None and not reason.startswith(_BOUNCED)

    def is_suppressed(self, address: str) -> bool:
        """Tell whether an address is not to be mailed, whoever asks for it."""
        return self.suppression(address) is not None

    def suppression(self, address: str) -> Suppression | None:
        """Return why an address is not to be mailed, where it is not, whether it was erased or not."""
        key = _key(address)
        keys = (key, mark_of(self._secret(), key))
        there = select(suppressions).where(suppressions.c.key.in_(keys))
        with self._engine.connect() as connection:
            row = connection.execute(there).first()
        return _suppression(row.reason, row.since) if row else None


def _key(address: str) -> str:
    return folded_address(address)


def _there(
    connection: Connection, keys: Collection[str]
) -> tuple[dict[str, Subscriber], frozenset[str]]:
    """Return who is known under these keys, and which of them are suppressed."""
    query = select(subscribers.c.key, subscribers.c.subscriber)
    found = connection.execute(query.where(among(subscribers.c.key, keys)))
    # as their own words say: that an address bounced is no word of theirs
    known = {key: load(Subscriber, data) for key, data in found}
    gone = select(suppressions.c.key).where(among(suppressions.c.key, keys))
    return known, frozenset(connection.execute(gone).scalars())


@lru_cache(8192)
def _chosen(text: str | None) -> Mapping[str, Choice]:
    return {
        name: Choice(topics=tuple(each.get("topics", ())), sources=tuple(each.get("sources", ())))
        for name, each in json.loads(text or "{}").items()
    }


def _suppression(reason: str | None, since: float | None) -> Suppression | None:
    if reason is None:
        return None
    at = None if since is None else datetime.fromtimestamp(since, UTC)
    return Suppression(reason=reason, since=at)


def _read(data: str, status: str) -> Subscriber:
    found = load(Subscriber, data)
    return found if found.status == status else replace(found, status=status)
