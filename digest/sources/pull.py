"""Pulling: every source gives its batches, or says why it cannot. One that fails stops no other."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from digest.errors import SourceError
from digest.model import Source
from digest.ports import Progress, Pulled, State
from digest.sources.archives.batches import ArchiveStep
from digest.sources.archives.dispatch import pull_archive
from digest.sources.fetching.conditional import Answered
from digest.sources.fetching.fetch_context import FetchContext, SourcePull, ahead, is_address
from digest.sources.fetching.http import FetchError, FetchLimits
from digest.sources.fetching.politeness import HOUR, due_at
from digest.sources.fetching.poll import poll, poll_file
from digest.sources.fetching.throttle import PAUSE, Throttle
from digest.sources.parsing.unreadable import Unreadable
from digest.sources.picture import MAX_PICTURE, file_beside, is_picture
from digest.sources.plugged import kind_of
from digest.sources.state import recalled, with_settings
from digest.sources.worker_pool import TookTooLong, WorkerPool

_THREADS = 8
_WINDOW = 16


class Puller:
    """Get articles and pictures from feeds and archives; relative locations are under `root`.

    `pause` is the time between two requests to a host, in seconds. Documents are read in `workers`
    processes (None: one a processor; 0: in this one, without deadlines).
    """

    def __init__(
        self,
        root: Path,
        user_agent: str,
        *,
        pause: float = PAUSE,
        workers: int | None = None,
        limits: FetchLimits | None = None,
    ) -> None:
        self._context = FetchContext(
            root=root,
            user_agent=user_agent,
            gate=Throttle(pause),
            limits=limits or FetchLimits(),
        )
        self._workers = workers

    def pull(
        self,
        sources: Sequence[Source],
        states: Mapping[str, State],
        now: datetime,
        *,
        force: bool = False,
        progress: Progress | None = None,
    ) -> Iterator[Pulled]:
        """Yield each source's batches, in the sources' order; failures of the network come last."""
        tell = progress or (lambda *_: None)
        known = {s.name: s for s in sources}
        # of its own: where two pull at once, the end of one is not the end of the other's readers
        context = replace(self._context, workers=WorkerPool(self._workers))
        visits = [
            SourcePull(
                source=s,
                state=recalled(s, states.get(s.name, {})),
                now=now,
                context=context,
                force=force,
            )
            for s in sources
        ]
        with closing(context.workers), closing(_steps(visits, tell)) as steps:
            for pulled in _judged(steps):
                source = known[pulled.source]
                looked = pulled
                if not is_address(source.location):  # it lies beside the configuration
                    next_at = (now + (source.every or HOUR)).replace(microsecond=0)
                    state = {**pulled.state, "next": next_at.isoformat()}
                    looked = replace(pulled, state=state)
                yield with_settings(source, looked)

    def due(self, source: Source, state: State, now: datetime) -> bool:
        """Tell whether it is time to ask a source, by its own rhythm."""
        next_at = due_at(source.name, recalled(source, state))
        return not state.get("gone") and (next_at is None or next_at <= now)

    def picture(self, source: Source, url: str) -> bytes:
        """Fetch a picture of one of the source's articles; SourceError where it cannot."""
        data = None
        if not is_address(source.location):
            file = file_beside(self._context.root / source.location, url, source.url_base)
            if file and file.stat().st_size <= MAX_PICTURE:
                data = file.read_bytes()
        if data is None and not is_address(url):
            raise SourceError(source.name, f"there is no picture {url}")
        if data is None:
            limits = replace(self._context.limits, size=MAX_PICTURE)
            try:
                reply = self._context.get(source, url, {"Accept": "image/*"}, limits)
            except FetchError as error:
                raise SourceError(source.name, f"{url}: {error}") from None
            if reply.status != 200:  # noqa: PLR2004 - OK
                raise SourceError(source.name, f"{url}: it answers ({reply.status})")
            data = reply.body
        if not is_picture(data):
            raise SourceError(source.name, f"{url} is not a picture")
        return data


def _steps(visits: Sequence[SourcePull], tell: Progress) -> Generator[ArchiveStep, None, None]:
    with ThreadPoolExecutor(_THREADS) as pool:
        polled = ahead(pool, _poll, visits, _WINDOW)
        for visit in visits:
            tell(visit.source.name, 0, None)
            outcome = next(polled)
            steps: Iterable[ArchiveStep]
            if outcome is None:
                steps = _archive(visit, pool)
            else:
                innocent = outcome.innocent
                asked = outcome.asked
                steps = [
                    ArchiveStep(
                        pulled=outcome.pulled, done=1, total=1, asked=asked, innocent=innocent
                    )
                ]
            for step in steps:
                tell(visit.source.name, step.done, step.total)
                yield step


def _poll(visit: SourcePull) -> Answered | None:
    """Poll a feed; None for an archive, which is no business of one thread alone."""
    if visit.source.kind == "archive":
        return None
    try:
        if visit.source.is_plugged:
            kind_of(visit.source)
        return poll(visit) if is_address(visit.source.location) else poll_file(visit)
    except Exception as error:  # noqa: BLE001 - whatever a source sends, the others go on
        return Answered(pulled=_failed(visit.source, visit.state, error), asked=False)


def _archive(visit: SourcePull, pool: Executor) -> Iterator[ArchiveStep]:
    state = visit.state
    try:
        for step in pull_archive(visit, pool):
            state = step.pulled.state
            yield step
    except Exception as error:  # noqa: BLE001 - whatever a source sends, the others go on
        yield ArchiveStep(pulled=_failed(visit.source, state, error))


def _failed(source: Source, state: State, error: Exception) -> Pulled:
    known = isinstance(error, (OSError, Unreadable, TookTooLong, FetchError))
    reason = getattr(error, "strerror", None) or str(error)
    sentence = reason if known else f"it cannot be read ({type(error).__name__}: {reason[:200]})"
    told = f"{source.location}: {sentence}" if source.location else sentence
    return Pulled(source=source.name, status="failed", state=state, error=told)


def _judged(steps: Iterable[ArchiveStep]) -> Iterator[Pulled]:
    """Yield failures last; where several sources were asked and none answered, none is to blame."""
    held: list[tuple[Pulled, State]] = []
    answered = False
    for step in steps:
        if step.innocent is None:
            answered = answered or step.asked
            yield step.pulled
        else:
            held.append((step.pulled, step.innocent))
    nobody = not answered and len(held) > 1
    for pulled, innocent in held:
        yield replace(pulled, state=innocent) if nobody else pulled
