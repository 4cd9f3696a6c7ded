from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Literal

import dkim  # type: ignore[import-untyped]
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from digest.deliver.dkim import (
    SigningDeliverer,
    digested,
    dns_record,
    make_key,
    read_key,
    read_signers,
)
from digest.deliver.threads import Threads
from digest.errors import DigestError, UsageError
from digest.ports import Outcome
from digest.testing.handing import opened

EMAIL = (
    b"Date: Mon, 12 Jan 2026 06:00:00 +0000\r\n"
    b"To: =?utf-8?b?w4k=?=\r\n <a@u.example>\r\n"
    b"From: News  of the\r\n week <news@u.example>\r\nSubject: Hello\r\n"
    b"List-Unsubscribe: <https://u.example/u/t>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    b"\r\nA text.\r\n\r\nAnd more\r\n\r\n"
)


class Catcher:
    connections = 1

    def __init__(self) -> None:
        self.caught: list[bytes] = []

    def open(self) -> Catcher:
        return self

    def deliver(
        self, _sender: str, _address: str, email: bytes, _intent: Callable[[], None]
    ) -> Outcome:
        self.caught.append(email)
        return Outcome(state="sent", detail="ok")

    def close(self) -> None:
        pass


class Key:
    def __init__(self, data: bytes, **_: object) -> None:
        self.key = Ed25519PublicKey.from_public_bytes(b64decode(data))

    def verify(self, digest: bytes, signature: bytes) -> None:
        self.key.verify(signature, digest)


# the few names of pynacl by which dkimpy verifies Ed25519, upon cryptography
NACL = SimpleNamespace(
    signing=SimpleNamespace(VerifyKey=Key),
    encoding=SimpleNamespace(Base64Encoder=None),
    exceptions=SimpleNamespace(ValueError=ValueError, BadSignatureError=InvalidSignature),
)


def signed(
    folder: Path, kinds: tuple[Literal["rsa", "ed25519"], ...]
) -> tuple[bytes, dict[str, str]]:
    records = {}
    for kind in kinds:
        name, text = dns_record(kind, "u.example", make_key(folder / kind, kind))
        records[f"{name}."] = text
    catcher = Catcher()
    signers = read_signers({kind: folder / kind for kind in kinds})
    with opened(SigningDeliverer(Threads(catcher), signers)) as line:
        line.deliver("bounces+token@b.example", "a@u.example", EMAIL)
    return catcher.caught[0], records


@pytest.mark.parametrize("kinds", [("rsa",), ("ed25519",), ("rsa", "ed25519")])
def test_a_signature_is_verified_by_another_program(
    tmp_path: Path,
    kinds: tuple[Literal["rsa", "ed25519"], ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    email, records = signed(tmp_path, kinds)
    monkeypatch.setattr(dkim, "nacl", NACL, raising=False)

    def lookup(name: bytes, **_: object) -> bytes:
        return records[name.decode()].encode()

    def verifies(email: bytes, number: int) -> bool:
        try:
            return bool(dkim.DKIM(email).verify(idx=number, dnsfunc=lookup))
        except dkim.DKIMException:
            return False

    for number in range(len(kinds)):
        assert verifies(email, number)
        for old, new in (
            (b"And more", b"And less"),
            (b"/u/t>", b"/u/x>"),
            (b"=One-Click", b"=None"),
            (b"From: News", b"From: Evil <e@x.example>\r\nFrom: News"),
        ):
            assert not verifies(email.replace(old, new), number)
    assert max(map(len, email.split(b"\r\n"))) <= 200


def test_a_key_is_its_owners_alone_and_never_written_over(tmp_path: Path) -> None:
    make_key(tmp_path / "key", "rsa")

    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    with pytest.raises(DigestError, match="File exists"):
        make_key(tmp_path / "key", "rsa")


def test_what_is_no_key_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("nothing")

    with pytest.raises(UsageError, match="is no private key"):
        read_key(tmp_path / "key")
    with pytest.raises(UsageError, match="No such file"):
        read_key(tmp_path / "gone")


@pytest.mark.parametrize(
    "ends", [b"", b"\r\n", b"\r\n\r\n", b"\r\n \r\n", b"\r\n\r\n--end--", b".\r\r\n\r\n"]
)
@pytest.mark.parametrize("body", [b"", b"A text.\r\n\r\nAnd more"])
def test_the_digest_is_the_texts_however_the_email_is_cut_into_pieces(
    body: bytes, ends: bytes
) -> None:
    head, text = b"From: a@u.example\r\nSubject: Hello", body + ends
    whole = head + b"\r\n\r\n" + text
    expected = sha256(text.rstrip(b"\r\n") + b"\r\n").digest()

    for one in range(len(whole) + 1):
        for other in range(one, len(whole) + 1):
            pieces = (whole[:one], whole[one:other], whole[other:])
            assert digested(pieces) == (head, expected), pieces
