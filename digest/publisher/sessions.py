"""Sessions at the desk: they end by a logout, by age, by idleness, and with their password or account."""

from __future__ import annotations

from datetime import timedelta

from digest.jsonable import sha256_hex
from digest.model import Account
from digest.ports import Session
from digest.publisher.services import Services

LONGEST = timedelta(hours=12)
_IDLE = timedelta(hours=2)
_OFTEN = timedelta(minutes=1)  # how often it is noted that a session is in use


def begin(services: Services, token: str, password: str, account: str = "") -> None:
    """Begin the session that a token stands for; the store knows the token's hash."""
    now = services.clock()
    began = Session(account=account, password=password, begun=now, seen=now)
    services.sessions.begin(sha256_hex(token), began)


def is_open(services: Services, token: str, password: str) -> bool:
    """Tell whether a token stands for a session that has not ended, and note that it is in use."""
    found = _open(services, token)
    return found is not None and not found.account and found.password == password


def sitting(services: Services, token: str) -> Account | None:
    """Return whose session a token stands for, while it lasts, and note that it is in use."""
    found = _open(services, token)
    account = services.accounts.get(found.account) if found and found.account else None
    return account if account and found and found.password == mark(account) else None


def mark(account: Account) -> str:
    """Return what a session remembers of the account's password, to end when that is another."""
    return sha256_hex(account.password or account.subject)


def _open(services: Services, token: str) -> Session | None:
    now, hash_ = services.clock(), sha256_hex(token)
    found = services.sessions.get(hash_)
    if found is None or now - found.begun > LONGEST or now - found.seen > _IDLE:
        return None
    if now - found.seen > _OFTEN:
        services.sessions.see(hash_, now)
    return found


def end(services: Services, token: str) -> None:
    """End the session that a token stands for."""
    services.sessions.end(sha256_hex(token))


def end_old(services: Services, password: str, account: str = "") -> None:
    """End every session that is over, and of an account what began with another password."""
    now = services.clock()
    services.sessions.end_old(account, password, begun=now - LONGEST, seen=now - _IDLE)
