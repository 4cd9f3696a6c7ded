"""Edit an issue: read a patch, find what it names, and draft the issue again with it; undo and redo."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from digest.editorial import edits as patch
from digest.editorial import lifecycle
from digest.editorial.acts import met, steps
from digest.editorial.agenda import Agenda
from digest.editorial.ordering import placed
from digest.editorial.patch_reading import named, read_patch
from digest.errors import BadPatch, Conflict, Stale, Unknown, UsageError, WrongState
from digest.model import Act, Article, Edit, Issue, IssueHead
from digest.publisher.compose import Composed
from digest.publisher.drafting import redraft
from digest.publisher.gathering import agenda_of, regular, resolved
from digest.publisher.services import Services
from digest.publisher.writing import written

_HANDS_ON = frozenset({"sending", "sent", "skipped"})
_INSTANT = timedelta(microseconds=1)
_TRIES = 4  # of an edit, while others save theirs


def edit(services: Services, id_: str, changes: object, by: str, seen: int | None = None) -> Issue:
    """Apply an editor's changes; the issue is a draft again.

    `seen` is how many acts the issue had seen when the editor looked at it: Conflict where somebody
    has changed the same since. Where others changed something else meanwhile, both stand.
    """
    for _ in range(_TRIES - 1):
        with suppress(Stale):
            return _edit(services, id_, changes, by, seen)
    return _edit(services, id_, changes, by, seen)


def _edit(services: Services, id_: str, changes: object, by: str, seen: int | None) -> Issue:
    was, made = _open(services, id_)
    zone = services.config.publication.timezone
    read = read_patch(changes, by=by, at=services.clock(), zone=zone)
    shown, earlier = (
        services.issues.lock(id_)["articles"],
        services.issues.edits_by_issue(was.newsletter),
    )
    had = earlier.get(id_, ())
    inherited = [e for i in made[:-1] if i.status in _HANDS_ON for e in earlier.get(i.id, ())]
    check(services, read, was.newsletter, shown, before=(*inherited, *had))
    made_by_hand = written(services, id_, read)
    resolved_ = resolved(services, made_by_hand.edits, known=(*inherited, *had))
    now = services.articles.named(
        {id_ for e in resolved_ for id_ in (e.article, *e.articles) if id_}
    )
    services.articles.keep_versions(now)
    known = {article.id: (hash_, article) for hash_, article in now.items()}
    read = tuple(
        # what its article was: as the draft shows it, else as it is now
        replace(e, base=shown.get(e.article) or known.get(e.article, (None,))[0])
        if e.article
        else e
        for e in placed(resolved_, was.editions)
    )
    if seen is not None and (names := met(services.issues.acts(id_), seen, had, read)):
        raise Conflict(names)
    edits = patch.add(had, read, inherited)
    agenda = agenda_of(services, services.newsletter(was.newsletter), made)
    for each in (each for each in read if not each.undo):
        if each.verb == "delay" and each.article in known:
            # what is held for a day has its place on it however old it is
            _check_delay(services, each, was, known[each.article][1], agenda)
    moves = [each for each in read if each.verb == "move" and not each.undo]
    made_by_hand.keep(services)
    act = Act(kind="edit", by=named(by), at=services.clock(), edits=resolved_, before=had)
    return redraft(services, was, edits, lambda made: _check_moves(made, moves), act).issue


def undo(services: Services, id_: str, by: str, seen: int | None = None) -> Issue:
    """Take the last act of editing back; Stale where somebody did another since `seen`."""
    return _step(services, id_, "undo", by, seen)


def redo(services: Services, id_: str, by: str, seen: int | None = None) -> Issue:
    """Do again what was undone last; Stale where somebody did something since `seen`."""
    return _step(services, id_, "redo", by, seen)


def _step(
    services: Services, id_: str, kind: Literal["undo", "redo"], by: str, seen: int | None
) -> Issue:
    was, _ = _open(services, id_)
    acts = services.issues.acts(id_)
    if seen is not None and seen != len(acts):
        raise Stale(id_, "you looked at it")
    back, forth = steps(acts)
    step = back if kind == "undo" else forth
    if step is None:
        raise UsageError(f"there is nothing to {kind}")
    act = Act(kind=kind, by=named(by), at=services.clock(), before=services.issues.edits(id_))
    return redraft(services, was, step.patch, act=replace(act, edits=step.act.edits)).issue


def _open(services: Services, id_: str) -> tuple[Issue, Sequence[IssueHead]]:
    """Return an issue that may be edited, and its newsletter's issues up to it."""
    was = services.issues.get(id_)
    lifecycle.after(id_, was.status, "edit")
    # a special issue stands alone: nothing is handed on to it, nor from it
    made = [was] if was.special else regular(services, was.newsletter)
    if made[-1].id != id_:
        raise WrongState(id_, "no longer the newest of its newsletter", "edited")
    return was, made


def check(
    services: Services,
    read: Sequence[Edit],
    name: str,
    shown: Collection[str] = (),
    before: Sequence[Edit] = (),
) -> None:
    """Refuse changes of a newsletter's issue, as they were read, that name what is not there.

    Beside the store's articles there are those that the draft has `shown`, and those that editors added
    `before`. BadPatch lists every problem.
    """
    newsletter = services.newsletter(name)
    titles = [section.title for section in newsletter.sections]
    changes = resolved(services, read, known=before)
    stored = services.articles.named({i for e in changes for i in (e.article, *e.articles) if i})
    known = {*shown, *(article.id for article in stored.values())}
    known |= {edit.article for edit in (*before, *changes) if edit.verb == "add" and edit.article}
    problems: list[tuple[int, str]] = []
    for n, edit in enumerate(changes, 1):
        if edit.undo:
            continue
        if edit.section is not None and edit.section not in titles:
            problems.append((n, str(Unknown("section", edit.section, titles))))
        if edit.segment is not None and edit.segment not in newsletter.segments:
            problems.append((n, str(Unknown("segment", edit.segment, newsletter.segments))))
        problems += (
            (n, f"there is no article {id_!r}; see `digest articles`")
            for id_ in (edit.article, *edit.articles)
            if id_ and id_ not in known
        )
    if problems:
        raise BadPatch(problems)


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
