"""Who did what: what is noted here, and the acts that are kept with each issue."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from itertools import islice

from digest.model import Act, LogEntry
from digest.publisher.services import Services


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
