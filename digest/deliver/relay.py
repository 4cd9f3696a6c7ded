"""A relay's address: smtp://user:password@host:587."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from digest.errors import UsageError

_PORTS = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """A relay's address: `smtps` is TLS from the start, `smtp` asks for it except on loopback."""

    scheme: str
    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def is_loopback(self) -> bool:
        """Tell whether the relay is on this machine."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def read_relay(address: str) -> Relay:
    """Read `smtp://user:password@host:587`; UsageError says what is wrong, without the password."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise UsageError("the relay's address is none; write smtp://host:587") from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise UsageError("the relay's address starts with smtp:// or smtps:// and names a host")
    user, password = (unquote(each) if each else None for each in (parts.username, parts.password))
    if not f"{user}{password}".isascii():
        raise UsageError(
            "the relay's address has a user or password with other letters than ASCII's, for which "
            "SMTP has no sure form; give this account a plain one"
        )
    try:
        parts.hostname.encode("idna")
    except UnicodeError:
        raise UsageError("the relay's address names a host that cannot be one") from None
    return Relay(
        scheme=parts.scheme,
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        user=user,
        password=password,
    )
