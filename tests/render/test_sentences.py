"""What the program says of an issue, in German: found again by its form, and no form outlives its sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import digest
from digest.errors import MissingSecret, Unknown, Unreachable
from digest.render.checks.clients import CLIENTS, Readers
from digest.render.checks.features import listed
from digest.render.sentences import sentence
from digest.store.migrating import difference
from digest.store.tables import HEAD

FOLDER = Path(digest.__file__).parent
ISSUE = "weekly-2026-01-12"


@pytest.mark.parametrize(
    ("said", "german"),
    [
        (
            "“tomorrow” will not be true on the day of sending; say the date, or change the sentence",
            "„tomorrow“ stimmt am Tag des Versands nicht mehr; nennen Sie das Datum, oder ändern Sie den Satz",
        ),
        (
            "90 characters; inboxes show 40 to 60; say the main thing first",
            "90 Zeichen; Posteingänge zeigen 40 bis 60; das Wichtigste zuerst",
        ),
        (
            f"issue {ISSUE} is sent, so it cannot be edited",
            f"die Ausgabe {ISSUE} ist versandt: sie lässt sich nicht bearbeiten",
        ),
        (
            f"issue {ISSUE} is held back: staff: subject-missing: there is no subject; write one; x y",
            f"die Ausgabe {ISSUE} ist zurückgehalten: staff: der Betreff fehlt; schreiben Sie einen; x y",
        ),
        (
            str(Unknown("segment of weekly", "dock", ["staff", "alumni"])),
            "Segment von weekly „dock“ gibt es nicht; bekannt: staff, alumni",
        ),
        (str(Unknown("article", "5f", ())), "Artikel „5f“ gibt es nicht; bekannt: nichts"),
        (
            str(Unreachable("postgresql://db/digest", "no answer")),
            (
                "die Datenbank postgresql://db/digest ist nicht zu erreichen: no answer; was geschrieben "
                "ist, bleibt"
            ),
        ),
        (
            str(MissingSecret("KEY", "sending")),
            "sending: es fehlt die Umgebungsvariable KEY",
        ),
        (
            str(MissingSecret("file:key.txt", "sending")),
            "sending: es fehlt die Datei key.txt, oder sie ist nicht zu lesen",
        ),
        (
            difference("0001"),
            (
                "die Datenbank ist von einer älteren Version (ihre Tabellen sind 0001, die dieses Programms "
                f"{HEAD}); rufen Sie `digest database upgrade` auf"
            ),
        ),
        (
            difference("9999"),
            (
                "die Datenbank ist von einer neueren Version des Programms (ihre Tabellen sind 9999, seine "
                f"{HEAD}); nehmen Sie jene Version"
            ),
        ),
        ("line 12: <p> One", "Zeile 12: <p> One"),
        (
            "12 more points, to be before “Tides”",
            "12 Punkte mehr, um vor “Tides” zu stehen",
        ),
        ("1 fewer point: “Tides” is next", "1 Punkt weniger: dann kommt “Tides”"),
        ("taking the editor's hide away", "das Ausblenden zurücknehmen"),
        (
            "flex-wrap: wrap: columns do not wrap in GMX (not on the web), up to 2 % of your readers; use a table",
            "flex-wrap: wrap in GMX (nicht im Web), bis zu 2 % Ihrer Leser: Spalten brechen nicht um; nehmen Sie eine Tabelle",
        ),
        (
            "rem unit in font-size: the size is not taken in Proton Mail on Android; write px",
            "Einheit rem bei font-size in Proton Mail auf Android: die Größe gilt nicht; schreiben Sie px",
        ),
        (
            "<ruby> element: readings stand in the line in Gmail; write them in brackets",
            "Element <ruby> in Gmail: Lesehilfen stehen in der Zeile; schreiben Sie sie in Klammern",
        ),
        ("line 24: [x] body (9 places)", "Zeile 24: [x] body (9 Stellen)"),
        (
            "an odd thing: clients drop the whole block",
            "an odd thing: Mailprogramme lassen den ganzen Block fallen",
        ),
    ],
)
def test_a_sentence_is_known_by_its_form(said: str, german: str) -> None:
    assert sentence(said, "de-AT") == german


def test_what_no_catalogue_has_is_none() -> None:
    assert sentence("staff: subject-missing: nobody wrote this", "de") is None
    assert sentence("there is no subject; write one", "fr") is None
    assert sentence("there is no subject; write one", "en") is None


@pytest.mark.parametrize(
    "words", ["x: " * 700 + "; y", "a: b: " + "; " * 400, "a: no size in C; " * 400]
)
def test_words_of_a_stranger_that_look_like_endless_sentences_are_none(words: str) -> None:
    assert sentence(words, "de") is None


_ENGLISH = re.compile(
    r"(?<![\w:-])(?:and|on|not|element|attributes?|property|properties|unit|format|image|your)(?![\w-])"
)


@pytest.mark.parametrize("readers", [Readers({}), Readers(dict.fromkeys(CLIENTS, 3))])
def test_what_any_mail_program_lacks_is_said_in_german(readers: Readers) -> None:
    unsaid = []
    for each in listed():
        failing = each.feature.fails.keys() & readers.clients
        if not failing:
            continue
        title = f"{each.feature.title} in font-size" if each.subject == "*" else each.feature.title
        said = f"{title}: {each.lost} in {readers.words(failing)}; {each.instead}"
        german = sentence(said, "de")
        if german is None or _ENGLISH.search(german):
            unsaid.append((said, german))
    assert unsaid == []


def test_no_form_outlives_its_sentence() -> None:
    files = [*sorted(FOLDER.rglob("*.py")), *FOLDER.rglob("client_support.tsv")]
    code = "".join(file.read_text() for file in files)
    joined = re.sub(r'"\s*\n\s*f?"', "", code).replace('\\"', '"')  # lines of one literal
    with (FOLDER / "render" / "locale" / "de.po").open("rb") as file:
        forms = [str(each.id) for each in read_po(file) if each.id]
    assert len(forms) > 150
    lost = {}
    for form in forms:
        pieces = (piece.strip(" :;“”'’,.()") for piece in re.split(r"%\(\w+\)s|; ", form))
        if missing := [piece for piece in pieces if piece and piece not in joined]:
            lost[form] = missing
    assert lost == {}
