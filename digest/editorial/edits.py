"""Edits: an editor's changes as a patch beside the selection, applied again after every rebuild."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time

from digest.errors import UsageError
from digest.findings import Finding, Where
from digest.lint_rules.of_choice import EDIT_CONFLICT
from digest.model import Article, Edit, Edition, Event, Image, Notice, Verb

_WORDS = frozenset({"title", "summary", "intro", "subject", "preheader"})
_OPPOSITE: Mapping[str, tuple[Verb, ...]] = {
    "hide": ("pin", "lead", "move", "hold"),
    "pin": ("hide", "delay", "lead", "hold"),
    "lead": ("hide", "delay", "pin", "hold"),
    "delay": ("pin", "lead", "move", "hold"),
    "hold": ("pin", "lead", "move", "delay", "hide"),
}


def add(
    patch: Sequence[Edit], changes: Iterable[Edit], inherited: Sequence[Edit] = ()
) -> tuple[Edit, ...]:
    """Return the patch with changes added; a later one takes the place of its forerunners.

    A change for all editions also takes the place of those for one. `inherited` changes of earlier
    issues can be undone too, and then the undoing is kept. UsageError where there is nothing to undo.
    """
    held = [*patch]
    for edit in changes:
        kept = [each for each in held if not _gives_way(each, edit)]
        undoes = edit.undo and any(_is_undone(each, edit) for each in inherited)
        if edit.undo and not undoes and len(kept) == len(held):
            raise UsageError(f"there is no change {edit.verb} {edit.article or ''} to undo")
        # empty words leave nothing behind, unless those for all still stand: then they say "none"
        others = any((e.verb, e.article) == (edit.verb, edit.article) for e in kept)
        leaves_nothing = edit.undo or (edit.verb in _WORDS and not edit.value and not others)
        held = kept if leaves_nothing and not undoes else [*kept, edit]
    return tuple(held)


def in_force(inherited: Iterable[Edit], patch: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return the changes that stand, of earlier issues and of this one: the last word counts."""
    held: list[Edit] = []
    for edit in (*inherited, *patch):
        gives_way = _is_undone if edit.undo else _gives_way
        held = [each for each in held if not gives_way(each, edit)]
        if not edit.undo:
            held.append(edit)
    return tuple(held)


def _gives_way(held: Edit, new: Edit) -> bool:
    """Tell whether a change goes: hiding undoes pinning, and pinning hiding and delaying."""
    other_text = new.verb == "notice" and held.value != new.value
    other_section = new.verb == "order" and held.section != new.section
    if held.article != new.article or other_text or other_section:
        return False
    if new.undo:
        return (held.verb, held.segment) == (new.verb, new.segment)
    verbs = {new.verb, *_OPPOSITE.get(new.verb, ())}
    return held.verb in verbs and new.segment in {None, held.segment}


def _is_undone(held: Edit, undo: Edit) -> bool:
    """Tell whether a change of an earlier issue is taken back; there it speaks to each segment alone."""
    same = (held.verb, held.article) == (undo.verb, undo.article)
    if undo.verb == "notice" and held.value != undo.value:
        return False
    return same and undo.segment in {None, held.segment}


def reword(article: Article, edits: Iterable[Edit]) -> Article:
    """Return the article with the editor's title, summary and picture; the last word on each stands."""
    last = {edit.verb: edit for edit in edits if edit.article == article.id}
    for edit in last.values():
        article = _reworded(article, edit)
    return article


def _reworded(article: Article, edit: Edit) -> Article:
    if edit.verb == "title" and edit.value:
        return replace(article, title=edit.value)
    if edit.verb == "summary" and edit.value:
        return replace(article, summary=edit.value)
    if edit.verb == "picture" and edit.url:
        return replace(article, image=Image(url=edit.url, alt=edit.value))
    if edit.verb == "picture":
        # new words for the source's own picture; without words either, the story has none
        own = article.image if edit.value is not None else None
        return replace(article, image=replace(own, alt=edit.value) if own else None)
    if edit.verb == "event" and edit.start is not None:
        # a day that is written without a time is a whole one
        whole = all(day is None or day.time() == time() for day in (edit.start, edit.end))
        event = Event(starts=edit.start, ends=edit.end, place=edit.value or None, all_day=whole)
        return replace(article, event=event)
    return replace(article, event=None) if edit.verb == "event" else article


def with_events(articles: Iterable[Article], edits: Iterable[Edit]) -> Iterator[Article]:
    """Yield the articles with the events that editors say they invite to; the last word stands."""
    said = {edit.article: edit for edit in edits if edit.verb == "event"}
    for article in articles:
        yield _reworded(article, said[article.id]) if article.id in said else article


def apply(edition: Edition, edits: Sequence[Edit], sent: datetime) -> Edition:
    """Return the edition with the editor's words: intro, subject, preheader, notices, rewordings.

    The last word on each stands, for the segment or for all; an empty one takes the others back.
    """
    mine = [edit for edit in edits if edit.segment in {None, edition.segment}]
    words = {edit.verb: edit.value for edit in mine}
    return replace(
        edition,
        intro=words.get("intro") or edition.intro,
        subject=words.get("subject") or edition.subject,
        preheader=words.get("preheader") or edition.preheader,
        notices=(*edition.notices, *_notices(mine, sent)),
        sections=tuple(
            replace(section, articles=tuple(reword(a, mine) for a in section.articles))
            for section in edition.sections
        ),
    )


def _notices(edits: Iterable[Edit], sent: datetime) -> Iterator[Notice]:
    """Yield the notices that stand on the day; one of the same words takes the place of an earlier."""
    last = {edit.value: edit for edit in edits if edit.verb == "notice" and edit.value}
    for text, edit in last.items():
        started = edit.start is None or edit.start <= sent
        if text and started and (edit.end is None or sent < edit.end):
            plain = Notice(text=text, url=edit.url, start=edit.start, end=edit.end)
            # for how many issues it is still booked is no news to a reader
            yield replace(edit.block or plain, end=edit.end, issues=None)


def conflicts(edits: Iterable[Edit], hashes: Mapping[str, str]) -> Iterator[Finding]:
    """Yield a finding for each change of words whose article is no longer what it was then."""
    for edit in edits:
        if edit.verb not in {"title", "summary", "picture", "event"} or edit.base is None:
            continue
        now = hashes.get(edit.article or "")
        if now is not None and now != edit.base:
            yield EDIT_CONFLICT.found(
                f"{edit.by} changed the {edit.verb} before the article itself changed; "
                "read both and edit it again",
                Where(article=edit.article or ""),
            )
