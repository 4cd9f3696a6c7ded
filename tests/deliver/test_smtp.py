from __future__ import annotations

import email
import email.policy
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from digest.deliver import smtp
from digest.deliver.relay import Relay, read_relay
from digest.deliver.smtp import SmtpDeliverer
from digest.errors import DeliveryError, UsageError
from digest.ports import Route
from digest.testing.handing import opened
from tests.helpers.sly_relay import SlyRelay

EMAIL = b"Subject: Hello\r\n\r\n.a line that starts with a dot\r\nand ends\r\n"


class Catcher:
    """Takes email, and answers as it is told to."""

    def __init__(self) -> None:
        self.caught: list[Envelope] = []
        self.rcpt = "250 OK"
        self.data = "250 OK queued"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.caught.append(envelope)
        return self.data


@pytest.fixture
def catcher() -> Catcher:
    return Catcher()


@pytest.fixture
def relay(catcher: Catcher) -> Iterator[Relay]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(catcher, hostname="127.0.0.1", port=port)
    controller.start()
    yield Relay(scheme="smtp", host="127.0.0.1", port=port)
    controller.stop()


def deliver(relay: Relay, marks: list[str] | None = None) -> tuple[str, str]:
    with opened(SmtpDeliverer(relay, 1)) as line:
        seen = marks if marks is not None else []
        outcome = line.deliver("n@u.example", "a@u.example", EMAIL, lambda: seen.append("intent"))
    return outcome.state, outcome.detail


def open_(relay: Relay) -> None:
    with opened(SmtpDeliverer(relay, 1)):
        pass


def test_an_email_arrives_whole_after_its_intent(relay: Relay, catcher: Catcher) -> None:
    marks: list[str] = []

    assert deliver(relay, marks) == ("sent", "250 OK queued")
    assert marks == ["intent"]
    (caught,) = catcher.caught
    assert (caught.mail_from, caught.rcpt_tos) == ("n@u.example", ["a@u.example"])
    assert caught.content == EMAIL
    assert email.message_from_bytes(EMAIL, policy=email.policy.default)["Subject"] == "Hello"


@pytest.mark.parametrize(
    ("answer", "state"), [("450 later", "deferred"), ("550 no such user", "failed")]
)
def test_a_refused_recipient_is_deferred_or_failed_without_an_intent(
    relay: Relay, catcher: Catcher, answer: str, state: str
) -> None:
    catcher.rcpt = answer
    marks: list[str] = []

    assert deliver(relay, marks) == (state, answer)
    assert marks == []


@pytest.mark.parametrize(
    ("answer", "state"), [("451 try again", "deferred"), ("554 refused", "failed")]
)
def test_a_refused_email_is_deferred_or_failed(
    relay: Relay, catcher: Catcher, answer: str, state: str
) -> None:
    catcher.data = answer

    assert deliver(relay)[0] == state


@pytest.mark.parametrize(
    ("answer", "state"),
    [("251 forwarded", "sent"), ("200 fine", "sent"), ("OK queued", "ambiguous")],
)
def test_an_odd_answer_to_the_end_never_sends_an_email_again(answer: str, state: str) -> None:
    def talk(connection: socket.socket) -> None:
        until_dot(connection)
        connection.sendall(f"{answer}\r\n".encode())
        connection.recv(100)

    with scripted(talk) as relay:
        assert deliver(relay)[0] == state


def test_one_line_delivers_many_and_goes_on_after_a_refusal(relay: Relay, catcher: Catcher) -> None:
    with opened(SmtpDeliverer(relay, 1)) as line:
        catcher.rcpt = "550 no"
        line.deliver("n@u.example", "a@u.example", EMAIL)
        catcher.rcpt = "250 OK"
        states = [line.deliver("n@u.example", f"{n}@u.example", EMAIL).state for n in range(3)]

    assert states == ["sent"] * 3
    assert len(catcher.caught) == 3


