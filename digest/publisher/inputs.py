"""The inputs of an issue: everything that it is made of, so that it can be made again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from digest.editorial.edits import in_force
from digest.editorial.history import Past
from digest.editorial.placing import FIRST_RULES, RULES, Brief
from digest.jsonable import from_json, to_json
from digest.model import Article, Edit, Newsletter, Publication, Segment, TagRules
from digest.ports import Lock


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What an issue is made of; `segments` in the newsletter's order, `now` the clock it saw.

    `sent` is when it was to go out when it was made, `printed` when it does where that is another
    day. `priorities` are the sources', `hashes` those of the articles by id, `filed` their numbers
    and `last` the last one there was. `carried` are the edits of earlier issues that still speak;
    `fits` is how many articles a page can hold, for segments where that is a limit; `owed` is what
    themes that had too little are worth.
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
    slot: str | None = None
    printed: datetime | None = None
    filed: Mapping[str, int] = field(default_factory=dict)
    last: int = 0
    edits: tuple[Edit, ...] = ()
    carried: tuple[Edit, ...] = ()
    fits: Mapping[str, int] = field(default_factory=dict)
    owed: Mapping[str, int] = field(default_factory=dict)
    rules: int = RULES

    @property
    def all_edits(self) -> tuple[Edit, ...]:
        """What editors changed, in this issue and before, as far as it stands."""
        return in_force(self.carried, self.edits)

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
            filed=self.filed,
            fits=self.fits,
            owed=self.owed,
            rules=self.rules,
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
    "slot": str | None,
    "printed": datetime | None,
    "filed": dict[str, int],
    "last": int,
    "edits": tuple[Edit, ...],
    "carried": tuple[Edit, ...],
    "fits": dict[str, int],
    "owed": dict[str, int],
    "rules": int,
}


_NEW = frozenset({"readers", "most"})


def to_lock(inputs: Inputs) -> Lock:
    """Return the inputs as JSON values, articles by hash."""
    values = {name: to_json(getattr(inputs, name), kind) for name, kind in _KINDS.items()}
    for past in values["pasts"].values():
        # a set has no order of its own, and a lock that says the same is the same
        past |= {key: sorted(said) for key, said in past.items() if isinstance(said, list)}
    # what nobody asks for is not in a lock: one from before says the same
    for said in (values["newsletter"], *values["segments"].values()):
        for name in _NEW & said.keys():
            if said[name] is None:
                del said[name]
    return {**values, "articles": dict(inputs.hashes)}


def from_lock(lock: Lock, versions: Versions | None) -> Inputs:
    """Return the inputs that a lock holds; `versions` gives articles by hash, None leaves them out.

    What editors added by hand is not among the articles.
    """
    hashes = [hash_ for _, hash_ in sorted(lock["articles"].items())] if versions else []
    found = versions(hashes) if versions else {}
    articles = tuple(found[hash_] for hash_ in hashes)
    if "rules" not in lock:
        lock = _of_first_rules(lock, articles)
    lock = {"owed": {}, **lock}  # nothing was, before there were plans
    values = {name: from_json(kind, lock[name]) for name, kind in _KINDS.items()}
    return Inputs(**values, articles=articles, hashes=lock["articles"])


def _of_first_rules(lock: Lock, articles: Collection[Article]) -> Lock:
    """Return the lock of an issue that was made when candidates were what fell into a window."""
    pasts = {}
    for name, past in lock["pasts"].items():
        start, end = (datetime.fromisoformat(past["window"][key]) for key in ("start", "end"))
        first = datetime.fromisoformat(said) if (said := past.get("carried_from")) else start
        new = {a.id: a.new_at for a in articles if a.new_at and first < a.new_at <= end}
        left = {id_ for id_, at in new.items() if said and at <= start}
        pasts[name] = {
            **{key: past[key] for key in ("window", "sent", "delayed", "hidden")},
            "since": first.isoformat(),
            "candidates": sorted({*new, *past["waiting"]}),
            "carried": sorted({*left, *past["waiting"]}),
        }
    empty: dict[str, object] = {"slot": None, "printed": None, "filed": {}, "last": 0}
    return {**lock, **empty, "pasts": pasts, "rules": FIRST_RULES}
