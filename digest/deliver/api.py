"""Deliver by a service's API: one request of HTTPS an email, over a connection that stays open.

The last byte of a request is what the final dot is to SMTP: before it no service can act, so the
intent is written down there. A request that is whole and gets no answer leaves its email ambiguous,
and so does an answer that promises nothing: not everything that says 200 is the service.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from select import select
from typing import Any, Protocol
from urllib.parse import urlsplit

from digest.errors import DeliveryError
from digest.ports import Fault, Outcome

_CONNECT = 30.0  # seconds
_ANSWER = 120.0
_LAST_WORDS = 5.0
_LONGEST_ANSWER = 65_536  # bytes
_REFUSED = 300  # and above
_BUSY = frozenset({408, 425, 429, 500, 503})  # the service's own word that it did not take it
_OF_THE_EMAIL = frozenset({400, 422})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A POST: where to, its fields, and its body."""

    path: str
    fields: Mapping[str, str] = field(repr=False)
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a service answers: `fields` are its header's, in lower case; `said` is its JSON."""

    status: int
    fields: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, Any] = field(default_factory=dict)


class Service(Protocol):
    """What is a service's own: how an email is given to it, and what it means by its answers."""

    @property
    def origin(self) -> str:
        """The scheme and host of its API."""
        ...

    def request(self, sender: str, address: str, email: bytes) -> Request:
        """Return the request that hands an email over."""
        ...

    def took(self, answer: Answer) -> bool | None:
        """Tell whether an answer of 2xx promises to send the email; None where it is no such answer."""
        ...

    def words(self, answer: Answer) -> str:
        """Return what an answer says, in a line: the email's id there, or what is wrong."""
        ...

    def refusal(self, answer: Answer) -> tuple[Fault, bool]:
        """Return whose fault the refusal of an email is, and whether its address is lost (400, 422)."""
        ...


class ApiDeliverer:
    """Hands emails to one service over a few connections."""

    def __init__(self, service: Service, connections: int) -> None:
        self._service, self.connections = service, connections

    def open(self) -> ApiConnection:
        """Connect; DeliveryError where there is no service."""
        return ApiConnection(self._service)


class ApiConnection:
    """One connection, opened again where it broke."""

    def __init__(self, service: Service) -> None:
        self._service = service
        where = urlsplit(service.origin)
        host, port = where.hostname or "", where.port
        if where.scheme == "https":
            tls = ssl.create_default_context()
            self._http: HTTPConnection = HTTPSConnection(host, port, context=tls, timeout=_CONNECT)
        else:
            self._http = HTTPConnection(host, port, timeout=_CONNECT)
        self._stranger: str | None = None
        self._http.auto_open = 0  # or what broke within a request would go on in another connection
        self._dial()

    def deliver(
        self, sender: str, address: str, email: bytes, intent: Callable[[], None]
    ) -> Outcome:
        """Hand one email over, calling `intent` before the request's last byte."""
        if self._stranger is not None:  # one email is in doubt; the next ones need not be
            raise DeliveryError(
                f"{self._http.host} does not answer as the service does: {self._stranger}"
            )
        request = self._service.request(sender, address, email)
        # what a service says unasked is the connection's end
        if self._http.sock is None or (self._served and self._has_spoken()):
            self._dial()  # services end connections that idle; that is no reason to wait
        try:
            self._http.putrequest("POST", request.path, skip_accept_encoding=True)
            for name, value in request.fields.items():
                self._http.putheader(name, value)
            self._http.putheader("Content-Length", str(len(request.body)))
            self._http.endheaders(request.body[:-1])
            if self._has_spoken():
                return self._early("it answered before it had the whole email")
            intent()
            self._http.send(request.body[-1:])
        except (OSError, HTTPException) as error:
            return self._early(f"the connection broke: {error or type(error).__name__}")
        return self._finish()

    def _finish(self) -> Outcome:
        """Wait for what becomes of the email."""
        try:
            response = self._http.getresponse()
            answer = _read(response)
        except (OSError, HTTPException) as error:
            self._http.close()
            said = f"no answer to the request: {error or type(error).__name__}"
            return Outcome(state="ambiguous", detail=said)
        if not response.isclosed():
            self._http.close()
        self._served += 1
        outcome = judged(self._service, answer)
        if outcome.state == "ambiguous" and answer.status < _REFUSED:
            self._stranger = outcome.detail
        return outcome

    def _early(self, broke: str) -> Outcome:
        """Return what a service says that does not hear a request out: of its size, or of our key.

        It did not have the last byte, so nothing but a refusal counts: else the email waits.
        """
        outcome = Outcome(state="deferred", detail=broke, fault="passing")
        with suppress(OSError, HTTPException):
            self._http.sock.settimeout(_LAST_WORDS)
            # http.client gives the answer to a whole request only
            response = HTTPResponse(self._http.sock, method="POST")
            response.begin()
            said = judged(self._service, _read(response))
            outcome = said if said.state in {"deferred", "failed"} else outcome
        self._http.close()
        return outcome

    def _has_spoken(self) -> bool:
        return bool(select([self._http.sock], [], [], 0)[0])

    def _dial(self) -> None:
        self._http.close()
        try:
            self._http.connect()
        except OSError as error:
            raise DeliveryError(f"{self._http.host} takes no email: {error}") from None
        self._http.sock.settimeout(_ANSWER)
        self._served = 0

    def close(self) -> None:
        """Hang up."""
        self._http.close()


def judged(service: Service, answer: Answer) -> Outcome:
    """Return what an answer means for the email and for the others.

    What stands before a service may have lost its answer, not the email: its 502 and 504 leave the
    email ambiguous. All that is not about the email is about us: the key, the account, the address.
    """
    detail = f"{answer.status} {service.words(answer)}"[:500].strip()
    is_ok = answer.status // 100 == 2  # noqa: PLR2004 - as HTTP has it
    took = service.took(answer) if is_ok else False
    if took:
        return Outcome(state="sent", detail=detail)
    if took is None:
        return Outcome(state="ambiguous", detail=f"{detail}, without the service's promise")
    if answer.status in _BUSY:
        return Outcome(state="deferred", detail=detail, fault="passing")
    if answer.status // 100 == 5:  # noqa: PLR2004 - as above
        return Outcome(state="ambiguous", detail=detail)
    speaks_of_it = is_ok or answer.status in _OF_THE_EMAIL
    fault, gone = service.refusal(answer) if speaks_of_it else ("sender", False)
    return Outcome(state="failed", detail=detail, fault=fault, gone=gone)


def _read(response: HTTPResponse) -> Answer:
    raw = response.read(_LONGEST_ANSWER)
    fields = {name.lower(): value for name, value in response.getheaders()}
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        said = None
    said = said if isinstance(said, dict) else {}
    return Answer(status=response.status, fields=fields, said=said)
