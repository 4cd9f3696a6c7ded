from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from digest.editorial.history import History, Past
from digest.model import Edit, Issue, Window
from tests.helpers.make import DAY, NOW, WEEK, edit


def issue(weeks_ago: int, *segments: str, asked: tuple[str, ...] = ("a", "b")) -> Issue:
    """Return an issue that was sent so many weeks ago, with editions for some segments."""
    window = Window(start=NOW - (weeks_ago + 1) * WEEK, end=NOW - weeks_ago * WEEK)
    return Issue(
        id=f"weekly-{weeks_ago}",
        newsletter="weekly",
        number=9 - weeks_ago,
        status="sent",
        created=window.end,
        window=window,
        windows=dict.fromkeys(asked, window),
        printed=dict.fromkeys(segments, "S"),
        send_at=window.end,
    )


def history(*issues: Issue, **edits: tuple[Edit, ...]) -> History:
    known = {f"weekly-{name.removeprefix('week')}": made for name, made in edits.items()}
    return History(issues=issues, edits={i.id: known.get(i.id, ()) for i in issues})


USUAL = Window(start=NOW - WEEK, end=NOW)


def past_of(found: History, segment: str, now: datetime = NOW, *, carries: bool) -> Past:
    """Return a segment's past for an issue that is made and goes out now."""
    return found.past(segment, Window(start=now - WEEK, end=now), now, carries=carries)


def test_a_window_starts_where_the_segments_last_edition_ended() -> None:
    found = history(issue(3, "a"), issue(2, "a", "b"), issue(1, "b"))

    assert past_of(found, "a", carries=False).window.start == NOW - 2 * WEEK
    assert past_of(found, "b", carries=False).window.start == NOW - WEEK
    assert past_of(found, "c", carries=False).window == USUAL


def test_what_found_no_place_is_carried_from_the_start_of_the_last_edition() -> None:
    found = history(issue(4, "a"), issue(2, "a"))

    assert past_of(found, "a", carries=True).carried_from == NOW - 3 * WEEK
    assert past_of(found, "a", carries=False).carried_from is None


def test_a_delay_without_a_day_lasts_to_the_next_edition_of_the_segment() -> None:
    late = (edit("delay", "x"), edit("delay", "y", segment="b"))
    found = history(issue(2, "a", "b"), issue(1, "b"), week2=late)

    assert past_of(found, "a", carries=False).waiting == {"x"}
    assert past_of(found, "b", carries=False).waiting == frozenset()


def test_a_delay_until_a_day_lasts_to_that_day() -> None:
    late = (edit("delay", "x", start=NOW + DAY),)
    found = history(issue(2, "a"), issue(1, "a"), week2=late)

    assert past_of(found, "a", carries=False).waiting == frozenset()
    assert past_of(found, "a", NOW + 2 * DAY, carries=False).waiting == {"x"}


def test_what_was_hidden_once_stays_hidden_for_whom_it_was() -> None:
    found = history(issue(9, "a", "b"), issue(1, "a"), week9=(edit("hide", "x", segment="b"),))

    assert past_of(found, "b", carries=False).hidden == {"x"}
    assert past_of(found, "a", carries=False).hidden == frozenset()


def test_notices_with_an_end_stand_until_it_and_those_without_stay_where_they_were() -> None:
    said = (
        edit("notice", value="Closed", end=NOW + timedelta(hours=1)),
        edit("notice", value="Once"),
        edit("notice", value="Over", end=NOW),
    )
    found = history(issue(2, "a"), issue(1, "a"), week2=said)

    assert [e.value for e in found.carried(NOW, {})] == ["Closed"]
    ended = history(
        issue(2, "a"), issue(1, "a"), week2=said, week1=(edit("notice", value="Closed", end=NOW),)
    )
    assert ended.carried(NOW, {})[-1].end == NOW


def test_the_last_word_on_an_article_stands_over_all_issues() -> None:
    def said(*edits: Edit) -> History:
        made = {f"week{9 - n}": (each,) for n, each in enumerate(edits)}
        return history(*(issue(9 - n, "a") for n in range(len(edits))), **made)

    shown = said(edit("hide", "x"), edit("pin", "x"))
    assert past_of(shown, "a", carries=False).hidden == frozenset()
    again = said(edit("delay", "x", start=NOW - WEEK), edit("delay", "x", start=NOW + WEEK))
    assert past_of(again, "a", carries=False).delayed == {"x"}
    assert past_of(again, "a", carries=False).waiting == frozenset()


def test_what_was_due_and_found_no_place_waits_no_longer() -> None:
    late = (edit("delay", "x", start=NOW - 2 * WEEK),)
    found = history(issue(4, "a"), issue(1, "a"), week4=late)

    assert past_of(found, "a", carries=False).waiting == frozenset()


def test_words_on_what_waits_are_carried() -> None:
    made = (edit("add", "https://x.example/1"), edit("title", "https://x.example/1", value="T"))
    found = history(issue(1, "a"), week1=made)

    waits = {"a": Past(window=USUAL, waiting=frozenset({"https://x.example/1"}))}
    nothing = {"b": Past(window=USUAL)}
    assert found.carried(NOW, waits | nothing) == tuple(replace(e, segment="a") for e in made)
    assert found.carried(NOW, nothing) == ()


def test_a_segment_that_has_had_nothing_keeps_what_it_waits_for() -> None:
    skipped = replace(issue(1), status="skipped")

    assert history().window("a", NOW, WEEK) == USUAL
    assert history(skipped).window("a", NOW, WEEK).start == NOW - 2 * WEEK
