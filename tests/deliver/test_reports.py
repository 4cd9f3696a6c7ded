from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.deliver.reports import LARGEST, read_reports
from digest.ports import Report
from tests.helpers.returned import AWAY, EXIM, QMAIL, bounce, complaint


def only(raw: bytes) -> Report:
    (report,) = read_reports(raw)
    return report


def test_a_delivery_status_says_whose_email_came_back_and_why() -> None:
    raw = bounce(message_id="<x1@u.example>", to="bounces+token@u.example")

    assert only(raw) == Report(
        kind="bounced",
        hard=True,
        detail="550 5.1.1 user unknown",
        address="a@u.example",
        message_ids=("x1@u.example",),
        return_paths=("bounces+token@u.example",),
    )


@pytest.mark.parametrize(
    ("status", "said", "hard"),
    [
        ("5.1.1", "550 no", True),
        ("5.1.10", "550 5.1.10 RecipientNotFound", True),
        ("5.2.1", "550 mailbox disabled", True),
        ("5.0.0", "550 5.1.1 user unknown", True),
        ("5.0.0", "550 No such user here", True),
        ("", "550 Recipient address rejected: User unknown", True),
        ("5.2.2", "552 5.2.2 mailbox full", False),
        ("5.0.0", "5.1.0 - Unknown address error 550-'5.2.2 <a@u.example> Mailbox Full'", False),
        ("5.7.1", "550 5.7.1 user unknown to our policy", False),
        ("5.1.8", "550 bad sender", False),
        ("4.4.7", "delivery time expired", False),
        ("4.2.2", "552 4.2.2 over quota", False),
        ("nonsense", "", False),
        ("5.0.0", "550 Your IP address 192.0.2.7 has no PTR, reverse host not found", False),
        ("5.0.0", "550 Sender address rejected: Domain not found", False),
        ("", "554 Message from IP address 192.0.2.7 refused, sender domain not found", False),
    ],
)
def test_a_bounce_is_hard_where_it_is_the_address_that_is_wrong(
    status: str, said: str, *, hard: bool
) -> None:
    assert only(bounce(status, said)).hard is hard


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_what_has_not_failed_is_no_report(action: str) -> None:
    assert read_reports(bounce(action=action)) == ()


def test_the_address_that_was_written_to_goes_before_the_one_it_was_forwarded_to() -> None:
    raw = bounce(recipient="b@far.example", fields="Original-Recipient: rfc822;a@u.example\n")

    assert only(raw).address == "a@u.example"


def test_a_complaint_names_the_email_however_little_else_it_says() -> None:
    raw = complaint(message_id="<x1@u.example>", return_path="bounces+t@u.example")

    report = only(raw)
    assert (report.kind, report.address) == ("complained", None)
    assert report.message_ids == ("x1@u.example",)
    assert "bounces+t@u.example" in report.return_paths
    assert report.detail == "abuse, reported by Loop/1.0"
    assert only(complaint(recipient="a@u.example")).address == "a@u.example"


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure", "dmarc", ""])
def test_feedback_that_is_no_complaint_is_no_report(kind: str) -> None:
    assert read_reports(complaint(kind, message_id="<x1@u.example>")) == ()


def test_a_bounce_of_an_old_server_is_read_in_its_own_form() -> None:
    report = only(QMAIL.format(name="x1").encode())

    assert (report.kind, report.hard, report.address) == ("bounced", True, "a@u.example")
    assert report.message_ids == ("x1@u.example",)
    assert "550 5.1.1 no such user" in report.detail


def test_exim_calls_its_bounces_answers_and_they_are_bounces() -> None:
    report = only(EXIM.format(name="x1").encode())

    assert (report.kind, report.hard, report.address) == ("bounced", True, "a@u.example")
    assert report.message_ids == ("x1@u.example",)


def test_an_email_is_known_by_a_message_id_without_brackets_or_by_what_a_bounce_replies_to() -> (
    None
):
    assert only(complaint(message_id="x1@u.example")).message_ids == ("x1@u.example",)
    raw = b"In-Reply-To: <x2@u.example>\n" + bounce()
    assert only(raw).message_ids == ("x2@u.example",)


@pytest.mark.parametrize("kind", [b"message/feedback-report", b"message/rfc822"])
def test_fields_that_stand_behind_an_empty_line_are_read(kind: bytes) -> None:
    whole = complaint(message_id="<x1@u.example>", recipient="a@u.example")
    head, mark, part = whole.partition(b"Content-Type: " + kind)
    line, _, fields = part.partition(b"\n\n")

    assert read_reports(head + mark + line + b"\n\n\n" + fields) == read_reports(whole)


def test_who_is_out_of_office_has_not_bounced() -> None:
    assert read_reports(AWAY.encode()) == ()


def test_an_email_of_a_person_is_no_report() -> None:
    raw = b"From: a@u.example\nSubject: Thank you\n\nThe mailbox is full of good news.\n"

    assert read_reports(raw) == ()
    assert read_reports(b"") == ()


HOSTILE = [
    b"Content-Type: multipart/mixed; boundary=b\n\n"
    + b"--b\nContent-Type: text/plain\n\nx\n" * 5000,
    b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000)
    ),
    b"Content-Type: message/rfc822\n\n" * 8000,
    b"Subject: " + b"=?utf-8?b?" * 20_000 + b"\n\n",
    bounce().replace(b"text/plain", b'text/plain; charset="' + b"x" * 5000 + b'"'),
    bounce().replace(b"Final-Recipient: rfc822;", b"Final-Recipient: \xff\xfe;" + b"(" * 50_000),
    b"To: " + b"<" * 100_000 + b"\n\n" + b"550 " * 20_000,
    b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n"
    + b"Final-Recipient: rfc822; a@u.example\nAction: failed\n\n" * 20_000,
    b"Subject: failure notice\n\n" + b"Hi. This is the\n" + b"<a@u.example>:\n" * 10_000,
    b"Subject: x\n\n" + b"   " * 80_000,
    b"Subject: x\n\n" + b"a" * 250_000,
]


@pytest.mark.parametrize("raw", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_written_to_break_the_reader_is_read_soon_and_says_little(raw: bytes) -> None:
    begun = time.process_time()
    found = read_reports(raw + b"\n" * LARGEST)

    assert len(found) <= 20
    assert time.process_time() - begun < 3
    assert all(len(each.detail) <= 2000 for each in found)


def test_a_report_has_no_line_end_in_what_it_says() -> None:
    raw = bounce(said="550 5.1.1 no\r\n such\tuser \x00\x1b[31m", recipient="a@u.example")

    assert only(raw).detail == "550 5.1.1 no such user [31m"


@given(st.binary(max_size=600), st.integers(0, 900))
def test_any_bytes_within_a_report_are_no_error(noise: bytes, at: int) -> None:
    raw = bounce(message_id="<x1@u.example>")

    assert len(read_reports(raw[:at] + noise + raw[at:])) <= 20
