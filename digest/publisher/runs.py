"""Runs: what each source gave, in its newest run and over the last weeks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from digest.publisher.resting import SourceReport, sources
from digest.publisher.services import Services

WEEK = timedelta(days=7)
WEEKS = 12  # that the plots show


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRun:
    """A source, how many articles were new in its newest run, and in each of the last weeks.

    `weeks` has the oldest first; the last is the seven days up to now.
    """

    report: SourceReport
    new: int
    weeks: tuple[int, ...]


def runs(services: Services) -> list[SourceRun]:
    """Return what each source gave: those that fail first, then in the order of feeds.yaml."""
    found, now = sources(services), services.clock()
    read = {report.source.name: report.read for report in found}
    new = defaultdict[str, int](int)
    weeks = defaultdict[str, list[int]](lambda: [0] * WEEKS)
    for name, at in services.articles.arrivals(now - WEEKS * WEEK):
        if at <= now:
            weeks[name][WEEKS - 1 - min((now - at) // WEEK, WEEKS - 1)] += 1
        run = read.get(name)
        new[name] += run is not None and at >= run
    return [
        SourceRun(report=r, new=new[r.source.name], weeks=tuple(weeks[r.source.name]))
        for r in sorted(found, key=lambda r: not (r.failing or r.result == "failed"))
    ]
