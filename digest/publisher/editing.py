"""Edit an issue: read a patch, find what it names, and draft the issue again with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from digest.editorial import edits as patch
from digest.editorial import lifecycle
from digest.errors import Unknown, UsageError, WrongState
from digest.model import Edit, Issue
from digest.publisher.drafting import redraft
from digest.publisher.gathering import resolved
from digest.publisher.services import Services


def edit(services: Services, id_: str, changes: object, by: str) -> Issue:
    """Apply an editor's changes; the issue is a draft again."""
    was = services.issues.get(id_)
    lifecycle.after(id_, was.status, "edit")
    if services.issues.all(was.newsletter)[-1].id != id_:
        raise WrongState(id_, "no longer the newest of its newsletter", "edited")
    zone = services.config.publication.timezone
    read = patch.read_patch(changes, by=by, at=services.clock(), zone=zone)
    seen, had = services.issues.lock(id_)["articles"], services.issues.edits(id_)
    read = tuple(_based(services, edit, seen) for edit in resolved(services, read, known=had))
    edits = patch.add(had, read)
    by_hand = {edit.article for edit in edits if edit.verb == "add"}
    for edit in (each for each in read if not each.undo):
        _check(services, edit, was, by_hand)
    return redraft(services, was, edits).issue


def _based(services: Services, edit: Edit, seen: Mapping[str, str]) -> Edit:
    """Return the edit with what its article was: as the draft shows it, else as it is now."""
    if edit.article is None or edit.article in seen:
        return replace(edit, base=seen.get(edit.article or ""))
    found = services.articles.pool(edit.at, edit.at, [edit.article])
    services.articles.keep_versions(found)
    return replace(edit, base=next(iter(found), None))


def _check(services: Services, edit: Edit, issue: Issue, by_hand: Collection[str | None]) -> None:
    newsletter = services.newsletter(issue.newsletter)
    titles = [section.title for section in newsletter.sections]
    if edit.section is not None and edit.section not in titles:
        raise Unknown("section", edit.section, titles)
    if edit.segment is not None and edit.segment not in newsletter.segments:
        raise Unknown("segment", edit.segment, newsletter.segments)
    if edit.article and not edit.base and edit.article not in by_hand:
        raise UsageError(f"there is no article {edit.article!r}; see `digest articles`")
