from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from digest.editorial.corrections import CANCELLED, Told, changes, essence, notice
from digest.model import Article, Event
from tests.helpers.make import NOW, article

WAS = article("a", title="A night bus from May", summary="It runs hourly. It costs £2.50.")


def told(now: Article, printed: Article = WAS, was: Article = WAS) -> dict[str, Told]:
    return changes(was, printed, now, lambda event: f"{event.starts:%d %B}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A “night-bus” – from May", 'a "Night bus"  – from May.'),
        ("It runs hourly…", "It runs hourly"),
        ("co-operation", "cooperation"),
        ("Nai\u0308ve", "Naïve"),
    ],
)
def test_what_is_set_in_another_way_says_the_same(one: str, other: str) -> None:
    printed = replace(WAS, summary=one)

    assert essence(one) == essence(other)
    assert told(replace(WAS, summary=other), printed, printed) == {}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("£2.50", "£250"),
        ("-5 degrees", "5 degrees"),
        ("10-20 places", "1020 places"),
        ("5%", "5"),
        ("It is open", "It is not open"),
        ("Ana and Ben", "Ben and Ana"),
        ("at 18:00", "at 1800"),
    ],
)
def test_what_says_another_thing_is_told(one: str, other: str) -> None:
    was = replace(WAS, summary=one)

    assert [*told(replace(WAS, summary=other), was, was)] == ["summary"]


def test_words_are_told_as_old_and_new() -> None:
    found = told(replace(WAS, title="A night bus from June"))

    assert found["headline"].words == (
        ("same", "A night bus from"),
        ("old", "May"),
        ("new", "June"),
    )


def test_what_an_editor_put_right_in_print_is_not_told() -> None:
    now = replace(WAS, title="A night bus from June")

    assert told(now, printed=now) == {}
    assert [*told(now, printed=replace(WAS, title="A bus"))] == ["headline"]


def test_an_event_that_moves_or_is_off_is_told() -> None:
    event = Event(starts=NOW, place="Hall")
    was = replace(WAS, event=event)
    later = told(replace(was, event=replace(event, starts=NOW + timedelta(days=1))), was, was)
    off = told(replace(was, event=replace(event, cancelled=True)), was, was)

    assert later["event"] == Told(old="12 January, Hall", new="13 January, Hall")
    assert off["event"].new == CANCELLED


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "It runs hourly. It costs £2.50.",
            "It runs hourly. It costs £3.",
            "Correction to “T” (5 May): instead of “It costs £2.50” it should read “It costs £3”.",
        ),
        ("It runs.", "It runs. It is free.", "Correction to “T” (5 May): it lacked “It is free”."),
        (
            "It runs. It is free.",
            "It runs.",
            "Correction to “T” (5 May): “It is free” no longer stands.",
        ),
    ],
)
def test_a_notice_says_only_what_was_wrong(old: str, new: str, said: str) -> None:
    assert notice("T", "5 May", {"summary": Told(old=old, new=new)}, "en-GB") == said


def test_a_notice_is_in_the_publications_language() -> None:
    two = {"headline": Told(old="A", new="B"), "event": Told(old="x", new=CANCELLED)}

    assert notice("T", "5. Mai", two, "de-AT") == (
        "Berichtigung zu „T“ (5. Mai): statt „A“ muss es „B“ heißen; die Veranstaltung fällt aus."
    )
    assert notice("T", "5 mai", two, "fr").startswith("Rectificatif à « T » (5 mai) : au lieu de")
    assert notice("T", "5 de mayo", two, "es").endswith("debe decir «B»; el acto se ha cancelado.")
    assert notice("T", "5 May", two, "fi").startswith("Correction")
