"""The pool of workers: what strangers wrote is read in processes of its own, which may be cut off."""

from __future__ import annotations

import os
import pickle
import queue
import select
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
DEADLINE = 60.0
_TASKS = 500
_PIPE = 1 << 20
_HEADER = struct.Struct(">Q")


class TookTooLong(Exception):
    """A document whose reading was cut off, or whose reader died of it."""


class WorkerPool:
    """Run functions in worker processes, each with a deadline; workers are started as needed.

    With no workers everything runs in this process: then there are no deadlines.
    """

    def __init__(self, workers: int | None = None, deadline: float = DEADLINE) -> None:
        # of the machine's processors a process may have been given some
        allowed = getattr(os, "sched_getaffinity", None)
        processors = len(allowed(0)) if allowed else os.cpu_count() or 1
        self._size = processors if workers is None else workers
        self._deadline = deadline
        self._free: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        self._all: list[_Worker] = []
        self._lock = threading.Lock()

    def run(self, task: Callable[..., T], *given: object) -> T:
        """Return what a task returns, or raise what it raises; TookTooLong where it was cut off."""
        if self._size == 0:
            return task(*given)
        worker = self._take()
        try:
            good, value = worker.ask((task, given), self._deadline)
        except (OSError, EOFError, pickle.UnpicklingError, TimeoutError) as error:
            worker.stop()
            slow = isinstance(error, TimeoutError)
            raise TookTooLong(
                f"reading it took more than {self._deadline:g} s"
                if slow
                else "its reader ran out of memory, or fell over it"
            ) from None
        finally:
            self._free.put(worker)
        if good:
            return value  # type: ignore[no-any-return] # as the task declares it
        raise value

    def close(self) -> None:
        """Stop all workers."""
        with self._lock:
            for worker in self._all:
                worker.stop()

    def _take(self) -> _Worker:
        with self._lock:
            if self._free.empty() and len(self._all) < self._size:
                self._all.append(worker := _Worker())
                return worker
        return self._free.get()


class _Worker:
    """A process that answers tasks one after the other; it is renewed after 500, or when stopped."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._asked = 0

    def ask(self, task: tuple[Any, ...], deadline: float) -> tuple[bool, Any]:
        if self._process is None or self._asked >= _TASKS:
            self.stop()
            self._start()
        self._asked += 1
        process = self._process
        assert process is not None  # noqa: S101 - just started
        assert process.stdin is not None  # noqa: S101 - as opened below
        assert process.stdout is not None  # noqa: S101 - as opened below
        send(process.stdin, task)
        if not select.select([process.stdout], [], [], deadline)[0]:
            raise TimeoutError
        answer: tuple[bool, Any] = receive(process.stdout)
        return answer

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            with suppress(OSError):
                self._process.communicate()
        self._process, self._asked = None, 0

    def _start(self) -> None:
        # a fresh interpreter, not a fork: this process has threads, and may have no main module
        kept = {
            k: os.environ[k]
            for k in ("PATH", "HOME", "LANG", "TZ", "SYSTEMROOT")
            if k in os.environ
        }
        # where this process finds its modules, and nowhere else: not in whatever folder it was started in
        places = [p or str(Path.cwd()) for p in sys.path]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "digest.sources.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**kept, "PYTHONPATH": os.pathsep.join(places)},
            pipesize=_PIPE,
        )


def send(stream: Any, value: object) -> None:  # noqa: ANN401 - either end of a pipe
    """Write one value to a pipe."""
    data = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_HEADER.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: Any) -> Any:  # noqa: ANN401 - either end of a pipe
    """Read one value from a pipe; EOFError where the other end is gone."""
    header = stream.read(_HEADER.size)
    if len(header) < _HEADER.size:
        raise EOFError
    return pickle.loads(stream.read(_HEADER.unpack(header)[0]))  # noqa: S301 - from our own process
