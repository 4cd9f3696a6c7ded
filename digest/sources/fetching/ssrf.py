"""The guard: to which addresses of a network a source may lead us."""

from __future__ import annotations

import socket
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
# NAT64 (RFC 6052, RFC 8215) carries an IPv4 address in its last four bytes
_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))


class AddressRefused(OSError):
    """A name that leads only to addresses which nobody outside may be asked for."""


def is_public(address: Address) -> bool:
    """Tell whether an address is on the open internet, also where it carries another inside.

    Not so: private, loopback, link-local, CGNAT, multicast, reserved, and what is mapped, 6to4,
    Teredo or NAT64 to one of these.
    """
    inner = _inside(address) if isinstance(address, IPv6Address) else None
    if inner is not None:
        return is_public(inner)
    return address.is_global and not (address.is_multicast or address.is_reserved)


def resolve(host: str, port: int, allowed: Collection[str]) -> list[str]:
    """Return the addresses of a host that may be connected to; raises AddressRefused where there is none.

    A host named in `allowed` may have any address. A name is resolved once and the connection made
    to what was checked, so that it cannot answer differently a moment later.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if host.lower().strip("[].") in {name.lower().strip("[].") for name in allowed}:
        return addresses
    public = [a for a in addresses if is_public(ip_address(a.partition("%")[0]))]
    if not public:
        raise AddressRefused(
            f"{host} has the private address {addresses[0]}; name it in allow_hosts where that is meant"
        )
    return public


def _inside(address: IPv6Address) -> IPv4Address | None:
    if any(address in network for network in _NAT64):
        return IPv4Address(address.packed[-4:])
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    if address.teredo:
        return address.teredo[1]
    if address.packed[:12] == bytes(12) and int(address) > 1:
        return IPv4Address(address.packed[-4:])
    return None
