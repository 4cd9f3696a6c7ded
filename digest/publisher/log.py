"""Who did what: what is noted here, and the acts that are kept with each issue."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from itertools import islice

from digest.model import Act, LogEntry
from digest.publisher.services import Services

COLUMNS = ("at", "by", "kind", "what", "where")
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would reckon with


def note(services: Services, by: str, kind: str, what: str = "", where: str = "") -> None:
    """Keep what somebody did, now."""
    at = services.clock()
    services.log.note(LogEntry(at=at, by=by, kind=kind, what=what, where=where))


def entries(services: Services, most: int | None) -> Iterator[LogEntry]:
    """Yield who did what, the newest first: all of it where no number is given."""
    acts = (_entry(id_, act) for id_, act in services.issues.newest_acts(most))
    both = heapq.merge(services.log.newest(most), acts, key=lambda each: each.at, reverse=True)
    return islice(both, most)


def _entry(issue: str, act: Act) -> LogEntry:
    """Return an act as the log has it: to which issue, and which changes were asked for."""
    verbs = ", ".join(dict.fromkeys(edit.verb for edit in act.edits))
    said = ": ".join(filter(None, (verbs, act.note)))
    return LogEntry(
        at=act.at, by=act.by, kind=act.kind, what=f"{issue} ({said})" if said else issue
    )


def cells(entry: LogEntry) -> list[str]:
    """Return an entry as a row of a spreadsheet, which reckons with none of it."""
    said = (entry.at.isoformat(), entry.by, entry.kind, entry.what, entry.where)
    return [f"'{text}" if text.startswith(_FORMULAS) else text for text in said]


def masked(address: str) -> str:
    """Return an address as the log may keep it, which outlives the reader's own data."""
    local, _, domain = address.strip().rpartition("@")
    return f"{local[:1]}…@{domain}"
