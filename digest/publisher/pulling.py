"""Pull: fetch the sources, find again what is known, and keep what is new."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from digest.editorial.identity import identify, keys_of
from digest.errors import Overlapped, Unknown, UsageError
from digest.model import StoredResult
from digest.ports import Progress, Pulled, State
from digest.publisher.resting import active_sources
from digest.publisher.services import Services

_WORSE = ("", "unchanged", "waiting", "ok", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class PullReport:
    """What one source gave: `status` is ok, unchanged, failed or waiting."""

    name: str
    status: str
    new: int = 0
    updated: int = 0
    seen: int = 0
    error: str | None = None
    warnings: tuple[str, ...] = ()


def pull(
    services: Services, names: Sequence[str], *, force: bool, progress: Progress | None
) -> list[PullReport]:
    """Fetch every source, or the named ones; Unknown for a name that is none."""
    for name in names:
        if name not in services.config.sources:
            raise Unknown("source", name, services.config.sources)
    active, today = active_sources(services), services.config.active_sources(services.clock())
    for name in names:
        if name not in today:
            said = str(services.config.sources[name].enabled).lower()
            raise UsageError(f"source {name} rests: it says `enabled: {said}`")
        if name not in active:
            raise UsageError(f"source {name} rests, as an editor asked; the desk ends that")
    wanted = [source for name, source in active.items() if not names or name in names]
    reports = {source.name: PullReport(name=source.name, status="") for source in wanted}
    states, later, now = services.articles.states(), dict[str, State](), services.clock()
    for pulled in services.sources.pull(wanted, states, now, force=force, progress=progress):
        batch = pulled
        if pulled.status != "waiting":  # noted are the last fetch's time, result and reason
            last = {"status": pulled.status, "at": now.isoformat()}
            if pulled.error:
                last["error"] = pulled.error
            batch = replace(pulled, state={**pulled.state, "last": last})
        filed = _file(services, batch) if batch.sightings else ()
        if not batch.sightings and batch.state != states.get(batch.source):
            later[batch.source] = batch.state
        else:
            later.pop(batch.source, None)
        report = reports[batch.source]
        changes = [one.change for one in filed]
        reports[batch.source] = replace(
            report,
            status=max(report.status, batch.status, key=_WORSE.index),
            new=report.new + changes.count("new"),
            updated=report.updated + changes.count("updated"),
            seen=report.seen + len(batch.sightings),
            error=batch.error or report.error,
            warnings=(*report.warnings, *batch.warnings),
        )
    services.articles.remember(later)
    return [*reports.values()]


def pull_due(services: Services, names: Collection[str] | None = None) -> list[PullReport]:
    """Fetch the sources, all or these, whose time has come, each by its own rhythm."""
    wanted = [name for name in due(services) if names is None or name in names]
    return pull(services, wanted, force=False, progress=None) if wanted else []


def due(services: Services) -> list[str]:
    """Return the sources whose time has come."""
    states, now = services.articles.states(), services.clock()
    return [
        name
        for name, source in active_sources(services).items()
        if services.sources.due(source, states.get(name, {}), now)
    ]


def _file(services: Services, batch: Pulled) -> tuple[StoredResult, ...]:
    """Keep a batch: its articles, each found again where it is known, also where others file meanwhile."""
    keys = {key for sighting in batch.sightings for key in keys_of(sighting)}
    for last in (False, False, False, False, True):
        known = services.articles.by_keys(keys)
        filed = identify(batch.sightings, known, now=services.clock(), backlog=batch.backlog)
        try:
            services.articles.file(batch.source, filed, batch.state, known)
        except Overlapped:
            if last:
                raise
        else:
            break
    return filed
