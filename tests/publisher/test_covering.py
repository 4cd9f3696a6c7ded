"""A plan at work: what is owed ranks higher, within bounds, is explained, and is in no email."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from digest.errors import UsageError
from digest.publisher.inputs import from_lock
from tests.helpers.make import NOW, WEEK
from tests.helpers.newsroom import Newsroom

PLAN = 'articles: {min: 1, max: 2}\ncoverage: {"Strategy-sea": 50, "Strategy-city": 50}'
SAID = "coverage.Strategy-sea"


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    """Return a room whose first issue had two stories of the city, and none of the sea."""
    room = Newsroom(tmp_path, NOW, PLAN)
    file = tmp_path / "feeds.yaml"
    file.write_text(file.read_text().replace("points: {", "points: {coverage: 10, "))
    room.subscribe(("s@u.example", "staff"))
    room.note("one", "Strategy-city")
    room.note("two", "Strategy-city")
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    press.approve(issue.id, by="Ana")
    press.send(issue.id)
    room.now += WEEK
    return room


def test_a_story_of_a_theme_that_is_owed_is_first_among_near_equals(room: Newsroom) -> None:
    room.note("city", "Strategy-city", age=timedelta(hours=1))
    room.note("sea", "Strategy-sea", age=timedelta(hours=5))
    room.note("old", "Strategy-sea", age=timedelta(days=5))
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    titles = [a.title[-4:] for a in issue.editions[0].articles]
    assert titles == [" sea", "city"]  # and what is owed does not bring the old one in
    sea = issue.editions[0].articles[0].id
    (staff, _) = press.why(sea)
    assert {p.rule: p.value for p in staff.points}[SAID] == 10
    assert press.rebuild(issue.id).identical
    message = press.issue(issue.id).messages[0]
    assert not [w for w in (message.html, message.text, message.subject) if "Strategy" in w]


def test_a_lock_from_before_there_were_plans_is_read(room: Newsroom) -> None:
    services = room.open()._services
    (head,) = services.issues.heads("weekly")
    lock = {k: v for k, v in services.issues.lock(head.id).items() if k != "owed"}
    assert from_lock(lock, None).owed == {}


def test_tags_are_those_that_a_story_had_when_it_went_out(room: Newsroom) -> None:
    room.note("one", "Strategy-sea", age=WEEK + timedelta(days=1))
    press = room.open()
    press.pull()
    found = press.coverage("weekly")
    assert [(t.theme, t.articles, t.owed) for t in found.themes] == [
        ("Strategy-city", 2, 0),
        ("Strategy-sea", 0, 1),
    ]


def test_the_number_of_issues_is_a_number(room: Newsroom) -> None:
    with pytest.raises(UsageError, match="--issues is 0"):
        room.open().coverage("weekly", 0)
