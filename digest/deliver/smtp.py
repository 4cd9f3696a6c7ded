"""Deliver by SMTP (RFC 5321): smtplib opens the way, the final dot is ours.

Between the text and its final dot nothing is decided yet; the intent is written down there. A
reply that does not come after the dot leaves the email ambiguous, and it is never sent again
unless a person says so.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from digest.errors import DeliveryError, UsageError
from digest.ports import Outcome

_CONNECT = 30.0  # seconds
_REPLY = 300.0  # to a command; RFC 5321 §4.5.3.2 asks for five minutes
_FINAL = 600.0  # to the final dot; ten minutes
_PORTS = {"smtp": 25, "smtps": 465}
_OK, _GO_AHEAD, _CLOSING, _PERMANENT = 250, 354, 421, 500
_LINE_START_DOT = re.compile(rb"(?m)^\.")


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
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
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
    return Relay(
        scheme=parts.scheme,
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


class SmtpDeliverer:
    """Hands emails to one relay over a few connections."""

    def __init__(self, relay: Relay, connections: int) -> None:
        self._relay, self.connections = relay, connections

    def open(self) -> SmtpLine:
        """Connect; DeliveryError where the relay takes nothing at all."""
        return SmtpLine(self._relay)


class SmtpLine:
    """One connection, opened again where it broke."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._smtp = _connect(relay)
        self._is_open = True

    def deliver(
        self, sender: str, address: str, email: bytes, intent: Callable[[], None]
    ) -> Outcome:
        """Hand one email over, calling `intent` before the final dot."""
        if not self._is_open:
            self._smtp, self._is_open = _connect(self._relay), True
        try:
            refused = self._offer(sender, address, email)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Outcome(state="deferred", detail=f"the connection broke: {_said(error)}")
        except ValueError as error:  # an address that SMTP cannot carry
            self._drop()
            return Outcome(state="failed", detail=_said(error))
        if refused is not None:
            return refused
        intent()
        return self._finish()

    def _offer(self, sender: str, address: str, email: bytes) -> Outcome | None:
        """Send all but the final dot; return the refusal where there is one."""
        steps: tuple[tuple[int, Callable[[], tuple[int, bytes]]], ...] = (
            (_OK, partial(self._smtp.mail, sender)),
            (_OK, partial(self._smtp.rcpt, address)),
            (_GO_AHEAD, partial(self._smtp.docmd, "DATA")),
        )
        for wanted, step in steps:
            code, reply = step()
            if code // 100 != wanted // 100:
                self._after_refusal(code)
                return _refusal(code, reply)
        self._smtp.send(_LINE_START_DOT.sub(b"..", email))
        if not email.endswith(b"\r\n"):
            self._smtp.send(b"\r\n")
        return None

    def _finish(self) -> Outcome:
        """Send the final dot and wait for what becomes of it."""
        try:
            _wait(self._smtp, _FINAL)
            self._smtp.send(b".\r\n")
            code, reply = self._smtp.getreply()
            _wait(self._smtp, _REPLY)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Outcome(state="ambiguous", detail=f"no answer to the end: {_said(error)}")
        if code // 100 == _OK // 100:
            return Outcome(state="sent", detail=_text(code, reply))
        if code == _CLOSING or code // 100 not in {4, 5}:
            self._drop()
        if code // 100 not in {4, 5}:
            return Outcome(state="ambiguous", detail=f"no answer that is one: {_text(code, reply)}")
        return _refusal(code, reply)

    def _after_refusal(self, code: int) -> None:
        if code == _CLOSING:
            self._drop()
        else:
            self._smtp.rset()

    def _drop(self) -> None:
        self._smtp.close()
        self._is_open = False

    def close(self) -> None:
        """Say goodbye."""
        if self._is_open:
            try:
                self._smtp.quit()
            except (OSError, smtplib.SMTPException):
                self._drop()


def _connect(relay: Relay) -> smtplib.SMTP:
    tls = ssl.create_default_context()
    try:
        with ExitStack() as undo:
            smtp = _dial(relay, tls)
            undo.callback(smtp.close)
            _introduce(smtp, relay, tls)
            undo.pop_all()
    except (OSError, smtplib.SMTPException) as error:
        where = f"{relay.host}:{relay.port}"
        raise DeliveryError(f"the relay {where} takes no email: {_said(error)}") from None
    _wait(smtp, _REPLY)
    return smtp


def _dial(relay: Relay, tls: ssl.SSLContext) -> smtplib.SMTP:
    if relay.scheme == "smtps":
        return smtplib.SMTP_SSL(relay.host, relay.port, timeout=_CONNECT, context=tls)
    return smtplib.SMTP(relay.host, relay.port, timeout=_CONNECT)


def _introduce(smtp: smtplib.SMTP, relay: Relay, tls: ssl.SSLContext) -> None:
    if relay.scheme == "smtp" and not relay.is_loopback:
        smtp.starttls(context=tls)
    smtp.ehlo_or_helo_if_needed()
    if relay.user is not None:
        smtp.login(relay.user, relay.password or "")


def _wait(smtp: smtplib.SMTP, seconds: float) -> None:
    if smtp.sock is not None:
        smtp.sock.settimeout(seconds)


def _refusal(code: int, reply: bytes) -> Outcome:
    state = "failed" if code >= _PERMANENT else "deferred"
    return Outcome(state=state, detail=_text(code, reply))  # type: ignore[arg-type]  # one of the two


def _text(code: int, reply: bytes) -> str:
    said = reply.decode("utf-8", "replace").replace("\n", " ")
    return f"{code} {said}"[:500]


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return _text(error.smtp_code, said if isinstance(said, bytes) else str(said).encode())
    return (str(error) or type(error).__name__)[:500]
