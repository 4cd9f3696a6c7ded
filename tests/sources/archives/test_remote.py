"""Archives at addresses: sitemaps are crawled, feeds walked back, files taken, all of it politely."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.errors import SourceError
from digest.model import Source
from digest.ports import Pulled, State
from digest.sources.archives.sitemap import is_sitemap, read_sitemap
from digest.sources.pull import Puller
from tests.helpers.loopback import HOST, Answer, Script, server

NOW = datetime(2026, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
PAGE = """<html><head>{1}</head><body><article><h1>{0}</h1><p>The harbour board has chosen a brass clock
for the quay, and it stands there for all to see.</p></article></body></html>"""
MAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">{}</urlset>"""


@pytest.fixture
def script() -> Iterator[Script]:
    with server() as script:
        yield script


class Importer:
    """Somebody who pulls one archive again and again."""

    def __init__(self, url: str) -> None:
        self.source = Source(name="a", kind="archive", location=url, allow_hosts=(HOST,))
        self.state: State = {}
        self.now = NOW

    def pull(self) -> list[Pulled]:
        self.now += DAY
        puller = Puller(Path("/nowhere"), "digest/1 (+https://e.example)", pause=0, workers=0)
        batches = list(puller.pull([self.source], {"a": self.state}, self.now))
        self.state = json.loads(json.dumps(batches[-1].state))
        return batches

    def headlines(self) -> list[str | None]:
        return [s.headline for b in self.pull() for s in b.sightings]


def page(script: Script, path: str, title: str, head: str = "") -> str:
    return script.says(path, Answer(body=PAGE.format(title, head).encode()))


def sitemap(script: Script, path: str, *locations: str) -> str:
    inner = "".join(f"<url><loc>{u}</loc><lastmod>2026-01-01</lastmod></url>" for u in locations)
    return script.says(path, Answer(body=MAP.format(inner).encode()))


def test_the_pages_of_a_sitemap_are_read_once(script: Script) -> None:
    urls = [page(script, f"/{n}", f"Page {n}") for n in range(3)]
    importer = Importer(sitemap(script, "/sitemap.xml", *urls))

    assert importer.headlines() == ["Page 0", "Page 1", "Page 2"]
    assert [b.status for b in importer.pull()] == ["unchanged"]
    assert [r.path for r in script.requests] == ["/sitemap.xml", "/0", "/1", "/2", "/sitemap.xml"]


def test_a_page_that_says_it_has_changed_is_read_again(script: Script) -> None:
    urls = [page(script, f"/{n}", f"Page {n}") for n in range(2)]
    importer = Importer(sitemap(script, "/sitemap.xml", *urls))
    importer.pull()
    changed = f"<url><loc>{urls[0]}</loc></url><url><loc>{urls[1]}</loc><lastmod>2026-01-09</lastmod></url>"
    script.says("/sitemap.xml", Answer(body=MAP.format(changed).encode()))

    assert "Page 1" in importer.headlines()


def test_an_index_of_gzipped_sitemaps_is_followed_once(script: Script) -> None:
    inner = MAP.format(f"<url><loc>{page(script, '/1', 'Page 1')}</loc></url>").encode()
    child = script.says("/child", Answer(body=gzip.compress(inner)))
    index = f"<sitemapindex><sitemap><loc>{child}</loc></sitemap><sitemap><loc>/index</loc></sitemap></sitemapindex>"
    importer = Importer(script.says("/index", Answer(body=index.encode())))

    assert importer.headlines() == ["Page 1"]
    assert [r.path for r in script.requests] == ["/index", "/child", "/1"]


