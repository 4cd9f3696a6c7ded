"""The provider of a mailbox, where it is one of the three that most readers have."""

from __future__ import annotations

import re
from collections.abc import Mapping

from digest.editorial.folding import folded_address

_ENDING = r"\.(?:com|[a-z]{2}|com?\.[a-z]{2})"
_DOMAINS: Mapping[str, re.Pattern[str]] = {
    "gmail": re.compile(r"(?:gmail|googlemail)\.com"),
    "outlook": re.compile(r"(?:outlook|hotmail|live|msn|passport)" + _ENDING),
    "yahoo": re.compile(r"(?:yahoo|ymail|rocketmail|aol|aim)" + _ENDING),
}
PROVIDERS = (*_DOMAINS, "other")


def provider(address: str) -> str:
    """Return whose mailbox an address is, by its domain: a provider, or `other`."""
    domain = folded_address(address).rpartition("@")[2]
    return next((name for name, of in _DOMAINS.items() if of.fullmatch(domain)), "other")
