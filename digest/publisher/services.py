"""What the use-cases work with: the configuration, the ports, a clock and a renderer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from digest.config import Config
from digest.model import EDITORS, Newsletter, Picture, Source
from digest.ports import (
    Articles,
    Audience,
    Deliverer,
    Deliveries,
    Issues,
    Journal,
    Report,
    Sessions,
    SignUps,
    Sources,
    Traces,
)
from digest.render.renderer import Renderer


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything from outside; `clock` tells the time, `key` signs, `versions` names the parts.

    `reports` reads, email by email, what came back.
    """

    config: Config
    sources: Sources
    articles: Articles
    issues: Issues
    audience: Audience
    deliveries: Deliveries
    journal: Journal
    sessions: Sessions
    sign_ups: SignUps
    traces: Traces
    backup: Callable[[str], None]
    is_ready: Callable[[], bool]
    renderer: Renderer
    clock: Callable[[], datetime]
    key: bytes = field(repr=False)
    deliverer: Callable[[str | None], Deliverer]
    reports: Callable[[str | None], Iterable[Sequence[Report]]]
    prepare_picture: Callable[[str, bytes], Picture | None]
    logo: Picture | str | None
    versions: Mapping[str, str]

    def source_of(self, name: str) -> Source | None:
        """Return the source of that name, where the configuration still has it."""
        if name == EDITORS:  # whose pictures may be at any public address
            return Source(name=EDITORS, kind="feed", location=self.config.publication.url)
        return self.config.sources.get(name)

    def newsletter(self, name: str) -> Newsletter:
        """Return the newsletter of that name; Unknown names those there are."""
        return self.config.newsletter(name)
