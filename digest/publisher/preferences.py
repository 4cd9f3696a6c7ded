"""A reader's own preferences: name, segments that are open to choice, a pause."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from digest.errors import Unknown, UsageError
from digest.model import Choice, Subscriber
from digest.publisher.choosing import with_choices
from digest.publisher.services import Services

LONGEST_NAME = 80
LONGEST_PAUSE = timedelta(days=366)


def prefer(
    services: Services,
    token: str,
    *,
    name: str,
    segments: Collection[str],
    paused_until: date | None,
    choices: Mapping[str, Choice | None] | None = None,
) -> Subscriber:
    """Keep what the reader that a link's token stands for prefers; return the subscriber.

    Segments that are not open stay as they are, and so does what was chosen of a newsletter of which the
    `choices` say nothing; None takes it back. Unknown where the token is nobody's, or of somebody who
    left; UsageError where the pause has no end that it could have.
    """
    person, today = services.audience.by_token(token), today_in(services)
    if person is None or person.status == "unsubscribed":
        raise Unknown("subscriber of this link", token, ())
    if paused_until is not None and not today < paused_until <= today + LONGEST_PAUSE:
        raise UsageError("Pause until a day after today, and for a year at the most.")
    kept = [each for each in person.segments if not _is_open(services, each)]
    chosen = [each for each in services.config.segments if each in segments]
    seen = "".join(letter if letter.isprintable() else " " for letter in name)
    changed = replace(
        person,
        name=" ".join(seen.split())[:LONGEST_NAME].rstrip() or None,
        segments=(*kept, *(each for each in chosen if _is_open(services, each))),
        paused_until=paused_until,
    )
    changed = replace(changed, choices=with_choices(services, changed, choices or {}))
    services.audience.put([changed], services.clock())
    return changed


def today_in(services: Services) -> date:
    """Return the publication's day."""
    return services.clock().astimezone(ZoneInfo(services.config.publication.timezone)).date()


def _is_open(services: Services, segment: str) -> bool:
    found = services.config.segments.get(segment)
    return found is not None and found.open
