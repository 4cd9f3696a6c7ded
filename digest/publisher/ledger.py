"""The ledger of a run: intents and outcomes written down in groups, each intent before its final dot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Self

from digest.errors import Busy
from digest.model import Delivery

_GROUP = 64  # rows in a transaction
_GAP = 0.001  # seconds in which nobody came: a disk takes longer for two transactions
_PATIENCE = 10  # times that a busy database is asked again; each waits half a minute itself

_Entry = tuple[Delivery, Future[None] | None]


class Ledger:
    """Writes for all connections: one transaction for all that wait, and the outcomes that have come.

    It is begun when every connection waits or none has come for a moment. So nobody waits longer than
    two transactions, and a fast relay costs few of them. After a failure
    nothing more is written, and every promise breaks: no email goes out without its intent.
    """

    def __init__(self, mark: Callable[[Sequence[Delivery]], None], connections: int) -> None:
        self._mark, self.connections = mark, connections
        self._entries: SimpleQueue[_Entry | None] = SimpleQueue()
        self._error: BaseException | None = None
        self._writer = Thread(target=self._write, name="ledger", daemon=True)

    def __enter__(self) -> Self:
        self._writer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._entries.put(None)
        self._writer.join()
        if kind is None:
            self._check()

    def promise(self, delivery: Delivery) -> Callable[[], None]:
        """Begin to write a state down; what is returned waits until it is on the disk."""
        self._check()
        done: Future[None] = Future()
        self._entries.put((delivery, done))
        return done.result

    def note(self, delivery: Delivery) -> None:
        """Write a state down soon; the error of an earlier one is raised here."""
        self._check()
        self._entries.put((delivery, None))

    def _check(self) -> None:
        if self._error is not None:
            raise self._error

    def _write(self) -> None:
        ends = False
        while not ends:
            group = [self._entries.get()]
            waiting = int(group[0] is not None and group[0][1] is not None)
            try:
                while len(group) < _GROUP and group[-1] is not None and waiting < self.connections:
                    group.append(entry := self._entries.get(timeout=_GAP))
                    waiting += entry is not None and entry[1] is not None
            except Empty:
                pass
            ends = None in group
            entries = [entry for entry in group if entry is not None]
            if self._error is None:
                try:
                    self._commit([delivery for delivery, _ in entries])
                except BaseException as error:  # noqa: BLE001 - raised again by who waits for it
                    self._error = error
            for _, done in entries:
                if done is not None and self._error is not None:
                    done.set_exception(self._error)
                elif done is not None:
                    done.set_result(None)

    def _commit(self, rows: Sequence[Delivery]) -> None:
        for left in reversed(range(_PATIENCE)):
            try:
                self._mark(rows)
            except Busy:
                if not left:
                    raise
            else:
                return
