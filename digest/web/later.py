"""What is done when the answer is out, so that how long it takes tells nobody anything."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore

_WAITING = 200


class Later:
    """Does one thing after the other; it takes no more where too many wait."""

    def __init__(self) -> None:
        self._pool, self._room = ThreadPoolExecutor(1, "later"), BoundedSemaphore(_WAITING)

    def do(self, act: Callable[[], object]) -> bool:
        """Do something soon; False where too many wait."""
        if not self._room.acquire(blocking=False):
            return False
        self._pool.submit(self._do, act)
        return True

    def _do(self, act: Callable[[], object]) -> None:
        try:
            act()
        except Exception:
            logging.getLogger(__name__).exception("what was to be done later failed")
        finally:
            self._room.release()
