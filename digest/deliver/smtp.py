"""Deliver by SMTP (RFC 5321): smtplib opens the way, then its socket is ours.

Until the text is sent nothing is decided; its intent is written down before. A reply that does not
come after the final dot leaves the email ambiguous, and it is never sent again unless a person says
so.

smtplib goes through every text twice by regular expressions, which costs more than all the rest;
so what follows EHLO, STARTTLS and AUTH is spoken here, in groups where the relay takes them
(PIPELINING, RFC 2920). Behind a text's end comes the next email's way up to its own: a packet in,
one out for each email. Who waits for a text takes whatever comes for one, so a connection that is
to take no more, or another's email, is hung up.
"""

from __future__ import annotations

import asyncio
import re
import smtplib
import ssl
from asyncio import Future
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from functools import lru_cache, partial
from socket import socket
from threading import Thread

from digest.deliver.relay import Relay
from digest.deliver.replies import SmtpStep, refusal
from digest.deliver.wire import Wire
from digest.errors import DeliveryError, Refused
from digest.ports import Fault, Intent, Outcome, Route

_CONNECT = 30.0  # seconds
_OPEN = 120.0  # until a connection takes emails, however slow each answer
_REPLY = 300.0  # to a command; RFC 5321 §4.5.3.2 asks for five minutes
_FINAL = 600.0  # to the final dot; ten minutes
_OK, _GO_AHEAD, _NO, _CLOSING = 2, 3, 5, 421
_LAST_WORDS = 1.0  # of a relay that hung up in the midst of a text
_LONGEST_REPLY = 65_536  # bytes; a relay that says more says nothing
_END = b".\r\n"
_STEPS: tuple[tuple[SmtpStep, int], ...] = ("mail", _OK), ("rcpt", _OK), ("data", _GO_AHEAD)
_LINE_START_DOT = re.compile(rb"(?m)^\.")
_Opened = tuple[socket, bool]
_PATH = re.compile(r"^[!-;=?-~]+$")  # no blank, no angle bracket, no end of line


class SmtpDeliverer:
    """Hands emails to one relay over a few connections."""

    def __init__(
        self, relay: Relay, connections: int, rates: Mapping[str, float] | None = None
    ) -> None:
        self._relay, self.connections, self.rates = relay, connections, rates or {}

    async def open(self) -> SmtpConnection:
        """Connect; DeliveryError where the relay takes nothing at all."""
        connection = SmtpConnection(self._relay)
        await connection.dial()
        return connection


class SmtpConnection:
    """One connection, opened again where it broke."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._wire: Wire | None = None
        self._pipelines = False
        self._served = 0
        self._asked: Route | None = None  # whose way was asked for behind the last text

    async def deliver(
        self,
        sender: str,
        address: str,
        email: Sequence[bytes],
        intent: Intent,
        following: Route | None = None,
    ) -> Outcome:
        """Hand one email over, awaiting `intent` before its text."""
        route = Route(sender, address)
        if not _can_be_written(route):
            return Outcome(state="failed", detail=f"{address!r} cannot be written in SMTP")
        refused = await self._offer(route)
        if (
            refused is not None
            and refused.fault == "passing"
            and self._wire is None
            and self._served
        ):
            # many relays end a connection after so many emails; that is no reason to wait
            await self.dial()
            refused = await self._offer(route)
        if refused is not None:
            return refused
        try:
            await intent
            return await self._hand_over(email, following)
        except BaseException:
            self._drop()  # in the midst of a text no goodbye can be said, nor is an answer waited for
            raise

    async def _hand_over(self, email: Sequence[bytes], following: Route | None) -> Outcome:
        """Send a text to its end, and behind it the next one's way; return what comes of it."""
        asks = following is not None and self._pipelines and _can_be_written(following)
        behind = _commands(following) if following and asks else ()
        if self._wire is not None and self._wire.lines:
            # it says goodbye, or what would be taken for the answer to a text that it has not seen
            said = self._wire.lines[0][:200].decode("utf-8", "replace").strip()
            return self._broken(ValueError(f"the relay spoke out of turn: {said}"), "passing")
        try:
            await self._send(*_stuffed(email), _END, *behind)
        except OSError as error:
            if self._wire is None or self._wire.left > sum(map(len, behind)):
                # what was not sent to its end, no relay can act on; it may be the text, or the relay
                with suppress(OSError, ValueError):
                    code, reply = await self._reply(_LAST_WORDS)
                    if code // 100 in {4, _NO}:
                        self._drop()
                        return refusal("text", code, reply)
                return self._broken(error, "doubtful")
            outcome = await self._judged()
            self._drop()  # half a command may be with the relay
            return outcome
        self._asked = following if asks else None
        return await self._judged()

    async def _offer(self, route: Route) -> Outcome | None:
        """Go as far as the text; return the refusal where there is one."""
        is_asked = self._asked == route
        try:
            if self._asked is not None and not is_asked:
                self._drop()  # the relay waits for another's text, and an empty one is an email, too
            if self._wire is None:
                await self.dial()
            self._asked = None
            return await self._begin(route, is_asked=is_asked)
        except (OSError, ValueError) as error:
            return self._broken(error, "passing")

    def _broken(self, error: Exception, fault: Fault) -> Outcome:
        self._drop()
        said = f"the connection broke: {_said(error)}"
        return Outcome(state="deferred", detail=said, fault=fault)

    async def _begin(self, route: Route, *, is_asked: bool) -> Outcome | None:
        commands = _commands(route)
        if self._pipelines and not is_asked:
            await self._send(*commands)
        first: Outcome | None = None
        goes_ahead = False
        try:
            for (step, wanted), line in zip(_STEPS, commands, strict=True):
                if not self._pipelines:
                    await self._send(line)
                code, reply = await self._reply(_REPLY)
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
                await self._send(_END if goes_ahead else b"RSET\r\n")
                await self._reply(_REPLY)
        except (OSError, ValueError):
            if first is None:
                raise
            self._drop()  # a relay that refuses and hangs up has refused
        return first

    async def _judged(self) -> Outcome:
        """Wait for what the relay makes of a text that has its end."""
        try:
            code, reply = await self._reply(_FINAL)
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

    async def _send(self, *pieces: bytes) -> None:
        if self._wire is None:
            raise ConnectionError("the connection is closed")
        await self._wire.send(pieces, _REPLY)

    async def _reply(self, patience: float) -> tuple[int, str]:
        """Read a reply; OSError or ValueError where there is none, or none that is one."""
        if self._wire is None:
            raise ConnectionError("the connection is closed")
        lines, said, left = self._wire.lines, list[bytes](), _LONGEST_REPLY
        while True:
            # most come together with the line before them
            line = lines.popleft() if lines else await self._wire.line(patience)
            left -= len(line)
            if left < 0:
                raise ConnectionError("a reply without an end")
            if not line[:3].isdigit():
                raise ValueError(f"no reply: {line[:100].decode('ascii', 'replace').strip()}")
            said.append(line[4:].strip())
            if line[3:4] != b"-":
                return int(line[:3]), b" ".join(said).decode("utf-8", "replace")

    async def dial(self) -> None:
        """Connect, introduce ourselves and log in; DeliveryError where the relay takes nothing."""
        sock, self._pipelines = await _aside(partial(_opened, self._relay), self._relay)
        self._wire, self._served = Wire(sock, _LONGEST_REPLY), 0

    def _drop(self) -> None:
        if self._wire is not None:
            self._wire.close()
        self._wire = self._asked = None

    async def close(self) -> None:
        """Say goodbye, and wait for no answer that is long in coming."""
        if self._asked is None:  # or it would be the first line of a text
            with suppress(OSError, ValueError):
                await self._send(b"QUIT\r\n")
                await self._reply(_CONNECT)
        self._drop()


