"""What the desk shows of an issue, in words: what is to do next, what was found, what was changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from markupsafe import Markup

from digest.errors import BadPatch
from digest.findings import NOWHERE, Finding, Severity, Where
from digest.model import Act, ActKind, Edit, Issue, Status
from digest.publisher.week import NextStep
from digest.render.sentences import sentence
from digest.web import forms
from digest.web.desk.words import listed, say, several, spoken, translated

Local = Callable[[datetime], str]

_MOMENT = timedelta(microseconds=1)  # an end is the moment after the last day

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
STEPS: Mapping[NextStep, tuple[str, str]] = {
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
    "test": "Sent a test",
    "dismiss": "Dismissed",
}
_ACTED: Mapping[str, str] = {
    "pin": "Pinned %(what)s",
    "lead": "Made %(what)s the lead",
    "hide": "Hid %(what)s",
    "move": "Moved %(what)s to %(section)s",
    "order": "Put %(what)s in order",
    "delay": "Delayed %(what)s until %(until)s",
    "hold": "Promised %(what)s for %(for)s",
    "notice": "Added the notice %(what)s",
    "picture": "Left out the picture of %(what)s",
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
_WORDED: Mapping[tuple[str, str], str] = {
    ("saved", "its"): "saved its %(nouns)s",
    ("saved", "the"): "saved the %(nouns)s",
    ("saved", "of"): "saved the %(nouns)s of %(what)s",
    ("took back", "its"): "took back its %(nouns)s",
    ("took back", "the"): "took back the %(nouns)s",
    ("took back", "of"): "took back the %(nouns)s of %(what)s",
}
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
class FoundAt:
    """What a finding was said of; `part` is the part of the page where it can be mended."""

    name: str
    part: str | None = None
    where: Where = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundByRule:
    """What one rule found: each message, and the places that it was said of."""

    rule: str
    severity: Severity
    said: Mapping[str, tuple[FoundAt, ...]]

    @property
    def count(self) -> int:
        """How often the rule spoke."""
        return sum(max(1, len(places)) for places in self.said.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class EditorsChange:
    """An editor's change: what it did, to what, and with which words."""

    edit: Edit
    did: str
    what: str
    words: str


def next_step(issue: Issue) -> tuple[str, str]:
    """Return what is to do with an issue, as a heading and a sentence."""
    errors = sum(f.severity == "error" for found in issue.findings.values() for f in found)
    if issue.status == "draft" and errors:
        holds = several("%(n)s error holds it back", "%(n)s errors hold it back", errors)
        return holds, say("Mend what the checks found, or pass over it with a reason.")
    if issue.status == "draft" and issue.approved_editions:
        return say("Approve it again"), say("It has changed since it was approved.")
    heading, sentence = _NEXT[issue.status]
    return say(heading), say(sentence)


def marks(findings: Iterable[Finding]) -> str:
    """Return how many errors and warnings there are, or nothing."""
    held = [finding.severity for finding in findings]
    counted = ((held.count(name), name) for name in _ORDER[:2])
    return ", ".join(several(f"%(n)s {name}", f"%(n)s {name}s", n) for n, name in counted if n)


def grouped(findings: Iterable[Finding], titles: Mapping[str, str]) -> list[FoundByRule]:
    """Return the findings by rule, errors first, warnings next; places by their titles."""

    def key(finding: Finding) -> tuple[int, str]:
        return _ORDER.index(finding.severity), finding.rule

    groups = []
    for (place, rule), found in groupby(sorted(findings, key=key), key):
        said: dict[str, tuple[FoundAt, ...]] = {}
        for finding in found:
            places = (_place(finding.where, titles),) if finding.where != NOWHERE else ()
            said[finding.message] = said.get(finding.message, ()) + places
        groups.append(FoundByRule(rule=rule, severity=_ORDER[place], said=said))
    return groups


def _place(where: Where, titles: Mapping[str, str]) -> FoundAt:
    if where.article in titles:
        return FoundAt(name=titles[where.article], part=f"a-{where.article}", where=where)
    part = f"w-{where.part}" if where.part in _PARTS else None
    return FoundAt(name=sentence(str(where), spoken()) or str(where), part=part, where=where)


def changes(edits: Iterable[Edit], titles: Mapping[str, str], local: Local) -> list[EditorsChange]:
    """Return the editors' changes, the newest first."""
    found = [
        EditorsChange(
            edit=edit,
            did=say(_CHANGED[edit.verb]),
            what=titles.get(edit.article, edit.article) if edit.article else "",
            words=_words(edit, local),
        )
        for edit in edits
    ]
    return found[::-1]


