"""What the desk shows of an issue, in words: what is to do next, what was found, what was changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from digest.model import Act, ActKind, Edit, Finding, Issue, Severity, Status
from digest.publisher.week import Step
from digest.web import forms

Local = Callable[[datetime], str]

_ORDER: tuple[Severity, ...] = ("error", "warning", "info")
_NEXT: Mapping[Status, tuple[str, str]] = {
    "draft": ("Read it, then approve it", "Nothing goes out before somebody has approved it."),
    "approved": ("Approved", "Any change takes the approval back."),
    "held": ("Held back", "Draft it again when there is more to say, or discard it."),
    "skipped": ("Skipped", "Draft it again when there is more to say."),
    "sending": ("Going out", "What is pending goes out at the next tick, or with digest send."),
    "sent": ("Sent", "Nothing is left to do."),
    "discarded": ("Discarded", "Draft a new one when you want to."),
}
STEPS: Mapping[Step, tuple[str, str]] = {
    "mend": ("Mend what holds it back", "Open the issue"),
    "approve": ("Read it, then approve it", "Read and approve"),
    "approve again": ("Approve it again: it was changed", "Read and approve"),
    "draft again": ("Draft it again, or discard it", "Open the issue"),
    "wait": ("Nothing to do", "Open the issue"),
    "go on": ("Sending stopped: look why, and send it on", "Look why"),
    "settle": ("Say what became of some emails", "Look at who"),
    "mend addresses": ("Mend the addresses that failed", "Look at who"),
    "draft": ("Nothing is drafted", "Draft an issue"),
}
"""Each next step in words, and those on its button."""
_CHANGED: Mapping[str, str] = {
    "pin": "Pinned",
    "lead": "Leads:",
    "hide": "Hid",
    "move": "Moved",
    "order": "Ordered",
    "delay": "Delayed",
    "hold": "Promised",
    "add": "Added",
    "write": "Wrote",
    "title": "Headline of",
    "summary": "Summary of",
    "picture": "Picture of",
    "event": "Day of",
    "intro": "Introduction",
    "subject": "Subject",
    "preheader": "Preheader",
    "notice": "Notice",
}
_PARTS = frozenset({"subject", "preheader", "intro"})  # what has a form of its own
_DONE: Mapping[ActKind, str] = {
    "undo": "Undid",
    "redo": "Redid",
    "approve": "Approved",
    "send back": "Sent back",
    "discard": "Discarded",
    "test": "Sent a test of",
    "dismiss": "Dismissed the",
}
_ACTED: Mapping[str, str] = {
    "pin": "Pinned {}",
    "lead": "Made {} the lead",
    "hide": "Hid {}",
    "move": "Moved {} to {section}",
    "order": "Put {} in order",
    "delay": "Delayed {} until {until}",
    "hold": "Promised {} for {for}",
    "add": "Added {}",
    "notice": "Added the notice {}",
    "picture": "Left out the picture of {}",
}
_REFUSALS = (
    (
        r"^(?:add|url|image) is a web address such as (\S+); '(.*)' is none$",
        r"“\2” is no web address; one looks like \1",
    ),
    (r"^add names an article$", "write the address of the article"),
    (r"^notice is a text$", "write the words of the notice"),
    (r"^write (?:is a text|names an article)$", "write a headline"),
    (r"^move needs section.*$", "choose the section or the place"),
    (
        r"^until (\S+) is over; delay it to a day that comes$",
        r"\1 is over: choose a day that comes",
    ),
    (r"^until (\S+) comes before from (\S+)$", r"the last day, \1, comes before the first, \2"),
    (r"^ends (\S+) comes before starts (\S+)$", r"the event would end (\1) before it starts (\2)"),
    (r"^event needs starts.*$", "say when the event starts; without it the article is no event’s"),
    (r"articles\.max_age", "the newsletter’s oldest age"),
    (r"; see `digest articles`", ""),
)
_NOUNS: Mapping[str, str] = {
    "title": "headline",
    "summary": "summary",
    "picture": "picture",
    "event": "day and place",
    "intro": "introduction",
    "subject": "subject",
    "preheader": "preheader",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a finding was said of; `part` is the part of the page where it can be mended."""

    name: str
    part: str | None = None
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What one rule found: each message, and the places that it was said of."""

    rule: str
    severity: Severity
    said: Mapping[str, tuple[Place, ...]]

    @property
    def count(self) -> int:
        """How often the rule spoke."""
        return sum(max(1, len(places)) for places in self.said.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An editor's change: what it did, to what, and with which words."""

    edit: Edit
    did: str
    what: str
    words: str


def next_step(issue: Issue) -> tuple[str, str]:
    """Return what is to do with an issue, as a heading and a sentence."""
    errors = sum(1 for _ in _of(issue, "error"))
    if issue.status == "draft" and errors:
        holds = "1 error holds it back" if errors == 1 else f"{errors} errors hold it back"
        return holds, "Mend what the checks found, or pass over it with a reason."
    if issue.status == "draft" and issue.approved_editions:
        return "Approve it again", "It has changed since it was approved."
    return _NEXT[issue.status]


def _of(issue: Issue, severity: Severity) -> Iterator[Finding]:
    return (f for found in issue.findings.values() for f in found if f.severity == severity)


def marks(findings: Iterable[Finding]) -> str:
    """Return how many errors and warnings there are, or nothing."""
    held = [finding.severity for finding in findings]
    counted = ((held.count(name), name) for name in _ORDER[:2])
    return ", ".join(f"{n} {name}{'s' if n > 1 else ''}" for n, name in counted if n)


