"""A worker: it does the jobs that others found due, several at a time, until it is asked to end."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from procrastinate import App, BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from procrastinate.manager import JobManager

from digest import schedule
from digest.errors import Busy, DigestError, TakenForDead, TakenOver
from digest.ports import Shard
from digest.publisher import Publisher
from digest.store.jobs import HEARTBEAT, STALLED, StoredJobs

_FIRST_REST = timedelta(
    seconds=5
)  # before a job that failed is done again; twice as long each time
_LONGEST_REST = timedelta(minutes=10)
_NAP = 1.0  # seconds, until a server that is gone is asked for again
_POLL = 5.0  # seconds, should a notice that there is work get lost

_log = logging.getLogger("digest")


def work(publisher: Publisher, queues: Sequence[str], concurrency: int) -> None:
    """Work until asked to end; DigestError where the database is of another version."""
    assert isinstance(publisher.jobs, StoredJobs), "with SQLite there are no workers"  # noqa: S101
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)  # what a job does says so itself
    asyncio.run(_JobWorker(publisher, publisher.jobs).run(queues, concurrency))


class _NotYet(Exception):
    """A job that is to be gone on with after a while."""

    def __init__(self, rest: timedelta) -> None:
        self.rest = rest


class _RetryLater(BaseRetryStrategy):
    """What failed is done again, later each time: what is due stays due until it is done."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        """Return when."""
        if isinstance(exception, _NotYet):
            rest = exception.rest
        else:
            rest = min(_FIRST_REST * 2 ** min(job.attempts, 10), _LONGEST_REST)
        return RetryDecision(retry_at=datetime.now(UTC) + rest)


class _Records(JobManager):
    """What became of jobs: where it cannot be written down, the worker begins anew.

    A job that stays a living worker's would be nobody's: who sweeps takes it for one that is being done.
    """

    def __init__(self, app: App, begin_anew: Callable[[], None]) -> None:
        super().__init__(app.connector)
        self._begin_anew = begin_anew

    async def finish_job(self, *stated: Any, **named: Any) -> None:  # noqa: ANN401 - as it has them
        """Write down that a job is done."""
        await self._written(super().finish_job(*stated, **named))

    async def retry_job(self, *stated: Any, **named: Any) -> None:  # noqa: ANN401 - as it has them
        """Write down that a job is to be done again."""
        await self._written(super().retry_job(*stated, **named))

    async def _written(self, writing: Coroutine[Any, Any, None]) -> None:
        try:
            await writing
        except ConnectorException as error:
            _log.error("what became of a job cannot be written down: %s", error.__cause__ or error)
            self._begin_anew()


class _JobWorker:
    def __init__(self, publisher: Publisher, jobs: StoredJobs) -> None:
        self._publisher, self._jobs = publisher, jobs
        self._refused: DigestError | None = None
        self._ends = False
        self._work: asyncio.Task[None] | None = None

    async def run(self, queues: Sequence[str], concurrency: int) -> None:
        """Do what is in the queues; a server that is gone is waited for."""
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, self._end)
        # as many threads as jobs: one that were taken and not begun would wait in vain
        loop.set_default_executor(ThreadPoolExecutor(concurrency, "job"))
        app = self._jobs.app()
        app.job_manager = _Records(app, self._break_off)
        self._take_up(app, loop)
        _log.info("a worker for %s, %d at a time", ", ".join(queues), concurrency)
        while not self._ends:
            working = self._until_it_breaks(app, queues, concurrency)
            self._work = asyncio.create_task(working)
            with suppress(asyncio.CancelledError):
                await self._work
            if not self._ends:
                _log.warning("the worker's connection broke; it begins anew")
                await asyncio.sleep(_NAP)
        if self._refused is not None:
            raise self._refused

    async def _until_it_breaks(self, app: App, queues: Sequence[str], concurrency: int) -> None:
        try:
            async with app.open_async():
                await app.run_worker_async(
                    queues=[*queues],
                    concurrency=concurrency,
                    delete_jobs="always",
                    fetch_job_polling_interval=_POLL,
                    update_heartbeat_interval=HEARTBEAT,
                    stalled_worker_timeout=STALLED,
                    install_signal_handlers=False,
                )
        except (ConnectorException, psycopg.Error, OSError) as error:
            _log.error("the worker waits for the database: %s", error.__cause__ or error)

    def _end(self) -> None:
        """Begin no other job; what is open is finished, and a shard that is half sent goes on elsewhere."""
        self._ends = True
        self._publisher.stop()
        self._break_off()

    def _break_off(self) -> None:
        """Take no other job; what is open is finished."""
        if self._work is not None:
            self._work.cancel()

    def _take_up(self, app: App, loop: asyncio.AbstractEventLoop) -> None:
        """Say what each kind of job does."""

        def task(name: str, act: Callable[..., None]) -> None:
            def done(context: JobContext, /, **values: Any) -> None:  # noqa: ANN401 - as the job says
                self._do(lambda: act(context, **values), loop)

            # what the scheduler finds due anew is not put back: the next of its kind may wait already,
            # and there may be no second, so that neither would ever be done
            retry = _RetryLater() if name == "send" else False
            app.task(name=name, queue=name, pass_context=True, retry=retry)(done)

        task("pull", lambda _context, names: schedule.pull(self._publisher, names))
        task("draft", lambda _context, names: schedule.tick(self._publisher, names))
        task("send", self._send)

    def _do(self, act: Callable[[], None], loop: asyncio.AbstractEventLoop) -> None:
        try:
            self._jobs.check()
        except DigestError as error:
            if not isinstance(error, Busy):
                self._refused = error
                loop.call_soon_threadsafe(self._end)
            raise
        try:
            act()
        except TakenForDead:
            # whatever became of its jobs is others' now: even to say that they are done would be wrong
            _log.error("this worker stood still for so long that others have its work; it ends")
            logging.shutdown()
            os._exit(1)
        except TakenOver:
            return
        except DigestError as error:
            _log.error("%s", error)
            raise
        except _NotYet:
            raise
        except Exception:
            _log.exception("a job failed, and is done again later")
            raise

    def _send(self, context: JobContext, issue: str, cut: str, after: str, last: str) -> None:
        job = context.job
        if job.id is None:
            return
        shard = Shard(
            issue=issue, cut=cut, after=after, last=last, job=job.id, attempt=job.attempts
        )
        after_it = self._publisher.send_shard(shard)
        if isinstance(after_it, timedelta):
            raise _NotYet(after_it)
        if after_it is not None:
            schedule.report(self._publisher, after_it)
