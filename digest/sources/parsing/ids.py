"""Ids that cannot be trusted: those that repeat in a feed, and those that are new at every pull."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b

from digest.editorial.address import canonical
from digest.model import Sighting
from digest.ports import State

_REMEMBERED = 30
_MOST = 0.5


def odd_ids(sightings: Sequence[Sighting], before: State) -> tuple[str, ...]:
    """Return a warning for each way in which a feed's ids are none."""
    counted = Counter(s.guid for s in sightings if s.guid)
    repeated = [guid for guid, times in counted.items() if times > 1]
    warnings = []
    if repeated:
        warnings.append(
            f"{len(repeated)} ids stand at several entries, such as {repeated[0][:100]!r}"
        )
    known, now = before.get("ids", {}), remembered_ids(sightings)["ids"]
    both = [address for address in now if address in known]
    if both and sum(now[a] != known[a] for a in both) > _MOST * len(both):
        warnings.append("its ids are new at every pull; addresses are gone by instead")
    return tuple(warnings)


def remembered_ids(sightings: Sequence[Sighting]) -> dict[str, dict[str, str]]:
    """Return the state by which changed ids are noticed at the next pull."""
    some = [s for s in sightings if s.guid and s.url and s.guid != s.url][:_REMEMBERED]
    return {"ids": {_short(canonical(s.url)): _short(s.guid) for s in some}}


def _short(text: str | None) -> str:
    return blake2b((text or "").encode("utf-8", "replace"), digest_size=6).hexdigest()
