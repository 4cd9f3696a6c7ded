"""What stands for an address that was erased: nobody can read it, and it is known when it comes again."""

from __future__ import annotations

import hmac
import secrets

ERASED = "erased"
"""Why such an address is suppressed."""

RANGE = ("erased-", "erased.")
"""Between these are the marks, in the order of texts, beside addresses that begin so."""


def mark_of(secret: bytes, key: str) -> str:
    """Return the mark of an address, made with the store's secret; the same each time."""
    return RANGE[0] + hmac.digest(secret, f"erased\0{key}".encode(), "sha256").hex()


def new_mark() -> str:
    """Return what stands for nobody in particular: two of them are of one person, and nobody can tell."""
    return RANGE[0] + secrets.token_hex(12)
