"""Hand emails over as a run does, one after the other on one connection."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from digest.ports import Connection, Deliverer, Outcome, Route


@dataclass
class Mark:
    """An intent that notes the moment in which somebody waits for it."""

    note: Callable[[], object] = lambda: None

    def __await__(self) -> Generator[Any, None, None]:
        self.note()
        return
        yield


class OpenedLine:
    """A connection whose calls wait."""

    def __init__(
        self, run: Callable[[Coroutine[Any, Any, Any]], Any], connection: Connection
    ) -> None:
        self._run, self.connection = run, connection

    def deliver(
        self,
        sender: str,
        address: str,
        email: bytes,
        note: Callable[[], object] = lambda: None,
        following: Route | None = None,
    ) -> Outcome:
        pieces = (email[:10], email[10:])
        handed = self.connection.deliver(sender, address, pieces, Mark(note), following)
        done: Outcome = self._run(handed)
        return done


@contextmanager
def opened(deliverer: Deliverer) -> Iterator[OpenedLine]:
    """Open a connection, as a run does, and close it in the end."""
    # in a thread of its own: the browser's tests leave an event loop in this one
    with ThreadPoolExecutor(1) as thread:
        loop = thread.submit(asyncio.Runner).result()

        def run(what: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - whatever it returns
            return thread.submit(loop.run, what).result()

        try:
            connection = run(deliverer.open())
            try:
                yield OpenedLine(run, connection)
            finally:
                run(connection.close())
        finally:
            thread.submit(loop.close).result()


def run(what: Coroutine[Any, Any, None]) -> None:
    """Run it in an event loop of its own."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, what).result()
