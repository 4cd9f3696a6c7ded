from __future__ import annotations

import pytest

from digest.deliver.replies import Step, refusal


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
        ("rcpt", 450, "4.7.1 greylisted", "deferred", "reader"),
        ("rcpt", 421, "too many connections", "deferred", "passing"),
        ("rcpt", 452, "4.5.3 too many recipients", "deferred", "passing"),
        ("text", 454, "Throttling failure: Maximum sending rate exceeded", "deferred", "passing"),
        ("text", 451, "try again", "deferred", "reader"),
        ("text", 550, "5.7.515 Access denied", "failed", "sender"),
        ("text", 554, "Transaction failed", "failed", "doubtful"),
        ("data", 554, "no", "failed", "sender"),
    ],
)
def test_a_refusal_tells_whose_fault_it_is(
    step: Step, code: int, said: str, state: str, fault: str
) -> None:
    outcome = refusal(step, code, said)

    assert (outcome.state, outcome.fault) == (state, fault)
    assert outcome.detail == f"{code} {said}"


def test_an_address_is_gone_only_where_the_code_says_so() -> None:
    assert refusal("rcpt", 550, "5.1.1 no such user").gone
    assert not refusal("rcpt", 550, "no such user").gone
    assert not refusal("rcpt", 552, "5.2.2 mailbox full").gone
    assert not refusal("mail", 550, "5.1.1 no such user").gone
