"""A headline is the story's: no script's text, and not its site's name."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from digest.model import Sighting
from digest.sources.parsing.html_page import read_page

NOW = datetime(2026, 1, 12, tzinfo=UTC)
TEXT = "<p>The harbour board has chosen a brass clock that predicts the tide for a year.</p>" * 2
CLOCK = "A clock for the quay"
OG = '<meta property="og:title" content="{}">'
SITE = '<meta property="og:site_name" content="{}">'


def headline(head: str, body: str) -> str | None:
    page = f"<html><head>{head}</head><body>{body}{TEXT}</body></html>"
    found = read_page(page, Sighting(source="s"), base=None, zone=UTC, now=NOW)
    assert found is not None
    return found.headline


@pytest.mark.parametrize(
    ("head", "body"),
    [
        # the page prints the title without what stands around it
        (f"<title>{CLOCK} | The Quay Post</title>", f"<h1>{CLOCK}</h1>"),
        (f"<title>Quay Post: {CLOCK}</title>", f"<h1>News</h1><h2>{CLOCK}</h2>"),
        (f"<title>{CLOCK} « Quay Post</title>", f'<div class="entry-title">{CLOCK}</div>'),
        (OG.format(f"{CLOCK} – it tells the tide"), f"<h1>{CLOCK}</h1>"),
        (OG.format("A clock for the…"), f"<h1>{CLOCK}</h1>"),
        (OG.format("A clock for the quay "), f"<h1>Post</h1><h3>{CLOCK}</h3>"),
        # what stands between says that a site's name follows
        (f"<title>{CLOCK} · Quay Post</title>", ""),
        (f"<title>{CLOCK} :: Quay Post</title>", ""),
        (f"<title>{CLOCK}_港新聞网</title>", ""),
        # the site's name is known
        (OG.format(f"{CLOCK} - fit for quay") + SITE.format("Fit for Quay"), ""),
        (OG.format(f"Quay Post – {CLOCK}") + SITE.format("Quay Post"), ""),
        (OG.format(f"{CLOCK} | quay online") + SITE.format("Quay"), ""),
        (
            OG.format(f"{CLOCK} - quaypost.example")
            + '<link rel="canonical" href="https://www.quaypost.example/1">',
            "",
        ),
        (
            OG.format(f"{CLOCK} - Quay Post")
            + f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "publisher": {"@type": "Organization", "name": "Quay Post"}})}</script>',
            "",
        ),
        (
            OG.format(f"Tides and Clocks: {CLOCK}")
            + '<link rel="alternate" type="application/rss+xml" title="Tides and Clocks » Feed">',
            "",
        ),
        (
            OG.format(f"{CLOCK} – Tides and Clocks"),
            '<a rel="home" href="/"><img src="/l.png" alt="Tides and Clocks"></a>',
        ),
        # WordPress named its pages so for years
        (f"<title>Tides » Blog Archive » {CLOCK}</title>", f"<h1>Tides</h1><h2>{CLOCK}</h2>"),
        (f"<title>The Tides of it » Blog Archive » {CLOCK}</title>", "<h1>The Tides of it</h1>"),
        # a bar before a few words is a site's, where nothing else states a title
        (f"<title>{CLOCK} | Some Blog</title>", ""),
        # the logo is no headline, whoever takes it for one
        (
            OG.format("Quay Post") + SITE.format("Quay Post") + f"<title>{CLOCK}</title>",
            "<h1>Quay Post</h1>",
        ),
        (SITE.format("Quay Post"), f'<h1 class="logo">Tides and Clocks</h1><h1>{CLOCK}</h1>'),
        # a script in a heading shows nothing
        ("", f"<h1><style>.a {{}}</style><script>track('x')</script>{CLOCK}</h1>"),
    ],
)
def test_a_headline_is_what_the_story_is_called(head: str, body: str) -> None:
    assert headline(head, body) == CLOCK


@pytest.mark.parametrize(
    "title",
    ["Comment: a clock for whom?", "Tides, and what they are – an essay", "Berlin: clocks stop"],
)
def test_what_is_no_sites_name_stays(title: str) -> None:
    assert headline(OG.format(title) + SITE.format("Berliner Tide"), "") == title


def test_a_page_prints_its_own_quotation_marks() -> None:
    assert headline(OG.format("The &quot;quay&quot;"), "<h1>The “quay”</h1>") == "The “quay”"


@pytest.mark.parametrize(
    "title",
    [
        f"{CLOCK} | Quay Post | News for the quay and the harbour",
        f"{CLOCK} | Quay Post – News for the quay and the harbour",
        f"{CLOCK} @ Quay Post",
        f"{CLOCK} (Quay Post)",
        f"{CLOCK} [Quay Post]",
        f"{CLOCK}, Quay Post",
        f"{CLOCK} ▷ Quay Post",
        f"{CLOCK} // Quay Post",
        f"{CLOCK} -Quay Post",
        f"{CLOCK}_Quay Post",
        f"{CLOCK} - Seite 1 - Quay Post",
    ],
)
def test_the_sites_name_goes_with_what_stands_around_it(title: str) -> None:
    assert headline(f"<title>{title}</title>{SITE.format('Quay Post')}", "") == CLOCK


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Quay Post", f'<h1><a href="/">Quay Post</a></h1><h2>{CLOCK}</h2>'),
        ("Quay Post - News", f'<div id="logo"><h1>Quay Post</h1></div><h2>{CLOCK}</h2>'),
        ("News | Quay Post", f"<h2>{CLOCK}</h2>"),
        ("Quay Post", f'<h3 class="post-title">{CLOCK}</h3>'),
        ("Quay Post", f'<div class="headline">{CLOCK}</div>'),
    ],
)
def test_a_page_that_is_titled_as_its_site_prints_the_headline(title: str, body: str) -> None:
    assert headline(f"<title>{title}</title>{SITE.format('Quay Post')}", body) == CLOCK
