"""The inputs of an issue: everything that it is made of, so that it can be made again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from digest.editorial.history import Past
from digest.editorial.selection import Brief
from digest.jsonable import from_json, to_json
from digest.model import Article, Edit, Newsletter, Publication, Segment, TagRules
from digest.ports import Lock


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What an issue is made of; `segments` in the newsletter's order, `now` the clock it saw.

    `priorities` are the sources', `hashes` those of the articles by id, `carried` the edits of
    earlier issues that still speak; `fits` is how many articles a page can hold, for segments where
    that is a limit.
    """

    number: int
    now: datetime
    sent: datetime
    next_sent: datetime
    publication: Publication
    newsletter: Newsletter
    segments: Mapping[str, Segment]
    priorities: Mapping[str, int]
    tags: TagRules
    pasts: Mapping[str, Past]
    articles: tuple[Article, ...]
    hashes: Mapping[str, str]
    edits: tuple[Edit, ...] = ()
    carried: tuple[Edit, ...] = ()
    fits: Mapping[str, int] = field(default_factory=dict)

    @property
    def all_edits(self) -> tuple[Edit, ...]:
        """What editors changed, in this issue and before: the last word counts."""
        return (*self.carried, *self.edits)

    @property
    def brief(self) -> Brief:
        """The rules, as the selection reads them."""
        return Brief(
            newsletter=self.newsletter,
            segments=self.segments,
            priorities=self.priorities,
            tags=self.tags,
            zone=self.publication.timezone,
            sent=self.sent,
            next_sent=self.next_sent,
            fits=self.fits,
        )


Versions = Callable[[Collection[str]], Mapping[str, Article]]

_KINDS: Mapping[str, Any] = {
    "number": int,
    "now": datetime,
    "sent": datetime,
    "next_sent": datetime,
    "publication": Publication,
    "newsletter": Newsletter,
    "segments": dict[str, Segment],
    "priorities": dict[str, int],
    "tags": TagRules,
    "pasts": dict[str, Past],
    "edits": tuple[Edit, ...],
    "carried": tuple[Edit, ...],
    "fits": dict[str, int],
}


def to_lock(inputs: Inputs) -> Lock:
    """Return the inputs as JSON values, articles by hash."""
    values = {name: to_json(getattr(inputs, name), kind) for name, kind in _KINDS.items()}
    return {**values, "articles": dict(inputs.hashes)}


def from_lock(lock: Lock, versions: Versions | None) -> Inputs:
    """Return the inputs that a lock holds; `versions` gives articles by hash, None leaves them out.

    What editors added by hand is not among the articles.
    """
    values = {name: from_json(kind, lock[name]) for name, kind in _KINDS.items()}
    hashes = [hash_ for _, hash_ in sorted(lock["articles"].items())] if versions else []
    found = versions(hashes) if versions else {}
    articles = tuple(found[hash_] for hash_ in hashes)
    return Inputs(**values, articles=articles, hashes=lock["articles"])
