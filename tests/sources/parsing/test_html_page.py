"""A page gives what it states of itself first, and nothing that it does not say."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import lxml.html
import pytest

from digest.model import Image, Quote, Sighting
from digest.sources.parsing.html_page import read_page
from digest.sources.parsing.markdown import read_note
from digest.sources.parsing.page_body import _extracted
from digest.sources.parsing.unreadable import Unpublished

NOW = datetime(2026, 1, 12, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
BODY = """<p>The harbour board has chosen a brass clock that predicts the tide for a whole year.</p>
<p>It stands on the quay beside the customs house, and children can turn its hands on their way.</p>
<h2>What comes next</h2><p>The clock will be copied for every school in the city before summer.</p>"""


def read(head: str = "", body: str = BODY, base: str | None = None, lead: str = "") -> Sighting:
    text = (
        f'<!doctype html><html lang="en-GB"><head>{head}</head><body><nav><a href="/">Home</a> <a href="/n">'
        f"News</a></nav><main><article><h1>A clock for the quay</h1>{lead}{body}</article></main><footer>"
        f"<p>Copyright 2019 Northgate University. All rights reserved.</p></footer></body></html>"
    )
    found = read_page(text, Sighting(source="s"), base=base, zone=LONDON, now=NOW)
    assert found is not None
    return found


def json_ld(**facts: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **facts})}</script>'


def test_json_ld_gives_all_that_it_says() -> None:
    page = read(
        '<link rel="canonical" href="https://e.example/news/1?utm_source=x">'
        + json_ld(
            headline="A clock &amp; a quay",
            description="It won.",
            author=[
                {
                    "@type": "Person",
                    "name": "Sam Pole",
                    "affiliation": {"name": "Press Office"},
                }
            ],
            datePublished="2026-01-05T10:00:00+01:00",
            dateModified="2026-01-06",
            keywords="Ocean, Strategy-x",
            image={"url": "/i.jpg", "caption": "A clock", "width": "900"},
            inLanguage="cy",
        )
    )

    assert page.url == "https://e.example/news/1"
    assert page.headline == "A clock & a quay"
    assert page.summary == "It won."
    assert (page.authors, page.department) == (("Sam Pole",), "Press Office")
    assert page.published == datetime(2026, 1, 5, 10, tzinfo=timezone(timedelta(hours=1)))
    assert page.date_source == "page"
    assert page.updated == datetime(2026, 1, 6, tzinfo=LONDON)
    assert page.tags == ("Ocean", "Strategy-x")
    assert page.image == Image(url="https://e.example/i.jpg", alt="A clock", width=900)
    assert page.language == "cy"


def test_opengraph_and_meta_tags_give_what_they_say() -> None:
    page = read(
        '<meta property="og:title" content="OG title - Northgate"><meta property="og:site_name" '
        'content="Northgate"><meta property="og:url" content="https://e.example/1"><meta property="og:image" '
        'content="https://e.example/i.jpg"><meta property="og:image:alt" content="A clock"><meta '
        'property="article:published_time" content="2026-01-05T10:00:00Z"><meta property="article:tag" '
        'content="Ocean"><meta name="keywords" content="ocean, City"><meta name="author" content="By Sam Pole">'
    )

    assert (page.headline, page.url) == ("OG title", "https://e.example/1")
    assert page.image == Image(url="https://e.example/i.jpg", alt="A clock")
    assert page.published == datetime(2026, 1, 5, 10, tzinfo=UTC)
    assert page.tags == ("Ocean", "City")
    assert page.authors == ("Sam Pole",)


def test_microdata_gives_what_it_says() -> None:
    page = read(
        body='<div itemscope itemtype="https://schema.org/NewsArticle"><h2 itemprop="headline">Micro</h2>'
        '<span itemprop="author" itemscope itemtype="https://schema.org/Person"><b itemprop="name">Sam Pole</b>'
        '</span><time itemprop="datePublished" datetime="2026-01-05">5 January</time>'
        f'<meta itemprop="keywords" content="Ocean">{BODY}</div>'
    )

    assert page.headline == "Micro"
    assert page.authors == ("Sam Pole",)
    assert page.published == datetime(2026, 1, 5, tzinfo=LONDON)
    assert page.tags == ("Ocean",)


def test_a_graph_is_searched_for_its_article_and_references_are_followed() -> None:
    graph = {
        "@graph": [
            {"@type": "WebSite", "name": "Northgate", "url": "https://e.example/"},
            {"@type": ["Article"], "headline": "In the graph", "author": {"@id": "#sam"}},
            {"@type": "Person", "@id": "#sam", "name": "Sam Pole"},
        ]
    }
    page = read(
        f'<script type="application/ld+json">/*<![CDATA[*/ </script><script type="application/ld+json">{json.dumps(graph)}</script>'
    )

    assert (page.headline, page.authors) == ("In the graph", ("Sam Pole",))


def test_a_silent_page_says_nothing() -> None:
    page = read()

    assert page.headline == "A clock for the quay"
    assert (page.url, page.published, page.date_source, page.updated) == (None, None, None, None)
    assert (page.authors, page.department, page.tags, page.image) == ((), None, (), None)
    assert (page.standfirst, page.summary, page.guid) == (None, None, None)


def test_the_body_is_the_article_without_its_surroundings() -> None:
    page = read()

    assert page.text.startswith("The harbour board has chosen a brass clock")
    assert page.text.endswith("in the city before summer.")
    assert "What comes next" in page.text.split("\n\n")
    assert "Home" not in page.text
    assert "Copyright" not in page.text
    assert page.html.startswith("<p>The harbour board")


def test_a_short_page_is_read_too() -> None:
    assert read(body="<p>The clock has won.</p>").text == "The clock has won."


@pytest.mark.parametrize(
    ("head", "lead", "published", "source"),
    [
        ("", '<p class="date">5 January 2026</p>', datetime(2026, 1, 5, tzinfo=LONDON), "page"),
        (
            "",
            '<time datetime="2026-01-05T10:00:00Z">then</time>',
            datetime(2026, 1, 5, 10, tzinfo=UTC),
            "page",
        ),
        (
            '<link rel="canonical" href="https://e.example/2026/01/05/x">',
            "",
            datetime(2026, 1, 5, tzinfo=LONDON),
            "url",
        ),
        ("", "<p>The customs house was built on 3 March 1998 by hand.</p>", None, None),
        ('<meta name="date" content="nonsense">', "", None, None),
        ('<meta name="date" content="2031-01-05">', "", None, None),
    ],
)
def test_a_date_is_the_pages_own_or_none(
    head: str, lead: str, published: datetime | None, source: str | None
) -> None:
    page = read(head, lead=lead)

    assert (page.published, page.date_source) == (published, source)


def test_where_statements_disagree_the_structured_one_wins() -> None:
    page = read(
        json_ld(headline="Mine", datePublished="2026-01-05"),
        lead="<time pubdate datetime='2020-02-02'>2 February 2020</time>",
    )

    assert page.headline == "Mine"
    assert page.published == datetime(2026, 1, 5, tzinfo=LONDON)


def test_a_standfirst_is_only_what_is_marked_as_one() -> None:
    page = read(lead='<p class="article standfirst">A clock has won the harbour prize.</p>')

    assert page.standfirst == "A clock has won the harbour prize."


def test_tag_lists_give_tags_and_tell_when_they_are_cut() -> None:
    tail = '<ul class="tags"><li><a href="/t/o">Ocean</a></li><li><a href="/t">See more tags</a></li></ul>'
    page = read('<meta name="keywords" content="City">', body=BODY + tail)

    assert (page.tags, page.tags_cut) == (("City", "Ocean"), True)


def test_a_pull_quote_has_its_words_and_its_speaker() -> None:
    page = read(
        body=BODY
        + "<aside><blockquote>“It sees the moon.” <cite>Dr Ada Quill</cite></blockquote></aside>"
    )

    assert page.quotes == (Quote(text="It sees the moon.", attribution="Dr Ada Quill"),)


def test_the_alt_text_of_a_stated_picture_is_found_on_the_page() -> None:
    page = read(
        '<meta property="og:image" content="https://e.example/files/i.jpg">',
        lead='<img src="files/i.jpg" alt="A clock on a quay">',
    )

    assert page.image == Image(url="https://e.example/files/i.jpg", alt="A clock on a quay")


def test_relative_addresses_start_from_the_page_or_the_base() -> None:
    body = BODY.replace("brass clock", '<a href="more">brass clock</a>')

    assert 'href="https://b.example/n/more"' in read(body=body, base="https://b.example/n/").html
    canonical = '<link rel="canonical" href="https://e.example/a/1">'
    assert 'href="https://e.example/a/more"' in read(canonical, body, "https://b.example/n/").html


@pytest.mark.parametrize(
    "text", ["", "no markup", "<html></html>", "<!-- -->", "<html><body><p></p>"]
)
def test_what_holds_no_article_is_none(text: str) -> None:
    assert read_page(text, Sighting(source="s"), base=None, zone=UTC, now=NOW) is None


NOTE = """---
title: "A clock: for the quay"
standfirst: It has won.
date: 2026-01-05
updated: 2026-01-06 10:00
author: [Sam Pole, {name: Ada Quill}]
department: Press Office
tags: [Ocean, Strategy-x]
image: {url: images/i.jpg, alt: A clock}
url: /news/1
---
# A clock: for the quay

