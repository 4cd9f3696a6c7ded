"""Shards: an issue's readers shared out among workers, each shard with a fence of its own. PostgreSQL's."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, Engine, case, func, select, text

from digest.errors import TakenForDead, TakenOver
from digest.model import DeliveryState
from digest.ports import Deliveries, Shard
from digest.store.database import exclusive, writer
from digest.store.deliveries import FENCE, StoredDeliveries, put_up
from digest.store.sqlite import BOOT
from digest.store.tables import deliveries

_SHARD = 500  # readers
_WAITING = ("pending", "deferred", "claimed", "intent")

# Jobs are put there in the transaction that cuts the issue: there is no cut without them, and none of
# them without it. Where they are lost all the same, nobody is: the next tick cuts what is left.
_CUT = """
WITH waiting AS (
    SELECT key, row_number() OVER (ORDER BY key) AS n, count(*) OVER () AS total FROM deliveries
    WHERE issue = :issue AND state IN ('pending', 'deferred')
), edges AS (
    SELECT key AS last, coalesce(lag(key) OVER (ORDER BY key), '') AS after FROM waiting
    WHERE n % :size = 0 OR n = total
)
SELECT coalesce(array_length(procrastinate_defer_jobs_v1(array_agg(ROW(
    'send', 'send', :priority, NULL, NULL,
    jsonb_build_object('issue', CAST(:issue AS text), 'cut', CAST(:cut AS text),
                       'after', after, 'last', last), NULL
)::procrastinate_job_to_defer_v1 ORDER BY last)), 1), 0) FROM edges HAVING count(*) > 0
"""
_OF_ISSUE = "queue_name = 'send' AND args ->> 'issue' = :issue"
_ARE_OUT = f"""
SELECT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE {_OF_ISSUE} AND status IN ('todo', 'doing')
AND args ->> 'cut' = (SELECT value FROM settings WHERE name = :fence))
"""  # noqa: S608 - a constant
_WITHDRAW = f"DELETE FROM procrastinate_jobs WHERE {_OF_ISSUE} AND status = 'todo'"  # noqa: S608 - as above
# who gives a job to another worker counts its attempts on, and waits until what was asked is committed
_ATTEMPT = "SELECT attempts FROM procrastinate_jobs WHERE id = %s AND status = 'doing' FOR SHARE"
# A rate's next moments, for all who send: by the server's clock, which is one.
_RESERVE = """
INSERT INTO settings (name, value) VALUES (:name, CAST(extract(epoch FROM clock_timestamp()) + :seconds AS text))
ON CONFLICT (name) DO UPDATE SET value = CAST(
    greatest(CAST(settings.value AS float8), extract(epoch FROM clock_timestamp())) + :seconds AS text)
