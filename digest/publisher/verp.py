"""Variable envelope return paths: each email comes back to an address of its own.

Whose it is stands there as the name in its Message-ID, with a mark that only we can make: who has
seen a Message-ID cannot write a bounce for it, and nobody can read an address from it.
"""

from __future__ import annotations

import hmac
import re
from base64 import b32encode

from digest.publisher.services import Services

_MARK = 8  # letters
_TOKEN = re.compile(r"\+([a-z0-9]{32})([a-z2-7]{8})@")


def return_path(services: Services, message_id: str) -> str | None:
    """Return where an email comes back to: `bounces+TOKEN@host`; None where none is configured."""
    local, at, host = (services.config.delivery.verp or "").rpartition("@")
    name = message_id.strip("<>").partition("@")[0]
    return f"{local}+{name}{_mark(services.key, name)}@{host}" if at else None


def name_in(services: Services, address: str) -> str | None:
    """Return the name in the Message-ID of the email that an address was made for, if we made it."""
    found = _TOKEN.search(address.lower())
    if found is None or not hmac.compare_digest(found[2], _mark(services.key, found[1])):
        return None
    return found[1]


def _mark(key: bytes, name: str) -> str:
    digest = hmac.digest(key, f"verp\0{name}".encode(), "sha256")
    return b32encode(digest[: _MARK * 5 // 8]).decode().lower()
