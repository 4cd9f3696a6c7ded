"""A newsletter whose readers choose for themselves."""

from __future__ import annotations

from digest.model import Choice, Subscriber
from tests.helpers.newsroom import Newsroom

OFFER = """\
readers: {topics: choose, sources: choose, frequency: [daily, weekly], hour: choose, most: 9}
"""
DAILY = f'schedule: {{cron: "0 7 * * *"}}\n{OFFER}'


def choose(room: Newsroom, address: str, *topics: str, **more: object) -> None:
    """Let a reader choose topics of the weekly newsletter."""
    choice = Choice(topics=topics, **more)  # type: ignore[arg-type]
    person = Subscriber(address=address, choices={"weekly": choice})
    room.open()._services.audience.put([person], room.now)
