from __future__ import annotations

import base64
import io
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pytest

from digest.deliver.mailboxes import Mailbox, read_mailbox, reports_by_imap, reports_in
from digest.deliver.reports import LARGEST
from digest.errors import DigestError, UsageError
from tests.helpers.returned import bounce


def recipients(where: str) -> list[str | None]:
    return [each.address for reports in reports_in(where) for each in reports]


def test_reports_are_read_from_a_file_a_folder_a_maildir_and_a_pipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("loose/1.eml", "loose/2.eml", "loose/notes.txt", "mail/new/3", "mail/cur/4:2,S"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bounce(recipient=f"{file.name[0]}@u.example"))
    (tmp_path / "loose" / "folder.eml").mkdir()

    assert recipients(str(tmp_path / "loose" / "1.eml")) == ["1@u.example"]
    assert recipients(str(tmp_path / "loose")) == ["1@u.example", "2@u.example"]
    assert sorted(map(str, recipients(str(tmp_path / "mail")))) == ["3@u.example", "4@u.example"]
    stdin = io.TextIOWrapper(io.BytesIO(bounce(recipient="p@u.example")))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert recipients("-") == ["p@u.example"]


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nothing\.eml: No such file"):
        recipients(str(tmp_path / "nothing.eml"))


def test_a_mailbox_is_read_from_its_address() -> None:
    assert read_mailbox("imaps://me%40u.example:p%2Fw@mail.u.example/Bounces/2026") == Mailbox(
        scheme="imaps",
        host="mail.u.example",
        port=993,
        user="me@u.example",
        password="p/w",
        folder="Bounces/2026",
    )
    assert read_mailbox("imap://me:pw@127.0.0.1:1430").folder == "INBOX"
    assert "hunter2" not in repr(read_mailbox("imaps://me:hunter2@h.example"))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "mail.u.example",
        "smtp://me:hunter2@x",
        "imaps://",
        "imaps://host",
        "imaps://me:hunter2@x:y",
    ],
)
def test_what_is_no_mailbox_is_said_without_the_password(address: str) -> None:
    with pytest.raises(UsageError, match="the mailbox's address") as error:
        read_mailbox(address)
    assert "hunter2" not in str(error.value)


def test_a_password_goes_elsewhere_by_tls_only() -> None:
    with pytest.raises(UsageError, match="by TLS only"):
        read_mailbox("imap://me:pw@mail.u.example")


class Server:
    """A mailbox of a few emails, as far as RFC 3501 is spoken to it here."""

    def __init__(self, *emails: bytes) -> None:
        self.emails, self.seen, self.password = emails, set[int](), "pw"
        self.breaks_at = 0

    def talk(self, connection: socket.socket, read: BinaryIO) -> None:
        connection.sendall(b"* OK ready\r\n")
        for line in read:
            tag, verb, *words = line.decode().split()
            verb = words.pop(0) if verb == "UID" else verb
            said, done = b"", "OK done"
            if verb == "AUTHENTICATE":
                connection.sendall(b"+ \r\n")
                given = base64.b64decode(read.readline()).decode()
                done = "OK in" if given == f"\0me\0{self.password}" else "NO wrong password"
            elif verb == "CAPABILITY":
                said = b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n"
            elif verb == "SELECT":
                done = "OK open" if words == ['"Bounces"'] else "NO there is no such folder"
            elif verb == "SEARCH":
                unseen = [str(n) for n in range(1, len(self.emails) + 1) if n not in self.seen]
                said = f"* SEARCH {' '.join(unseen)}\r\n".encode()
            elif verb == "FETCH":
                number = int(words[0])
                if number == self.breaks_at:
                    return
                assert words[1] == f"(BODY.PEEK[]<0.{LARGEST}>)"
                raw = self.emails[number - 1][:LARGEST]
                said = b"* %d FETCH (UID %d BODY[]<0> {%d}\r\n%b)\r\n" % (
                    number,
                    number,
                    len(raw),
                    raw,
                )
            elif verb == "STORE":
                self.seen.add(int(words[0]))
            connection.sendall(said + f"{tag} {done}\r\n".encode())
            if verb == "LOGOUT":
                return


@contextmanager
def serving(server: Server) -> Iterator[str]:
    """Serve one connection; yields the mailbox's address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection, connection.makefile("rb") as read:
                server.talk(connection, read)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"imap://me:pw@127.0.0.1:{listening.getsockname()[1]}/Bounces"
        thread.join()


def fetched(server: Server) -> list[str | None]:
    with serving(server) as address:
        found = [*reports_by_imap(read_mailbox(address))]
    return [each.address for reports in found for each in reports]


def test_a_mailbox_is_read_once_and_nothing_in_it_is_lost() -> None:
    server = Server(
        bounce(recipient="1@u.example"), b"Subject: hi\n\nhi", bounce(recipient="3@u.example")
    )

    assert fetched(server) == ["1@u.example", "3@u.example"]
    assert server.seen == {1, 2, 3}
    assert fetched(server) == []


def test_an_email_is_seen_only_when_it_has_been_dealt_with() -> None:
    server = Server(bounce(), bounce())
    with serving(server) as address:
        reports = iter(reports_by_imap(read_mailbox(address)))
        next(reports)
        assert server.seen == set()
        next(reports)
        assert server.seen == {1}
        assert [*reports] == []
    assert server.seen == {1, 2}


def test_a_mailbox_that_breaks_off_is_a_sentence_and_goes_on_where_it_broke() -> None:
    server = Server(bounce(), bounce())
    server.breaks_at = 2

    with pytest.raises(DigestError, match=r"the mailbox Bounces at .* cannot be read"):
        fetched(server)
    assert server.seen == {1}
    server.breaks_at = 0
    assert len(fetched(server)) == 1


def test_a_wrong_password_and_a_folder_that_is_not_there_are_sentences() -> None:
    server = Server()
    server.password = "another"
    with pytest.raises(DigestError, match=r"cannot be read: .*wrong password"):
        fetched(server)
    with (
        serving(Server()) as address,
        pytest.raises(DigestError, match=r"Lost at .* cannot be opened: there is no such"),
    ):
        [*reports_by_imap(read_mailbox(address.replace("Bounces", "Lost")))]
