from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from digest.model import Event, Section
from digest.render.language import language, nearest, reading_minutes, translations
from digest.render.renderer import Renderer
from tests.helpers import samples
from tests.web.test_desk_words import PAGES, SHELL

PSEUDO = Path(__file__).parents[1] / "helpers" / "pseudo"
WEB = Path(__file__).parents[2] / "digest" / "web"
LOCALES = samples.TEMPLATES / "_locale"


def rendered(tag: str, *folders: Path) -> tuple[str, str]:
    frame = samples.frame(publication=replace(samples.NORTHGATE, language=tag))
    message = Renderer([*folders, samples.TEMPLATES]).render(samples.edition(), frame)
    return message.html, message.text


def test_german_words_and_dates() -> None:
    html, text = rendered("de-AT")

    assert 'lang="de-AT"' in html
    assert "Abbestellen" in html
    assert "12. Jänner 2026" in html
    assert "+3 weitere Beiträge: Europe and the world" in text
    assert "Sie erhalten This week at Northgate von Northgate University" in " ".join(text.split())


def test_a_language_without_a_catalogue_reads_english_with_its_own_dates() -> None:
    html, _ = rendered("pt")

    assert "Unsubscribe" in html
    assert "12 de janeiro de 2026" in html


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("fr", {0: "0 autre dans", 1: "1 autre dans", 2: "2 autres dans"}),
        ("es", {1: "1 más en", 2: "2 más en"}),
        ("pl", {1: "1 kolejny", 3: "3 kolejne ", 5: "5 kolejnych", 12: "12 kolejnych", 22: "22 kolejne "}),
        ("ar", {1: "1 خبر آخر", 2: "2 خبران", 5: "5 أخبار", 11: "11 خبرًا", 100: "100 خبر آخر", 103: "103 أخبار"}),
    ],
)  # fmt: skip
def test_a_number_has_the_form_that_its_language_gives_it(tag: str, said: dict[int, str]) -> None:
    words = translations((LOCALES / f"{tag}.po").read_text("utf-8"))
    text = "+%(count)s more in %(title)s"

    for count, form in said.items():
        assert f"+{form}" in words.ungettext(text, text, count) % {"count": count, "title": "X"}


@pytest.mark.parametrize("tag", sorted({file.stem for file in LOCALES.glob("*.po")} - {"en"}))
def test_an_email_in_a_shipped_language_has_no_english_of_ours(tag: str) -> None:
    html, text = rendered(tag)

    for english in ("Unsubscribe", "View in browser", "You get", "min read", "more in", "Also in"):
        assert english not in html + text


def test_a_right_to_left_language_turns_the_page_round() -> None:
    html, text = rendered("ar", PSEUDO)

    assert '<html lang="ar" dir="rtl"' in html
    assert 'align="left"' in html
    assert "padding-right:24px" in html
    assert "Unsubscribe" not in html + text


def test_a_users_catalogue_wins_over_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "_locale").mkdir()
    (tmp_path / "_locale" / "de.po").write_text('msgid "Unsubscribe"\nmsgstr "Nicht mehr"\n')
    html, _ = rendered("de", tmp_path)

    assert "Nicht mehr" in html


@pytest.mark.parametrize("catalogue", [*LOCALES.glob("*.po"), *PSEUDO.rglob("*.po")], ids=str)
def test_a_catalogue_holds_every_text_of_the_templates_and_the_public_pages(
    catalogue: Path,
) -> None:
    with catalogue.open("rb") as file:
        known = read_po(file)
    ids = {m.id[0] if isinstance(m.id, tuple) else m.id for m in known if m.id and m.string}

    assert ids == TEXTS
    assert len(TEXTS) >= 60
    assert not [error for message in known for error in message.check()]


DESK = {  # which has a catalogue of its own
    *(f"desk/{file.name}" for file in (WEB / "desk").glob("*.py")),
    *("guard.py", "phrases.py", "shown.py"),
    *(f"templates/{name}.html" for name in (*SHELL, *PAGES, "parts")),
}


def texts(folder: Path, **options: str) -> set[str]:
    found = extract_from_dir(
        str(folder),
        method_map=[(f"**.{end}", "jinja2.ext:babel_extract") for end in ("html", "txt")]
        + [("**.py", "python")],
        options_map={"**.html": options, "**.txt": options},
        directory_filter=lambda _: True,
        keywords={"_": None, "gettext": None, "ngettext": (1, 2), "say": None},
    )
    said = {m[0] if isinstance(m, tuple) else m for name, _, m, _, _ in found if name not in DESK}
    # from Python 3.12 on Babel takes a format in an f-string beside a call for words
    return {text for text in said if any(map(str.isalpha, text))}


TEXTS = texts(samples.TEMPLATES, silent="false", trim_blocks="true") | texts(WEB, silent="false")


def test_the_nearest_of_a_tag_ends_in_english() -> None:
    assert nearest("de-AT") == ("de-AT", "de", "en")
    assert language("xx-YY").locale.language == "en"
    assert language("ar").direction == "rtl"
    assert language("en_GB").direction == "ltr"


