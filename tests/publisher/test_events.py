"""Events: in the order of their days, never when they are over, and as a file for a calendar."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from digest.errors import BadPatch, Held
from digest.model import Issue
from digest.publisher import Publisher
from digest.publisher.reader_links import view_mark
from digest.web.app import create_app
from tests.helpers.make import NOW, WEEK
from tests.helpers.newsroom import Newsroom

WHATS_ON = """\
sections:
  - {title: What's on, match: {any: [Events]}, order: event, max: 2}
  - {title: More, rest: true}
"""


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, NOW)
    text = (tmp_path / "feeds.yaml").read_text()
    before, _, after = text.partition("    sections:\n")
    rest = after.partition("    points:")[2]
    lines = "".join(f"    {line}\n" for line in WHATS_ON.splitlines())
    (tmp_path / "feeds.yaml").write_text(f"{before}{lines}    points:{rest}")
    return room


def day(days: float, hour: int = 18) -> str:
    return f"{NOW + timedelta(days=days):%Y-%m-%d}T{hour}:00"


def drafted(room: Newsroom) -> tuple[Publisher, Issue]:
    press = room.open()
    press.pull()
    return press, press.draft("weekly").issue


def held(issue: Issue, section: str = "What's on") -> list[str]:
    parts = [s for e in issue.editions if e.segment == "staff" for s in e.sections]
    return [
        a.title.removeprefix("The story of ")
        for s in parts
        if s.title == section
        for a in s.articles
    ]


def test_the_next_event_stands_first_and_what_finds_no_room_waits(room: Newsroom) -> None:
    room.note("choir", "Events", starts=day(20), age=timedelta(hours=1))
    room.note("lecture", "Events", starts=day(3), age=timedelta(hours=2))
    room.note("market", "Events", starts=day(9), age=timedelta(hours=3))
    room.note("soon", "Events", starts=day(0, 20))
    press, issue = drafted(room)
    assert (held(issue), held(issue, "More")) == (["soon", "lecture"], [])
    room.subscribe(("s@u.example", "staff"))
    press.approve(issue.id, by="Ana")
    press.send(issue.id)

    room.now += WEEK
    room.note("more")
    _, following = drafted(room)
    assert (held(following), held(following, "More")) == (["market", "choir"], ["more"])


def test_an_event_that_is_over_or_cancelled_never_goes_out(room: Newsroom) -> None:
    room.note("past", "Events", starts=day(-1))
    room.note("off", "Events", starts=day(5), event_status="cancelled")
    room.note("coming", "Events", starts=day(5))
    press, issue = drafted(room)
    assert held(issue) == ["coming"]
    said = {d.decided_by: d.would_change for d in press.why("https://u.example/past", issue.id)}
    assert any("event" in rules for rules in said)
    assert any(
        "it is over" in way or "is over since" in way for ways in said.values() for way in ways
    )


def test_an_issue_that_waited_is_drafted_again_without_what_is_over(room: Newsroom) -> None:
    room.note("lecture", "Events", starts=day(0, 9))
    room.note("news")
    room.subscribe(("s@u.example", "staff"))
    press, issue = drafted(room)
    press.approve(issue.id, by="Ana")
    room.now += timedelta(hours=6)
    press = room.open()
    with pytest.raises(Held, match="“The story of lecture” is over"):
        press.send(issue.id)
    again = press.issue(issue.id)
    assert (again.status, held(again), held(again, "More")) == ("draft", [], ["news"])


def test_no_day_is_printed_where_an_article_of_the_section_states_none(room: Newsroom) -> None:
    room.note("lecture", "Events", starts=day(3), place="Aula")
    room.note("notice", "Events")
    room.note("news")
    _, issue = drafted(room)
    text = next(m.text for m in issue.messages if m.segment == "staff")
    part, news = text.split("The story of news")
    assert "Thu, Jan 15, 6:00\u202fPM · Aula" in part
    assert "January 11" not in part
    assert "January 11" in news


def test_an_editor_says_the_event_and_takes_it_back(room: Newsroom) -> None:
    room.note("lecture", "Events", starts=day(3))
    room.note("notice", "Events")
    press, issue = drafted(room)
    told = {"event": "https://u.example/notice", "starts": day(1), "place": "Hall"}
    issue = press.edit(issue.id, [told], by="Ben")
    assert held(issue) == ["notice", "lecture"]
    assert "Tue, Jan 13, 6:00\u202fPM · Hall" in issue.messages[0].text
    none = {"event": "https://u.example/lecture"}
    issue = press.edit(issue.id, [none, {**told, "undo": True}], by="Ben")
    assert all(not a.event for a in issue.editions[0].articles)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"starts": "soon"}, "starts is no date"),
        ({"starts": day(3), "ends": day(2)}, "comes before"),
        ({"place": "Hall"}, "event needs starts"),
        ({"starts": day(3), "segment": "staff"}, "event has no segment"),
    ],
)
def test_an_event_that_cannot_be_is_refused(
    room: Newsroom, more: dict[str, str], said: str
) -> None:
    room.note("lecture", "Events")
    press, issue = drafted(room)
    with pytest.raises(BadPatch, match=said):
        press.edit(issue.id, [{"event": "https://u.example/lecture", **more}], by="Ben")


def test_an_event_is_a_file_for_the_readers_calendar(room: Newsroom) -> None:
    room.note("lecture", "Events", starts=day(3), ends=day(3, 20), place="Aula; ground floor")
    room.note("fair", "Events", starts=day(4)[:10], ends=day(5)[:10])
    room.note("news")
    press, issue = drafted(room)
    press.approve(issue.id, by="Ana")
    here = f"/v/{issue.id}/staff/{view_mark(press._services.key, issue.id, 'staff')}"
    web = create_app(press, None).test_client()
    found = {a.title: a.id for a in issue.editions[0].articles}
    answer = web.get(f"{here}/{found['The story of lecture']}.ics")
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    (entry,) = Calendar.from_ical(answer.data).events
    assert str(entry["location"]) == "Aula; ground floor"
    assert entry.end - entry.start == timedelta(hours=2)
    whole = web.get(f"{here}/{found['The story of fair']}.ics")
    (entry,) = Calendar.from_ical(whole.data).events
    assert entry.end - entry.start == timedelta(days=2)
    for path in (f"{here}/{found['The story of news']}.ics", f"{here}/none.ics"):
        assert web.get(path).status_code == 404
    assert (
        web.get(
            f"{here[:-1]}{'01'[here[-1] == '0']}/{found['The story of lecture']}.ics"
        ).status_code
        == 404
    )


def test_what_an_editor_pins_of_the_past_is_an_error_until_somebody_lets_it_go(
    room: Newsroom,
) -> None:
    room.note("report", "Events", starts=day(-5))
    room.note("news")
    room.subscribe(("s@u.example", "staff"))
    press, issue = drafted(room)
    issue = press.edit(issue.id, [{"pin": "https://u.example/report"}], by="Ben")
    with pytest.raises(Held, match="event-over"):
        press.approve(issue.id, by="Ana")
    press.approve(issue.id, by="Ana", overrides=[{"rule": "event-over", "reason": "a report"}])
    assert press.send(issue.id).sent == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"event_status": "cancelled"}, "is cancelled"),
        ({"starts": day(4)}, "takes place at another time now"),
    ],
)
def test_an_event_that_changed_after_the_approval_does_not_go_out_as_it_was(
    room: Newsroom, change: dict[str, str], said: str
) -> None:
    room.note("lecture", "Events", starts=day(3))
    room.note("news")
    room.subscribe(("s@u.example", "staff"))
    press, issue = drafted(room)
    press.approve(issue.id, by="Ana")
    changed = {"starts": day(3), **change}
    room.note("lecture", "Events", age=timedelta(days=1), **changed)
    press.pull()
    with pytest.raises(Held, match=said):
        press.send(issue.id)
    again = press.issue(issue.id)
    assert again.status == "draft"
    assert ("lecture" in held(again)) == ("starts" in change)


def test_an_event_of_an_article_that_was_added_by_its_address_is_a_file_too(
    room: Newsroom,
) -> None:
    room.note("news")
    press, issue = drafted(room)
    talk = "https://elsewhere.example/talk"
    changes = [{"add": talk}, {"title": talk, "text": "A talk"}, {"event": talk, "starts": day(3)}]
    issue = press.edit(issue.id, changes, by="Ben")
    press.approve(issue.id, by="Ana")
    mark = view_mark(press._services.key, issue.id, "staff")
    here = f"/v/{issue.id}/staff/{mark}"
    link = next(
        line for line in issue.messages[0].text.splitlines() if line.endswith(".ics")
    ).replace("__VIEW_URL__", here)
    assert create_app(press, None).test_client().get(link).status_code == 200
    assert "link-ambiguous" not in {f.rule for f in issue.findings["staff"]}


def test_no_event_is_passed_over_for_a_later_one(tmp_path: Path) -> None:
    section = "  - {title: What's on, rest: true, order: event, max: 2}\n"
    room = Newsroom(tmp_path, NOW)
    text = (tmp_path / "feeds.yaml").read_text()
    before, _, after = text.partition("    sections:\n")
    rest = after.partition("    points:")[2]
    (tmp_path / "feeds.yaml").write_text(f"{before}    sections:\n    {section}    points:{rest}")
    for days in (0, 1, 2, 3, 8, 9, 16):
        room.note(f"day-{days:02}", starts=day(days))
    room.subscribe(("s@u.example", "staff"))
    seen = []
    for _ in range(3):
        press, issue = drafted(room)
        seen.append(held(issue))
        press.approve(issue.id, by="Ana")
        press.send(issue.id)
        room.now += WEEK
    assert seen == [["day-00", "day-01"], ["day-08", "day-09"], ["day-16"]]


def test_of_an_event_that_recurs_each_issue_has_the_next_day(room: Newsroom) -> None:
    (room.folder / "choir.ics").write_text(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:c\r\nSUMMARY:The choir sings in the hall\r\n"
        "CATEGORIES:Events\r\nDTSTART:20260107T190000\r\nRRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\n"
        "END:VCALENDAR\r\n"
    )
    text = (room.folder / "feeds.yaml").read_text()
    (room.folder / "feeds.yaml").write_text(
        text.replace("sources:\n", "sources:\n  choir: {feed: choir.ics}\n", 1)
    )
    room.note("fair", "Events", starts=day(20))
    room.subscribe(("s@u.example", "staff"))
    seen = []
    for _ in range(2):
        press, issue = drafted(room)
        (whats_on,) = (s for s in issue.editions[0].sections if s.events)
        seen.append([a.event.starts.date().isoformat() for a in whats_on.articles if a.event])
        assert "headline-twice" not in {f.rule for f in issue.findings["staff"]}
        press.approve(issue.id, by="Ana")
        press.send(issue.id)
        room.now += WEEK
    assert seen == [["2026-01-14", "2026-02-01"], ["2026-01-21"]]


def test_why_says_that_an_event_needs_an_earlier_day(room: Newsroom) -> None:
    for days in (3, 4, 12):
        room.note(f"day-{days}", "Events", starts=day(days))
    press, issue = drafted(room)
    (said,) = press.why("https://u.example/day-12", issue.id, "staff")
    assert said.would_change[-1] == "an earlier day: its section takes the next events first"


def test_a_place_that_an_editor_writes_is_a_line_that_an_email_can_show(room: Newsroom) -> None:
    room.note("lecture", "Events")
    press, issue = drafted(room)
    told = {"event": "https://u.example/lecture", "starts": day(3)}
    issue = press.edit(issue.id, [{**told, "place": "Aula\nInjected: yes " + "x" * 900}], by="Ben")
    (event,) = (a.event for a in issue.editions[0].articles)
    assert event is not None
    assert (event.place or "").startswith("Aula Injected: yes")
    assert len(event.place or "") == 200
    with pytest.raises(BadPatch, match="place is a text"):
        press.edit(issue.id, [{**told, "place": ["x"]}], by="Ben")
