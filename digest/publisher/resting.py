"""Resting: which sources are read now, what became of each, and how editors let one rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from digest.editorial.patch_reading import named
from digest.errors import Unknown, UsageError
from digest.model import Source
from digest.ports import State
from digest.publisher.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """A source's rest: who asked for it, and the day from which on it is read again, if any."""

    by: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """A source as people see it: when it was read last, with which result, and what is wrong.

    `said` is why its last run failed; it is read again at `next`, but not where it is `gone` for good.
    `found` is the feed's own address, where feeds.yaml names a page that leads to it.
    `rest` is an editor's; a source that feeds.yaml lets rest has `enabled` for that.
    """

    source: Source
    is_active: bool
    result: str | None = None
    read: datetime | None = None
    failing: str | None = None
    said: str | None = None
    next: datetime | None = None
    gone: bool = False
    found: str | None = None
    rest: Rest | None = None


def active_sources(services: Services) -> Mapping[str, Source]:
    """Return the sources that are read now: those that neither feeds.yaml nor an editor lets rest."""
    states, now = services.articles.states(), services.clock()
    today = _today(services)
    return {
        name: source
        for name, source in services.config.active_sources(now).items()
        if _rest(states.get(_key(name), {}), today) is None
    }


def rest(services: Services, name: str, until: date | None, by: str) -> None:
    """Let a source rest until a day, or until somebody ends it; its articles are not printed meanwhile."""
    _check(services, name)
    if until is not None and until <= _today(services):
        raise UsageError(f"until {until} is over; let it rest until a day that comes")
    said = {"by": named(by), "until": until.isoformat() if until else None}
    services.articles.remember({_key(name): said})


def end_rest(services: Services, name: str) -> None:
    """Read a source again that an editor let rest."""
    _check(services, name)
    services.articles.remember({_key(name): {}})


def sources(services: Services) -> list[SourceReport]:
    """Return what there is to tell of every source, in the order of feeds.yaml."""
    states, active = services.articles.states(), active_sources(services)
    today = _today(services)
    reports = []
    for name, source in services.config.sources.items():
        state = states.get(name, {})
        last = state.get("last") or {}
        report = SourceReport(
            source=source,
            is_active=name in active,
            result=last.get("status"),
            read=datetime.fromisoformat(last["at"]) if last.get("at") else None,
            failing=str(state["reason"]) if state.get("since") and state.get("reason") else None,
            said=last.get("error"),
            next=datetime.fromisoformat(state["next"]) if state.get("next") else None,
            gone=bool(state.get("gone")),
            found=state.get("found"),
            rest=_rest(states.get(_key(name), {}), today),
        )
        reports.append(report)
    return reports


def _rest(said: State, today: date) -> Rest | None:
    if not said:
        return None
    until = date.fromisoformat(said["until"]) if said.get("until") else None
    return Rest(by=said["by"], until=until) if until is None or today < until else None


def _key(name: str) -> str:
    """Return where a rest is kept: apart from the state that a pull may be writing just now."""
    return f"{name}:rest"


def _check(services: Services, name: str) -> None:
    if name not in services.config.sources:
        raise Unknown("source", name, services.config.sources)


def _today(services: Services) -> date:
    return services.clock().astimezone(ZoneInfo(services.config.publication.timezone)).date()
