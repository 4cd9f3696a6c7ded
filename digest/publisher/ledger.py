"""The ledger of a run: intents and outcomes written down in groups, each intent before its text."""

from __future__ import annotations

import asyncio
from asyncio import Future
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Self, TypeVar

from digest.errors import Busy
from digest.model import Delivery

_GATHER = 0.001  # seconds; a transaction costs as much as several rows
_T = TypeVar("_T")
_PATIENCE = 10  # times that a busy database is asked again; each waits half a minute itself


def patiently(write: Callable[[], _T]) -> _T:
    """Write although another does for long; Busy where that takes five minutes."""
    for _ in range(_PATIENCE - 1):
        with suppress(Busy):
            return write()
    return write()


class Ledger:
    """Writes for all connections: one transaction for whatever came within a millisecond.

    An intent is written while the relay is asked whether it takes the email; others are on their way
    meanwhile. After a failure nothing more is written, and every promise breaks: no email goes out
    without its intent.
    """

    def __init__(self, mark: Callable[[Sequence[Delivery]], None]) -> None:
        self._mark = mark
        self._rows: list[Delivery] = []
        self._promises: list[Future[None]] = []
        self._error: BaseException | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._write()
        if kind is None:
            self._check()

    def promise(self, delivery: Delivery) -> Future[None]:
        """Begin to write a state down; what is returned is done when it is."""
        self.note(delivery)
        done: Future[None] = asyncio.get_running_loop().create_future()
        self._promises.append(done)
        return done

    def note(self, delivery: Delivery) -> None:
        """Write a state down soon; the error of an earlier one is raised here."""
        self._check()
        if not self._rows:
            asyncio.get_running_loop().call_later(_GATHER, self._write)
        self._rows.append(delivery)

    def _check(self) -> None:
        if self._error is not None:
            raise self._error

    def _write(self) -> None:
        rows, self._rows = self._rows, []
        promises, self._promises = self._promises, []
        try:
            if self._error is None:
                patiently(lambda: self._mark(rows))
        except BaseException as error:  # noqa: BLE001 - raised again by who waits for it
            self._error = error
        for done in promises:
            if done.cancelled():
                continue
            if self._error is None:
                done.set_result(None)
            else:
                done.set_exception(self._error)
                done.exception()  # seen: who was refused before does not wait for it
