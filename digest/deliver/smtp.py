"""Deliver by SMTP (RFC 5321): smtplib opens the way, then its socket is ours.

Between the text and its final dot nothing is decided yet; the intent is written down there. A
reply that does not come after the dot leaves the email ambiguous, and it is never sent again
unless a person says so.

smtplib goes through every text twice by regular expressions, which costs more than all the rest;
so what follows EHLO, STARTTLS and AUTH is spoken here, in groups where the relay takes them
(PIPELINING, RFC 2920).
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import ExitStack, suppress
from socket import IPPROTO_TCP, TCP_NODELAY, socket

from digest.deliver.relay import Relay
from digest.deliver.replies import Step, refusal
from digest.errors import DeliveryError
from digest.ports import Outcome

_CONNECT = 30.0  # seconds
_REPLY = 300.0  # to a command; RFC 5321 §4.5.3.2 asks for five minutes
_FINAL = 600.0  # to the final dot; ten minutes
_OK, _GO_AHEAD, _CLOSING = 2, 3, 421
_LONGEST_REPLY = 65_536  # bytes; a relay that says more says nothing
_LINE_START_DOT = re.compile(rb"(?m)^\.")
_PATH = re.compile(r"^[!-;=?-~]+$")  # no blank, no angle bracket, no end of line


class SmtpDeliverer:
    """Hands emails to one relay over a few connections."""

    def __init__(self, relay: Relay, connections: int) -> None:
        self._relay, self.connections = relay, connections

    def open(self) -> SmtpConnection:
        """Connect; DeliveryError where the relay takes nothing at all."""
        return SmtpConnection(self._relay)


class SmtpConnection:
    """One connection, opened again where it broke."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._served = 0
        self._is_open = False
        self._dial()

    def deliver(
        self, sender: str, address: str, email: bytes, intent: Callable[[], None]
    ) -> Outcome:
        """Hand one email over, calling `intent` before the final dot."""
        if not _PATH.match(sender) or not _PATH.match(address):
            return Outcome(state="failed", detail=f"{address!r} cannot be written in SMTP")
        refused = self._offer(sender, address, email)
        if (
            refused is not None
            and refused.fault == "passing"
            and not self._is_open
            and self._served
        ):
            # many relays end a connection after so many emails; that is no reason to wait
            self._dial()
            refused = self._offer(sender, address, email)
        if refused is not None:
            return refused
        intent()
        return self._finish()

    def _offer(self, sender: str, address: str, email: bytes) -> Outcome | None:
        """Send all but the final dot; return the refusal where there is one."""
        if not self._is_open:
            self._dial()
        begun = False
        try:
            refused = self._begin(sender, address)
            if refused is None:
                begun = True
                self._send(_stuffed(email))
        except (OSError, ValueError) as error:
            self._drop()
            # a text that breaks every connection has to come to an end some day: it costs a try
            return Outcome(
                state="deferred",
                detail=f"the connection broke: {_said(error)}",
                fault="reader" if begun else "passing",
            )
        return refused

    def _begin(self, sender: str, address: str) -> Outcome | None:
        commands: tuple[tuple[Step, int, str], ...] = (
            ("mail", _OK, f"MAIL FROM:<{sender}>\r\n"),
            ("rcpt", _OK, f"RCPT TO:<{address}>\r\n"),
            ("data", _GO_AHEAD, "DATA\r\n"),
        )
        if self._pipelines:
            self._send("".join(line for _, _, line in commands).encode("ascii"))
        first: Outcome | None = None
        goes_ahead = False
        for step, wanted, line in commands:
            if not self._pipelines:
                self._send(line.encode("ascii"))
            code, reply = self._reply()
            goes_ahead = step == "data" and code // 100 == _GO_AHEAD
            if first is None and code // 100 != wanted:
                first = refusal(step, code, reply)
                if code == _CLOSING:
                    self._drop()
                    return first
                if not self._pipelines:
                    break
        if first is not None:
            # the relay may wait for a text although it took no recipient (RFC 2920 §3.1)
            self._send(b".\r\n" if goes_ahead else b"RSET\r\n")
            self._reply()
        return first

    def _finish(self) -> Outcome:
        """Send the final dot and wait for what becomes of it."""
        try:
            self._socket.settimeout(_FINAL)
            self._send(b".\r\n")
            code, reply = self._reply()
            self._socket.settimeout(_REPLY)
        except (OSError, ValueError) as error:
            self._drop()
            return Outcome(state="ambiguous", detail=f"no answer to the end: {_said(error)}")
        self._served += 1
        if code // 100 == _OK:
            return Outcome(state="sent", detail=f"{code} {reply}"[:500])
        if code == _CLOSING or code // 100 not in {4, 5}:
            self._drop()
        if code // 100 not in {4, 5}:
            return Outcome(state="ambiguous", detail=f"no answer that is one: {code} {reply}"[:500])
        return refusal("text", code, reply)

    def _send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def _reply(self) -> tuple[int, str]:
        """Read a reply; OSError or ValueError where there is none, or none that is one."""
        said: list[bytes] = []
        left = _LONGEST_REPLY
        while True:
            line = self._file.readline(left)
            left -= len(line)
            if not line.endswith(b"\n"):
                what = "a reply without an end" if left <= 0 else "the relay hung up"
                raise ConnectionError(what)
            if not line[:3].isdigit():
                raise ValueError(f"no reply: {line[:100].decode('ascii', 'replace').strip()}")
            said.append(line[4:].strip())
            if line[3:4] != b"-":
                return int(line[:3]), b" ".join(said).decode("utf-8", "replace")

    def _dial(self) -> None:
        """Connect, introduce ourselves and log in, by smtplib."""
        relay, tls = self._relay, ssl.create_default_context()
        try:
            with ExitStack() as undo:
                if relay.scheme == "smtps":
                    smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                        relay.host, relay.port, timeout=_CONNECT, context=tls
                    )
                else:
                    smtp = smtplib.SMTP(relay.host, relay.port, timeout=_CONNECT)
                undo.callback(smtp.close)
                if relay.scheme == "smtp" and not relay.is_loopback:
                    smtp.starttls(context=tls)
                smtp.ehlo_or_helo_if_needed()
                if relay.user is not None:
                    smtp.login(relay.user, relay.password or "")
                sock = smtp.sock
                if sock is None:
                    raise ConnectionError("the relay hung up")
                undo.pop_all()
        except (OSError, smtplib.SMTPException) as error:
            where = f"{relay.host}:{relay.port}"
            raise DeliveryError(f"the relay {where} takes no email: {_said(error)}") from None
        self._smtp, self._socket = smtp, sock
        self._pipelines = smtp.has_extn("pipelining")
        self._file = smtp.file or sock.makefile("rb")
        self._socket.settimeout(_REPLY)
        with suppress(
            OSError
        ):  # or the dot, small and alone, waits 40 ms for the text's ACK (Nagle)
            self._socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        self._served, self._is_open = 0, True

    def _drop(self) -> None:
        self._smtp.close()
        self._is_open = False

    def close(self) -> None:
        """Say goodbye, and wait for no answer that is long in coming."""
        if self._is_open:
            try:
                self._socket.settimeout(_CONNECT)
                self._send(b"QUIT\r\n")
                self._reply()
            except (OSError, ValueError):
                pass
            self._drop()

    _smtp: smtplib.SMTP
    _socket: socket


def _stuffed(email: bytes) -> bytes:
    """Double the dots that begin a line; ours have none (`render.mime.quoted`), so it is one look."""
    if b"\n." in email or email.startswith(b"."):
        email = _LINE_START_DOT.sub(b"..", email)
    return email if email.endswith(b"\r\n") else email + b"\r\n"


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        return f"{error.smtp_code} {words}".replace("\n", " ")[:500]
    return (str(error) or type(error).__name__)[:500]
