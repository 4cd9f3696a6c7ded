"""Who is next in a run: claimed in hundreds, asked again after a long wait, at their provider's rate."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from digest.editorial.provider import provider
from digest.model import Delivery
from digest.ports import EVERYBODY, Claim
from digest.publisher.ledger import patiently
from digest.publisher.preferences import today_in
from digest.publisher.services import Services

PAUSED = "paused"  # how the detail of an email begins whose reader paused
_CLAIM = 500
_LOW = _CLAIM // 2  # claims in hand at which more are fetched
_MOST = 10 * _CLAIM  # claims in hand while a slow provider's wait
_STALE = timedelta(minutes=1)  # readers leave while a slow relay is waited for
_RESERVED = 1.0  # seconds of a shared rate that are taken at once
_NAP = 0.5  # seconds; then it is asked again whether the run goes on


class Pace:
    """Moments that are so far apart, each given away once: a bucket that holds one token.

    Where others share the rate, `reserve` takes the next so many seconds of it for us alone, and tells
    in how many they begin.
    """

    def __init__(self, per_second: float, reserve: Callable[[float], float] | None = None) -> None:
        self._gap, self.next, self._reserve, self._ours = 1 / per_second, 0.0, reserve, 0

    def foresee(self, now: float, wanted: int) -> None:
        """Know the next moment, before it is asked for; no more than a second's are taken at once."""
        if self._reserve is not None and self._ours == 0 and wanted:
            self._ours = max(1, min(wanted, int(_RESERVED / self._gap)))
            self.next = now + self._reserve(self._ours * self._gap)

    def take(self, now: float) -> None:
        """Take the next moment."""
        self.next, self._ours = max(now, self.next) + self._gap, max(0, self._ours - 1)


class Claims:
    """The deliveries in hand.

    Those of a provider with a rate wait in a queue of their own, and hold up nobody else's.
    """

    def __init__(
        self,
        services: Services,
        issue: str,
        rates: Mapping[str, float],
        *,
        bar: Callable[[Delivery], None],
        now: Callable[[], float] | None = None,
    ) -> None:
        self._services, self._issue, self._bar = services, issue, bar
        self._now = now or asyncio.get_running_loop().time
        shared = services.shards
        self._paces = {
            name: Pace(rate, None if shared is None else partial(shared.reserve, name))
            for name, rate in rates.items()
        }
        self._queues: dict[str, deque[Claim]] = {}
        self.asked = services.clock()  # when it was asked last whether those in hand may be mailed
        self._is_exhausted = False
        self._coming: asyncio.Task[None] | None = None  # the next claims, being written down
        self.ends = False

    @property
    def in_hand(self) -> list[Claim]:
        """The claims that nobody has taken."""
        return [claim for queue in self._queues.values() for claim in queue]

    @property
    def is_done(self) -> bool:
        """Tell whether nobody is left whose moment has come."""
        return self._is_exhausted and not self.in_hand

    def put_back(self, claim: Claim) -> None:
        """Put a claim back in front of the others."""
        self._queue_of(claim).appendleft(claim)

    async def next(self) -> Claim | None:
        """Return the next to be mailed when their moment has come; None where nobody is left."""
        while not self._is_ending:
            if self._services.clock() - self.asked > _STALE:
                self._ask_again()
            name, wait = self._soonest()
            if (name is None or wait > 0) and self._wants_more():
                await asyncio.shield(self._more())
            elif name is None:
                return None
            elif wait > 0:
                await asyncio.sleep(min(wait, _NAP))
            else:
                return self._taken(name)
        return None

    def ahead(self) -> Claim | None:
        """Return one of those in hand for whom nobody need wait, while another is on its way."""
        queue = self._queues.get("")
        if not queue or self._is_ending or self._paces:
            return None
        self._look_ahead()
        return queue.popleft()

    def stands(self, asked: datetime) -> bool:
        """Tell whether what was asked about at a time, and taken ahead, may still be mailed."""
        return not self._is_ending and self._services.clock() - asked <= _STALE

    @property
    def _is_ending(self) -> bool:
        return self.ends or self._services.stopping.is_set()

    def _wants_more(self) -> bool:
        """Tell whether somebody may be found who need not wait: nobody is in hand but slow providers'."""
        everybody = self._paces.get(EVERYBODY)
        waits_for_all = everybody is not None and everybody.next > self._now()
        count = sum(map(len, self._queues.values()))
        return not self._is_exhausted and (not count or (not waits_for_all and count < _MOST))

    def _taken(self, name: str) -> Claim:
        for pace in self._paces_of(name):
            pace.take(self._now())
        self._look_ahead()
        return self._queues[name].popleft()

    def _soonest(self) -> tuple[str | None, float]:
        """Return the queue whose moment comes first, and in how many seconds."""
        now, best, when = self._now(), None, 0.0
        for name, pace in self._paces.items():
            mine = self._queues.values() if name == EVERYBODY else [self._queues.get(name, ())]
            pace.foresee(now, sum(map(len, mine)))
        for name, queue in self._queues.items():
            at = max((pace.next for pace in self._paces_of(name)), default=0.0)
            if queue and (best is None or at < when):
                best, when = name, at
        return best, when - now

    def _paces_of(self, name: str) -> Iterator[Pace]:
        return (self._paces[one] for one in (EVERYBODY, name) if one in self._paces)

    def _queue_of(self, claim: Claim) -> deque[Claim]:
        slow = len(self._paces) > (EVERYBODY in self._paces)
        name = provider(claim.delivery.address) if slow else ""
        return self._queues.setdefault(name if name in self._paces else "", deque())

    def _look_ahead(self) -> None:
        """Let more be claimed before the last is taken, so that no connection waits for the disk."""
        if len(self._queues.get("", ())) == _LOW and not self._paces and not self._is_exhausted:
            self._more()

    def _more(self) -> asyncio.Task[None]:
        """Return what is done when there are more claims in hand, or none is left; all wait for one."""
        self._coming = self._coming or asyncio.create_task(self._fetch())
        return self._coming

    async def _fetch(self) -> None:
        found = await asyncio.to_thread(self._claimed)
        self._is_exhausted, self._coming = not found, None
        self._keep(found)

    def _claimed(self) -> Sequence[Claim]:
        deliveries, now = self._services.deliveries, self._services.clock()
        found = patiently(lambda: deliveries.claim(self._issue, now, _CLAIM))
        if found:
            patiently(lambda: self._services.journal.note(self._issue))
        return found

    async def settled(self) -> None:
        """Wait for the claims that are on their way: they are in hand, too."""
        if self._coming is not None:
            await self._coming

    def _ask_again(self) -> None:
        self.asked = self._services.clock()
        claims, self._queues = self.in_hand, {}
        may = self._services.audience.mailable([claim.delivery.address for claim in claims])
        self._keep(
            [
                replace(
                    c,
                    is_mailable=c.delivery.address in may,
                    paused_until=may.get(c.delivery.address),
                )
                for c in claims
            ]
        )

    def _keep(self, claims: Sequence[Claim]) -> None:
        """Take claims in hand, without those of readers who left, bounced or paused meanwhile."""
        for claim in claims:
            until = claim.paused_until
            if not claim.is_mailable:  # they left, or bounced, since it was expanded
                detail = "suppressed: not to be mailed"
            elif until is not None and today_in(self._services) < until:
                detail = f"{PAUSED} until {until}"
            else:
                self._queue_of(claim).append(claim)
                continue
            self._bar(replace(claim.delivery, state="failed", detail=detail))
