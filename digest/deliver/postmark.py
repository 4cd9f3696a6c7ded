"""Postmark: it takes no email as a whole, so what ours says is told in its JSON."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any

from digest.deliver.api import Answer, Request
from digest.errors import UsageError
from digest.ports import Fault

FORM = "postmark://server:${TOKEN}@STREAM"
MARK = "delivery"
_STREAM = re.compile(r"[a-z0-9][a-z0-9_-]*")
_INVALID, _INACTIVE = 300, 406
_OWN = frozenset({"from", "to", "subject", "date", "mime-version"})  # said elsewhere, or Postmark's


@dataclass(frozen=True, slots=True, kw_only=True)
class Postmark:
    """A message stream of one Postmark server."""

    token: str = field(repr=False)
    stream: str
    origin: str = "https://api.postmarkapp.com"

    def request(self, sender: str, address: str, email: bytes) -> Request:  # noqa: ARG002 - Postmark's own
        """Return the request that hands an email over; its opens and clicks are not tracked."""
        message = message_from_bytes(email, policy=policy.default)
        handed_over = [
            {"Name": name, "Value": _line(value)}
            for name, value in message.items()
            if name.lower() not in _OWN and not name.lower().startswith("content-")
        ]
        body: dict[str, Any] = {
            "From": _line(message["From"]),
            "To": address,
            "Subject": _line(message["Subject"]),
            # the Message-ID is among them, and is kept
            "Headers": [*handed_over, {"Name": "X-PM-KeepID", "Value": "true"}],
            "Attachments": [],
            "MessageStream": self.stream,
            "TrackOpens": False,
            "TrackLinks": "None",
            # its webhooks give this back, and not the Message-ID
            "Metadata": {MARK: _line(message["Message-ID"]).strip("<>").partition("@")[0][:80]},
        }
        for part in message.walk():
            kind = {"text/plain": "TextBody", "text/html": "HtmlBody"}.get(part.get_content_type())
            if kind is not None and part.get_filename() is None and kind not in body:
                body[kind] = part.get_content()
            elif not part.is_multipart():
                data = part.get_payload(decode=True)
                attached = {
                    "Name": part.get_filename() or "attachment",
                    "ContentType": part.get_content_type(),
                    "Content": b64encode(data if isinstance(data, bytes) else b"").decode(),
                }
                if name := str(part["Content-ID"] or "").strip().strip("<>"):
                    attached["ContentID"] = f"cid:{name}"
                body["Attachments"].append(attached)
        fields = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "X-Postmark-Server-Token": self.token,
        }
        return Request(path="/email", fields=fields, body=json.dumps(body).encode())

    def took(self, answer: Answer) -> bool | None:
        """Tell whether Postmark took an email: its error's number is 0, and there is an id."""
        code = answer.said.get("ErrorCode")
        if code == 0 and answer.said.get("MessageID"):
            return True
        return False if code else None

    def words(self, answer: Answer) -> str:
        """Return the email's id, or the error's number and message."""
        said = answer.said
        if said.get("ErrorCode"):
            return f"{said['ErrorCode']} {said.get('Message', '')}"
        return str(said.get("MessageID") or "")

    def refusal(self, answer: Answer) -> tuple[Fault, bool]:
        """Return whose fault a refusal is: Postmark mails no more who bounced or complained there."""
        code = answer.said.get("ErrorCode")
        if code == _INACTIVE:
            return "reader", True
        return ("doubtful" if code == _INVALID else "sender"), False


def read(user: str, secret: str, place: str, rest: str) -> Postmark:
    """Return the service of an address."""
    if user != "server" or not _STREAM.fullmatch(place) or rest:
        raise UsageError(f"Postmark's address is {FORM}, with a stream's name, as in @broadcast")
    return Postmark(token=secret, stream=place)


def _line(value: object) -> str:
    """Return a field in one line: what an encoded word decodes to may end one."""
    return " ".join(str(value or "").split())
