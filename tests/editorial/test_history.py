from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from digest.editorial.history import History, Past
from digest.model import Decided, Edit, IssueHead, Window
from tests.helpers.make import DAY, NOW, WEEK, edit


def issue(weeks_ago: int, *segments: str, waiting: dict[str, str] | None = None) -> IssueHead:
    """Return an issue that was sent so many weeks ago, with editions for some segments."""
    window = Window(start=NOW - (weeks_ago + 1) * WEEK, end=NOW - weeks_ago * WEEK)
    decided = Decided(up_to=10 - weeks_ago, waiting=waiting or {})
    return IssueHead(
        id=f"weekly-{weeks_ago}",
        newsletter="weekly",
        number=9 - weeks_ago,
        status="sent",
        created=window.end,
        window=window,
        windows=dict.fromkeys(("a", "b"), window),
        decided=dict.fromkeys(segments, decided),
        printed=dict.fromkeys(segments, "S"),
        send_at=window.end,
    )


def history(*issues: IssueHead, **edits: tuple[Edit, ...]) -> History:
    known = {f"weekly-{name.removeprefix('week')}": made for name, made in edits.items()}
    since = dict.fromkeys("abc", NOW - 9 * WEEK)
    return History(issues=issues, edits=known, since=since)


def past_of(found: History, segment: str, at: datetime = NOW, *candidates: str) -> Past:
    """Return a segment's past for an issue that is made and goes out at a moment."""
    return found.past(segment, frozenset(candidates), now=at, sent=at, ledger={})


def test_a_window_starts_where_the_segments_last_edition_ended() -> None:
    found = history(issue(3, "a"), issue(2, "a", "b"), issue(1, "b"))

    assert past_of(found, "a").window.start == NOW - 2 * WEEK
    assert past_of(found, "b").window.start == NOW - WEEK
    assert past_of(found, "c").window.start == NOW - 9 * WEEK


def test_only_an_issue_that_a_segment_had_has_decided_for_it() -> None:
    skipped = replace(issue(1, "a", "b"), status="skipped")
    found = history(issue(3, "a"), issue(2, "b"), skipped)

    assert (found.decided("a").up_to, found.decided("b").up_to) == (7, 8)
    assert found.decided("c") == Decided()


def test_what_had_to_stand_back_has_more_points_and_what_came_too_early_has_not() -> None:
    waits = {"x": "edit.delay", "y": "carry-over", "z": "articles.grace"}
    found = history(issue(1, "a", waiting=waits))

    assert past_of(found, "a", NOW, "x", "y", "z").carried == {"x", "y"}
    assert past_of(found, "a", NOW, "y").carried == {"y"}


def test_a_delay_until_a_day_lasts_to_that_day() -> None:
    found = history(issue(2, "a"), week2=(edit("delay", "x", start=NOW + DAY),))

    assert past_of(found, "a").delayed == {"x"}
    assert past_of(found, "a", NOW + 2 * DAY).delayed == frozenset()


def test_what_was_hidden_once_stays_hidden_for_whom_it_was() -> None:
    found = history(issue(9, "a", "b"), issue(1, "a"), week9=(edit("hide", "x", segment="b"),))

    assert past_of(found, "b").hidden == {"x"}
    assert past_of(found, "a").hidden == frozenset()


def test_the_last_word_on_an_article_stands_over_all_issues() -> None:
    def said(*edits: Edit) -> Past:
        made = {f"week{9 - n}": (each,) for n, each in enumerate(edits)}
        return past_of(history(*(issue(9 - n, "a") for n in range(len(edits))), **made), "a")

    assert said(edit("hide", "x"), edit("pin", "x")).hidden == frozenset()
    again = said(edit("delay", "x", start=NOW - WEEK), edit("delay", "x", start=NOW + WEEK))
    assert again.delayed == {"x"}


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


def test_what_editors_did_to_an_article_speaks_until_an_issue_decides_on_it() -> None:
    made = (edit("title", "x", value="T"), edit("pin", "x"), edit("move", "x", section="News"))
    found = history(issue(1, "a"), week1=made)

    assert found.carried(NOW, {"b": {"x"}, "a": ()}) == tuple(replace(e, segment="b") for e in made)
    assert found.carried(NOW, {"a": {"y"}}) == ()


def test_a_delay_undoes_the_pin_before_it_and_is_itself_no_edit_of_the_next_issue() -> None:
    made = (edit("pin", "x"), edit("title", "x", value="T"), edit("delay", "x"))
    found = history(issue(1, "a"), week1=made)

    assert [e.verb for e in found.carried(NOW, {"a": {"x"}})] == ["title"]


def test_what_was_added_by_hand_waits_for_a_segment_without_an_edition() -> None:
    made = (edit("add", "https://x.example/1"), edit("title", "https://x.example/1", value="T"))
    found = history(issue(2, "a"), issue(1, "b"), week2=made)

    assert found.added("b") == frozenset()
    assert history(issue(2, "a"), week2=made).added("b") == {"https://x.example/1"}
    assert found.added("a") == frozenset()
