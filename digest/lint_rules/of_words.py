"""What is read in an edition's words."""

from __future__ import annotations

from digest.findings import rule

_WORDS = "Words"
STALE_WORD = rule(
    _WORDS,
    "stale-word",
    "“yesterday”, “today”, “tomorrow”, a weekday without a date: false on the day of sending (English, German, French, Spanish); not in names, such as Fat Tuesday, Sheffield Wednesday, the Today programme",
    "warning",
    title="A word that will be false on the day",
)
DATE_PAST = rule(
    _WORDS,
    "date-past",
    "a deadline that is over when the issue is sent",
    "warning",
    title="A date that is over",
)
DATE_SOON = rule(
    _WORDS,
    "date-soon",
    "a date within 48 hours of the sending",
    "warning",
    title="A date close to the sending",
)
ARTICLE_TWICE = rule(
    _WORDS,
    "article-twice",
    "the same article twice in an edition",
    "error",
    title="The same article twice",
)
ADDRESS_TWICE = rule(
    _WORDS,
    "address-twice",
    "two articles with the same address",
    "warning",
    title="Two articles with one address",
)
HEADLINE_TWICE = rule(
    _WORDS,
    "headline-twice",
    "two articles with the same headline",
    "warning",
    title="Two articles with one headline",
)
NO_ADDRESS = rule(
    _WORDS,
    "no-address",
    "an article without an address: its headline is printed, but leads nowhere; what helps depends on its source, and is said",
    "info",
    title="An article that leads nowhere",
)
HOUSE_HEADLINE = rule(
    _WORDS,
    "house-headline",
    "a headline with more words than the newsletter's [`house`](feeds-yaml.md#newslettersnamehouse) wants",
    "warning",
    title="A headline longer than the house wants",
)
HOUSE_SUMMARY = rule(
    _WORDS,
    "house-summary",
    "a summary with more words than it wants",
    "warning",
    title="A summary longer than the house wants",
)
HOUSE_CALLS = rule(
    _WORDS,
    "house-calls",
    "more calls to action in a summary, an introduction or a notice than it wants",
    "warning",
    title="More calls to action than the house wants",
)
HOUSE_BAN = rule(
    _WORDS,
    "house-ban",
    "a word that it does not print",
    "warning",
    title="A word that the house does not print",
)
HOUSE_SPELL = rule(
    _WORDS,
    "house-spell",
    "a word that it writes in another way",
    "warning",
    title="A word that the house writes in another way",
)
CORRECTION_DUE = rule(
    _WORDS,
    "correction-due",
    "of an issue that went out (`digest check`): a story whose headline, summary or event its publisher changed since, until an editor [decides](commands.md#corrections)",
    "warning",
    title="A story that changed after it was sent",
)
CORRECTION_WITHDRAWN = rule(
    _WORDS,
    "correction-withdrawn",
    "of an open issue (`digest check`): a correction whose story says again what its readers got",
    "warning",
    title="A correction of what was right",
)
PLANNING_LABEL = rule(
    _WORDS,
    "planning-label",
    "an internal tag in the html, the text, the subject or an address",
    "error",
    title="A planning label in print",
)
