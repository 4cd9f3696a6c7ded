"""How often each may ask for something within a while."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from threading import Lock


class Quota:
    """Lets each ask `each` times in so many seconds, and all together `all_` times.

    It remembers what still counts and nothing else: never more than `all_`.
    """

    def __init__(self, clock: Callable[[], float], *, each: int, all_: int, seconds: float) -> None:
        self._clock, self._each, self._all, self._seconds = clock, each, all_, seconds
        self._lock = Lock()
        self._log = deque[tuple[float, str]]()
        self._counts = Counter[str]()

    def take(self, who: str) -> bool:
        """Tell whether one may ask, and count it."""
        now = self._clock()
        with self._lock:
            while self._log and now - self._log[0][0] >= self._seconds:
                _, gone = self._log.popleft()
                self._counts[gone] -= 1
                if not self._counts[gone]:
                    del self._counts[gone]
            if len(self._log) >= self._all or self._counts[who] >= self._each:
                return False
            self._log.append((now, who))
            self._counts[who] += 1
            return True
