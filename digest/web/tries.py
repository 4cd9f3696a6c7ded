"""Wrong passwords: after how many from where no more are heard."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Lock
from typing import Literal

_MINUTE, _HOUR = 60.0, 3600.0
_EACH = 5  # in a minute
_STRANGERS = 100  # in an hour, all together
_KNOWN = 1000

_Log = deque[tuple[float, str, str]]


class Tries:
    """Remembers wrong passwords for as long as they count, and no more of them than count.

    A browser that was let in before has tries of its own, so that nobody who guesses from elsewhere
    shuts it out (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"). An account that
    strangers guess at waits for all of them. One password is looked at at a time: hashing it takes
    much memory.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._lock = clock, Lock()
        self._strangers: _Log = deque(maxlen=_STRANGERS)
        self._known: _Log = deque(maxlen=_KNOWN)

    def judge(
        self, is_right: Callable[[], bool], *, address: str, device: str | None, account: str = ""
    ) -> Literal["right", "wrong", "unheard"]:
        """Return what a password is, which is not even looked at where too many were wrong."""
        now = self._clock()
        with self._lock:
            known = [who for _, who, _ in _recent(self._known, now)]
            if device is not None and known.count(device) < _EACH:
                log, who = self._known, device
            else:
                log, who = self._strangers, network(address)
                is_full = len(log) == _STRANGERS and now - log[0][0] < _HOUR
                here = sum(from_ == who for _, from_, _ in _recent(log, now))
                at_it = sum(for_ == account != "" for _, _, for_ in _recent(log, now))
                if is_full or here >= _EACH or at_it >= _EACH:
                    return "unheard"
            if is_right():
                return "right"
            log.append((now, who, account))
            return "wrong"


def _recent(log: _Log, now: float) -> Iterator[tuple[float, str, str]]:
    return (each for each in log if now - each[0] < _MINUTE)


def network(address: str) -> str:
    """Return what one person may have many addresses of: an IPv6 network of 64 bits."""
    try:
        found = ip_address(address)
        if isinstance(found, IPv6Address):
            return str(found.ipv4_mapped or ip_network((int(found), 64), strict=False))
    except ValueError:  # a proxy may state no address
        return ""
    return str(found)
