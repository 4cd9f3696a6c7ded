"""The frame an edition is set in: who publishes, for whom, when, and with which pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from digest.model import Frequency, Newsletter, Picture, Publication, Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What the readers of an edition chose, in words: topics, and sources by their titles."""

    topics: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    frequency: Frequency | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderContext:
    """What all articles of an edition share; `send_date` is aware, `pictures` are by image address.

    Pictures travel with the email where `newsletter.images` is "attach"; one that is not given is
    then left out. `logo` is a picture to attach, or an absolute address. An edition for readers who
    chose for themselves says what they have `chosen`.
    """

    publication: Publication
    newsletter: Newsletter
    segment: Segment
    number: int
    send_date: datetime
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    logo: Picture | str | None = None
    chosen: Chosen | None = None

    @property
    def attached(self) -> tuple[Picture, ...]:
        """Every picture that may travel with the email, the logo first."""
        logo = (self.logo,) if isinstance(self.logo, Picture) else ()
        return logo + tuple(self.pictures.values())
