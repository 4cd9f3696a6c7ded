"""Edit an issue: read a patch, find what it names, and draft the issue again with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from digest.editorial import edits as patch
from digest.editorial import lifecycle
from digest.editorial.agenda import Agenda
from digest.editorial.patch_reading import read_patch
from digest.errors import Unknown, UsageError, WrongState
from digest.model import Article, Edit, Issue
from digest.publisher.compose import Composed
from digest.publisher.drafting import redraft
from digest.publisher.gathering import agenda_of, regular, resolved
from digest.publisher.services import Services
from digest.publisher.writing import written

_HANDS_ON = frozenset({"sending", "sent", "skipped"})
_INSTANT = timedelta(microseconds=1)


def edit(services: Services, id_: str, changes: object, by: str) -> Issue:
    """Apply an editor's changes; the issue is a draft again."""
    was = services.issues.get(id_)
    lifecycle.after(id_, was.status, "edit")
    # a special issue stands alone: nothing is handed on to it, nor from it
    made = [was] if was.special else regular(services, was.newsletter)
    if made[-1].id != id_:
        raise WrongState(id_, "no longer the newest of its newsletter", "edited")
    zone = services.config.publication.timezone
    read = read_patch(changes, by=by, at=services.clock(), zone=zone)
    made_by_hand = written(services, id_, read)
    read = made_by_hand.edits
    seen, earlier = (
        services.issues.lock(id_)["articles"],
        services.issues.edits_by_issue(was.newsletter),
    )
    had = earlier.get(id_, ())
    inherited = [e for i in made[:-1] if i.status in _HANDS_ON for e in earlier.get(i.id, ())]
    resolved_ = resolved(services, read, known=(*inherited, *had))
    now = services.articles.named({e.article for e in resolved_ if e.article})
    services.articles.keep_versions(now)
    known = {article.id: (hash_, article) for hash_, article in now.items()}
    read = tuple(
        # what its article was: as the draft shows it, else as it is now
        replace(e, base=seen.get(e.article) or known.get(e.article, (None,))[0]) if e.article else e
        for e in resolved_
    )
    edits = patch.add(had, read, inherited)
    by_hand = {edit.article for edit in (*inherited, *edits) if edit.verb == "add"}
    agenda = agenda_of(services, services.newsletter(was.newsletter), made)
    for each in (each for each in read if not each.undo):
        check(services, each, was.newsletter, by_hand)
        if each.verb == "delay" and each.article in known:
            # what is held for a day has its place on it however old it is
            _check_delay(services, each, was, known[each.article][1], agenda)
    moves = [each for each in read if each.verb == "move" and not each.undo]
    made_by_hand.keep(services)
    return redraft(services, was, edits, lambda made: _check_moves(made, moves)).issue


def check(services: Services, edit: Edit, name: str, by_hand: Collection[str | None]) -> None:
    """Refuse an edit of a newsletter's issue that names what is not there; `by_hand` are articles that are.

    Raises Unknown or UsageError.
    """
    newsletter = services.newsletter(name)
    titles = [section.title for section in newsletter.sections]
    if edit.section is not None and edit.section not in titles:
        raise Unknown("section", edit.section, titles)
    if edit.segment is not None and edit.segment not in newsletter.segments:
        raise Unknown("segment", edit.segment, newsletter.segments)
    if edit.article and not edit.base and edit.article not in by_hand:
        raise UsageError(f"there is no article {edit.article!r}; see `digest articles`")


def _check_delay(
    services: Services, delay: Edit, issue: Issue, article: Article, agenda: Agenda
) -> None:
    """Refuse a delay beyond `max_age`: the article would be in no issue, and nobody would know."""
    until = delay.start - _INSTANT if delay.start else issue.send_at or delay.at
    first = agenda.after(max(until, issue.send_at or until))
    limits = services.newsletter(issue.newsletter).limits
    if article.published is not None and article.published < first - limits.max_age:
        day = first.astimezone(ZoneInfo(services.config.publication.timezone)).date().isoformat()
        raise UsageError(
            f"“{article.title}” would be in no issue: on {day}, when the first one after the delay "
            f"goes out, it is older than articles.max_age ({limits.max_age.days} days); delay it "
            "less, or pin it then"
        )


def _check_moves(made: Composed, moves: Sequence[Edit]) -> None:
    """Refuse a move of what is in none of the editions that it speaks to."""
    for move in moves:
        meant = [s for name, s in made.selections.items() if move.segment in {None, name}]
        if not any(move.article in selection.ranks for selection in meant):
            raise UsageError(
                f"{move.article} cannot be moved to {move.section}: "
                f"{f'the edition for {move.segment}' if move.segment else 'no edition'} holds it or "
                "has room for it; pin it with that section to bring it in"
            )
