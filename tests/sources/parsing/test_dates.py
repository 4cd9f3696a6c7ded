"""Dates are read as publishers write them, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from digest.sources.parsing.dates import date_in_address, read_date

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-05T10:00:00Z", datetime(2026, 1, 5, 10, tzinfo=UTC)),
        ("2026-01-05 10:00", datetime(2026, 1, 5, 10, tzinfo=LONDON)),
        ("20260105", datetime(2026, 1, 5, tzinfo=LONDON)),
        ("2026-07-05", datetime(2026, 7, 5, tzinfo=LONDON)),
        ("Mon, 05 Jan 2026 10:00:00 EST", datetime(2026, 1, 5, 15, tzinfo=UTC)),
        ("05 Jan 26 10:00 GMT", datetime(2026, 1, 5, 10, tzinfo=UTC)),
        ("Mo, 25 Jun 2018 11:41:36", datetime(2018, 6, 25, 11, 41, 36, tzinfo=LONDON)),
        ("Friday 12th May 2008", datetime(2008, 5, 12, tzinfo=LONDON)),
        ("January 5, 2026, 3:05 pm", datetime(2026, 1, 5, 15, 5, tzinfo=LONDON)),
        ("12 May 2008", datetime(2008, 5, 12, tzinfo=LONDON)),
        ("2024-13-45", None),
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
