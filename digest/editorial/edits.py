"""Edits: an editor's changes as a patch beside the selection, applied again after every rebuild."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from digest.editorial.address import canonical
from digest.errors import BadPatch, UsageError
from digest.model import Article, Edit, Edition, Event, Finding, Image, Notice, Verb

VERBS: tuple[Verb, ...] = get_args(Verb)
_ON_ARTICLES = frozenset(
    {"pin", "lead", "hide", "move", "delay", "hold", "add", "title", "summary", "picture", "event"}
)
_ONE_LINE = frozenset({"title", "subject", "preheader", "write"})
_WORDS = frozenset({"title", "summary", "intro", "subject", "preheader"})
_ALLOWED: Mapping[str, frozenset[str]] = {
    "pin": frozenset({"section"}),
    "move": frozenset({"section"}),
    "delay": frozenset({"until"}),
    "hold": frozenset({"for", "section"}),
    "add": frozenset({"section"}),
    "title": frozenset({"text"}),
    "summary": frozenset({"text"}),
    "picture": frozenset({"url", "alt"}),
    "event": frozenset({"starts", "ends", "place"}),
    "write": frozenset({"text", "url", "image", "alt", "section"}),
    "notice": frozenset(
        {"url", "from", "until", "headline", "label", "image", "alt", "place", "issues"}
    ),
}
_ALWAYS = frozenset({"segment", "why", "undo"})
_NEEDED: Mapping[str, str] = {
    "move": "section",
    "hold": "for",
    "title": "text",
    "summary": "text",
}
_OPPOSITE: Mapping[str, tuple[Verb, ...]] = {
    "hide": ("pin", "lead", "move", "hold"),
    "pin": ("hide", "delay", "lead", "hold"),
    "lead": ("hide", "delay", "pin", "hold"),
    "delay": ("pin", "lead", "move", "hold"),
    "hold": ("pin", "lead", "move", "delay", "hide"),
}
_MOST_ISSUES = 1000
_CALENDAR = timedelta(days=400)
_PLACE = 200  # characters of a place
_DAYS = ("from", "until", "for", "starts", "ends")
# beyond these, a day that is moved by a zone or by its own length is none that a clock can show
_FIRST_DAY = datetime(1, 1, 3, tzinfo=UTC)
_LAST_DAY = datetime(9999, 12, 30, tzinfo=UTC)
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_Wrong = Iterator[str]


def read_patch(data: object, *, by: str, at: datetime, zone: str) -> tuple[Edit, ...]:
    """Read a patch: a list of mappings, each with one verb; BadPatch lists every problem.

    A verb's value is an article's id or address (pin, lead, hide, move, delay, hold, add, title, summary,
    picture, event) or the new words (intro, subject, preheader, notice; the headline of a story that
    is written by hand). Empty words take a change back;
    `undo: true` takes back the change that it stands beside.
    """
    by = named(by)
    if not isinstance(data, list):
        raise BadPatch([(0, "a patch is a list of changes, such as [{hide: ARTICLE, why: …}]")])
    local = ZoneInfo(zone)
    problems = [(n, said) for n, each in enumerate(data, 1) for said in _wrong(each, at, local)]
    if problems:
        raise BadPatch(problems)
    return tuple(_read(each, by, at, local) for each in data)


def named(by: str) -> str:
    """Return the name of who acts; UsageError where it is none."""
    name = " ".join(by.split())
    if not name or _NO_TEXT.search(name):
        raise UsageError("say who you are: every act needs the name of who does it")
    return name


def _wrong(change: object, at: datetime, zone: ZoneInfo) -> _Wrong:
    if not isinstance(change, dict):
        yield "is no mapping"
        return
    verbs = [key for key in change if key in VERBS]
    if len(verbs) != 1:
        yield f"has exactly one of {', '.join(VERBS)}"
        return
    verb = verbs[0]
    allowed = {*_ALLOWED.get(verb, ()), *_ALWAYS, verb}
    yield from (f"{verb} has no {key}" for key in change if key not in allowed)
    yield from _wrong_words(change, verb)
    value = change[verb]
    is_new = verb == "add" and not change.get("undo")
    if verb in _ON_ARTICLES and isinstance(value, str) and (is_new or "://" in value):
        yield from _no_address(verb, value)
    for key in ("url", "image"):
        if isinstance(url := change.get(key), str):
            yield from _no_address(key, url)
    if verb in {"notice", "write"}:
        yield from _no_block(change)
    days = {key: _day(change[key], zone) for key in _DAYS if key in change}
    if verb == "event":
        yield from _no_event(change)
    yield from (f"{key} is no date; write it as 2026-01-31" for key, day in days.items() if not day)
    start, end = days.get("from"), days.get("until")
    begins, over = days.get("starts"), days.get("ends")
    if begins and over and over < begins:
        yield f"ends {change['ends']} comes before starts {change['starts']}"
    if verb == "delay" and end and end <= at and not change.get("undo"):
        yield f"until {change['until']} is over; delay it to a day that comes"
    issue = days.get("for")
    if issue and not change.get("undo") and issue.date() < at.astimezone(zone).date():
        yield f"for {change['for']} is over; hold it for an issue that comes"
    if issue and issue > at + _CALENDAR:
        yield f"for {change['for']} is more than {_CALENDAR.days} days ahead, and no calendar shows it"
    if start and end and end < start:
        yield f"until {change['until']} comes before from {change['from']}"


def _wrong_words(change: Mapping[str, object], verb: str) -> _Wrong:
    value, undone = change[verb], change.get("undo")
    if undone is not None and undone is not True:
        yield "undo is true, or left out"
    if not isinstance(value, str) or (
        not value.strip() and verb in {*_ON_ARTICLES, "notice", "write"}
    ):
        yield f"{verb} names an article" if verb in _ON_ARTICLES else f"{verb} is a text"
    needed = _NEEDED.get(verb)
    if needed and not undone and not isinstance(change.get(needed), str):
        such = ", the day of an issue, such as 2026-01-26" if needed == "for" else ""
        yield f"{verb} needs {needed}{such}"
    for key, said in change.items():
        free = {verb, needed, "undo", *_DAYS, *(("issues", "place") if verb == "notice" else ())}
        if key not in free and not isinstance(said, str):
            yield f"{key} is a text"
        if isinstance(said, str) and _NO_TEXT.search(said):
            yield f"{key} holds a character that no text has"


def _no_event(change: Mapping[str, object]) -> _Wrong:
    if "segment" in change:
        yield "event has no segment: it takes place at one time for all"
    if "starts" not in change and {"ends", "place"} & change.keys():
        yield "event needs starts, such as 2026-02-26T18:00; without it the article is no event's"


def _no_block(change: Mapping[str, object]) -> _Wrong:
    if "image" in change and not str(change.get("alt") or "").strip():
        yield "image needs alt: what the picture shows"
    if "place" in change and _place(change["place"]) is None:
        yield "place is top, bottom, or after a section, such as `after 2`"
    issues = change.get("issues", 1)
    if not isinstance(issues, int) or isinstance(issues, bool) or not 0 < issues <= _MOST_ISSUES:
        yield f"issues is a number from 1 to {_MOST_ISSUES}"


def _place(said: object) -> Literal["top", "bottom"] | int | None:
    """Return where a notice stands: at the top, at the bottom, or after so many sections."""
    words = str(said).strip().lower()
    if words in {"top", "bottom"}:
        return "top" if words == "top" else "bottom"
    found = re.fullmatch(r"(?:after\s+)?([1-9]\d?)", words)
    return int(found[1]) if found else None


def _no_address(key: str, text: str) -> _Wrong:
    if canonical(text) is None or re.search(r"\s", text):
        yield f"{key} is a web address such as https://example.org/news; {text!r} is none"


def _read(change: Mapping[str, object], by: str, at: datetime, zone: ZoneInfo) -> Edit:
    verb = next(verb for verb in VERBS if verb in change)
    said = str(change[verb]).strip()
    on_article = verb in _ON_ARTICLES
    until, ends = _day(change.get("until"), zone), _day(change.get("ends"), zone)
    starts = ("until",) if verb == "delay" else ("starts", "for", "from")
    says = {"picture": "alt", "event": "place"}.get(verb, "text")
    block = None
    if verb in {"notice", "write"} and not change.get("undo"):
        block = _block(
            change, verb, said, _day(change.get("from"), zone), _end_of(change.get("until"), until)
        )
    return Edit(
        verb=verb,
        by=by,
        at=at,
        article=said if on_article else None,
        value=_said(verb, _text(change, says) if on_article else said),
        segment=_text(change, "segment"),
        section=_text(change, "section"),
        url=_text(change, "url"),
        start=next(filter(None, (_day(change.get(key), zone) for key in starts)), None),
        end=_end_of(change.get("until"), until)
        if verb == "notice"
        else _end_of(change.get("ends"), ends),
        why=_text(change, "why"),
        undo=change.get("undo") is True,
        block=block,
    )


def _block(
    change: Mapping[str, object],
    verb: Verb,
    said: str,
    start: datetime | None,
    end: datetime | None,
) -> Notice:
    """Return what a notice, or a story that is written by hand, says."""
    image, issues = _text(change, "image"), change.get("issues")
    is_story = verb == "write"
    return Notice(
        text=(_text(change, "text") or "") if is_story else said,
        title=" ".join(said.split()) if is_story else _text(change, "headline"),
        url=_text(change, "url"),
        label=_text(change, "label"),
        image=Image(url=image, alt=_text(change, "alt")) if image else None,
        place=_place(change.get("place", "top")) or "top",
        start=start,
        end=end,
        issues=issues if isinstance(issues, int) else None,
    )


def _said(verb: Verb, text: str | None) -> str | None:
    """Return words as they are printed: a subject, a preheader and a headline are one line."""
    if text is None:
        return None
    if verb == "event":
        return " ".join(text.split())[:_PLACE]
    return " ".join(text.split()) if verb in _ONE_LINE else text.replace("\r\n", "\n")


def _end_of(written: object, read: datetime | None) -> datetime | None:
    """Return when a day that is written without a time is over."""
    has_time = read is not None and len(str(written)) > len("2026-01-31")
    if read is None or has_time or read >= _LAST_DAY:
        return read
    return read + timedelta(days=1)


def _text(change: Mapping[str, object], key: str) -> str | None:
    value = change.get(key)
    return None if value is None else str(value).strip()


def _day(value: object, zone: ZoneInfo) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    aware = found if found.tzinfo else found.replace(tzinfo=zone)
    return min(max(aware, _FIRST_DAY), _LAST_DAY)


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
    if held.article != new.article or other_text:
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
    if edit.verb == "picture":
        return replace(article, image=_picture(article, edit))
    if edit.verb == "event":
        return replace(article, event=_event(edit))
    return article


def with_events(articles: Iterable[Article], edits: Iterable[Edit]) -> Iterator[Article]:
    """Yield the articles with the events that editors say they invite to; the last word stands."""
    said = {edit.article: edit for edit in edits if edit.verb == "event"}
    for article in articles:
        yield _reworded(article, said[article.id]) if article.id in said else article


def _event(edit: Edit) -> Event | None:
    """Return what an editor says of an event; a day that is written without a time is a whole one."""
    if edit.start is None:
        return None
    whole = all(day is None or day.time() == time() for day in (edit.start, edit.end))
    return Event(starts=edit.start, ends=edit.end, place=edit.value or None, all_day=whole)


def _picture(article: Article, edit: Edit) -> Image | None:
    if edit.url:
        return Image(url=edit.url, alt=edit.value)
    if edit.value is not None and article.image:
        return replace(article.image, alt=edit.value)
    return None


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
            yield Finding(
                rule="edit-conflict",
                severity="warning",
                message=f"{edit.by} changed the {edit.verb} before the article itself changed; "
                "read both and edit it again",
                where=edit.article or "",
            )
