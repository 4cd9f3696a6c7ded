"""Pulling: every source gives its batches, or says why it cannot. One that fails stops no other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from digest.errors import SourceError
from digest.model import Source
from digest.ports import Progress, Pulled, State
from digest.sources.feed import NotAFeed
from digest.sources.folder import changed, read_file, stamp_of, stamps
from digest.sources.picture import MAX_PICTURE, file_beside, is_picture
from digest.sources.reading import Document, is_page, read_feed_document, read_pages

_BATCH = 200


class Puller:
    """Get articles and pictures from feeds and archives; relative locations are under `root`."""

    def __init__(self, root: Path, user_agent: str) -> None:
        self._root = root
        self._user_agent = user_agent

    def pull(
        self,
        sources: Sequence[Source],
        states: Mapping[str, State],
        now: datetime,
        *,
        force: bool = False,
        progress: Progress | None = None,
    ) -> Iterator[Pulled]:
        """Yield each source's batches as they come; a source that fails yields its failure."""
        for source in sources:
            tell = progress or (lambda *_: None)
            try:
                yield from self._pull(source, states.get(source.name, {}), now, tell)
            except (OSError, NotAFeed) as error:
                reason = getattr(error, "strerror", None) or str(error)
                yield Pulled(
                    source=source.name, status="failed", error=f"{source.location}: {reason}"
                )

    def picture(self, source: Source, url: str) -> bytes:
        """Fetch a picture of one of the source's articles; SourceError where it cannot."""
        place = self._root / source.location
        file = file_beside(place, url, source.url_base)
        if file is None or file.stat().st_size > MAX_PICTURE:
            raise SourceError(source.name, f"the picture {url} is not there")
        data = file.read_bytes()
        if not is_picture(data):
            raise SourceError(source.name, f"{url} is not a picture")
        return data

    def _pull(
        self, source: Source, state: State, now: datetime, tell: Progress
    ) -> Iterator[Pulled]:
        place = self._root / source.location
        if source.kind == "feed":
            yield self._feed_file(source, place, state, now)
        else:
            yield from self._folder(source, place, state, now, tell)

    def _feed_file(self, source: Source, place: Path, state: State, now: datetime) -> Pulled:
        stamp = stamp_of(place.stat())
        if state.get("stamp") == stamp:
            return Pulled(source=source.name, status="unchanged", state=state)
        document = Document(data=read_file(place.parent, place.name))
        reading = read_feed_document(source, document, now)
        return Pulled(
            source=source.name,
            status="ok",
            sightings=reading.sightings,
            backlog=not source.fresh and not state,
            state={"stamp": stamp},
            warnings=reading.warnings,
        )

    def _folder(
        self, source: Source, place: Path, state: State, now: datetime, tell: Progress
    ) -> Iterator[Pulled]:
        files = stamps(place, is_page)
        before = state.get("files", {})
        kept = {path: stamp for path, stamp in before.items() if path in files}
        waiting = changed(files, before)
        if not waiting:
            yield Pulled(source=source.name, status="unchanged", state={"files": kept})
        for start in range(0, len(waiting), _BATCH):
            paths = waiting[start : start + _BATCH]
            documents = tuple(Document(data=read_file(place, p), path=p) for p in paths)
            reading = read_pages(source, documents, now)
            kept = {**kept, **{p: files[p] for p in paths}}
            tell(source.name, start + len(paths), len(waiting))
            yield Pulled(
                source=source.name,
                status="ok",
                sightings=reading.sightings,
                backlog=not source.fresh,
                state={"files": kept},
            )
