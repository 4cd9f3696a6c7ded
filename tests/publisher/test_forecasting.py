"""The forecast: which issue each waiting article will be in, and what will have come too late."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from digest.editorial.laboratory.forecast import Waiting
from tests.helpers.make import NOW, WEEK
from tests.helpers.newsroom import Newsroom

SLOT = NOW + timedelta(hours=1)


def fates(found: Waiting) -> dict[str, tuple[str, object, str | None]]:
    return {f.segment: (f.outcome, f.at, f.because) for f in found.fates}


def test_what_finds_no_room_carries_over_until_it_does(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW, "articles: {min: 1, max: 2}\nwhen_short: carry-over")
    for n in range(5):
        room.note(f"s{n}", age=timedelta(hours=n + 1))
    press = room.open()
    press.pull()
    ahead = press.forecast("weekly", 4).forecast
    assert [issue.sent for issue in ahead.issues] == [SLOT + n * WEEK for n in range(4)]
    assert [issue.status for issue in ahead.issues] == ["sent", "sent", "sent", "skipped"]
    assert [len(issue.editions[0].articles) for issue in ahead.issues] == [2, 2, 1, 0]
    assert ahead.issues[0].short == ("alumni",)
    staff = [fates(each)["staff"] for each in ahead.waiting]
    assert [at for _, at, _ in staff] == [SLOT, SLOT, SLOT + WEEK, SLOT + WEEK, SLOT + 2 * WEEK]


def test_what_finds_no_room_is_unsent_where_nothing_carries_over(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW, "articles: {min: 1, max: 1}")
    room.note("new", age=timedelta(hours=1))
    room.note("old", age=timedelta(hours=9))
    press = room.open()
    press.pull()
    new, old = press.forecast("weekly", 2).forecast.waiting
    assert (new.first, old.first) == (SLOT, None)
    assert fates(old) == {"staff": ("unsent", SLOT, "no room")}


def test_an_article_waits_for_the_day_that_it_is_put_off_to(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW, "articles: {min: 1, max: 3}")
    room.note("first")
    room.note("late")
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    late = next(a.id for a in press.articles() if a.title.endswith("late"))
    until = (NOW + timedelta(days=8)).date().isoformat()
    press.edit(issue.id, [{"delay": late, "until": until}], by="Ana")
    found = {each.article: each for each in press.forecast("weekly", 4).forecast.waiting}
    assert found[late].first == SLOT + 2 * WEEK
    press.edit(issue.id, [{"hide": late}], by="Ana")
    assert fates(press.forecast("weekly").forecast.waiting[-1])["staff"][0] == "unsent"


def test_the_forecast_of_the_first_issue_is_what_a_draft_holds(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW, "articles: {min: 1, max: 2}\nwhen_short: carry-over")
    for n in range(6):
        room.note(f"s{n}", *[("EU",), ("Alumni",), ()][n % 3], age=timedelta(hours=n + 1))
    press = room.open()
    press.pull()
    first = press.forecast("weekly", 2).forecast.issues[0]
    issue = press.draft("weekly").issue
    assert {e.segment: e.articles for e in first.editions} == {
        e.segment: tuple(a.id for a in e.articles) for e in issue.editions
    }
    press.approve(issue.id, by="Ana")
    room.note("s9", age=timedelta(minutes=1))
    room.now = SLOT
    press = room.open()
    press.pull()  # it comes too late for what is approved
    assert press.forecast("weekly", 2).forecast.issues[0].editions == first.editions


def test_the_second_issue_is_as_foretold_if_nothing_new_comes(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW, "articles: {min: 1, max: 2}\nwhen_short: carry-over")
    room.subscribe(("s@u.example", "staff"), ("a@u.example", "alumni"))
    for n in range(6):
        room.note(f"s{n}", *[("EU",), ("Alumni",), ()][n % 3], age=timedelta(hours=n + 1))
    press = room.open()
    press.pull()
    foretold = press.forecast("weekly", 2).forecast.issues[1]
    issue = press.draft("weekly").issue
    press.approve(issue.id, by="Ana")
    room.now = SLOT
    room.open().send(issue.id)
    room.now += WEEK
    made = room.open().draft("weekly").issue
    assert {e.segment: e.articles for e in foretold.editions if not e.lacking} == {
        e.segment: tuple(a.id for a in e.articles) for e in made.editions
    }


def test_a_day_without_an_issue_in_time_is_told(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW, "articles: {min: 1, max: 1}\nwhen_short: carry-over")
    room.note("soon", text="")
    file = tmp_path / "notes" / "soon.md"
    file.write_text(file.read_text() + "\nThe deadline is 13 January 2026.\n")
    room.note("then", age=timedelta(days=3))
    file = tmp_path / "notes" / "then.md"
    file.write_text(file.read_text() + "\nRegister by 17 January 2026.\n")
    room.note("far")
    file = tmp_path / "notes" / "far.md"
    file.write_text(file.read_text() + "\nRegister by 17 February 2026.\n")
    press = room.open()
    press.pull()
    far = next(a.id for a in press.articles() if a.title.endswith("far"))
    issue = press.draft("weekly").issue
    press.edit(issue.id, [{"pin": far}], by="Ana")
    late = press.forecast("weekly", 8).forecast.too_late
    assert [(t.title[-4:], t.kind, t.last) for t in late] == [
        ("soon", "deadline", None),
        ("then", "deadline", SLOT),
    ]
    assert None not in {t.goes_out for t in late}
    assert all(t.goes_out and t.goes_out > SLOT for t in late)


def test_a_slot_that_was_missed_a_moment_ago_is_the_first_ahead(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW, "articles: {min: 1, max: 1}")
    room.note("one")
    room.note("two")
    room.now = SLOT + timedelta(hours=1)
    press = room.open()
    press.pull()
    first, second = press.forecast("weekly", 2).forecast.issues
    issue = press.draft("weekly").issue
    assert (first.sent, second.sent) == (issue.send_at, SLOT + timedelta(days=7))
    assert [e.articles for e in first.editions if e.articles] == [
        tuple(a.id for a in edition.articles) for edition in issue.editions
    ]
    assert press.forecast("weekly", 2).forecast.issues == (first, second)


def test_a_newsletter_without_a_schedule_has_one_issue_ahead(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW, "articles: {min: 1, max: 1}")
    text = (tmp_path / "feeds.yaml").read_text()
    (tmp_path / "feeds.yaml").write_text(text.replace('    schedule: {cron: "0 7 * * mon"}\n', ""))
    room.note("one")
    press = room.open()
    press.pull()
    (issue,) = press.forecast("weekly").forecast.issues
    assert (issue.sent, issue.status) == (NOW, "sent")


def test_other_newsletters_on_the_day_are_named(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW)
    text = (tmp_path / "feeds.yaml").read_text()
    other = """\
  other:
    title: Other
    sender: "News <news@u.example>"
    segments: [alumni]
    schedule: {cron: "0 9 12 * *"}
    sections: [{title: All, rest: true}]
delivery:"""
    (tmp_path / "feeds.yaml").write_text(text.replace("delivery:", other))
    ahead = room.open().forecast("weekly", 2)
    first, second = (ahead.planned[issue.sent] for issue in ahead.forecast.issues)
    assert [(c.newsletter, c.segments) for c in first.clashes] == [("other", ("alumni",))]
    assert second.clashes == ()
