"""Phrases: what the rules' names mean, for who reads an edition and not the code."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from digest.render.checks.plugged import known_rules
from digest.web.desk.words import say

_IN: Mapping[str, str] = {
    "segments.match": "it is what {} asks for",
    "edit.pin": "an editor pinned it",
    "lead": "it leads, as the weightiest that may",
    "edit.lead": "an editor made it the lead",
    "edit.order": "an editor put its section in order",
    "edit.hold": "an editor held it for this issue",
    "when_short: back-fill": "there was too little that is new, and it fills the room",
}
_OUT: Mapping[str, str] = {
    "segments.match": "it is not what {} asks for",
    "window": "it was new before this edition's readers had their first",
    "decided": "an earlier issue has passed it",
    "date-ahead": "it waits for its day",
    "source": "its source is no longer read",
    "articles.max_age": "it is too old",
    "articles.grace": "it is too fresh still",
    "event": "its event is over, or cancelled",
    "ledger": "an earlier issue had it",
    "edit.hide": "an editor hid it",
    "edit.delay": "an editor delayed it",
    "sections": "no section asks for it",
    "sections.max": "its section is full",
    "sections.min": "its section has too few articles",
    "series": "an earlier day of it is in the edition",
    "articles.max": "the edition is full",
    "articles.min": "the edition has too few articles",
    "articles.per_source": "there is enough from its source",
    "articles.per_tag": "there is enough on its topic",
    "articles.per_author": "there is enough by its author",
    "same-news": "a story on the same news stands for it",
    "cut-to-fit": "the page has no room left",
    "pulled after the issue was drafted": "it was pulled after the issue was drafted",
}
_NAMED = re.compile(r"^(segments|sections)\..+\.(\w+)$")


def found(rule: str) -> str:
    """Return what a check's rule found."""
    known = known_rules()
    title = known[rule].title if rule in known else ""
    return say(title) if title else rule.replace("-", " ").capitalize()


def decided(rules: Sequence[str], segment: str, *, included: bool) -> str:
    """Return why an article is in a segment's edition, or is not."""
    known = _IN if included else _OUT
    # a section's own cap is worded as the edition's where it has no words of its own
    said = (
        say(known.get(name) or known.get(name.replace("sections.", "articles."), rule))
        for rule in rules
        for name in (_NAMED.sub(r"\1.\2", rule),)
    )
    return say(" and ").join(phrase.format(segment) for phrase in said)
