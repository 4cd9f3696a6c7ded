"""This week: how each newsletter stands, what came in, and the one step that is next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from digest.editorial import lifecycle
from digest.findings import Severity
from digest.model import Delivery, Issue, IssueHead, Newsletter
from digest.publisher.archive import WentOut, went_out
from digest.publisher.coming import Coming, coming
from digest.publisher.readership import readers
from digest.publisher.runs import SourceRun, runs
from digest.publisher.services import Services

NextStep = Literal[
    "mend",
    "approve",
    "approve again",
    "draft again",
    "wait",
    "go on",
    "settle",
    "mend addresses",
    "draft",
]
"""What a person does next: mend errors, approve, draft again what is held, wait, go on
sending, settle what is ambiguous, mend addresses that failed, draft."""

_NAMED = 20  # readers that were not reached


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An issue that is open, or going out, and what it needs next.

    `findings` are counted once for all editions, `readers` by segment as of now; `absent` are the
    segments without an edition, with how many get nothing.
    """

    issue: IssueHead
    step: NextStep
    is_late: bool
    findings: Mapping[Severity, int]
    readers: Mapping[str, int]
    absent: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsletterWeek:
    """How a newsletter stands: what is open, what went out last and to whom not, what comes after it.

    `step` is the next one of all, about `about`: an issue's id, where it is about one.
    """

    newsletter: Newsletter
    step: NextStep
    about: str | None
    standing: tuple[Standing, ...]
    last: WentOut | None
    unreached: tuple[Delivery, ...]
    coming: Coming | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """How all newsletters stand, and the newest run of each source."""

    newsletters: tuple[NewsletterWeek, ...]
    sources: tuple[SourceRun, ...]


def week(services: Services) -> Week:
    """Tell how each newsletter stands, in the order of feeds.yaml."""
    out, weeks = went_out(services), list[NewsletterWeek]()
    for name, newsletter in services.config.newsletters.items():
        heads = services.issues.heads(name)
        newest = [head for head in heads if not head.special][-1:]
        shown = [h for h in heads if h in newest or h.special]
        going = [h for h in shown if h.status in lifecycle.OPEN or h.status == "sending"]
        opened = [services.issues.get(head.id) for head in reversed(going)]
        would = readers(services, {issue.id: newsletter.segments for issue in opened})
        now = services.clock()
        standing = [_standing(issue, would[issue.id], now) for issue in opened]
        last = next((each for each in out if each.issue.newsletter == name), None)
        ahead = [each for each in coming(services, newsletter, 3) if each.issue is None]
        step, about = _next(standing, last)
        own = NewsletterWeek(
            newsletter=newsletter,
            step=step,
            about=about,
            standing=tuple(standing),
            last=last,
            unreached=tuple(services.deliveries.unreached(last.issue.id, _NAMED)) if last else (),
            coming=ahead[0] if ahead else None,
        )
        weeks.append(own)
    return Week(newsletters=tuple(weeks), sources=tuple(runs(services)))


def _standing(issue: Issue, would: Mapping[str, int], now: datetime) -> Standing:
    found = {finding for each in issue.findings.values() for finding in each}
    counts = Counter(finding.severity for finding in found)
    printed = [edition.segment for edition in issue.editions]
    return Standing(
        issue=issue,
        step=_step(issue, counts),
        is_late=issue.send_at is not None and issue.send_at < now and issue.status != "sending",
        findings=counts,
        readers={name: would.get(name, 0) for name in printed},
        absent={name: count for name, count in would.items() if name not in printed},
    )


def _step(issue: Issue, found: Mapping[Severity, int]) -> NextStep:
    if issue.stopped:
        return "go on"
    if issue.status == "draft":
        if found.get("error"):
            return "mend"
        return "approve again" if issue.approved_editions else "approve"
    return "draft again" if issue.status == "held" else "wait"


_URGENT: tuple[NextStep, ...] = ("go on", "mend", "approve again", "approve", "draft again")


def _next(standing: list[Standing], last: WentOut | None) -> tuple[NextStep, str | None]:
    """Return the next step of a newsletter, and the issue that it is about."""
    for step in _URGENT:
        for each in standing:
            if each.step == step:
                return step, each.issue.id
    if last and last.deliveries.get("ambiguous"):
        return "settle", last.issue.id
    if last and last.deliveries.get("failed"):
        return "mend addresses", last.issue.id
    for each in standing:
        return each.step, each.issue.id
    return "draft", None
