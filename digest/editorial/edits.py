"""Edits: an editor's changes as a patch beside the selection, applied again after every rebuild."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

from digest.errors import UsageError
from digest.model import Article, Edit, Edition, Finding, Image, Notice, Section, Verb

VERBS: tuple[Verb, ...] = get_args(Verb)
_ON_ARTICLES = frozenset({"pin", "hide", "move", "delay", "add", "title", "summary", "picture"})
_ALLOWED: Mapping[str, frozenset[str]] = {
    "pin": frozenset({"section"}),
    "move": frozenset({"section"}),
    "delay": frozenset({"until"}),
    "add": frozenset({"section"}),
    "title": frozenset({"text"}),
    "summary": frozenset({"text"}),
    "picture": frozenset({"url", "alt"}),
    "notice": frozenset({"url", "from", "until"}),
}
_NEEDED: Mapping[str, str] = {"move": "section", "title": "text", "summary": "text"}


def read_patch(data: object, *, by: str, at: datetime, zone: str) -> tuple[Edit, ...]:
    """Read a patch: a list of mappings, each with one verb; UsageError lists every problem.

    A verb's value is an article's id (pin, hide, move, delay, add, title, summary, picture) or the
    new words (intro, subject, preheader, notice). An empty `text` or value takes a change back.
    """
    if not isinstance(data, list):
        raise UsageError("a patch is a list of changes, such as [{hide: ARTICLE, why: …}]")
    problems = [f"change {n}: {said}" for n, each in enumerate(data, 1) for said in _wrong(each)]
    if problems:
        raise UsageError("\n".join(problems))
    return tuple(_read(each, by, at, ZoneInfo(zone)) for each in data)


def _wrong(change: object) -> Iterator[str]:
    if not isinstance(change, dict):
        yield "is no mapping"
        return
    verbs = [key for key in change if key in VERBS]
    if len(verbs) != 1:
        yield f"has exactly one of {', '.join(VERBS)}"
        return
    verb = verbs[0]
    if not isinstance(change[verb], str) or (verb in _ON_ARTICLES and not change[verb]):
        yield f"{verb} names an article" if verb in _ON_ARTICLES else f"{verb} is a text"
    allowed = _ALLOWED.get(verb, frozenset()) | {"segment", "why", verb}
    yield from (f"{verb} has no {key}" for key in change if key not in allowed)
    if verb in _NEEDED and not isinstance(change.get(_NEEDED[verb]), str):
        yield f"{verb} needs {_NEEDED[verb]}"
    for key in ("from", "until"):
        if key in change and _day(change[key], ZoneInfo("UTC")) is None:
            yield f"{key} is no date; write it as 2026-01-31"


def _read(change: Mapping[str, object], by: str, at: datetime, zone: ZoneInfo) -> Edit:
    verb = next(verb for verb in VERBS if verb in change)
    said = str(change[verb])
    on_article = verb in _ON_ARTICLES
    until = _day(change.get("until"), zone)
    return Edit(
        verb=verb,
        by=by,
        at=at,
        article=said if on_article else None,
        value=_text(change, "alt" if verb == "picture" else "text") if on_article else said,
        segment=_text(change, "segment"),
        section=_text(change, "section"),
        url=_text(change, "url"),
        start=until if verb == "delay" else _day(change.get("from"), zone),
        end=_end_of(change.get("until"), until) if verb == "notice" else None,
        why=_text(change, "why"),
    )


def _end_of(written: object, read: datetime | None) -> datetime | None:
    """Return when a day that is written without a time is over."""
    has_time = read is not None and len(str(written)) > len("2026-01-31")
    return read if read is None or has_time else read + timedelta(days=1)


def _text(change: Mapping[str, object], key: str) -> str | None:
    value = change.get(key)
    return None if value is None else str(value)


def _day(value: object, zone: ZoneInfo) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def add(patch: Sequence[Edit], changes: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return the patch with changes added; a later one takes the place of its forerunner."""
    held = {_subject(edit): edit for edit in patch}
    for edit in changes:
        for key in _undone(edit):
            held.pop(key, None)
        held.pop(_subject(edit), None)
        held[_subject(edit)] = edit
    return tuple(held.values())


def _subject(edit: Edit) -> tuple[str | None, ...]:
    own = edit.value if edit.verb == "notice" else None
    return (edit.verb, edit.article, edit.segment, own)


def _undone(edit: Edit) -> Iterator[tuple[str | None, ...]]:
    """Yield what a change takes back: hiding undoes pinning, and pinning hiding and delaying."""
    opposite = {"hide": ("pin", "move"), "pin": ("hide", "delay"), "delay": ("pin", "move")}
    for verb in opposite.get(edit.verb, ()):
        yield (verb, edit.article, edit.segment, None)


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
    if edit.verb == "picture":
        return replace(article, image=_picture(article, edit))
    return article


def _picture(article: Article, edit: Edit) -> Image | None:
    if edit.url:
        return Image(url=edit.url, alt=edit.value)
    if edit.value is not None and article.image:
        return replace(article.image, alt=edit.value)
    return None


def dress(edition: Edition, edits: Sequence[Edit], sent: datetime) -> Edition:
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
        sections=tuple(_section(section, mine) for section in edition.sections),
    )


def _section(section: Section, edits: Sequence[Edit]) -> Section:
    return replace(section, articles=tuple(reword(a, edits) for a in section.articles))


def _notices(edits: Iterable[Edit], sent: datetime) -> Iterator[Notice]:
    """Yield the notices that stand on the day; one of the same words takes the place of an earlier."""
    last = {edit.value: edit for edit in edits if edit.verb == "notice" and edit.value}
    for text, edit in last.items():
        started = edit.start is None or edit.start <= sent
        if text and started and (edit.end is None or sent < edit.end):
            yield Notice(text=text, url=edit.url, start=edit.start, end=edit.end)


def conflicts(edits: Iterable[Edit], hashes: Mapping[str, str]) -> Iterator[Finding]:
    """Yield a finding for each change of words whose article is no longer what it was then."""
    for edit in edits:
        if edit.verb not in {"title", "summary", "picture"} or edit.base is None:
            continue
        now = hashes.get(edit.article or "")
        if now is not None and now != edit.base:
            yield Finding(
                rule="edit-conflict",
                severity="warning",
                message=f"{edit.by} changed the {edit.verb} before the article itself changed; "
                "read both and edit it again",
                where=edit.article or "",
            )


def as_json(edit: Edit) -> dict[str, object]:
    """Return the edit's stated values by name."""
    return {f.name: value for f in fields(edit) if (value := getattr(edit, f.name)) is not None}
