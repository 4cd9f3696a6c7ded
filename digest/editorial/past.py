"""The past: what each segment has had, and what editors put off, hid or announced for longer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from digest.editorial import edits as patch
from digest.model import Edit, Issue, Verb, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What a segment has had: `sent` names the issue of each article, `waiting` was delayed to now, `hidden` was hidden then.

    Articles that were new after `carried_from` and found no place are carried over.
    """

    window: Window
    sent: Mapping[str, str] = field(default_factory=dict)
    carried_from: datetime | None = None
    waiting: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A newsletter's sent issues, the oldest first, the edits of each, and each segment's ledger."""

    sent: tuple[Issue, ...] = ()
    edits: Mapping[str, tuple[Edit, ...]] = field(default_factory=dict)
    ledger: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def past(self, segment: str, now: datetime, period: timedelta, *, carries: bool) -> Past:
        """Return a segment's past; its window starts where its last issue's ended, else a period ago."""
        last = next((i for i in reversed(self.sent) if _had_edition(i, segment)), None)
        had = last.windows[segment] if last else None
        return Past(
            window=Window(start=min(had.end, now) if had else now - period, end=now),
            sent=self.ledger.get(segment, {}),
            carried_from=had.start if had and carries else None,
            waiting=frozenset(self._waiting(segment, now)),
            hidden=frozenset(self._named("hide", self.sent, segment)),
        )

    def notices(self, now: datetime) -> tuple[Edit, ...]:
        """Return the notices of sent issues that have an end, as long as it has not come."""
        said = (e for i in self.sent for e in self.edits[i.id] if e.verb == "notice")
        return tuple(e for e in patch.add((), said) if e.end is not None and e.end > now)

    def _waiting(self, segment: str, now: datetime) -> Iterator[str]:
        """Yield what was delayed and is due: by its day, else in the next edition."""
        yield from self._named("delay", self._since_last(segment), segment)
        for edit in self._edits("delay", self.sent, segment):
            if edit.article and edit.start is not None and edit.start <= now:
                yield edit.article

    def _since_last(self, segment: str) -> tuple[Issue, ...]:
        """Return the last issue with an edition for the segment, and those after it, the newest first."""
        found: list[Issue] = []
        for issue in reversed(self.sent):
            found.append(issue)
            if _had_edition(issue, segment):
                break
        return tuple(found)

    def _named(self, verb: Verb, issues: Iterable[Issue], segment: str) -> Iterator[str]:
        for edit in self._edits(verb, issues, segment):
            if edit.article and edit.start is None:
                yield edit.article

    def _edits(self, verb: Verb, issues: Iterable[Issue], segment: str) -> Iterator[Edit]:
        for issue in issues:
            for edit in self.edits[issue.id]:
                if edit.verb == verb and edit.segment in {None, segment}:
                    yield edit


def _had_edition(issue: Issue, segment: str) -> bool:
    return any(edition.segment == segment for edition in issue.editions)
