"""Amazon SES, API version 2: SendEmail with the whole email, signed by Signature Version 4.

Its SDK is a hundred times this file. SES gives each email a Message-ID of its own, and brings
bounces to the return path: with `verp` they are matched all the same.
"""

from __future__ import annotations

import hmac
import json
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple

from digest.deliver.api import Answer, Request
from digest.errors import UsageError
from digest.ports import Fault

FORM = "ses://KEY_ID:${SECRET_KEY}@REGION"
_PATH = "/v2/email/outbound-emails"
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_ALGORITHM = "AWS4-HMAC-SHA256"


class Key(NamedTuple):
    """An access key, and where and for what it signs."""

    id: str
    secret: str
    region: str
    service: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ses:
    """Amazon SES in one region."""

    key: Key = field(repr=False)
    origin: str
    clock: Callable[[], datetime]

    def request(self, sender: str, address: str, email: bytes) -> Request:
        """Return the request that hands an email over."""
        body = {
            "Destination": {"ToAddresses": [address]},
            "FeedbackForwardingEmailAddress": sender,
            "Content": {"Raw": {"Data": b64encode(email).decode()}},
        }
        data = json.dumps(body).encode()
        fields = {
            "content-type": "application/json",
            "host": self.origin.partition("://")[2],
            "x-amz-date": f"{self.clock():%Y%m%dT%H%M%SZ}",
        }
        signed = {**fields, "authorization": authorization(self.key, _PATH, fields, data)}
        del signed["host"]  # HTTP's own to send
        return Request(path=_PATH, fields=signed, body=data)

    def took(self, answer: Answer) -> bool | None:
        """Tell whether SES took an email: it gives its id."""
        return True if answer.said.get("MessageId") else None

    def words(self, answer: Answer) -> str:
        """Return the email's id, or the error's name and message."""
        said = answer.said.get("MessageId") or answer.said.get("message") or ""
        return f"{_error(answer)} {said}".strip()

    def refusal(self, answer: Answer) -> tuple[Fault, bool]:
        """Return whose fault a refusal is: all but a bad request are about the account."""
        return ("doubtful" if _error(answer) == "BadRequestException" else "sender"), False


def read(user: str, secret: str, place: str, rest: str) -> Ses:
    """Return the service of an address."""
    if not _REGION.fullmatch(place) or rest:
        raise UsageError(f"{place!r} is no region of Amazon SES; write {FORM}, as in @eu-west-1")
    return Ses(
        key=Key(user, secret, place, "ses"),
        origin=f"https://email.{place}.amazonaws.com",
        clock=lambda: datetime.now(UTC),
    )


def authorization(key: Key, path: str, fields: Mapping[str, str], body: bytes) -> str:
    """Return the Authorization field of a POST (AWS Signature Version 4).

    The fields' names are in lower case and in order, `x-amz-date` among them.
    """
    names = ";".join(fields)
    listed = "".join(f"{name}:{value.strip()}\n" for name, value in fields.items())
    asked = f"POST\n{path}\n\n{listed}\n{names}\n{sha256(body).hexdigest()}"
    at = fields["x-amz-date"]
    scope = (at[:8], key.region, key.service, "aws4_request")
    text = f"{_ALGORITHM}\n{at}\n{'/'.join(scope)}\n{sha256(asked.encode()).hexdigest()}"
    signing = f"AWS4{key.secret}".encode()
    for part in scope:
        signing = hmac.digest(signing, part.encode(), "sha256")
    signature = hmac.new(signing, text.encode(), sha256).hexdigest()
    credential = f"{key.id}/{'/'.join(scope)}"
    return f"{_ALGORITHM} Credential={credential}, SignedHeaders={names}, Signature={signature}"


def _error(answer: Answer) -> str:
    return answer.fields.get("x-amzn-errortype", "").partition(":")[0]