@contextmanager
def scripted(talk: Callable[[socket.socket], None]) -> Iterator[Relay]:
    """Serve one connection by a script."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                talk(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        yield Relay(scheme="smtp", host="127.0.0.1", port=server.getsockname()[1])
        thread.join()


def until_dot(connection: socket.socket) -> None:
    """Answer politely up to the final dot."""
    connection.sendall(b"220 hi\r\n")
    read = connection.makefile("rb")
    for line in read:
        if line.startswith(b"DATA"):
            connection.sendall(b"354 go\r\n")
            for text in read:
                if text == b".\r\n":
                    return
        else:
            connection.sendall(b"250 OK\r\n")


def test_a_connection_that_dies_after_the_dot_leaves_the_email_ambiguous() -> None:
    with scripted(until_dot) as relay:
        assert deliver(relay)[0] == "ambiguous"


def test_a_connection_that_dies_before_the_dot_defers_the_email() -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(b"220 hi\r\n")
        connection.recv(100)
        connection.sendall(b"250 OK\r\n")
        connection.recv(100)

    marks: list[str] = []
    with scripted(talk) as relay:
        assert deliver(relay, marks)[0] == "deferred"
    assert marks == []


def test_a_relay_that_is_not_there_is_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    with pytest.raises(DeliveryError, match=f"the relay 127.0.0.1:{port} takes no email"):
        open_(Relay(scheme="smtp", host="127.0.0.1", port=port))


def test_a_relay_is_read_from_its_address() -> None:
    assert read_relay("smtp://user:p%40ss@mail.u.example:587") == Relay(
        scheme="smtp", host="mail.u.example", port=587, user="user", password="p@ss"
    )
    assert read_relay("smtps://mail.u.example").port == 465


@pytest.mark.parametrize(
    "address",
    [
        *("", "mail.u.example", "http://x", "smtp://", "smtp://x:port"),
        f"smtp://{'a' * 64}.example",
        "smtp://me:p%C3%A4ss@mail.u.example",
    ],
)
def test_what_is_no_relay_is_said_without_the_password(address: str) -> None:
    with pytest.raises(UsageError, match="the relay's address"):
        read_relay(address)


def test_a_password_is_in_no_text() -> None:
    assert "hunter2" not in repr(read_relay("smtp://me:hunter2@h.example"))


class Elsewhere(Relay):
    """A relay on this machine that says it is on another."""

    @property
    def is_loopback(self) -> bool:
        return False


def test_a_relay_elsewhere_without_tls_gets_neither_email_nor_password() -> None:
    heard: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        connection.sendall(b"220 hi\r\n")
        for line in connection.makefile("rb"):
            heard.append(line)
            connection.sendall(b"250-me\r\n250 AUTH PLAIN LOGIN\r\n")

    with scripted(talk) as here:
        away = Elsewhere(scheme="smtp", host=here.host, port=here.port, user="me", password="pw")
        with pytest.raises(DeliveryError, match="STARTTLS"):
            open_(away)
    assert not [line for line in heard if line.upper().startswith((b"AUTH", b"MAIL"))]


def test_a_relay_that_falls_silent_at_the_dot_is_waited_for_as_long_as_it_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(smtp, "_FINAL", 0.2)
    done = threading.Event()

    def talk(connection: socket.socket) -> None:
        until_dot(connection)
        done.wait(3)

    with scripted(talk) as relay:
        state, detail = deliver(relay)
        done.set()
    assert (state, "timed out" in detail) == ("ambiguous", True)


def test_a_relay_elsewhere_must_offer_tls() -> None:
    assert not Relay(scheme="smtp", host="mail.u.example", port=25).is_loopback
    assert Relay(scheme="smtp", host="localhost", port=25).is_loopback
    assert Relay(scheme="smtp", host="::1", port=25).is_loopback


CERTIFICATE = Path(__file__).parents[1] / "data/localhost.pem"
LARGE = (
    b"Subject: Large\r\n\r\n" + b"a line of a text that is long\r\n.and one with a dot\r\n" * 20_000
)


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_large_email_arrives_whole_over_tls(
    catcher: Catcher, scheme: Literal["smtp", "smtps"], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(CERTIFICATE)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    ways: dict[str, Any] = {
        "smtps": {"ssl_context": tls},
        "smtp": {"tls_context": tls, "require_starttls": True},
    }
    controller = Controller(catcher, hostname="127.0.0.1", port=port, **ways[scheme])
    # by a blocking look, as aiosmtpd's own start would need a client that trusts the certificate
    controller._trigger_server = lambda: socket.create_connection(("127.0.0.1", port)).close()  # type: ignore[method-assign]
    controller.start()
    try:
        with opened(
            SmtpDeliverer(Elsewhere(scheme=scheme, host="localhost", port=port), 1)
        ) as line:
            first = line.deliver("n@u.example", "a@u.example", LARGE)
            second = line.deliver("n@u.example", "b@u.example", LARGE)
    finally:
        controller.stop()

    assert (first.state, second.state) == ("sent", "sent")
    assert [caught.content for caught in catcher.caught] == [LARGE, LARGE]


def test_an_email_is_larger_than_a_slow_relay_takes_at_once() -> None:
    """The rest waits for the relay, and for nobody's thread."""
    taken = bytearray()

    def talk(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
        connection.sendall(b"220 hi\r\n")
        read = connection.makefile("rb", buffering=1024)
        for line in read:
            if line.startswith(b"DATA"):
                connection.sendall(b"354 go\r\n")
                for text in read:
                    if text == b".\r\n":
                        break
                    taken.extend(text)
            connection.sendall(b"250 OK\r\n")
            if line.startswith(b"QUIT"):
                return

    with scripted(talk) as relay, opened(SmtpDeliverer(relay, 1)) as line:
        outcome = line.deliver("n@u.example", "a@u.example", LARGE * 4)

    assert outcome.state == "sent"
    assert taken.replace(b"\n..", b"\n.") == LARGE * 4


def test_a_relay_that_hangs_up_in_the_midst_of_a_text_is_heard() -> None:
    def talk(connection: socket.socket) -> None:
        with connection.makefile("rb", buffering=1024) as read:
            pipelining(read, connection)
            next(read)
            connection.sendall(b"552 5.3.4 message too big\r\n")

    with scripted(talk) as relay, opened(SmtpDeliverer(relay, 1)) as line:
        outcome = line.deliver("n@u.example", "a@u.example", LARGE * 40)

    assert (outcome.state, outcome.fault) == ("failed", "sender")
    assert outcome.detail == "552 5.3.4 message too big"


def test_what_a_relay_says_before_it_has_a_text_is_no_answer_to_it() -> None:
    def talk(connection: socket.socket) -> None:
        read = connection.makefile("rb")
        pipelining(read, connection, b"250 taken already\r\n")
        heard.extend(read)

    heard: list[bytes] = []
    with scripted(talk) as relay, opened(SmtpDeliverer(relay, 1)) as line:
        outcome = line.deliver("n@u.example", "a@u.example", EMAIL)

    assert (outcome.state, outcome.fault) == ("deferred", "passing")
    assert "250 taken already" in outcome.detail
    assert not heard


def test_a_relay_that_talks_without_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "_FINAL", 5.0)

    def talk(connection: socket.socket) -> None:
        until_dot(connection)
        with suppress(OSError):
            for _ in range(1000):
                connection.sendall(b"250-" + b"x" * 1000 + b"\r\n")

    with scripted(talk) as relay:
        assert deliver(relay) == ("ambiguous", "no answer to the end: a reply without an end")


