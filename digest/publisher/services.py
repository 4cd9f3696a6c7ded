"""What the use-cases work with: the configuration, the ports, a clock and a renderer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event

from digest.config import Config
from digest.model import EDITORS, Newsletter, Picture, Source
from digest.plugins import Plugin
from digest.ports import (
    Accounts,
    Articles,
    Audience,
    Campaigns,
    Clicks,
    Deliverer,
    Deliveries,
    Dispatches,
    Hook,
    Issues,
    Journal,
    Log,
    LogReading,
    Post,
    Report,
    Search,
    Sessions,
    Shards,
    SignUps,
    SkippedDays,
    Sources,
    Tokens,
    Traces,
    Workers,
)
from digest.render.renderer import Renderer
from digest.render.templates import TemplateLoader


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything from outside; `clock` tells the time, `key` signs, `versions` names the parts.

    `reports` reads, email by email, what came back; `hook` is a service's, by its name. `relay_log`
    reads a log for Message-IDs. `campaigns` is what issues go out by instead, where they go to lists.
    Once `stopping` is set, nothing more is begun to be sent. `jobs` and `shards` are there where others
    do the work; where they are not, this process does.
    """

    config: Config
    sources: Sources
    articles: Articles
    search: Search
    issues: Issues
    audience: Audience
    deliveries: Deliveries
    journal: Journal
    sessions: Sessions
    accounts: Accounts
    log: Log
    skipped_days: SkippedDays
    sign_ups: SignUps
    traces: Traces
    clicks: Clicks
    tokens: Tokens
    dispatches: Dispatches
    backup: Callable[[str], None]
    is_ready: Callable[[], bool]
    renderer: Renderer
    clock: Callable[[], datetime]
    key: bytes = field(repr=False)
    deliverer: Callable[[str | None], Deliverer]
    campaigns: Callable[[], Campaigns] | None
    reports: Callable[[str | None], Iterable[Sequence[Report]]]
    hook: Callable[[str], Hook]
    post: Post
    webhook_templates: TemplateLoader
    relay_log: Callable[[str, Collection[str]], LogReading]
    prepare_picture: Callable[[str, bytes], Picture | None]
    logo: Picture | str | None
    versions: Mapping[str, str]
    jobs: Workers | None = None
    shards: Shards | None = None
    lint_plug_ins: Sequence[Plugin] = ()
    stopping: Event = field(default_factory=Event)

    def source_of(self, name: str) -> Source | None:
        """Return the source of that name, where the configuration still has it."""
        if name == EDITORS:  # whose pictures may be at any public address
            return Source(name=EDITORS, kind="feed", location=self.config.publication.url)
        return self.config.sources.get(name)

    def newsletter(self, name: str) -> Newsletter:
        """Return the newsletter of that name; Unknown names those there are."""
        return self.config.newsletter(name)
