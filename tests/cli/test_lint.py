"""Emails that were not made here are checked by the same rules."""

from __future__ import annotations

import json
from collections.abc import Mapping
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
    """Return what is found, by rule."""
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
    (tmp_path / "old.html").write_text(PAGE.replace("*|UNSUB|*", way).replace("Unsubscribe", "Out"))

    found = rules(capsys, str(tmp_path / "old.html"))
    assert {"link-address", "unsubscribe-missing"} & {*found} == set()


def test_a_message_is_checked_as_it_was_sent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sent.eml").write_bytes(message(Subject="word " * 40))

    found = rules(capsys, str(tmp_path / "sent.eml"), status=1)

    assert "subject-too-long" in found
    assert found["placeholder-left"]["severity"] == "error"  # a message has none to be filled
    assert "sender-name" not in found
    assert "text-missing" not in found


DEEP = 3000
HOSTILE: Mapping[str, bytes] = {
    "bytes": b"\xff\xfe\x00",
    "charset": b"From: x\r\nContent-Type: text/html; charset=martian\r\n\r\n<p>\xe9</p>",
    "charset with a nought": b'A: b\nContent-Type: text/html; charset="a\0b"\n\n<p>x</p>',
    "charset of half letters": b"A: b\nContent-Type: text/html; charset=utf-7\n\n<p>+2AA-</p>",
    "no parts": b"Subject: =?x?q?=FF?=\nContent-Type: multipart/mixed\n\n--",
    "headers for ever": b"X-A: b\r\n" * 40 + b"x",
    "parts in parts": b"A: b\nContent-Type: message/rfc822\n\n" * DEEP,
    "From": b"From: <\nContent-Type: text/html\n\n<p>x</p>",
    "From in brackets": b"From: a@[\nContent-Type: text/html\n\n<p>x</p>",
    "From of lines": b"From: =?utf-8?q?=0a=0d?= <a@b>\nContent-Type: text/html\n\n<p>x</p>",
    "From of comments": b"From: " + b"(" * 5000 + b"\nContent-Type: text/html\n\n<p>x</p>",
    "a bracket": b"<",
    "broken": b"<html><style>@media { & ; { } } .x:has( { </style><p style=';;:'>",
    "open": b'<p style="background:url(">x</p><!--[if mso]>',
    "xml": b'<?xml version="1.0" encoding="UTF-8"?><html><body><p>x</p></body></html>',
    "no address": b'<a href="http://[bad">x</a><img src="https://[bad/x.png"><a href="https://[x]/">',
    "no host": '<a href="https://a\u2100b.example/">x</a>'.encode(),
    "digits": b'<img width="' + b"9" * DEEP * 2 + b'" src="https://a.example/a.png">',
    "digits in styles": b'<p style="font:' + b"1" * DEEP * 7 + b'px Arial">x</p>',
    "a colour": b'<p style="color:rgb(' + b"9" * 400 + b',0,0)">x</p>',
    "brackets": b'<p style="width:' + b"calc(" * DEEP + b'">x</p>',
    "braces": b"<style>" + b"@media screen{" * DEEP + b"</style><p>x</p>",
    "not not": b"<style>" + b":not(" * DEEP + b"{}</style><p>x</p>",
    "descent": b"<style>" + b"a " * DEEP + b"{}</style><p>x</p>",
    "chain": b"<style>" + b".a" * DEEP + b"{}</style><p>x</p>",
    "escapes": b"<style>.\\1 a{} .\\1:hover{} p[a='\\8']{} a|b{} *|*{}</style><p>x</p>",
    "siblings": b"<style>p ~ p ~ p ~ p ~ p{color:red}</style>" + b"<p>x" * DEEP,
    "commas": b"<style>" + b"p," * 100_000 + b"p{color:red}</style><p>x</p>",
    "rules": b"<style>" + b"*{color:red}" * DEEP + b"</style>" + b"<p>x" * DEEP,
    "merge tags": b'href="{{' * 20_000 + b"<p>",
    "links": b'<a href="x">' * 20_000,
    "half links": b"<a " * 40_000 + b"<p>",
    "comments": b"<!--[if mso]>" * 10_000 + b"<p>",
    "half tables": b"<p><!--[if mso]>" + b"<table" * 3_000,
    "drawings": b"<v:rect " * 20_000 + b"<p>",
}
"""What strangers may send, by what is odd about it."""


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_ends_in_a_traceback_or_takes_long(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    for file in ("x.html", "x.eml"):
        (tmp_path / file).write_bytes(HOSTILE[name])
        with pytest.raises(SystemExit) as ended:
            main(["--json", "lint", str(tmp_path / file)])

        said = capsys.readouterr()
        assert ended.value.code in {0, 1, 2}
        assert json.loads(said.out)["problems"] if ended.value.code == 1 else said.err or said.out


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
