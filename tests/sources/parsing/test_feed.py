"""Feeds of every format give what they say, and no more."""

from __future__ import annotations

import json
import xml.sax
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from xml.sax.handler import ContentHandler

import feedparser.api
import pytest

from digest.model import Image, Sighting, Source
from digest.sources.parsing.discover import feeds_of
from digest.sources.parsing.documents import Document, Reading, read_feed_document
from digest.sources.parsing.sanitize import fragment
from digest.sources.parsing.unreadable import NotAFeed

NOW = datetime(2026, 1, 12, tzinfo=UTC)
RSS = """<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"
 xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><channel><title>News</title>
<link>https://e.example/news/</link><language>en-gb</language>%s</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://e.example/blog/"><title>N</title>
%s</feed>"""


def read(document: str | bytes, **source: object) -> Reading:
    data = document.encode() if isinstance(document, str) else document
    made = Source(name="s", kind="feed", location="x", timezone="Europe/London", **source)  # type: ignore[arg-type]
    return read_feed_document(made, Document(data=data), NOW)


def item(inner: str, **source: object) -> Sighting:
    (sighting,) = read(RSS % f"<item><title>Title</title>{inner}</item>", **source).sightings
    return sighting


def entry(inner: str) -> Sighting:
    (sighting,) = read(ATOM % f"<entry><title>Title</title>{inner}</entry>").sightings
    return sighting


def test_an_rss_item_gives_all_that_it_says() -> None:
    sighting = item(
        "<guid isPermaLink='false'>n-1</guid><link>https://e.example/news/1?utm_source=rss</link>"
        "<dc:creator>Sam Pole</dc:creator><pubDate>Mon, 05 Jan 2026 10:30:00 +0100</pubDate>"
        "<category>Ocean</category><category>Strategy-x</category><category>ocean</category>"
        "<description>A clock won.</description>"
        "<content:encoded><![CDATA[<p>A clock has <b>won</b>.</p><p>It is brass.</p>]]></content:encoded>"
    )

    assert sighting == Sighting(
        source="s",
        guid="n-1",
        url="https://e.example/news/1",
        headline="Title",
        summary="A clock won.",
        text="A clock has won.\n\nIt is brass.",
        html="<p>A clock has <b>won</b>.</p><p>It is brass.</p>",
        authors=("Sam Pole",),
        published=datetime(2026, 1, 5, 10, 30, tzinfo=timezone(timedelta(hours=1))),
        date_source="feed",
        tags=("Ocean", "Strategy-x"),
        language="en-gb",
        publication="News",
    )


def test_an_atom_entry_gives_all_that_it_says() -> None:
    sighting = entry(
        "<id>tag:e.example,2026:1</id><link rel='alternate' href='one'/><link rel='enclosure' "
        "type='image/png' href='one.png'/><author><name>Sam Pole</name></author><author><name>Ada Quill"
        "</name></author><published>2026-01-05T10:00:00Z</published><updated>2026-01-06T10:00:00.5Z"
        "</updated><category term='ocean' label='Oceans'/><category term='451' label='Cameras'/>"
        "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>Hi <a href='two'>two</a></p>"
        "</div></content>"
    )

    assert sighting.guid == "tag:e.example,2026:1"
    assert sighting.url == "https://e.example/blog/one"
    assert sighting.image == Image(url="https://e.example/blog/one.png")
    assert sighting.authors == ("Sam Pole", "Ada Quill")
    assert sighting.updated == datetime(2026, 1, 6, 10, 0, 0, 500_000, tzinfo=UTC)
    assert sighting.published == datetime(2026, 1, 5, 10, tzinfo=UTC)
    assert sighting.tags == ("ocean", "Cameras")
    assert 'href="https://e.example/blog/two"' in sighting.html


