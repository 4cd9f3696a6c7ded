"""Tokens: whole ASCII words that stand in a message where a subscriber's own values go."""

from __future__ import annotations

import re

UNSUBSCRIBE = "__UNSUBSCRIBE_URL__"
VIEW = "__VIEW_URL__"
ALL = (UNSUBSCRIBE, VIEW)

PATTERN = re.compile("(" + "|".join(ALL) + ")")


def without(text: str) -> str:
    """Return the text with every token taken out, however they are nested."""
    while PATTERN.search(text):
        text = PATTERN.sub("", text)
    return text
