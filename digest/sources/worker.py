"""A worker process: takes tasks from its input and answers on its output, until that is closed."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from digest.sources.worker_pool import receive, send

MEMORY = 2_000_000_000


def main() -> None:
    """Answer tasks until there are none."""
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not on every system

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # what a library prints must not get between the answers
    sys.stdout = sys.stderr
    with suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        while True:
            task, given = receive(source)
            try:
                answer = True, task(*given)
            except MemoryError:
                return
            except Exception as error:  # noqa: BLE001 - it is raised again where the task came from
                answer = False, error
            send(sink, answer)


if __name__ == "__main__":
    main()
