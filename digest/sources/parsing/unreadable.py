"""What is raised for bytes that hold nothing we can read: its sentence says what they are."""

from __future__ import annotations

from datetime import datetime


class Unreadable(ValueError):
    """Bytes that are not what their source says they are, or damaged beyond reading."""


class NotAFeed(Unreadable):
    """Bytes that hold no feed; the sentence says what they look like."""


class BadContainer(Unreadable):
    """A zip or tar file that cannot be opened."""


class Unpublished(Exception):
    """A file that is not to be read by everybody: a draft, or, with `until`, one whose day will come."""

    def __init__(self, until: datetime | None = None) -> None:
        """Take the moment from which it may be read."""
        super().__init__("not published")
        self.until = until
