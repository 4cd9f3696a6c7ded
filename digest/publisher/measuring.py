"""What an operator watches: deliveries, what waits, what is late, and how the sources do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.model import DeliveryState
from digest.publisher.gathering import agenda_of, regular
from digest.publisher.resting import active_sources
from digest.publisher.services import Services

_UNDONE: frozenset[DeliveryState] = frozenset({"pending", "claimed", "intent", "deferred"})
_WAITS = frozenset({"draft", "held", "approved"})
_NONE = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """A source's last fetch: ok, unchanged or failed, and how long ago; `never` before the first."""

    result: str = "never"
    age: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What is measured, without an address in it.

    `deliveries` are counted by state and provider. `oldest_pending` is how long ago the oldest issue
    was to go out of which an email still waits; `slot_lag`, by newsletter, how long ago a slot was
    whose issue has not begun to go out.
    """

    deliveries: Mapping[tuple[DeliveryState, str], int]
    oldest_pending: timedelta
    slot_lag: Mapping[str, timedelta]
    fetches: Mapping[str, Fetch]


def measure(services: Services) -> Measures:
    """Measure everything; the store counts, so that no audience is read."""
    now = services.clock()
    deliveries: Counter[tuple[DeliveryState, str]] = Counter()
    undone: set[str] = set()
    for issue, state, provider, count in services.deliveries.by_provider():
        deliveries[state, provider] += count
        if state in _UNDONE:
            undone.add(issue)
    heads = services.issues.heads() if undone else ()
    begun = [
        max(at for at in (issue.send_at, issue.approved_at, issue.created) if at is not None)
        for issue in heads
        if issue.id in undone
    ]
    states = services.articles.states()
    return Measures(
        deliveries=deliveries,
        oldest_pending=max((now - at for at in begun), default=_NONE),
        slot_lag={name: _slot_lag(services, name, now) for name in services.config.newsletters},
        fetches={
            name: Fetch(result=last["status"], age=now - datetime.fromisoformat(last["at"]))
            if (last := states.get(name, {}).get("last")) is not None
            else Fetch()
            for name in active_sources(services)
        },
    )


def _slot_lag(services: Services, name: str, now: datetime) -> timedelta:
    newsletter, since = services.newsletter(name), services.issues.started(name)
    if newsletter.schedule is None or since is None:
        return _NONE
    issues = regular(services, name)
    slot = agenda_of(services, newsletter, issues).due(now, since)
    waiting = [i.send_at for i in issues[-1:] if i.slot and i.status in _WAITS]
    late = [at for at in (slot.sent if slot else None, *waiting) if at is not None]
    return max((_NONE, *(now - at for at in late)))
