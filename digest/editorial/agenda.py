"""The agenda: which slot of a newsletter's schedule is to be drafted now, and when an issue goes out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from digest.editorial.calendar import Slot, next_slot, period, slots
from digest.model import Issue, IssueHead, Schedule

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)
_WAITS = frozenset({"draft", "held", "approved"})
_SERVED = frozenset({"approved", "sending", "sent"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """A newsletter's schedule in its zone, and the issues made so far, the oldest first."""

    schedule: Schedule | None
    zone: str
    issues: tuple[IssueHead, ...] = ()

    def due(self, now: datetime, since: datetime) -> Slot | None:
        """Return the slot to draft now: the latest that is over, else the one that comes.

        None where each has its issue. What was missed in an outage is one issue: the latest.
        `since` is when the schedule was first looked at.
        """
        if self.schedule is None:
            return None
        due = [*self._open_slots(self.schedule, now, since)]
        over = [slot for slot in due if slot.sent <= now]
        if over:
            return over[-1]
        latest = self.issues[-1] if self.issues else None
        # while an issue is still to be sent at a slot that comes, none is drafted ahead
        waits = (
            latest is not None
            and latest.status in _WAITS
            and latest.slot is not None
            and latest.send_at is not None
            and latest.send_at > now
        )
        return due[0] if due and not waits else None

    def send_at(self, now: datetime, was: Issue | None, slot: Slot | None) -> datetime:
        """Return when an issue goes out: at its slot, else at the next one, else now."""
        if slot is not None:
            return max(now, slot.sent)
        kept = was.send_at if was else None
        if kept is not None and was is not None and (kept >= now or was.slot is not None):
            return max(
                now, kept
            )  # what is drafted after its time cannot go out before it is drafted
        following = next_slot(self.schedule, self.zone, now)
        return following.sent if following else now

    def just_missed(self, now: datetime, late: timedelta, was: Issue | None) -> Slot | None:
        """Return the slot that was over a short while ago, where no issue has served it.

        A draft that is made then is for that slot, as a cron job at the same minute means it: up to
        `late` after it, and before half the time to the next one. One that is open already (`was`)
        is, if it was to go out then.
        """
        if self.schedule is None:
            return None
        waits_from = now if was is None or was.slot is None else now - self.reach(now, late)
        if was is not None and was.send_at is not None and was.send_at >= waits_from:
            return None
        over = [*slots(self.schedule, self.zone, now - self.reach(now, late) - _INSTANT, now)]
        others = [i for i in self.issues if was is None or i.id != was.id]
        served = any(
            i.slot == over[-1].key
            or (i.status in _SERVED and i.send_at is not None and i.send_at >= over[-1].sent)
            for i in others
            if over
        )
        return over[-1] if over and not served else None

    def reach(self, now: datetime, late: timedelta) -> timedelta:
        """Return how long after its time an issue is still the one for that time."""
        return min(late, self.period(now) / 2)

    def after(self, sent: datetime) -> datetime:
        """Return when the issue after one that goes out at `sent` does."""
        following = next_slot(self.schedule, self.zone, sent)
        return following.sent if following else sent + self.period(sent)

    def period(self, at: datetime) -> timedelta:
        """Return the time from one issue to the next, around a moment."""
        return period(self.schedule, self.zone, at)

    def _open_slots(self, schedule: Schedule, now: datetime, since: datetime) -> Iterator[Slot]:
        last = max((issue.slot for issue in self.issues if issue.slot), default="")
        served = max(
            (i.send_at for i in self.issues if i.send_at and i.status in _SERVED), default=None
        )
        start = since - _MINUTE
        if last:
            local = datetime.fromisoformat(last).replace(tzinfo=ZoneInfo(self.zone))
            start = max(start, local - _DAY)
        for slot in slots(schedule, self.zone, start, now + schedule.draft_before):
            is_open = served is None or slot.sent > served
            # its time has come after it was drafted ahead, with too little then
            was_early = any(
                issue.slot == slot.key
                and issue.status in {"skipped", "held"}
                and issue.window.end < slot.sent <= now
                for issue in self.issues[-1:]
            )
            if is_open and (slot.key > last or was_early):
                yield slot
