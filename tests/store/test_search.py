"""Search: what is found, whatever is asked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.publisher import Publisher
from digest.publisher.searching import Question
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom
from tests.helpers.postgresql import Server


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def press(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Publisher]:
    folder = tmp_path_factory.mktemp("room")
    if request.param == "sqlite":
        yield sent(Newsroom(folder, NOW))
        return
    server: Server = request.getfixturevalue("postgresql_server")
    url = server.new()
    yield sent(Newsroom(folder, NOW, database=url))
    server.drop(url)


def sent(room: Newsroom) -> Publisher:
    room.note("anna", "EU", "Strategy-people", summary="A night bus for the old harbour.")
    room.note("bert", "Staff", summary="The café by the bus stop, at night.")
    room.note("cora", "Alumni", summary="Nothing of that kind.")
    room.subscribe(("s@u.example", "staff"), ("a@u.example", "alumni"))
    made = room.open()
    made.pull()
    issue = made.draft("weekly").issue
    made.approve(issue.id, by="Ana")
    room.now = NOW + timedelta(hours=2)
    made = room.open()
    made.send(issue.id)
    return made


HOSTILE = ('a" OR "b', "NEAR(a b", "a*\x00b", "col:x", "^a", "{a b}", "\ud800", "AND", "(((")


def titles(press: Publisher, words: str = "", **more: str) -> list[str]:
    return [hit.article.title for hit in press.search(Question(words=words, **more))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("harbour", {"anna"}),
        ("harb", {"anna"}),
        ("night bus", {"anna", "bert"}),
        ('"night bus"', {"anna"}),
        ("CAFE", {"bert"}),
        ("anna", {"anna"}),
        ("Strategy-people", {"anna"}),
        ("bus -harbour", {"anna"}),
        ("", {"anna", "bert", "cora"}),
        ("unheard", set()),
        ("!?", set()),
        ('"', set()),
    ],
)
def test_words_find_articles(press: Publisher, words: str, found: set[str]) -> None:
    assert {title.removeprefix("The story of ") for title in titles(press, words)} == found


def test_filters_go_together(press: Publisher) -> None:
    assert titles(press, tag="European-Union") == ["The story of anna"]
    assert titles(press, tag="*union") == ["The story of anna"]
    assert titles(press, "night", tag="Strategy-*") == ["The story of anna"]
    assert titles(press, segment="alumni", tag="Alumni") == ["The story of cora"]
    assert "The story of cora" not in titles(press, segment="staff")
    late = Question(since=(NOW + timedelta(days=3)).date())
    assert press.search(late) == []
    assert len(press.search(Question(until=NOW.date(), source="notes"))) == 3


def test_an_article_says_where_it_was_printed_and_an_excerpt_what_was_sought(
    press: Publisher,
) -> None:
    (hit,) = press.search(Question(words="harbour"))
    assert hit.printed == {"weekly-2026-01-12": ("alumni", "staff")}
    assert "\x02harbour\x03" in hit.excerpt


def test_what_went_out_is_found_by_its_words(press: Publisher) -> None:
    (found,) = press.search_issues(Question(words="cora"))
    assert (found.issue.id, found.segments) == ("weekly-2026-01-12", ("alumni",))
    assert press.search_issues(Question(words="cora", segment="staff")) == []
    assert press.search_issues(Question(since=(NOW + timedelta(days=1)).date())) == []


@given(st.text(max_size=30) | st.sampled_from(HOSTILE))
def test_no_question_is_an_error(press: Publisher, words: str) -> None:
    press.search(Question(words=words))
    press.search(Question(tag=words))
    press.search_issues(Question(words=words))


def test_the_index_follows_what_is_filed(tmp_path: Path, database: str) -> None:
    room = Newsroom(tmp_path, NOW, database=database)
    room.note("anna", summary="A night bus.")
    room.open().pull()
    room.note("anna", summary="A morning ferry.")
    room.now = NOW + timedelta(days=1)
    press = room.open()
    press.pull(force=True)

    assert titles(press, "bus") == []
    assert titles(press, "ferry") == ["The story of anna"]
    if database.startswith("sqlite"):
        with closing(sqlite3.connect(tmp_path / "digest.db")) as kept:
            kept.execute("INSERT INTO article_search (article_search) VALUES ('integrity-check')")
