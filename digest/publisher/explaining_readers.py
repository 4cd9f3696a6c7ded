"""Explain to one reader why their edition holds an article, or does not."""

from __future__ import annotations

from dataclasses import replace

from digest.editorial.folding import folded_address
from digest.editorial.membership import Membership
from digest.editorial.why import explain
from digest.errors import Unknown
from digest.model import Decision
from digest.publisher.clicking import READERS as SEGMENT
from digest.publisher.explaining import (
    AskedIssue,
    case_of,
    cases_now,
    decisions_in,
    too_late,
    with_article,
)
from digest.publisher.gathering import ids_at
from digest.publisher.reader_editions import Press, ReaderPaper, own_choice, plan, reading_of
from digest.publisher.services import Services


def why_reader(services: Services, article: str, issue: str | None, address: str) -> list[Decision]:
    """Return for each newsletter whether a reader's edition holds an article, and why; Unknown of nobody.

    Of who chose nothing it is what their segment gets.
    """
    person = services.audience.by_address(address)
    if person is None:
        raise Unknown("subscriber", address, ())
    id_ = (ids_at(services, [article]).get(article) if "://" in article else None) or article
    cases = [case_of(services, issue)] if issue is not None else [*cases_now(services)]
    found = []
    for case in cases:
        newsletter = case.inputs.newsletter
        if own_choice(newsletter, person.choices) is not None:
            found.append(_for_reader(services, case, id_, folded_address(person.address)))
            continue
        mine = Membership(services.config.segments).of(person)
        segment = next((name for name in newsletter.segments if name in mine), None)
        if segment in case.inputs.segments:
            found += decisions_in(services, case, id_, segment)
    return found


def _for_reader(services: Services, case: AskedIssue, article: str, key: str) -> Decision:
    held = any(each.id == article for each in case.inputs.articles)
    inputs, came_later = (case.inputs, False) if held else with_article(services, case, article)
    paper = ReaderPaper(inputs=inputs, before=case.before, issue=case.issue)
    got = {k: name for k, name in services.deliveries.reached_by(case.issue or "") if k == key}
    kept = services.issues.reader_edition(case.issue or "", got.get(key, ""))
    if kept is not None:  # what they got, whatever they choose now
        reading = reading_of(kept)
        readers = Press(services, paper, [reading.standing]).readers
    else:
        planned = plan(services, paper, only=key)
        (reading,), readers = planned.readings.values(), planned.press.readers
    segment, past = readers.segment(reading), readers.past(reading)
    found = explain(readers.selector, article, segment, past)
    rules = tuple("choice" if rule.startswith("segments.") else rule for rule in found.decided_by)
    said = replace(found, segment=SEGMENT, decided_by=rules)
    return too_late(said) if came_later and said.included else said
