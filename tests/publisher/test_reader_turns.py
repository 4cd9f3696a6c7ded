"""Editions for readers who chose, where something comes between: nobody gets anything twice, or never."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from digest.model import Choice, StoredResult, Subscriber
from digest.publisher import Publisher
from digest.publisher.sending import _prepare
from tests.helpers.make import DAY, NOW, article
from tests.helpers.newsroom import Newsroom
from tests.helpers.readers import DAILY, choose
from tests.publisher.test_reader_editions import emails, had, send, text_of


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, NOW, DAILY)
    room.subscribe(("staff@u.example", "staff"))
    room.note("anna", "Climate")
    room.note("bert", "Ocean")
    return room


def ids(press: Publisher) -> dict[str, str]:
    return {a.title.split()[-1]: a.id for a in press.articles()}


def put(room: Newsroom, person: Subscriber) -> None:
    room.open()._services.audience.put([person], room.now)


def test_who_joins_a_sent_issue_before_their_hour_gets_it_at_their_hour(room: Newsroom) -> None:
    issue = send(room).issue
    choose(room, "noon@r.example", "Climate", hour=12)
    room.now += timedelta(hours=1)
    press = room.open()
    assert press.again(issue).joined == 1
    press.send(issue)
    assert "noon@r.example" not in had(room)
    room.now += timedelta(hours=5)
    room.open().send(issue)
    assert had(room)["noon@r.example"] == ["anna"]
    assert room.open().issue(issue).status == "sent"


def test_what_a_run_left_that_ended_before_its_audience_was_written_down_counts_for_nothing(
    room: Newsroom,
) -> None:
    choose(room, "a@r.example", "Climate")
    room.note("cora", "Climate")
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    press.approve(issue.id, by="Ana")
    services = press._services
    begun = _prepare(services, press.issue(issue.id)).readers.editions
    services.issues.keep_reader_editions(issue.id, [*begun.values()])

    press.edit(issue.id, [{"hide": ids(press)["anna"]}], by="Ana")
    press.approve(issue.id, by="Ana")
    press.send(issue.id)
    assert had(room)["a@r.example"] == ["cora"]
    (kept,) = services.issues.reader_editions(issue.id)
    assert kept.articles == (ids(press)["cora"],)


def test_a_special_issue_is_for_who_chose_too_and_is_not_repeated(room: Newsroom) -> None:
    choice = Choice(topics=("Climate",))
    put(room, Subscriber(address="m@u.example", segments=("staff",), choices={"weekly": choice}))
    choose(room, "o@r.example", "Climate")
    send(room)
    room.now += timedelta(hours=5)
    room.note("gale", "Climate", age=timedelta(hours=1))
    press = room.open()
    press.pull()
    issue = press.special("weekly", [{"pin": ids(press)["gale"]}], by="Ana")
    press.approve(issue.id, by="Ana")
    press.send(issue.id)
    assert had(room)["m@u.example"] == ["anna", "gale"]
    room.now += DAY
    room.note("hugo", "Climate", age=timedelta(hours=1))
    send(room)
    assert had(room)["m@u.example"] == ["anna", "gale", "hugo"]
    assert had(room)["o@r.example"] == ["anna", "gale", "hugo"]  # who is in no segment of it


def test_a_topic_is_chosen_by_its_new_name_and_its_old(room: Newsroom) -> None:
    room.note("euro", "EU")
    choose(room, "a@r.example", "EU")
    choose(room, "b@r.example", "European-Union")
    send(room)
    assert had(room)["a@r.example"] == had(room)["b@r.example"] == ["euro"]


def test_what_has_no_date_is_told_once_however_long_ago(room: Newsroom) -> None:
    more = DAILY.replace("daily, weekly", "daily, weekly, monthly")
    room.configure(f"{more}articles: {{max_age: 3d}}")
    choose(room, "m@r.example", "Shows", frequency="monthly")
    choose(room, "w@r.example", "Shows", frequency="weekly")
    show = replace(
        article("show", "Shows", "Alumni", source="notes"),
        title="The story of show",
        published=None,
        new_at=room.now,
    )
    found = StoredResult(article=show, keys=(f"url:{show.url}",), change="new")
    room.open()._services.articles.file("notes", [found], {})
    for day in (0, 7, 7, 7, 7):
        room.now += day * DAY
        room.note(f"n{room.now:%d}", "Arts", age=timedelta(hours=3))
        send(room)
    assert had(room)["w@r.example"] == had(room)["m@r.example"] == ["show"]


def test_who_paused_gets_then_what_came_meanwhile(room: Newsroom) -> None:
    choice = {"weekly": Choice(topics=("Ocean",), frequency="daily")}
    put(room, Subscriber(address="d@r.example", choices=choice))
    send(room)
    until = (room.now + 3 * DAY).date()
    put(room, Subscriber(address="d@r.example", choices=choice, paused_until=until))
    for name in ("cora", "dora", "elsa"):
        room.now += DAY
        room.note(name, "Ocean", age=timedelta(hours=3))
        send(room)
        expected = [] if name != "elsa" else ["cora", "dora", "elsa"]
        assert had(room)["d@r.example"] == ["bert", *expected]


def test_an_issue_that_nobody_wants_does_not_stand_in_the_way(room: Newsroom) -> None:
    put(room, Subscriber(address="staff@u.example", status="unsubscribed"))
    choose(room, "a@r.example", "Climate")
    send(room)
    room.now += DAY
    room.note("cora", "Arts", age=timedelta(hours=3))
    press = room.open()
    press.pull()
    press.approve(press.draft("weekly").issue.id, by="Ana")
    press.tick()
    room.now += DAY
    room.note("dora", "Climate", age=timedelta(hours=3))
    send(room)
    assert had(room)["a@r.example"] == ["anna", "dora"]


def test_a_correction_reaches_who_chose_and_got_the_old_words(room: Newsroom) -> None:
    choose(room, "a@r.example", "Climate")
    send(room)
    room.now += DAY
    room.note("anna", "Climate", age=2 * DAY, summary="What anna did in June.")
    room.note("cora", "Climate", age=timedelta(hours=3))
    press = room.open()
    press.pull(force=True)
    (due,) = press.corrections()
    assert dict(due.readers) == {"staff": 1, "readers": 1}
    press.draft("weekly")
    issue = press.correct(due.issue, due.article, by="Ana")
    press.approve(issue.id, by="Ana")
    press.send(issue.id)
    mine = [" ".join(text_of(e).split()) for e in emails(room) if "a@r.example" in str(e["To"])]
    assert sum("Correction to “The story of anna”" in said for said in mine) == 1


def test_postgresql_keeps_editions_as_sqlite_does(tmp_path: Path, postgresql: str) -> None:
    room = Newsroom(tmp_path, NOW, DAILY, database=postgresql)
    room.subscribe(("staff@u.example", "staff"))
    room.note("anna", "Climate")
    room.note("bert", "Ocean")
    choose(room, "a@r.example", "Climate")
    choose(room, "n@r.example", "Ocean", hour=12)
    issue = send(room).issue
    choose(room, "late@r.example", "Ocean", "Climate")
    room.now += timedelta(hours=6)
    press = room.open()
    press.send(issue)
    assert press.again(issue).joined == 1
    press.send(issue)
    room.now += timedelta(hours=18)
    room.note("cora", "Climate", age=timedelta(hours=3))
    choose(room, "a@r.example", "Climate", "Ocean", frequency="daily")
    send(room)
    assert had(room) == {
        "staff@u.example": ["anna", "bert", "cora"],
        "a@r.example": ["anna", "cora"],
        "n@r.example": ["bert"],
        "late@r.example": ["anna", "bert", "cora"],
    }
    (told,) = press.why_reader(ids(press)["anna"], "a@r.example", issue)
    assert told.included
