"""Reading a patch: changes as an editor writes them become edits, or every mistake is named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from digest.editorial.address import canonical
from digest.errors import BadPatch, UsageError
from digest.model import Edit, Image, Notice, Verb

VERBS: tuple[Verb, ...] = get_args(Verb)
_ON_ARTICLES = frozenset(
    {"pin", "lead", "hide", "move", "delay", "hold", "add", "title", "summary", "picture", "event"}
)
_ONE_LINE = frozenset({"title", "subject", "preheader", "write"})
_ALLOWED: Mapping[str, frozenset[str]] = {
    "pin": frozenset({"section", "place"}),
    "move": frozenset({"section", "place"}),
    "order": frozenset({"articles"}),
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
    "hold": "for",
    "title": "text",
    "summary": "text",
}
_NUMBERS: Mapping[str, tuple[str, ...]] = {
    "notice": ("issues", "place"),
    "move": ("place",),
    "pin": ("place",),
}  # what is no text
_MOST_ISSUES = 1000
_MOST_PLACES = 1000
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
    is written by hand), or a section's title (order). Empty words take a change back;
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
    if verb in {"move", "pin", "order"} and not change.get("undo"):
        yield from _no_order(change, verb)
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
    if needed and not undone and not isinstance(change.get(needed), str | date):
        such = ", the day of an issue, such as 2026-01-26" if needed == "for" else ""
        yield f"{verb} needs {needed}{such}"
    for key, said in change.items():
        free = {verb, needed, "undo", "articles", *_DAYS, *_NUMBERS.get(verb, ())}
        if key not in free and not isinstance(said, str):
            yield f"{key} is a text"
        if isinstance(said, str) and _NO_TEXT.search(said):
            yield f"{key} holds a character that no text has"


def _no_event(change: Mapping[str, object]) -> _Wrong:
    if "segment" in change:
        yield "event has no segment: it takes place at one time for all"
    if "starts" not in change and {"ends", "place"} & change.keys():
        yield "event needs starts, such as 2026-02-26T18:00; without it the article is no event's"


def _no_order(change: Mapping[str, object], verb: str) -> _Wrong:
    if verb == "order":
        ids = change.get("articles")
        named = isinstance(ids, list) and ids and all(isinstance(i, str) and i.strip() for i in ids)
        if not named:
            yield "order needs articles, a list of those that stand first in the section"
        return
    if verb == "move" and not {"section", "place"} & change.keys():
        yield "move needs section, place or both"
    place = change.get("place", 1)
    if not isinstance(place, int) or isinstance(place, bool) or not 0 < place <= _MOST_PLACES:
        yield f"place is a number from 1 to {_MOST_PLACES}: where in its section the article stands"


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
    block, ids, place = None, change.get("articles"), change.get("place")
    if verb in {"notice", "write"} and not change.get("undo"):
        block = _block(
            change, verb, said, _day(change.get("from"), zone), _end_of(change.get("until"), until)
        )
    return Edit(
        verb=verb,
        by=by,
        at=at,
        article=said if on_article else None,
        value=_said(verb, _text(change, says) if on_article else said) if verb != "order" else None,
        segment=_text(change, "segment"),
        section=said if verb == "order" else _text(change, "section"),
        url=_text(change, "url"),
        start=next(filter(None, (_day(change.get(key), zone) for key in starts)), None),
        end=_end_of(change.get("until"), until)
        if verb == "notice"
        else _end_of(change.get("ends"), ends),
        why=_text(change, "why"),
        undo=change.get("undo") is True,
        block=block,
        articles=tuple(str(id_).strip() for id_ in ids) if isinstance(ids, list) else (),
        place=place if verb in {"move", "pin"} and isinstance(place, int) else None,
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
