"""Ask the domain name system, by dnspython."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dns import exception, resolver, reversename

from digest.ports import Unanswered

_TOTAL = 8.0  # seconds for a question and all its tries


class DnsResolver:
    """The port `Resolver` upon the machine's name servers, or upon one that is named."""

    def __init__(self, server: str | None = None, port: int = 53) -> None:
        self._server, self._port = server, port
        self._made: resolver.Resolver | None = None

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the TXT records of a name, each as one text in which all is seen.

        What steers a terminal would go with it into the doctor's sentences.
        """
        return self._ask(name, "TXT", lambda r: _seen(b"".join(r.strings)))

    def exchanges(self, name: str) -> tuple[str, ...]:
        """Return the hosts that take a domain's mail, the first one first; "" is that it takes none."""
        found = self._ask(name, "MX", lambda r: (r.preference, _plain(r.exchange)))
        return tuple(host for _, host in sorted(found))

    def addresses(self, name: str) -> tuple[str, ...]:
        """Return a host's addresses, of IPv4 and IPv6."""
        return tuple(
            address
            for kind in ("A", "AAAA")
            for address in self._ask(name, kind, lambda r: str(r.address))
        )

    def names(self, address: str) -> tuple[str, ...]:
        """Return the names that an address has (PTR)."""
        return self._ask(
            reversename.from_address(address).to_text(), "PTR", lambda r: _plain(r.target)
        )

    def _ask(self, name: str, kind: str, read: Callable[[Any], Any]) -> tuple[Any, ...]:
        try:
            if self._made is None:  # a machine without name servers has no resolver
                self._made = resolver.Resolver(configure=self._server is None)
                self._made.lifetime = _TOTAL
                if self._server is not None:
                    self._made.nameservers, self._made.port = [self._server], self._port
            return tuple(map(read, self._made.resolve(name, kind, search=False)))
        except (resolver.NXDOMAIN, resolver.NoAnswer):
            return ()
        except (exception.DNSException, OSError, ValueError) as error:
            said = str(error) or type(error).__name__
            raise Unanswered(f"no name server answers for {name} ({kind}): {said}") from None


def _seen(record: bytes) -> str:
    said = record.decode("utf-8", "replace")
    return "".join(letter if letter.isprintable() else " " for letter in said)


def _plain(name: Any) -> str:  # noqa: ANN401 - dnspython's
    return str(name).rstrip(".").lower()
