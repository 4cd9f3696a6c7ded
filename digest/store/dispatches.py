"""What webhooks are told of issues: an outbox, written with the issues and emptied by who tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Engine, func, select

from digest.jsonable import dump, load
from digest.model import Dispatch
from digest.store.database import writer
from digest.store.tables import dispatches


class StoredDispatches:
    """The port `Dispatches` upon the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._writer = engine, writer(engine)

    def add(self, dispatches: Sequence[Dispatch]) -> None:
        """Keep what is to be told."""
        if dispatches:
            with self._writer.begin() as connection:
                write(connection, dispatches)

    def claim(self, hook: str, now: datetime, until: datetime) -> Dispatch | None:
        """Return the oldest that a webhook is to be told now, and nobody else until then."""
        due = (
            select(dispatches.c.dispatch)
            .where(
                dispatches.c.hook == hook,
                dispatches.c.state == "waiting",
                dispatches.c.next_at <= now.timestamp(),
            )
            .order_by(dispatches.c.at)
            .limit(1)
        )
        with self._engine.connect() as connection:  # the usual case, for which nobody has to wait
            if connection.execute(due).scalar() is None:
                return None
        with self._writer.begin() as connection:
            found = connection.execute(due.with_for_update(skip_locked=True)).scalar()
            if found is None:
                return None
            was = load(Dispatch, found)
            claimed = replace(was, attempts=was.attempts + 1, tried=now, next_at=until)
            _update(connection, claimed)
            return claimed

    def note(self, dispatch: Dispatch) -> None:
        """Write down what became of an attempt."""
        with self._writer.begin() as connection:
            _update(connection, dispatch)

    def newest(self, hook: str, most: int) -> Sequence[Dispatch]:
        """Return what a webhook was told, or is to be told, the newest first."""
        query = select(dispatches.c.dispatch).where(dispatches.c.hook == hook)
        with self._engine.connect() as connection:
            found = connection.scalars(query.order_by(dispatches.c.at.desc()).limit(most))
            return [load(Dispatch, data) for data in found]

    def waiting(self, hook: str) -> int:
        """Return how many a webhook is still to be told."""
        mine = (dispatches.c.hook == hook) & (dispatches.c.state == "waiting")
        with self._engine.connect() as connection:
            query = select(func.count()).select_from(dispatches).where(mine)
            return connection.execute(query).scalar_one()

    def forget(self, before: datetime) -> None:
        """Let go what came about before then: it is over, or waits for a webhook that is no more."""
        old = dispatches.c.at < before.timestamp()
        with self._writer.begin() as connection:
            connection.execute(dispatches.delete().where(old))


def write(connection: Connection, told: Sequence[Dispatch]) -> None:
    """Write down what webhooks are to be told, in a transaction that is open."""
    rows = [
        {"id": each.id, "hook": each.hook, "at": each.at.timestamp(), **_columns(each)}
        for each in told
    ]
    if rows:
        connection.execute(dispatches.insert(), rows)


def _update(connection: Connection, dispatch: Dispatch) -> None:
    this = (dispatches.c.id == dispatch.id) & (dispatches.c.hook == dispatch.hook)
    connection.execute(dispatches.update().where(this).values(_columns(dispatch)))


def _columns(dispatch: Dispatch) -> dict[str, object]:
    return {
        "state": dispatch.state,
        "next_at": dispatch.next_at.timestamp() if dispatch.next_at else None,
        "dispatch": dump(dispatch),
    }
