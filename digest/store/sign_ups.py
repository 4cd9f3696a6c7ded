"""Sign-ups that wait for their confirmation, kept in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, func, select

from digest.editorial.provider import mailbox
from digest.jsonable import dump, load, sha256_hex
from digest.model import SignUp
from digest.store.database import hold, writer
from digest.store.tables import sign_ups


class StoredSignUps:
    """The port `SignUps` upon the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._writer = engine, writer(engine)

    def keep(self, hash_: str, sign_up: SignUp, now: datetime, *, most: int) -> bool:
        """Keep a sign-up, unless so many wait for its mailbox; those that are over go."""
        row = {
            "hash": hash_,
            "until": sign_up.until.timestamp(),
            "sign_up": dump(sign_up),
            "mailbox": sha256_hex(mailbox(sign_up.address)),
        }
        waiting = select(func.count()).where(sign_ups.c.mailbox == row["mailbox"])
        with self._writer.begin() as connection:
            hold(connection, "sign-ups")
            connection.execute(sign_ups.delete().where(sign_ups.c.until <= now.timestamp()))
            if connection.execute(waiting).scalar_one() >= most:
                return False
            connection.execute(sign_ups.insert().values(row))
        return True

    def get(self, hash_: str, now: datetime) -> SignUp | None:
        """Return a sign-up that still waits."""
        waits = select(sign_ups.c.sign_up).where(
            sign_ups.c.hash == hash_, sign_ups.c.until > now.timestamp()
        )
        with self._engine.connect() as connection:
            found = connection.execute(waits).scalar_one_or_none()
        return None if found is None else load(SignUp, found)

    def waiting(self, now: datetime, most: int) -> tuple[Sequence[SignUp], int]:
        """Return the newest sign-ups that wait, and how many there are in all."""
        waits = sign_ups.c.until > now.timestamp()
        newest = (
            select(sign_ups.c.sign_up).where(waits).order_by(sign_ups.c.until.desc()).limit(most)
        )
        with self._engine.connect() as connection:
            found = [load(SignUp, data) for data in connection.execute(newest).scalars()]
            every = select(func.count()).select_from(sign_ups).where(waits)
            return found, connection.execute(every).scalar_one()

    def take(self, hash_: str) -> bool:
        """Take a sign-up away; True for the one who does."""
        gone = sign_ups.delete().where(sign_ups.c.hash == hash_)
        with self._writer.begin() as connection:
            return connection.execute(gone).rowcount > 0
