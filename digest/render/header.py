"""Write header fields (RFC 5322, RFC 2047), so that no value can end its own line.

The standard library is not used for it: 3.11.2 decodes an encoded word inside a value and writes
the CR and LF it finds there, and every version encodes a long List-Unsubscribe, which is then
ignored. Here a value is cleaned, then either plain ASCII or encoded words, and folded at blanks.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import lru_cache

from digest.editorial.idn import ascii_domain
from digest.errors import DigestError
from digest.render import clean

_LONGEST = 998
_WIDTH = 76
_WORD = 42  # bytes of UTF-8 in an encoded word of at most 75 characters
_LABEL = 64  # a domain that is shorter has no label that is too long
_NAME = re.compile(r"^[!-9;-~]+$")
_ATOMS = re.compile(r"^[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]*$")
_ADDRESS = re.compile(r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$")
_ODD = re.compile(r"[^\x21-\x7e]")


class BadAddress(DigestError):
    """An address that no email can be sent to."""

    def __init__(self, address: str) -> None:
        super().__init__(f"{address!r} is no email address")


def field(name: str, value: str) -> bytes:
    """Return a field of free text, its line end included."""
    return _fold(name, _phrase(clean.header(value), quoted=False).split(" "))


def structured(name: str, *parts: str) -> bytes:
    """Return a field of ASCII parts that stay whole, folded between them only."""
    for part in parts:
        if _ODD.search(part) or not part:
            raise DigestError(f"{part!r} cannot stand in the header {name}")
    return _fold(name, parts)


def mailbox(name: str, display: str, address: str) -> bytes:
    """Return a field of one address and whose it is."""
    bare = f"<{ascii_address(address)}>"
    shown = _phrase(clean.header(display), quoted=True) if display else ""
    return _fold(name, [*shown.split(" "), bare] if shown else [bare])


def list_id(title: str, identifier: str) -> bytes:
    """Return the List-Id field (RFC 2919).

    Several filters match no identifier behind an encoded word, so a title that is not ASCII is left
    out; the phrase is optional.
    """
    shown = clean.header(title)
    words = _phrase(shown, quoted=True).split(" ") if shown.isascii() and shown else []
    return _fold("List-Id", [*words, f"<{identifier}>"])


@lru_cache(16)  # an email asks twice for its reader's
def ascii_address(address: str) -> str:
    """Return the address with its domain in ASCII (IDNA); BadAddress where it is none."""
    local, at, domain = address.strip().rpartition("@")
    try:  # most are ASCII, and IDNA's long way costs more than all else in an address
        short = domain.isascii() and len(domain) < _LABEL
        bare = f"{local}{at}{domain if short else ascii_domain(domain)}"
    except UnicodeError:
        raise BadAddress(address) from None
    if not _ADDRESS.match(bare) or ".." in bare or local.startswith(".") or local.endswith("."):
        raise BadAddress(address)
    return bare


def _phrase(text: str, *, quoted: bool) -> str:
    if not text.isascii():
        chunks, chunk = list[bytes](), b""
        for character in text:
            piece = character.encode()
            if len(chunk) + len(piece) > _WORD:
                chunks.append(chunk)
                chunk = b""
            chunk += piece
        return " ".join(f"=?utf-8?b?{b64encode(c).decode()}?=" for c in (*chunks, chunk))
    if not quoted or _ATOMS.match(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _fold(name: str, words: list[str] | tuple[str, ...]) -> bytes:
    if not _NAME.match(name):
        raise DigestError(f"{name!r} is no header name")
    whole = f"{name}: {' '.join(words)}"
    if len(whole) <= _WIDTH:
        return f"{whole}\r\n".encode("ascii")
    lines = [f"{name}:"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > _WIDTH and lines[-1] != f"{name}:":
            lines.append("")
        lines[-1] += f" {word}"
    if any(len(line) > _LONGEST for line in lines):
        raise DigestError(f"the header {name} is longer than a line may be")
    return "\r\n".join(lines).encode("ascii") + b"\r\n"
