"""Hand emails over as a run does, one after the other on one connection."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from digest.ports import Connection, Deliverer, Outcome


@dataclass
class Mark:
    """An intent that notes the moment in which somebody waits for it."""

    note: Callable[[], object] = lambda: None
    is_done: bool = False

    def done(self) -> bool:
        return self.is_done

    def __await__(self) -> Generator[Any, None, None]:
        self.note()
        return
        yield


class Line:
    """A connection whose calls wait."""

    def __init__(self, loop: asyncio.Runner, connection: Connection) -> None:
        self._loop, self.connection = loop, connection

    def deliver(
        self,
        sender: str,
        address: str,
        email: bytes,
        note: Callable[[], object] = lambda: None,
        *,
        is_done: bool = False,
    ) -> Outcome:
        pieces = (email[:10], email[10:])
        return self._loop.run(self.connection.deliver(sender, address, pieces, Mark(note, is_done)))


@contextmanager
def opened(deliverer: Deliverer) -> Iterator[Line]:
    with asyncio.Runner() as loop:
        connection = loop.run(deliverer.open())
        try:
            yield Line(loop, connection)
        finally:
            loop.run(connection.close())
