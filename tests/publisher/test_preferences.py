from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from digest.errors import Unknown, UsageError
from digest.model import Subscriber, SubscriberChange
from digest.publisher import Publisher
from tests.helpers.make import DAY, NOW
from tests.helpers.newsroom import Newsroom

READER = "reader@r.example"


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, NOW)
    file = room.folder / "feeds.yaml"
    file.write_text(file.read_text().replace("title: Staff,", "title: Staff, open: true,"))
    room.subscribe((READER, "staff;alumni"), ("other@r.example", "staff"))
    room.note("anna")
    return room


def token(press: Publisher, address: str = READER) -> str:
    return press._services.audience.tokens([address])[address]


def prefer(room: Newsroom, *segments: str, name: str = "", until: date | None = None) -> Subscriber:
    press = room.open()
    press.prefer(token(press), name=name, segments=segments, paused_until=until)
    found = press.subscriber(token(press))
    assert found is not None
    return found


def test_a_reader_chooses_among_what_is_open_and_nothing_else_moves(room: Newsroom) -> None:
    assert prefer(room, "alumni", "nowhere").segments == ("alumni",)
    assert prefer(room, "staff").segments == ("alumni", "staff")


def test_a_name_is_words_alone(room: Newsroom) -> None:
    assert prefer(room, name=" Ana\r\nBcc: x\u202e\0  B ").name == "Ana Bcc: x B"
    assert len(prefer(room, name="m" * 500).name or "") == 80
    assert prefer(room, name=" \n ").name is None


@pytest.mark.parametrize("day", [date(2026, 1, 12), date(2025, 1, 1), date(2027, 2, 1), date.max])
def test_a_pause_ends_on_a_day_to_come(room: Newsroom, day: date) -> None:
    with pytest.raises(UsageError, match="a day after today"):
        prefer(room, until=day)


def test_who_left_chooses_nothing_and_stays_away(room: Newsroom) -> None:
    room.open().unsubscribe(READER)
    for mark in (token(room.open()), "nobody"):
        with pytest.raises(Unknown):
            room.open().prefer(mark, name="", segments=["staff"], paused_until=None)


def test_a_file_does_not_end_a_pause(room: Newsroom) -> None:
    prefer(room, until=date(2026, 2, 1))
    room.open().put_subscribers([SubscriberChange(address=READER, name="New")])

    assert prefer_of(room).paused_until == date(2026, 2, 1)


def prefer_of(room: Newsroom) -> Subscriber:
    return next(p for p in room.open().subscribers() if p.address == READER)


def issue(room: Newsroom) -> str:
    press = room.open()
    press.pull()
    made = press.draft("weekly").issue
    press.approve(made.id, by="Ana")
    return made.id


def test_a_pause_is_asked_when_an_email_is_claimed(room: Newsroom) -> None:
    prefer(room, "staff", until=date(2026, 1, 13))
    press, made = room.open(), issue(room)

    done = press.send(made)

    assert (done.sent, done.suppressed, done.failed) == (1, 1, 0)
    told = {d.address: d.detail for d in press.deliveries(made)}
    assert told[READER] == "paused until 2026-01-13"

    room.now += 2 * DAY
    again = room.open().again(made)
    assert (again.failed, again.joined) == (0, 0)


def test_on_its_day_a_pause_is_over_where_the_publication_is(room: Newsroom) -> None:
    prefer(room, "staff", until=date(2026, 1, 13))
    room.now += DAY - timedelta(hours=6)

    assert room.open().send(issue(room)).sent == 2
