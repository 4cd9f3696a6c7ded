"""An archive: its items, some at a time, each read once and remembered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import PurePosixPath
from typing import Any, TypeVar

from digest.model import Source
from digest.ports import Pulled, State
from digest.sources.fetching.fetch_context import SourcePull, ahead
from digest.sources.parsing.documents import Reading
from digest.sources.worker_pool import TookTooLong

CHUNK = 16
_WINDOW = 4
_CHUNKS = 12
_MOST_BATCHES = 20

Record = TypeVar("Record")
ReadDocuments = Callable[[Source, tuple[Any, ...], datetime], Reading]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something of an archive, by its key: a document or an entry, or why there is none.

    `stamp` tells one version from the next; `again` that the next pull is to try once more.
    """

    key: str
    stamp: str
    content: Any = None
    problem: str | None = None
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveStep:
    """A batch, and how far the archive has come by it; `waiting` tells that a file's day will come.

    `asked` tells that an address was asked for it; `innocent` is the state to keep instead where
    the failure is our own network's.
    """

    pulled: Pulled
    done: int = 0
    total: int | None = None
    asked: bool = False
    innocent: State | None = None
    waiting: bool = False


@dataclass(slots=True)
class _Batch:
    """What has been read since the last step."""

    items: list[Item] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)


def in_batches(
    visit: SourcePull,
    items: Iterable[Item],
    read: ReadDocuments,
    pool: Executor,
    *,
    state: State,
    total: int,
) -> Iterator[ArchiveStep]:
    """ReadDocuments items in a worker and yield them in batches.

    Each batch's state, `state` and the stamps so far, makes the next pull go on from there. There
    are at most 20 batches or as many as 192 items ask for, as each writes its state.
    """
    files = dict(state.get("files", {}))
    size = max(CHUNK * _CHUNKS, total // _MOST_BATCHES)
    batch, done = _Batch(), 0
    iterator = iter(items)
    chunks = iter(lambda: list(islice(iterator, CHUNK)), [])
    for chunk, reading in ahead(pool, lambda c: (c, _read(visit, c, read)), chunks, _WINDOW):
        batch.items += chunk
        batch.readings.append(reading)
        if len(batch.items) >= size:
            done += len(batch.items)
            yield _step(visit, batch, files, state, done=done, total=total)
            batch = _Batch()
    if batch.items:
        yield _step(visit, batch, files, state, done=done + len(batch.items), total=total)


def records_in_batches(
    visit: SourcePull,
    records: Iterable[Record],
    item_of: Callable[[str, Record], Item | None],
    read: ReadDocuments,
    pool: Executor,
    *,
    state: State,
    nothing: str,
) -> Iterator[ArchiveStep]:
    """Yield the records of a file that is read from its beginning, from where the last pull broke off.

    `item_of` makes an item of a record and its number, or None of one that holds no article. Where
    the whole file has none, `nothing` is its warning.
    """
    done = int(state.get("records", 0))
    fresh = ((str(n), record) for n, record in enumerate(records, start=1) if n > done)
    items = (item for key, record in fresh if (item := item_of(key, record)))
    found = False
    for step in in_batches(visit, items, read, pool, state={}, total=0):
        found = True
        last = max((int(key) for key in step.pulled.state["files"]), default=done)
        # how many there are is not known before all have been read
        pulled = replace(step.pulled, state={**state, "records": last})
        yield replace(step, pulled=pulled, total=None)
    if not found:
        yield unchanged(visit, state, *(() if done else (nothing,)))


def unchanged(visit: SourcePull, state: State, *warnings: str) -> ArchiveStep:
    """Return the step of an archive in which there is nothing to do."""
    pulled = Pulled(source=visit.source.name, status="unchanged", state=state, warnings=warnings)
    return ArchiveStep(pulled=pulled, done=0, total=0)


def unread_kinds(paths: Iterable[str]) -> tuple[str, ...]:
    """Return a warning that counts an archive's texts of kinds that are not read; () for none."""
    counted = Counter(PurePosixPath(path).suffix.lower() for path in paths)
    kinds = ", ".join(f"{number} {kind}" for kind, number in counted.most_common())
    return (f"not read, as their kind is not known: {kinds}",) if kinds else ()


def told_first(steps: Iterable[ArchiveStep], warnings: tuple[str, ...]) -> Iterator[ArchiveStep]:
    """Add warnings to the first step."""
    for step in steps:
        told = (*warnings, *step.pulled.warnings)
        yield replace(step, pulled=replace(step.pulled, warnings=told))
        warnings = ()


def finished(steps: Iterable[ArchiveStep], **facts: object) -> Iterator[ArchiveStep]:
    """Add facts to the state of the last step: what is true only when all has been read."""
    last: ArchiveStep | None = None
    waiting = False
    for step in steps:
        if last is not None:
            yield last
        last, waiting = step, waiting or step.waiting
    if last is not None:
        # an archive is not done with as long as one of its files waits for its day
        state = last.pulled.state if waiting else {**last.pulled.state, **facts}
        yield replace(last, pulled=replace(last.pulled, state=state))


def read_safely(visit: SourcePull, contents: tuple[Any, ...], read: ReadDocuments) -> Reading:
    """ReadDocuments contents in a worker; one that cannot be read costs only itself."""
    try:
        return visit.context.workers.run(read, visit.source, contents, visit.now)
    except TookTooLong as error:
        if len(contents) == 1:
            where = getattr(contents[0], "path", None) or getattr(contents[0], "url", None)
            return Reading(warnings=(f"{where or 'an entry'}: {error}",))
    parts = [read_safely(visit, (c,), read) for c in contents]
    return Reading(
        sightings=tuple(s for p in parts for s in p.sightings),
        warnings=tuple(w for p in parts for w in p.warnings),
        waiting=tuple(w for p in parts for w in p.waiting),
    )


def _read(visit: SourcePull, items: Sequence[Item], read: ReadDocuments) -> Reading:
    contents = tuple(i.content for i in items if i.content is not None)
    reading = read_safely(visit, contents, read) if contents else Reading()
    problems = tuple(f"{i.key}: {i.problem}" for i in items if i.problem)
    return replace(reading, warnings=(*problems, *reading.warnings))


def _step(
    visit: SourcePull, batch: _Batch, files: dict[str, str], state: State, *, done: int, total: int
) -> ArchiveStep:
    waiting = {path for r in batch.readings for path in r.waiting}
    files.update({i.key: i.stamp for i in batch.items if not i.again and i.key not in waiting})
    pulled = Pulled(
        source=visit.source.name,
        status="ok",
        sightings=tuple(s for r in batch.readings for s in r.sightings),
        backlog=not visit.source.fresh,
        state={**state, "files": dict(files)},
        warnings=tuple(w for r in batch.readings for w in r.warnings),
    )
    return ArchiveStep(pulled=pulled, done=done, total=total, waiting=bool(waiting))
