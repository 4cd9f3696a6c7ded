from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from digest import schedule
from digest.errors import DigestError
from digest.model import Issue
from digest.publisher import Publisher, telling
from tests.helpers.make import WEEK
from tests.helpers.newsroom import Newsroom

SUNDAY = datetime(2026, 1, 11, 12, tzinfo=UTC)
MONDAY = datetime(2026, 1, 12, 7, 0, 30, tzinfo=UTC)
AUTOMATIC = "approval: automatic"


def newsroom(folder: Path, newsletter: str = "", now: datetime = SUNDAY) -> Newsroom:
    room = Newsroom(folder, now, newsletter)
    room.note("anna", "EU")
    room.subscribe(("s@u.example", "staff"))
    return room


def ticked(room: Newsroom, now: datetime) -> list[tuple[str, str]]:
    room.now = now
    done = room.open().tick()
    assert all(isinstance(each, Issue) for each in done), done
    return [(each.id, each.status) for each in done if isinstance(each, Issue)]


def sent(room: Newsroom) -> int:
    return len([*(room.folder / "sent").glob("*.eml")])


def test_nothing_happens_before_the_slot(tmp_path: Path) -> None:
    room = newsroom(tmp_path, AUTOMATIC)

    assert ticked(room, SUNDAY) == []
    assert ticked(room, MONDAY - timedelta(minutes=5)) == []


