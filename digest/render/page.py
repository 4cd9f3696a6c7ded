"""Show a message as a page: for the preview, the export and "view in browser"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import escape

from digest.model import Message
from digest.render import tokens

_CID = re.compile(r'src="cid:([^"]+)"')

_OWN = re.compile(  # a link whose address is a subscriber's own, and what divides it from the one before
    rf'(?:<br[^>]*>|\s*·\s*)?<a\b[^>]*href="(?:{tokens.UNSUBSCRIBE}[^"]*|{tokens.VIEW})"[^>]*>.*?</a>',
    re.DOTALL,
)

_OWN_LINES = re.compile(rf"^[^\n]*\n[^\n]*{tokens.UNSUBSCRIBE}[^\n]*\n?", re.MULTILINE)


def page(
    message: Message,
    *,
    unsubscribe_url: str,
    view_url: str,
    picture_url: Callable[[str], str],
) -> str:
    """Return the message's HTML with its tokens replaced; pictures stand at `picture_url(name)`."""
    values = _values(unsubscribe_url, view_url)
    html = tokens.PATTERN.sub(lambda m: escape(values[m[1]]), message.html)
    return _CID.sub(lambda m: f'src="{escape(picture_url(m[1]))}"', html)


def public_page(message: Message, *, view_url: str, picture_url: Callable[[str], str]) -> str:
    """Return the message's HTML as anybody may see it: without the links that are a subscriber's.

    `view_url` is where the page itself is: what it leads to beneath stays.
    """
    anyones = replace(message, html=_OWN.sub("", message.html))
    return page(anyones, unsubscribe_url="", view_url=view_url, picture_url=picture_url)


def plain_page(message: Message, *, unsubscribe_url: str, view_url: str) -> str:
    """Return the message's text with its tokens replaced."""
    values = _values(unsubscribe_url, view_url)
    return tokens.PATTERN.sub(lambda m: values[m[1]], message.text)


def public_text(message: Message, *, view_url: str) -> str:
    """Return the message's text as anybody may have it: without a subscriber's own links and their labels."""
    anyones = replace(message, text=_OWN_LINES.sub("", message.text))
    return plain_page(anyones, unsubscribe_url="", view_url=view_url)


def _values(unsubscribe: str, view: str) -> dict[str, str]:
    return {tokens.UNSUBSCRIBE: unsubscribe, tokens.VIEW: view}
