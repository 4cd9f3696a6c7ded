"""Amazon SNS: what a topic sends, proven by Amazon's signature (its versions 1 and 2).

The certificate is named by who calls, so it is fetched from one host only: that of the topic's own
region.
"""

from __future__ import annotations

import logging
import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from digest.deliver.hook_json import read_json, word
from digest.errors import DigestError, Forged, UsageError

_ARN = re.compile(r"arn:(aws|aws-cn|aws-us-gov):sns:([a-z0-9-]{4,30}):\d{12}:[A-Za-z0-9_-]{1,256}")
_PEM = re.compile(r"/SimpleNotificationService-[0-9a-f]{1,64}\.pem")
_HASHES: Mapping[str, hashes.HashAlgorithm] = {"1": hashes.SHA1(), "2": hashes.SHA256()}  # noqa: S303 - SNS's version 1
_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        *("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    ),
}
_CERTIFICATES = 20  # that are kept; Amazon has one at a time
_REST = timedelta(minutes=1)  # after a certificate that could not be had


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicName:
    """A topic's name, and the one host that its certificates and confirmations come from."""

    arn: str
    host: str


def read_topic(arn: str) -> TopicName:
    """Read a topic's name (ARN); UsageError where it is none."""
    found = _ARN.fullmatch(arn.strip())
    if found is None:
        raise UsageError(
            f"{arn!r} is no topic of Amazon SNS; write arn:aws:sns:eu-west-1:123456789012:NAME"
        )
    ending = "amazonaws.com.cn" if found[1] == "aws-cn" else "amazonaws.com"
    return TopicName(arn=found[0], host=f"sns.{found[2]}.{ending}")


class Topic:
    """One topic, from which messages come; `fetch` gets what its host has."""

    def __init__(self, name: TopicName, fetch: Callable[[str], bytes]) -> None:
        self._name, self._fetch = name, fetch
        self._certificates: dict[str, x509.Certificate] = {}
        self._rests_until: datetime | None = None

    def message(self, raw: bytes, now: datetime) -> str | None:
        """Return the message that a call brings, None where it brings none; Forged if it is not the topic's.

        A subscription is confirmed where it is one to this topic.
        """
        said = read_json(raw)
        if said.get("TopicArn") != self._name.arn:
            raise Forged("SES", "it is of another topic")
        kind = word(said.get("Type"))
        if kind not in _SIGNED:
            raise Forged("SES", "it is no notification")
        self._prove(said, _SIGNED[kind], now)
        if kind == "Notification":
            return str(said.get("Message", ""))
        self._fetch(self._here(said.get("SubscribeURL"), "confirm"))
        logging.getLogger(__name__).info("the subscription to %s is confirmed", self._name.arn)
        return None

    def _prove(self, said: Mapping[str, Any], names: tuple[str, ...], now: datetime) -> None:
        method = _HASHES.get(word(said.get("SignatureVersion")))
        parts = [(name, said[name]) for name in names if name in said]
        if method is None or not all(isinstance(value, str) for _, value in parts):
            raise Forged("SES", "it is not signed in a way that is known")
        key = self._certificate(self._here(said.get("SigningCertURL"), "certificate"), now)
        text = "".join(f"{name}\n{value}\n" for name, value in parts)
        try:
            signature = b64decode(str(said.get("Signature")), validate=True)
            key.verify(signature, text.encode(), padding.PKCS1v15(), method)
        except (InvalidSignature, ValueError):
            raise Forged("SES", "its signature is another") from None

    def _here(self, url: object, what: str) -> str:
        """Return an address if it is at the topic's host, with no way around it; Forged else."""
        try:
            parts = urlsplit(str(url))
            is_here = (parts.scheme, parts.netloc) == ("https", self._name.host)
        except ValueError:
            is_here = False
        if not is_here or (what == "certificate" and not _PEM.fullmatch(parts.path)):
            raise Forged("SES", f"its {what} would come from elsewhere")
        return str(url)

    def _certificate(self, url: str, now: datetime) -> RSAPublicKey:
        found = self._certificates.get(url)
        if found is None:
            if self._rests_until is not None and now < self._rests_until:
                raise DigestError(
                    f"{url} is not asked for now: another certificate could not be had"
                )
            try:
                found = x509.load_pem_x509_certificate(self._fetch(url))
            except (DigestError, ValueError) as error:
                self._rests_until = now + _REST
                raise DigestError(f"the certificate {url} cannot be had: {error}") from None
            if len(self._certificates) >= _CERTIFICATES:
                self._certificates.clear()
            self._certificates[url] = found
        if not found.not_valid_before_utc <= now <= found.not_valid_after_utc:
            raise Forged("SES", "its certificate is not valid now")
        key = found.public_key()
        if not isinstance(key, RSAPublicKey):
            raise Forged("SES", "its certificate is of another kind")
        return key
