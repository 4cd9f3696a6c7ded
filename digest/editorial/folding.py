"""Folding: the form in which two spellings of one text are equal. For comparing only, never printed."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from functools import lru_cache

from digest.editorial.idn import ascii_domain

_BLANKS = re.compile(r"\s+")
# blanks, underscores, hyphens and dashes
_JOINED = re.compile("[\\s_\u2010-\u2015\u2212\u02d7\u2043\u2e3a\u2e3b-]+")
# what Unicode lets a program show as nothing, but is no format character: selectors, fillers, the
# blank of Braille, and what is not assigned yet (Default_Ignorable_Code_Point, UAX #44)
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
# soft hyphens, zero widths, marks of direction, selectors: the shorter list for whole texts
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff]")


def plain(text: str) -> str:
    """Return a whole text for comparing: in one form (NFKC), without what is not seen; case is kept."""
    return text if text.isascii() else unicodedata.normalize("NFKC", _UNSEEN.sub("", text))


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """Return the text without what the eye cannot tell apart.

    Composed and compatible forms are one (NFKC, UAX #15), as are letters of either case and runs of
    blanks; soft hyphens and other invisible characters are gone.
    """
    if text.isascii() and text.isprintable():
        return _BLANKS.sub(" ", text).strip().casefold()
    whole = unicodedata.normalize("NFKC", text)
    # a combining mark may stand before a soft hyphen, and find its letter only without it
    seen = "".join(
        letter  # others only steer how these are shown; a line's end is a blank
        for letter in whole
        if letter.isspace() or unicodedata.category(letter) not in {"Cf", "Cc"}
    )
    seen = unicodedata.normalize("NFKC", _INVISIBLE.sub("", seen).casefold())
    return _BLANKS.sub(" ", seen).strip()


@lru_cache(maxsize=8192)
def folded_tag(text: str) -> str:
    """Return a tag's folded form, in which `EU-funding`, `EU_funding` and `EU funding` are one."""
    return _JOINED.sub("-", folded(text))


def folded_address(address: str) -> str:
    """Return the form in which two spellings of a mailbox are one: its domain in ASCII (RFC 5891).

    Whether capitals of the local part matter is the domain's to say (RFC 5321); none that is known
    tells them apart, and a reader who writes both would be mailed twice.
    """
    if address.isascii() and address.isprintable() and " " not in address:  # as nearly all are
        return address.lower().rstrip(".")
    return _folded_address(address)


@lru_cache(maxsize=8192)
def _folded_address(address: str) -> str:
    # folding makes ss of ß, which tells two domains apart
    local, at, domain = plain(address).rpartition("@")
    host = folded(domain)
    if not domain.isascii():
        with suppress(UnicodeError):
            host = ascii_domain(domain.strip())
    return f"{folded(local)}{at}{host.rstrip('.')}"
