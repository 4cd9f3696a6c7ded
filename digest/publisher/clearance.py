"""Clearance: what may keep an approved issue from going out now, looked at once more before it does."""

from __future__ import annotations

from collections.abc import Iterator

from digest.editorial.edit_index import EditIndex
from digest.errors import Held, Overtaken
from digest.model import Edition, Issue
from digest.publisher.gathering import before, history_of
from digest.publisher.inputs import Inputs
from digest.publisher.services import Services

_NAMED = 3  # articles that a refusal names


def ask_ledger(services: Services, issue: Issue, inputs: Inputs) -> None:
    """Refuse an issue whose segments have had its articles since it was drafted; Overtaken says which."""
    names = (issue.newsletter, *inputs.newsletter.not_from)
    wanted = {a.id for edition in issue.editions for a in edition.articles}
    had = services.issues.ledger(names, [e.segment for e in issue.editions], wanted)
    twice = [
        f"{edition.segment} had “{article.title}” in issue {had[edition.segment][article.id]}"
        for edition in issue.editions
        for article in edition.articles
        if article.id in had[edition.segment]
    ]
    if twice:
        raise Overtaken(issue.id, twice[:_NAMED])


def ask_events(services: Services, issue: Issue) -> None:
    """Refuse an issue that invites to what is over since it was drafted; Overtaken says to what."""
    now = services.clock()
    over = {
        f"“{article.title}” is over"
        for edition in issue.editions
        for article in edition.articles
        if article.event is not None and article.event.over <= now
    }
    if over:
        raise Overtaken(issue.id, sorted(over)[:_NAMED])


def ask_days(services: Services, issue: Issue, inputs: Inputs) -> None:
    """Hold an issue that is sent before its time, where something in it is not to be out by now."""
    early = [
        f"{edition.segment} would have {what} before its day"
        for edition in issue.editions
        for what in _embargoed(services, issue, inputs, edition)
    ]
    if early:
        raise Held(issue.id, [*early[:_NAMED], "send it at its time, or draft it again"])


def _embargoed(services: Services, issue: Issue, inputs: Inputs, edition: Edition) -> Iterator[str]:
    now, segment = services.clock(), edition.segment
    history = history_of(services, issue.newsletter, before(services, issue))
    late = history.past(segment, frozenset(), now=now, sent=now, ledger={}).delayed
    places = {article.id: i for i, article in enumerate(edition.articles)}
    edits = EditIndex(edits=inputs.all_edits, place_of=places, titles=(), sent=now)
    held = edits.embargoed(segment, late)
    yield from (f"“{article.title}”" for article in edition.articles if article.id in held)
    yield from (f"“{n.text}”" for n in edition.notices if n.start and n.start > now)
