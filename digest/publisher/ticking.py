"""A tick of the scheduler: send what may go, draft what is due."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from digest.editorial import lifecycle
from digest.editorial.calendar import Slot
from digest.errors import DeliveryError, DigestError, Failure, HeldEditions, Overtaken
from digest.model import Issue, IssueHead
from digest.publisher import (
    approving,
    dispatching,
    drafting,
    log,
    pulling,
    sending,
    sharing,
    telling,
)
from digest.publisher.gathering import agenda_of, regular
from digest.publisher.overtaken import draft_again
from digest.publisher.services import Services
from digest.publisher.telling import SlotResult


def tick(services: Services, names: Collection[str] | None = None) -> list[SlotResult]:
    """Send what may go, draft what is due, send what that made, of all newsletters or of some.

    A failure stops no other.

    What is ready goes first: a slot that comes must not take its issue over.
    """
    done: dict[str, list[SlotResult]] = {
        name: [] for name in services.config.newsletters if names is None or name in names
    }
    due: dict[str, Slot] = {}

    def each(act: Callable[[str], Iterator[SlotResult]]) -> None:
        """Do something for every newsletter; whatever goes wrong with one ends there."""
        for name, outcomes in done.items():
            try:
                outcomes.extend(act(name))
            except DigestError as error:
                outcomes.append(error)
            except Exception as error:  # noqa: BLE001 - what one meets may stop no other
                outcomes.append(Failure(name, error))

    def note_due(name: str) -> Iterator[SlotResult]:
        # what was held just now is told first; its slot may be taken over by the next tick
        held = any(isinstance(one, Issue) and one.status == "held" for one in done[name])
        newsletter, now = services.newsletter(name), services.clock()
        if not held and newsletter.schedule is not None:
            agenda = agenda_of(services, newsletter, regular(services, name))
            since = services.issues.started(name) or services.issues.start(name, now)
            if slot := agenda.due(now, since):
                due[name] = slot
        yield from ()

    def tell(name: str) -> Iterator[SlotResult]:
        failures = [str(one) for one in done[name] if isinstance(one, DigestError)]
        dispatching.tell_failures(services, name, failures)
        telling.tell_editors(services, name, done[name])
        yield from ()

    each(lambda name: _send_ready(services, name, ()))
    each(note_due)
    missed = [_pull(services)] if due else []
    each(lambda name: _draft_due(services, name, due.get(name)))
    tried = {
        o.id for some in done.values() for o in some if isinstance(o, Issue) and o.status in _TRIED
    }
    each(lambda name: _send_ready(services, name, tried))
    each(tell)
    return [*filter(None, missed), *(one for outcomes in done.values() for one in outcomes)]


def _pull(services: Services) -> DigestError | None:
    """Pull before what is due is drafted; what is stored can be drafted all the same."""
    try:
        pulling.pull(services, (), force=False, progress=None)
    except DigestError as error:
        return error
    except Exception as error:  # noqa: BLE001 - as for a newsletter
        return Failure("pull", error)
    return None


_TRIED = frozenset({"sending", "sent", "held"})


def _draft_due(services: Services, name: str, slot: Slot | None) -> Iterator[SlotResult]:
    if slot is not None:
        yield _approved(services, drafting.draft(services, name, slot=slot).issue)
        return
    for newest in regular(services, name)[-1:]:
        # no person approves it, and its time has come: it was edited since it was drafted
        if _has_come(newest, services.clock()) and newest.slot and newest.status == "draft":
            issue = services.issues.get(newest.id)
            yield from [_approved(services, issue)] if _may_approve(services, issue) else []


def _may_approve(services: Services, issue: Issue) -> bool:
    automatic = services.newsletter(issue.newsletter).approval == "automatic"
    sound = issue.status == "draft" and not [*drafting.open_errors(issue.findings, ())]
    return automatic and sound


def _approved(services: Services, issue: Issue) -> Issue:
    """Return a draft, approved where nobody else is to do that."""
    if not _may_approve(services, issue):
        return issue
    return approving.approve(services, issue.id, by="schedule", overrides=(), content_hash=None)


def _send_ready(services: Services, name: str, tried: Collection[str]) -> Iterator[SlotResult]:
    """Send what may go: approved for a slot that has come, or half sent; hold what waited too long."""
    newsletter, now = services.newsletter(name), services.clock()
    for issue in services.issues.heads(name):
        goes_by_itself = newsletter.schedule is not None or issue.special
        approved = issue.status == "approved" and goes_by_itself and _has_come(issue, now)
        if issue.id in tried or issue.stopped or not (approved or issue.status == "sending"):
            continue
        if services.shards is not None and services.shards.are_out(issue.id):
            continue  # workers are at it
        waited = [at for at in (issue.send_at, issue.approved_at) if at is not None]
        if approved and waited and now - max(waited) > newsletter.late:
            yield _hold(services, issue.id, newsletter.late)
            continue
        try:
            yield _send_on(services, issue.id)
        except DigestError as error:
            yield error


def _has_come(issue: IssueHead, now: datetime) -> bool:
    return issue.send_at is not None and issue.send_at <= now


def _hold(services: Services, id_: str, late: timedelta) -> Issue:
    """Hold an approved issue that nobody sent at its time: its news may be old by now."""
    was = services.issues.get(id_)
    hours = round(late.total_seconds() / 3600)
    held = replace(
        was,
        status=lifecycle.after(id_, was.status, "hold"),
        reason=f"it was to go out on {was.send_at:%Y-%m-%d %H:%M} UTC, and that is more than {hours} "
        f"hours ago; {'edit it' if was.special else 'draft it again'}, or discard it",
    )
    services.issues.save(held, services.issues.lock(id_), was=was)
    return held


def _send_on(services: Services, id_: str) -> Issue:
    """Send an issue, or share it out among workers, where there are any."""
    shards = services.shards if services.campaigns is None else None
    try:
        if shards is not None:
            return sharing.share_out(services, shards, id_)
        done = sending.send(services, id_, None)
    except Overtaken as error:
        again = draft_again(services, id_, error)
        return _send_on(services, id_) if again.status == "approved" else again
    log.note(services, "schedule", "send", f"{id_} ({done.sent} sent)")
    issue = services.issues.get(id_)
    if done.error and not issue.stopped:
        raise DeliveryError(f"issue {id_} is not out yet, and the next tick goes on: {done.error}")
    if done.error:
        raise DeliveryError(done.error)
    if done.held_editions:
        raise HeldEditions(id_, done.held_editions, done.held_for or "")
    return issue
