"""What is kept on a person, in all tables at once: to be shown, erased, and counted when it is old."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Select, bindparam, func, select

from digest.editorial.folding import folded_address
from digest.jsonable import load
from digest.model import Delivery, SignUp
from digest.ports import Counted, Erased
from digest.store.database import hold, secret_key, writer
from digest.store.deliveries import read
from digest.store.dialects import insert, is_postgresql
from digest.store.erased import ERASED, mark_of, new_mark
from digest.store.tables import (
    deliveries,
    delivery_counts,
    issues,
    reader_editions,
    sign_ups,
    subscribers,
    suppressions,
)

_ROWS = 5000  # counted at a time: nobody waits for all of them
_UNDONE = ("pending", "claimed", "deferred")
_OPEN = (*_UNDONE, "intent", "ambiguous")


class StoredTraces:
    """The port `Traces` upon the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._writer = engine, writer(engine)

    def deliveries(self, address: str) -> Sequence[Delivery]:
        """Return every email to an address that is still on record, by issue."""
        with self._engine.connect() as connection:
            rows = connection.execute(_emails(address).order_by(deliveries.c.issue))
            return [read(row._asdict()) for row in rows]

    def sign_ups(self, address: str) -> Sequence[SignUp]:
        """Return the sign-ups of an address that wait."""
        with self._engine.connect() as connection:
            return [sign_up for _, sign_up in _waiting(connection, address)]

    def erase(self, address: str, now: datetime) -> Erased:
        """Erase a person: what is left is the mark of the address, and emails that were nobody's."""
        key, secret = folded_address(address), secret_key(self._engine)
        with self._writer.begin() as connection:
            if not is_postgresql(self._engine):
                connection.exec_driver_sql("PRAGMA secure_delete=ON")  # also from free pages
            hold(connection, "audience")
            rows = connection.execute(_emails(address).with_for_update(of=deliveries)).all()
            if rows:
                connection.execute(_UNLINK, [_unlinked(row._asdict()) for row in rows])
            waiting = [hash_ for hash_, _ in _waiting(connection, address)]
            connection.execute(sign_ups.delete().where(sign_ups.c.hash.in_(waiting)))
            gone = connection.execute(subscribers.delete().where(subscribers.c.key == key))
            connection.execute(suppressions.delete().where(suppressions.c.key == key))
            mark = {"key": mark_of(secret, key), "reason": ERASED, "since": now.timestamp()}
            connection.execute(insert(suppressions).values(mark).on_conflict_do_nothing())
        return Erased(subscriber=gone.rowcount > 0, deliveries=len(rows), sign_ups=len(waiting))

    def counted(self, issue: str) -> Sequence[Counted]:
        """Return what is left of an issue's deliveries that were reduced to counts."""
        table = delivery_counts.c
        by = (table.segment, table.variant, table.state)
        query = select(*by, func.sum(table.count)).where(table.issue == issue).group_by(*by)
        with self._engine.connect() as connection:
            return [Counted(*row) for row in connection.execute(query)]

    def count_up(self, issue: str) -> int:
        """Reduce an issue's deliveries to counts; return how many, none where one is still open."""
        of_it, done = deliveries.c.issue == issue, 0
        open_ = select(deliveries.c.key).where(of_it, deliveries.c.state.in_(_OPEN)).limit(1)
        key = [column.name for column in delivery_counts.primary_key]
        by = [deliveries.c[name] for name in key]
        while True:
            with self._writer.begin() as connection:
                if connection.execute(open_).first() is not None:
                    return done
                some = select(deliveries.c.key).where(of_it).order_by(deliveries.c.key).limit(_ROWS)
                some = some.with_for_update()
                last = connection.execute(select(func.max(some.subquery().c.key))).scalar()
                if last is None:
                    # who got one is not known any more, so what one of them chose is not, either
                    own = reader_editions.c.issue == issue
                    connection.execute(reader_editions.delete().where(own))
                    return done
                mine = of_it & (deliveries.c.key <= last)
                figures = select(*by, func.count()).where(mine).group_by(*by)
                put = insert(delivery_counts).from_select([*key, "count"], figures)
                total = {"count": delivery_counts.c.count + put.excluded.count}
                connection.execute(put.on_conflict_do_update(index_elements=key, set_=total))
                done += connection.execute(deliveries.delete().where(mine)).rowcount


_UNLINK = (
    deliveries.update()
    .where(
        deliveries.c.issue == bindparam("of_issue"),
        deliveries.c.key == bindparam("of_key"),
    )
    .values(
        key=bindparam("mark"),
        address=bindparam("mark"),
        message_id="",
        state=bindparam("new_state"),
        detail=bindparam("new_detail"),
        next_at=None,
    )
)


def _emails(address: str) -> Select[Any]:
    # by issue, as the key alone has no index
    every = deliveries.c.issue.in_(select(issues.c.id))
    return select(deliveries).where(every, deliveries.c.key == folded_address(address))


def _waiting(connection: Connection, address: str) -> list[tuple[str, SignUp]]:
    key = folded_address(address)
    rows = connection.execute(select(sign_ups.c.hash, sign_ups.c.sign_up))
    found = ((hash_, load(SignUp, data)) for hash_, data in rows)
    return [(h, each) for h, each in found if folded_address(each.address) == key]


def _unlinked(row: dict[str, object]) -> dict[str, object]:
    """Return what becomes of a delivery: what has not gone out does not."""
    state = row["state"]
    undone = state in _UNDONE
    return {
        "of_issue": row["issue"],
        "of_key": row["key"],
        "mark": new_mark(),
        "new_state": "failed" if undone else "ambiguous" if state == "intent" else state,
        "new_detail": f"suppressed: {ERASED}" if undone else None,
    }
