"""A date is believed by where it stands on its page; where nothing sure says one, there is none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from digest.model import Sighting
from digest.sources.parsing.html_page import read_page

NOW = datetime(2026, 1, 12, tzinfo=UTC)
TEXT = "<p>The harbour board has chosen a brass clock that predicts the tide for a year.</p>" * 4


def published(
    beside: str = "", after: str = "", head: str = "", above: str = "", language: str = "de"
) -> str | None:
    page = (
        f'<html lang="{language}"><head>{head}</head><body>{above}<h1>A clock for the quay</h1>'
        f"{beside}{TEXT}{after}</body></html>"
    )
    found = read_page(page, Sighting(source="s"), base=None, zone=UTC, now=NOW)
    assert found is not None
    assert (found.date_source is None) == (found.published is None)
    return found.published.date().isoformat() if found.published else None


@pytest.mark.parametrize(
    "beside",
    [
        "<p>08.01.2026</p>",
        "<p>08.01.26</p>",
        "<p>Kiel, 08.01.2026. Der Vorstand des Hafens hat eine Uhr gewählt, die Gezeiten zeigt.</p>",
        "<div>08.01.2026 – Gemeinde / Stadt</div>",
        "<p>Von Sam Pole am 8. Januar 2026 um 10:30 Uhr in Hafen</p>",
        "<span>Sam Pole</span><span>8. Januar 2026</span>",
        "<p>Veröffentlicht am: 08.01.2026, zuletzt aktualisiert: 10.01.2026</p>",
        "<p>Aktualisiert: 10.01.2026</p><p>Erstellt: 08.01.2026</p>",
        "<p>Zuletzt aktualisiert: 10.01.2026. Erstmals veröffentlicht: 08.01.2026</p>",
        "<p>Aktualisiert 10.01.2026 | Veröffentlicht 08.01.2026</p>",
        "<p>(Kiel, 8. Januar 2026) – Der Vorstand des Hafens hat eine Uhr gewählt, die Gezeiten zeigt.</p>",
        "<time datetime='2026-01-08T10:00'>vor drei Tagen</time><time class='updated' datetime='2026-01-10'>gestern</time>",
        "<cite>By Sam Pole – <abbr title='2026-01-08T10:00:40Z'>1 hr 4 mins ago</abbr></cite>",
        "<abbr class='published' title='2026-01-08T10:00:00Z'>Donnerstag</abbr>",
    ],
)
def test_a_date_stands_beside_the_headline(beside: str) -> None:
    assert published(beside) == "2026-01-08"


@pytest.mark.parametrize(
    ("beside", "language"),
    [
        ("8 janvier 2026", "fr"),
        ("08/01/2026", "es"),
        ("8 stycznia 2026", "pl"),
        ("8 января 2026", "ru"),
        ("2026年1月8日", "ja"),
        ("08.01.2026", "en"),
        ("January 8, 2026", "de"),
    ],
)
def test_it_is_read_in_the_pages_language(beside: str, language: str) -> None:
    assert published(f"<p>{beside}</p>", language=language) == "2026-01-08"


@pytest.mark.parametrize(
    ("beside", "language"), [("08/01/2026", "en"), ("08/01/2026", "en-US"), ("01/08/26", "en")]
)
def test_an_order_that_nobody_states_is_no_date(beside: str, language: str) -> None:
    assert published(f"<p>{beside}</p>", language=language) is None


def test_a_date_may_stand_above_the_headline_or_below_the_text() -> None:
    assert published(above="<p>8. Januar 2026</p>") == "2026-01-08"
    entry = (
        "<p>Dieser Beitrag wurde am 8. Januar 2026 um 10:30 von Sam in Hafen veröffentlicht.</p>"
    )
    assert published(after=TEXT + "<p>Erstellt am 08.01.2026</p>") == "2026-01-08"
    assert published(after=TEXT + entry) == "2026-01-08"
    footer = "<footer class='entry-meta'>Published on January 8, 2026</footer>"
    assert published(after=TEXT + footer) == "2026-01-08"


def test_the_day_that_a_newspaper_prints_above_all_is_no_storys() -> None:
    inner = "<div><div><div><h1>A clock for the quay</h1></div></div></div>"
    page = f"<div><p>8. Januar 2026</p></div><div><div>{inner}{TEXT}</div></div>"
    found = read_page(
        f"<html><head><title>A clock for the quay</title></head><body>{page}</body></html>",
        Sighting(source="s"),
        base=None,
        zone=UTC,
        now=NOW,
    )

    assert found is not None
    assert found.published is None


@pytest.mark.parametrize(
    "after",
    [
        '<table class="infobox"><tr><th>First run</th><td>8. Januar 2026</td></tr></table>',
        '<div id="comments"><p>Ned, <abbr title="2026-01-08T10:00:40Z">gestern</abbr></p></div>',
        '<div id="comments"><p>Ned, 8. Januar 2026</p></div>',
        '<div class="related"><p>08.01.2026</p><a href="/2">Another story</a></div>',
        '<aside><time datetime="2026-01-08">8 January</time></aside>',
        "<footer>© 8. Januar 2026</footer>",
        "<p>© 08.01.2026 Quay Post</p>",
        "<p>Die Uhr wurde am 8. Januar 2026 im Hafen aufgestellt.</p>",
        "<p>Kommentar von Ned am 08.01.2026</p>",
        '<div class="mehr-zum-thema"><time datetime="2026-01-08">08.01.</time></div>',
    ],
)
def test_a_date_of_something_else_is_none(after: str) -> None:
    assert published(after=after) is None


@pytest.mark.parametrize(
    "name", ["dcterms.date", "publish-date", "citation_publication_date", "created", "bt:pubDate"]
)
def test_publishing_systems_state_a_date_under_many_names(name: str) -> None:
    assert published(head=f'<meta name="{name}" content="2026-01-08">') == "2026-01-08"


def test_json_ld_that_does_not_parse_still_says_when() -> None:
    broken = '{"@type": "NewsArticle", "description": "a "clock"", "datePublished": "2026-01-08T10:00:00Z"}'

    assert published(head=f'<script type="application/ld+json">{broken}</script>') == "2026-01-08"


def test_the_story_is_stated_among_others() -> None:
    others = (
        '[{"@type": "NewsArticle", "headline": "Another", "datePublished": "2025-01-01"},'
        ' {"@type": "NewsArticle", "headline": "A clock for the quay", "datePublished": "2026-01-08"}]'
    )
    head = (
        f'<title>A clock for the quay</title><script type="application/ld+json">{others}</script>'
    )

    assert published(head=head) == "2026-01-08"


@pytest.mark.parametrize(
    "said", ["The meeting is on 20 February 2026.", "The board met on 20 December 2025."]
)
def test_a_day_that_a_sentence_speaks_of_is_no_date(said: str) -> None:
    assert published(after=f"<p>{said}</p>", language="en") is None


def test_an_items_date_in_the_head_is_the_pages() -> None:
    assert (
        published(head="<meta itemprop='datePublished' content='2026-01-08T10:00'>") == "2026-01-08"
    )


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="apub:time" content="2026-1-8 21:30:50">',
        '<meta name="DC.date.issue" content="2026-01-08">',
        '<meta name="DCSext.articleFirstPublished" content="2026-01-08">',
        '<meta name="lastUpdate" content="2026-01-09"><meta name="og:pubdate" content="2026-01-08">',
        '<meta property="article:published_time" content="1767830400">',
        """<script>window.state = {"story": {"publishedAt": "2026-01-08T10:00:00Z"}};</script>""",
        """<script>dataLayer = [{'publicationDate': '2026-01-08'}];</script>""",
    ],
)
def test_a_page_states_its_date_in_its_own_words(head: str) -> None:
    assert published(head=head) == "2026-01-08"


def test_scripts_that_know_of_several_stories_say_nothing_of_one() -> None:
    two = """<script>s = [{"publishedAt": "2026-01-08"}, {"publishedAt": "2026-01-09"}];</script>"""

    assert published(head=two) is None


@pytest.mark.parametrize(
    ("after", "language"),
    [
        ("<p>Veröffentlicht am 8. Januar 2026 in Hafen. Schlagwörter: Uhr.</p>", "de"),
        ('<footer><span class="posted">Posted: 8 January 2026</span></footer>', "en"),
        ("<article><footer>Gepostet 08.01.2026</footer></article>", "de"),
        ('<div id="sidebar"><div>Veröffentlicht: 08.01.2026</div></div>', "de"),
        (
            '<div id="article_topbar_infos"><div>Publié le 08/01/2026</div><em>Mis à jour le 09/01/2026</em></div>',
            "fr",
        ),
        ('<div class="cat">发布日期：2026-01-08 14:34:05 所属分类：</div>', "zh"),
    ],
)
def test_a_label_is_believed_also_below_a_story_and_beside_it(after: str, language: str) -> None:
    assert published(after=after, language=language) == "2026-01-08"


def test_labels_of_several_days_around_a_story_are_of_other_stories() -> None:
    other = "<footer><p>Posted: 8 January 2026</p><p>Posted: 9 January 2026</p></footer>"

    assert published(after=other, language="en") is None
    assert published(after='<div class="comments"><p>Posted: 9 January 2026</p></div>') is None


def test_the_date_by_the_headline_goes_before_the_times_of_others() -> None:
    others = (
        "<div><h5>Anderes</h5><time>2026-01-09</time><h5>Mehr</h5><time>2026-01-10</time></div>"
    )

    assert published("<p>08.01.2026 10:30</p>", after=others) == "2026-01-08"


@pytest.mark.parametrize(
    "beside",
    [
        "<p>08.01.2026, 3 Kommentare, Lesezeit: 4 Min.</p>",
        "<p>3 Kommentare | 08.01.2026</p>",
        "<time pubdate='pubdate'>jueves, 08 enero 2026 - jueves, 08 enero 2026 10:21</time>",
        "<span class='publish-date'><time class='updated' datetime='2026-01-08'>gestern</time></span>",
        "<p>Zuletzt aktualisiert: 08.01.2026</p>",
    ],
)
def test_a_date_stands_among_other_words(beside: str) -> None:
    assert published(beside) == "2026-01-08"


def test_the_words_of_a_line_above_the_headline_keep_their_order() -> None:
    parts = "<span>Jan</span> <span>08</span>, <span>2026</span>"

    assert published(above=f'<div class="date">{parts}</div>', language="en") == "2026-01-08"


def test_a_day_in_a_sentence_without_blanks_is_none_of_the_page() -> None:
    told = "<p>在2009年5月14日，他在港口造了一座钟，人们都很高兴，因为它一年到头都报潮汐的时间，从不出错。</p>"

    assert published(told, language="zh") is None
