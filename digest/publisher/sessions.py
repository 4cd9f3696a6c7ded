"""Sessions at the desk: they end by a logout, by age, by idleness, and with their password."""

from __future__ import annotations

from datetime import timedelta

from digest.jsonable import sha256_hex
from digest.ports import Session
from digest.publisher.services import Services

LONGEST = timedelta(hours=12)
_IDLE = timedelta(hours=2)
_OFTEN = timedelta(minutes=1)  # how often it is noted that a session is in use


def begin(services: Services, token: str, password: str) -> None:
    """Begin the session that a token stands for; the store knows the token's hash."""
    now = services.clock()
    services.sessions.begin(sha256_hex(token), Session(password=password, begun=now, seen=now))


def is_open(services: Services, token: str, password: str) -> bool:
    """Tell whether a token stands for a session that has not ended, and note that it is in use."""
    now, hash_ = services.clock(), sha256_hex(token)
    found = services.sessions.get(hash_)
    if found is None or found.password != password:
        return False
    if now - found.begun > LONGEST or now - found.seen > _IDLE:
        return False
    if now - found.seen > _OFTEN:
        services.sessions.see(hash_, now)
    return True


def end(services: Services, token: str) -> None:
    """End the session that a token stands for."""
    services.sessions.end(sha256_hex(token))


def end_old(services: Services, password: str) -> None:
    """End every session that is over, or began with another password."""
    now = services.clock()
    services.sessions.end_old(password, begun=now - LONGEST, seen=now - _IDLE)
