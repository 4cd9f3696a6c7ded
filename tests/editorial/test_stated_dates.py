from __future__ import annotations

from datetime import UTC, datetime

import pytest

from digest.editorial.stated_dates import stated_days
from tests.helpers.make import article

PUBLISHED = datetime(2025, 12, 30, 9, tzinfo=UTC)


def said(text: str, published: datetime | None = PUBLISHED) -> list[tuple[str, str]]:
    found = stated_days(article("a", text=text, published=published, summary=""), "Europe/London")
    return [(event.kind, event.at.isoformat()) for event in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Applications close on Friday 23 January 2026 at 17:00.",
            ("deadline", "2026-01-23T17:00:00+00:00"),
        ),
        ("The lecture is held on 14 January at 6.30pm.", ("event", "2026-01-14T18:30:00+00:00")),
        ("Submit by June 3rd, 2026.", ("deadline", "2026-06-03T23:59:00+01:00")),
        ("The exhibition opens 2026-02-01.", ("event", "2026-02-01T00:00:00+00:00")),
        ("Register before noon on 5 Feb 2026.", ("deadline", "2026-02-05T12:00:00+00:00")),
    ],
)
def test_a_day_that_is_written_out_is_read(text: str, expected: tuple[str, str]) -> None:
    assert said(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "The lecture is on Friday.",
        "Applications close on 31 February 2026.",
        "In March 400 people came.",
        "The bridge was finished on 4 May 1910.",
        "Register at desk 12/2026-01-01/x.",
    ],
)
def test_nothing_is_invented(text: str) -> None:
    assert said(text) == []


def test_a_year_that_nobody_wrote_needs_a_publication_date() -> None:
    assert said("Apply by 14 January.", None) == []
    assert said("Apply by 14 January 2026.", None) != []
