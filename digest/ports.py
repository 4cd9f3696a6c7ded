"""What the use-cases need from outside: protocols of a few methods, declared where they are used."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from digest.model import Article, Filed, Sighting, Source

State = Mapping[str, Any]
"""What a source wants to be reminded of at its next pull: plain JSON values."""

Progress = Callable[[str, int, int | None], None]
"""Called with a source's name, how far it is, and how far it has to go (None: not known)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """A batch of what a source showed, or why there is none.

    `state` is to be stored in the same transaction as the batch. `backlog` tells that the articles
    are an archive's or a first pull's: new when published, not when seen.
    """

    source: str
    status: Literal["ok", "unchanged", "failed", "waiting"]
    sightings: tuple[Sighting, ...] = ()
    backlog: bool = False
    state: State = field(default_factory=dict)
    error: str | None = None
    warnings: tuple[str, ...] = ()


class Sources(Protocol):
    """Get articles and pictures from feeds and archives."""

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
        ...

    def picture(self, source: Source, url: str) -> bytes:
        """Fetch a picture of one of the source's articles; SourceError where it cannot."""
        ...


class Articles(Protocol):
    """Keep articles, and find them again by any of their keys."""

    def by_keys(self, keys: Collection[str]) -> Mapping[str, tuple[Article, ...]]:
        """Return the articles that each key leads to; a key that leads nowhere is absent."""
        ...

    def file(self, source: str, filed: Sequence[Filed], state: State) -> None:
        """Keep a batch and its source's state, in one transaction."""
        ...

    def states(self) -> Mapping[str, State]:
        """Return the last state of every source."""
        ...
