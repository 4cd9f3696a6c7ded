"""Check what an inbox makes of an email: its size, its labels, its subject and preheader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from digest.model import Finding
from digest.render.proof import Proof

CLIP = 102_400  # Gmail cuts a page off at about this many bytes (hteumeuleu/email-bugs 41)
NEAR = 81_920


def size(proof: Proof) -> Iterator[Finding]:
    """Check the page's size against where Gmail clips it."""
    weight = len(proof.html.encode())
    kilobytes = f"{weight / 1024:.0f} KB"
    if weight > CLIP:
        way = "Gmail hides the end, the unsubscribe link with it; lower articles.max"
        yield Finding(
            rule="size-clip", severity="error", message=f"the page has {kilobytes}: {way}"
        )
    elif weight > NEAR:
        way = "Gmail clips it at 102 KB"
        yield Finding(
            rule="size-near", severity="warning", message=f"the page has {kilobytes}; {way}"
        )


def labels(proof: Proof) -> Iterator[Finding]:
    """Check that no planning label is in anything that a subscriber receives."""
    message = proof.message
    printed = {"html": message.html, "text": message.text, "subject": message.subject}
    addresses = [v for e in proof.root.iter() for v in (e.get("href"), e.get("src")) if v]
    for label in proof.internal:
        exact, anywhere = _pattern(label)
        for place, text in printed.items():
            yield from _label(exact.search(text), place)
        yield from _label(anywhere.search(unquote(" ".join(addresses))), "an address")


def _label(found: re.Match[str] | None, place: str) -> Iterator[Finding]:
    if found:
        said = f"the planning label {found[0]} is in what subscribers receive; take it out"
        yield Finding(rule="planning-label", severity="error", message=said, where=place)


def _pattern(label: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of a label in prose and in an address.

    `Strategy-*` means a label in the publisher's spelling, not every "strategy-led" in a sentence.
    """
    parts = [re.escape(part) for part in label.split("*")]
    middle = r"[\w-]+".join(parts)
    pattern = rf"(?<![\w-]){middle}(?![\w-])"
    prose = re.compile(pattern, 0 if "*" in label else re.IGNORECASE)
    return prose, re.compile(pattern, re.IGNORECASE)
