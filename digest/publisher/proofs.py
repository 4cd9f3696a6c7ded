"""Proofs of the editions for readers who chose: the most common ones, and any reader's, as they are made now."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from digest.editorial.folding import folded_address
from digest.errors import Unknown
from digest.findings import Finding
from digest.model import Issue
from digest.publisher.reader_editions import Press, Printed, paper_of, plan, reading_of
from digest.publisher.services import Services

MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """An edition for readers who chose, how many they are, and what the checks find.

    Where nothing in it is new, or too little, it is `printed` None, and no email goes out.
    """

    name: str
    readers: int
    printed: Printed | None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proofs:
    """The editions that most readers share, and how many editions and readers there are in all."""

    proofs: tuple[Proof, ...]
    editions: int
    readers: int


def proofs(services: Services, issue: Issue, address: str | None = None) -> Proofs:
    """Return the proofs of an issue's most common editions for readers who chose, or of one reader's.

    Of what went out they are those that it went out with. Unknown where the address has chosen nothing.
    """
    paper = paper_of(services, issue, services.issues.lock(issue.id))
    kept = services.issues.reader_editions(issue.id)
    if kept and address is None:
        got = Counter(name for _, name in services.deliveries.reached_by(issue.id))
        readings = {each.name: reading_of(each) for each in kept}
        counts = Counter({name: got[name] for name in readings})
        press = Press(services, paper, {each.standing for each in readings.values()})
    else:
        key = folded_address(address) if address is not None else None
        planned = plan(services, paper, only=key)
        if key is not None and not planned.readers:
            raise Unknown("reader who chose for themselves", address or "", ())
        readings, counts, press = planned.readings, planned.counts, planned.press
    first = sorted(counts, key=lambda name: (-counts[name], name))[:MOST]
    found = []
    for name in first:
        printed = press.printed(readings[name])
        findings = press.findings(printed) if printed else ()
        found.append(Proof(name=name, readers=counts[name], printed=printed, findings=findings))
    return Proofs(proofs=tuple(found), editions=len(counts), readers=counts.total())
