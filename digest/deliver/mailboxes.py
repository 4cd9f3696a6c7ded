"""Where reports come in: a file, a pipe, a folder, a Maildir, or a mailbox by IMAP (RFC 3501)."""

from __future__ import annotations

import imaplib
import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from digest.deliver.relay import is_loopback
from digest.deliver.reports import LARGEST, read_reports
from digest.errors import DigestError, UsageError
from digest.ports import Report

_PORTS = {"imaps": 993, "imap": 143}
_ANSWER = 60.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A folder of somebody's mailbox: `imaps` is TLS, `imap` is for this machine alone."""

    scheme: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"


def read_mailbox(address: str) -> Mailbox:
    """Read `imaps://user:password@host/folder`; UsageError says what is wrong, without the password."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise UsageError(
            "the mailbox's address is none; write imaps://user:…@host/folder"
        ) from None
    if parts.scheme not in _PORTS or not parts.hostname or not parts.username:
        raise UsageError("the mailbox's address starts with imaps:// and names a user and a host")
    if parts.scheme == "imap" and not is_loopback(parts.hostname):
        raise UsageError(
            "the mailbox's address starts with imaps://: its password goes by TLS only"
        )
    return Mailbox(
        scheme=parts.scheme,
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
    )


def reports_by_imap(mailbox: Mailbox) -> Iterator[tuple[Report, ...]]:
    """Yield what each unseen email reports; it is marked as seen when the next one is asked for."""
    with _opened(mailbox) as imap:
        _, found = imap.uid("SEARCH", "UNSEEN")
        for uid in (found[0] or b"").split():
            _, answer = imap.uid("FETCH", uid.decode(), f"(BODY.PEEK[]<0.{LARGEST}>)")
            raw = next((part[1] for part in answer if isinstance(part, tuple)), b"")
            yield read_reports(raw)
            imap.uid("STORE", uid.decode(), "+FLAGS.SILENT", r"(\Seen)")


@contextmanager
def _opened(mailbox: Mailbox) -> Iterator[imaplib.IMAP4]:
    where = f"the mailbox {mailbox.folder} at {mailbox.host}"
    try:
        if mailbox.scheme == "imaps":
            tls = ssl.create_default_context()
            imap: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                mailbox.host, mailbox.port, ssl_context=tls, timeout=_ANSWER
            )
        else:
            imap = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=_ANSWER)
        try:
            secret = f"\0{mailbox.user}\0{mailbox.password}".encode()
            imap.authenticate("PLAIN", lambda _: secret)
            state, said = imap.select('"' + mailbox.folder.replace('"', "") + '"')
            if state != "OK":
                words = b" ".join(filter(None, said)).decode("utf-8", "replace")
                raise DigestError(f"{where} cannot be opened: {words}")
            yield imap
        finally:
            with suppress(OSError, imaplib.IMAP4.error):
                imap.logout()
            with suppress(OSError):
                imap.shutdown()  # which a logout that fails leaves undone
    except (OSError, ValueError, imaplib.IMAP4.error) as error:
        raise DigestError(f"{where} cannot be read: {str(error) or type(error).__name__}") from None


def reports_in(where: str) -> Iterator[tuple[Report, ...]]:
    """Yield what each email reports: of a file, of a folder or Maildir, or of stdin (`-`)."""
    if where == "-":
        yield read_reports(sys.stdin.buffer.read(LARGEST))
        return
    path = Path(where)
    try:
        files = [path]
        if (path / "new").is_dir() and (path / "cur").is_dir():  # a Maildir's, read or not
            found = (*(path / "new").iterdir(), *(path / "cur").iterdir())
            files = [file for file in found if file.is_file()]
        elif path.is_dir():
            files = [file for file in path.iterdir() if file.suffix == ".eml" and file.is_file()]
        for file in sorted(files):
            with file.open("rb") as opened:
                raw = opened.read(LARGEST)
            yield read_reports(raw)
    except OSError as error:
        raise UsageError(f"{error.filename or path}: {error.strerror}") from None