def test_an_atom_entry_that_states_only_its_update_was_published_then() -> None:
    sighting = entry("<id>1</id><updated>2026-01-06T10:00:00Z</updated>")

    assert sighting.published == sighting.updated == datetime(2026, 1, 6, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "document",
    [
        """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
        <channel rdf:about="x"><title>N</title></channel>
        <item rdf:about="https://e.example/1"><title>T</title><link>https://e.example/1</link></item></rdf:RDF>""",
        """<rss version="0.91"><channel><title>N</title><item><title>T</title>
        <link>https://e.example/1</link></item></channel></rss>""",
        """<rss version="2.0"><channel><item><title>T</title><guid>https://e.example/1</guid></item>
        </channel></rss>""",
        '{"version":"https://jsonfeed.org/version/1","items":[{"id":1,"title":"T","url":"https://e.example/1"}]}',
    ],
)
def test_every_format_is_read(document: str) -> None:
    (sighting,) = read(document).sightings

    assert (sighting.headline, sighting.url) == ("T", "https://e.example/1")


def test_a_json_feed_gives_all_that_it_says() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "language": "en",
        "next_url": "https://e.example/feed?page=2",
        "items": [
            {
                "id": "1",
                "url": "https://e.example/1",
                "title": "a < b & c",
                "content_text": "One <i>is</i>.\n\nTwo.",
                "content_html": "",
                "summary": "Sum.",
                "image": "https://e.example/i.jpg",
                "date_published": "2026-01-05T10:00:00+01:00",
                "authors": [{"name": "Sam"}, {"name": "Ada"}],
                "tags": ["Ocean", 4],
            },
            "no object",
        ],
    }
    reading = read(json.dumps(feed))
    (sighting,) = reading.sightings

    assert sighting.headline == "a < b & c"
    assert sighting.text == "One <i>is</i>.\n\nTwo."
    assert sighting.html == "<p>One &lt;i&gt;is&lt;/i&gt;.</p><p>Two.</p>"
    assert (sighting.summary, sighting.authors, sighting.tags) == (
        "Sum.",
        ("Sam", "Ada"),
        ("Ocean", "4"),
    )
    assert sighting.image == Image(url="https://e.example/i.jpg")
    assert reading.next_page == "https://e.example/feed?page=2"
    assert reading.warnings == ("1 of 2 items are no objects",)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("AT&amp;amp;T &lt;b&gt;wins&lt;/b&gt;", "AT&T wins"),
        ("<![CDATA[Fish &amp; <i>chips</i>]]>", "Fish & chips"),
        ("1 &lt; 2", "1 < 2"),
        (" two\n lines ", "two lines"),
        ("report-\u202egpj.exe", "report-gpj.exe"),
        ("\u2067שלום\u2069, world", "\u2067שלום\u2069, world"),
    ],
)
def test_titles_are_text(title: str, text: str) -> None:
    (sighting,) = read(RSS % f"<item><title>{title}</title></item>").sightings

    assert sighting.headline == text


def test_the_address_behind_a_redirector_is_the_article() -> None:
    sighting = item(
        "<link>http://feedproxy.google.com/~r/x</link>"
        "<feedburner:origLink>https://e.example/1</feedburner:origLink>"
    )

    assert sighting.url == "https://e.example/1"


def test_a_relative_address_starts_from_url_base_and_a_script_is_none() -> None:
    base = "https://base.example/a/"

    assert item("<link>b?fbclid=1</link>", url_base=base).url == "https://base.example/a/b"
    assert item("<link>javascript:alert(1)</link>").url is None


