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


def test_nobody_gets_a_story_twice_over_days_weeks_and_changes_of_mind(room: Newsroom) -> None:
    """NOW is a Monday: the first issue of a week is one for weekly readers, too."""
    choose(room, "daily@r.example", "Climate", frequency="daily")
    choose(room, "weekly@r.example", "Climate", frequency="weekly")
    choose(room, "mind@r.example", "Climate", frequency="daily")
    send(room)
    for day, name in enumerate(("dora", "elsa", "fred"), 1):
        room.now += DAY
        room.note(name, "Climate", age=timedelta(hours=3))
        if day == 2:
            choose(room, "mind@r.example", "Climate", "Ocean", frequency="weekly")
        send(room)
    room.now += 4 * DAY
    room.note("gina", "Climate", age=timedelta(hours=3))
    send(room)

    every = ["anna", "dora", "elsa", "fred", "gina"]
    found = had(room)
    assert found["daily@r.example"] == every
    assert found["weekly@r.example"] == every
    assert found["mind@r.example"] == every  # and not bert, of before their last email
    assert len([e for e in emails(room) if "weekly@" in str(e["To"])]) == 2
    assert len([e for e in emails(room) if "mind@" in str(e["To"])]) == 3


def test_who_leaves_a_segment_for_a_choice_and_comes_back_gets_nothing_twice(
    room: Newsroom,
) -> None:
    room.subscribe(("m@u.example", "staff"))
    send(room)
    room.now += DAY
    room.note("dora", "Climate", age=timedelta(hours=3))
    choose(room, "m@u.example", "Climate", "Ocean")
    send(room)
    room.now += DAY
    room.note("elsa", "Climate", age=timedelta(hours=3))
    room.open()._services.audience.put(
        [Subscriber(address="m@u.example", segments=("staff",))], room.now
    )
    send(room)
    assert had(room)["m@u.example"] == ["anna", "bert", "cora", "dora", "elsa"]


def test_without_anything_new_there_is_no_email_and_it_is_carried_to_the_next(
    room: Newsroom,
) -> None:
    room.configure(f"{DAILY}articles: {{min: 2}}")
    choose(room, "a@r.example", "Climate", frequency="daily")
    send(room)
    assert "a@r.example" not in had(room)
    room.now += DAY
    room.note("dora", "Climate", age=timedelta(hours=3))
    room.note("elsa", age=timedelta(hours=3))
    send(room)
    assert had(room)["a@r.example"] == ["anna", "dora"]


def test_what_editors_pin_for_everybody_goes_into_each_edition_once(room: Newsroom) -> None:
    choose(room, "a@r.example", "Ocean", frequency="daily")
    choose(room, "w@r.example", "Ocean", frequency="weekly")
    send(room)
    room.now += DAY
    room.note("dora", "Arts", age=timedelta(hours=3))
    room.note("elsa", "Ocean", age=timedelta(hours=3))
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    dora = next(a.id for a in press.articles() if "dora" in a.title)
    press.edit(issue.id, [{"pin": dora, "section": "More"}], by="Ana")
    press.approve(issue.id, by="Ana")
    press.send(issue.id)
    room.now += 6 * DAY
    room.note("fred", "Ocean", age=timedelta(hours=3))
    send(room)
    assert had(room)["a@r.example"] == ["bert", "dora", "elsa", "fred"]
    assert had(room)["w@r.example"] == ["bert", "dora", "elsa", "fred"]


def test_an_hour_of_their_own_is_waited_for_and_the_rest_goes_out(room: Newsroom) -> None:
    choose(room, "now@r.example", "Climate")
    choose(room, "noon@r.example", "Climate", hour=12)
    choose(room, "tokyo@r.example", "Climate", hour=18, zone="Asia/Tokyo")
    done = send(room)
    assert (done.sent, done.deferred, done.waiting) == (2, 0, 2)
    assert {*had(room)} == {"staff@u.example", "now@r.example"}
    issue = done.issue

    room.now += timedelta(hours=3)  # 09:00 in London, 18:00 in Tokyo
    room.open().send(issue)
    assert {*had(room)} == {"staff@u.example", "now@r.example", "tokyo@r.example"}
    room.now += timedelta(hours=3)
    assert room.open().send(issue).error is None
    assert "noon@r.example" in had(room)
    assert room.open().issue(issue).status == "sent"
    sizes = {str(e["To"]): len(text_of(e)) for e in emails(room) if "r.example" in str(e["To"])}
    assert len({*sizes.values()}) == 1  # the same edition, printed anew


def test_an_edition_says_why_its_readers_get_it_and_nothing_of_a_label(room: Newsroom) -> None:
    choose(room, "a@r.example", "Climate", "Arts", frequency="weekly", most=5)
    send(room)
    email = next(e for e in emails(room) if "a@r.example" in str(e["To"]))
    said = " ".join(text_of(email).split())
    assert "because you chose: Arts, Climate · every week · 5 articles at most." in said
    assert "<readers.weekly." in str(email["List-Id"])
    assert "Strategy" not in email.as_string()


def test_why_tells_a_reader(room: Newsroom) -> None:
    choose(room, "a@r.example", "Climate")
    press = room.open()
    press.pull()
    press.draft("weekly")
    ids = {a.title[-4:]: a.id for a in press.articles()}
    (inside,) = press.why_reader(ids["anna"], "a@r.example")
    (outside,) = press.why_reader(ids["bert"], "a@r.example")
    assert (inside.included, inside.segment, inside.decided_by) == (True, "readers", ("choice",))
    assert (outside.included, outside.decided_by) == (False, ("choice",))
    (staff,) = press.why_reader(ids["bert"], "staff@u.example")
    assert (staff.included, staff.segment) == (True, "staff")


def test_an_error_in_an_edition_holds_that_one_alone(room: Newsroom) -> None:
    room.note("bert", "Ocean", title="Strategy-growth in the open sea")
    room.configure(f"{DAILY}house: {{ban: [nothing]}}")
    choose(room, "a@r.example", "Climate")
    choose(room, "b@r.example", "Ocean")
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    rules = {f.rule for f in issue.findings["staff"] if f.severity == "error"}
    press.edit(
        issue.id,
        [
            {
                "hide": next(a.id for a in press.articles() if "open sea" in a.title),
                "segment": "staff",
            }
        ],
        by="Ana",
    )
    assert rules == {"planning-label"}
    press.approve(issue.id, by="Ana")
    done = press.send(issue.id)
    assert done.held_editions == 1
    assert "b@r.example" not in had(room)
    assert had(room)["a@r.example"] == ["anna"]


def test_who_chooses_after_an_issue_went_out_gets_it_when_it_is_sent_again(room: Newsroom) -> None:
    choose(room, "a@r.example", "Climate")
    issue = send(room).issue
    choose(room, "late@r.example", "Ocean")
    press = room.open()
    assert press.again(issue).joined == 1
    press.send(issue)
    assert had(room)["late@r.example"] == ["bert"]
    assert had(room)["a@r.example"] == ["anna"]


def test_clicks_are_counted_for_all_these_editions_together(room: Newsroom) -> None:
    room.configure(f"{DAILY}clicks: true")
    choose(room, "a@r.example", "Climate")
    issue = send(room).issue
    text = text_of(next(e for e in emails(room) if "a@r.example" in str(e["To"])))
    found = re.search(rf"/c/{issue}/(\w+)/(\w+)/(\w+)", text)
    assert found is not None
    assert found[1] == "readers"
    assert room.open().leads_to(issue, *found.groups()) == "https://u.example/anna"
