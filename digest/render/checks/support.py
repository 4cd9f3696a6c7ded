"""Which CSS fails where: a compact table of what matters to a newsletter.

The facts are those of Can I email (caniemail.com, © Rémi Parmentier and contributors, MIT), as
published in June 2026, each client in its latest version; condensed and worded for this project.
What only looks plainer where it is unknown (rounded corners, a web font) is not listed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from digest.model import Severity


@dataclass(frozen=True, slots=True)
class Fact:
    """What is looked for in a property, a value or a rule's name, and the clients it fails in."""

    place: Literal["property", "value", "rule"]
    pattern: re.Pattern[str]
    clients: str
    severity: Severity = "error"

    def speaks_of(self, text: str) -> bool:
        """Tell whether it is about this text."""
        return self.pattern.search(text) is not None


def _fact(place: Literal["property", "value", "rule"], pattern: str, clients: str) -> Fact:
    return Fact(place, re.compile(pattern, re.IGNORECASE), clients)


def _plain(place: Literal["property", "value", "rule"], pattern: str, clients: str) -> Fact:
    return Fact(place, re.compile(pattern, re.IGNORECASE), clients, "warning")


FACTS = (
    _fact("property", r"^position$", "Gmail, Outlook for Windows, Yahoo"),
    _fact("property", r"^(?:grid|grid-.*|flex|flex-.*)$", "Gmail, Outlook for Windows, Yahoo"),
    _fact(
        "property", r"^(?:transform|clip-path|mask|filter)$", "Gmail, Outlook for Windows, Yahoo"
    ),
    _fact("property", r"^--", "Gmail, Outlook, Yahoo"),
    _fact("value", r"\bvar\(", "Gmail, Outlook, Yahoo"),
    _fact("value", r"^(?:inline-)?(?:flex|grid)$", "Outlook for Windows, Yahoo"),
    _fact("value", r"\bhsla?\(", "Outlook for Windows"),
    _fact("value", r"\bcalc\(|\bmin\(|\bmax\(|\bclamp\(", "Outlook for Windows, Yahoo"),
    _fact("value", r"#(?:[0-9a-f]{8}|[0-9a-f]{4})\b", "Gmail, Outlook for Windows, Yahoo"),
    _fact("value", r"\brgb\(\s*\d+\s+\d", "Gmail, Outlook for Windows, Yahoo"),
    _fact("value", r"\d(?:vw|vh|vmin|vmax)\b", "Outlook for Windows, Yahoo"),
    _plain("property", r"^float$", "Outlook for Windows"),
    _plain("property", r"^(?:object-fit|aspect-ratio|gap)$", "Gmail, Outlook for Windows"),
    _plain("property", r"^(?:animation|transition).*$", "Gmail, Outlook for Windows"),
    _plain("value", r"\burl\(", "Outlook for Windows"),
    _plain("value", r"\d(?:rem)\b", "Outlook for Windows"),
    _fact("rule", r"^import$", "Gmail, Outlook, Yahoo"),
    _plain(
        "rule", r"^(?:supports|container|layer|keyframes)$", "Gmail, Outlook for Windows, Yahoo"
    ),
)
