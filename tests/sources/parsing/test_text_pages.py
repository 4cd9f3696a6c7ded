"""Text pages in the layouts that sites leave when they are copied, each with its right values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from digest.editorial.identity import identify
from digest.model import Quote, Sighting
from digest.sources.parsing.plain_text import read_text

NOW = datetime(2026, 1, 12, tzinfo=UTC)
MILL = "The tide mill at the old quay turns again, two years after the storm that broke its wheel."
WHEEL = "Its new wheel was cut from oak that grew in the college wood, and it weighs nine tonnes."
SAID = "We wanted children to hear the sea at work"
END = "The mill is open on Saturdays from ten until the tide turns."


@dataclass(frozen=True)
class Right:
    headline: str | None = "The tide mill turns again"
    standfirst: str | None = None
    text: tuple[str, ...] = (MILL, WHEEL, END)
    authors: tuple[str, ...] = ("Ann Roe",)
    department: str | None = None
    date: str | None = "2008-05-12"
    tags: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = field(default=())
    alt: str | None = None


PAGES = {
    "each line is a paragraph": (
        f"The tide mill turns again\n{MILL}\n{WHEEL}\n{END}\nBy Ann Roe\n12 May 2008\n",
        Right(),
    ),
    "each line, with publisher and tags": (
        (
            f"Quay College\nThe tide mill turns again\n{MILL}\n{WHEEL}\n{END}\nBy Ann Roe, Monday 12 May 2008\n"
            "Tags: Mill, Tide / See more tags\n"
        ),
        Right(tags=("Mill", "Tide")),
    ),
    "each line, no headline": (
        f"{MILL}\n{WHEEL}\n{END}\nBy Ann Roe\nMonday, 12 May 2008\n",
        Right(headline=None),
    ),
    "pull quote in inverted commas with a role in brackets": (
        (
            f"The tide mill turns again\n\n{MILL}\n\n{WHEEL}\n\n“{SAID}.” – Dr Bo Poe, Reader in Tides (Emeritus)\n\n{END}\n\n"
            "By Ann Roe\n12 May 2008\n"
        ),
        Right(
            standfirst=MILL,
            text=(WHEEL, END),
            quotes=(Quote(text=f"{SAID}.", attribution="Dr Bo Poe, Reader in Tides (Emeritus)"),),
        ),
    ),
    "pull quote on three lines": (
        (
            f"The tide mill turns again\n\n{MILL}\n\n{WHEEL}\n\n“{SAID}.”\n– Bo Poe\nMiller at the quay\n\n{END}\n\n"
            "By Ann Roe\n12 May 2008\n"
        ),
        Right(
            standfirst=MILL,
            text=(WHEEL, END),
            quotes=(Quote(text=f"{SAID}.", attribution="Bo Poe, Miller at the quay"),),
        ),
    ),
    "pull quote in three paragraphs": (
        (
            f"The tide mill turns again\n\n{MILL}\n\n{WHEEL}\n\n“{SAID}.”\n\n– Professor Bo Poe\n\nHead of Tides, School of the Sea\n\n{END}\n\n"
            "By Ann Roe\n12 May 2008\n"
        ),
        Right(
            standfirst=MILL,
            text=(WHEEL, END),
            quotes=(
                Quote(
                    text=f"{SAID}.",
                    attribution="Professor Bo Poe, Head of Tides, School of the Sea",
                ),
            ),
        ),
    ),
    "pull quote in each-line layout": (
        f"The tide mill turns again\n{MILL}\n{WHEEL}\n“{SAID}.”\n– Bo Poe, Miller\n{END}\nBy Ann Roe\n12 May 2008\n",
        Right(quotes=(Quote(text=f"{SAID}.", attribution="Bo Poe, Miller"),)),
    ),
    "disclaimer and see also before the by-line": (
        (
            f"The tide mill turns again\n\n{MILL}\n\n{WHEEL}\n\n{END}\n\n"
            "The views expressed in this article are those of the author. They may not be those of Quay College.\n\n"
            "See also: A bridge for the harbour\n\nBy Ann Roe\n12 May 2008\n"
        ),
        Right(standfirst=MILL, text=(WHEEL, END)),
    ),
    "see also with a list before the by-line": (
        (
            f"The tide mill turns again\n\n{MILL}\n\n{WHEEL}\n\n{END}\n\nSee also\n\nA bridge for the harbour\n\nNine tonnes of oak\n\n"
            "By Ann Roe\n12 May 2008\n"
        ),
        Right(standfirst=MILL, text=(WHEEL, END)),
    ),
    "older layout: by-line with a weekday below the headline": (
        f"The tide mill turns again\n\nBy Ann Roe\nMonday 12 May 2008\n\n{MILL}\n\n{WHEEL}\n\n{END}\n",
        Right(standfirst=MILL, text=(WHEEL, END)),
    ),
    "older layout: date before the by-line, parted by bars": (
        f"The tide mill turns again\n\nMonday, 12 May 2008 | By Ann Roe | Quay News\n\n{MILL}\n\n{WHEEL}\n\n{END}\n",
        Right(standfirst=MILL, text=(WHEEL, END)),
    ),
    "older layout: published on, with a clock": (
        f"The tide mill turns again\n\nPublished on Monday 12 May 2008 at 10:30\n\n{MILL}\n\n{WHEEL}\n\n{END}\n\nby Ann Roe\n",
        Right(standfirst=MILL, text=(WHEEL, END)),
    ),
    "the word by is missing": (
        f"The tide mill turns again\n\nAnn Roe\n12 May 2008\n\n{MILL}\n\n{WHEEL}\n\n{END}\n",
        Right(standfirst=MILL, text=(WHEEL, END)),
    ),
    "author twice, department on a line of its own": (
        (
            f"Quay College\n\nThe tide mill turns again\n\n\nA wheel of oak\n\n{MILL}\n\n{WHEEL}\n\n{END}\n\nReporter\n\nAnn Roe\n\nAnn Roe\n\n"
            "Press Office\n\nMill, Tide\nSee more tags\n"
        ),
        Right(
            standfirst=MILL,
            text=(WHEEL, END),
            department="Press Office",
            date=None,
            tags=("Mill", "Tide"),
            alt="A wheel of oak",
        ),
    ),
    "paragraphs on lines that follow each other": (
        f"The tide mill turns again\n\n{MILL}\n{WHEEL}\n{END}\n\nBy Ann Roe\n12 May 2008\n",
        Right(standfirst=MILL, text=(WHEEL, END)),
    ),
    "pull quote above a name without a dash": (
        f"The tide mill turns again\n\n{MILL}\n\n{WHEEL}\n\n“{SAID}.”\n\nBo Poe\nMiller\n\n{END}\n\nBy Ann Roe\n12 May 2008\n",
        Right(
            standfirst=MILL,
            text=(WHEEL, END),
            quotes=(Quote(text=f"{SAID}.", attribution="Bo Poe, Miller"),),
        ),
    ),
    "posted by, on a weekday": (
        f"The tide mill turns again\n\nPosted by Ann Roe on Monday, May 12, 2008\n\n{MILL}\n\n{WHEEL}\n\n{END}\n",
        Right(standfirst=MILL, text=(WHEEL, END)),
    ),
    "a name and a date parted by a bar": (
        f"The tide mill turns again\n\nAnn Roe | 12 May 2008\n\n{MILL}\n\n{WHEEL}\n\n{END}\n",
        Right(standfirst=MILL, text=(WHEEL, END)),
    ),
    "a by-line with an office": (
        f"The tide mill turns again\n\n{MILL}\n\n{WHEEL}\n\n{END}\n\nBy Ann Roe, Press Office\nMon 12 May 2008\n",
        Right(standfirst=MILL, text=(WHEEL, END)),
    ),
    "a German page": (
        (
            "Die Gezeitenmühle dreht sich wieder\n\nVon Anna Röder\nMontag, 12. Mai 2008\n\n"
            "Zwei Jahre nach dem Sturm dreht sich die Mühle am alten Kai wieder.\n\nIhr neues Rad ist aus Eiche.\n"
        ),
        Right(
            headline="Die Gezeitenmühle dreht sich wieder",
            standfirst="Zwei Jahre nach dem Sturm dreht sich die Mühle am alten Kai wieder.",
            text=("Ihr neues Rad ist aus Eiche.",),
            authors=("Anna Röder",),
        ),
    ),
}


def read(text: str, path: str | None = None) -> Sighting:
    found = read_text(text, Sighting(source="s", path=path), zone=UTC, now=NOW)
    assert found is not None
    return found


@pytest.mark.parametrize("layout", PAGES)
def test_a_page_is_read_in_its_layout(layout: str) -> None:
    text, right = PAGES[layout]

    page = read(text)

    assert (
        Right(
            headline=page.headline,
            standfirst=page.standfirst,
            text=tuple(page.text.split("\n\n")),
            authors=page.authors,
            department=page.department,
            date=page.published.date().isoformat() if page.published else None,
            tags=page.tags,
            quotes=page.quotes,
            alt=page.image.alt if page.image else None,
        )
        == right
    )


@pytest.mark.parametrize("joint", ["\n", "\n\n"])
@pytest.mark.parametrize("length", [3, 5])
@pytest.mark.parametrize("first", [0, 1])
def test_the_same_page_with_and_without_its_headline_is_one_article(
    joint: str, length: int, first: int
) -> None:
    lines = (
        MILL,
        WHEEL,
        END,
        "She cut it by hand, as nobody has on this coast for a century.",
        WHEEL,
    )
    body = joint.join((*lines[:length], "By Ann Roe\n12 May 2008"))
    pages = [read(f"The tide mill turns again{joint}{body}\n", "a.txt"), read(f"{body}\n", "b.txt")]

    (result,) = identify(pages[first:] + pages[:first], {}, now=NOW, backlog=True)

    assert result.article.title == "The tide mill turns again"


def test_two_pages_with_one_short_text_and_headlines_of_their_own_are_two() -> None:
    pages = [
        read(f"{title}\n{MILL}\n{WHEEL}\n", f"{title}.txt") for title in ("One mill", "Two mills")
    ]

    assert len(identify(pages, {}, now=NOW, backlog=True)) == 2


def test_lines_broken_at_a_column_are_one_paragraph() -> None:
    wrapped = "The tide mill at the old quay turns again, two years after the storm\nthat broke its wheel. It was cut from oak of the college wood, and it\nweighs nine tonnes, as the miller says who built it with her own two\nhands.\n"

    assert read(wrapped).text == " ".join(wrapped.split())