def pipelining(read: Iterator[bytes], connection: socket.socket, more: bytes = b"") -> None:
    """Answer politely up to the first text."""
    connection.sendall(b"220 hi\r\n")
    next(read)
    connection.sendall(b"250-me\r\n250 PIPELINING\r\n")
    assert [next(read)[:4] for _ in range(3)] == [b"MAIL", b"RCPT", b"DATA"]
    connection.sendall(b"250 OK\r\n250 OK\r\n354 go\r\n" + more)


NEXT = Route("n@u.example", "b@u.example")


def test_the_next_email_is_asked_for_behind_the_end_of_one_before_that_is_answered() -> None:
    heard: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        read = connection.makefile("rb")
        pipelining(read, connection)
        heard.extend(iter(read.readline, b".\r\n"))
        heard.extend(next(read) for _ in range(3))
        connection.sendall(b"250 taken\r\n250 OK\r\n250 OK\r\n354 go\r\n")
        heard.extend(iter(read.readline, b".\r\n"))
        connection.sendall(b"250 taken, too\r\n")
        heard.extend(read.readline() for _ in range(1))

    with scripted(talk) as relay, opened(SmtpDeliverer(relay, 1)) as line:
        first = line.deliver("n@u.example", "a@u.example", EMAIL, following=NEXT)
        second = line.deliver(*NEXT, EMAIL)

    assert (first.detail, second.detail) == ("250 taken", "250 taken, too")
    text = EMAIL.replace(b"\n.", b"\n..")
    asked = b"MAIL FROM:<n@u.example>\r\nRCPT TO:<b@u.example>\r\nDATA\r\n"
    assert b"".join(heard) == text + asked + text + b"QUIT\r\n"


