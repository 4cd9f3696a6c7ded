"""Folding: the form in which two spellings of one text are equal. For comparing only, never printed."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from functools import lru_cache

_BLANKS = re.compile(r"\s+")
_JOINED = re.compile(r"[\s_‐-―−-]+")  # blanks, underscores, hyphens and dashes
_INVISIBLE = re.compile("[\ufe00-\ufe0f\u034f\u115f\u1160\u3164]")  # selectors and fillers


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """Return the text without what the eye cannot tell apart.

    Composed and compatible forms are one (NFKC, UAX #15), as are letters of either case and runs of
    blanks; soft hyphens and other invisible characters are gone.
    """
    if text.isascii() and "  " not in text:
        return _BLANKS.sub(" ", text).strip().casefold()
    plain = unicodedata.normalize("NFKC", text)
    # a combining mark may stand before a soft hyphen, and find its letter only without it
    seen = "".join(letter for letter in plain if unicodedata.category(letter) != "Cf")
    seen = unicodedata.normalize("NFKC", _INVISIBLE.sub("", seen).casefold())
    return _BLANKS.sub(" ", seen).strip()


@lru_cache(maxsize=8192)
def folded_tag(text: str) -> str:
    """Return a tag's folded form, in which `EU-funding`, `EU_funding` and `EU funding` are one."""
    return _JOINED.sub("-", folded(text))


@lru_cache(maxsize=8192)
def folded_address(address: str) -> str:
    """Return the form in which two spellings of a mailbox are one: its domain in ASCII (RFC 5890).

    Whether capitals of the local part matter is the domain's to say (RFC 5321); none that is known
    tells them apart, and a reader who writes both would be mailed twice.
    """
    local, at, domain = folded(address).rpartition("@")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode()
    return f"{local}{at}{domain.rstrip('.')}"