def test_sources_are_fetched_at_their_own_rhythm_while_no_issue_is_due(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    room = newsroom(tmp_path)
    with caplog.at_level("INFO", logger="digest"):
        schedule.pull(room.open())
    assert "source notes: 1 new, 0 updated" in caplog.text

    room.note("bert", "EU")
    room.now = SUNDAY + timedelta(minutes=59)
    assert room.open().pull_due() == []
    room.now = SUNDAY + timedelta(minutes=66)  # an hour, and where it stands in the spread
    assert [(report.name, report.new) for report in room.open().pull_due()] == [("notes", 1)]


def test_with_sqlite_what_is_due_is_done_in_the_process(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    room = newsroom(tmp_path, AUTOMATIC)
    press = room.open()
    assert press.jobs is None
    jobs = schedule.InProcess(press)
    with caplog.at_level("INFO", logger="digest"):
        schedule.have_pulled(press, jobs)
        schedule.have_pulled(press, jobs)
        assert caplog.text.count("source notes: 1 new") == 1
        assert ticked(room, SUNDAY) == []
        room.now = MONDAY
        press = room.open()
        schedule.have_drafted(press, schedule.InProcess(press))

    assert sent(room) == 1
    assert "issue weekly-2026-01-12 is out: 1 sent" in caplog.text


def test_an_automatic_newsletter_is_pulled_drafted_and_sent_at_its_time_once(
    tmp_path: Path,
) -> None:
    room = newsroom(tmp_path, AUTOMATIC)
    ticked(room, SUNDAY)

    assert ticked(room, MONDAY)[-1] == ("weekly-2026-01-12", "sent")
    assert sent(room) == 1
    assert ticked(room, MONDAY + timedelta(minutes=1)) == []
    assert sent(room) == 1


def test_a_newsletter_that_needs_approval_waits_for_it(tmp_path: Path) -> None:
    room = newsroom(tmp_path)
    ticked(room, SUNDAY)

    assert ticked(room, MONDAY) == [("weekly-2026-01-12", "draft")]
    assert ticked(room, MONDAY + timedelta(minutes=1)) == []
    room.open().approve("weekly-2026-01-12", by="Ana")
    assert ticked(room, MONDAY + timedelta(minutes=2)) == [("weekly-2026-01-12", "sent")]


def test_an_issue_is_drafted_ahead_and_sent_at_its_time(tmp_path: Path) -> None:
    room = newsroom(tmp_path, 'schedule: {cron: "0 7 * * mon", draft_before: 6h}')
    ticked(room, SUNDAY)

    assert ticked(room, MONDAY - timedelta(hours=5)) == [("weekly-2026-01-12", "draft")]
    room.open().approve("weekly-2026-01-12", by="Ana")
    assert ticked(room, MONDAY - timedelta(hours=1)) == []
    assert ticked(room, MONDAY) == [("weekly-2026-01-12", "sent")]


def test_an_outage_over_several_slots_makes_one_issue(tmp_path: Path) -> None:
    room = newsroom(tmp_path, AUTOMATIC)
    ticked(room, SUNDAY)

    late = ticked(room, MONDAY + 2 * WEEK + timedelta(hours=9))

    assert {id_ for id_, _ in late} == {"weekly-2026-01-26"}
    assert ticked(room, MONDAY + 2 * WEEK + timedelta(hours=10)) == []


def test_drafting_further_ahead_than_the_next_slot_loses_none(tmp_path: Path) -> None:
    schedule_ = 'schedule: {cron: "0 7 * * mon,wed,fri", draft_before: 72h}'
    room = newsroom(tmp_path, f"{schedule_}\n{AUTOMATIC}")
    ticked(room, SUNDAY)
    found: list[tuple[str, str]] = []
    for step in range(1, 60):
        room.now = SUNDAY + timedelta(hours=3 * step)
        if step % 2 == 0:
            room.note(f"story{step}", age=timedelta(hours=1))
        found += ticked(room, room.now)

    assert [id_ for id_, status in found if status == "sent"] == [
        "weekly-2026-01-12",
        "weekly-2026-01-14",
        "weekly-2026-01-16",
    ]


def test_an_issue_edited_after_its_time_is_sent_once_it_is_approved(tmp_path: Path) -> None:
    room = newsroom(tmp_path)
    ticked(room, SUNDAY)
    ticked(room, MONDAY)
    room.now = MONDAY + timedelta(minutes=5)
    room.open().edit("weekly-2026-01-12", [{"intro": "Late"}], by="Ben")
    room.open().approve("weekly-2026-01-12", by="Ana")

    assert ticked(room, MONDAY + timedelta(minutes=6)) == [("weekly-2026-01-12", "sent")]


def test_an_issue_drafted_by_hand_serves_its_slot(tmp_path: Path) -> None:
    room = newsroom(tmp_path)
    ticked(room, SUNDAY)
    room.open().pull()
    by_hand = room.open().draft("weekly").issue.id
    room.open().approve(by_hand, by="Ana")
    room.note("bert", age=timedelta(hours=1))

    assert ticked(room, MONDAY) == [(by_hand, "sent")]
    assert ticked(room, MONDAY + timedelta(minutes=1)) == []


def test_a_special_that_is_sent_early_by_hand_serves_no_slot(tmp_path: Path) -> None:
    room = newsroom(tmp_path)
    ticked(room, SUNDAY)
    room.open().pull()
    special = room.open().draft("weekly").issue.id
    room.open().approve(special, by="Ana")
    room.open().send(special)
    room.now = MONDAY
    room.note("bert", age=timedelta(minutes=5))

    assert ticked(room, MONDAY) == [("weekly-2026-01-12-2", "draft")]


def test_a_slot_that_was_missed_before_one_that_was_served_is_over(tmp_path: Path) -> None:
    room = newsroom(tmp_path)
    ticked(room, SUNDAY)
    room.now = MONDAY + timedelta(days=5)
    room.open().pull()
    by_hand = room.open().draft("weekly").issue.id
    room.open().approve(by_hand, by="Ana")

    assert ticked(room, MONDAY + WEEK) == [(by_hand, "sent")]
    assert ticked(room, MONDAY + WEEK + timedelta(minutes=1)) == []


def test_an_approved_issue_goes_out_though_the_one_before_it_was_discarded(tmp_path: Path) -> None:
    room = newsroom(tmp_path, 'schedule: {cron: "0 7 * * mon", draft_before: 24h}')
    ticked(room, SUNDAY)
    room.open().discard("weekly-2026-01-12", by="Ben")
    again = room.open().draft("weekly").issue.id
    room.open().approve(again, by="Ana")

    assert ticked(room, MONDAY) == [(again, "sent")]
    assert ticked(room, MONDAY + timedelta(minutes=1)) == []


def test_what_was_skipped_ahead_of_its_time_is_tried_once_more_at_its_time(tmp_path: Path) -> None:
    ahead = 'schedule: {cron: "0 7 * * mon", draft_before: 12h}\narticles: {min: 2}'
    room = newsroom(tmp_path, f"{ahead}\n{AUTOMATIC}")
    ticked(room, MONDAY - timedelta(hours=13))
    early = ticked(room, MONDAY - timedelta(hours=11))
    room.note("bert")

    assert early == [("weekly-2026-01-12", "skipped")]
    assert ticked(room, MONDAY - timedelta(hours=1)) == []
    assert ticked(room, MONDAY)[-1] == ("weekly-2026-01-12", "sent")
    assert ticked(room, MONDAY + timedelta(minutes=1)) == []


def test_what_is_skipped_at_its_time_too_is_not_tried_for_ever(tmp_path: Path) -> None:
    ahead = 'schedule: {cron: "0 7 * * mon", draft_before: 12h}\narticles: {min: 2}'
    room = newsroom(tmp_path, f"{ahead}\n{AUTOMATIC}")
    ticked(room, MONDAY - timedelta(hours=13))
    ticked(room, MONDAY - timedelta(hours=11))

    assert ticked(room, MONDAY) == [("weekly-2026-01-12", "skipped")]
    room.note("bert")
    assert ticked(room, MONDAY + timedelta(minutes=1)) == []


def test_an_automatic_issue_that_was_edited_goes_out_at_its_time(tmp_path: Path) -> None:
    room = newsroom(tmp_path, f'schedule: {{cron: "0 7 * * mon", draft_before: 12h}}\n{AUTOMATIC}')
    ticked(room, MONDAY - timedelta(hours=13))
    assert ticked(room, MONDAY - timedelta(hours=11)) == [("weekly-2026-01-12", "approved")]
    room.open().edit("weekly-2026-01-12", [{"intro": "Dear all"}], by="Ben")

    assert ticked(room, MONDAY - timedelta(hours=1)) == []
    assert ticked(room, MONDAY)[-1] == ("weekly-2026-01-12", "sent")
    assert "Dear all" in next((room.folder / "sent").glob("*.eml")).read_text()


def test_an_old_issue_is_not_opened_again(tmp_path: Path) -> None:
    room = newsroom(tmp_path, "articles: {min: 2}")
    ticked(room, SUNDAY)
    assert ticked(room, MONDAY) == [("weekly-2026-01-12", "skipped")]
    room.now = MONDAY + WEEK
    room.note("bert")
    ticked(room, MONDAY + WEEK)

    with pytest.raises(DigestError, match="no longer the newest"):
        room.open().edit("weekly-2026-01-12", [{"intro": "x"}], by="Ben")


def test_an_approved_issue_that_waited_too_long_is_held_and_told(tmp_path: Path) -> None:
    room = newsroom(tmp_path, "late: 6h")
    ticked(room, SUNDAY)
    ticked(room, MONDAY - timedelta(minutes=5))
    room.open().pull()
    issue = room.open().draft("weekly").issue.id
    room.open().approve(issue, by="Ana")
    room.now = MONDAY + timedelta(hours=7)

    (held,) = room.open().tick()
    assert isinstance(held, Issue)
    assert (held.status, sent(room)) == ("held", 0)
    assert "it was to go out on 2026-01-12 07:00 UTC" in str(held.reason)


def test_whatever_goes_wrong_with_one_newsletter_the_others_go_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    room = newsroom(tmp_path, AUTOMATIC)
    file = tmp_path / "feeds.yaml"
    other = "  daily: {title: D, sender: 'D <d@u.example>', segments: [staff], "
    other += "schedule: {cron: '0 7 * * *'}, sections: [{title: All, rest: true}]}\n"
    file.write_text(file.read_text().replace("newsletters:\n", "newsletters:\n" + other))
    ticked(room, SUNDAY)
    room.open().pull()
    daily = room.open().draft("daily").issue.id
    room.open().approve(daily, by="Ana")
    with closing(sqlite3.connect(tmp_path / "digest.db")) as database, database:
        database.execute("UPDATE issues SET lock = '{}' WHERE id = ?", (daily,))
    room.now = MONDAY

    with caplog.at_level("INFO"):
        schedule.tick(room.open())
    assert "daily: KeyError" in caplog.text
    assert "Traceback" in caplog.text
    assert sent(room) == 1


def test_a_restart_makes_no_second_issue(tmp_path: Path) -> None:
    room = newsroom(tmp_path)
    ticked(room, SUNDAY)
    ticked(room, MONDAY)
    ticked(room, MONDAY + timedelta(seconds=30))

    assert len(room.open().issues()) == 1


def test_two_schedulers_make_one_issue_and_send_it_once(tmp_path: Path) -> None:
    room = newsroom(tmp_path, AUTOMATIC)
    ticked(room, SUNDAY)
    room.now = MONDAY
    presses = [room.open(), room.open()]
    outcomes: list[object] = []
    barrier = threading.Barrier(2)

    def run(n: int) -> None:
        barrier.wait()
        outcomes.extend(presses[n].tick())

    threads = [threading.Thread(target=run, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(room.open().issues()) == 1
    assert sent(room) == 1
    assert all(isinstance(each, Issue | DigestError) for each in outcomes)


def test_a_slot_before_the_first_tick_is_not_made_up_for(tmp_path: Path) -> None:
    room = newsroom(tmp_path, AUTOMATIC, MONDAY + timedelta(hours=3))

    assert ticked(room, MONDAY + timedelta(hours=3)) == []


def test_a_skipped_slot_says_why_and_the_next_one_comes(tmp_path: Path) -> None:
    room = newsroom(tmp_path, AUTOMATIC)
    ticked(room, SUNDAY)
    ticked(room, MONDAY)

    assert ticked(room, MONDAY + WEEK) == [("weekly-2026-01-19", "skipped")]
    room.now = MONDAY + 2 * WEEK
    room.note("bert")
    assert ticked(room, MONDAY + 2 * WEEK)[-1] == ("weekly-2026-01-26", "sent")
    assert [i.number for i in room.open().issues()] == [1, 2, 2]


def test_a_failure_of_one_newsletter_is_reported_and_stops_no_tick(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    room = newsroom(tmp_path, AUTOMATIC)
    room.configure(AUTOMATIC, 'smtp: "${NOT_SET}"')
    ticked(room, SUNDAY)
    room.now = MONDAY

    with caplog.at_level("INFO"):
        schedule.tick(room.open())

    assert "NOT_SET" in caplog.text
    assert "issue weekly-2026-01-12 is approved" in caplog.text


def test_the_scheduler_ticks_one_at_a_time() -> None:
    ticks = threading.Semaphore(0)
    running = threading.Lock()
    overlaps: list[str] = []

    def tick() -> None:
        if not running.acquire(blocking=False):
            overlaps.append("two at once")
            return
        ticks.release()
        running.release()

    scheduler = schedule.start(tick, every=1)
    try:
        assert ticks.acquire(timeout=5)
        assert ticks.acquire(timeout=5)
    finally:
        scheduler.shutdown()
    assert overlaps == []


def test_the_first_tick_comes_at_once() -> None:
    ticked = threading.Event()

    scheduler = schedule.start(ticked.set, every=86_400)
    try:
        assert ticked.wait(timeout=5)
    finally:
        scheduler.shutdown()


def test_a_tick_is_told_in_words(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    room = newsroom(tmp_path)
    ticked(room, SUNDAY)
    caplog.set_level("INFO")

    room.now = MONDAY
    schedule.tick(room.open())
    room.open().approve("weekly-2026-01-12", by="Ana")
    schedule.tick(room.open())
    room.now = MONDAY + WEEK
    schedule.tick(room.open())

    assert [record.message for record in caplog.records if record.name == "digest"] == [
        "issue weekly-2026-01-12 is drafted for staff, alumni and waits for its approval",
        "issue weekly-2026-01-12 is out: 1 sent",
        "issue weekly-2026-01-19 is skipped: no segment has the 1 new articles that an edition needs",
    ]


def test_what_is_approved_is_told_with_its_time_in_the_publications_zone(tmp_path: Path) -> None:
    room = newsroom(tmp_path, now=SUNDAY + 20 * WEEK)
    press = room.open()
    press.pull()
    issue = press.approve(press.draft("weekly").issue.id, by="Ana")

    said = schedule.told(issue, {}, "Europe/London")

    assert said == "is approved and goes out on Monday 01 June 2026, 07:00 BST"


def test_a_relay_that_takes_nothing_is_reported(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    room = newsroom(tmp_path, AUTOMATIC)
    room.configure(AUTOMATIC, "smtp: smtp://127.0.0.1:1")
    ticked(room, SUNDAY)
    room.now = MONDAY

    schedule.tick(room.open())

    assert "issue weekly-2026-01-12 is not out yet, and the next tick goes on" in caplog.text


def _told(room: Newsroom) -> list[str]:
    """Return the subjects of what the editors were mailed."""
    files = sorted((room.folder / "sent").glob("*.eml"))
    found = (message_from_bytes(file.read_bytes(), policy=policy.default) for file in files)
    return [str(email["Subject"]).strip() for email in found if email["To"] == "desk@u.example"]


def test_editors_are_told_what_needs_a_person_once(tmp_path: Path) -> None:
    room = newsroom(tmp_path, "editors: [desk@u.example]")
    ticked(room, SUNDAY)
    assert _told(room) == []
    ticked(room, MONDAY)
    ticked(room, MONDAY + timedelta(minutes=1))
    assert _told(room) == [
        "[This week] Issue weekly-2026-01-12 is drafted and waits for its approval."
    ]


EARLY = 'schedule: {cron: "0 7 * * mon", draft_before: 12h}\neditors: [desk@u.example]'


def test_editors_are_reminded_once_of_what_nobody_has_approved(tmp_path: Path) -> None:
    room = newsroom(tmp_path, EARLY)
    for hours in (13, 12, 7, 5, 4):
        ticked(room, MONDAY - timedelta(hours=hours))
    first, reminder = _told(room)
    assert first.endswith("is drafted and waits for its approval.")
    assert reminder.endswith("still waits for its approval.")

    room.open().approve("weekly-2026-01-12", by="Ana")
    ticked(room, MONDAY - timedelta(hours=3))
    assert len(_told(room)) == 2


def test_other_news_in_between_do_not_remind_again(tmp_path: Path) -> None:
    room = newsroom(tmp_path, EARLY)
    for hours in (12, 5):
        ticked(room, MONDAY - timedelta(hours=hours))
    press = room.open()
    again = press.special("weekly", [{"write": "Flood", "text": "Stay in."}], by="Ana")
    telling.tell_editors(press._services, "weekly", [again])
    for hours in (4, 3):
        ticked(room, MONDAY - timedelta(hours=hours))

    mails = [file.read_text() for file in (room.folder / "sent").glob("*.eml")]
    assert sum("weekly-2026-01-12 still waits" in mail.partition("\n\n")[2] for mail in mails) == 1


def test_editors_are_told_in_the_publications_language(tmp_path: Path) -> None:
    room = newsroom(tmp_path, EARLY)
    file = tmp_path / "feeds.yaml"
    file.write_text(file.read_text().replace("name: North", "language: de\n  name: North"))
    room.note("bert", "Staff", title="Komm morgen")
    ticked(room, MONDAY - timedelta(hours=13))
    ticked(room, MONDAY - timedelta(hours=12))

    (sent,) = (room.folder / "sent").glob("*.eml")
    email = message_from_bytes(sent.read_bytes(), policy=policy.default)
    assert email.get_content().replace("\r\n", "\n") == (
        "Die Ausgabe weekly-2026-01-12 ist entworfen und wartet auf ihre Freigabe.\n"
        "Sie soll am 12. Januar 2026, 07:00 GMT hinausgehen.\n"
        "Zur Ausgabe: https://u.example/issues/weekly-2026-01-12\n\n"
        "Zur Redaktion: https://u.example\n"
    )


def test_an_error_that_stops_an_automatic_issue_is_told_to_the_editors(tmp_path: Path) -> None:
    short = "articles: {min: 5}\nwhen_short: hold\neditors: [desk@u.example]"
    room = newsroom(tmp_path, f"{AUTOMATIC}\n{short}")
    ticked(room, SUNDAY)
    ticked(room, MONDAY)

    (subject,) = _told(room)
    assert subject.startswith("[This week] Issue weekly-2026-01-12")
    assert "is held back" in subject


def test_what_came_back_is_read_and_reported(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    room = newsroom(tmp_path)
    room.configure(delivery="folder: sent, bounces: 'imaps://me:${PW}@127.0.0.1/INBOX'")
    with caplog.at_level("INFO", logger="digest"):
        schedule.take_back(room.open())
        services = replace(room.open()._services, reports=lambda _: [(), ()])
        schedule.take_back(Publisher(services))

    assert "reading bounces needs the environment variable PW" in caplog.text
    assert "returned emails: 2 read, 0 bounced" in caplog.text
