"""The journal of what began to go out: a file that no backup of the database takes back."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Engine, Integer, Text, cast, select

from digest.errors import DigestError
from digest.store.database import writer
from digest.store.dialects import insert
from digest.store.tables import settings

_PREFIX = "journal:"
COUNTED = f"SELECT name, value FROM settings WHERE name LIKE '{_PREFIX}%'"  # noqa: S608 - a constant
"""The query for how many batches of each issue a database has counted, by the setting's name."""


class StoredJournal:
    """The port `Journal`: a line for each batch of an issue that goes out, appended and synced.

    The database counts the same batches. It is counted there first, so a crash leaves the database
    ahead, and only a database that was put back from before is ever behind.
    """

    def __init__(self, engine: Engine, file: Path | None) -> None:
        self._engine, self._writer, self._file = engine, writer(engine), file

    def note(self, issue: str) -> None:
        """Write down that a batch of the issue's emails goes out now; DigestError where it cannot be."""
        count = self._count_on(issue)
        if self._file is None:
            return
        # a crash may have cut the last line short: ours begins on one of its own
        line = "\n" + json.dumps({"issue": issue, "batch": count}) + "\n"
        try:
            with self._file.open("ab") as out:
                out.write(line.encode())
                out.flush()
                os.fsync(out.fileno())
        except OSError as error:
            raise DigestError(
                f"the journal {self._file}: {error.strerror}; no email went out"
            ) from None

    def behind(self) -> tuple[str, ...]:
        """Return the issues of which more went out than this database knows, the first begun first."""
        known = _most(self._lines())
        return tuple(issue for issue, batch in known.items() if batch > self._counted(issue))

    def catch_up(self, issue: str) -> None:
        """Let the database know as much of an issue as the journal does."""
        self._count(issue, _most(self._lines()).get(issue, 0))

    def _lines(self) -> Iterator[tuple[str, int]]:
        if self._file is not None:
            yield from _lines_of(self._file)

    def _count_on(self, issue: str) -> int:
        """Count a batch more, and return how many there are; others may count at the same time."""
        name, more = _PREFIX + issue, cast(cast(settings.c.value, Integer) + 1, Text)
        put = insert(settings).values(name=name, value="1")
        with self._writer.begin() as connection:
            connection.execute(
                put.on_conflict_do_update(index_elements=["name"], set_={"value": more})
            )
            query = select(settings.c.value).where(settings.c.name == name)
            return int(connection.execute(query).scalar_one())

    def _counted(self, issue: str) -> int:
        query = select(settings.c.value).where(settings.c.name == _PREFIX + issue)
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar() or 0)

    def _count(self, issue: str, count: int) -> None:
        put = insert(settings).values(name=_PREFIX + issue, value=str(count))
        with self._writer.begin() as connection:
            connection.execute(
                put.on_conflict_do_update(index_elements=["name"], set_={"value": str(count)})
            )


def behind_in(file: Path, counted: Mapping[str, str]) -> tuple[str, ...]:
    """Return the issues of which a journal knows more than its database has `COUNTED`, as it lies there."""
    known = _most(_lines_of(file))
    return tuple(
        issue for issue, batch in known.items() if batch > int(counted.get(_PREFIX + issue, 0))
    )


def _most(lines: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return how many batches there are of each issue; who sends beside others may write later than they."""
    most: dict[str, int] = {}
    for issue, batch in lines:
        most[issue] = max(batch, most.get(issue, 0))
    return most


def _lines_of(file: Path) -> Iterator[tuple[str, int]]:
    try:
        lines = file.read_bytes().splitlines()
    except FileNotFoundError:
        return
    except OSError as error:
        raise DigestError(f"the journal {file}: {error.strerror}") from None
    for line in lines:
        with suppress(ValueError, KeyError, TypeError):  # a last line that a crash cut short
            found = json.loads(line)
            yield str(found["issue"]), int(found["batch"])