@pytest.mark.parametrize(
    ("inner", "image"),
    [
        (
            (
                "<media:content url='https://e.example/s.jpg' medium='image' width='10'/>"
                "<media:content url='https://e.example/l.jpg' medium='image' width='900' height='600'>"
                "<media:title>A clock</media:title></media:content>"
            ),
            Image(url="https://e.example/l.jpg", alt="A clock", width=900, height=600),
        ),
        (
            (
                "<enclosure url='https://e.example/a.mp3' type='audio/mpeg'/>"
                "<enclosure url='https://e.example/i.jpg' type='image/jpeg'/>"
            ),
            Image(url="https://e.example/i.jpg"),
        ),
        (
            (
                "<description>&lt;img src='https://e.example/pixel.gif' width=1 height=1&gt;&lt;img "
                "src='/i.png' alt='' width='300'&gt;</description>"
            ),
            Image(url="https://e.example/i.png", alt="", width=300),
        ),
        (
            (
                "<media:thumbnail url='https://e.example/i.png'/><description>&lt;img alt='A clock' "
                "src='https://e.example/i.png'&gt;</description>"
            ),
            Image(url="https://e.example/i.png", alt="A clock"),
        ),
        ("<enclosure url='https://e.example/a.mp3' type='audio/mpeg'/>", None),
    ],
)
def test_the_picture_is_the_stated_one_or_the_first_real_one(
    inner: str, image: Image | None
) -> None:
    assert item(inner).image == image


def test_a_pictures_caption_is_not_the_summary() -> None:
    sighting = item(
        "<description>The real one.</description><media:content url='https://e.example/i.jpg' "
        "medium='image'><media:description>A caption</media:description></media:content>"
    )

    assert (sighting.summary, sighting.text) == ("The real one.", "The real one.")
    assert sighting.image
    assert sighting.image.alt == "A caption"


def test_html_is_safe_and_without_trackers() -> None:
    found = fragment(
        "<p onclick='x'>One<script>alert(1)</script> <a href='javascript:x'>two</a>"
        "<img src='https://feeds.feedburner.com/~r/x' width='1' height='1'> <svg><path/></svg>"
        "<button>No</button><input><a href='/c?utm_medium=x&amp;id=1'>c</a></p>&amp; rest",
        "https://e.example/",
    )

    assert found.html == '<p>One <a>two</a> <a href="https://e.example/c?id=1">c</a></p>&amp; rest'
    assert found.text == "One two c\n\n& rest"
    assert found.images == ()


@pytest.mark.parametrize("year", [1899, 2031])
def test_a_date_that_cannot_be_is_none(year: int) -> None:
    sighting = item(f"<pubDate>{year}-01-05T10:00:00Z</pubDate>")

    assert (sighting.published, sighting.date_source) == (None, None)


def test_a_torn_document_gives_its_whole_entries_and_a_warning() -> None:
    torn = (
        RSS % "<item><title>A</title><link>https://e.example/a</link></item><item><title>B"
    ).encode()
    reading = read(torn.split(b"</channel>")[0])

    assert [s.headline for s in reading.sightings] == ["A"]
    assert "malformed" in reading.warnings[0]


def test_elements_of_an_undeclared_prefix_are_read() -> None:
    reading = read(
        "<rss version='2.0'><channel><title>N</title><rss:item><rss:title>A</rss:title>"
        "<rss:link>https://e.example/a</rss:link></rss:item></channel></rss>"
    )

    assert [s.headline for s in reading.sightings] == ["A"]
    assert reading.warnings == ("the document is malformed and was repaired",)


def test_a_stray_byte_and_an_unknown_entity_cost_nothing() -> None:
    document = (
        RSS % "<item><title>A\x0b &colon; &bad; B</title><link>https://e.example/a</link></item>"
    )
    (sighting,) = read(document).sightings

    assert sighting.headline
    assert sighting.headline.startswith("A")


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("", "empty"),
        ("<!DOCTYPE html><html><body>Just a moment...</body></html>", "a bot check or login page"),
        ("<html><body>Our news</body></html>", "but a web page"),
        ("{}", "JSON without a list of items"),
        ("{[", "its JSON cannot be read"),
        ("plain words", "not a feed in any known format"),
        ("[]", "not a feed in any known format"),
    ],
)
def test_what_is_no_feed_says_what_it_is(document: str, reason: str) -> None:
    with pytest.raises(NotAFeed, match=reason):
        read(document)


