"""What the name system says of the domain that a newsletter is sent from: MX, SPF, DKIM, DMARC, PTR."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from digest.config.schema import DeliveryConfig
from digest.ports import RelayFacts, Resolver
from digest.publisher import spf
from digest.publisher.checked import Checked, CheckState, Surroundings, safely

_TAG = re.compile(r"^\s*([a-z]+)\s*=\s*(.*?)\s*$", re.IGNORECASE)
_AT_THE_SERVICE = "See that the service calls the domain verified."


def look_up(around: Surroundings, domain: str, relay: RelayFacts | None) -> Iterator[Checked]:
    """Yield what the name system says of a sender's domain, and what receivers will make of it."""
    resolver, delivery = around.resolver, around.config.delivery
    bounces = (delivery.verp or domain).rpartition("@")[2].lower()
    for each in dict.fromkeys((domain, bounces)):
        yield from safely("mx", each, lambda each=each: _mx(resolver, each))  # type: ignore[misc]
    yield from safely("spf", bounces, lambda: _spf(resolver, bounces, relay, delivery))
    yield from safely("dkim", domain, lambda: _dkim(around, domain))
    yield from safely("dmarc", domain, lambda: _dmarc(resolver, domain, bounces, delivery))
    if relay is not None and relay.problem is None:
        yield from safely("reverse-dns", relay.host, lambda: _reverse(resolver, relay))


def _mx(resolver: Resolver, domain: str) -> Iterator[Checked]:
    hosts = resolver.exchanges(domain)
    if hosts and hosts[0]:
        yield _of("mx", domain, "ok", f"{hosts[0]} takes its mail.")
    else:
        yield _of(
            "mx",
            domain,
            "error",
            "Nothing takes its mail, so neither answers nor bounces arrive.",
            "Publish an MX record.",
        )


def _spf(
    resolver: Resolver, domain: str, relay: RelayFacts | None, delivery: DeliveryConfig
) -> Iterator[Checked]:
    """Look whether the domain that emails come back to lets the relay send for it."""
    todo = (
        "Publish one TXT record, such as `v=spf1 include:RELAY -all`, that names who sends for you."
    )
    if not spf.records(resolver, domain):
        yield _of("spf", domain, "error", "It has no SPF record.", todo)
        return
    addresses = () if relay is None or relay.is_here else resolver.addresses(relay.host)
    try:
        # an address for documentation, that no honest record names (RFC 5737)
        stranger = spf.Evaluation(resolver).result(domain, "192.0.2.1")
        results = {each: spf.Evaluation(resolver).result(domain, each) for each in addresses}
    except spf.BadRecord as error:
        yield _of("spf", domain, "error", f"{error}.", todo)
        return
    out = [address for address, result in results.items() if result != "pass"]
    if stranger == "pass":
        yield _of(
            "spf", domain, "error", "It lets everybody send (+all).", "End it with -all or ~all."
        )
    elif out:
        yield _of(
            "spf",
            domain,
            "warning",
            f"It does not name the relay, {relay.host if relay else ''} at {', '.join(out)}.",
            "Add the relay, unless it hands emails on from other addresses that the record names.",
        )
    elif results:
        yield _of("spf", domain, "ok", "It lets the relay send.")
    else:
        said = "It has a record; from which address emails leave cannot be seen from here."
        yield _of("spf", domain, "ok", said, _AT_THE_SERVICE if delivery.api else "")


