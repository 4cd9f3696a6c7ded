from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree as ET

import feedparser

from digest.render.atom import FeedIssue, atom_feed
from tests.helpers.make import NOW

AT = {"url": "https://u.example/archive/w/feed.atom", "page": "https://u.example/archive/w"}
WORDS = {"title": "This week", "author": "Northgate", "language": "en-GB"}


def entry(number: int, title: str = "A subject") -> FeedIssue:
    url = f"https://u.example/archive/w/{number}"
    return FeedIssue(url=url, title=title, summary="And more", at=NOW - timedelta(days=number))


def test_a_feed_reader_reads_it_and_finds_absolute_links() -> None:
    found = feedparser.parse(atom_feed([entry(1), entry(2)], **AT, **WORDS))

    assert found.version == "atom10"
    assert not found.bozo
    assert found.feed.updated == "2026-01-11T06:00:00Z"
    assert {link.rel: link.href for link in found.feed.links} == {
        "self": AT["url"],
        "alternate": AT["page"],
    }
    assert [(e.id, e.link, e.title, e.summary) for e in found.entries] == [
        (each.url, each.url, "A subject", "And more") for each in (entry(1), entry(2))
    ]


def test_every_element_that_rfc_4287_requires_stands_once() -> None:
    space = "{http://www.w3.org/2005/Atom}"
    for entries in ([], [entry(1)]):
        feed = ET.fromstring(atom_feed(entries, **AT, **WORDS))  # noqa: S314 - our own
        for holder in (feed, *feed.findall(f"{space}entry")):
            for name in ("id", "title", "updated"):
                (one,) = holder.findall(f"{space}{name}")
                assert one.text
        assert feed.findtext(f"{space}author/{space}name") == "Northgate"


def test_hostile_words_stay_words() -> None:
    title = "]]> <script>&\x00\x0b\ufffe\ud800 tea"
    found = feedparser.parse(atom_feed([entry(1, title)], **AT, **WORDS))

    assert not found.bozo
    assert found.entries[0].title_detail.type == "text/plain"
    assert found.entries[0].title == "]]> <script>& tea"