def test_an_empty_feed_is_a_feed() -> None:
    assert read(RSS % "").sightings == ()


def test_encodings_are_heeded() -> None:
    document = (
        '<?xml version="1.0" encoding="iso-8859-1"?>' + RSS % "<item><title>Café</title></item>"
    )
    (sighting,) = read(document.encode("latin-1")).sightings

    assert sighting.headline == "Café"


def test_the_source_gives_its_tags_and_language() -> None:
    sighting = item("<category>Ocean</category>", tags=("Staff", "OCEAN"), language="cy")

    assert sighting.tags == ("Ocean", "Staff")
    assert sighting.language == "en-gb"


def test_a_page_names_its_feeds() -> None:
    page = (
        b"<html><head><base href='https://e.example/b/'><link rel='alternate' "
        b"type='application/atom+xml' href='c' title='Comments'><link rel='ALTERNATE stylesheet' "
        b"type='application/rss+xml; charset=utf-8' href='feed'><link rel='alternate' hreflang='de' href='x'>"
    )

    assert feeds_of(Document(data=page, url="https://e.example/")) == (
        "https://e.example/b/feed",
        "https://e.example/b/c",
    )


def test_feedparser_is_handed_a_text_whole() -> None:
    pieces: list[str] = []

    class Handler(ContentHandler):
        def characters(self, content: str) -> None:
            pieces.append(content)

    parser = xml.sax.make_parser(feedparser.api.PREFERRED_XML_PARSERS)  # noqa: S317 - our own text
    parser.setContentHandler(Handler())
    parser.parse(BytesIO(b"<a>one &lt;p&gt;\n<![CDATA[two\n]]>three</a>"))
    assert pieces == ["one <p>\ntwo\nthree"]


