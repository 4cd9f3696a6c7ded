"""Subscribers and suppressions, kept in the database."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Engine, select
from sqlalchemy.dialects.sqlite import insert

from digest.editorial.folding import folded_address
from digest.jsonable import dump, load
from digest.model import Subscriber, Suppression
from digest.store.articles import chunks
from digest.store.database import writer
from digest.store.tables import subscribers, suppressions

MAILABLE = "confirmed"


class StoredAudience:
    """The port `Audience` upon the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._writer = engine, writer(engine)

    def put(self, people: Sequence[Subscriber], now: datetime) -> tuple[int, int]:
        """Add or update subscribers; who unsubscribed stays so."""
        with self._writer.begin() as connection:
            known = set(connection.execute(select(subscribers.c.key)).scalars())
            gone = set(connection.execute(select(suppressions.c.key)).scalars())
            rows = {_key(person.address): _row(person, gone) for person in people}
            put = insert(subscribers)
            fresh = {"status": put.excluded.status, "subscriber": put.excluded.subscriber}
            if rows:
                connection.execute(put.on_conflict_do_update(["key"], set_=fresh), [*rows.values()])
                since = now.timestamp()
                left = [
                    {"key": key, "reason": "file", "since": since}
                    for key, row in rows.items()
                    if _has_left(row)
                ]
                if left:
                    connection.execute(insert(suppressions).on_conflict_do_nothing(), left)
        updated = len(known & rows.keys())
        return len(rows) - updated, updated

    def all(self) -> Iterator[Subscriber]:
        """Yield the subscribers by address."""
        query = select(subscribers.c.subscriber, subscribers.c.status).order_by(subscribers.c.key)
        with self._engine.connect() as connection:
            for data, status in connection.execute(query):
                yield _read(data, status)

    def mailable(self, addresses: Collection[str]) -> frozenset[str]:
        """Return which of the addresses may be mailed now."""
        found: set[str] = set()
        gone = select(suppressions.c.key)
        with self._engine.connect() as connection:
            for some in chunks(addresses):
                keys = {_key(address): address for address in some}
                query = select(subscribers.c.key).where(
                    subscribers.c.key.in_(keys),
                    subscribers.c.status == MAILABLE,
                    subscribers.c.key.not_in(gone),
                )
                found |= {keys[key] for key in connection.execute(query).scalars()}
        return frozenset(found)

    def unsubscribe(self, address: str, reason: str, now: datetime) -> bool:
        """Mail an address no more; False where nobody has it."""
        where = subscribers.c.key == _key(address)
        with self._writer.begin() as connection:
            row = {"key": _key(address), "reason": reason, "since": now.timestamp()}
            gone = insert(suppressions).values(row)
            connection.execute(gone.on_conflict_do_nothing())
            put = subscribers.update().where(where).values(status="unsubscribed")
            return connection.execute(put).rowcount > 0

    def suppressions(self) -> Mapping[str, Suppression]:
        """Return why each suppressed address is, by the address as it is compared (folded)."""
        with self._engine.connect() as connection:
            return {
                row.key: Suppression(
                    reason=row.reason,
                    since=None if row.since is None else datetime.fromtimestamp(row.since, UTC),
                )
                for row in connection.execute(select(suppressions))
            }

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
        query = select(subscribers.c.subscriber, subscribers.c.status)
        with self._engine.connect() as connection:
            row = connection.execute(query.where(subscribers.c.token == token)).one_or_none()
        return _read(*row) if row else None


def _key(address: str) -> str:
    return folded_address(address)


def _row(person: Subscriber, gone: set[str]) -> dict[str, str]:
    key = _key(person.address)
    status = "unsubscribed" if key in gone else person.status
    token = secrets.token_urlsafe(12)
    return {"key": key, "token": token, "status": status, "subscriber": dump(person)}


def _has_left(row: Mapping[str, str]) -> bool:
    return row["status"] == "unsubscribed"


def _read(data: str, status: str) -> Subscriber:
    return replace(load(Subscriber, data), status=status)
