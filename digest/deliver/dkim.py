"""Sign emails (DKIM, RFC 6376; Ed25519 after RFC 8463), and make keys and their DNS records.

The unsubscribe fields are signed, as one-click asks for (RFC 8058 §4). dkimpy takes forty times as
long for one signature; the text is canonical already, so what is left is a hash and a signature.
"""

from __future__ import annotations

import asyncio
import os
import re
from base64 import b64encode
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from digest.errors import DigestError, UsageError
from digest.ports import Connection, Deliverer, Intent, Outcome, Route

if TYPE_CHECKING:
    from hashlib import _Hash

_SIGNED = (
    "from to subject date message-id list-unsubscribe list-unsubscribe-post list-id mime-version "
    "content-type"
).split()
_BLANK_LINE = b"\r\n\r\n"
_BLANKS = re.compile(rb"[ \t]+")
_FOLD = re.compile(rb"\r\n(?=[ \t])")
_SELECTOR = re.compile(
    r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$"
)
_BITS = 2048  # what mailbox providers ask for; 4096 does not fit every DNS server's answer

SigningKey = RSAPrivateKey | Ed25519PrivateKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A selector and its key; the domain is the sender's."""

    selector: str
    key: SigningKey

    def sign(self, head: bytes, text: bytes, domain: str) -> bytes:
        """Return the DKIM-Signature field of an email: its head, lines ending in CRLF, its text's digest."""
        found: dict[str, bytes] = {}
        for line in _FOLD.sub(b"", head).split(b"\r\n"):
            name, _, value = line.partition(b":")
            found.setdefault(name.decode("ascii").lower(), _BLANKS.sub(b" ", value).strip())
        names = [name for name in _SIGNED if name in found]
        # From is named once more than it stands there: nobody can put a second one in front
        listed = ":".join(["from", *names])
        kind = "rsa" if isinstance(self.key, RSAPrivateKey) else "ed25519"
        field = (
            f"v=1; a={kind}-sha256; c=relaxed/simple; d={domain}; s={self.selector}; h={listed}; "
            f"bh={b64encode(text).decode()}; b="
        )
        # a name that stands more often than its field counts as nothing (RFC 6376 §3.5)
        covered = b"".join(name.encode() + b":" + found[name] + b"\r\n" for name in names)
        signed = covered + b"dkim-signature:" + field.encode()
        if isinstance(self.key, Ed25519PrivateKey):
            raw = self.key.sign(sha256(signed).digest())
        else:
            raw = self.key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
        signature = b64encode(raw).decode()
        parts = [signature[at : at + 70] for at in range(0, len(signature), 70)]
        folded = "DKIM-Signature: " + field.replace("; ", ";\r\n ")
        return (folded + "\r\n ".join(parts) + "\r\n").encode("ascii")


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
        # in a thread: to sign takes longer than all else, and needs no interpreter
        fields = await asyncio.to_thread(self._signed, email)
        return await self._inner.deliver(sender, address, (fields, *email), intent, following)

    def _signed(self, email: Sequence[bytes]) -> bytes:
        head, text = digested(email)
        lines = _FOLD.sub(b"", head).split(b"\r\n")
        author = next(line for line in lines if line.lower().startswith(b"from:"))
        domain = author.rpartition(b"@")[2].decode("ascii").strip(" >").lower()
        return b"".join(signer.sign(head, text, domain) for signer in self._signers)

    async def close(self) -> None:
        """Say goodbye."""
        await self._inner.close()


def digested(email: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Return an email's head and the digest of its text, of which one CRLF ends the last line (RFC 6376 §3.4.3)."""
    head, left = b"", deque(email)
    while left and _BLANK_LINE not in head[-3:] + left[0]:
        head += left.popleft()
    first = left.popleft() if left else b""
    at = (head[-3:] + first).find(_BLANK_LINE) + len(_BLANK_LINE) - len(head[-3:])
    head = (head + first[:at]).removesuffix(_BLANK_LINE)
    while left and not left[-1].rstrip(b"\r\n"):
        left.pop()
    if not left:
        return head, sha256(first[at:].rstrip(b"\r\n") + b"\r\n").digest()
    text = _begun(first, at).copy()
    for piece in (*islice(left, len(left) - 1), left[-1].rstrip(b"\r\n"), b"\r\n"):
        text.update(piece)
    return head, text.digest()


@lru_cache(
    64
)  # a text is everyone's up to its first slot, and a piece that is shared is found at once
def _begun(piece: bytes, at: int) -> _Hash:
    return sha256(piece[at:])


def read_signers(keys: Mapping[str, Path]) -> list[Signer]:
    """Read each selector's key; UsageError where a file holds none."""
    return [Signer(selector=name, key=read_key(file)) for name, file in keys.items()]


def read_key(file: Path) -> SigningKey:
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


def make_key(file: Path, kind: Literal["rsa", "ed25519"]) -> SigningKey:
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


def dns_record(selector: str, domain: str, key: SigningKey) -> tuple[str, str]:
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
