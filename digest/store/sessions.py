"""Sessions at the desk, kept in the database."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Engine, and_, or_, select

from digest.ports import Session
from digest.store.database import writer
from digest.store.tables import sessions


class StoredSessions:
    """The port `Sessions` upon the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._writer = engine, writer(engine)

    def begin(self, hash_: str, session: Session) -> None:
        """Keep a session that begins."""
        row = {
            "hash": hash_,
            "account": session.account,
            "password": session.password,
            "begun": session.begun.timestamp(),
            "seen": session.seen.timestamp(),
        }
        with self._writer.begin() as connection:
            connection.execute(sessions.insert().values(row))

    def get(self, hash_: str) -> Session | None:
        """Return a session that has not ended."""
        with self._engine.connect() as connection:
            found = select(sessions).where(sessions.c.hash == hash_)
            row = connection.execute(found).one_or_none()
        if row is None:
            return None
        begun, seen = (datetime.fromtimestamp(at, UTC) for at in (row.begun, row.seen))
        return Session(account=row.account, password=row.password, begun=begun, seen=seen)

    def see(self, hash_: str, now: datetime) -> None:
        """Note that a session is in use; one that has ended stays so."""
        put = sessions.update().where(sessions.c.hash == hash_).values(seen=now.timestamp())
        with self._writer.begin() as connection:
            connection.execute(put)

    def end(self, hash_: str) -> None:
        """End a session."""
        with self._writer.begin() as connection:
            connection.execute(sessions.delete().where(sessions.c.hash == hash_))

    def end_old(self, account: str, password: str, begun: datetime, seen: datetime) -> None:
        """End an account's that began with another password, and all from before `begun` or `seen`."""
        old = or_(
            and_(sessions.c.account == account, sessions.c.password != password),
            sessions.c.begun < begun.timestamp(),
            sessions.c.seen < seen.timestamp(),
        )
        with self._writer.begin() as connection:
            connection.execute(sessions.delete().where(old))
