"""What is raised for bytes that hold nothing we can read: its sentence says what they are."""

from __future__ import annotations


class Unreadable(ValueError):
    """Bytes that are not what their source says they are, or damaged beyond reading."""


class NotAFeed(Unreadable):
    """Bytes that hold no feed; the sentence says what they look like."""


class BadContainer(Unreadable):
    """A zip or tar file that cannot be opened."""
