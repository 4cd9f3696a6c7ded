"""The log of what serves: without a reader's address, and without the token of a reader's link."""

from __future__ import annotations

import logging
import re
import sys

_ADDRESS = re.compile(r"""(?:"[^"\n]*"|[^\s<>"(),;:/@]+)(?:@|%40)[^\s<>"'(),;:/@]+""")
_TOKEN = re.compile(r"(?:(?<=/u/)|(?<=/confirm/))[\w-]+")


def log_to_stderr(level: int) -> None:
    """Log what is of this level or graver, a line each."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Discreet("%(asctime)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
    for name in ("apscheduler", "alembic", "procrastinate"):
        logging.getLogger(name).setLevel(logging.WARNING)


class Discreet(logging.Formatter):
    """Words as they are, but for addresses: a relay states them in its refusals, and so do tracebacks."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record's line, and its traceback, with neither addresses nor tokens."""
        return _TOKEN.sub("…", _ADDRESS.sub("(address)", super().format(record)))