@pytest.mark.parametrize(
    ("stated", "authors"),
    [
        ("<author>desk@news.example (Ann Roe)</author>", ("Ann Roe",)),
        ("<author>Ann Roe &lt;desk@news.example&gt;</author>", ("Ann Roe",)),
        ("<author>desk@news.example</author>", ()),
        ("<author>noreply@blogger.com (Ann Roe)</author>", ("Ann Roe",)),
        ("<dc:creator>Ann Roe,Bo Poe and Cy Lee</dc:creator>", ("Ann Roe", "Bo Poe", "Cy Lee")),
        ("<dc:creator>Ann Roe und Bo Poe</dc:creator>", ("Ann Roe", "Bo Poe")),
        ("<dc:creator>山田太郎、鈴木花子</dc:creator>", ("山田太郎", "鈴木花子")),
        ("<dc:creator>By Ann Roe, Arts Editor</dc:creator>", ("Ann Roe",)),
        ("<dc:creator>ROE, A., Poe, B.-C.</dc:creator>", ("A. ROE", "B.-C. Poe")),
        ("<dc:creator>Roe, Ann</dc:creator>", ("Roe, Ann",)),
        ("<dc:creator>Ann Roe, PhD</dc:creator>", ("Ann Roe, PhD",)),
        ("<dc:creator>Ann Roe, CNN</dc:creator>", ("Ann Roe",)),
        ("<dc:creator>Ann Roe, MD</dc:creator>", ("Ann Roe, MD",)),
        ("<dc:creator>Ann Roe (Quay Post)</dc:creator>", ("Ann Roe",)),
        ("<dc:creator>www.example.com</dc:creator>", ()),
        ("<dc:creator>ANN ROE,BO POE</dc:creator>", ("ANN ROE", "BO POE")),
        ("<dc:creator>annroe</dc:creator><author>Ann Roe</author>", ("Ann Roe",)),
        ("<dc:creator>annroe</dc:creator>", ("annroe",)),
        ("<dc:creator>Ann Roe and Bo Poe for Quay Press</dc:creator>", ("Ann Roe", "Bo Poe")),
        ("<dc:creator>Ann Roe - Quay Press</dc:creator>", ("Ann Roe",)),
        ("<dc:creator>Ann Roe in Berlin</dc:creator>", ("Ann Roe",)),
        ("<dc:creator>Ann Roe (@annroe)</dc:creator>", ("Ann Roe",)),
        ("<dc:creator>Ann Roe/Bo Poe</dc:creator>", ("Ann Roe", "Bo Poe")),
        ("<dc:creator>dpa/Ann Roe</dc:creator>", ("dpa/Ann Roe",)),
        ("<dc:creator>Ann Roe u. Bo Poe</dc:creator>", ("Ann Roe", "Bo Poe")),
        ("<dc:creator>Ana López e Inés Poe</dc:creator>", ("Ana López", "Inés Poe")),
        ("<dc:creator>José Ortega y Gasset</dc:creator>", ("José Ortega y Gasset",)),
        ("<dc:creator>Ann Roe avec AFP</dc:creator>", ("Ann Roe",)),
        ("<dc:creator>Ann Roe, Bo Poe et al.</dc:creator>", ("Ann Roe", "Bo Poe")),
        ("<dc:creator>Ann Roe, PhD, and Bo Poe, MD</dc:creator>", ("Ann Roe, PhD", "Bo Poe, MD")),
        ("<dc:creator>Bo Poe, Jr. and Ann Roe</dc:creator>", ("Bo Poe, Jr.", "Ann Roe")),
        ("<dc:creator>Roe, Ann; Poe, Bo</dc:creator>", ("Ann Roe", "Bo Poe")),
        ("<dc:creator>Ann Roe | Photos by Cy Lee</dc:creator>", ("Ann Roe",)),
        (
            "<dc:creator>Ann Roe, Bo Poe, and Cy Lee, CNN</dc:creator>",
            ("Ann Roe", "Bo Poe", "Cy Lee"),
        ),
        ("<dc:creator>Gastbeitrag von Ann Roe</dc:creator>", ("Ann Roe",)),
        ("<dc:creator>김철수, 이영희</dc:creator>", ("김철수", "이영희")),
        ("<dc:creator>أحمد علي، سارة حسن</dc:creator>", ("أحمد علي", "سارة حسن")),
        ("<dc:creator>admin</dc:creator>", ()),
    ],
)
def test_authors_are_people(stated: str, authors: tuple[str, ...]) -> None:
    assert item(stated).authors == authors


def test_an_atom_text_is_words() -> None:
    title = "Use &lt;code&gt; and &lt;b&gt;, &amp;amp; too"
    (typed,) = read(ATOM % f'<entry><title type="text">{title}</title></entry>').sightings
    (bare,) = read(ATOM % "<entry><title>The &lt;b&gt; tag</title></entry>").sightings
    (paired,) = read(ATOM % "<entry><title>A &lt;b&gt;bold&lt;/b&gt; one</title></entry>").sightings

    assert typed.headline == "Use <code> and <b>, &amp; too"
    assert bare.headline == "The <b> tag"
    assert paired.headline == "A bold one"


@pytest.mark.parametrize(
    ("inner", "url"),
    [
        (
            "<link>https://feedproxy.e.example/~r/n/~3/a</link><guid>https://e.example/1</guid>",
            "https://e.example/1",
        ),
        (
            (
                "<link>https://feedproxy.e.example/~r/n/~3/a</link>"
                '<guid isPermaLink="false">https://e.example/1</guid>'
            ),
            "https://feedproxy.e.example/~r/n/~3/a",
        ),
        (
            "<link>https://e.example/1</link><guid>https://e.example/?p=1</guid>",
            "https://e.example/1",
        ),
        (
            "<guid isPermaLink='false'>e1</guid><enclosure url='https://e.example/1.mp3' type='audio/mpeg'/>",
            "https://e.example/1.mp3",
        ),
    ],
)
def test_the_link_is_the_articles_own(inner: str, url: str) -> None:
    assert item(inner).url == url


