from __future__ import annotations

import pytest

from digest.editorial.proofreading import lint
from digest.findings import Finding
from digest.model import Section
from tests.helpers.samples import SENT, article, edition


def found(text: str, language: str = "en-GB") -> dict[str, Finding]:
    sections = (Section(title="News", articles=(article(1, "A title", text),)),)
    said = edition(subject="S", preheader="P", sections=sections)
    return {f.rule: f for f in lint(said, SENT, language=language, timezone="Europe/London")}


@pytest.mark.parametrize(
    "text",
    [
        "He spoke in Brussels yesterday.",
        "Tomorrow, the doors open.",
        "The vote is TODAY",
        "Come on Friday to the hall.",
        "The bus is late. Today it rains.",
        "“Tomorrow we meet”, she said.",
        "The Senate Tuesday voted.",
        "Open until late Friday.",
        "Library Closes Early Today",
        "Shops Open Until Late Friday",
    ],
)
def test_words_true_on_one_day_only_are_found(text: str) -> None:
    assert found(text)["stale-word"].severity == "warning"


@pytest.mark.parametrize(
    "text",
    [
        "Come on Friday 23 January.",
        "Come on Friday, 23 January.",
        "Come on Friday the 23rd.",
        "Rehearsals are on Thursdays.",
        "Every Monday we meet.",
        "Good Friday is a holiday.",
        "Holidays and yesteryear's todayness",
        "Pancakes on Fat Tuesday.",
        "Closed on Shrove Tuesday and Ash Wednesday.",
        "Sheffield Wednesday won at last.",
        "Black Friday and Cyber Monday sell more each year.",
        "What Super Tuesday decides.",
        "They met on Bright Monday.",
        "She told the Today programme.",
        "Today programme to move",
        "A piece in USA Today asks why.",
        "A guest of the Tonight Show",
        "Tomorrow's World is back.",
    ],
)
def test_words_true_on_every_day_are_not(text: str) -> None:
    assert "stale-word" not in found(text)


def test_german_words_are_found_by_german_rules() -> None:
    assert "stale-word" in found("Das Gremium tagt morgen.", "de")
    assert "stale-word" not in found("Am Morgen des 3. März tagt das Gremium.", "de")
    assert "stale-word" not in found("Er sprach today.", "xx")
    assert "stale-word" in found("Heute tagt das Gremium.", "de")
    assert "stale-word" in found("Das Gremium tagt am Freitag.", "de")


@pytest.mark.parametrize(
    "text",
    [
        "Am Schwarzen Freitag fielen die Kurse.",
        "Der Schmutzige Donnerstag in Luzern",
        "Aschermittwoch, Rosenmontag und Karfreitag",
        "Was die heute-show daraus macht",
        "Das heute journal berichtet.",
        "Die Zeitung Heute erscheint in Wien.",
        "Probe ist jeden Montag.",
    ],
)
def test_german_names_are_no_days(text: str) -> None:
    assert "stale-word" not in found(text, "de")


def test_a_deadline_before_the_sending_is_found() -> None:
    assert "date-past" in found("Apply by 9 January.")
    assert "date-past" in found("Apply by January 9, 2026.")
    assert "date-past" not in found("She was born on 9 January 1960 and spoke on 9 January.")
    assert "date-past" not in found("Apply by 30 June.")
    assert "date-past" not in found("From 8 January the library closes at six, until exams end.")
    assert "date-past" in found("The hall is open. Join us on Thursday 8 January.")
    assert "date-past" in found("Die Anmeldung endet am 9. Januar.", "de")
    assert "date-past" in found("A scheme for studios (apply by 9 January).")
    assert "date-past" not in found("Correction to “The hall opens” (9 January): it has two doors.")


def test_an_event_within_two_days_is_found() -> None:
    assert "date-soon" in found("The talk is on 13 January at six.")
    assert "date-soon" not in found("The talk is on 20 January at six.")


def test_the_same_article_address_or_headline_twice_is_found() -> None:
    same = (article(1, "A"), article(1, "B"), article(2, "B"))
    said = edition(sections=(Section(title="News", articles=same),))
    rules = {f.rule for f in lint(said, SENT, language="en", timezone="UTC")}

    assert {"article-twice", "address-twice", "headline-twice"} <= rules