It **stands** on the [quay](quay).

<script>alert(1)</script>
"""


def note(text: str, base: str | None = "https://e.example/") -> Sighting | None:
    return read_note(text, Sighting(source="s"), base=base, zone=LONDON, now=NOW)


def test_a_note_gives_all_that_it_says() -> None:
    page = note(NOTE)

    assert page is not None
    assert (page.headline, page.standfirst) == ("A clock: for the quay", "It has won.")
    assert page.url == "https://e.example/news/1"
    assert page.published == datetime(2026, 1, 5, tzinfo=LONDON)
    assert page.updated == datetime(2026, 1, 6, 10, tzinfo=LONDON)
    assert (page.authors, page.department) == (("Sam Pole", "Ada Quill"), "Press Office")
    assert page.tags == ("Ocean", "Strategy-x")
    assert page.image == Image(url="https://e.example/images/i.jpg", alt="A clock")
    assert page.text == "It stands on the quay."
    assert (
        page.html
        == '<p>It <strong>stands</strong> on the <a href="https://e.example/quay">quay</a>.</p>'
    )


def test_a_note_without_front_matter_begins_with_its_title() -> None:
    page = note("# A clock\n\nIt stands.\n", base=None)

    assert page is not None
    assert (page.headline, page.text, page.url, page.published) == (
        "A clock",
        "It stands.",
        None,
        None,
    )


@pytest.mark.parametrize("line", ["draft: true", "published: false", "private: true"])
def test_a_draft_is_never_read(line: str) -> None:
    with pytest.raises(Unpublished):
        note(f"---\ntitle: A\n{line}\n---\nText.\n")


@pytest.mark.parametrize("front", ["[", "a: *x", "- 1", "title: {a: b}", "tags: 7", "image: [1]"])
def test_front_matter_that_makes_no_sense_costs_only_itself(front: str) -> None:
    page = note(f"---\n{front}\n---\nText.\n")

    assert page is not None
    assert page.text == "Text."


def test_teasers_of_other_articles_are_no_body() -> None:
    long = " ".join(
        f"<p>{BODY[3:80]} The board said so on day {n}, and that it was glad.</p>" for n in range(6)
    )
    teasers = "".join(
        f'<div class="teaser"><p>Read another story, number {n}.</p></div>' for n in range(9)
    )
    text = f'<html><body><div class="content">{long}</div><div class="related">{teasers}</div></body></html>'
    page = read_page(text, Sighting(source="s"), base=None, zone=UTC, now=NOW)

    assert page is not None
    assert "The board said so on day 5" in page.text
    assert "Read another story" not in page.text


def test_the_extractor_takes_what_it_is_asked() -> None:
    tree = lxml.html.document_fromstring(f"<html><body><article>{BODY * 3}</article></body></html>")

    assert _extracted(tree) is not None
