from __future__ import annotations

from datetime import timedelta

from digest.editorial.past import History
from digest.model import Edit, Edition, Issue, Window
from tests.make import DAY, NOW, WEEK, edit


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
        editions=tuple(
            Edition(segment=s, subject="S", preheader="P", sections=()) for s in segments
        ),
    )


def history(*issues: Issue, **edits: tuple[Edit, ...]) -> History:
    known = {f"weekly-{name.removeprefix('week')}": made for name, made in edits.items()}
    return History(sent=issues, edits={i.id: known.get(i.id, ()) for i in issues})


def test_a_window_starts_where_the_segments_last_edition_ended() -> None:
    found = history(issue(3, "a"), issue(2, "a", "b"), issue(1, "b"))

    assert found.past("a", NOW, WEEK, carries=False).window.start == NOW - 2 * WEEK
    assert found.past("b", NOW, WEEK, carries=False).window.start == NOW - WEEK
    assert found.past("c", NOW, 2 * WEEK, carries=False).window.start == NOW - 2 * WEEK


def test_what_found_no_place_is_carried_from_the_start_of_the_last_edition() -> None:
    found = history(issue(4, "a"), issue(2, "a"))

    assert found.past("a", NOW, WEEK, carries=True).carried_from == NOW - 3 * WEEK
    assert found.past("a", NOW, WEEK, carries=False).carried_from is None


def test_a_delay_without_a_day_lasts_to_the_next_edition_of_the_segment() -> None:
    late = (edit("delay", "x"), edit("delay", "y", segment="b"))
    found = history(issue(2, "a", "b"), issue(1, "b"), week2=late)

    assert found.past("a", NOW, WEEK, carries=False).waiting == {"x"}
    assert found.past("b", NOW, WEEK, carries=False).waiting == frozenset()


def test_a_delay_until_a_day_lasts_to_that_day() -> None:
    late = (edit("delay", "x", start=NOW + DAY),)
    found = history(issue(2, "a"), issue(1, "a"), week2=late)

    assert found.past("a", NOW, WEEK, carries=False).waiting == frozenset()
    assert found.past("a", NOW + 2 * DAY, WEEK, carries=False).waiting == {"x"}


def test_what_was_hidden_once_stays_hidden_for_whom_it_was() -> None:
    found = history(issue(9, "a", "b"), issue(1, "a"), week9=(edit("hide", "x", segment="b"),))

    assert found.past("b", NOW, WEEK, carries=False).hidden == {"x"}
    assert found.past("a", NOW, WEEK, carries=False).hidden == frozenset()


def test_notices_with_an_end_stand_until_it_and_those_without_stay_where_they_were() -> None:
    said = (
        edit("notice", value="Closed", end=NOW + timedelta(hours=1)),
        edit("notice", value="Once"),
        edit("notice", value="Over", end=NOW),
    )
    found = history(issue(2, "a"), issue(1, "a"), week2=said)

    assert [e.value for e in found.notices(NOW)] == ["Closed"]
    ended = history(
        issue(2, "a"), issue(1, "a"), week2=said, week1=(edit("notice", value="Closed", end=NOW),)
    )
    assert ended.notices(NOW) == ()
