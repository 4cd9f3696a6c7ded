"""The life of an issue: which state allows which act, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from digest.errors import WrongState
from digest.model import Status

Deed = Literal[
    "edit", "rebuild", "approve", "discard", "skip", "hold", "send", "finish", "resume", "send back"
]

_TABLE: Mapping[tuple[Status, Deed], Status] = {
    ("draft", "edit"): "draft",
    ("draft", "rebuild"): "draft",
    ("draft", "approve"): "approved",
    ("draft", "send back"): "draft",
    ("draft", "discard"): "discarded",
    ("draft", "skip"): "skipped",
    ("draft", "hold"): "held",
    ("held", "edit"): "draft",
    ("held", "rebuild"): "draft",
    ("held", "discard"): "discarded",
    ("skipped", "edit"): "draft",
    ("skipped", "rebuild"): "draft",
    ("approved", "edit"): "draft",
    ("approved", "rebuild"): "draft",
    ("approved", "send back"): "draft",
    ("approved", "discard"): "discarded",
    ("approved", "hold"): "held",
    ("approved", "send"): "sending",
    ("sending", "send"): "sending",
    ("sending", "finish"): "sent",
    ("sent", "send"): "sent",
    ("sent", "resume"): "sending",
    ("skipped", "discard"): "discarded",
}

_DONE: Mapping[Deed, str] = {
    "edit": "edited",
    "rebuild": "drafted again",
    "approve": "approved",
    "discard": "discarded",
    "skip": "skipped",
    "hold": "held",
    "send": "sent",
    "finish": "finished",
    "resume": "resumed",
    "send back": "sent back",
}

OPEN: frozenset[Status] = frozenset({"draft", "held", "approved", "skipped"})


def after(issue: str, status: Status, act: Deed) -> Status:
    """Return the state that follows an act; WrongState where this state does not allow it."""
    if (status, act) not in _TABLE:
        raise WrongState(issue, status, _DONE[act])
    return _TABLE[status, act]


def allows(status: Status, act: Deed) -> bool:
    """Tell whether a state allows an act."""
    return (status, act) in _TABLE
