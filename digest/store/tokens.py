"""What programs read the API by, kept in the database by the hash of each token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, Row, select
from sqlalchemy.exc import IntegrityError

from digest.editorial.folding import folded
from digest.jsonable import dump, load
from digest.model import Token
from digest.store.database import writer
from digest.store.tables import tokens


class StoredTokens:
    """The port `Tokens` upon the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._writer = engine, writer(engine)

    def all(self) -> Sequence[Token]:
        """Return the tokens by name."""
        with self._engine.connect() as connection:
            return [
                _token(row) for row in connection.execute(select(tokens).order_by(tokens.c.key))
            ]

    def get(self, hash_: str) -> Token | None:
        """Return the token of a hash."""
        with self._engine.connect() as connection:
            row = connection.execute(select(tokens).where(tokens.c.hash == hash_)).one_or_none()
        return None if row is None else _token(row)

    def put(self, hash_: str, token: Token) -> bool:
        """Keep a new token; False where its name is another's."""
        row = {"key": folded(token.name), "hash": hash_, "token": dump(token)}
        try:
            with self._writer.begin() as connection:
                connection.execute(tokens.insert().values(row))
        except IntegrityError:
            return False
        return True

    def see(self, hash_: str, now: datetime) -> None:
        """Note that a token was used."""
        put = tokens.update().where(tokens.c.hash == hash_).values(used=now.timestamp())
        with self._writer.begin() as connection:
            connection.execute(put)

    def remove(self, name: str) -> bool:
        """Remove a token; False where there is none of the name."""
        with self._writer.begin() as connection:
            gone = connection.execute(tokens.delete().where(tokens.c.key == folded(name)))
            return gone.rowcount > 0


def _token(row: Row[Any]) -> Token:
    used = None if row.used is None else datetime.fromtimestamp(row.used, UTC)
    return replace(load(Token, row.token), used=used)
