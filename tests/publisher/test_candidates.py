"""Nothing that the rules wanted is lost, and what an editor did stays done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from digest.errors import UsageError
from digest.model import Issue
from digest.publisher import Publisher
from tests.helpers.make import NOW, WEEK
from tests.helpers.newsroom import Newsroom

URL = "https://u.example/{}"


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, NOW, "articles: {grace: 2h}")
    room.note("anna")
    room.subscribe(("s@u.example", "staff"), ("a@u.example", "alumni"))
    return room


def names(issue: Issue, segment: str = "staff") -> list[str]:
    """Return the last word of each headline of an edition, in reading order."""
    editions = [e for e in issue.editions if e.segment == segment]
    return [a.title.rsplit(" ", 1)[-1] for e in editions for a in e.articles]


def pulled(room: Newsroom) -> Publisher:
    press = room.open()
    press.pull()
    return room.open()


def send(press: Publisher, issue: Issue) -> Issue:
    press.approve(issue.id, by="Ana")
    press.send(issue.id)
    return press.issue(issue.id)


def next_week(room: Newsroom, *notes: str) -> Issue:
    room.now += WEEK
    for note in notes:
        room.note(note)
    return pulled(room).draft("weekly").issue


def test_what_is_within_its_grace_period_is_in_the_next_issue_once(room: Newsroom) -> None:
    room.note("fresh", age=timedelta(minutes=30))
    press = pulled(room)
    issue = press.draft("weekly").issue

    (why,) = press.why(URL.format("fresh"), issue.id, "staff")
    assert (names(issue), why.decided_by) == (["anna"], ("articles.grace",))
    assert "the next issue, for which it waits" in why.would_change[0]
    send(press, issue)
    second = next_week(room, "bert")
    assert names(second) == ["bert", "fresh"]
    send(room.open(), second)
    assert names(next_week(room, "cora")) == ["cora"]


def test_what_is_dated_ahead_is_in_the_first_issue_after_its_day(room: Newsroom) -> None:
    room.note("ahead", age=timedelta(days=-16))  # 28 January
    press = pulled(room)
    issue = press.draft("weekly").issue
    (why,) = press.why(URL.format("ahead"), issue.id, "staff")
    assert why.decided_by == ("date-ahead",)
    assert "it waits for the first issue after 2026-01-28" in why.would_change[0]
    send(press, issue)

    notes = ("bert", "cora", "dora", "eric")
    seen = [names(send(room.open(), next_week(room, note))) for note in notes]
    assert seen == [["bert"], ["cora"], ["dora", "ahead"], ["eric"]]


def test_what_is_filed_between_a_draft_and_its_sending_is_in_the_next_one(room: Newsroom) -> None:
    press = pulled(room)
    issue = press.draft("weekly").issue
    room.note("late", age=timedelta(hours=5))  # dated before the draft, committed after it
    pulled(room)
    send(press, issue)

    assert names(next_week(room)) == ["late"]


@pytest.mark.parametrize("end", ["sent", "discarded"])
def test_a_segment_gathers_from_its_first_draft_on(room: Newsroom, end: str) -> None:
    room.note("cora", "Alumni")
    press = pulled(room)
    issue = press.draft("weekly").issue
    if end == "discarded":
        press.discard(issue.id, by="Ana")
    else:
        send(press, press.draft("weekly", ["staff"]).issue)
    room.now += 3 * WEEK
    room.note("dora", "Alumni")

    assert names(pulled(room).draft("weekly").issue, "alumni") == ["dora", "cora"]


def test_a_delay_beyond_max_age_is_refused_when_it_is_made(room: Newsroom) -> None:
    press = pulled(room)
    issue = press.draft("weekly").issue

    late = [{"delay": URL.format("anna"), "until": "2026-03-12"}]
    with pytest.raises(UsageError, match="would be in no issue: on 2026-03-16"):
        press.edit(issue.id, late, by="Ben")
    press.edit(issue.id, [{"delay": URL.format("anna"), "until": "2026-03-06"}], by="Ben")


def _short_for_alumni(room: Newsroom, *changes: Mapping[str, object]) -> Issue:
    """Send an issue without an edition for alumni, with changes for all; draft the next one."""
    room.configure("articles: {min: 2}")
    for name, *tags in (("bert",), ("cora", "EU"), ("dora",)):
        room.note(name, *tags)
    press = pulled(room)
    issue = press.edit(press.draft("weekly").issue.id, [*changes], by="Ben")
    assert {e.segment for e in issue.editions} == {"staff"}
    send(press, issue)
    room.now += WEEK
    for name in ("eric", "fred"):
        room.note(name, "Alumni")
    return pulled(room).draft("weekly").issue


def test_words_for_all_are_printed_to_a_segment_whose_edition_was_absent(room: Newsroom) -> None:
    words = {"title": URL.format("cora"), "text": "The corrected cora"}
    issue = _short_for_alumni(room, words, {"move": URL.format("cora"), "section": "More"})

    (alumni,) = (e for e in issue.editions if e.segment == "alumni")
    assert [[a.title for a in s.articles] for s in alumni.sections] == [
        ["The story of eric", "The story of fred", "The corrected cora"]
    ]
    assert room.open().rebuild(issue.id).identical


def test_a_pin_and_a_hide_stay_for_a_segment_whose_edition_was_absent(room: Newsroom) -> None:
    issue = _short_for_alumni(room, {"pin": URL.format("cora"), "section": "More"})
    assert names(issue, "alumni") == ["cora", "eric", "fred"]


def test_what_an_earlier_issue_changed_can_be_undone(room: Newsroom) -> None:
    issue = _short_for_alumni(room, {"pin": URL.format("cora"), "section": "More"})
    press = room.open()
    edited = press.edit(issue.id, [{"pin": URL.format("cora"), "undo": True}], by="Ben")
    assert [s.title for e in edited.editions if e.segment == "alumni" for s in e.sections] == [
        "Europe",
        "More",
    ]
    assert press.rebuild(issue.id).identical
    with pytest.raises(UsageError, match="no change hide"):
        press.edit(issue.id, [{"hide": URL.format("cora"), "undo": True}], by="Ben")


def test_a_move_of_what_no_edition_holds_is_refused_in_words(room: Newsroom) -> None:
    room.note("old", age=timedelta(days=20))
    press = pulled(room)
    issue = press.draft("weekly").issue

    with pytest.raises(UsageError, match="no edition holds it"):
        press.edit(issue.id, [{"move": URL.format("old"), "section": "More"}], by="Ben")
    assert press.issue(issue.id) == issue


def test_pins_without_room_and_words_for_a_story_that_left_are_findings(room: Newsroom) -> None:
    room.configure("articles: {max: 2}")
    for name in ("bert", "cora"):
        room.note(name)
    press = pulled(room)
    issue = press.draft("weekly").issue
    pins = [{"pin": URL.format(name)} for name in ("anna", "bert", "cora")]
    gone = [{"title": URL.format("cora"), "text": "Other"}]
    edited = press.edit(issue.id, [*pins, *gone], by="Ben")

    found = {f.rule: f.message for f in edited.findings["staff"]}
    assert "“The story of cora” is pinned" in found["pin-unplaced"]
    assert "Ben changed the title" in found["edit-idle"]


def test_a_draft_made_just_after_its_slot_is_for_that_slot(room: Newsroom) -> None:
    room.now = NOW.replace(hour=7, minute=0, second=9)
    press = pulled(room)
    issue = press.draft("weekly").issue

    assert (issue.id, issue.slot) == ("weekly-2026-01-12", "2026-01-12T07:00")
    assert press.draft("weekly").changed is False
    send(press, issue)
    room.now += timedelta(minutes=5)
    assert pulled(room).draft("weekly").issue.id == "weekly-2026-01-19"


def test_a_source_at_rest_is_kept_and_not_printed_and_comes_back(room: Newsroom) -> None:
    press = pulled(room)
    file = room.folder / "feeds.yaml"
    awake = file.read_text()
    file.write_text(awake.replace("{archive: notes,", "{archive: notes, enabled: false,"))
    press = room.open()

    (gone,) = [f for f in press.check() if f.rule == "source-gone"]
    assert "1 stored article is of notes, which rests" in gone.message
    issue = press.draft("weekly").issue
    (why,) = press.why(URL.format("anna"), issue.id, "staff")
    assert (issue.status, why.decided_by[0]) == ("skipped", "source")
    with pytest.raises(UsageError, match="source notes rests"):
        press.pull(["notes"])
    assert press.pull() == []
    file.write_text(awake)
    assert names(room.open().draft("weekly").issue) == ["anna"]


def test_a_source_rests_until_its_day_in_the_publication_s_zone(room: Newsroom) -> None:
    pulled(room)
    file = room.folder / "feeds.yaml"
    text = file.read_text()
    file.write_text(text.replace("{archive: notes,", "{archive: notes, enabled: 2026-01-13,"))
    room.now = NOW.replace(hour=23, minute=59)

    with pytest.raises(UsageError, match="rests: it says `enabled: 2026-01-13`"):
        room.open().pull(["notes"])
    assert room.open().draft("weekly").issue.status == "skipped"
    room.now += timedelta(minutes=1)
    assert names(pulled(room).draft("weekly").issue) == ["anna"]


def test_a_gap_in_a_feed_is_told_for_two_weeks(room: Newsroom) -> None:
    press = pulled(room)
    gap = {"since": "2026-01-10T06:00:00+00:00", "seen": NOW.isoformat()}
    press._services.articles.remember({"notes": {"gap": gap}})

    (told,) = [f for f in press.check() if f.rule == "feed-gap"]
    assert "between 2026-01-10 06:00 and 2026-01-12 06:00 UTC" in told.message
    room.now += 15 * timedelta(days=1)
    assert [f for f in room.open().check() if f.rule == "feed-gap"] == []
