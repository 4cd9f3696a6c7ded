"""Who may sign in at the desk, and who did what, kept in the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Engine, select

from digest.editorial.folding import folded
from digest.jsonable import dump, load
from digest.model import Account, LogEntry
from digest.store.database import writer
from digest.store.dialects import insert
from digest.store.tables import accounts, log


class StoredAccounts:
    """The port `Accounts` upon the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._writer = engine, writer(engine)

    def all(self) -> Sequence[Account]:
        """Return the accounts by name."""
        with self._engine.connect() as connection:
            query = select(accounts.c.account).order_by(accounts.c.key)
            return [load(Account, data) for data in connection.scalars(query)]

    def get(self, name: str) -> Account | None:
        """Return the account of a name."""
        query = select(accounts.c.account).where(accounts.c.key == folded(name))
        with self._engine.connect() as connection:
            found = connection.scalars(query).one_or_none()
        return None if found is None else load(Account, found)

    def put(self, account: Account) -> None:
        """Keep an account, new or changed."""
        row = {"key": folded(account.name), "account": dump(account)}
        put = insert(accounts).values(row)
        with self._writer.begin() as connection:
            connection.execute(put.on_conflict_do_update(index_elements=["key"], set_=row))

    def remove(self, name: str) -> None:
        """Remove an account."""
        with self._writer.begin() as connection:
            connection.execute(accounts.delete().where(accounts.c.key == folded(name)))


class StoredLog:
    """The port `Log` upon the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._writer = engine, writer(engine)

    def note(self, entry: LogEntry) -> None:
        """Keep what somebody did."""
        with self._writer.begin() as connection:
            connection.execute(log.insert().values(entry=dump(entry)))

    def newest(self, most: int | None) -> Iterator[LogEntry]:
        """Yield what was done, the newest first; all of it where no number is given."""
        query = select(log.c.entry).order_by(log.c.number.desc()).limit(most)
        with self._engine.connect() as connection:
            for data in connection.scalars(query):
                yield load(LogEntry, data)
