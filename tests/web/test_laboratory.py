"""The laboratory's pages: the weeks ahead, what was covered, and rules tried on the past."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom
from tests.web.test_places import sent
from tests.web.test_web import client

VIEWS = (
    "",
    "/coverage",
    "/coverage?by=internal",
    "/clicks",
    "/clicks?by=tag",
    "/backtest",
    "/backtest?weeks=2&max=1",
)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """Return a newsroom a week after it sent an issue; the pages only look at it."""
    room = Newsroom(tmp_path_factory.mktemp("laboratory"), NOW)
    room.note("anna", "EU", "Strategy-people")
    room.note("cora", "Alumni")
    room.subscribe(("s@u.example", "staff"))
    press = room.open()
    press.pull()
    press.draft("weekly")
    sent(room)
    room.now += timedelta(days=7)
    return room


@pytest.fixture(scope="module")
def web(room: Newsroom) -> FlaskClient:
    return client(room)


@pytest.mark.parametrize("view", VIEWS)
def test_every_page_opens_and_leads_to_the_others(web: FlaskClient, view: str) -> None:
    answer = web.get(f"/laboratory/weekly{view}")
    assert answer.status_code == 200
    assert {"/laboratory/weekly", "/laboratory/weekly/coverage", "/laboratory/weekly/backtest"} <= {
        *re.findall('href="([^"]+)"', answer.text)
    }
    assert " style=" not in answer.text  # which the page's policy forbids


def test_it_is_behind_the_password_and_reached_from_this_week(
    room: Newsroom, web: FlaskClient
) -> None:
    assert client(room, "a password").get("/laboratory/weekly").status_code != 200
    assert 'href="/laboratory/weekly"' in web.get("/").text
    assert web.get("/laboratory/daily").status_code == 404


def test_the_weeks_ahead_have_a_table_behind_the_plot(web: FlaskClient) -> None:
    page = web.get("/laboratory/weekly?issues=3").text
    plot = page[page.index('<svg class="plot"') : page.index("</svg>", page.index('class="plot"'))]
    numbers = re.findall(r'class="middle (?:on)?">(\d+)<', plot)
    table = page[page.index("As a table") :]
    assert len(numbers) == 6
    assert re.findall(r'<td class="number">(\d+)', table)[::2] == numbers[:3]
    assert web.get("/laboratory/weekly?issues=0").status_code == 409


def test_other_limits_are_tried_on_the_past(web: FlaskClient) -> None:
    page = web.get("/laboratory/weekly/backtest?weeks=2&min=1&max=1&days=60&when_short=skip").text
    assert "Present rules → Rules on trial" in page
    assert page.count('<svg class="plot"') == 1


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("weeks=0", "--weeks is 0"),
        ("weeks=9999", "9999 weeks are many"),
        ("weeks=2&min=5&max=2", "An edition of 5 to 2 articles cannot be"),
        ("weeks=2&max=-1", "An edition of"),
        ("weeks=2&days=0", "Articles of 0 days"),
        ("weeks=2&when_short=perhaps", "Perhaps is none of skip"),
    ],
)
def test_what_cannot_be_tried_is_said(web: FlaskClient, asked: str, said: str) -> None:
    answer = web.get(f"/laboratory/weekly/backtest?{asked}")
    assert answer.status_code == 409
    assert said in answer.text


def test_no_other_way_of_counting_is_looked_up(web: FlaskClient) -> None:
    assert web.get("/laboratory/weekly/coverage?by=<b>").status_code == 409