def test_an_atom_entry_leads_to_what_it_calls_canonical() -> None:
    found = entry('<link href="/copy"/><link rel="canonical" href="https://o.example/1"/>')

    assert found.url == "https://o.example/1"


def test_a_link_within_the_article_leads_to_the_article() -> None:
    found = item(
        "<link>https://e.example/1</link><description>&lt;p&gt;A &lt;a href='#n1'&gt;b&lt;/a&gt;</description>"
    )

    assert 'href="https://e.example/1#n1"' in found.html


def test_a_picture_that_most_entries_show_is_no_storys() -> None:
    face = '<media:content url="https://e.example/up/me.jpg" medium="image"/>'
    own = '<description>&lt;img src="https://e.example/up/%d.jpg"&gt; Words.</description>'
    items = "".join(f"<item><title>T{n}</title>{face}{own % n}</item>" for n in range(4))

    pictures = [s.image and s.image.url for s in read(RSS % items).sightings]

    assert pictures == [f"https://e.example/up/{n}.jpg" for n in range(4)]


def test_a_picture_that_mail_shows_goes_before_one_that_it_does_not() -> None:
    found = item(
        '<media:content url="https://e.example/a.webp" medium="image" width="1200"/>'
        '<media:content url="https://e.example/b.svg" medium="image" type="image/svg+xml"/>'
        "<description>&lt;img src='https://e.example/c.jpg'&gt; Words.</description>"
    )

    assert found.image
    assert found.image.url == "https://e.example/c.jpg"


@pytest.mark.parametrize(
    "stated",
    [
        "<thumbnail>https://e.example/quay.jpg</thumbnail>",
        "<featured_image>https://e.example/quay.jpg</featured_image>",
        "<enclosure url='https://e.example/quay.jpg' type='application/octet-stream' length='0'/>",
        "<media:content url='https://e.example/quay.jpg' type='image/jpeg' width='0' height='0'/>",
    ],
)
def test_a_picture_is_found_where_no_specification_has_it(stated: str) -> None:
    image = item(stated).image

    assert image is not None
    assert image.url == "https://e.example/quay.jpg"


@pytest.mark.parametrize("tag", ["Tides /", "Tides ·", " Tides,", "» Tides"])
def test_a_tag_keeps_no_separator(tag: str) -> None:
    assert item(f"<category>{tag}</category>").tags == ("Tides",)


def test_a_list_in_one_category_is_parted() -> None:
    assert item("<category>Tides;Quays | R&amp;D</category>").tags == ("Tides", "Quays", "R&D")


@pytest.mark.parametrize(
    ("language", "day"), [("en-GB", datetime(2026, 1, 8, 17, tzinfo=UTC)), (None, None)]
)
def test_numbers_of_a_date_are_read_by_the_sources_language(
    language: str | None, day: datetime | None
) -> None:
    made = RSS.replace("<language>en-gb</language>", "")
    dated = made % "<item><title>T</title><pubDate>08/01/2026 17:00</pubDate></item>"

    assert read(dated, language=language).sightings[0].published == day


def test_a_heading_in_a_summary_does_not_run_into_its_words() -> None:
    found = item(
        "<description>&lt;h4&gt;A heading&lt;/h4&gt;&lt;p&gt;The mill turns.&lt;/p&gt;</description>"
    )

    assert found.summary == "The mill turns."


def test_a_list_of_tags_that_goes_on_says_so() -> None:
    sighting = item("<category>Ocean</category><category>Tides / See more tags</category>")

    assert (sighting.tags, sighting.tags_cut) == (("Ocean", "Tides"), True)
    assert not item("<category>Ocean</category>").tags_cut
