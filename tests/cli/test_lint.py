"""Emails that were not made here are checked by the same rules."""

from __future__ import annotations

import json
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from digest.cli.main import main
from tests.helpers.loopback import Answer, server
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom

PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Spring</title></head>
<body><h1>Spring</h1><p style="border-radius:4px">It is here.</p>
<p><a href="*|UNSUB|*">Unsubscribe</a></p></body></html>
"""
"""A template of another system, right but for round corners."""


def rules(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> dict[str, Any]:
    with pytest.raises(SystemExit) as ended:
        main(["--json", "lint", *words])
    out = capsys.readouterr().out
    assert ended.value.code == status, out
    return {p["rule"]: p for p in json.loads(out)["problems"]}


def message(html: str = PAGE, **headers: str) -> bytes:
    mail = EmailMessage()
    for name, value in {"From": "N <n@x.example>", "Subject": "Spring", **headers}.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("It is here.\n")
    mail.add_alternative(html, subtype="html")
    return bytes(mail)


def test_a_template_is_checked_without_a_project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "old.html").write_text(PAGE)

    found = rules(capsys, str(tmp_path / "old.html"))

    assert "no rounded corners in Outlook on Windows" in found["css-support"]["message"]
    assert {"link-address", "unsubscribe-missing", "wrapper", "title"} & {*found} == set()


def test_an_error_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "old.html").write_text(PAGE.replace("Unsubscribe", "Goodbye").replace("UNSUB", "X"))

    found = rules(capsys, str(tmp_path / "old.html"), status=1)

    assert found["unsubscribe-missing"]["severity"] == "error"


@pytest.mark.parametrize(
    "way", ["*|UNSUB|*", "{{ unsubscribe_url }}", "[[UNSUB]]", "%unsubscribe%"]
)
def test_placeholders_of_other_systems_are_addresses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], way: str
) -> None:
    (tmp_path / "old.html").write_text(PAGE.replace("*|UNSUB|*", way))

    assert "link-address" not in rules(capsys, str(tmp_path / "old.html"))


def test_a_message_is_checked_as_it_was_sent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sent.eml").write_bytes(message(Subject="word " * 40))

    found = rules(capsys, str(tmp_path / "sent.eml"), status=1)

    assert "subject-too-long" in found
    assert found["placeholder-left"]["severity"] == "error"  # a message has none to be filled
    assert "sender-name" not in found
    assert "text-missing" not in found


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe\x00",
        b"From: x\r\nContent-Type: text/html; charset=martian\r\n\r\n<p>\xe9</p>",
        b"Subject: =?x?q?=FF?=\nContent-Type: multipart/mixed\n\n--",
        b"<",
        b"<html><style>@media { & ; { } } .x:has( { </style><p style=';;:'>",
        b'<p style="background:url(">x</p><!--[if mso]>',
    ],
)
def test_nothing_that_is_no_email_ends_in_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes
) -> None:
    for name in ("x.html", "x.eml"):
        (tmp_path / name).write_bytes(data)

        assert rules(capsys, str(tmp_path / name), status=1)


def test_the_standard_input_may_be_either(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for data in (PAGE.encode(), message(PAGE.replace("*|UNSUB|*", "https://x.example/unsub"))):
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=BytesIO(data)))

        assert "css-support" in rules(capsys, "-")


def test_an_address_is_fetched(capsys: pytest.CaptureFixture[str]) -> None:
    with server() as site:
        headers = {"Content-Type": "text/html; charset=utf-8"}
        address = site.says("/issue", Answer(headers=headers, body=PAGE.encode()))

        assert "css-support" in rules(capsys, address)


def test_an_address_that_gives_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with server() as site, pytest.raises(SystemExit) as ended:
        main(["lint", site.origin + "/gone"])

    assert ended.value.code == 2
    assert "the server answers 404" in capsys.readouterr().err


def test_the_readers_of_a_newsletter_count(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Newsroom(tmp_path, NOW, newsletter="clients: {apple: 70}")
    (tmp_path / "old.html").write_text(PAGE)

    config = str(tmp_path / "feeds.yaml")
    words = ("--config", config, str(tmp_path / "old.html"), "--newsletter", "weekly")
    assert "css-support" not in rules(capsys, *words)


@pytest.mark.parametrize(
    ("name", "said"),
    [("gone.html", "No such file"), ("empty.html", "it is empty"), (".", "directory")],
)
def test_what_cannot_be_read_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, said: str
) -> None:
    (tmp_path / "empty.html").write_text(" \n")

    with pytest.raises(SystemExit) as ended:
        main(["lint", str(tmp_path / name)])

    assert ended.value.code == 2
    assert said in capsys.readouterr().err
