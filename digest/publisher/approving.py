"""Approve an issue or give it up, and tell what changed since it was approved or last sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from digest.editorial import lifecycle
from digest.editorial.compare import Changes, compare
from digest.editorial.history import SENT
from digest.editorial.patch_reading import named
from digest.errors import DeliveryError, Held, Stale, Unknown, UsageError
from digest.model import Act, ActKind, DeliveryState, Edition, Issue
from digest.publisher import telling
from digest.publisher.drafting import open_errors
from digest.publisher.services import Services

_LONGEST_NOTE = 1000  # characters

Overrides = Sequence[Mapping[str, str]]
"""Errors to pass over: each a `rule` and the `reason`."""

ChangesBySegment = dict[str, dict[str, Changes]]
"""By segment what differs since the `approval`, and since the `last_issue`."""


def approve(
    services: Services, id_: str, *, by: str, overrides: Overrides, content_hash: str | None
) -> Issue:
    """Approve what the draft holds now; errors that nobody overrides by name hold it back."""
    was = services.issues.get(id_)
    status = lifecycle.after(id_, was.status, "approve")
    by = named(by)
    if content_hash is not None and content_hash != was.content_hash:
        raise Stale(id_, "you looked at it")
    silent = [each["rule"] for each in overrides if not each["reason"].strip()]
    if silent:
        raise UsageError(f"passing over {', '.join(silent)} needs a reason")
    found = {finding.rule for each in was.findings.values() for finding in each}
    for rule in sorted({each["rule"] for each in overrides} - found):
        raise Unknown(f"finding in issue {was.id} by the rule", rule, sorted(found))
    errors = [*open_errors(was.findings, {each["rule"] for each in overrides})]
    if errors:
        raise Held(was.id, errors)
    approved = replace(
        was,
        status=status,
        reason=None,
        approved_by=by,
        approved_at=services.clock(),
        overrides=tuple({**each, "by": by} for each in overrides),
        approved_editions=was.editions,
        approved_hash=was.content_hash,
    )
    act = _act(services, "approve", id_, by)
    services.issues.save(approved, services.issues.lock(id_), was=was, act=act)
    return approved


def send_back(services: Services, id_: str, by: str, note: str) -> Issue:
    """Send an issue back to its editors with a note; it is a draft until it is approved.

    They are told by email, where the newsletter names them; DeliveryError where that does not go out.
    """
    was = services.issues.get(id_)
    status, by = lifecycle.after(id_, was.status, "send back"), named(by)
    said = " ".join(note.split())[:_LONGEST_NOTE]
    if not said:
        raise UsageError("say what is to be done, to send an issue back")
    back = replace(
        was,
        status=status,
        reason=f"sent back by {by}: {said}",
        approved_by=None,
        approved_at=None,
        overrides=(),
    )
    act = replace(_act(services, "send back", id_, by), note=said)
    services.issues.save(back, services.issues.lock(id_), was=was, act=act)
    try:
        telling.tell_sent_back(services, back, act)
    except DeliveryError as error:
        raise DeliveryError(
            f"issue {id_} is sent back, but no email could tell its editors: {error}"
        ) from None
    return back


def _act(services: Services, kind: ActKind, id_: str, by: str) -> Act:
    return Act(kind=kind, by=by, at=services.clock(), before=services.issues.edits(id_))


def discard(services: Services, id_: str, by: str) -> Issue:
    """Give a draft up."""
    was = services.issues.get(id_)
    status = lifecycle.after(id_, was.status, "discard")
    discarded = replace(was, status=status, reason=f"discarded by {named(by)}")
    act = _act(services, "discard", id_, named(by))
    services.issues.save(discarded, services.issues.lock(id_), was=was, act=act)
    return discarded


def changes(services: Services, issue: Issue) -> ChangesBySegment:
    """Return by segment what changed since the approval and since the last issue it had."""
    return changed(issue, last_editions(services, issue))


def last_editions(services: Services, issue: Issue) -> dict[str, Edition]:
    """Return the edition that each segment of an issue had last."""
    wanted = {edition.segment for edition in issue.editions}
    last: dict[str, Edition] = {}
    for each in services.issues.before(issue):
        if each.special:
            continue
        if wanted <= last.keys():
            break
        last = _by_segment(each.editions) | last
    return last


def changed(issue: Issue, last: Mapping[str, Edition]) -> ChangesBySegment:
    """Return by segment what changed since the approval, and since the `last` edition it had.

    An edition that was approved and is no more has dropped all of its articles.
    """
    approved, now = _by_segment(issue.approved_editions), _by_segment(issue.editions)
    found: ChangesBySegment = {}
    for name in dict.fromkeys((*now, *approved)):
        new = now.get(name) or Edition(segment=name, subject="", preheader="", sections=())
        olds = {"approval": approved.get(name), "last_issue": last.get(name)}
        found[name] = {since: compare(old, new) for since, old in olds.items() if old}
    differs = any(each["approval"] for each in found.values() if "approval" in each)
    if approved and not differs and issue.approved_hash != issue.content_hash:
        for name in approved:
            found[name]["approval"] = Changes(reworded=("sender, title, brand or template",))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueSummary:
    """An issue without its messages, how many deliveries are in each state, and what changed."""

    issue: Issue
    deliveries: Mapping[DeliveryState, int]
    changes: ChangesBySegment


def listed(services: Services) -> Iterator[IssueSummary]:
    """Yield every issue with what a list tells of it, in three queries however many there are."""
    counts = services.deliveries.all_counts()
    last: dict[tuple[str, str], Edition] = {}
    for issue in services.issues.all():
        mine = {name: e for (newsletter, name), e in last.items() if newsletter == issue.newsletter}
        yield IssueSummary(
            issue=issue, deliveries=counts.get(issue.id, {}), changes=changed(issue, mine)
        )
        if issue.status in SENT and not issue.special:
            last |= {(issue.newsletter, edition.segment): edition for edition in issue.editions}


def _by_segment(editions: Iterable[Edition]) -> dict[str, Edition]:
    return {edition.segment: edition for edition in editions}
