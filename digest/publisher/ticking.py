"""A tick of the scheduler: send what may go, draft what is due."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from digest.editorial.calendar import Slot
from digest.errors import DeliveryError, DigestError
from digest.model import Issue
from digest.publisher import approving, drafting, pulling, sending
from digest.publisher.gathering import agenda_of
from digest.publisher.services import Services


def tick(services: Services) -> list[Issue | DigestError]:
    """Send what may go, draft what is due, send what that made; a failure stops no other.

    What is ready goes first: a slot that comes must not take its issue over.
    """
    names = [*services.config.newsletters]
    gone = {
        i.id: _tried(partial(_send_on, services, i)) for n in names for i in _ready(services, n)
    }
    due = [(name, slot) for name in names if (slot := _due(services, name))]
    if due:
        pulling.pull(services, (), force=False, progress=None)
    drafted = [_tried(partial(_draft, services, name, slot)) for name, slot in due]
    for name in names:
        drafted += [_tried(partial(_approve, services, issue)) for issue in _late(services, name)]
    ready = [i for n in names for i in _ready(services, n) if i.id not in gone]
    sent = [_tried(partial(_send_on, services, issue)) for issue in ready]
    return [*gone.values(), *drafted, *sent]


def _due(services: Services, name: str) -> Slot | None:
    newsletter, now = services.newsletter(name), services.clock()
    if newsletter.schedule is None:
        return None
    agenda = agenda_of(services, newsletter, services.issues.all(name))
    return agenda.due(now, services.issues.started(name, now))


def _draft(services: Services, name: str, slot: Slot) -> Issue:
    issue = drafting.draft(services, name, slot=slot).issue
    return _approve(services, issue) if _may_approve(services, issue) else issue


def _late(services: Services, name: str) -> Iterator[Issue]:
    """Yield what no person approves and whose time has come: it was edited since it was drafted."""
    for newest in services.issues.all(name)[-1:]:
        has_come = newest.send_at is not None and newest.send_at <= services.clock()
        if has_come and newest.slot is not None and newest.status == "draft":
            issue = services.issues.get(newest.id)
            yield from [issue] if _may_approve(services, issue) else []


def _may_approve(services: Services, issue: Issue) -> bool:
    automatic = services.newsletter(issue.newsletter).approval == "automatic"
    sound = issue.status == "draft" and not [*drafting.open_errors(issue.findings, ())]
    return automatic and sound


def _approve(services: Services, issue: Issue) -> Issue:
    return approving.approve(services, issue.id, by="schedule", overrides=(), content_hash=None)


def _send_on(services: Services, issue: Issue) -> Issue:
    if error := sending.send(services, issue.id, None).error:
        raise DeliveryError(f"issue {issue.id} is not out yet, and the next tick goes on: {error}")
    return services.issues.get(issue.id)


def _ready(services: Services, name: str) -> Iterator[Issue]:
    """Yield what may be sent now: approved for a slot that has come, or half sent."""
    now, scheduled = services.clock(), services.newsletter(name).schedule is not None
    for issue in services.issues.all(name):
        has_come = issue.send_at is not None and issue.send_at <= now
        goes = issue.status == "approved" and scheduled and has_come
        if goes or issue.status == "sending":
            yield issue


def _tried(act: Callable[[], Issue]) -> Issue | DigestError:
    try:
        return act()
    except DigestError as error:
        return error
