"""The days on which editors want no issue, kept in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Engine, select

from digest.jsonable import dump, load
from digest.model import SkippedDay
from digest.store.database import writer
from digest.store.dialects import insert
from digest.store.tables import skipped_days


class StoredSkippedDays:
    """The port `SkippedDays` upon the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._writer = engine, writer(engine)

    def of(self, newsletter: str) -> Sequence[SkippedDay]:
        """Return a newsletter's, the soonest first."""
        found = select(skipped_days.c.skipped).where(skipped_days.c.newsletter == newsletter)
        with self._engine.connect() as connection:
            kept = connection.scalars(found.order_by(skipped_days.c.day))
            return [load(SkippedDay, data) for data in kept]

    def put(self, skipped: SkippedDay) -> None:
        """Skip a day."""
        day = {"newsletter": skipped.newsletter, "day": skipped.day.isoformat()}
        said = {"skipped": dump(skipped)}
        put = insert(skipped_days).values({**day, **said})
        with self._writer.begin() as connection:
            connection.execute(put.on_conflict_do_update(index_elements=[*day], set_=said))

    def remove(self, newsletter: str, day: date) -> None:
        """Skip a day no more."""
        kept = skipped_days.delete().where(
            skipped_days.c.newsletter == newsletter, skipped_days.c.day == day.isoformat()
        )
        with self._writer.begin() as connection:
            connection.execute(kept)