def _can_be_written(route: Route) -> bool:
    return bool(_PATH.match(route.sender) and _PATH.match(route.address))


def _commands(route: Route) -> tuple[bytes, ...]:
    sender, address = route.sender.encode("ascii"), route.address.encode("ascii")
    return b"MAIL FROM:<%b>\r\n" % sender, b"RCPT TO:<%b>\r\n" % address, b"DATA\r\n"


async def _aside(opened: Callable[[], _Opened], relay: Relay) -> _Opened:
    """Wait for what waits by itself, in a thread that nobody waits for once it takes too long."""
    loop = asyncio.get_running_loop()
    done: Future[_Opened] = loop.create_future()

    def answer(what: _Opened | BaseException) -> None:
        if done.done():  # nobody waits any more
            return
        if isinstance(what, BaseException):
            done.set_exception(what)
        else:
            done.set_result(what)

    def work() -> None:
        try:
            what: _Opened | BaseException = opened()
        except BaseException as error:  # noqa: BLE001 - raised again by who waits for it
            what = error
        with suppress(RuntimeError):  # the run has ended meanwhile
            loop.call_soon_threadsafe(answer, what)

    Thread(target=work, name="dialling", daemon=True).start()
    try:
        async with asyncio.timeout(_OPEN):
            return await done
    except TimeoutError:
        raise DeliveryError(
            f"the relay {relay.host}:{relay.port} takes no email: it was not ready after {_OPEN:.0f} s"
        ) from None


def _opened(relay: Relay) -> _Opened:
    """Return a socket on which smtplib has connected and logged in, and whether it pipelines."""
    try:
        with ExitStack() as undo:
            if relay.scheme == "smtps":
                smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                    relay.host, relay.port, timeout=_CONNECT, context=ssl.create_default_context()
                )
            else:
                smtp = smtplib.SMTP(relay.host, relay.port, timeout=_CONNECT)
            undo.callback(smtp.close)
            code, reply = smtp.ehlo()
            if code // 100 != _OK and code != _CLOSING:  # which ends a connection
                code, reply = smtp.helo()
            if code // 100 != _OK:
                raise smtplib.SMTPResponseException(code, reply)
            if relay.scheme == "smtp" and not relay.is_loopback:
                smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
            if relay.user is not None:
                smtp.login(relay.user, relay.password or "")
            sock = smtp.sock
            if sock is None:
                raise ConnectionError("the relay hung up")
            undo.pop_all()
    except (OSError, smtplib.SMTPException) as error:
        said = f"the relay {relay.host}:{relay.port} takes no email: {_said(error)}"
        for_good = (
            isinstance(error, smtplib.SMTPResponseException) and error.smtp_code // 100 == _NO
        )
        raise (Refused if for_good else DeliveryError)(said) from None
    return sock, smtp.has_extn("pipelining")


def _stuffed(email: Sequence[bytes]) -> Sequence[bytes]:
    """Double the dots that begin a line; ours have none (`render.mime.quoted`), so it is one look."""
    if any(map(_may_begin_with_a_dot, email)):
        email = (_LINE_START_DOT.sub(b"..", b"".join(email)),)
    return email if email[-1].endswith(b"\r\n") else (*email, b"\r\n")


@lru_cache(256)  # the large pieces are the same in every email, and know their own hash
def _may_begin_with_a_dot(piece: bytes) -> bool:
    return piece.startswith(b".") or b"\n." in piece


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        return f"{error.smtp_code} {words}".replace("\n", " ")[:500]
    return (str(error) or type(error).__name__)[:500]
