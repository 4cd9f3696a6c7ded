"""Tokens: what programs read the API by. The store knows their hashes; each is shown once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from secrets import token_urlsafe

from digest.editorial.patch_reading import named
from digest.errors import DigestError, Unknown, UsageError
from digest.jsonable import sha256_hex
from digest.model import Token, TokenRight
from digest.publisher import log
from digest.publisher.services import Services

PREFIX = "digest_"
"""What a token begins with, by which a scanner of secrets finds one that leaked."""
_LONGEST_NAME = 80
_OFTEN = timedelta(minutes=1)  # how often it is noted that a token is in use


def add(
    services: Services,
    name: str,
    right: TokenRight,
    newsletters: Collection[str],
    days: int | None,
    *,
    by: str,
) -> tuple[Token, str]:
    """Make a token for some newsletters, or all, and for some days, or until it is revoked; return it."""
    name = named(name)
    if len(name) > _LONGEST_NAME:
        raise UsageError(f"a name has at most {_LONGEST_NAME} characters")
    now = services.clock()
    token = Token(
        name=name,
        right=right,
        newsletters=tuple(dict.fromkeys(services.newsletter(each).name for each in newsletters)),
        created=now,
        expires=now + timedelta(days=days) if days is not None else None,
    )
    secret = PREFIX + token_urlsafe(32)
    if not services.tokens.put(sha256_hex(secret), token):
        raise DigestError(f"there is a token {name!r} already; revoke it, or take another name")
    log.note(services, by, "token added", f"{name}: {right}")
    return token, secret


def revoke(services: Services, name: str, *, by: str) -> None:
    """End a token at once; Unknown where there is none of the name."""
    if not services.tokens.remove(name):
        raise Unknown("token", name, (each.name for each in services.tokens.all()))
    log.note(services, by, "token revoked", name)


def reading(services: Services, secret: str) -> Token | None:
    """Return whose token this is, and note that it is in use; None where it is nobody's, or expired.

    It is looked for by its hash: how long that takes tells nothing of a token that is near to one.
    """
    now, hash_ = services.clock(), sha256_hex(secret)
    found = services.tokens.get(hash_)
    if found is None or (found.expires is not None and found.expires <= now):
        return None
    if found.used is None or now - found.used > _OFTEN:
        services.tokens.see(hash_, now)
    return found
