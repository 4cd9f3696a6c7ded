"""The subject and preheader an edition has until an editor writes better ones."""

from __future__ import annotations

import re
from collections.abc import Sequence

from digest.editorial.summary import cut
from digest.model import Article

LONGEST = 60
TOO_LONG = 150  # characters that no inbox shows
_SHORTEST = 20
_PREHEADER = 130
_EDGE = re.compile(r"\s*[:;,]\s+|\s+[–—-]\s+")

# How a subject goes on, in the languages whose grammar this fits.
MORE = {
    "da": "{} og {} mere",
    "de": "{} und {} weitere",
    "en": "{} and {} more",
    "es": "{} y {} más",
    "fr": "{} et {} de plus",
    "it": "{} e altri {}",
    "nl": "{} en nog {}",
    "pt": "{} e mais {}",
    "sv": "{} och {} till",
}


def subject(articles: Sequence[Article], language: str = "en") -> str:
    """Return the first headline, and how many more articles there are; empty for no article.

    It is whole words of up to 60 characters where the headline allows it, and never more than the
    150 that the lint lets pass: what a feed calls its story must not stop an issue.
    """
    if not articles:
        return ""
    others = len(articles) - 1
    if not others:
        return cut(shortened(articles[0].title, LONGEST), TOO_LONG)
    form = MORE.get(language.split("-", maxsplit=1)[0].lower(), "{} (+{})")
    room = LONGEST - len(form.format("", others))
    most = room + TOO_LONG - LONGEST
    return form.format(cut(shortened(articles[0].title, room), most), others)


def preheader(articles: Sequence[Article], subject: str) -> str:
    """Return the next two headlines, without what the subject says; for one article, its summary."""
    if len(articles) == 1:
        return shortened(articles[0].summary, _PREHEADER)
    said: list[str] = []
    for article in articles[1:]:
        title = " ".join(article.title.split())
        if len(said) < 2 and title not in said and title not in subject:  # noqa: PLR2004 - two
            said.append(title)
    both = " · ".join(said)
    return both if len(both) <= _PREHEADER or len(said) == 1 else said[0]


def shortened(headline: str, longest: int) -> str:
    """Return the headline, ended where a phrase ends if it is too long; no word is ever cut."""
    title = " ".join(headline.split())
    if len(title) <= longest:
        return title
    ends = [m.start() for m in _EDGE.finditer(title) if _SHORTEST <= m.start() <= longest]
    return title[: ends[-1]] if ends else title
