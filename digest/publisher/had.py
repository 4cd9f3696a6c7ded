"""What readers had in editions of their own choice, however they read a newsletter now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from digest.editorial.history import SENT
from digest.model import Issue
from digest.publisher.inputs import Inputs
from digest.publisher.services import Services


def had_by_choice(services: Services, issue: Issue, inputs: Inputs) -> Mapping[str, set[str]]:
    """Return by key which of an issue's articles readers had in editions of their own choice."""
    wanted = {a.id for edition in issue.editions for a in edition.articles}
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name in (issue.newsletter, *inputs.newsletter.not_from):
        for head in services.issues.heads(name):
            if head.id == issue.id or head.status not in SENT:
                continue
            editions = services.issues.reader_editions(head.id)
            told = {e.name: mine for e in editions if (mine := wanted & {*e.articles})}
            for key, segment in services.deliveries.reached_by(head.id) if told else ():
                if segment in told:
                    found[key] |= told[segment]
    return found
