"""Editions for readers who chose, where something comes between: nobody gets anything twice, or never."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from digest.cli.main import main
from digest.model import Choice, StoredResult, Subscriber
from digest.publisher import Publisher
from digest.publisher.reader_editions import paper_of, plan
from digest.publisher.sending import _prepare
from digest.render.renderer import Renderer
from tests.helpers import samples
from tests.helpers.make import DAY, NOW, article
from tests.helpers.newsroom import Newsroom
from tests.helpers.readers import DAILY, OFFER, choose
from tests.publisher.test_reader_editions import emails, had, send, text_of


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, NOW, DAILY)
    room.subscribe(("staff@u.example", "staff"))
    room.note("anna", "Climate")
    room.note("bert", "Ocean")
    return room


OFFER_LINE = f"    {OFFER}"


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


def test_many_editions_are_printed_byte_by_byte_as_each_is_alone(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW, DAILY)
    topics = ("Climate", "Ocean", "Arts & Music", "Health “now”", "<Law>")
    for n in range(30):
        chosen = [t for k, t in enumerate(topics) if n % (k + 2) == 0]
        room.note(f"n{n}", *chosen, summary=f"It's {n} & <b>, “{n}” – or 'not'. " * (1 + n % 4))
    for n in range(31):
        mine = [t for k, t in enumerate(topics) if n + 1 >> k & 1]
        choose(room, f"r{n}@r.example", *mine, most=1 + n % 5)
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    services = press._services
    planned = plan(services, paper_of(services, issue, services.issues.lock(issue.id)))
    made = [planned.press.printed(reading) for reading in planned.readings.values()]
    assert len({one.message.html for one in made if one}) > 15
    for one in filter(None, made):
        alone = Renderer([samples.TEMPLATES]).message(one.edition, one.context)
        assert one.message == alone


def test_waiting_for_an_hour_is_no_failure(
    room: Newsroom, capsys: pytest.CaptureFixture[str]
) -> None:
    choose(room, "n@r.example", "Climate", hour=12)
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue.id
    press.approve(issue, by="Ana")
    stated = ["--config", str(room.folder / "feeds.yaml"), "--now", room.now.isoformat()]
    with pytest.raises(SystemExit) as ended:
        main([*stated, "send", issue])
    assert not ended.value.code
    assert "1 sent, 1 waiting for their hour" in " ".join(capsys.readouterr().out.split())


def test_who_chose_is_counted_apart_from_their_segment(room: Newsroom) -> None:
    choice = {"weekly": Choice(topics=("Ocean",), frequency="weekly")}
    put(room, Subscriber(address="m@u.example", segments=("staff",), choices=choice))
    choose(room, "o@r.example", "Climate")
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    found = press.audience()
    assert found.newsletters["weekly"] == {"staff": 1, "alumni": 0, "readers": 2}
    assert found.nowhere == 0
    assert press.recipients(issue.id)["staff"] == 1
    groups = {(g.segments, tuple(g.editions.items())): g.readers for g in press.inbox(1).groups}
    assert groups == {
        (("staff",), (("weekly", "staff"),)): 1,
        (("staff",), (("weekly", "readers"),)): 1,
        ((), (("weekly", "readers"),)): 1,
    }


def test_clicks_of_who_chose_are_told_together(room: Newsroom) -> None:
    room.configure(f"{DAILY}clicks: true")
    for n in range(30):
        choose(room, f"r{n}@r.example", "Climate", *(["Ocean"] if n % 2 else []))
    issue = send(room).issue
    press = room.open()
    press._services.clicks.count(issue, "readers", ids(press)["anna"])
    found = press.clicks("weekly")
    (only,) = found.groups
    assert (only.title, only.readers, only.clicks) == ("The story of anna", 30, 1)
    assert [group.name for group in press.clicks("weekly", by="section").groups] == ["More"]


def test_what_readers_chose_goes_with_the_record_of_their_emails(room: Newsroom) -> None:
    choose(room, "a@r.example", "Climate")
    issue = send(room).issue
    file = room.folder / "feeds.yaml"
    file.write_text(f"{file.read_text()}keep: {{deliveries: 60d}}\n")
    room.now += 61 * DAY
    press = room.open()
    assert press.count_old() == {issue: 2}
    assert press._services.issues.reader_editions(issue) == []


def test_a_full_week_keeps_room_for_what_somebody_chose_and_no_more(room: Newsroom) -> None:
    """The daily is further up: of its week's issues, who wants it weekly gets one."""
    text = (room.folder / "feeds.yaml").read_text()
    start, end = text.index("  weekly:\n"), text.index("delivery:")
    other = text[start:end].replace("  weekly:", "  other:", 1).replace(OFFER_LINE, "")
    both = f"{text[:end]}{other}audience: {{most_per_week: 3}}\n{text[end:]}"
    (room.folder / "feeds.yaml").write_text(both)
    for name, often in (("d", "daily"), ("w", "weekly")):
        choice = {"weekly": Choice(topics=("Climate",), frequency=often)}  # type: ignore[arg-type]
        put(room, Subscriber(address=f"{name}@u.example", segments=("staff",), choices=choice))
    press = room.open()
    press.pull()
    issue = press.draft("other").issue
    press.approve(issue.id, by="Ana")
    press.send(issue.id)
    assert {d.address for d in press.deliveries(issue.id) if d.state == "sent"} == {"w@u.example"}
