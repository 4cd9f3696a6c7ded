"""The record of every email, kept in the database."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, func, literal_column, select

from digest.editorial.folding import folded_address
from digest.editorial.provider import provider
from digest.errors import DigestError, TakenOver
from digest.model import Delivery, DeliveryState
from digest.ports import Addressee, Claim
from digest.store.audience import MAILABLE
from digest.store.database import exclusive, relaxed, writer
from digest.store.dialects import among, insert, is_postgresql, native, reading, said
from digest.store.figures import figures
from digest.store.migrating import difference
from digest.store.postgresql import outlasting
from digest.store.sqlite import BOOT, driven, transaction
from digest.store.tables import HEAD, MESSAGE, deliveries, settings, subscribers, suppressions

_ROWS = 5000  # read or written at a time
_LOST = "the machine was stopped, or the database copied, while it was going out"
_LISTED = 500  # keys in one statement
FENCE = "fence"
"""How the setting's name begins that says who may send; with PostgreSQL the issue's id follows it."""
_FENCE_SQL = {
    "sqlite": "SELECT (SELECT value FROM settings WHERE name = ?), version_num FROM alembic_version",
    # who takes over, and who migrates, waits until what was asked about is committed; so who stands
    # still in the midst of it loses its connection
    "postgresql": "SELECT (SELECT value FROM settings WHERE name = %s FOR SHARE), version_num "
    "FROM alembic_version WHERE set_config('idle_in_transaction_session_timeout', '{idle}', true) <> '' "
    "FOR SHARE",
}
_IDLE = 20_000  # milliseconds; a worker is taken for dead after thirty seconds


class StoredDeliveries:
    """The port `Deliveries` upon the database."""

    def __init__(self, engine: Engine, boot: str | None) -> None:
        """Keep the record; `boot` names what the machine has been doing since it was started.

        A state that is marked survives the end of this process at once. That of the machine it
        survives with the next claims, which are on the disk before any of them goes out: those that
        were claimed before another boot are ambiguous, for their marks may be lost. Where nobody
        knows of boots, each mark waits for the disk. With PostgreSQL each does, and `boot` names the
        database as it lives on (`postgresql.life`).
        """
        self._engine, self._writer, self._boot = engine, writer(engine), boot
        self._is_postgresql = is_postgresql(engine)
        self._marker = engine if boot is None or self._is_postgresql else relaxed(engine)
        self._fence_sql = _FENCE_SQL[engine.dialect.name].format(idle=_IDLE)
        # by the fence's name: with PostgreSQL a process may send several issues, in threads
        self._fences: dict[str, str] = {}
        self._range: tuple[ColumnElement[bool], ...] = ()  # of whom it is the record; all
        # the last that was claimed of an issue: whoever is pending stands behind it, as a rule
        self._after: dict[str, str] = {}
        self._marks: sqlite3.Connection | None = None  # while this process sends

    @contextmanager
    def sending(self, issue: str | None = None) -> Iterator[None]:
        """Hold the right to send, with PostgreSQL that issue alone; DigestError where another process has it.

        The lock may be lost without a word: its file is taken away, or is on a disk of the network.
        So who holds it writes a fence into the database, and claims and marks nothing once there is
        another: a process that was stopped, and comes back when its claims are another's, sends
        none of them.
        """
        lent = nullcontext(None) if self._is_postgresql else driven(self._marker)
        with exclusive(self._engine, "sending", issue), lent as connection:
            name = f"{FENCE}:{issue}" if self._is_postgresql and issue else FENCE
            fence, self._marks, self._after = secrets.token_hex(8), connection, {}
            with self._writer.begin() as writing:
                put_up(writing, name, fence)
                if self._is_postgresql and issue is None:  # who has all takes over each
                    each = settings.c.name.startswith(f"{FENCE}:", autoescape=True)
                    writing.execute(settings.update().where(each).values(value=fence))
            self._fences[name] = fence
            try:
                yield
            finally:
                self._marks = None
                del self._fences[name]

    def _fence_of(self, issue: str) -> str:
        """Return the name of the fence by which this process sends an issue."""
        own = f"{FENCE}:{issue}"
        return own if own in self._fences else FENCE

    def _ask(self, connection: Connection, issue: str) -> None:
        name = self._fence_of(issue)
        self._ask_fence(name, *connection.exec_driver_sql(self._fence_sql, (name,)).one())

    def _ask_fence(self, name: str, fence: str | None, version: str) -> None:
        """Refuse to send where another does, or has migrated the database meanwhile."""
        if version != HEAD:
            raise DigestError(f"{difference(version)}; this process sends nothing more")
        if self._fences.get(name) not in {None, fence}:
            raise TakenOver

    def expand(self, issue: str, wanted: Iterable[Addressee]) -> None:
        """Write down who is to get an issue; who stands there already is left as is."""
        rows = (_expanded(issue, each) for each in wanted)
        first = [*islice(rows, _ROWS)]
        if first:
            with self._writer.begin() as connection:
                while first:
                    if self._is_postgresql:
                        connection.exec_driver_sql(
                            _EXPAND_LISTS, tuple(map(list, zip(*first, strict=True)))
                        )
                    else:
                        connection.exec_driver_sql(_EXPAND, first)
                    first = [*islice(rows, _ROWS)]

    def recover(self, issue: str) -> None:
        """Settle what a dead process left: claimed is pending again, an intent is ambiguous.

        So is what was claimed where the machine has been started again since, or where this is a
        copy from that moment.
        """
        state, where = deliveries.c.state, settings.c.name == BOOT + issue
        put = deliveries.update().where(deliveries.c.issue == issue)
        with self._writer.begin() as connection:
            claimed_in = connection.execute(select(settings.c.value).where(where)).scalar()
            if claimed_in in {None, self._boot}:
                connection.execute(put.where(state == "claimed").values(state="pending"))
            for of, lost in (
                ("intent", "the program ended before the answer came"),
                ("claimed", _LOST),
            ):
                values = {"state": "ambiguous", "detail": lost}
                connection.execute(put.where(state == of).values(values))
            connection.execute(settings.delete().where(where))

    def doubt(self, issue: str, detail: str) -> int:
        """Make whatever is still to be sent of an issue ambiguous; return how many."""
        undone = deliveries.c.state.in_(("pending", "claimed", "deferred"))
        put = deliveries.update().where(deliveries.c.issue == issue, undone)
        with self._writer.begin() as connection:
            return connection.execute(put.values(state="ambiguous", detail=detail)).rowcount

    def claim(self, issue: str, now: datetime, most: int) -> Sequence[Claim]:
        """Claim deliveries that are pending, or deferred and due."""
        due = (deliveries.c.state == "deferred") & (deliveries.c.next_at <= now.timestamp())
        gone = select(suppressions.c.key).where(suppressions.c.key == deliveries.c.key).exists()
        query = (
            select(
                deliveries,
                subscribers.c.token,
                said(subscribers.c.subscriber, "name").label("name"),
                said(subscribers.c.subscriber, "paused_until").label("paused"),
                ((subscribers.c.status == MAILABLE) & ~gone).label("is_mailable"),
            )
            .join_from(deliveries, subscribers, subscribers.c.key == deliveries.c.key, isouter=True)
            .where(deliveries.c.issue == issue, *self._range)
            .order_by(deliveries.c.key)
            # what another is just claiming is passed over; in SQLite one claims at a time
            .with_for_update(skip_locked=True, of=deliveries)
        )
        put = deliveries.update().where(deliveries.c.issue == issue).values(state="claimed")
        with self._writer.begin() as connection:
            self._ask(connection, issue)
            # who was deferred does not stand before those who were not tried yet; who was passed
            # over or put back stands before those who were claimed, and is looked for at the end
            key = deliveries.c.key
            rows: list[Row[Any]] = []
            for which in (_PENDING & (key > self._after.get(issue, "")), _PENDING, due):
                found = connection.execute(query.where(which).limit(most - len(rows))).all()
                if found:
                    connection.execute(put.where(among(key, (row.key for row in found))))
                    rows += found
                    self._after[issue] = found[-1].key
                if len(rows) == most:
                    break
            if rows and self._boot:
                self._name_boot(connection, issue)
        return [*map(_claim, rows)]

    def _name_boot(self, connection: Connection, issue: str) -> None:
        """Write down in which boot an issue's emails are claimed; nobody waits where it is known."""
        kept = select(settings.c.value).where(settings.c.name == BOOT + issue)
        if connection.execute(kept).scalar() != self._boot:
            put_up(connection, BOOT + issue, str(self._boot))

    def mark(self, marked: Sequence[Delivery]) -> None:
        """Write down states, in one transaction."""
        rows = [*map(_marked, marked)]
        issue = marked[0].issue if marked else ""  # they are of one
        if rows and self._is_postgresql:
            # a state may be written down twice, so a server that was started again is waited for
            outlasting(lambda: self._mark_in_postgresql(issue, rows))
        elif rows:
            lent = nullcontext(self._marks) if self._marks else driven(self._marker)
            with lent as connection, transaction(connection):
                asked = connection.execute(self._fence_sql, (FENCE,))
                self._ask_fence(FENCE, *asked.fetchone())
                connection.executemany(_MARK_SQL, rows)

    def _mark_in_postgresql(self, issue: str, rows: Sequence[tuple[object, ...]]) -> None:
        with self._writer.begin() as connection:
            self._ask(connection, issue)
            # in the order of keys: two who write the same rows do not wait for each other in a ring
            ordered = sorted(rows, key=lambda row: (str(row[-2]), str(row[-1])))
            connection.exec_driver_sql(native(self._engine, _MARK_SQL), ordered)

    def all(self, issue: str) -> Iterator[Delivery]:
        """Yield an issue's deliveries by address, a few thousand at a time."""
        mine = select(deliveries).where(deliveries.c.issue == issue, *self._range)
        query, after = mine.order_by(deliveries.c.key), ""
        while True:
            # by key and not in one query: nobody else's writing waits for who reads slowly
            with self._engine.connect() as connection:
                rows = connection.execute(query.where(deliveries.c.key > after).limit(_ROWS)).all()
            for row in rows:
                yield read(row._asdict())
            if len(rows) < _ROWS:
                return
            after = rows[-1].key

    def unreached(self, issue: str, most: int) -> Sequence[Delivery]:
        """Return the first, by address, whom an issue did not reach, or of whom nobody knows."""
        missed = deliveries.c.state.in_(("failed", "ambiguous"))
        query = select(deliveries).where(deliveries.c.issue == issue, missed)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(deliveries.c.key).limit(most))
            return [read(row._asdict()) for row in rows]

    def by_message_id(self, name: str) -> Delivery | None:
        """Return the delivery whose Message-ID has this before its @."""
        found = deliveries.c.message_id
        query = select(deliveries).where(
            literal_column(str(MESSAGE)) == name[:8], found >= f"<{name}@", found < f"<{name}A"
        )
        with self._engine.connect() as connection:
            row = connection.execute(query.limit(1)).one_or_none()
        return read(row._asdict()) if row else None

    def to(self, address: str, issues: Collection[str]) -> Sequence[Delivery]:
        """Return the deliveries of these issues to an address."""
        query = select(deliveries).where(deliveries.c.key == folded_address(address))
        with self._engine.connect() as connection:
            rows = connection.execute(query.where(deliveries.c.issue.in_(issues)))
            return [read(row._asdict()) for row in rows]

    def turn_back(self, delivery: Delivery) -> bool:
        """Write down that an email bounced or its reader complained; False where that is known.

        Of what never went out nothing is written down.
        """
        before = ["intent", "sent", "ambiguous"]
        before += ["bounced"] if delivery.state == "complained" else []
        put = deliveries.update().where(
            deliveries.c.issue == delivery.issue,
            deliveries.c.key == folded_address(delivery.address),
            deliveries.c.state.in_(before),
        )
        at = delivery.returned and delivery.returned.timestamp()
        values = {"state": delivery.state, "detail": delivery.detail, "returned": at}
        with self._writer.begin() as connection:
            return connection.execute(put.values(values)).rowcount > 0

    def segments(self, issue: str) -> frozenset[str]:
        """Return the segments that an issue goes to."""
        query = select(deliveries.c.segment).where(deliveries.c.issue == issue).distinct()
        with self._engine.connect() as connection:
            return frozenset(connection.execute(query).scalars())

    def counts(self, issue: str) -> Mapping[DeliveryState, int]:
        """Return how many deliveries are in each state."""
        with self._engine.connect() as connection:
            rows = connection.execute(figures("state", issue=issue))
            return {row.state: row.n for row in rows}

    def waiting(self, issue: str) -> int:
        """Return how many of an issue's emails wait for their readers' hour, and were not tried yet."""
        table = deliveries.c
        untried = (table.attempts == 0) & table.put_off_since.is_(None)
        mine = (table.issue == issue) & (table.state == "deferred") & untried
        with self._engine.connect() as connection:
            query = select(func.count()).select_from(deliveries).where(mine)
            return connection.execute(query).scalar_one()

    def reached(self, editions: Collection[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
        """Yield the issue, the segment and the key of everyone whom these editions reached, or may have."""
        missed = deliveries.c.state.in_(("failed", "bounced"))
        columns = select(deliveries.c.issue, deliveries.c.segment, deliveries.c.key)
        with reading(self._engine) as connection:
            for issue, segment in editions:
                mine = (deliveries.c.issue == issue) & (deliveries.c.segment == segment)
                for row in connection.execute(columns.where(mine, ~missed)):
                    yield row.issue, row.segment, row.key

    def reached_by(self, issue: str) -> Iterator[tuple[str, str]]:
        """Yield the key of everyone whom an issue reached, or may have, with the segment of their edition."""
        if self._is_postgresql:
            with reading(self._engine) as connection:
                said = native(self._engine, _REACHED_SQL)
                yield from map(tuple, connection.exec_driver_sql(said, (issue,)))
            return
        with driven(self._engine) as connection:
            yield from connection.execute(_REACHED_SQL, (issue,))

    def by_provider(self) -> Sequence[tuple[str, DeliveryState, str, int]]:
        """Return how many deliveries of each issue are in each state, by receiving provider."""
        with self._engine.connect() as connection:
            rows = connection.execute(figures("issue", "state", "provider"))
            return [(row.issue, row.state, row.provider, row.n) for row in rows]

    def had(self, keys: Collection[str], issues: Collection[str]) -> Mapping[str, int]:
        """Return how many of these issues' emails went to each key, or are to go; none is absent."""
        found: dict[str, int] = {}
        key, listed = deliveries.c.key, [*keys]
        with self._engine.connect() as connection:
            for some in (listed[n : n + _LISTED] for n in range(0, len(listed), _LISTED)):
                mine = deliveries.c.issue.in_(issues), key.in_(some)
                went = deliveries.c.state.not_in(("failed", "bounced"))
                query = select(key, func.count().label("n")).where(*mine, went).group_by(key)
                found |= {row.key: row.n for row in connection.execute(query)}
        return found

    def hold_back(self, issue: str, keys: Collection[str], detail: str) -> int:
        """Fail what is still to be sent of an issue to these keys; return how many."""
        done, listed = 0, [*keys]
        waits = deliveries.c.state.in_(("pending", "deferred"))
        put = deliveries.update().where(deliveries.c.issue == issue, waits)
        for some in (listed[n : n + _LISTED] for n in range(0, len(listed), _LISTED)):
            with self._writer.begin() as connection:
                own = put.where(deliveries.c.key.in_(some))
                done += connection.execute(own.values(state="failed", detail=detail)).rowcount
        return done

    def received(self, issue: str) -> Mapping[tuple[str, str], int]:
        """Return how many got each of an issue's messages, by segment and variant."""
        found: dict[tuple[str, str], int] = {}
        with self._engine.connect() as connection:
            for segment, variant, state, count in connection.execute(
                figures("segment", "variant", "state", issue=issue)
            ):
                if state in {"sent", "complained"}:
                    found[segment, variant] = found.get((segment, variant), 0) + count
        return found

    def all_counts(self) -> Mapping[str, Mapping[DeliveryState, int]]:
        """Return for every issue how many deliveries are in each state."""
        found: dict[str, dict[DeliveryState, int]] = {}
        with self._engine.connect() as connection:
            for id_, each, count in connection.execute(figures("issue", "state")):
                found.setdefault(id_, {})[each] = count
        return found


def put_up(connection: Connection, name: str, value: str) -> None:
    """Write a setting down, whatever it was before."""
    put = insert(settings).values(name=name, value=value)
    connection.execute(put.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


_EXPAND = """
INSERT INTO deliveries
(issue, "key", address, segment, message_id, variant, next_at, state, attempts, provider)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""
_REACHED_SQL = """
SELECT key, segment FROM deliveries WHERE issue = ? AND state NOT IN ('failed', 'bounced')
"""
_EXPAND_LISTS = """
INSERT INTO deliveries
(issue, "key", address, segment, message_id, variant, next_at, state, attempts, provider)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
%s::float[], %s::text[], %s::int[], %s::text[]) ON CONFLICT DO NOTHING
"""
# A constant, by which PostgreSQL finds the index of those alone that are pending.
_PENDING = deliveries.c.state == literal_column("'pending'")
# An email may come back before its relay's answer is written down.
_MARK_SQL = """
UPDATE deliveries SET state = ?, attempts = ?, detail = ?, next_at = ?, put_off_since = ?
WHERE issue = ? AND key = ? AND state NOT IN ('bounced', 'complained')
"""


def _expanded(issue: str, each: Addressee) -> tuple[object, ...]:
    """Return the row of who is to get an issue: at once, or when their hour has come."""
    state = "pending" if each.at is None else "deferred"
    return (issue, *each, state, 0, _provider_of(each.key.rpartition("@")[2]))


@lru_cache(4096)
def _provider_of(domain: str) -> str:
    return provider(f"@{domain}")


def _marked(delivery: Delivery) -> tuple[object, ...]:
    next_at, since = delivery.next_at, delivery.put_off_since
    return (
        delivery.state,
        delivery.attempts,
        delivery.detail,
        next_at and next_at.timestamp(),
        since and since.timestamp(),
        delivery.issue,
        folded_address(delivery.address),
    )


def _claim(row: Row[Any]) -> Claim:
    # one for each email: what `read` does takes four times as long
    since = row.put_off_since
    return Claim(
        delivery=Delivery(
            issue=row.issue,
            address=row.address,
            segment=row.segment,
            variant=row.variant,
            state="claimed",
            attempts=row.attempts,
            message_id=row.message_id,
            detail=row.detail,
            put_off_since=datetime.fromtimestamp(since, UTC) if since else None,
        ),
        token=row.token or "",
        name=row.name,
        is_mailable=bool(row.is_mailable),
        paused_until=date.fromisoformat(row.paused) if row.paused else None,
    )


def read(values: dict[str, Any]) -> Delivery:
    """Return a row of the table as a delivery."""
    own = {name: value for name, value in values.items() if name not in {"key", "provider"}}
    for name in ("next_at", "returned", "put_off_since"):
        own[name] = datetime.fromtimestamp(own[name], UTC) if own[name] else None
    return Delivery(**own)
