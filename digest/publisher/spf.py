"""SPF (RFC 7208): whether a domain lets an address send for it."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Literal

from digest.ports import Resolver

Result = Literal["pass", "fail", "softfail", "neutral", "none", "permerror"]

_SIGNS: dict[str, Result] = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_MOST = 10  # questions to the name system that a record may cost (RFC 7208 §4.6.4)


class BadRecord(Exception):
    """A record that says nothing valid; the sentence says why."""


def records(resolver: Resolver, domain: str) -> list[str]:
    """Return a domain's SPF records, of which it should have one."""
    found = resolver.texts(domain)
    return [
        text for text in found if text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")
    ]


@dataclass(slots=True)
class Evaluation:
    """One check; `asked` counts the questions, over all records that are included."""

    resolver: Resolver
    asked: int = 0

    def result(self, domain: str, address: str) -> Result:
        """Return whether the domain lets an address send; BadRecord where its record is none."""
        found = records(self.resolver, domain)
        if len(found) > 1:
            raise BadRecord(f"{domain} has {len(found)} SPF records, and one is allowed: join them")
        if not found:
            return "none"
        redirect = None
        for term in found[0].split()[1:]:
            if term.lower().startswith("redirect="):
                redirect = term.partition("=")[2]
            elif "=" in term.partition(":")[0]:
                continue  # a modifier, such as exp=
            elif self._matches(term.lstrip("+-~?"), domain, address):
                return _SIGNS[term[0] if term[0] in _SIGNS else "+"]
        if redirect is not None:
            self._count(domain)
            return self.result(redirect, address)
        return "neutral"

    def _matches(self, term: str, domain: str, address: str) -> bool:
        name, _, value = term.partition(":")
        name, _, prefix = name.lower().partition("/")
        match name:
            case "all":
                return True
            case "ip4" | "ip6":
                try:
                    return ip_address(address) in ip_network(value, strict=False)
                except ValueError:
                    raise BadRecord(
                        f"the SPF record of {domain} has {term}, which is no address"
                    ) from None
            case "include":
                self._count(domain)
                return self.result(value, address) == "pass"
            case "a" | "mx":
                self._count(domain)
                host, _, length = value.partition("/")
                where = host or domain
                hosts = [where] if name == "a" else self.resolver.exchanges(where)[:_MOST]
                return any(
                    _within(address, each, length or prefix)
                    for one in hosts
                    for each in self.resolver.addresses(one)
                )
            case "exists" | "ptr":  # by macros, and deprecated: they are only counted
                self._count(domain)
                return False
        raise BadRecord(f"the SPF record of {domain} has {term}, which nothing knows")

    def _count(self, domain: str) -> None:
        self.asked += 1
        if self.asked > _MOST:
            raise BadRecord(
                f"the SPF record of {domain} costs more than {_MOST} questions to the name system, so "
                "that receivers take it for none: leave out what does not send any more"
            )


def _within(address: str, host: str, length: str) -> bool:
    ours, theirs = ip_address(address), ip_address(host)
    if ours.version != theirs.version:
        return False
    # a/24//64: the second length is IPv6's
    first, _, second = length.partition("//")
    bits = (first or "32") if theirs.version == 4 else (second or "128")  # noqa: PLR2004
    try:
        return ours in ip_network(f"{host}/{bits}", strict=False)
    except ValueError:
        raise BadRecord(f"an SPF record has /{length}, which is no length") from None
