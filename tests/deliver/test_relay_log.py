from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.deliver.relay_log import read_lines, read_log
from digest.errors import UsageError
from digest.ports import LogReading
from tests.helpers.make import NOW

A, B, C, D = (f"{name}@u.example" for name in ("aa", "bb", "cc", "dd"))

POSTFIX = """\
Jan 12 05:59:58 mx postfix/smtpd[9]: connect from web[192.0.2.7]
Jan 12 06:00:01 mx postfix/cleanup[12]: 4F1A22C0D1: message-id=<aa@u.example>
Jan 12 06:00:01 mx postfix/qmgr[2]: 4F1A22C0D1: from=<news@u.example>, size=1234, nrcpt=1 (queue active)
Jan 12 06:00:02 mx postfix/smtp[14]: 4F1A22C0D1: to=<a@r.example>, relay=mx.r.example[192.0.2.1]:25, delay=1.2, delays=0/0/1/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: status=bounced (no))
Jan 12 06:00:02 mx postfix/qmgr[2]: 4F1A22C0D1: removed
Jan 12 06:00:03 mx postfix/cleanup[12]: 4F1A22C0D1: message-id=<another@u.example>
Jan 12 06:00:03 mx postfix/smtp[14]: 4F1A22C0D1: to=<b@r.example>, relay=none, dsn=5.1.1, status=bounced (of another email)
Jan 12 06:00:04 mx postfix-out/cleanup[12]: 5A5A5A5A5A: message-id=<bb@u.example>
Jan 12 06:00:05 mx postfix-out/smtp[14]: 5A5A5A5A5A: to=<b@r.example>, relay=mx.r.example[192.0.2.1]:25, dsn=5.1.1, status=bounced (host mx.r.example said: 550 5.1.1 unknown)
Jan 12 06:00:06 mx postfix/cleanup[12]: 6B6B6B6B6B: message-id=<cc@u.example>
Jan 12 06:00:07 mx postfix/cleanup[12]: 7C7C7C7C7C: message-id=<dd@u.example>
Jan 12 06:00:07 mx postfix/qmgr[2]: 7C7C7C7C7C: from=<news@u.example>, size=1, nrcpt=1 (queue active)
Jan 12 06:00:08 mx postfix/smtp[14]: 7C7C7C7C7C: to=<d@r.example>, relay=none, dsn=4.4.1, status=deferred (connect timed out)
"""

EXIM = """\
2026-01-12 06:00:01 1tXabc-0000000Abcd-0Ab1 <= news@u.example H=web [192.0.2.7] P=esmtp S=1234 id=aa@u.example
2026-01-12 06:00:02 1tXabc-0000000Abcd-0Ab1 => a@r.example R=dnslookup T=remote_smtp H=mx.r.example [192.0.2.1] C="250 OK"
2026-01-12 06:00:02 1tXabc-0000000Abcd-0Ab1 Completed
2026-01-12 06:00:03 1tXabd-0001Ab-2C <= news@u.example P=esmtp S=1 id=bb@u.example
2026-01-12 06:00:04 1tXabd-0001Ab-2C ** b@r.example R=dnslookup T=remote_smtp: SMTP error: 550 5.1.1 unknown
2026-01-12 06:00:05 1tXabe-0001Ac-2C <= news@u.example P=esmtp S=1 id=dd@u.example
2026-01-12 06:00:06 1tXabe-0001Ac-2C == d@r.example R=dnslookup T=remote_smtp defer (-44)
"""


def read(text: str) -> LogReading:
    return read_lines(io.StringIO(text), {A, B, C, D}, NOW)


def states(found: LogReading) -> dict[str, str]:
    return {id_[:1]: logged.state for id_, logged in found.found.items()}


@pytest.mark.parametrize("text", [POSTFIX, EXIM], ids=["postfix", "exim"])
def test_a_log_tells_what_the_relay_took_and_what_it_gave_back(text: str) -> None:
    found = read(text)

    # c came to Postfix, which does not say that it has it
    assert states(found) == {"a": "sent", "b": "failed", "d": "sent"}
    assert "550 5.1.1 unknown" in found.found[B].detail
    assert found.lines


def test_a_number_that_is_used_again_is_another_email() -> None:
    assert read(POSTFIX).found[A].detail.startswith("the relay's log: status=sent (250 2.0.0 Ok")


def test_a_list_of_ids_is_a_log() -> None:
    assert states(read("<aa@u.example>\ncc@u.example\n\nx@u.example\n")) == {
        "a": "sent",
        "c": "sent",
    }


def test_what_is_no_log_has_no_line_that_is_known() -> None:
    found = read("Dear all,\nmessage-id=<aa@u.example>\n" + "x" * 10_000)

    assert (found.found, found.lines, found.first) == ({}, 0, None)


@pytest.mark.parametrize(
    "first",
    ["2026-01-12T07:00:01.123456+01:00", "2026-01-12T06:00:01.123Z", "2026-01-12 06:00:01 +0000"],
)
def test_a_log_says_which_time_it_covers(first: str) -> None:
    text = f"{first} mx postfix/smtpd[9]: connect\n2026-01-12T08:00:00+00:00 mx x: y\n"
    found = read(text)

    assert found.first is not None
    assert found.first.replace(microsecond=0) == datetime(2026, 1, 12, 6, 0, 1, tzinfo=UTC)
    assert found.last == datetime(2026, 1, 12, 8, tzinfo=UTC)


def test_a_time_without_a_year_is_the_last_one_that_has_passed() -> None:
    found = read("Dec 31 12:00:00 mx a: b\nJan 10 12:00:00 mx a: b\n")

    assert found.first is not None
    assert found.last is not None
    assert (found.first.year, found.last.year) == (2025, 2026)


def test_a_log_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        read_log(str(tmp_path / "mail.log"), {A}, NOW)
