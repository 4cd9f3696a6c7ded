"""A tick of the scheduler: send what may go, draft what is due."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from digest.editorial.calendar import Slot
from digest.errors import DeliveryError, DigestError
from digest.model import Issue
from digest.publisher import approving, drafting, pulling, sending
from digest.publisher.gathering import agenda_of
from digest.publisher.rooms import Rooms


def tick(rooms: Rooms) -> list[Issue | DigestError]:
    """Send what may go, draft what is due, send what that made; a failure stops no other.

    What is ready goes first: a slot that comes must not take its issue over.
    """
    names = [*rooms.config.newsletters]
    gone = {i.id: _tried(partial(_send_on, rooms, i)) for n in names for i in _ready(rooms, n)}
    due = [(name, slot) for name in names if (slot := _due(rooms, name))]
    if due:
        pulling.pull(rooms, (), force=False, progress=None)
    drafted = [_tried(partial(_draft, rooms, name, slot)) for name, slot in due]
    for name in names:
        drafted += [_tried(partial(_approve, rooms, issue)) for issue in _late(rooms, name)]
    ready = [i for n in names for i in _ready(rooms, n) if i.id not in gone]
    sent = [_tried(partial(_send_on, rooms, issue)) for issue in ready]
    return [*gone.values(), *drafted, *sent]


def _due(rooms: Rooms, name: str) -> Slot | None:
    newsletter, now = rooms.newsletter(name), rooms.clock()
    if newsletter.schedule is None:
        return None
    agenda = agenda_of(rooms, newsletter, rooms.issues.all(name))
    return agenda.due(now, rooms.issues.started(name, now))


def _draft(rooms: Rooms, name: str, slot: Slot) -> Issue:
    issue = drafting.draft(rooms, name, slot=slot).issue
    return _approve(rooms, issue) if _may_approve(rooms, issue) else issue


def _late(rooms: Rooms, name: str) -> Iterator[Issue]:
    """Yield what no person approves and whose time has come: it was edited since it was drafted."""
    for newest in rooms.issues.all(name)[-1:]:
        has_come = newest.send_at is not None and newest.send_at <= rooms.clock()
        if has_come and newest.slot is not None and newest.status == "draft":
            issue = rooms.issues.get(newest.id)
            yield from [issue] if _may_approve(rooms, issue) else []


def _may_approve(rooms: Rooms, issue: Issue) -> bool:
    automatic = rooms.newsletter(issue.newsletter).approval == "automatic"
    sound = issue.status == "draft" and not [*drafting.open_errors(issue.findings, ())]
    return automatic and sound


def _approve(rooms: Rooms, issue: Issue) -> Issue:
    return approving.approve(rooms, issue.id, by="schedule", overrides=(), content_hash=None)


def _send_on(rooms: Rooms, issue: Issue) -> Issue:
    if error := sending.send(rooms, issue.id, None).error:
        raise DeliveryError(f"issue {issue.id} is not out yet, and the next tick goes on: {error}")
    return rooms.issues.get(issue.id)


def _ready(rooms: Rooms, name: str) -> Iterator[Issue]:
    """Yield what may be sent now: approved for a slot that has come, or half sent."""
    now, scheduled = rooms.clock(), rooms.newsletter(name).schedule is not None
    for issue in rooms.issues.all(name):
        has_come = issue.send_at is not None and issue.send_at <= now
        goes = issue.status == "approved" and scheduled and has_come
        if goes or issue.status == "sending":
            yield issue


def _tried(act: Callable[[], Issue]) -> Issue | DigestError:
    try:
        return act()
    except DigestError as error:
        return error
