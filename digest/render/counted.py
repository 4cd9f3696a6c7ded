"""A message whose links lead elsewhere first, where they are counted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from html import escape, unescape
from string import printable
from urllib.parse import quote

from digest.model import Message

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


def _ascii(url: str) -> str:
    """Return an address as HTML is written with it: what is no ASCII is escaped, and nothing else."""
    return quote(url, safe=printable)
