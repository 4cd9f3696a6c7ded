"""Wrong passwords: after how many from where no more are heard."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Lock
from typing import Literal

_MINUTE, _HOUR = 60.0, 3600.0
_EACH = 5  # in a minute
_STRANGERS = 100  # in an hour, all together
_KNOWN = 1000

_Log = deque[tuple[float, str]]


class Tries:
    """Remembers wrong passwords for as long as they count, and no more of them than count.

    A browser that was let in before has tries of its own, so that nobody who guesses from elsewhere
    shuts it out (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._lock = clock, Lock()
        self._strangers: _Log = deque(maxlen=_STRANGERS)
        self._known: _Log = deque(maxlen=_KNOWN)

    def judge(
        self, *, is_right: bool, address: str, device: str | None
    ) -> Literal["right", "wrong", "unheard"]:
        """Return what a password is, which is not even looked at where too many were wrong."""
        now = self._clock()
        with self._lock:
            if device is not None and _recent(self._known, device, now) < _EACH:
                log, who = self._known, device
            else:
                log, who = self._strangers, network(address)
                is_full = len(log) == _STRANGERS and now - log[0][0] < _HOUR
                if is_full or _recent(log, who, now) >= _EACH:
                    return "unheard"
            if not is_right:
                log.append((now, who))
            return "right" if is_right else "wrong"


def _recent(log: _Log, who: str, now: float) -> int:
    return sum(each == who and now - at < _MINUTE for at, each in log)


def network(address: str) -> str:
    """Return what one person may have many addresses of: an IPv6 network of 64 bits."""
    try:
        found = ip_address(address)
        if isinstance(found, IPv6Address):
            return str(found.ipv4_mapped or ip_network((int(found), 64), strict=False))
    except ValueError:  # a proxy may state no address
        return ""
    return str(found)
