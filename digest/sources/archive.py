"""An archive: its documents, some at a time, each read once and remembered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from digest.model import Source
from digest.ports import Pulled, State
from digest.sources.folder import changed, read_file, stamps
from digest.sources.means import Visit, ahead
from digest.sources.reading import Document, Reading, is_page, read_pages
from digest.sources.workshop import TookTooLong

_CHUNK = 16
_WINDOW = 4
_BATCH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A batch, and how far the archive has come by it."""

    pulled: Pulled
    done: int
    total: int | None


def pull_folder(visit: Visit, pool: Executor) -> Iterator[Step]:
    """Yield what has changed in a folder; each batch's state makes the next pull go on from there."""
    source, place = visit.source, visit.place
    files = stamps(place, is_page)
    before = visit.state.get("files", {})
    kept = {path: stamp for path, stamp in before.items() if path in files}
    waiting = changed(files, before)
    if not waiting:
        warnings = () if files else ("it holds no .txt, .html or .md file",)
        status = Pulled(
            source=source.name, status="unchanged", state={"files": kept}, warnings=warnings
        )
        yield Step(pulled=status, done=0, total=0)
    chunks = [waiting[i : i + _CHUNK] for i in range(0, len(waiting), _CHUNK)]
    size = max(1, _BATCH, len(chunks) // _BATCH)
    readings = ahead(pool, lambda paths: _read(visit, paths), chunks, _WINDOW)
    done: list[str] = []
    gathered: list[Reading] = []
    for chunk, reading in zip(chunks, readings, strict=True):
        done += chunk
        gathered.append(reading)
        if len(gathered) >= size or len(done) == len(waiting):
            kept = {**kept, **{p: files[p] for p in done}}
            yield Step(
                pulled=_batch(source, gathered, {"files": kept}), done=len(done), total=len(waiting)
            )
            gathered = []


def _read(visit: Visit, paths: Sequence[str]) -> Reading:
    documents, warnings = [], []
    for path in paths:
        try:
            documents.append(Document(data=read_file(visit.place, path), path=path))
        except OSError as error:
            warnings.append(f"{path}: {error.strerror or error}")
    reading = read_safely(visit, tuple(documents))
    return Reading(sightings=reading.sightings, warnings=(*warnings, *reading.warnings))


def read_safely(visit: Visit, documents: tuple[Document, ...]) -> Reading:
    """Read documents in the workshop; one that cannot be read costs only itself."""
    try:
        return visit.means.workshop.run(read_pages, visit.source, documents, visit.now)
    except TookTooLong as error:
        if len(documents) == 1:
            where = documents[0].path or documents[0].url
            return Reading(warnings=(f"{where}: {error}",))
    parts = [read_safely(visit, (d,)) for d in documents]
    return Reading(
        sightings=tuple(s for p in parts for s in p.sightings),
        warnings=tuple(w for p in parts for w in p.warnings),
    )


def _batch(source: Source, readings: Sequence[Reading], state: State) -> Pulled:
    return Pulled(
        source=source.name,
        status="ok",
        sightings=tuple(s for r in readings for s in r.sightings),
        backlog=not source.fresh,
        state=state,
        warnings=tuple(w for r in readings for w in r.warnings),
    )
