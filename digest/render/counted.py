"""A message whose links lead elsewhere first, where they are counted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from html import escape, unescape
from string import printable
from urllib.parse import quote

from digest.model import Edition, Message, Newsletter
from digest.render.clean import address

MARK = 16
"""How many hexadecimal digits prove that a link is ours."""
_ID = (
    "-special-2026-01-01-99"  # what an issue's id has more than its newsletter's name, at the most
)
_HREF = re.compile(r'(?<=\shref=")[^"]+(?=")')
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


def led_by(message: Message, links: Mapping[str, str]) -> Message:
    """Return a message with the links by address in place of those that lead there, in HTML and in text."""
    found = {_ascii(url): link for url, link in links.items()}
    return replace(
        message,
        html=_HREF.sub(
            lambda m: escape(found.get(_ascii(unescape(m[0])), "")) or m[0], message.html
        ),
        text=_ADDRESS.sub(lambda m: found.get(_ascii(m[0]), m[0]), message.text),
    )


def link(base: str, issue: str, segment: str, article: str, mark: str) -> str:
    """Return the address by way of which a story of an edition is opened."""
    return f"{base}/c/{issue}/{segment}/{article}/{mark}"


def as_sent(message: Message, edition: Edition, newsletter: Newsletter, base: str) -> Message:
    """Return a message as long as readers get it: where clicks are counted, its links are longer.

    `base` is the public pages' address.
    """
    if not newsletter.clicks:
        return message
    issue = newsletter.name + _ID
    return led_by(
        message,
        {
            url: link(base, issue, edition.segment, article.id, "0" * MARK)
            for article in edition.articles
            if (url := address(article.url))
        },
    )


def _ascii(url: str) -> str:
    """Return an address as HTML is written with it: what is no ASCII is escaped, and nothing else."""
    return quote(url, safe=printable)
