"""Read a relay's log for emails by their Message-ID: Postfix's, Exim's, or a plain list of ids.

A relay has an email when its log says so: that it queued it, delivered it, or gave it back. Lines are
read one by one, however long the log is; what others wrote into them is data.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path

from digest.errors import UsageError, one_line
from digest.ports import Logged, LogReading

_LINE = 4_000  # characters
_POSTFIX = re.compile(r"\bpostfix[\w/.-]*/([\w-]+)\[\d+\]: ([0-9A-Za-z]{5,25}): (.*)")
_MESSAGE_ID = re.compile(r"message-id=<?([^<>\s]+@[^<>\s]+?)>?$")
_POSTFIX_END = re.compile(r"to=<[^<>]*>,.*? status=(\w+) \((.*)\)$")
_EXIM = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\S*(?: [+-]\d{4})?(?: \[\d+\])? "
    r"([0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4}) (<=|=>|->|\*\*|==|Completed)(?: (.*))?$"
)
_EXIM_ID = re.compile(r" id=([^\s@]+@\S+)")
_ID = re.compile(r"<?([^\s<>@]+@[^\s<>@]+)>?")
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?: ?[+-]\d\d:?\d\d|Z)?")
_SYSLOG = re.compile(r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d")
_LOST = frozenset({"bounced", "expired"})


def read_log(where: str, ids: Collection[str], now: datetime) -> LogReading:
    """Read a log in a file or of stdin (`-`) for bare Message-IDs; UsageError where it cannot be read.

    Times without a zone are this machine's.
    """
    try:
        if where == "-":
            piped = TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace")
            return read_lines(piped, ids, now)
        with Path(where).open(encoding="utf-8", errors="replace") as lines:
            return read_lines(lines, ids, now)
    except OSError as error:
        raise UsageError(f"{error.filename or where}: {error.strerror}") from None


def read_lines(lines: Iterable[str], ids: Collection[str], now: datetime) -> LogReading:
    """Read a log's lines."""
    reading = _LogRead(frozenset(ids))
    first: str | None = None
    last = ""
    for raw in lines:
        line = raw[:_LINE].rstrip()
        if stamp := (_ISO.match(line) or _SYSLOG.match(line)):
            first, last = first or stamp[0], stamp[0]
        reading.take(line)
    return LogReading(
        found=reading.found,
        first=_time(first or "", now),
        last=_time(last, now),
        lines=reading.known,
    )


class _LogRead:
    """What was read so far: `queued` leads from a relay's own number to the id of the email."""

    def __init__(self, ids: frozenset[str]) -> None:
        self.found: dict[str, Logged] = {}
        self.known = 0  # lines in a form that is known
        self._ids, self._queued = ids, dict[str, str]()

    def take(self, line: str) -> None:
        if match := _POSTFIX.search(line):
            self.known += 1
            self._postfix(match[2], match[3])
        elif match := _EXIM.match(line):
            self.known += 1
            self._exim(match[1], match[2], match[3] or "")
        elif match := _ID.fullmatch(line.strip()):
            self.known += 1
            if match[1] in self._ids:
                self.found[match[1]] = Logged(state="sent", detail="in the list that was given")

    def _postfix(self, number: str, said: str) -> None:
        if match := _MESSAGE_ID.match(said):
            self._begin(number, match[1])  # numbers are used again
        elif number not in self._queued:
            return
        elif said.startswith("from=<") and said.endswith("(queue active)"):
            self._note(number, "sent", "the relay took it")
        elif match := _POSTFIX_END.match(said):
            state = "failed" if match[1] in _LOST else "sent"
            self._note(number, state, f"status={match[1]} ({match[2]})")
        elif said == "removed":
            del self._queued[number]

    def _exim(self, number: str, sign: str, said: str) -> None:
        if sign == "<=":
            match = _EXIM_ID.search(said)
            self._begin(number, match[1] if match else "")
            if number in self._queued:
                self._note(number, "sent", "the relay took it")
        elif number in self._queued and sign == "Completed":
            del self._queued[number]
        elif number in self._queued:
            self._note(number, "failed" if sign == "**" else "sent", f"{sign} {said}")

    def _begin(self, number: str, id_: str) -> None:
        self._queued.pop(number, None)
        if id_ in self._ids:
            self._queued[number] = id_

    def _note(self, number: str, state: str, detail: str) -> None:
        lost = state == "failed"
        self.found[self._queued[number]] = Logged(
            state="failed" if lost else "sent", detail=one_line(f"the relay's log: {detail}")
        )


def _time(stamp: str, now: datetime) -> datetime | None:
    """Read a time of a log; syslog's has no year, so it is the last one that has passed."""
    try:
        if _ISO.match(stamp):
            return datetime.fromisoformat(stamp.replace(" +", "+").replace(" -", "-")).astimezone(
                UTC
            )
        found = datetime.strptime(f"{now.year} {stamp}", "%Y %b %d %H:%M:%S").astimezone(UTC)
    except ValueError:
        return None
    return found if found <= now else found.replace(year=now.year - 1)
