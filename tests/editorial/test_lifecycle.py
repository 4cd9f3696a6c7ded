from __future__ import annotations

from typing import get_args

import pytest

from digest.editorial.lifecycle import Deed, after, allows
from digest.errors import WrongState
from digest.model import Status

STATES: tuple[Status, ...] = get_args(Status)
ACTS: tuple[Deed, ...] = get_args(Deed)


def test_what_was_sent_or_given_up_is_never_changed() -> None:
    for status in ("sent", "discarded"):
        assert {act for act in ACTS if allows(status, act)} <= {"send", "resume"}


def test_only_what_is_approved_is_sent_first() -> None:
    starts = {s for s in STATES if allows(s, "send")}

    assert starts == {"approved", "sending", "sent"}
    assert after("i", "approved", "send") == "sending"
    assert after("i", "sent", "send") == "sent"


def test_an_edit_makes_an_approved_issue_a_draft_again() -> None:
    assert after("i", "approved", "edit") == "draft"


@pytest.mark.parametrize("status", ["sent", "skipped", "held", "discarded", "sending"])
def test_a_refusal_names_the_issue_its_state_and_the_act(status: Status) -> None:
    with pytest.raises(WrongState, match=f"issue weekly-1 is {status}, so it cannot be approved"):
        after("weekly-1", status, "approve")
