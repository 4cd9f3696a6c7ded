"""Sign emails (DKIM, RFC 6376; Ed25519 after RFC 8463), and make keys and their DNS records.

The unsubscribe fields are signed, as one-click asks for (RFC 8058 §4). dkimpy takes forty times as
long for one signature; the text is canonical already, so what is left is a hash and a signature.
"""

from __future__ import annotations

import os
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from digest.errors import DigestError, UsageError
from digest.ports import Connection, Deliverer, Intent, Outcome, Route

_SIGNED = (
    "from to subject date message-id list-unsubscribe list-unsubscribe-post list-id mime-version "
    "content-type"
).split()
_BLANKS = re.compile(rb"[ \t]+")
_FOLD = re.compile(rb"\r\n(?=[ \t])")
_SELECTOR = re.compile(
    r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$"
)
_BITS = 2048  # what mailbox providers ask for; 4096 does not fit every DNS server's answer

Key = RSAPrivateKey | Ed25519PrivateKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A selector and its key; the domain is the sender's."""

    selector: str
    key: Key

    def sign(self, email: bytes, domain: str) -> bytes:
        """Return the DKIM-Signature field of an email whose lines end in CRLF."""
        head, _, body = email.partition(b"\r\n\r\n")
        found: dict[str, bytes] = {}
        for line in _FOLD.sub(b"", head).split(b"\r\n"):
            name, _, value = line.partition(b":")
            found.setdefault(name.decode("ascii").lower(), _BLANKS.sub(b" ", value).strip())
        names = [name for name in _SIGNED if name in found]
        # From is named once more than it stands there: nobody can put a second one in front
        listed = ":".join(["from", *names])
        text = sha256(body.rstrip(b"\r\n") + b"\r\n").digest()
        kind = "rsa" if isinstance(self.key, RSAPrivateKey) else "ed25519"
        field = (
            f"v=1; a={kind}-sha256; c=relaxed/simple; d={domain}; s={self.selector}; h={listed}; "
            f"bh={b64encode(text).decode()}; b="
        )
        # a name that stands more often than its field counts as nothing (RFC 6376 §3.5)
        covered = b"".join(name.encode() + b":" + found[name] + b"\r\n" for name in names)
        signed = covered + b"dkim-signature:" + field.encode()
        signature = b64encode(self._signature(signed)).decode()
        parts = [signature[at : at + 70] for at in range(0, len(signature), 70)]
        folded = "DKIM-Signature: " + field.replace("; ", ";\r\n ")
        return (folded + "\r\n ".join(parts) + "\r\n").encode("ascii")

    def _signature(self, data: bytes) -> bytes:
        if isinstance(self.key, Ed25519PrivateKey):
            return self.key.sign(sha256(data).digest())
        return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())


class SigningDeliverer:
    """A deliverer whose emails are signed, by each signer once."""

    def __init__(self, inner: Deliverer, signers: Sequence[Signer]) -> None:
        self._inner, self._signers = inner, signers
        self.connections, self.rates = inner.connections, inner.rates

    async def open(self) -> Connection:
        """Open a connection of the deliverer within."""
        return SigningConnection(await self._inner.open(), self._signers)


class SigningConnection:
    """A connection whose emails are signed for the domain in their From, whatever they come back to."""

    def __init__(self, inner: Connection, signers: Sequence[Signer]) -> None:
        self._inner, self._signers = inner, signers

    async def deliver(
        self,
        sender: str,
        address: str,
        email: Sequence[bytes],
        intent: Intent,
        following: Route | None = None,
    ) -> Outcome:
        """Hand a signed email over."""
        whole = b"".join(email)
        whole = whole if whole.endswith(b"\r\n") else whole + b"\r\n"
        domain = _domain(whole)
        fields = b"".join(signer.sign(whole, domain) for signer in self._signers)
        return await self._inner.deliver(sender, address, (fields, *email), intent, following)

    async def close(self) -> None:
        """Say goodbye."""
        await self._inner.close()


def _domain(email: bytes) -> str:
    head = _FOLD.sub(b"", email.partition(b"\r\n\r\n")[0])
    line = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"from:"))
    return line.rpartition(b"@")[2].decode("ascii").strip(" >").lower()


def read_signers(keys: Mapping[str, Path]) -> list[Signer]:
    """Read each selector's key; UsageError where a file holds none."""
    return [Signer(selector=name, key=read_key(file)) for name, file in keys.items()]


def read_key(file: Path) -> Key:
    """Read a private key (PEM); UsageError where the file holds none that DKIM knows."""
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), None)
    except OSError as error:
        raise UsageError(f"the DKIM key {file}: {error.strerror}") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise UsageError(
            f"the DKIM key {file} is no private key in PEM without a password"
        ) from None
    if not isinstance(key, RSAPrivateKey | Ed25519PrivateKey):
        raise UsageError(f"the DKIM key {file} is neither RSA nor Ed25519")
    return key


def make_key(file: Path, kind: Literal["rsa", "ed25519"]) -> Key:
    """Make a key in a new file that only its owner reads; DigestError where it cannot be."""
    made = generate_private_key(65537, _BITS) if kind == "rsa" else Ed25519PrivateKey.generate()
    pem = made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(pem)
    except OSError as error:
        raise DigestError(f"the DKIM key {file}: {error.strerror}") from None
    return made


def check_selector(selector: str) -> None:
    """UsageError where a selector cannot stand in a DNS name."""
    if not _SELECTOR.match(selector):
        raise UsageError(f"{selector!r} is no selector; write letters, digits and hyphens")


def dns_record(selector: str, domain: str, key: Key) -> tuple[str, str]:
    """Return the name and the text of the DNS record (TXT) that a key's signatures are checked by."""
    check_selector(selector)
    public = key.public_key()
    if isinstance(key, Ed25519PrivateKey):
        kind, data = "ed25519", key.public_key().public_bytes_raw()
    else:
        kind = "rsa"
        data = public.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    return f"{selector}._domainkey.{domain}", f"v=DKIM1; k={kind}; p={b64encode(data).decode()}"
