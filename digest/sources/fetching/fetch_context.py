"""What a pull works with: a place for relative locations, a way to fetch, workers to read in."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from digest.model import Source
from digest.ports import State
from digest.sources.fetching.http import FetchLimits, Reply, fetch
from digest.sources.fetching.throttle import Throttle
from digest.sources.worker_pool import WorkerPool

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchContext:
    """What every source is pulled with."""

    root: Path
    user_agent: str
    gate: Throttle = field(default_factory=Throttle)
    workers: WorkerPool = field(default_factory=WorkerPool)
    limits: FetchLimits = field(default_factory=FetchLimits)

    def get(
        self,
        source: Source,
        url: str,
        headers: Mapping[str, str] | None = None,
        limits: FetchLimits | None = None,
    ) -> Reply:
        """Fetch an address for a source, when its host is free; raises FetchError."""
        with self.gate.passing(url):
            return fetch(
                url,
                user_agent=self.user_agent,
                headers=headers,
                allow_hosts=source.allow_hosts,
                limits=limits or self.limits,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePull:
    """One source's turn in a pull: what is known of it, when, and in which context."""

    source: Source
    state: State
    now: datetime
    context: FetchContext
    force: bool = False

    @property
    def place(self) -> Path:
        """Where a location that is a path leads."""
        return self.context.root / self.source.location

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Reply:
        """Fetch an address for the source; raises FetchError."""
        return self.context.get(self.source, url, headers)


def is_address(location: str) -> bool:
    """Tell whether a location is an address and not a path."""
    return location.lower().startswith(("http://", "https://"))


def ahead(pool: Executor, task: Callable[[T], U], items: Iterable[T], window: int) -> Iterator[U]:
    """Yield a task's results in the items' order, at most `window` of them being worked on."""
    waiting: deque[Future[U]] = deque()
    for item in items:
        waiting.append(pool.submit(task, item))
        if len(waiting) >= window:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
