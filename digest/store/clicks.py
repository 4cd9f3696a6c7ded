"""How often stories were opened, kept in the database: numbers alone."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Engine, select
from sqlalchemy.dialects.sqlite import insert

from digest.store.database import writer
from digest.store.tables import clicks


class StoredClicks:
    """The port `Clicks` upon the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._writer = engine, writer(engine)

    def count(self, issue: str, segment: str, article: str) -> None:
        """Count that a story of an edition was opened."""
        put = insert(clicks).values(issue=issue, segment=segment, article=article, count=1)
        one_more = put.on_conflict_do_update(
            ["issue", "segment", "article"], set_={"count": clicks.c.count + 1}
        )
        with self._writer.begin() as connection:
            connection.execute(one_more)

    def of(self, issue: str) -> Mapping[tuple[str, str], int]:
        """Return how often each story of an issue was opened, by segment and article."""
        found = select(clicks.c.segment, clicks.c.article, clicks.c.count)
        with self._engine.connect() as connection:
            rows = connection.execute(found.where(clicks.c.issue == issue))
            return {(segment, article): count for segment, article, count in rows}