def grouped(findings: Iterable[Finding], titles: Mapping[str, str]) -> list[Group]:
    """Return the findings by rule, errors first, warnings next; places by their titles."""

    def key(finding: Finding) -> tuple[int, str]:
        return _ORDER.index(finding.severity), finding.rule

    return [
        Group(rule=rule, severity=_ORDER[place], said=_said(found, titles))
        for (place, rule), found in groupby(sorted(findings, key=key), key)
    ]


def _said(found: Iterable[Finding], titles: Mapping[str, str]) -> dict[str, tuple[Place, ...]]:
    said: dict[str, tuple[Place, ...]] = {}
    for finding in found:
        places = (_place(finding.where, titles),) if finding.where else ()
        said[finding.message] = said.get(finding.message, ()) + places
    return said


def _place(where: str, titles: Mapping[str, str]) -> Place:
    article = where.removeprefix("article ")
    if article in titles:
        return Place(name=titles[article], part=f"a-{article}", where=f"article {article}")
    return Place(name=where, part=f"w-{where}" if where in _PARTS else None, where=where)


def changes(edits: Iterable[Edit], titles: Mapping[str, str], local: Local) -> list[Change]:
    """Return the editors' changes, the newest first."""
    found = [
        Change(
            edit=edit,
            did=_CHANGED[edit.verb],
            what=titles.get(edit.article, edit.article) if edit.article else "",
            words=_words(edit, local),
        )
        for edit in edits
    ]
    return found[::-1]


def refused(said: str) -> str:
    """Return why an act was refused, in the page's words and not in a patch's."""
    for pattern, words in _REFUSALS:
        said = re.sub(pattern, words, said)
    return said[:1].upper() + said[1:] + ("" if said.endswith((".", "?", "!")) else ".")


def acted(act: Act, titles: Mapping[str, str], local: Local) -> str:
    """Return what an act did, as a sentence without its end."""
    did = [
        " ".join(filter(None, (each.did, each.what and f"“{each.what}”", each.words)))
        for each in changes(act.edits, titles, local)[::-1]
    ]
    said = "; ".join(dict.fromkeys(did))
    if act.kind == "edit":
        return said
    return f"{_DONE[act.kind]} {act.note or (said and f'({said})')}".strip()


def _words(edit: Edit, local: Local) -> str:
    if edit.undo:
        return "taken back"
    if edit.verb in {"pin", "move", "add", "order"}:
        place = f"to place {edit.place}" if edit.place else ""
        there = ("in" if place else "to") if edit.verb != "order" else ""
        return " ".join(filter(None, (place, edit.section and f"{there} {edit.section}".strip())))
    if edit.verb == "delay":
        return f"until {local(edit.start)}" if edit.start else "to the next issue"
    if edit.verb == "hold":
        return f"for {local(edit.start)}" if edit.start else ""
    if edit.verb == "notice" and edit.block:
        issues = edit.block.issues
        booked = f", booked for {issues} issue{'' if issues == 1 else 's'}" if issues else ""
        until = f", until {local(edit.end)}" if edit.end else ""
        return f"{edit.block.title or edit.value}{booked}{until}"
    if edit.verb == "picture":
        return edit.value or edit.url or "left out"
    if edit.verb == "event":
        day = local(edit.start) if edit.start else "none"
        return f"{day} · {edit.value}" if edit.value else day
    return (edit.value or "as it was") if edit.verb not in {"hide", "lead"} else ""


def gives_picture(edit: Edit, segment: str) -> bool:
    """Tell whether a change is of an article's picture, in a segment's edition."""
    return edit.verb == "picture" and edit.segment in {None, segment}


def done(asked: Iterable[forms.Change], what: str) -> str:
    """Return what was done to `what`, as the beginning of a sentence."""
    made = [(verb, change) for change in asked for verb in _CHANGED if verb in change]
    if made[0][0] in {"add", "write"}:
        return f"{_CHANGED[made[0][0]]} “{what}”"
    acts = [_acted(verb, change, what) for verb, change in made if not _is_wording(verb, change)]
    worded = [(verb, change) for verb, change in made if _is_wording(verb, change)]
    saved = [_NOUNS[verb] for verb, change in worded if not _is_emptied(verb, change)]
    emptied = [_NOUNS[verb] for verb, change in worded if _is_emptied(verb, change)]
    ending = f" of “{what}”" if what and not acts else ""
    lists = (("saved", saved), ("took back", emptied))
    its = "its" if acts else "the"
    words = [f"{did} {its} {' and '.join(nouns)}{ending}" for did, nouns in lists if nouns]
    said = " and ".join((*acts, *words))
    return said[:1].upper() + said[1:]


def _acted(verb: str, change: forms.Change, what: str) -> str:
    on = f"“{what or change[verb]}”"
    if change.get("undo"):
        return f"Took back: {_CHANGED[verb]} {on}"
    if verb == "delay" and "until" not in change:
        return f"Delayed {on} to the next issue"
    if "place" in change:
        there = f" in {change['section']}" if "section" in change else ""
        return f"Moved {on} to place {change['place']}{there}"
    return _ACTED[verb].format(on, **{"section": "", "until": "", "for": ""} | change)


def _is_wording(verb: str, change: forms.Change) -> bool:
    return verb in _NOUNS and (verb != "picture" or bool({"url", "alt", "undo"} & change.keys()))


def _is_emptied(verb: str, change: forms.Change) -> bool:
    return bool(change.get("undo")) or not str(change.get("text", change[verb])).strip()