RETURNING CAST(value AS float8) - :seconds - extract(epoch FROM clock_timestamp())
"""


class StoredShards:
    """The port `Shards` upon PostgreSQL, with Procrastinate's jobs."""

    def __init__(self, engine: Engine, life: str | None) -> None:
        self._engine, self._writer, self._life = engine, writer(engine), life

    def share_out(self, issue: str, priority: int) -> int:
        """Cut what waits of an issue into shards, a job each; return how many.

        Whoever sends it by an older cut, or all of it, sends nothing more.
        """
        cut = f"{self._life}/{secrets.token_hex(8)}"
        with self._writer.begin() as connection:
            put_up(connection, f"{FENCE}:{issue}", cut)
            connection.execute(text(_WITHDRAW), {"issue": issue})
            put_up(connection, BOOT + issue, str(self._life))
            values = {"issue": issue, "cut": cut, "priority": priority, "size": _SHARD}
            return connection.execute(text(_CUT), values).scalar() or 0

    def are_out(self, issue: str) -> bool:
        """Tell whether there are jobs for an issue that are not done."""
        with self._engine.connect() as connection:
            values = {"issue": issue, "fence": f"{FENCE}:{issue}"}
            return bool(connection.execute(text(_ARE_OUT), values).scalar())

    def withdraw(self, issue: str) -> None:
        """Give up the shards of an issue that nobody has begun."""
        with self._writer.begin() as connection:
            connection.execute(text(_WITHDRAW), {"issue": issue})

    @contextmanager
    def take(self, shard: Shard) -> Iterator[Deliveries]:
        """Lend the record of a shard's deliveries, with what a dead worker left settled.

        TakenOver where the issue has been shared out anew, or is somebody's alone; TakenForDead where
        the job has been given to another worker. After that neither claims nor marks are taken.
        """
        mine = _ShardDeliveries(self._engine, self._life, shard)
        with exclusive(self._engine, "sending", shard.issue, shared=True):
            mine.recover(shard.issue)
            yield mine
            mine.check()

    def waits(self, shard: Shard) -> datetime | None:
        """Return when the next of a shard may be tried; None where nobody of it is left."""
        put_off = case((deliveries.c.state == "deferred", deliveries.c.next_at), else_=0.0)
        query = select(func.min(put_off)).where(*_mine(shard), deliveries.c.state.in_(_WAITING))
        with self._engine.connect() as connection:
            at = connection.execute(query).scalar()
        return None if at is None else datetime.fromtimestamp(at, UTC)

    def is_done(self, issue: str) -> bool:
        """Tell whether nobody of an issue is left."""
        left = select(deliveries.c.key).where(
            deliveries.c.issue == issue, deliveries.c.state.in_(_WAITING)
        )
        with self._engine.connect() as connection:
            return connection.execute(left.limit(1)).first() is None

    def reserve(self, rate: str, seconds: float) -> float:
        """Take the next so many seconds of a rate that all share; return in how many they begin."""
        values = {"name": f"rate:{rate}", "seconds": seconds}
        with self._writer.begin() as connection:
            return max(0.0, float(connection.execute(text(_RESERVE), values).scalar_one()))


class _ShardDeliveries(StoredDeliveries):
    """The record of a shard: nobody else is claimed, and nothing marked once it is another's."""

    def __init__(self, engine: Engine, life: str | None, shard: Shard) -> None:
        super().__init__(engine, life)
        self._shard, self._fences = shard, {f"{FENCE}:{shard.issue}": shard.cut}
        self._range = (deliveries.c.key > shard.after, deliveries.c.key <= shard.last)

    def _ask(self, connection: Connection, issue: str) -> None:
        super()._ask(connection, issue)
        attempt = connection.exec_driver_sql(_ATTEMPT, (self._shard.job,)).scalar()
        if attempt != self._shard.attempt:
            raise TakenForDead

    def check(self) -> None:
        """Refuse to go on where the shard is another's."""
        with self._writer.begin() as connection:
            self._ask(connection, self._shard.issue)

    def recover(self, issue: str) -> None:  # noqa: ARG002 - a shard is of one issue
        """Settle what a dead worker left of the shard: claimed is pending again, an intent is ambiguous."""
        if self._shard.cut.rpartition("/")[0] != self._boot:  # in another life of the database
            raise TakenOver
        put = deliveries.update().where(*_mine(self._shard))
        lost = {"state": "ambiguous", "detail": "the program ended before the answer came"}
        with self._writer.begin() as connection:
            self._ask(connection, self._shard.issue)
            connection.execute(put.where(deliveries.c.state == "claimed").values(state="pending"))
            connection.execute(put.where(deliveries.c.state == "intent").values(lost))

    def counts(self, issue: str) -> Mapping[DeliveryState, int]:
        """Return how many of the shard are in each state; as sent one at least where one of the issue is."""
        query = select(deliveries.c.state, func.count().label("n")).where(*_mine(self._shard))
        sent = select(deliveries.c.key).where(
            deliveries.c.issue == issue, deliveries.c.state == "sent"
        )
        with self._engine.connect() as connection:
            found = {r.state: r.n for r in connection.execute(query.group_by(deliveries.c.state))}
            if "sent" not in found and connection.execute(sent.limit(1)).first() is not None:
                found["sent"] = 1
            return found


def _mine(shard: Shard) -> tuple[ColumnElement[bool], ...]:
    key = deliveries.c.key
    return (deliveries.c.issue == shard.issue, key > shard.after, key <= shard.last)
