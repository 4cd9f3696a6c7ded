"""How often stories were opened, kept in the database: numbers alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from threading import Lock

from sqlalchemy import Engine, select

from digest.errors import Busy
from digest.store.database import relaxed, writer
from digest.store.dialects import insert
from digest.store.tables import clicks

_PATIENCE = 0.25  # seconds: who opens a story does not wait for our figures


class StoredClicks:
    """The port `Clicks` upon the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = relaxed(engine, _PATIENCE)
        self._writer, self._lock = writer(self._engine), Lock()
        self._waiting = Counter[tuple[str, str, str]]()

    def count(self, issue: str, segment: str, article: str) -> None:
        """Count that a story of an edition was opened; Busy where others write, and the next one adds it."""
        with self._lock:
            self._waiting[issue, segment, article] += 1
            taken, self._waiting = self._waiting, Counter()
        put = insert(clicks)
        more = put.on_conflict_do_update(
            index_elements=["issue", "segment", "article"],
            set_={"count": clicks.c.count + put.excluded.count},
        )
        names = ("issue", "segment", "article", "count")
        # in order: two who count the same stories do not wait for each other in a ring
        rows = [dict(zip(names, (*place, n), strict=True)) for place, n in sorted(taken.items())]
        try:
            with self._writer.begin() as connection:
                connection.execute(more, rows)
        except Busy:
            with self._lock:
                self._waiting.update(taken)
            raise

    def of(self, issue: str) -> Mapping[tuple[str, str], int]:
        """Return how often each story of an issue was opened, by segment and article."""
        found = select(clicks.c.segment, clicks.c.article, clicks.c.count)
        with self._engine.connect() as connection:
            rows = connection.execute(found.where(clicks.c.issue == issue))
            return {(segment, article): count for segment, article, count in rows}
