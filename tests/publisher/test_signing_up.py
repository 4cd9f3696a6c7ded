from __future__ import annotations

import re
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from digest.errors import Unknown
from digest.model import Subscriber
from tests.helpers.make import DAY, NOW
from tests.helpers.newsroom import Newsroom

READER = "reader@r.example"


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return opened(Newsroom(tmp_path, NOW))


def opened(room: Newsroom) -> Newsroom:
    file = room.folder / "feeds.yaml"
    file.write_text(file.read_text().replace("title: Staff,", "title: Staff, open: true,"))
    return room


def letters(room: Newsroom) -> list[EmailMessage]:
    files = sorted((room.folder / "sent").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    return [message_from_bytes(f.read_bytes(), policy=policy.default) for f in files]


def ask(room: Newsroom, address: str = READER) -> str:
    before = {letter["Message-ID"] for letter in letters(room)}
    room.open().sign_up("weekly", "staff", address)
    (new,) = [each for each in letters(room) if each["Message-ID"] not in before]
    (token,) = re.findall(r"https://u\.example/confirm/(\S+)", new.get_content())
    return str(token)


def readers(room: Newsroom) -> dict[str, tuple[str, ...]]:
    return {p.address: p.segments for p in room.open().subscribers() if p.status == "confirmed"}


def test_who_confirms_is_a_subscriber_and_nobody_before(room: Newsroom) -> None:
    token = ask(room)
    assert readers(room) == {}

    assert room.open().confirm(token) is not None

    assert readers(room) == {READER: ("staff",)}
    (person,) = room.open().subscribers()
    assert person.attributes == {"signed_up": "2026-01-12T06:00:00+00:00"}


def test_a_letter_is_for_one_use_and_for_seven_days(room: Newsroom) -> None:
    used, late = ask(room), ask(room)
    assert room.open().confirm(used) is not None
    assert room.open().confirm(used) is None
    assert room.open().sign_up_of(used) is None

    room.now += 7 * DAY - timedelta(seconds=1)
    assert room.open().sign_up_of(late) is not None
    room.now += timedelta(seconds=1)
    assert room.open().sign_up_of(late) is None
    assert room.open().confirm(late) is None


def test_the_store_has_no_token_and_the_token_no_address(room: Newsroom) -> None:
    token = ask(room)

    assert token.encode() not in (room.folder / "digest.db").read_bytes()
    assert re.fullmatch(r"[\w-]{32}", token)


def test_the_letter_is_from_the_newsletter_and_answers_to_nobody(room: Newsroom) -> None:
    ask(room)
    (letter,) = letters(room)

    assert letter["Subject"] == "Please confirm: This week"
    assert letter["From"] == "News <news@u.example>"
    assert letter["To"] == READER
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "1 Dock Street" in letter.get_content()


def test_a_suppressed_address_gets_nothing(room: Newsroom) -> None:
    room.open().unsubscribe(READER)

    room.open().sign_up("weekly", "staff", READER.upper())

    assert letters(room) == []


def test_who_leaves_before_confirming_stays_away(room: Newsroom) -> None:
    token = ask(room)
    room.open().unsubscribe(READER)

    assert room.open().confirm(token) is None
    assert readers(room) == {}


@pytest.mark.parametrize(
    ("status", "segments"), [("confirmed", ("alumni", "staff")), ("pending", ("staff",))]
)
def test_a_subscriber_keeps_what_was_confirmed_and_gets_the_segment_too(
    room: Newsroom, status: str, segments: tuple[str, ...]
) -> None:
    known = Subscriber(address="Reader@r.example", name="R", segments=("alumni",), status=status)
    room.open().put_subscribers([known])

    room.open().confirm(ask(room))

    (person,) = room.open().subscribers()
    assert (person.address, person.name, person.status) == ("Reader@r.example", "R", "confirmed")
    assert person.segments == segments


@pytest.mark.parametrize(("newsletter", "segment"), [("weekly", "alumni"), ("nowhere", "staff")])
def test_what_is_not_open_cannot_be_signed_up_for(
    room: Newsroom, newsletter: str, segment: str
) -> None:
    with pytest.raises(Unknown, match="open to sign up"):
        room.open().sign_up(newsletter, segment, READER)
    assert letters(room) == []
