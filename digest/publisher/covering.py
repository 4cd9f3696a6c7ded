"""Covering: what a newsletter's issues printed, with the tags that the articles had then, and its themes."""

from __future__ import annotations

from datetime import datetime
from itertools import islice

from digest.editorial.laboratory.themes import ISSUES, By, Covered, PrintedIssue, covered, debts
from digest.editorial.tags import TagBook
from digest.errors import UsageError
from digest.model import Issue, Newsletter
from digest.publisher.services import Services

MOST_ISSUES = 104


def coverage(services: Services, name: str, most: int = ISSUES, by: By = "tag") -> Covered:
    """Count what each theme had in the last issues of a newsletter that went out."""
    newsletter = services.newsletter(name)
    check_number("issues", most, MOST_ISSUES)
    issues = last_printed(services, name, most)
    return covered(issues, by, newsletter.coverage, TagBook(services.config.tags))


def owed(services: Services, newsletter: Newsletter) -> dict[str, int]:
    """Return the points for themes that had less than is planned; nothing is read where none count."""
    plan, most = newsletter.coverage, newsletter.points.coverage
    if not (plan and most):
        return {}
    issues = last_printed(services, newsletter.name, ISSUES)
    return debts(issues, plan, most, TagBook(services.config.tags))


def check_number(option: str, number: int, most: int) -> None:
    """UsageError where an option's number is not from 1 to `most`."""
    if not 1 <= number <= most:
        raise UsageError(f"--{option} is {number}; give a number from 1 to {most}")


def last_printed(
    services: Services, newsletter: str, most: int, before: datetime | None = None
) -> tuple[PrintedIssue, ...]:
    """Return what a newsletter's last regular issues printed, of those made before a time, the oldest first."""
    found = (
        issue
        for issue in services.issues.sent(newsletter)
        if not issue.special and (before is None or issue.window.end < before)
    )
    return tuple(printed_of(services, issue) for issue in islice(found, most))[::-1]


def printed_of(services: Services, issue: Issue) -> PrintedIssue:
    """Return what an issue printed; an edition keeps no tags, so they are its lock's to say."""
    hashes = services.issues.lock(issue.id).get("articles", {})
    ids = {a.id for edition in issue.editions for a in edition.articles if a.id in hashes}
    known = {a.id: a for a in services.articles.versions([hashes[id_] for id_ in ids]).values()}
    return PrintedIssue(
        id=issue.id,
        sent=issue.goes_out,
        editions={
            edition.segment: tuple(known.get(a.id, a) for a in edition.articles)
            for edition in issue.editions
        },
    )