def refused(error: Exception) -> Markup:
    """Return why an act was refused, in the page's words and not in a patch's."""
    told = []
    for _, problem in error.problems if isinstance(error, BadPatch) else [(0, str(error))]:
        said = problem
        if sentence(said, spoken()) is None:
            for pattern, words in _REFUSALS:
                said = re.sub(pattern, words, said)
        told.append(translated(said, whole=True))
    return Markup(" ").join(told)


def acted(act: Act, titles: Mapping[str, str], local: Local) -> str:
    """Return what an act did, as a sentence without its end."""
    did = [
        " ".join(filter(None, (each.did, each.what and _quoted(each.what), each.words)))
        for each in changes(act.edits, titles, local)[::-1]
    ]
    said = "; ".join(dict.fromkeys(did))
    if act.kind == "edit":
        return said
    done = say(_DONE[act.kind])
    return f"{done}: {act.note}" if act.note else f"{done} ({said})" if said else done


def _words(edit: Edit, local: Local) -> str:
    if edit.undo:
        return say("taken back")
    if edit.verb in {"pin", "move", "add", "order"}:
        return (edit.section or "") if edit.verb == "order" else _there(edit.place, edit.section)
    if edit.verb == "delay":
        return (
            say("until %(day)s", day=local(edit.start)) if edit.start else say("to the next issue")
        )
    if edit.verb == "hold":
        return say("for %(day)s", day=local(edit.start)) if edit.start else ""
    if edit.verb == "notice" and edit.block:
        issues = edit.block.issues
        booked = several("booked for %(n)s issue", "booked for %(n)s issues", issues or 0)
        until = say("until %(day)s", day=local(edit.end - _MOMENT)) if edit.end else ""
        said = (edit.block.title or edit.value, booked if issues else "", until)
        return ", ".join(filter(None, said))
    if edit.verb == "picture":
        return edit.value or edit.url or say("left out")
    if edit.verb == "event":
        day = local(edit.start) if edit.start else say("none")
        return f"{day} · {edit.value}" if edit.value else day
    return (edit.value or say("as it was")) if edit.verb not in {"hide", "lead"} else ""


def _there(place: int | None, section: str | None) -> str:
    """Return where something was put; as far as it was said."""
    if place and section:
        return say("to place %(n)s in %(section)s", n=place, section=section)
    if place:
        return say("to place %(n)s", n=place)
    return say("to %(section)s", section=section) if section else ""


def _quoted(what: str) -> str:
    return say("“%(what)s”", what=what)


def gives_picture(edit: Edit, segment: str) -> bool:
    """Tell whether a change is of an article's picture, in a segment's edition."""
    return edit.verb == "picture" and edit.segment in {None, segment}


def done(asked: Iterable[forms.Change], what: str) -> str:
    """Return what was done to `what`, as the beginning of a sentence."""
    made = [(verb, change) for change in asked for verb in _CHANGED if verb in change]
    if made[0][0] in {"add", "write"}:
        return f"{say(_CHANGED[made[0][0]])} {_quoted(what)}"
    acts = [_acted(verb, change, what) for verb, change in made if not _is_wording(verb, change)]
    worded = [(verb, change) for verb, change in made if _is_wording(verb, change)]
    saved = [say(_NOUNS[verb]) for verb, change in worded if not _is_emptied(verb, change)]
    emptied = [say(_NOUNS[verb]) for verb, change in worded if _is_emptied(verb, change)]
    its = "its" if acts else "of" if what else "the"
    lists = (("saved", saved), ("took back", emptied))
    words = [
        say(_WORDED[did, its], nouns=listed(nouns), what=_quoted(what))
        for did, nouns in lists
        if nouns
    ]
    said = listed((*acts, *words))
    return said[:1].upper() + said[1:]


def _acted(verb: str, change: forms.Change, what: str) -> str:
    on = _quoted(what or str(change[verb]))
    if change.get("undo"):
        return say("Took back: %(what)s", what=f"{say(_CHANGED[verb])} {on}")
    if verb == "delay" and "until" not in change:
        return say("Delayed %(what)s to the next issue", what=on)
    if "place" in change:
        there = _there(change["place"], change.get("section"))
        return say("Moved %(what)s %(there)s", what=on, there=there)
    return say(_ACTED[verb], what=on, **{"section": "", "until": "", "for": ""} | change)


def _is_wording(verb: str, change: forms.Change) -> bool:
    return verb in _NOUNS and (verb != "picture" or bool({"url", "alt", "undo"} & change.keys()))


def _is_emptied(verb: str, change: forms.Change) -> bool:
    return bool(change.get("undo")) or not str(change.get("text", change[verb])).strip()
