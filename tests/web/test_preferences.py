from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from digest.model import Subscriber
from digest.web.app import create_app
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom

READER = "reader@r.example"


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, NOW)
    file = room.folder / "feeds.yaml"
    file.write_text(file.read_text().replace("title: Staff,", "title: Staff, open: true,"))
    room.subscribe((READER, "staff"))
    return room


@pytest.fixture
def web(room: Newsroom) -> FlaskClient:
    return create_app(room.open(), "a password").test_client()


@pytest.fixture
def link(room: Newsroom) -> str:
    return f"/u/{room.open()._services.audience.tokens([READER])[READER]}"


def reader(room: Newsroom) -> Subscriber:
    return next(room.open().subscribers())


def test_the_link_of_every_email_leads_to_the_preferences(
    room: Newsroom, web: FlaskClient, link: str
) -> None:
    assert f'href="{link}/preferences"' in web.get(link).text
    page = web.get(f"{link}/preferences").text
    assert READER in page
    assert 'value="staff" checked' in page
    assert "Alumni" not in page
    assert reader(room).status == "confirmed"


def test_what_is_saved_is_shown(room: Newsroom, web: FlaskClient, link: str) -> None:
    form = {"name": "<b>Ana</b>", "until": "2026-02-01"}
    page = web.post(f"{link}/preferences", data=form).text

    assert "Saved." in page
    assert "Nothing comes before February 1, 2026." in page
    assert "no newsletter comes" in page
    assert "<b>Ana" not in page
    assert reader(room).name == "<b>Ana</b>"
    assert (reader(room).segments, reader(room).paused_until) == ((), date(2026, 2, 1))


@pytest.mark.parametrize("day", ["2026-01-12", "9999-99-99", "tomorrow", "1-1-1", "2026-02-01\0"])
def test_a_day_that_is_none_is_refused_and_the_rest_stays_as_typed(
    room: Newsroom, web: FlaskClient, link: str, day: str
) -> None:
    answer = web.post(f"{link}/preferences", data={"name": "Ana", "until": day})

    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert 'value="Ana"' in answer.text
    assert (reader(room).name, reader(room).segments) == (None, ("staff",))


def test_a_pause_that_is_over_is_not_shown(room: Newsroom, web: FlaskClient, link: str) -> None:
    web.post(f"{link}/preferences", data={"segment": "staff", "until": "2026-01-13"})
    assert 'value="2026-01-13"' in web.get(f"{link}/preferences").text
    room.now = NOW.replace(day=13)
    later = create_app(room.open(), None).test_client()

    assert 'value="2026-01-13"' not in later.get(f"{link}/preferences").text


def test_one_click_leaves_as_before_and_then_nothing_is_to_choose(
    room: Newsroom, web: FlaskClient, link: str
) -> None:
    one_click = web.post(link, data={"List-Unsubscribe": "One-Click"})
    assert one_click.status_code == 200
    assert reader(room).status == "unsubscribed"
    assert web.get(f"{link}/preferences").status_code == 302
    assert web.post(f"{link}/preferences", data={"segment": "staff"}).status_code == 303
    assert reader(room).status == "unsubscribed"


def test_a_token_that_is_nobodys_leads_nowhere(web: FlaskClient) -> None:
    assert web.get("/u/nobody/preferences").status_code == 404
    assert web.post("/u/nobody/preferences").status_code == 404
    assert web.get("/u/test/preferences").status_code == 302
