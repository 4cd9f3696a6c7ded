"""The record of every email, kept in the database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Engine, bindparam, func, select
from sqlalchemy.dialects.sqlite import insert

from digest.editorial.folding import folded_address
from digest.editorial.provider import provider
from digest.model import Delivery, DeliveryState
from digest.ports import Claim
from digest.store.audience import MAILABLE
from digest.store.database import exclusive, writer
from digest.store.figures import figures
from digest.store.tables import deliveries, subscribers, suppressions

_ROWS = 5000  # read or written at a time


class StoredDeliveries:
    """The port `Deliveries` upon the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._writer = engine, writer(engine)

    def sending(self) -> AbstractContextManager[None]:
        """Hold the right to send; DigestError where another process has it."""
        return exclusive(self._engine, "sending")

    def expand(self, wanted: Iterable[Delivery]) -> None:
        """Write down who is to get an issue; who stands there already is left as is."""
        rows = map(_row, wanted)
        put = insert(deliveries).on_conflict_do_nothing()
        first = [*islice(rows, _ROWS)]
        if first:
            with self._writer.begin() as connection:
                while first:
                    connection.execute(put, first)
                    first = [*islice(rows, _ROWS)]

    def recover(self, issue: str) -> None:
        """Settle what a dead process left: claimed is pending again, an intent is ambiguous."""
        of_it = deliveries.c.issue == issue
        lost = "the program ended before the answer came"
        with self._writer.begin() as connection:
            connection.execute(
                deliveries.update()
                .where(of_it, deliveries.c.state == "claimed")
                .values(state="pending")
            )
            connection.execute(
                deliveries.update()
                .where(of_it, deliveries.c.state == "intent")
                .values(state="ambiguous", detail=lost)
            )

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
                func.json_extract(subscribers.c.subscriber, "$.name").label("name"),
                func.json_extract(subscribers.c.subscriber, "$.paused_until").label("paused"),
                ((subscribers.c.status == MAILABLE) & ~gone).label("is_mailable"),
            )
            .join_from(deliveries, subscribers, subscribers.c.key == deliveries.c.key, isouter=True)
            .where(deliveries.c.issue == issue)
            .order_by(deliveries.c.key)
            .limit(most)
        )
        with self._writer.begin() as connection:
            # who was deferred does not stand before those who were not tried yet
            rows = connection.execute(query.where(deliveries.c.state == "pending")).all()
            if len(rows) < most:
                rows = [*rows, *connection.execute(query.where(due).limit(most - len(rows)))]
            found = [_claim(row._asdict()) for row in rows]
            if found:
                connection.execute(_MARK, [_marked(claim.delivery) for claim in found])
        return found

    def mark(self, marked: Sequence[Delivery]) -> None:
        """Write down states, in one transaction."""
        if marked:
            with self._writer.begin() as connection:
                connection.execute(_MARK, [_marked(delivery) for delivery in marked])

    def all(self, issue: str) -> Iterator[Delivery]:
        """Yield an issue's deliveries by address, a few thousand at a time."""
        query = select(deliveries).where(deliveries.c.issue == issue).order_by(deliveries.c.key)
        after = ""
        while True:
            # by key and not in one query: nobody else's writing waits for who reads slowly
            with self._engine.connect() as connection:
                rows = connection.execute(query.where(deliveries.c.key > after).limit(_ROWS)).all()
            for row in rows:
                yield read(row._asdict())
            if len(rows) < _ROWS:
                return
            after = rows[-1].key

    def by_message_id(self, name: str) -> Delivery | None:
        """Return the delivery whose Message-ID has this before its @."""
        found = deliveries.c.message_id
        query = select(deliveries).where(found >= f"<{name}@", found < f"<{name}A")
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

    def reached(self, editions: Collection[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
        """Yield the issue, the segment and the key of everyone whom these editions reached, or may have."""
        missed = deliveries.c.state.in_(("failed", "bounced"))
        columns = select(deliveries.c.issue, deliveries.c.segment, deliveries.c.key)
        with self._engine.connect() as connection:
            for issue, segment in editions:
                mine = (deliveries.c.issue == issue) & (deliveries.c.segment == segment)
                for row in connection.execute(columns.where(mine, ~missed)):
                    yield row.issue, row.segment, row.key

    def by_provider(self) -> Sequence[tuple[str, DeliveryState, str, int]]:
        """Return how many deliveries of each issue are in each state, by receiving provider."""
        with self._engine.connect() as connection:
            rows = connection.execute(figures("issue", "state", "provider"))
            return [(row.issue, row.state, row.provider, row.n) for row in rows]

    def all_counts(self) -> Mapping[str, Mapping[DeliveryState, int]]:
        """Return for every issue how many deliveries are in each state."""
        found: dict[str, dict[DeliveryState, int]] = {}
        with self._engine.connect() as connection:
            for id_, each, count in connection.execute(figures("issue", "state")):
                found.setdefault(id_, {})[each] = count
        return found


_MARK = (
    deliveries.update()
    .where(
        deliveries.c.issue == bindparam("of_issue"),
        deliveries.c.key == bindparam("of_key"),
        # an email may come back before its relay's answer is written down
        (deliveries.c.state != "bounced") & (deliveries.c.state != "complained"),
    )
    .values(
        state=bindparam("new_state"),
        attempts=bindparam("new_attempts"),
        detail=bindparam("new_detail"),
        next_at=bindparam("new_next_at"),
    )
)


def _row(delivery: Delivery) -> dict[str, object]:
    return {
        "issue": delivery.issue,
        "key": folded_address(delivery.address),
        "address": delivery.address,
        "segment": delivery.segment,
        "variant": delivery.variant,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "message_id": delivery.message_id,
        "provider": provider(delivery.address),
    }


def _marked(delivery: Delivery) -> dict[str, object]:
    return {
        "of_issue": delivery.issue,
        "of_key": folded_address(delivery.address),
        "new_state": delivery.state,
        "new_attempts": delivery.attempts,
        "new_detail": delivery.detail,
        "new_next_at": delivery.next_at.timestamp() if delivery.next_at else None,
    }


def _claim(values: dict[str, Any]) -> Claim:
    own = {name: values.pop(name) for name in ("token", "name", "is_mailable", "paused")}
    return Claim(
        delivery=replace(read(values), state="claimed"),
        token=own["token"] or "",
        name=own["name"],
        is_mailable=bool(own["is_mailable"]),
        paused_until=date.fromisoformat(own["paused"]) if own["paused"] else None,
    )


def read(values: dict[str, Any]) -> Delivery:
    """Return a row of the table as a delivery."""
    own = {name: value for name, value in values.items() if name not in {"key", "provider"}}
    for name in ("next_at", "returned"):
        own[name] = datetime.fromtimestamp(own[name], UTC) if own[name] else None
    return Delivery(**own)
