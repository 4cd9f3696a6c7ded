"""Clearance: what may keep an approved issue from going out now, looked at once more before it does."""

from __future__ import annotations

from digest.editorial.edit_index import EditIndex
from digest.editorial.edits import with_events
from digest.errors import Held, Overtaken
from digest.model import Article, Event, Issue
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


def ask_events(services: Services, issue: Issue, inputs: Inputs) -> None:
    """Refuse an issue that invites to what is over, called off or put off since; Overtaken says to what.

    What somebody lets go out all the same, by name (`event-over`), does.
    """
    if any(each["rule"] == "event-over" for each in issue.overrides):
        return
    printed = {a.id: a for edition in issue.editions for a in edition.articles if a.event}
    stored = {a.id: a for a in services.articles.named(printed).values()}
    now = with_events((stored.get(id_, a) for id_, a in printed.items()), inputs.all_edits)
    changed = {
        said for each in now if (said := _event_news(services, printed[each.id], each.event))
    }
    if changed:
        raise Overtaken(issue.id, sorted(changed)[:_NAMED])


def _event_news(services: Services, printed: Article, event: Event | None) -> str | None:
    """Say what has become of an event that an article invites to as it is printed."""
    if event is None or printed.event is None:
        return None
    if event.cancelled:
        return f"“{printed.title}” is cancelled"
    if min(event.over, printed.event.over) <= services.clock():
        return f"“{printed.title}” is over"
    is_same = event.starts == printed.event.starts
    return None if is_same else f"“{printed.title}” takes place at another time now"


def ask_days(services: Services, issue: Issue, inputs: Inputs) -> None:
    """Hold an issue that is sent before its time, where something in it is not to be out by now."""
    early: list[str] = []
    for edition in issue.editions:
        now, segment = services.clock(), edition.segment
        history = history_of(services, issue.newsletter, before(services, issue))
        late = history.past(segment, frozenset(), now=now, sent=now, ledger={}).delayed
        places = {article.id: i for i, article in enumerate(edition.articles)}
        edits = EditIndex(edits=inputs.all_edits, place_of=places, titles=(), sent=now)
        held = edits.embargoed(segment, late)
        titles = [article.title for article in edition.articles if article.id in held]
        titles += [each.text for each in edition.notices if each.start and each.start > now]
        early += [f"{segment} would have “{title}” before its day" for title in titles]
    if early:
        raise Held(issue.id, [*early[:_NAMED], "send it at its time, or draft it again"])