def _dkim(around: Surroundings, domain: str) -> Iterator[Checked]:
    delivery = around.config.delivery
    if delivery.api is not None:
        said = "The service signs; by which key cannot be seen from here."
        yield _of("dkim", domain, "unknown", said, _AT_THE_SERVICE)
        return
    if not delivery.dkim:
        yield _of(
            "dkim",
            domain,
            "warning",
            "No key is configured, so nothing signs unless the relay does.",
            "Make one with `digest dkim`, and name it as delivery: dkim.",
        )
    for name, text in around.dkim(domain):
        wanted = _tags(text)
        found = [tags for tags in map(_tags, around.resolver.texts(name)) if "p" in tags]
        if any(_key(tags) == _key(wanted) for tags in found):
            is_test = any("y" in tags.get("t", "") for tags in found)
            said = "The record is the key\u2019s" + (
                ", but marked as a test (t=y)." if is_test else "."
            )
            todo = "Take t=y out." if is_test else ""
            yield _of("dkim", name, "warning" if is_test else "ok", said, todo)
        else:
            said = (
                "The record is another key\u2019s." if found else "There is no record of the key."
            )
            yield _of("dkim", name, "error", said, f"Publish as TXT: {text}")


def _dmarc(
    resolver: Resolver, domain: str, bounces: str, delivery: DeliveryConfig
) -> Iterator[Checked]:
    """Look for the policy of the domain, or of one above it, and whether what we send meets it."""
    found = next(_policies(resolver, domain), None)
    if found is None:
        yield _of(
            "dmarc",
            domain,
            "error",
            "It has no DMARC record, which Gmail, Yahoo and Outlook ask of bulk senders.",
            f"Publish as TXT of _dmarc.{domain}: v=DMARC1; p=none; rua=mailto:…, and later p=quarantine.",
        )
        return
    where, tags = found
    policy = (tags.get("sp") if where != domain else None) or tags.get("p", "")
    if policy not in {"none", "quarantine", "reject"}:
        yield _of("dmarc", where, "error", "Its record has no policy.", "Say p=none at the least.")
        return
    same, strict = bounces == domain, tags.get("aspf") == "s"
    near = bounces.endswith(f".{domain}") or domain.endswith(f".{bounces}")
    aligned = same or (near and not strict)
    signed = bool(delivery.dkim) or delivery.api is not None
    if not (aligned or signed):
        yield _of(
            "dmarc",
            where,
            "error",
            f"Its policy is {policy}, and emails meet it by nothing: they come back to {bounces}, and "
            "are not signed here.",
            "Sign with DKIM, or let verp be an address of the sender's domain.",
        )
        return
    by = " and ".join([*(["DKIM"] if signed else []), *(["SPF"] if aligned else [])])
    yield _of("dmarc", where, "ok", f"Its policy is {policy}; emails can meet it by {by}.")


def _policies(resolver: Resolver, domain: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield the DMARC records of a domain and of those above it, but not of a top-level one."""
    labels = domain.split(".")
    for at in range(max(1, len(labels) - 1)):
        where = ".".join(labels[at:])
        for text in resolver.texts(f"_dmarc.{where}"):
            if text.replace(" ", "").lower().startswith("v=dmarc1"):
                yield where, _tags(text)


def _reverse(resolver: Resolver, relay: RelayFacts) -> Iterator[Checked]:
    if relay.is_here:
        yield _of(
            "reverse-dns",
            relay.host,
            "unknown",
            "The relay is on this machine; from which address it sends cannot be seen from here.",
            "See that its public address has a name (PTR) which leads back to it.",
        )
        return
    bad = [
        address
        for address in resolver.addresses(relay.host)
        if not any(address in resolver.addresses(name) for name in resolver.names(address))
    ]
    if bad:
        said = f"{', '.join(bad)} has no name that leads back to it."
        todo = "Ask who runs the relay for a PTR record; Gmail refuses mail from such an address."
        yield _of("reverse-dns", relay.host, "warning", said, todo)
    else:
        yield _of(
            "reverse-dns", relay.host, "ok", "Its addresses have names that lead back to them."
        )


def _tags(record: str) -> dict[str, str]:
    found = filter(None, map(_TAG.match, record.split(";")))
    return {match[1].lower(): match[2] for match in found}


def _key(tags: Mapping[str, str]) -> tuple[str, str]:
    return tags.get("k", "rsa").lower(), "".join(tags.get("p", "").split())


def _of(check: str, about: str, state: CheckState, said: str, todo: str = "") -> Checked:
    return Checked(check=check, about=about, state=state, said=said, todo=todo)
