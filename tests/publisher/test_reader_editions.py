"""Editions for readers who chose for themselves: what each gets, when, once, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from digest.model import Subscriber
from digest.publisher.sending import Sent
from tests.helpers.make import DAY, NOW
from tests.helpers.newsroom import Newsroom
from tests.helpers.readers import DAILY, choose


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, NOW, DAILY)
    room.subscribe(("staff@u.example", "staff"))
    room.note("anna", "Climate")
    room.note("bert", "Ocean")
    room.note("cora", "Arts", "Strategy-growth")
    return room


def emails(room: Newsroom) -> Iterator[EmailMessage]:
    for file in sorted((room.folder / "sent").rglob("*.eml")):
        found = message_from_bytes(file.read_bytes(), policy=policy.default)
        assert isinstance(found, EmailMessage)
        yield found


def text_of(email: EmailMessage) -> str:
    part = email.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def had(room: Newsroom) -> dict[str, list[str]]:
    """Return the stories that each address has had, one entry for each time."""
    found: dict[str, list[str]] = {}
    for email in emails(room):
        told = re.findall(r"The story of (\w+)", text_of(email))
        found.setdefault(str(email["To"]).strip("<>"), []).extend(told)
    return {address: sorted(told) for address, told in found.items()}


def send(room: Newsroom) -> Sent:
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    press.approve(issue.id, by="Ana")
    return press.send(issue.id)


def test_who_chose_gets_what_they_chose_and_everybody_else_their_segment(room: Newsroom) -> None:
    choose(room, "a@r.example", "climate")
    choose(room, "b@r.example", "Ocean", "Climate")
    choose(room, "c@r.example", sources=("notes",), most=1)
    choose(room, "d@r.example", "Nothing of late")
    send(room)

    assert had(room) == {
        "staff@u.example": ["anna", "bert", "cora"],
        "a@r.example": ["anna"],
        "b@r.example": ["anna", "bert"],
        "c@r.example": ["anna"],
    }
