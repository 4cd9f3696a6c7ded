"""Run the program's commands in processes of their own, which can be killed, stopped and starved.

They are forked from one process that has loaded the program: a start costs milliseconds.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    [
        "digest.wiring",
        "digest.cli.sending",
        "digest.schedule",
        "digest.web.serve",
        "digest.job_worker",
        __name__,
    ]
)


@dataclass
class Command:
    """A command that runs, and what it says."""

    process: ForkServerProcess
    out: Connection
    said: str = ""

    @property
    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    def wait(self, timeout: float = 60) -> int:
        """Wait for its end; return its exit status, negative where a signal ended it."""
        self.process.join(timeout)
        assert self.process.exitcode is not None, "it does not end"
        while data := os.read(self.out.fileno(), 65_536):
            self.said += data.decode()
        return self.process.exitcode


def start(arguments: Sequence[str], *before: Callable[[], object]) -> Command:
    """Start a command; `before` are called in its process, and are functions of a module."""
    out, into = _FORKS.Pipe(duplex=False)
    process = _FORKS.Process(target=_run, args=(list(arguments), into, *before), daemon=True)
    process.start()
    into.close()
    return Command(process, out)


def _run(arguments: list[str], into: Connection, *before: Callable[[], object]) -> None:
    from digest.cli.main import main  # noqa: PLC0415 - in the process that runs it

    for stream in (1, 2):
        os.dup2(into.fileno(), stream)
    into.close()
    sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w", buffering=1)
    # who runs the tests in the background has had it ignored
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for act in before:
        act()
    main(arguments)