def test_what_the_news_extension_says_fills_what_the_page_does_not(script: Script) -> None:
    said = '<meta property="article:published_time" content="2026-01-02T10:00:00Z">'
    news = (
        "<url><loc>{}</loc><lastmod>2026-01-09</lastmod><news:news><news:publication_date>2026-01-05T10:00:00Z"
        "</news:publication_date><news:title>N</news:title><news:keywords>Ocean, Strategy-x</news:keywords>"
        "</news:news><image:image><image:loc>https://e.example/i.jpg</image:loc><image:caption>A clock"
        "</image:caption></image:image></url>"
    )
    urls = [page(script, "/silent", "Silent"), page(script, "/said", "Said", said)]
    importer = Importer(
        script.says("/map", Answer(body=MAP.format("".join(news.format(u) for u in urls)).encode()))
    )
    (batch,) = importer.pull()
    silent, told = batch.sightings

    assert silent.published == datetime(2026, 1, 5, 10, tzinfo=UTC)
    assert told.published == datetime(2026, 1, 2, 10, tzinfo=UTC)
    assert (silent.date_source, told.date_source) == ("feed", "page")
    assert silent.tags == told.tags == ("Ocean", "Strategy-x")
    assert silent.image
    assert silent.image.alt == "A clock"


def test_the_date_of_a_change_is_no_publication_date(script: Script) -> None:
    importer = Importer(sitemap(script, "/map", page(script, "/1", "Page")))

    assert [s.published for b in importer.pull() for s in b.sightings] == [None]


def test_pages_of_other_hosts_are_not_asked(script: Script) -> None:
    mine = page(script, "/1", "Mine")
    importer = Importer(
        sitemap(script, "/map", mine, "http://169.254.169.254/x", "https://other.example/")
    )

    assert importer.headlines() == ["Mine"]


def test_a_page_that_fails_is_told_and_tried_again_if_it_may_come_back(script: Script) -> None:
    gone = script.says("/gone", Answer(404))
    busy = script.says("/busy", Answer(503), Answer(body=PAGE.format("Busy", "").encode()))
    importer = Importer(sitemap(script, "/map", gone, busy))
    (first,) = importer.pull()
    script.says("/map", Answer(body=MAP.format(f"<url><loc>{busy}</loc></url>").encode()))

    assert first.warnings == (f"{gone}: it answers (404)", f"{busy}: it answers (503)")
    assert importer.headlines() == ["Busy"]


def test_a_list_of_addresses_is_a_sitemap() -> None:
    text = b"https://e.example/1\nhttps://e.example/2?utm_source=x\n\nnonsense\n"

    assert is_sitemap(text[:40])
    assert [p.url for p in read_sitemap(text, "https://e.example/").pages] == [
        "https://e.example/1",
        "https://e.example/2",
    ]
    assert not is_sitemap(b"<rss version='2.0'>")
    assert not is_sitemap(b"")


def feed(items: str, links: str = "", generator: str = "") -> bytes:
    return (
        f'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>N</title>{generator}'
        f"{links}{items}</channel></rss>"
    ).encode()


def entry(n: int) -> str:
    return (
        f"<item><guid>{n}</guid><title>Entry {n}</title><link>https://e.example/{n}</link></item>"
    )


@pytest.mark.parametrize("relation", ["next", "prev-archive"])
def test_a_paged_feed_is_walked_to_its_end(relation: str, script: Script) -> None:
    script.says("/3", Answer(body=feed(entry(1))))
    script.says("/2", Answer(body=feed(entry(2), f'<atom:link rel="{relation}" href="/3"/>')))
    link = f'<atom:link rel="{relation}" href="{script.origin}/2"/>'
    importer = Importer(script.says("/feed", Answer(body=feed(entry(3), link))))

    assert importer.headlines() == ["Entry 3", "Entry 2", "Entry 1"]


def test_later_pulls_walk_only_down_to_what_was_newest(script: Script) -> None:
    script.says("/3", Answer(body=feed(entry(1))))
    script.says(
        "/2", Answer(body=feed(entry(2), f'<atom:link rel="next" href="{script.origin}/3"/>'))
    )
    link = f'<atom:link rel="next" href="{script.origin}/2"/>'
    importer = Importer(script.says("/feed", Answer(body=feed(entry(3), link))))
    importer.pull()
    script.says("/feed", Answer(body=feed(entry(4) + entry(3), link)))

    assert importer.headlines() == ["Entry 4", "Entry 3"]


