"""Who gets an issue: of several segments, the newsletter's first that has an edition."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from digest.model import Issue
from digest.ports import Addressee
from digest.publisher.campaigns import editions
from digest.publisher.inputs import Inputs
from digest.publisher.reader_editions import own_choice
from digest.publisher.reprinting import Variants
from digest.publisher.services import Services
from digest.render.mime import message_id, sender_domain


def addressees(
    services: Services, issue: Issue, inputs: Inputs, variants: Variants
) -> Iterator[Addressee]:
    """Yield everyone who is to get an issue, or with campaigns each list; not who chose for themselves.

    A special issue is for them, too, as far as they belong to its segments. Who belongs to a segment is asked of the rules as they are now.
    """
    domain = sender_domain(inputs.newsletter.sender)
    if services.campaigns is not None:
        yield from editions(services, services.campaigns(), issue, domain)
        return
    printed = {message.segment for message in issue.messages}

    @cache
    def edition_for(segments: tuple[str, ...]) -> str | None:
        first = next((name for name in inputs.newsletter.segments if name in segments), None)
        return first if first in printed else None

    for key, address, segments, choices in services.audience.confirmed():
        if choices and not issue.special and own_choice(inputs.newsletter, choices) is not None:
            continue  # whose edition is one of their own
        segment = edition_for(segments)
        if segment is None:
            continue
        variant = variants.variant(segment, key)
        if variant is not None:
            name = message_id(issue.id, address, services.key, domain)
            yield Addressee(key, address, segment, name, variant)
