"""Host names: which are this machine's own."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network

_AUTHORITY = re.compile(r"([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?", re.ASCII)
_LAST_PORT = 65535


def stated_host(header: str | None) -> str | None:
    """Return the host and port of a Host header in lower case; None where it does not state one.

    Anything but one name or address with a port is refused, whatever a library makes of it.
    """
    found = _AUTHORITY.fullmatch((header or "").lower())
    return found[0] if found and 0 < int(found[2] or 1) <= _LAST_PORT else None


def near(address: str | None) -> str:
    """Return in short where an address is: its network of 256, or of a site in IPv6; never a person."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return ""
    found = getattr(found, "ipv4_mapped", None) or found
    if found.is_loopback:
        return "this machine"
    return str(ip_network((found, 24 if found.version == 4 else 48), strict=False))  # noqa: PLR2004


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
