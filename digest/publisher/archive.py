"""What went out: all of it, and a newsletter's public archive of the one edition that anybody may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from digest.editorial.history import SENT
from digest.errors import Unknown
from digest.model import DeliveryState, Issue, IssueHead, Message
from digest.publisher.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """An issue that anybody may read: its subject, and when it went out."""

    issue: str
    subject: str
    at: datetime


def archive(services: Services, name: str) -> list[Archived]:
    """Return what a newsletter's archive holds, the newest first; Unknown where it has none."""
    segment, now = _segment(services, name), services.clock()
    found = [
        Archived(issue=head.id, subject=head.printed[segment], at=_went_out(head, now))
        for head in services.issues.heads(name)
        if _is_public(head, segment)
    ]
    return sorted(found, key=lambda each: each.at, reverse=True)


def archived(services: Services, name: str, id_: str) -> tuple[Issue, Message]:
    """Return an issue of a newsletter's archive and its public edition; Unknown where it holds none."""
    segment, issue = _segment(services, name), services.issues.get(id_)
    if issue.newsletter != name or not _is_public(issue, segment):
        raise Unknown(f"issue in the archive of {name}", id_, ())
    return issue, next(m for m in issue.messages if m.segment == segment)


@dataclass(frozen=True, slots=True, kw_only=True)
class WentOut:
    """An issue that went out, when, and how many deliveries are in each state."""

    issue: IssueHead
    at: datetime
    deliveries: Mapping[DeliveryState, int]


def went_out(services: Services) -> list[WentOut]:
    """Return every issue that went out, or has begun to, the newest first."""
    counts, now = services.deliveries.all_counts(), services.clock()
    found = [
        WentOut(issue=head, at=_went_out(head, now), deliveries=counts.get(head.id, {}))
        for head in services.issues.heads()
        if head.status in SENT
    ]
    return sorted(found, key=lambda each: each.at, reverse=True)


def _segment(services: Services, name: str) -> str:
    newsletters = services.config.newsletters
    if name not in newsletters or (segment := newsletters[name].archive) is None:
        raise Unknown("archive", name, [n for n, each in newsletters.items() if each.archive])
    return segment


def _is_public(head: IssueHead, segment: str) -> bool:
    return head.shown_status in {"sending", "sent"} and segment in head.printed


def _went_out(head: IssueHead, now: datetime) -> datetime:
    """Return when an issue went out: of one that left before its slot, when it was approved."""
    at = head.send_at
    return at if at is not None and at <= now else head.approved_at or head.created
