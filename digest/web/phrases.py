"""Phrases: what the rules' names mean, for who reads an edition and not the code."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from digest.web.desk.words import say

FOUND: Mapping[str, str] = {
    "stale-word": "A word that will be false on the day",
    "date-past": "A date that is over",
    "date-soon": "A date close to the sending",
    "article-twice": "The same article twice",
    "address-twice": "Two articles with one address",
    "headline-twice": "Two articles with one headline",
    "no-address": "An article that leads nowhere",
    "date-unknown": "An article without a date",
    "tags-cut": "An article whose tags are cut",
    "pin-unplaced": "A pin without room",
    "event-over": "An event that is over, or cancelled",
    "lead-missing": "No story that may lead",
    "promise-broken": "A promise that is not kept",
    "promise-late": "A promise kept late",
    "promise-day": "A promise for a day without an issue",
    "notice-missing": "A notice that the look does not print",
    "notice-ends": "A notice that is here for the last time",
    "edit-idle": "Words for an article that is not here",
    "edit-conflict": "An article that changed after you reworded it",
    "house-headline": "A headline longer than the house wants",
    "house-summary": "A summary longer than the house wants",
    "house-calls": "More calls to action than the house wants",
    "house-ban": "A word that the house does not print",
    "house-spell": "A word that the house writes in another way",
    "correction-due": "A story that changed after it was sent",
    "correction-withdrawn": "A correction of what was right",
    "planning-label": "A planning label in print",
    "size-clip": "Too long: Gmail cuts it",
    "size-near": "Nearly too long for Gmail",
    "cut-to-fit": "Articles cut off at the end",
    "subject-missing": "No subject",
    "subject-long": "A long subject",
    "subject-too-long": "A subject that is too long",
    "preheader-missing": "No preheader",
    "preheader-repeats": "A preheader that repeats the subject",
    "preheader-long": "A long preheader",
    "preheader-short": "A short preheader",
    "contrast": "Text that is hard to see",
    "alt-missing": "A picture that nobody described",
    "alt-file-name": "A file’s name for a description",
    "alt-long": "A long description of a picture",
    "image-blurred": "A picture shown larger than it is",
    "image-soft": "A picture that may look soft",
    "image-only": "Few words for so many pictures",
    "picture-heavy": "A heavy picture",
    "pictures-heavy": "Heavy pictures together",
    "link-generic": "A link that does not say where it leads",
    "link-ambiguous": "The same words for different pages",
    "link-insecure": "An address without https",
    "postal-missing": "No postal address",
    "placeholder-left": "A placeholder left in print",
    "html-support": "What a mail program does not show",
    "image-format": "A picture of a kind that not all show",
    "css-support": "Styles that a mail program does not know",
    "headline-missing": "An article without a headline",
    "picture-lost": "A picture that cannot be fetched",
    "alt-attribute": "A picture without a description",
    "alt-linked": "A picture that leads on and says not where",
    "image-width": "A picture without a width",
    "image-height": "A picture without a height",
    "image-oversize": "A picture that is larger than it has to be",
    "tracking-pixel": "A picture that counts readers",
    "link-name": "A link without a text",
    "link-plain": "A link that does not look like one",
    "target-size": "A link that is hard to hit",
    "sender-name": "A sender without a name",
    "size-wire": "Long as it travels",
    "text-missing": "No text part",
    "text-size": "A long text part",
    "text-tiny": "Tiny text",
    "text-small": "Small text",
    "text-tight": "Lines that stand too close",
    "unsubscribe-missing": "No link to unsubscribe",
    "unsubscribe-clipped": "A link to unsubscribe that Gmail cuts",
    "view-missing": "No link to view it in a browser",
    "heading-empty": "A heading that says nothing",
}
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
    return say(FOUND[rule]) if rule in FOUND else rule.replace("-", " ").capitalize()


def decided(rules: Sequence[str], segment: str, *, included: bool) -> str:
    """Return why an article is in a segment's edition, or is not."""
    known = _IN if included else _OUT
    said = (say(known.get(_NAMED.sub(r"\1.\2", rule), rule)) for rule in rules)
    return say(" and ").join(phrase.format(segment) for phrase in said)
