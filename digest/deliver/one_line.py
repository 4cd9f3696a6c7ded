"""What strangers write, in one line."""

from __future__ import annotations

_READ, _KEPT = 2_000, 500  # characters


def one_line(value: object) -> str:
    """Return a text that a stranger wrote in one line, with nothing in it that is not seen."""
    said = " ".join(str(value or "")[:_READ].split())
    return "".join(letter for letter in said if letter.isprintable())[:_KEPT]
