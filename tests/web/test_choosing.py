"""What readers choose for themselves, on the page of their preferences and when they sign up."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from digest import json_output
from digest.model import Choice, Subscriber
from digest.web.app import create_app
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom
from tests.helpers.readers import OFFER

READER = "reader@r.example"
FORM = {
    "weekly.own": "yes",
    "weekly.topic": ["Ocean", "climate"],
    "weekly.frequency": "weekly",
    "weekly.hour": "7",
    "weekly.zone": "Asia/Tokyo",
    "weekly.most": "5",
}
CHOICE = Choice(
    topics=("climate", "Ocean"),
    frequency="weekly",
    hour=7,
    zone="Asia/Tokyo",
    most=5,
    since=NOW.date(),
)


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, NOW, OFFER)
    file = room.folder / "feeds.yaml"
    file.write_text(file.read_text().replace("title: Staff,", "title: Staff, open: true,"))
    room.subscribe((READER, "staff"))
    room.note("anna", "Climate", "Ocean", "Strategy-growth")
    room.note("bert", "Climate")
    room.open().pull()
    return room


@pytest.fixture
def web(room: Newsroom) -> FlaskClient:
    return create_app(room.open(), "a password").test_client()


@pytest.fixture
def link(room: Newsroom) -> str:
    return f"/u/{room.open()._services.audience.tokens([READER])[READER]}/preferences"


def reader(room: Newsroom) -> Subscriber:
    return next(room.open().subscribers())


def test_the_page_offers_topics_with_their_articles_and_no_planning_label(
    web: FlaskClient, link: str
) -> None:
    page = web.get(link).text
    found = dict(re.findall(r'topic" value="(\w+)".*?class="count">(\d+)<', page))
    assert found == {"Climate": "2", "Ocean": "1"}
    assert "Strategy" not in page
    assert 'name="weekly.own" value="yes">' in page  # nothing is chosen yet


def test_what_a_reader_chose_is_kept_shown_and_taken_back(
    room: Newsroom, web: FlaskClient, link: str
) -> None:
    page = web.post(link, data=FORM).text
    assert reader(room).choices == {"weekly": CHOICE}
    assert 'value="Climate" checked' in page
    assert 'value="weekly" checked' in page
    assert '<option value="7" selected' in page
    assert "<option selected>Asia/Tokyo" in page

    web.post(link, data={})
    assert reader(room).choices == {}


def test_who_ticks_a_topic_and_not_the_box_above_has_chosen_and_the_box_gives_it_up(
    room: Newsroom, web: FlaskClient, link: str
) -> None:
    page = web.get(link).text
    assert 'name="weekly.new" value="yes"' in page
    ticked = {"segment": "staff", "weekly.topic": "Ocean", "weekly.new": "yes"}
    web.post(link, data=ticked)
    assert reader(room).choices["weekly"].topics == ("Ocean",)

    assert "weekly.new" not in web.get(link).text
    web.post(link, data={"segment": "staff", "weekly.topic": "Ocean"})
    assert not reader(room).choices


@pytest.mark.parametrize("topics", [[], ["Strategy-growth"], ["*"]])
def test_nothing_and_what_is_not_offered_is_no_choice(
    room: Newsroom, web: FlaskClient, link: str, topics: list[str]
) -> None:
    answer = web.post(link, data={**FORM, "weekly.topic": topics})
    assert answer.status_code == 400
    assert "Not saved" in answer.text
    assert reader(room).choices == {}


def test_who_signs_up_may_choose_at_once_and_it_counts_when_confirmed(
    room: Newsroom, web: FlaskClient
) -> None:
    form = {"address": "new@r.example", "segment": "staff", **FORM}
    assert "Choose for yourself" in web.get("/subscribe/weekly").text
    assert web.post("/subscribe/weekly", data={**form, "weekly.topic": []}).status_code == 400
    room.open().sign_up("weekly", "staff", "new@r.example", CHOICE)
    letter = next((room.folder / "sent").rglob("*.eml")).read_text()
    token = re.search(r"confirm/([\w-]+)", letter)
    assert token is not None
    assert room.open().confirm(token[1])
    found = room.open()._services.audience.by_address("new@r.example")
    assert found is not None
    assert found.choices == {"weekly": CHOICE}


def test_a_choice_is_exported_and_erased_with_its_person(
    room: Newsroom, web: FlaskClient, link: str
) -> None:
    web.post(link, data=FORM)
    said = json.dumps(json_output.person(room.open().person(READER)))
    assert '"topics": ["climate", "Ocean"]' in said
    room.open().erase(READER)
    assert [*room.open().subscribers()] == []


def test_nothing_is_said_of_choices_where_a_newsletter_offers_none(room: Newsroom) -> None:
    room.configure()
    person = next(room.open().subscribers())
    assert "choices" not in json_output.subscriber(person, None)
    assert room.open().choosable(person) == ()
