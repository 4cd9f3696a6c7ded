"""The history: what each segment has had, what it still waits for, and which edits still speak."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from digest.editorial import edits as patch
from digest.model import Article, Decided, Edit, IssueHead, Window

SENT = frozenset({"sending", "sent"})
CARRIED = frozenset({"edit.delay", "carry-over"})
"""Why an article waits that has more points for it: it was ready once, and had to stand back."""

_PLACING = frozenset({"pin", "lead", "add", "hold", "hide", "delay"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What a segment has had, and what it has met without a decision.

    It gathers since `since`. `candidates` are the articles that no issue has decided on, among them
    `carried`, which earlier issues left over; `last` is the issue that decided last. `sent` names
    the issue of each article that it has had. Editors of earlier issues hid what is `hidden` and put
    off what is `delayed` beyond this issue. `window` is the span that people are shown.
    """

    window: Window
    since: datetime
    candidates: frozenset[str] = frozenset()
    carried: frozenset[str] = frozenset()
    last: str | None = None
    sent: Mapping[str, str] = field(default_factory=dict)
    delayed: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A newsletter's issues that were sent or skipped, the oldest first, and the edits of each.

    `since` says by segment from when on it gathers: one period before its first draft.
    """

    issues: tuple[IssueHead, ...] = ()
    edits: Mapping[str, tuple[Edit, ...]] = field(default_factory=dict)
    since: Mapping[str, datetime] = field(default_factory=dict)

    def decided(self, segment: str) -> Decided:
        """Return what the last issue that the segment had has decided; nothing before the first."""
        last = self.last(segment)
        return last.decided.get(segment, Decided()) if last else Decided()

    def last(self, segment: str) -> IssueHead | None:
        """Return the last issue that the segment had."""
        return next(
            (i for i in reversed(self.issues) if i.status in SENT and segment in i.printed), None
        )

    def horizon(self, now: datetime) -> tuple[datetime, int]:
        """Return since when, and after which number, something is undecided for some segment."""
        after = min((self.decided(name).up_to for name in self.since), default=0)
        return min(self.since.values(), default=now), after

    def candidates(
        self, segments: Collection[str], articles: Collection[Article], filed: Mapping[str, int]
    ) -> dict[str, frozenset[str]]:
        """Return what each segment has met of the articles and no issue has decided on for good.

        `filed` holds their numbers. Segments that have the same past share one set: most began together.
        """
        found: dict[str, frozenset[str]] = {}
        shared: dict[tuple[int, datetime, frozenset[str]], frozenset[str]] = {}
        for segment in segments:
            decided, since = self.decided(segment), self.since[segment]
            kept = frozenset(decided.waiting) | self.added(segment)
            key = (decided.up_to, since, kept)
            if key not in shared:
                met = (a.id for a in articles if a.new_at and a.new_at >= since)
                undecided = frozenset(id_ for id_ in met if filed[id_] > decided.up_to)
                shared[key] = undecided | kept
            found[segment] = shared[key]
        return found

    def past(
        self,
        segment: str,
        candidates: frozenset[str],
        *,
        now: datetime,
        sent: datetime,
        ledger: Mapping[str, str],
        undone: Collection[Edit] = (),
    ) -> Past:
        """Return a segment's past for an issue that is made at `now` and goes out at `sent`.

        The issue's own editors took back what is `undone`.
        """
        last, since = self.last(segment), self.since.get(segment, now)
        waits = self.decided(segment).waiting
        said = [
            replace(edit, segment=segment)
            for edit in (*(edit for _, edit in self._edits()), *undone)
            if edit.verb in _PLACING and edit.article and _is_for(edit, segment)
        ]
        # of several that stand, as an addition and a hide after it, the last is the word on it
        words = {edit.article: edit for edit in patch.in_force((), said) if edit.article}
        late = {
            article
            for article, edit in words.items()
            if edit.verb in {"delay", "hold"} and edit.start and edit.start > sent
        }
        start = min(last.windows[segment].end, now) if last else since
        return Past(
            window=Window(start=start, end=now),
            since=since,
            candidates=candidates,
            carried=frozenset(id_ for id_, rule in waits.items() if rule in CARRIED) & candidates,
            last=last.id if last else None,
            sent=ledger,
            delayed=frozenset(late),
            hidden=frozenset(id_ for id_, e in words.items() if e.verb == "hide"),
        )

    def carried(self, now: datetime, candidates: Mapping[str, Collection[str]]) -> tuple[Edit, ...]:
        """Return the edits of earlier issues that still speak, given each segment's candidates.

        What editors did to an article stays done for a segment until an issue has decided on the
        article there, also where the segment's edition was absent. Notices stand until their end.
        """
        found = [*self._notices(now)]
        for segment, open_ in candidates.items():
            said = [
                replace(edit, segment=segment)
                for _, edit in self._edits()
                if edit.article in open_ and _is_for(edit, segment)
            ]
            # a delay has undone the pins before it; how long it lasts is the past's to say
            found += (edit for edit in patch.in_force((), said) if edit.verb != "delay")
        return tuple(found)

    def added(self, segment: str) -> frozenset[str]:
        """Return what editors added by hand when the segment had no edition, nor has had one since."""
        last = self.last(segment)
        issues = self.issues[self.issues.index(last) + 1 :] if last else self.issues
        words = [e for issue in issues for e in self.edits.get(issue.id, ()) if _is_for(e, segment)]
        return frozenset(e.article for e in words if e.verb in {"add", "hold"} and e.article)

    def _notices(self, now: datetime) -> Iterator[Edit]:
        """Yield the notices as long as the end of any of the same words has not come.

        One that is booked for a number of issues says how many are left. One without an end or a
        number was for its own issue alone.
        """
        said = [self._left(issue, e) for issue, e in self._edits() if e.verb == "notice"]
        ended = []
        for edit in said:
            is_booked = edit.block is not None and (edit.block.issues or 0) > 0
            ended.append(edit if edit.end or is_booked else replace(edit, end=now))
        live = {e.value for e in ended if e.end is None or e.end > now}
        yield from (e for e in ended if e.value in live)

    def _left(self, since: IssueHead, edit: Edit) -> Edit:
        """Return a notice with the number of issues that it is still booked for."""
        if edit.block is None or edit.block.issues is None:
            return edit
        issues = self.issues[self.issues.index(since) :]
        had = sum(
            issue.status in SENT
            and (edit.segment is None or edit.segment in issue.printed)
            and (edit.start is None or (issue.send_at or issue.created) >= edit.start)
            for issue in issues
        )
        left = edit.block.issues - had
        spent = edit.end if left > 0 else edit.at
        return replace(edit, end=spent, block=replace(edit.block, issues=left))

    def _edits(self) -> Iterator[tuple[IssueHead, Edit]]:
        for issue in self.issues:
            yield from ((issue, edit) for edit in self.edits.get(issue.id, ()))


def _is_for(edit: Edit, segment: str) -> bool:
    return edit.segment is None or edit.segment == segment
