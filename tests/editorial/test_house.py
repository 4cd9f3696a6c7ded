from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial.house import banned, breaches, calls, misspelt, word_count
from digest.findings import Finding
from digest.model import HouseRules, Notice, Section
from tests.helpers.samples import article, edition


def found(
    rules: HouseRules,
    title: str = "A title",
    summary: str = "",
    **more: Any,  # noqa: ANN401
) -> list[Finding]:
    sections = (Section(title="News", articles=(article(1, title, summary),)),)
    said = edition(**{"subject": "S", "preheader": "P", "sections": sections, **more})
    return [*breaches(said, rules, "en-GB")]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("A well-known night bus – and/or two", 6),
        ("«Noël» à l’école…", 3),
        ("विश्वविद्यालय की नई बस", 4),
        ("جامعة تفتح أبوابها", 3),
        ("新しいバスが走る", 8),
        ("EU 大学の新しいバス", 9),
        ("지하철 새 노선", 3),
        ("รถเมล์", 5),
        ("co\u00adoperation", 1),
        ("— … !", 0),
    ],
)
def test_words_are_counted_in_every_script(text: str, count: int) -> None:
    assert word_count(text) == count


def test_a_headline_and_a_summary_have_as_many_words_as_the_house_wants() -> None:
    rules = HouseRules(headline_words=3, summary_words=2)

    assert found(rules, "One two three", "One two.") == []
    assert [
        (f.rule, str(f.where)) for f in found(rules, "One two three four", "One two three.")
    ] == [
        ("house-headline", "article a1"),
        ("house-summary", "article a1"),
    ]


@pytest.mark.parametrize(
    ("word", "text", "is_found"),
    [
        ("utilise", "We Utilise it.", True),
        ("utilise", "We utilised it.", False),
        ("utilise", "reutilise", False),
        ("utilise", "“utilise”, she said", True),
        ("US", "He told us.", False),
        ("US", "The US said so.", True),
        ("in order to", "It is late in order\nto win.", True),
        ("नई", "की नई बस", True),
        ("नई", "की नईं बस", False),
        ("大学", "新大学院", True),
        ("straße", "Die Strasse", False),
        ("utilise", "https://u.example/utilise", False),
        ("C++", "We teach C++ and C.", True),
    ],
)
def test_a_banned_word_is_found_as_a_whole_word(word: str, text: str, is_found: bool) -> None:  # noqa: FBT001
    assert (banned(text, word) is not None) == is_found


@pytest.mark.parametrize(
    ("word", "text", "other"),
    [
        ("Programme", "The programme begins", "programme"),
        ("Programme", "The Programme’s end", None),
        ("Programme", "The Programmes end", None),
        ("Programme", "The PROGRAMME", "PROGRAMME"),
        ("e-mail", "Write an Email to us", "Email"),
        ("e-mail", "an e mail", "e mail"),
        ("e-mail", "E-mail us, by e-mail.", None),
        ("email", "an e-mail", "e-mail"),
        ("Müller", "Frau Muller", "Muller"),
        ("Müller", "Frau Mu\u0308ller", None),
        ("schon", "sehr schön", None),
        ("São Paulo", "in Sao Paulo", "Sao Paulo"),
        ("한국", "한국 대학", None),
        ("e-mail", "name@email.example", None),
    ],
)
def test_a_word_is_written_as_the_house_writes_it(word: str, text: str, other: str | None) -> None:
    assert misspelt(text, word) == other


@given(st.text(max_size=40), st.text(min_size=1, max_size=8))
def test_no_text_and_no_word_is_an_error(text: str, word: str) -> None:
    assert word_count(text) <= len(text)
    assert misspelt(word, word) is None
    banned(text, word)
    misspelt(text, word)


def test_a_word_has_its_place_and_an_echo_of_it_none() -> None:
    rules = HouseRules(ban=("utilise",), spell=("Programme",))
    told = found(
        rules,
        "They utilise a programme",
        "Do not utilise it.",
        subject="They utilise a programme and 3 more",
        preheader="The programme",
        intro="A programme for you.",
    )

    assert [(f.rule, str(f.where)) for f in told] == [
        ("house-ban", "article a1"),
        ("house-spell", "article a1"),
        ("house-spell", "intro"),
    ]
    assert [str(f.where) for f in found(rules, subject="Utilise it")] == ["subject"]


@pytest.mark.parametrize(
    ("text", "language", "count"),
    [
        ("Register by 3 May. Please book your place.", "en-GB", 2),
        ("Book reviews are back. He will apply.", "en", 0),
        ("“Sign up today”: [the form](https://u.example/a).", "en", 1),
        ("More at [the page](https://u.example/a) and [here](https://u.example/b).", "en", 2),
        ("Melden Sie sich an. Jetzt anmelden!", "de", 2),
        ("Inscrivez-vous. Le reste attend.", "fr-CA", 1),
        ("Inscríbete hasta mayo.", "es", 1),
        ("Rekisteröidy nyt.", "fi", 0),
    ],
)
def test_calls_to_action_are_counted(text: str, language: str, count: int) -> None:
    assert calls(text, language) == count


def test_more_calls_than_the_house_wants_are_found_where_they_stand() -> None:
    notice = Notice(text="A hall to let", url="https://u.example/hall")
    more: dict[str, Any] = {"intro": "Apply now. Vote!", "notices": (notice,)}

    one = found(HouseRules(calls_to_action=1), summary="Register by 3 May.", **more)
    none = found(HouseRules(calls_to_action=0), summary="Register by 3 May.", **more)

    assert [(f.rule, str(f.where)) for f in one] == [("house-calls", "intro")]
    assert [str(f.where) for f in none] == ["intro", "notice", "article a1"]
    assert found(HouseRules(), summary="Register. Register.", **more) == []
