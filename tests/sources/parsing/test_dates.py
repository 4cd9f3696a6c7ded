"""Dates are read as publishers write them, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from digest.sources.parsing.dates import date_in_address, dates_in, is_date, read_date

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-05T10:00:00Z", datetime(2026, 1, 5, 10, tzinfo=UTC)),
        ("2026-01-05 10:00", datetime(2026, 1, 5, 10, tzinfo=LONDON)),
        ("20260105T100000Z", datetime(2026, 1, 5, 10, tzinfo=UTC)),
        ("20260105T1000", datetime(2026, 1, 5, 10, tzinfo=LONDON)),
        ("20260105", datetime(2026, 1, 5, tzinfo=LONDON)),
        ("2026-07-05", datetime(2026, 7, 5, tzinfo=LONDON)),
        ("Mon, 05 Jan 2026 10:00:00 EST", datetime(2026, 1, 5, 15, tzinfo=UTC)),
        ("05 Jan 26 10:00 GMT", datetime(2026, 1, 5, 10, tzinfo=UTC)),
        ("Mo, 25 Jun 2018 11:41:36", datetime(2018, 6, 25, 11, 41, 36, tzinfo=LONDON)),
        ("Friday 12th May 2008", datetime(2008, 5, 12, tzinfo=LONDON)),
        ("January 5, 2026, 3:05 pm", datetime(2026, 1, 5, 15, 5, tzinfo=LONDON)),
        ("12 May 2008", datetime(2008, 5, 12, tzinfo=LONDON)),
        ("Mon Jan 05 2026 10:00:00 GMT+0100 (CET)", datetime(2026, 1, 5, 9, tzinfo=UTC)),
        ("5 Jan 2026 10:00 GMT-3", datetime(2026, 1, 5, 13, tzinfo=UTC)),
        ("2026-01-05T10:00:00+01:00[Europe/Paris]", datetime(2026, 1, 5, 9, tzinfo=UTC)),
        ("2026-01-05T10:00:00 Europe/Paris", datetime(2026, 1, 5, 9, tzinfo=UTC)),
        ("Jan. 5, 2026, 3:30 p.m. ET", datetime(2026, 1, 5, 20, 30, tzinfo=UTC)),
        ("5 января 2026, 10:30 МСК", datetime(2026, 1, 5, 7, 30, tzinfo=UTC)),
        ("2026年1月5日 下午3:30", datetime(2026, 1, 5, 15, 30, tzinfo=LONDON)),
        ("2026-01-05 오후 3:30", datetime(2026, 1, 5, 15, 30, tzinfo=LONDON)),
        ("5 Ocak 2026 Pazartesi", datetime(2026, 1, 5, tzinfo=LONDON)),
        ("5. siječnja 2026. u 10:30", datetime(2026, 1, 5, 10, 30, tzinfo=LONDON)),
        ("2026. gada 5. janvāris", datetime(2026, 1, 5, tzinfo=LONDON)),
        ("5 fevrier 2026", datetime(2026, 2, 5, tzinfo=LONDON)),
        ("2024-13-45", None),
        ("5 May/June 2026", None),
        ("2023-02-29", None),
        ("1700000000", None),
        ("01/02/2024", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_a_date_is_read_or_it_is_none(text: str | None, moment: datetime | None) -> None:
    assert read_date(text, LONDON) == moment


def test_a_day_alone_is_midnight_at_the_publisher() -> None:
    found = read_date("2026-07-05", LONDON)

    assert found
    assert found.isoformat() == "2026-07-05T00:00:00+01:00"


def test_a_day_in_an_address_is_read() -> None:
    assert date_in_address("https://e.example/2026/01/05/name", UTC) == datetime(
        2026, 1, 5, tzinfo=UTC
    )
    assert date_in_address("https://e.example/2026/13/45/name", UTC) is None
    assert date_in_address("https://e.example/2026/POLITICS/01/05/name/", UTC) == datetime(
        2026, 1, 5, tzinfo=UTC
    )
    assert date_in_address("https://e.example/2026/a/b/01/05/name/", UTC) is None


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("5. Januar 2026", "de", "2026-01-05"),
        ("Montag, 5. Jänner 2026", "de-AT", "2026-01-05"),
        ("lundi 5 janvier 2026", "fr", "2026-01-05"),
        ("1er février 2026", None, "2026-02-01"),
        ("segunda-feira, 5 de janeiro de 2026", "pt-BR", "2026-01-05"),
        ("5 stycznia 2026", "pl", "2026-01-05"),
        ("5 января 2026 г.", "ru", "2026-01-05"),
        ("5 Ιανουαρίου 2026", "el", "2026-01-05"),
        ("8 Ocak 2026", None, "2026-01-08"),
        ("٥ يناير ٢٠٢٦", "ar", "2026-01-05"),
        ("الأحد، 04 آب/أغسطس 2013", "ar", "2013-08-04"),
        ("วันจันทร์ที่ 5 มกราคม 2569", "th", "2026-01-05"),
        ("2026年1月5日（月）", "ja", "2026-01-05"),
        ("令和8年1月5日", "ja", "2026-01-05"),
        ("2026년 1월 5일", "ko", "2026-01-05"),
        ("2026. január 5.", "hu", "2026-01-05"),
        ("2026 m. sausio 5 d.", "lt", "2026-01-05"),
        ("ngày 5 tháng 1, 2026", "vi", "2026-01-05"),
        ("5 Sept 2024", None, "2024-09-05"),
        ("5 Jan ’26", None, "2026-01-05"),
    ],
)
def test_months_have_the_names_and_forms_of_their_language(
    text: str, language: str | None, day: str
) -> None:
    found = read_date(text, UTC, language)

    assert found
    assert found.date().isoformat() == day
    assert is_date(text, language)


def test_a_name_that_means_two_months_needs_its_language() -> None:
    assert read_date("5 listopada 2026", UTC, "pl") == datetime(2026, 11, 5, tzinfo=UTC)
    assert read_date("5 listopada 2026", UTC, "hr") == datetime(2026, 10, 5, tzinfo=UTC)
    assert read_date("5 listopada 2026", UTC) is None


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("08/01/2026 17:00", "en-GB", 8),
        ("08/01/2026", "fr", 8),
        ("08.01.26", "de", 8),
        ("08.01.2026", None, 8),
        ("13/01/2026", None, 13),
        ("01/13/2026", "en-US", 13),
        ("08/01/2026", None, None),
        ("Thu, 01/08/2026 - 10:00", "en", 8),
        ("Thursday, 08/01/2026", "en-US", 8),
        ("Donnerstag, 08/01/2026", None, None),
        ("Mon, 08/01/2026", None, None),
        ("08/01/2026", "en", None),
        ("08/01/2026", "en-US", None),
        ("08/01/2026", "ja", None),
        ("08.01.26", None, None),
        ("26-01-08", None, None),
    ],
)
def test_numbers_are_read_where_their_order_is_known(
    text: str, language: str | None, day: int | None
) -> None:
    found = read_date(text, UTC, language)

    assert (found and (found.month, found.day)) == (day and (1, day))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-05T24:00:00Z", datetime(2026, 1, 6, tzinfo=UTC)),
        ("Mon, 05 Jan 2026 13:00 CET", datetime(2026, 1, 5, 12, tzinfo=UTC)),
        ("Mon, 05 Jan 2026 13:00 XYZ", datetime(2026, 1, 5, 13, tzinfo=LONDON)),
        ("5 janvier 2026 à 10h30", datetime(2026, 1, 5, 10, 30, tzinfo=LONDON)),
        ("05.01.2026, 10.30 Uhr", datetime(2026, 1, 5, 10, 30, tzinfo=LONDON)),
        ("den 5 januari 2026 kl. 10.30", datetime(2026, 1, 5, 10, 30, tzinfo=LONDON)),
        ("January 5th, 2026 at 5pm", datetime(2026, 1, 5, 17, tzinfo=LONDON)),
    ],
)
def test_clocks_are_read_as_people_write_them(text: str, moment: datetime) -> None:
    assert read_date(text, LONDON) == moment


@pytest.mark.parametrize("text", ["Meeting, 5 January 2026", "Room 5 March 2026", "5 boats 2026"])
def test_a_line_with_other_words_is_no_date(text: str) -> None:
    assert not is_date(text)


def test_dates_are_found_among_words() -> None:
    text = "Von Max am 05.01.2026 um 10:30 Uhr. In 2019 and 5 May 26; 7. Februar 2025 bis März."

    found = [(text[start:end], moment.day) for start, end, moment in dates_in(text, UTC, "de")]

    assert found == [("am 05.01.2026 um 10:30 Uhr", 5), ("7. Februar 2025", 7)]