def test_a_connection_that_waits_for_a_text_which_does_not_come_is_hung_up_without_a_word() -> None:
    heard: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        read = connection.makefile("rb")
        pipelining(read, connection)
        [*iter(read.readline, b".\r\n")]
        connection.sendall(b"250 taken\r\n250 OK\r\n250 OK\r\n354 go\r\n")
        heard.extend(read)

    with scripted(talk) as relay, opened(SmtpDeliverer(relay, 1)) as line:
        assert line.deliver("n@u.example", "a@u.example", EMAIL, following=NEXT).state == "sent"

    assert [each[:4] for each in heard] == [b"MAIL", b"RCPT", b"DATA"]


def test_where_another_comes_than_was_asked_for_it_goes_over_another_connection() -> None:
    relay = SlyRelay()
    whole = b"Message-ID: <a@u.example>\r\n" + EMAIL
    with opened(SmtpDeliverer(read_relay(relay.address), 1)) as line:
        first = line.deliver("n@u.example", "a@u.example", whole, following=NEXT)
        second = line.deliver("n@u.example", "c@u.example", whole)
    relay.close()

    assert (first.state, second.state) == ("sent", "sent")
    assert relay.got == {"a@u.example": 1, "c@u.example": 1}
    assert (relay.strays, relay.dialled) == (0, 2)


@pytest.mark.parametrize(("answer", "state"), [(b"250 taken\r\n", "sent"), (b"", "ambiguous")])
def test_what_becomes_of_an_email_hangs_on_its_own_end_not_on_what_was_asked_for_behind_it(
    answer: bytes, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "_REPLY", 0.5)
    monkeypatch.setattr(smtp, "_FINAL", 0.5)
    is_over = threading.Event()

    def talk(connection: socket.socket) -> None:
        read = connection.makefile("rb", buffering=1024)
        pipelining(read, connection)
        [*iter(read.readline, b".\r\n")]
        connection.sendall(answer)
        is_over.wait(10)  # and read nothing more

    # more than the systems at both ends take for a program that does not read
    endless = Route("n@u.example", "b" * 20_000_000 + "@u.example")
    with scripted(talk) as relay, opened(SmtpDeliverer(relay, 1)) as line:
        assert line.deliver("n@u.example", "a@u.example", EMAIL, following=endless).state == state
        is_over.set()
