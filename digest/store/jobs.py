"""Jobs for workers, kept by Procrastinate in the same PostgreSQL."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from digest.errors import Unreachable
from digest.store.database import shown, writer
from digest.store.migrating import refuse_another

if TYPE_CHECKING:  # slow to import, and for those alone who work or sweep
    from procrastinate import App

HEARTBEAT = 10.0
"""Seconds between two signs of life of a worker."""
STALLED = 30.0
"""Seconds without a sign of life after which a worker's jobs are given to others."""
_LOCK_WAIT = 3000  # milliseconds
_GROUP = 20  # sources: those that are read together find out whether it is them or the network that fails
_FIRST = 20  # a newsletter is soon looked at; it does not wait for thousands of another's shards
_DEFER = """
SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(
    :kind, :kind, :priority, :lock, :lock, CAST(:args AS jsonb), NULL)::procrastinate_job_to_defer_v1])
WHERE NOT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE queueing_lock = :lock AND status = 'todo')
"""
_ALIVE = """
SELECT count(*) FROM procrastinate_workers
WHERE last_heartbeat > now() - make_interval(secs => :seconds)
"""


class StoredJobs:
    """The port `Jobs` upon Procrastinate: what waits already is not put there twice."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._writer = engine, writer(engine)

    def draft(self, newsletters: Sequence[str]) -> None:
        """Have each newsletter's issue drafted, and its issues sent, where that is due."""
        for name in newsletters:
            self._defer("draft", name, [name])

    def pull(self, sources: Sequence[str]) -> None:
        """Have sources pulled, in groups."""
        for start in range(0, len(sources), _GROUP):
            group = sources[start : start + _GROUP]
            self._defer("pull", group[0], group)

    def _defer(self, kind: str, name: str, names: Sequence[str]) -> None:
        values = {
            "kind": kind,
            "priority": _FIRST if kind == "draft" else 0,
            "lock": f"{kind} {name}",
            "args": json.dumps({"names": [*names]}),
        }
        with suppress(IntegrityError), self._writer.begin() as connection:  # another's just now
            connection.execute(text(_DEFER), values)

    def sweep(self) -> int:
        """Give the jobs of workers that are silent to others; return how many."""
        return asyncio.run(self._sweep())

    async def _sweep(self) -> int:
        import psycopg  # noqa: PLC0415 - for PostgreSQL alone
        from procrastinate.exceptions import (  # noqa: PLC0415 - as above
            ConnectorException,
            UniqueViolation,
        )
        from procrastinate.jobs import Status  # noqa: PLC0415 - as above

        app, swept = self.app(), 0
        try:
            async with app.open_async():
                found = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED)
                for job in found:
                    with suppress(ConnectorException):  # it was done, or another swept it
                        try:
                            await app.job_manager.retry_job(job, retry_at=datetime.now(UTC))
                        except UniqueViolation:  # the same waits already, for this one to end
                            await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
                        swept += 1
        except (ConnectorException, psycopg.Error) as error:
            raise Unreachable(shown(self._engine), str(error.__cause__ or error)) from None
        return swept

    def workers(self) -> int:
        """Return how many workers are alive."""
        with self._engine.connect() as connection:
            return int(connection.execute(text(_ALIVE), {"seconds": STALLED}).scalar_one())

    def check(self) -> None:
        """DigestError where the database is of another version."""
        refuse_another(self._engine)

    def app(self) -> App:
        """Return Procrastinate upon this database; it is opened by whoever uses it."""
        from procrastinate import App, PsycopgConnector  # noqa: PLC0415 - as above

        url = self._engine.url.set(drivername="postgresql")
        return App(
            connector=PsycopgConnector(
                conninfo=url.render_as_string(hide_password=False),
                min_size=1,
                max_size=4,
                # who stands still with a job in hand holds up nobody who would give it to another
                kwargs={"connect_timeout": 10, "options": f"-c lock_timeout={_LOCK_WAIT}"},
            )
        )
