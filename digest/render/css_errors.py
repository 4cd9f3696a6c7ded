"""What is wrong with CSS, in words that say what to look for."""

from __future__ import annotations

import re

_SAID = (
    (
        r"^(?:Stop token|EOF reached)",
        "a declaration without its colon, or a rule without its { or }",
    ),
    (r"^Unmatched (.)", r"a \1 too many"),
    (r"^(?:Expected|Got|Invalid declaration)", "a declaration that is none"),
    (r"bad[ -]?string", "a quote that is not closed in its line"),
    (r"bad[ -]?url", "an address that is not closed"),
)
NESTED = "a rule stands in a rule; is a } missing before it?"
UNCLOSED = "a comment that is not closed: what follows it is lost"


def plainly(message: str) -> str:
    """Return what a parser says is wrong, for a person."""
    for pattern, said in _SAID:
        if found := re.search(pattern, message, re.IGNORECASE):
            return found.expand(said)
    return message


def unclosed_comment(css: str) -> int | None:
    """Return the line of a comment that never ends; None where each does."""
    bare = re.sub(
        r"/\*.*?\*/|\"[^\"\n]*\"|'[^'\n]*'",
        lambda m: re.sub(r"[^\n]", " ", m[0]),
        css,
        flags=re.DOTALL,
    )
    at = bare.find("/*")
    return None if at < 0 else bare.count("\n", 0, at) + 1
