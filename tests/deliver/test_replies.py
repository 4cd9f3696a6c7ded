from __future__ import annotations

import pytest

from digest.deliver.replies import SmtpStep, is_gone, refusal


@pytest.mark.parametrize(
    ("step", "code", "said", "state", "fault"),
    [
        ("mail", 550, "sender rejected", "failed", "sender"),
        ("mail", 452, "4.3.1 no room", "deferred", "passing"),
        ("rcpt", 550, "5.1.1 no such user", "failed", "reader"),
        ("rcpt", 550, "no such user here", "failed", "reader"),
        ("rcpt", 552, "5.2.2 mailbox full", "failed", "reader"),
        ("rcpt", 550, "5.1.8 bad sender's system address", "failed", "sender"),
        ("rcpt", 550, "5.7.1 relaying denied", "failed", "sender"),
        ("rcpt", 554, "Relay access denied", "failed", "sender"),
        ("rcpt", 550, "5.4.5 daily sending quota exceeded", "failed", "sender"),
        ("rcpt", 550, "Daily message limit exceeded", "failed", "sender"),
        ("rcpt", 554, "no", "failed", "doubtful"),
        ("rcpt", 450, "4.7.1 greylisted", "deferred", "doubtful"),
        ("rcpt", 421, "too many connections", "deferred", "passing"),
        ("rcpt", 452, "4.5.3 too many recipients", "deferred", "passing"),
        ("text", 454, "Throttling failure: Maximum sending rate exceeded", "deferred", "passing"),
        ("text", 451, "try again", "deferred", "doubtful"),
        ("text", 550, "5.7.515 Access denied", "failed", "sender"),
        ("text", 554, "Transaction failed", "failed", "doubtful"),
        ("data", 554, "no", "failed", "sender"),
        (
            "rcpt",
            550,
            "5.2.1 The user you are trying to contact is receiving mail too quickly.",
            "deferred",
            "reader",
        ),
        (
            "text",
            550,
            "5.2.1 The user is receiving mail at a rate that prevents additional messages",
            "deferred",
            "reader",
        ),
        ("rcpt", 550, "5.2.1 mailbox disabled, not accepting messages", "failed", "reader"),
    ],
)
def test_a_refusal_tells_whose_fault_it_is(
    step: SmtpStep, code: int, said: str, state: str, fault: str
) -> None:
    outcome = refusal(step, code, said)

    assert (outcome.state, outcome.fault) == (state, fault)
    assert outcome.detail == f"{code} {said}"


def test_an_address_is_gone_only_where_the_code_says_so() -> None:
    assert refusal("rcpt", 550, "5.1.1 no such user").gone
    assert refusal("rcpt", 550, "5.2.1 mailbox disabled").gone
    assert not refusal("rcpt", 550, "5.2.1 receiving mail too quickly").gone
    assert not refusal("rcpt", 550, "no such user").gone
    assert not refusal("rcpt", 552, "5.2.2 mailbox full").gone
    assert not refusal("mail", 550, "5.1.1 no such user").gone


def test_a_mailbox_that_gets_too_much_just_now_is_not_lost() -> None:
    said = "550-5.2.1 The user you are trying to contact is receiving mail too quickly."

    assert not is_gone("5.2.1", said)
    assert not is_gone("5.0.0", said)
    assert is_gone("5.2.1", "550 5.2.1 mailbox disabled, not accepting messages")
