"""Corrections at the desk: what changed stands beside its story, and an editor decides."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from digest.web.app import create_app
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom

SENT, OPEN = "weekly-2026-01-12", "weekly-2026-01-13"
OWN = {"Origin": "http://localhost"}


@pytest.fixture
def story(tmp_path: Path) -> tuple[FlaskClient, str]:
    """Return a desk where a story changed after it was sent, and the story's id; a draft is open."""
    room = Newsroom(tmp_path, NOW)
    room.subscribe(("a@u.example", "staff"))
    room.note("bus", summary="It runs from May.")
    press = room.open()
    press.pull()
    press.draft("weekly")
    press.approve(SENT, by="Ana")
    press.send(SENT)
    room.now += timedelta(days=1)
    room.note("bus", age=timedelta(days=2), summary="It runs from June.")
    room.note("tram")
    press = room.open()
    press.pull(force=True)
    press.draft("weekly")
    (due,) = press.corrections()
    return create_app(press, None).test_client(), due.article


def text(web: FlaskClient, path: str) -> str:
    answer = web.get(path)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def decide(web: FlaskClient, article: str, decide: str, **more: str) -> str:
    said = {"article": article, "decide": decide, "by": "Ben", "to": OPEN, **more}
    answer = web.post(f"/issues/{SENT}/correct", data=said, headers=OWN, follow_redirects=True)
    return unescape(answer.text)


def test_what_changed_stands_beside_the_story_and_where_notices_are_written(
    story: tuple[FlaskClient, str],
) -> None:
    web, article = story

    assert "1 story changed since it went out" in text(web, f"/issues/{SENT}/staff")
    for path in (f"/issues/{SENT}/staff?at=a-{article}", f"/issues/{OPEN}/staff?at=add"):
        page = text(web, path)
        assert "<del>May.</del>" in page
        assert "<ins>June.</ins>" in page
        assert "1 got the old words: Staff 1" in page
        assert "it should read “It runs from June”" in page


def test_a_correction_is_put_into_the_draft_in_an_editors_words(
    story: tuple[FlaskClient, str],
) -> None:
    web, article = story
    page = decide(web, article, "put", text="The bus runs from June.")

    assert f"The correction stands in issue {OPEN}." in page
    assert "The bus runs from June." in page
    assert "Changed since it was sent" not in text(web, f"/issues/{SENT}/staff?at=a-{article}")
    assert "is to be corrected" in decide(web, article, "put")


def test_a_correction_is_dismissed_with_who_did_it(story: tuple[FlaskClient, str]) -> None:
    web, article = story

    assert "It is told no more" in decide(web, article, "dismiss")
    changes = text(web, f"/issues/{SENT}/staff?at=changes")
    assert f"Dismissed: correction of {article}" in changes
    assert "Ben" in changes