def test_a_feed_whose_pages_go_round_ends(script: Script) -> None:
    script.says(
        "/2", Answer(body=feed(entry(2), f'<atom:link rel="next" href="{script.origin}/feed"/>'))
    )
    link = f'<atom:link rel="next" href="{script.origin}/2"/>'
    importer = Importer(script.says("/feed", Answer(body=feed(entry(3), link))))

    assert importer.headlines() == ["Entry 3", "Entry 2"]


def test_pages_that_bring_nothing_new_end_the_walk(script: Script) -> None:
    for n in range(2, 30):
        link = f'<atom:link rel="next" href="{script.origin}/{n + 1}"/>'
        script.says(f"/{n}", Answer(body=feed(entry(1), link)))
    link = f'<atom:link rel="next" href="{script.origin}/2"/>'
    importer = Importer(script.says("/feed", Answer(body=feed(entry(1), link))))
    importer.pull()

    assert len(script.requests) == 2


def test_wordpress_pages_are_asked_by_number_until_there_are_none(script: Script) -> None:
    wordpress = "<generator>https://wordpress.org/?v=6.4</generator>"
    script.says("/feed?paged=2", Answer(body=feed(entry(1), generator=wordpress)))
    importer = Importer(script.says("/feed", Answer(body=feed(entry(2), generator=wordpress))))

    assert importer.headlines() == ["Entry 2", "Entry 1"]
    assert [r.path for r in script.requests] == ["/feed", "/feed?paged=2", "/feed?paged=3"]
    assert importer.state["resume"] is None


def test_a_json_feed_is_walked_by_next_url(script: Script) -> None:
    def document(n: int, following: str | None) -> bytes:
        items = [{"id": str(n), "title": f"Entry {n}"}]
        return json.dumps({"version": "1.1", "items": items, "next_url": following}).encode()

    script.says("/2", Answer(body=document(1, None)))
    importer = Importer(script.says("/feed", Answer(body=document(2, f"{script.origin}/2"))))

    assert importer.headlines() == ["Entry 2", "Entry 1"]


def test_a_walk_that_broke_off_goes_on(script: Script) -> None:
    last = Answer(body=feed(entry(1)))
    script.says("/2", Answer(500), last)
    link = f'<atom:link rel="next" href="{script.origin}/2"/>'
    importer = Importer(script.says("/feed", Answer(body=feed(entry(2), link))))

    assert importer.headlines() == ["Entry 2"]
    assert "Entry 1" in importer.headlines()


def test_a_zip_at_an_address_is_read(script: Script) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.html", PAGE.format("A title", ""))
    importer = Importer(
        script.says("/a.zip", Answer(200, {"ETag": '"1"'}, file.getvalue()), Answer(304))
    )

    assert importer.headlines() == ["A title"]
    assert [b.status for b in importer.pull()] == ["unchanged"]


def test_a_page_is_no_archive(script: Script) -> None:
    importer = Importer(page(script, "/", "Home"))
    (batch,) = importer.pull()

    assert batch.status == "failed"
    assert batch.error
    assert "no zip, tar, WARC, WordPress export, sitemap or feed" in batch.error


def test_pictures_are_fetched_and_must_be_some(script: Script) -> None:
    puller = Puller(Path("/nowhere"), "digest/1", pause=0, workers=0)
    source = Source(name="a", kind="feed", location=script.origin, allow_hosts=(HOST,))
    good = script.says("/i.png", Answer(body=b"\x89PNG\r\n\x1a\n..."))
    bad = script.says("/i.html", Answer(body=b"<html>"))

    assert puller.picture(source, good).startswith(b"\x89PNG")
    for url in (bad, script.origin + "/none", "file:///etc/passwd", "i.png"):
        with pytest.raises(SourceError):
            puller.picture(source, url)
