"""Plain-text pages are read by their layout, and nothing in them is made up."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from digest.model import Image, Quote, Sighting
from digest.sources.parsing.plain_text import read_text

NOW = datetime(2026, 1, 12, tzinfo=UTC)
SEED = Path(__file__).parents[4] / "shared" / "seed"
PAGE = """Northgate University

Tide clock wins the harbour prize


Brass clock on a wall

Dr Ada Quill showed the clock to the harbour board on Tuesday.

The clock predicts the tide for a year. Its makers want it to stand in every school.

We built it so that children can see the moon at work. Dr Ada Quill Reader in Oceanography

What comes next

"We built it so that children can see the moon at work," she said. The next one is for Gdańsk.

Sam Pole

Sam Pole
Office of the Provost


Comms-strategy-Civic-partner, Ocean, City
See more tags
"""


def read(text: str) -> Sighting:
    found = read_text(text, Sighting(source="s"), zone=ZoneInfo("Europe/London"), now=NOW)
    assert found is not None
    return found


def test_every_part_of_a_page_is_found() -> None:
    page = read(PAGE)

    assert page.headline == "Tide clock wins the harbour prize"
    assert page.standfirst == "Dr Ada Quill showed the clock to the harbour board on Tuesday."
    assert page.image == Image(url=None, alt="Brass clock on a wall")
    assert page.authors == ("Sam Pole",)
    assert page.department == "Office of the Provost"
    assert page.tags == ("Comms-strategy-Civic-partner", "Ocean", "City")
    assert page.tags_cut
    assert page.quotes == (
        Quote(
            text="We built it so that children can see the moon at work.",
            attribution="Dr Ada Quill Reader in Oceanography",
        ),
    )


def test_what_the_page_does_not_say_stays_unsaid() -> None:
    page = read(PAGE)

    assert (page.published, page.date_source, page.url, page.guid) == (None, None, None, None)
    assert page.image
    assert page.image.url is None


def test_the_body_is_whole_and_without_furniture() -> None:
    page = read(PAGE)

    assert page.text.startswith("The clock predicts the tide for a year.")
    assert page.text.endswith("The next one is for Gdańsk.")
    assert "Sam Pole" not in page.text
    assert "Reader in Oceanography" not in page.text
    assert "<h3>What comes next</h3>" in page.html


def test_a_body_that_begins_with_the_standfirst_keeps_it() -> None:
    standfirst = "A clock has won a prize."
    page = read(f"Title of it\n\n\n{standfirst}\n\n{standfirst} It is made of brass.\n\nThe end.\n")

    assert page.standfirst == standfirst
    assert page.text == f"{standfirst} It is made of brass.\n\nThe end."


def test_a_missing_headline_is_none() -> None:
    page = read("Northgate University\n\n\nBrass clock\n\nA clock has won.\n\nIt is of brass.\n")

    assert page.headline is None
    assert page.standfirst == "A clock has won."


def test_a_missing_publisher_moves_nothing() -> None:
    page = read(PAGE.split("\n", 2)[2])

    assert page.headline == "Tide clock wins the harbour prize"
    assert page.image == Image(url=None, alt="Brass clock on a wall")


@pytest.mark.parametrize("alt", ["Brass clock\n\nBrass clock", "Brass clock Brass clock"])
def test_an_alt_text_printed_twice_counts_once(alt: str) -> None:
    page = read(f"A title here\n\n\n{alt}\n\nA clock has won.\n\nIt is of brass.\n")

    assert page.image == Image(url=None, alt="Brass clock")


@pytest.mark.parametrize("by", ["by", "by ,", "by  and", "By"])
def test_a_by_line_without_names_is_furniture(by: str) -> None:
    page = read(f"A title here\n\n{by}\n\nBrass clock\n\nA clock has won.\n\nIt is of brass.\n")

    assert page.image == Image(url=None, alt="Brass clock")
    assert page.authors == ()
    assert by not in page.text.split()


def test_an_older_page_has_its_author_and_date_at_the_end() -> None:
    page = read("A title here\n\nA clock has won.\n\nIt is of brass.\n\nBy Sam Pole\n12 May 2008\n")

    assert page.authors == ("Sam Pole",)
    assert page.published == datetime(2008, 5, 12, tzinfo=ZoneInfo("Europe/London"))
    assert page.published.isoformat() == "2008-05-12T00:00:00+01:00"
    assert page.date_source == "page"
    assert page.text == "It is of brass."


def test_a_by_line_may_carry_its_date_and_several_names() -> None:
    page = read("A title\n\nOne won.\n\nIt did.\n\nBy Sam Pole and Ada Quill, 12 May 2008\n")

    assert page.authors == ("Sam Pole", "Ada Quill")
    assert page.published is not None


@pytest.mark.parametrize(
    "line",
    [
        "“It sees the moon.” – Dr Ada Quill, Reader",
        "It sees the moon. - Dr Ada Quill, Reader",
        "It sees the moon. Dr Ada Quill, Reader",
    ],
)
def test_a_pull_quote_may_have_a_dash(line: str) -> None:
    page = read(f"A title\n\nOne won.\n\nIt did this.\n\n{line}\n\nAnd then it ended.\n")

    assert page.quotes == (Quote(text="It sees the moon.", attribution="Dr Ada Quill, Reader"),)


@pytest.mark.parametrize(
    "line",
    [
        "He left. Professor Smith said that it was good",
        "More is on the harbour site. Read it there",
        "The moon does it. Then the tide comes",
    ],
)
def test_a_sentence_without_a_full_stop_is_no_pull_quote(line: str) -> None:
    page = read(f"A title\n\nOne won.\n\nIt did this.\n\n{line}\n\nAnd then it ended.\n")

    assert page.quotes == ()
    assert line in page.text


@pytest.mark.parametrize(
    "end",
    ["Ocean, City See more tags", "Ocean, City\nSee more tags", "Ocean, City\n\nSee more tags"],
)
def test_see_more_tags_says_that_the_list_is_cut(end: str) -> None:
    page = read(f"A title\n\nOne won.\n\nIt did this.\n\n{end}\n")

    assert page.tags == ("Ocean", "City")
    assert page.tags_cut


def test_a_complete_tag_line_is_not_cut() -> None:
    page = read("A title\n\nOne won.\n\nIt did this.\n\nOcean, City\n")

    assert page.tags == ("Ocean", "City")
    assert not page.tags_cut


def test_furniture_between_author_and_tags_goes() -> None:
    page = read(
        "A title\n\nOne won.\n\nIt did this.\n\nReporter\n\nSam Pole\n\nSam Pole\nPress Office\n\n"
        "Click to expand or contract\n\nContact details\n\nTel: +44 20 7946 0000\n"
        "Email: sam@northgate.example\nShow all stories by this author\n\nOcean, City\n"
    )

    assert (page.authors, page.department) == (("Sam Pole",), "Press Office")
    assert page.text == "It did this."
    assert page.tags == ("Ocean", "City")


def test_an_empty_file_is_no_article() -> None:
    assert read_text(" \n\n", Sighting(source="s"), zone=UTC, now=NOW) is None


@pytest.mark.skipif(not SEED.is_dir(), reason="the seed lies beside the project only at home")
def test_the_seed_gives_all_that_it_says() -> None:
    page = read(next(SEED.glob("*.txt")).read_text("utf-8"))

    assert page.headline == (
        "Imperial’s Provost urges global collaboration in quantum research in Brussels"
    )
    assert page.standfirst
    assert page.standfirst.startswith("Professor Ian Walmsley spoke about quantum technologies")
    assert page.image == Image(url=None, alt="Man in lab")
    assert page.text.startswith("Imperial’s Provost Professor Ian Walmsley set out")
    assert page.text.endswith("are available on the Science Business site")
    assert [q.text for q in page.quotes] == [
        "Collectively, we have best chance to find the ideas that will be transformative in the field."
    ]
    assert page.quotes[0].attribution == "Professor Ian Walmsley Provost"
    assert (page.authors, page.department) == (("Lisa Bungeroth",), "Office of the President")
    assert page.tags == (
        "Comms-strategy-International-university",
        "Strategy-decision-makers",
        "4IR",
        "International",
        "European-Union",
    )
    assert (page.tags_cut, page.published, page.url) == (True, None, None)
