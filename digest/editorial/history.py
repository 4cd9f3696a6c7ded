"""The past: what each segment has had, and what editors put off, hid or announced for longer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from digest.model import Edit, Issue, Window

SENT = frozenset({"sending", "sent"})
_PLACING = frozenset({"pin", "add", "hide", "delay"})
_WORDS = frozenset({"add", "title", "summary", "picture"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What a segment has had: `sent` names the issue of each article.

    Editors of earlier issues hid what is `hidden`, put off what is `delayed` beyond this issue, and
    put off to this issue what is `waiting`. Articles that were new after `carried_from` and found
    no place are carried over.
    """

    window: Window
    sent: Mapping[str, str] = field(default_factory=dict)
    carried_from: datetime | None = None
    waiting: frozenset[str] = frozenset()
    delayed: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A newsletter's issues that were sent or skipped, the oldest first, and the edits of each.

    `ledger` holds by segment which issue had each article.
    """

    issues: tuple[Issue, ...] = ()
    edits: Mapping[str, tuple[Edit, ...]] = field(default_factory=dict)
    ledger: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def past(self, segment: str, window: Window, sent: datetime, *, carries: bool) -> Past:
        """Return a segment's past for an issue that goes out at `sent`.

        `window` is what it is as long as the segment has had nothing; else it starts where its
        last edition's ended.
        """
        last = next((i for i in reversed(self.issues) if _had_edition(i, segment)), None)
        had = last.windows[segment] if last else None
        words = self._last_words(segment)
        put_off = {id_: said for id_, said in words.items() if said[1].verb == "delay"}
        late = {id_ for id_, (_, e) in put_off.items() if e.start is not None and e.start > sent}
        due = {id_ for id_, (n, e) in put_off.items() if self._is_due(n, e, segment)}
        return Past(
            window=Window(start=min(had.end, window.end), end=window.end) if had else window,
            sent=self.ledger.get(segment, {}),
            carried_from=had.start if had and carries else None,
            waiting=frozenset(due - late),
            delayed=frozenset(late),
            hidden=frozenset(id_ for id_, (_, e) in words.items() if e.verb == "hide"),
        )

    def window(self, segment: str, now: datetime, period: timedelta) -> Window:
        """Return the window of a segment that has had nothing: from its first one's start, else a period."""
        asked = [i.windows[segment].start for i in self.issues if segment in i.windows]
        return Window(start=min([now - period, *asked]), end=now)

    def carried(self, now: datetime, pasts: Mapping[str, Past]) -> tuple[Edit, ...]:
        """Return the edits of earlier issues that still speak: notices, and words on what waits.

        Words speak to the segments alone for which their article waits.
        """
        words = (
            replace(edit, segment=name)
            for _, edit in self._edits()
            for name, past in pasts.items()
            if edit.verb in _WORDS and edit.article in past.waiting
            if edit.segment in {None, name}
        )
        return (*self._notices(now), *words)

    def _notices(self, now: datetime) -> Iterator[Edit]:
        """Yield the notices as long as the end of any of the same words has not come.

        One without an end was for its own issue alone.
        """
        said = [e for _, e in self._edits() if e.verb == "notice"]
        ended = [e if e.end else replace(e, end=now) for e in said]
        live = {e.value for e in ended if e.end and e.end > now}
        yield from (e for e in ended if e.value in live)

    def _edits(self) -> Iterator[tuple[int, Edit]]:
        for place, issue in enumerate(self.issues):
            yield from ((place, edit) for edit in self.edits[issue.id])

    def _last_words(self, segment: str) -> dict[str, tuple[int, Edit]]:
        """Return the last word on each article for the segment or for all, and its issue's place."""
        return {
            edit.article: (place, edit)
            for place, edit in self._edits()
            if edit.verb in _PLACING and edit.article and edit.segment in {None, segment}
        }

    def _is_due(self, place: int, delay: Edit, segment: str) -> bool:
        """Tell whether no edition since took up what was delayed."""
        return not any(
            _had_edition(issue, segment) and (delay.start or _when(issue)) <= _when(issue)
            for issue in self.issues[place + 1 :]
        )


def goes_on(edit: Edit) -> bool:
    """Tell whether a skipped issue hands an edit on: on an article, and not to that issue's next."""
    return edit.article is not None and (edit.verb != "delay" or edit.start is not None)


def _had_edition(issue: Issue, segment: str) -> bool:
    return issue.status in SENT and segment in issue.printed


def _when(issue: Issue) -> datetime:
    return issue.send_at or issue.window.end
