"""No reader gets an article twice, whatever the segments were; the printed day is the email's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from digest.model import Subscriber
from digest.publisher import Publisher
from tests.helpers.make import NOW, WEEK
from tests.helpers.newsroom import Newsroom


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, NOW)
    room.note("anna", "EU")  # wanted by staff and by alumni
    room.note("bert")
    room.subscribe(("s@u.example", "staff"), ("m@u.example", "staff"), ("a@u.example", "alumni"))
    return room


def emails(room: Newsroom) -> Iterator[EmailMessage]:
    for file in sorted((room.folder / "sent").rglob("*.eml")):
        found = message_from_bytes(file.read_bytes(), policy=policy.default)
        assert isinstance(found, EmailMessage)
        yield found


def had(room: Newsroom) -> dict[str, list[str]]:
    """Return the stories that each address has had, one entry for each time."""
    found: dict[str, list[str]] = {}
    for email in emails(room):
        text = email.get_body(("plain",))
        assert text is not None
        told = re.findall(r"The story of (\w+)", text.get_content())
        found.setdefault(str(email["To"]), []).extend(told)
    return {address.strip("<>"): sorted(told) for address, told in found.items()}


def send(press: Publisher, *segments: str) -> str:
    press.pull()
    press.draft("weekly")  # from here on every segment gathers
    issue = press.draft("weekly", segments).issue
    press.approve(issue.id, by="Ana")
    press.send(issue.id)
    return issue.id


def move(press: Publisher, address: str, *segments: str) -> None:
    press._services.audience.put([Subscriber(address=address, segments=segments)], NOW)


def test_who_changes_segments_gets_an_edition_without_what_they_have_had(room: Newsroom) -> None:
    send(room.open(), "staff")
    room.now += WEEK
    room.note("cora", "Alumni")
    press = room.open()
    move(press, "m@u.example", "alumni")
    issue = send(press, "alumni")

    assert had(room) == {
        "s@u.example": ["anna", "bert"],
        "m@u.example": ["anna", "bert", "cora"],
        "a@u.example": ["anna", "cora"],
    }
    variants = {d.address: d.variant for d in press.deliveries(issue)}
    assert variants["a@u.example"] == ""
    assert len(variants["m@u.example"]) == 12
    assert press.rebuild(issue).identical


def test_a_story_whose_address_begins_anothers_is_not_taken_for_it(room: Newsroom) -> None:
    room.note("ander", "EU", title="Ander", url="https://u.example/a 1")
    send(room.open(), "staff")
    room.now += WEEK
    room.note("anders", "Alumni", title="Anders", url="https://u.example/a 10")
    press = room.open()
    move(press, "m@u.example", "alumni")
    issue = send(press, "alumni")

    (id_,) = {a.id for e in press.issue(issue).editions for a in e.articles if a.title == "Ander"}
    assert {r.issue: r.addresses for r in press.readers(id_)}[issue] == ("a@u.example",)


def test_who_has_had_all_of_an_edition_gets_no_email(room: Newsroom) -> None:
    send(room.open(), "staff")
    room.now += WEEK
    press = room.open()
    move(press, "m@u.example", "alumni")
    issue = send(press, "alumni")

    assert [d.address for d in press.deliveries(issue)] == ["a@u.example"]
    assert had(room)["m@u.example"] == ["anna", "bert"]


def test_in_the_usual_week_there_is_no_variant(room: Newsroom) -> None:
    press = room.open()
    issue = send(press)

    assert {d.variant for d in press.deliveries(issue)} == {""}
    assert press._services.issues.variants(issue) == []


def test_the_day_that_is_printed_is_the_day_of_the_email(room: Newsroom) -> None:
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    press.approve(issue.id, by="Ana")
    assert "January 12, 2026" in issue.messages[0].text
    room.now += timedelta(days=1)
    press = room.open()
    press.send(issue.id)

    texts = [body.get_content() for e in emails(room) if (body := e.get_body(("plain",)))]
    assert texts
    assert all("January 13, 2026" in text for text in texts)
    assert press.rebuild(issue.id).identical
    assert press.issue(issue.id).status == "sent"


def test_an_issue_that_goes_out_a_day_late_has_its_day_in_every_variant_too(
    room: Newsroom,
) -> None:
    send(room.open(), "staff")
    room.now += WEEK
    room.note("cora", "Alumni")
    press = room.open()
    move(press, "m@u.example", "alumni")
    press.pull()
    press.draft("weekly")
    issue = press.draft("weekly", ["alumni"]).issue
    press.approve(issue.id, by="Ana")
    room.now += timedelta(days=1)
    press = room.open()
    press.send(issue.id)

    assert had(room)["m@u.example"] == ["anna", "bert", "cora"]
    assert had(room)["a@u.example"] == ["anna", "cora"]
    late = [e for e in emails(room) if "January 20, 2026" in e.as_string()]
    assert len(late) == 2
