from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from dns import message, rcode, rdatatype, rrset

from digest.deliver.dns import DnsResolver
from digest.deliver.probe import probe
from digest.deliver.relay import Relay
from digest.ports import Unanswered
from digest.testing.takers import Taker
from tests.helpers import services

CERTIFICATE = Path(__file__).parents[1] / "data/localhost.pem"


def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(CERTIFICATE))


@contextmanager
def relay_of_tls(says: Mapping[bytes, str]) -> Iterator[Relay]:
    """Run a relay that speaks TLS from the start, for one connection."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(CERTIFICATE)

    def serve() -> None:
        with suppress(OSError):
            taken, _ = listening.accept()
            with tls.wrap_socket(taken, server_side=True) as connection:
                connection.sendall(b"220 here\r\n")
                for line in connection.makefile("rb"):
                    connection.sendall(says.get(line[:4].upper(), "250 OK").encode() + b"\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        port = listening.getsockname()[1]
        yield Relay(scheme="smtps", host="localhost", port=port, user="u", password="p")
        thread.join()


EHLO = "250-here\r\n250 AUTH PLAIN LOGIN"


def test_a_relay_shows_its_certificate_and_lets_us_in() -> None:
    with relay_of_tls({b"EHLO": EHLO, b"AUTH": "235 welcome"}) as relay:
        found = probe(relay, trusting())

    assert (found.problem, found.secure, found.logs_in) == (None, True, True)
    assert found.auth == ("LOGIN", "PLAIN")
    assert found.expires is not None
    assert found.expires > datetime(2100, 1, 1, tzinfo=UTC)


def test_a_login_that_is_wrong_is_told() -> None:
    with relay_of_tls({b"EHLO": EHLO, b"AUTH": "535 5.7.8 no"}) as relay:
        found = probe(relay, trusting())

    assert found.problem == "it does not let us in: 535 5.7.8 no"


def test_a_certificate_of_nobody_is_told() -> None:
    with relay_of_tls({}) as relay:
        found = probe(relay)

    assert str(found.problem).startswith("its certificate cannot be trusted: self")


def test_a_relay_on_this_machine_needs_no_tls_and_gets_no_email() -> None:
    taker = Taker()
    with services.relay(taker) as port:
        found = probe(Relay(scheme="smtp", host="127.0.0.1", port=port))

    assert (found.problem, found.secure, found.is_here) == (None, False, True)
    assert taker.taken == []


def test_a_relay_that_is_not_there_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unheard:
        port = unheard.getsockname()[1]
    found = probe(Relay(scheme="smtp", host="127.0.0.1", port=port))

    assert str(found.problem).startswith("it does not answer")


@pytest.fixture
def resolver() -> Iterator[DnsResolver]:
    """A resolver that asks a name server of ours."""
    zone = {
        ("u.example.", "TXT"): ['"v=spf1 " "-all"', '"other"'],
        ("odd.example.", "TXT"): ['"v=spf1 \\027[2Jall\\255"'],
        ("u.example.", "MX"): ["20 b.u.example.", "10 A.u.example."],
        ("a.u.example.", "A"): ["192.0.2.1"],
        ("a.u.example.", "AAAA"): ["2001:db8::1"],
        ("1.2.0.192.in-addr.arpa.", "PTR"): ["a.u.example."],
    }
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                raw, whom = server.recvfrom(4096)
                if not raw:
                    return
                asked = message.from_wire(raw)
                (question,) = asked.question
                kind = rdatatype.to_text(question.rdtype)
                name = question.name.to_text().lower()
                answer = message.make_response(asked)
                records = zone.get((name, kind), [])
                if name == "broken.example.":
                    answer.set_rcode(rcode.SERVFAIL)
                elif records:
                    answer.answer.append(rrset.from_text(name, 60, "IN", kind, *records))
                elif not any(name == known for known, _ in zone):
                    answer.set_rcode(rcode.NXDOMAIN)
                server.sendto(answer.to_wire(), whom)

        thread = threading.Thread(target=serve)
        thread.start()
        yield DnsResolver("127.0.0.1", server.getsockname()[1])
        server.sendto(b"", server.getsockname())
        thread.join()


def test_the_name_system_is_asked(resolver: DnsResolver) -> None:
    assert set(resolver.texts("u.example")) == {"v=spf1 -all", "other"}
    assert resolver.texts("odd.example") == ("v=spf1  [2Jall\ufffd",)
    assert resolver.exchanges("u.example") == ("a.u.example", "b.u.example")
    assert resolver.addresses("a.u.example") == ("192.0.2.1", "2001:db8::1")
    assert resolver.names("192.0.2.1") == ("a.u.example",)
    assert resolver.texts("a.u.example") == ()
    assert resolver.texts("nobody.example") == ()
    with pytest.raises(Unanswered, match=r"broken\.example"):
        resolver.texts("broken.example")
    with pytest.raises(Unanswered):
        resolver.texts("a..example")