def test_a_date_of_another_year_says_so() -> None:
    english, then = language("en-GB"), datetime(2025, 12, 31, 23, 30, tzinfo=UTC)

    assert english.short_date(then, "Europe/London", samples.SENT) == "31 December 2025"
    assert english.short_date(then, "Europe/Berlin", samples.SENT) == "1 January"
    assert english.long_date(then, "Europe/Berlin") == "1 January 2026"


def test_a_short_text_has_no_reading_time() -> None:
    assert reading_minutes("word " * 300) is None
    assert reading_minutes("word " * 660) == 3


def test_scripts_without_blanks_are_read_by_their_characters() -> None:
    assert reading_minutes("横浜港" * 500) == 3
    assert reading_minutes("ท่าเรือ" * 500) == 4
    assert reading_minutes("横浜港" * 100) is None


@pytest.mark.parametrize("look", ["weekly", "letter", "brief"])
@pytest.mark.parametrize(
    ("own", "marked"),
    [
        ("ar", ' lang="ar" dir="rtl"'),
        ("ja", ' lang="ja"'),
        ("en-US", ""),
        (None, ""),
        ('"><b', ""),
    ],
)
def test_a_story_of_another_language_says_so(look: str, own: str | None, marked: str) -> None:
    story = samples.article(1, "Title of it", "Words of it.", language=own)
    edition = samples.edition(sections=(Section(title="N", articles=(story, story)),))
    newsletter = replace(samples.WEEKLY, template=look)
    html = Renderer([samples.TEMPLATES]).render(edition, samples.frame(newsletter=newsletter)).html

    # each of two headlines and two summaries, beside the page's own two
    assert html.count(" lang=") == 2 + 4 * bool(marked)
    assert html.count(f"{marked} style=") == 4 or not marked


def test_a_latin_story_in_an_arabic_newsletter_is_read_the_other_way() -> None:
    assert language("ar").foreign("en") == ("en", "ltr")
    assert language("ar").foreign("fa") == ("fa", None)


@pytest.mark.parametrize(
    ("tag", "starts", "ends", "said"),
    [
        ("en-GB", "2026-02-26T18:00", None, "Thu 26 Feb, 18:00"),
        ("en-GB", "2026-02-26T18:00", "2026-02-26T19:30", "Thu 26 Feb, 18:00–19:30"),
        ("en-US", "2026-02-26T18:00", "2026-02-26T19:30", "Thu, Feb 26, 6:00–7:30 PM"),
        ("de", "2026-02-26T18:00", "2026-02-26T19:30", "Do., 26. Februar, 18:00–19:30 Uhr"),
        ("en-GB", "2026-02-26T20:00", "2026-02-27T02:00", "Thu 26 Feb, 20:00–02:00"),
        ("en-GB", "2026-02-26", None, "Thu 26 Feb"),
        ("en-GB", "2026-02-26", "2026-03-02", "Thu 26 Feb–Sun 1 Mar"),
        ("en-GB", "2026-12-30", "2027-01-03", "30 Dec 2026–2 Jan 2027"),
        ("en-GB", "2027-01-05T18:00", None, "Tue, 5 Jan 2027, 18:00"),
        ("en-GB", "2026-01-10", "2026-03-02", "1 March"),
        ("de", "2026-02-26", "2026-04-30", "26. Feb.–29. Apr."),
    ],
)
def test_an_event_says_when_it_takes_place(
    tag: str, starts: str, ends: str | None, said: str
) -> None:
    zone = ZoneInfo("Europe/London")
    days = [
        datetime.fromisoformat(day).replace(tzinfo=zone) if day else None for day in (starts, ends)
    ]
    event = Event(starts=days[0], ends=days[1], all_day="T" not in starts)  # type: ignore[arg-type]
    sent = datetime(2026, 2, 17, 7, tzinfo=UTC)
    shown = language(tag).event_time(event, "Europe/London", sent)
    assert " ".join(shown.replace("\u2009", "").split()) == said


@pytest.mark.parametrize(
    ("tag", "starts", "ends", "leaf"),
    [
        ("en-GB", "2026-01-13T18:00", "2026-01-13T20:00", ("Tue", "13", "Jan")),
        ("de", "2026-01-13T18:00", "2026-01-14T02:00", ("Di.", "13", "Jan.")),
        ("en-GB", "2026-01-05T10:00", "2026-02-01T17:00", ("Sun", "1", "Feb")),
        ("ja", "2026-01-13T18:00", None, ("火", "13", "1月")),
    ],
)
def test_a_calendars_leaf_shows_an_events_day_or_the_last_of_one_that_has_begun(
    tag: str, starts: str, ends: str | None, leaf: tuple[str, str, str]
) -> None:
    first, last = (
        each and datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (starts, ends)
    )
    event = Event(starts=first, ends=last)  # type: ignore[arg-type]

    assert language(tag).event_day(event, "UTC", samples.SENT) == leaf


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ((2026, 12, 1), "1er décembre"),
        ((2027, 1, 1), "1er janvier 2027"),
        ((2026, 12, 11), "11 décembre"),
    ],
)
def test_french_writes_the_first_of_a_month_as_such(day: tuple[int, int, int], said: str) -> None:
    french, beside = language("fr-FR"), datetime(2026, 12, 20, tzinfo=UTC)
    assert french.short_date(datetime(*day, 12, tzinfo=UTC), "Europe/Paris", beside) == said
