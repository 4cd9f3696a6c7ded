"""Mailgun, API version 3: messages.mime with the whole email."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256

from digest.deliver.api import Answer, Request
from digest.errors import UsageError
from digest.ports import Fault

FORM = "mailgun://api:${KEY}@REGION/DOMAIN"
_ORIGINS = {"us": "https://api.mailgun.net", "eu": "https://api.eu.mailgun.net"}
_DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailgun:
    """Mailgun for one domain."""

    user: str
    secret: str = field(repr=False)
    domain: str
    origin: str

    def request(self, sender: str, address: str, email: bytes) -> Request:  # noqa: ARG002 - Mailgun's own
        """Return the request that hands an email over; its opens and clicks are not tracked."""
        mark = sha256(email).hexdigest()
        body = b"".join(
            (
                _part(mark, "to", address.encode()),
                _part(mark, "o:tracking", b"no"),
                _part(mark, 'message"; filename="message.eml', email),
                f"--{mark}--\r\n".encode(),
            )
        )
        login = b64encode(f"{self.user}:{self.secret}".encode()).decode()
        fields = {
            "Authorization": f"Basic {login}",
            "Content-Type": f"multipart/form-data; boundary={mark}",
        }
        return Request(path=f"/v3/{self.domain}/messages.mime", fields=fields, body=body)

    def took(self, answer: Answer) -> bool | None:
        """Tell whether Mailgun took an email: it gives its id."""
        return True if answer.said.get("id") else None

    def words(self, answer: Answer) -> str:
        """Return the email's id and Mailgun's message."""
        return f"{answer.said.get('id', '')} {answer.said.get('message', '')}".strip()

    def refusal(self, answer: Answer) -> tuple[Fault, bool]:
        """Return whose fault a refusal is: the reader's where `to` is named."""
        said = str(answer.said.get("message", ""))
        return ("reader" if re.search(r"\bto parameter\b", said) else "doubtful"), False


def read(user: str, secret: str, place: str, rest: str) -> Mailgun:
    """Return the service of an address."""
    if place not in _ORIGINS or not _DOMAIN.fullmatch(rest):
        raise UsageError(f"Mailgun's address is {FORM}, with us or eu as the region")
    return Mailgun(user=user, secret=secret, domain=rest, origin=_ORIGINS[place])


def _part(mark: str, name: str, value: bytes) -> bytes:
    head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
    return head.encode() + value + b"\r\n"
