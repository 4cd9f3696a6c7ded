"""Keep to a rate: so many emails a second to the relay, and to single providers of mailboxes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from threading import Lock

from digest.editorial.provider import provider
from digest.ports import Connection, Deliverer, Outcome

ALL = "*"


class Pace:
    """Moments that are so far apart, each given away once: a bucket that holds one token."""

    def __init__(self, per_second: float) -> None:
        self._gap, self._next, self._lock = 1 / per_second, 0.0, Lock()

    def wait(self, now: float) -> float:
        """Take the next moment; return how many seconds it is away."""
        with self._lock:
            at = max(now, self._next)
            self._next = at + self._gap
        return at - now


class PacedDeliverer:
    """A deliverer that all connections together use no oftener than the rates say.

    `rates` are emails a second by provider; ALL is that of everybody together.
    """

    def __init__(
        self,
        inner: Deliverer,
        rates: Mapping[str, float],
        *,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._inner, self._now, self._sleep = inner, now, sleep
        self._paces = {name: Pace(rate) for name, rate in rates.items()}
        self.connections = inner.connections

    def open(self) -> Connection:
        """Open a connection of the deliverer within."""
        return PacedConnection(self._inner.open(), self.wait)

    def wait(self, address: str) -> None:
        """Wait until an email to this address may go."""
        now = self._now()
        paces = [self._paces[name] for name in (ALL, provider(address)) if name in self._paces]
        if (seconds := max((pace.wait(now) for pace in paces), default=0.0)) > 0:
            self._sleep(seconds)


class PacedConnection:
    """A connection that waits for its turn before each email."""

    def __init__(self, inner: Connection, wait: Callable[[str], None]) -> None:
        self._inner, self._wait = inner, wait

    def deliver(
        self, sender: str, address: str, email: bytes, intent: Callable[[], None]
    ) -> Outcome:
        """Hand one email over when its turn has come."""
        self._wait(address)
        return self._inner.deliver(sender, address, email, intent)

    def close(self) -> None:
        """Say goodbye."""
        self._inner.close()
