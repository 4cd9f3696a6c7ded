"""Services that call a webhook, as their public documents say that they do."""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.x509.oid import NameOID

from digest.errors import DigestError
from digest.ports import Call
from tests.helpers.make import NOW

KEY = "a signing key"
LOGIN = "digest:hunter2"
ARN = "arn:aws:sns:eu-west-1:123456789012:digest"
HOST = "https://sns.eu-west-1.amazonaws.com"
PEM = f"{HOST}/SimpleNotificationService-0123456789abcdef.pem"


def mailgun(event: dict[str, Any], *, at: datetime = NOW, key: str = KEY, mark: str = "t0") -> Call:
    """Call as Mailgun does: its webhooks' payload and signature."""
    stamp = str(int(at.timestamp()))
    signature = hmac.new(key.encode(), f"{stamp}{mark}".encode(), "sha256").hexdigest()
    signed = {"timestamp": stamp, "token": mark, "signature": signature}
    return Call(fields={}, body=json.dumps({"signature": signed, "event-data": event}).encode())


def failed(message_id: str, code: str = "5.1.1", said: str = "no such user") -> dict[str, Any]:
    """Return Mailgun's event of a permanent failure."""
    return {
        "event": "failed",
        "severity": "permanent",
        "reason": "bounce",
        "recipient": "a@u.example",
        "delivery-status": {"code": 550, "enhanced-code": code, "message": said},
        "message": {"headers": {"message-id": message_id.strip("<>")}},
    }


def postmark(said: dict[str, Any], *, login: str = LOGIN) -> Call:
    """Call as Postmark does: its bounce and spam complaint webhooks."""
    fields = {"authorization": "Basic " + b64encode(login.encode()).decode()}
    return Call(fields=fields, body=json.dumps(said).encode())


class Sns:
    """Amazon SNS with its key: signs what it sends, and has its certificate fetched."""

    def __init__(self) -> None:
        self.fetched: list[str] = []
        self.certificate = _certificate(NOW)

    def fetch(self, url: str) -> bytes:
        self.fetched.append(url)
        if url == PEM:
            return self.certificate
        if url.startswith(f"{HOST}/?Action=ConfirmSubscription&"):
            return b"<ConfirmSubscriptionResponse/>"
        raise DigestError(f"{url}: it answers 404")

    def call(self, version: str = "2", **said: object) -> Call:
        """Call as SNS does: its HTTP notification, signed by version 1 or 2."""
        fields: dict[str, Any] = {
            "Type": "Notification",
            "MessageId": "22b80b92",
            "TopicArn": ARN,
            "Timestamp": "2026-01-12T06:00:00.000Z",
            "SignatureVersion": version,
            "SigningCertURL": PEM,
            **said,
        }
        if "Signature" not in fields:
            fields["Signature"] = self._signed(fields, version)
        return Call(fields={}, body=json.dumps(fields).encode())

    def _signed(self, fields: dict[str, Any], version: str) -> str:
        own = {"SigningCertURL", "SignatureVersion", "UnsubscribeURL"}
        text = "".join(f"{k}\n{fields[k]}\n" for k in sorted(fields) if k not in own)
        method = hashes.SHA1() if version == "1" else hashes.SHA256()  # noqa: S303 - SNS's version 1
        return b64encode(_key().sign(text.encode(), padding.PKCS1v15(), method)).decode()


def bounced(message_id: str, *, status: str = "5.1.1", kind: str = "Permanent") -> str:
    """Return SES's notification of a bounce, with the headers of the email."""
    said = {
        "notificationType": "Bounce",
        "bounce": {
            "bounceType": kind,
            "bounceSubType": "General",
            "bouncedRecipients": [
                {
                    "emailAddress": "a@u.example",
                    "action": "failed",
                    "status": status,
                    "diagnosticCode": f"smtp; 550 {status} it said no",
                }
            ],
        },
        "mail": {
            "messageId": "0102018a",
            "source": "news@u.example",
            "headers": [{"name": "Message-ID", "value": message_id}],
        },
    }
    return json.dumps(said)


@cache
def _key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


def _certificate(now: datetime) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    made = (
        x509.CertificateBuilder(name, name, _key().public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .sign(_key(), hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)
