"""The provider of a mailbox, as far as it is known, and which addresses are one mailbox there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class _Spellings:
    """Domains whose addresses are one mailbox, whatever of `ignored` stands before the @."""

    domains: frozenset[str]
    ignored: str = ""


# Gmail's help (answer 7436150), Proton's ("addresses and aliases"), Apple's (HT201771)
_SPELLINGS = (
    _Spellings(frozenset({"gmail.com", "googlemail.com"}), "."),
    _Spellings(frozenset({"proton.me", "protonmail.com", "protonmail.ch", "pm.me"}), ".-_"),
    _Spellings(frozenset({"icloud.com", "me.com", "mac.com"})),
)


def mailbox(address: str) -> str:
    """Return what the spellings of one mailbox have in common; for comparing, never to be written to.

    `name+anything@host` comes to the same reader nearly everywhere; who reads two of them here is one.
    """
    local, _, domain = folded_address(address).rpartition("@")
    name = local.partition("+")[0]
    for each in _SPELLINGS:
        if domain in each.domains:
            return f"{name.translate(str.maketrans('', '', each.ignored))}@{min(each.domains)}"
    return f"{name}@{domain}"
