"""A domain in letters of any script, as the mail and the DNS write it: in ASCII (RFC 5891, UTS #46)."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(4096)
def ascii_domain(domain: str) -> str:
    """Return a domain in ASCII; UnicodeError where it is none.

    As browsers do it: `straße.example` is no longer `strasse.example`, which the standard library's
    codec makes of it (IDNA 2003), and which may be another's.
    """
    import idna  # noqa: PLC0415 - slow to import, and few domains need it

    return idna.encode(domain, uts46=True).decode("ascii")
