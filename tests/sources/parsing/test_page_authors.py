"""Authors are the people who wrote the story, stated or printed, and nobody else."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from digest.model import Sighting
from digest.sources.parsing.html_page import read_page

NOW = datetime(2026, 1, 12, tzinfo=UTC)
TEXT = "<p>The harbour board has chosen a brass clock that predicts the tide for a year.</p>" * 4


def authors(head: str = "", byline: str = "", after: str = "") -> tuple[str, ...]:
    page = (
        f'<html><head><meta property="og:site_name" content="Quay Post">{head}</head><body><h1>A clock for the quay</h1>'
        f"{byline}{TEXT}{after}</body></html>"
    )
    found = read_page(page, Sighting(source="s"), base=None, zone=UTC, now=NOW)
    assert found is not None
    return found.authors


def ld(author: object, *others: object) -> str:
    graph = [{"@type": "NewsArticle", "headline": "A clock", "author": author}, *others]
    return f'<script type="application/ld+json">{json.dumps({"@graph": graph})}</script>'


PERSON = {"@type": "Person", "@id": "#sam", "name": "Sam Pole"}


@pytest.mark.parametrize(
    "head",
    [
        ld("Sam Pole"),
        ld("By Sam Pole"),
        ld([["Sam Pole"]]),
        ld({"@type": "Person", "name": ["Sam Pole"]}),
        ld({"@type": "Person", "name": {"@value": "Sam Pole"}}),
        ld({"@list": [{"name": "Sam Pole"}]}),
        ld({"@type": "Person", "givenName": "Sam", "familyName": "Pole"}),
        ld({"@id": "#sam"}, PERSON),
        ld({"@id": "#sam", "url": "https://e.example/sam"}, PERSON),
        ld("#sam", PERSON),
        ld([PERSON, {"@type": "Organization", "name": "Press Office"}]),
        '<script type="application/ld+json">{"@type": "NewsArticle", "author": {"@type": "Person", "name": "Sam Pole",},}</script>',
        '<script type="application/ld+json">{"@type": "NewsArticle", "description": "a "clock"",\n"author": [{"@type": "Person", "name": "Sam Pole"}]}</script>',
    ],
)
def test_json_ld_names_people_in_many_shapes(head: str) -> None:
    assert authors(head) == ("Sam Pole",)


@pytest.mark.parametrize(
    "byline",
    [
        "<p>Von Sam Pole</p>",
        "<p>Von Sam Pole, Kiel</p>",
        "<p>Von Sam Pole am 5. Januar 2026 in Hafen</p>",
        "<p>Posted on 5 May 2025 by Sam Pole | 3 Comments</p>",
        "<p>05.01.2026 – von Sam Pole</p>",
        "<p>Par Sam Pole, publié le 5 janvier 2026</p>",
        '<div class="entry-meta"><span class="date">5. Januar 2026</span> <span class="author vcard"><a href="/a/sam">Sam Pole</a></span></div>',
        '<p><a rel="author" href="/sam">Sam Pole</a></p>',
        '<div class="byline">Text: <b>Sam Pole</b></div>',
        '<p class="autor"><strong>Sam Pole</strong> | Quayside | 05/01/2026</p>',
        '<cite class="byline"><a href="/sam"><img src="/s.jpg" alt=""></a>By Sam Pole<br>example.com<br><a href="/sam">Archive</a></cite>',
        '<div class="author"><a href="#">Follow</a> <a href="#">Twitter</a> <a href="/sam">Sam Pole</a></div>',
        "<p>By <b>Sam Pole</b>, QPA</p>",
        '<div class="author-avatar">Portrait</div><div class="author-name">Sam Pole</div>',
    ],
)
def test_a_byline_beside_the_headline_names_its_people(byline: str) -> None:
    assert authors(byline=byline) == ("Sam Pole",)


def test_the_byline_stands_beside_a_headline_in_other_words() -> None:
    assert authors(
        '<meta property="og:title" content="How clocks work">', "<p>Von Sam Pole</p>"
    ) == ("Sam Pole",)


def test_a_first_name_or_a_login_is_what_the_page_prints_whole() -> None:
    byline = '<span class="author">Todd Bates</span>'

    assert authors('<meta name="author" content="todd">', byline) == ("Todd Bates",)
    assert authors('<meta name="author" content="Ada Quill">', byline) == ("Ada Quill",)
    assert authors(byline='<span class="author">Julia</span>') == ("Julia",)
    signed = '<div class="post-footer"><span class="post-author">Eingestellt von Julia</span></div>'
    assert authors(after=signed) == ("Julia",)


@pytest.mark.parametrize(
    "name",
    [
        "Quay Post", "quaypost", "admin", "Redaktion", "Online-Redaktion", "@quaypost",
        "desk@quay.example", "https://quay.example/team", "Super User",
    ],
)  # fmt: skip
def test_a_site_a_role_and_an_address_are_no_author(name: str) -> None:
    assert authors(f'<meta name="author" content="{name}">') == ()
    assert authors(ld({"@type": "Person", "name": name})) == ()
    assert authors(byline=f'<span class="author">{name}</span>') == ()


def test_whom_somebody_writes_for_is_no_second_author() -> None:
    here = '<link rel="canonical" href="https://www.quaytoday.example/clock">'

    assert authors(f'{here}<meta name="author" content="Sam Pole, QUAY TODAY">') == ("Sam Pole",)
    assert authors('<meta name="author" content="By Sam Pole, CNN">') == ("Sam Pole",)
    sent = "<p>Par <b>SAM POLE</b>, <b>ADA QUILL</b> Envoyés spéciaux à Kiel</p>"
    assert authors(byline=sent) == ("SAM POLE", "ADA QUILL")


def test_a_host_may_be_named_after_its_author() -> None:
    host = '<link rel="canonical" href="https://www.sampole.example/clock">'

    assert authors(f'{host}<meta name="author" content="Sam Pole">') == ("Sam Pole",)
    assert authors(f'{host}<meta name="author" content="sampole.example">') == ()


@pytest.mark.parametrize(
    "after",
    [
        '<div class="comments"><p class="comment-author">Ned Reader</p></div>',
        '<div class="related"><h3>Another story</h3><span class="author">Ned Reader</span></div>',
        '<aside><a rel="author" href="/ned">Ned Reader</a></aside>',
        "<p>Roe, A. and Poe, B.: Tides and clocks, by Ned Reader, 1998.</p>",
        "<p>Photo by Ned Reader</p>",
    ],
)
def test_whom_comments_other_stories_and_pictures_name_did_not_write_it(after: str) -> None:
    assert authors(after=after) == ()


@pytest.mark.parametrize(
    "byline",
    [
        "<p class='byline'>Sam Pole<br>Ann Roe</p>",
        "<ul class='authors'><li>Sam Pole</li><li>Ann Roe</li></ul>",
    ],
)
def test_names_on_lines_of_their_own_are_people_of_their_own(byline: str) -> None:
    assert authors(byline=byline) == ("Sam Pole", "Ann Roe")


@pytest.mark.parametrize(
    ("byline", "name"),
    [
        ("Tekst: Sam Pole, 9. januar 2026", "Sam Pole"),
        ("Yazan: Ayşe Kaya, 9 Ocak 2026", "Ayşe Kaya"),
        ("Szerző: Nagy Anna, 2026. január 9.", "Nagy Anna"),
        ("記者：山田太郎 2026年1月9日", "山田太郎"),
        ("بقلم: أحمد علي - 9 يناير 2026", "أحمد علي"),
        ("홍길동 기자 | 2026년 1월 9일", "홍길동"),
    ],
)
def test_a_byline_is_read_in_its_language(byline: str, name: str) -> None:
    assert authors(byline=f"<p>{byline}</p>") == (name,)


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="search.byline" content="Sam Pole">',
        '<meta name="dcsext.author" content="Sam Pole">',
        '<meta name="twitter:creator" content="Sam Pole">',
        '<meta name="twitter:label1" content="Verfasst von"><meta name="twitter:data1" content="Sam Pole">',
        '<meta name="twitter:label2" content="Written by"><meta name="twitter:data2" content="Sam Pole">',
        '<meta name="author" content="Sam Pole, Quay Post">',
        '<meta name="author" content="Quay Post - Sam Pole">',
        '<meta name="author" content="Sam Pole, Kiel">',
        ld(
            {"@id": "#sam"},
            {"@type": ["Person", "Organization"], "@id": "#sam", "name": "Sam Pole"},
        ),
    ],
)
def test_metas_name_people_under_many_names(head: str) -> None:
    assert authors(head) == ("Sam Pole",)


@pytest.mark.parametrize(
    "stated",
    [
        '<meta name="author" content="dpa">',
        '<meta name="author" content="spole">',
        '<meta name="author" content="Quay Post GmbH">',
        ld({"@type": "Person", "name": "spole"}),
    ],
)
def test_a_full_name_by_the_headline_goes_before_an_agency_and_a_login(stated: str) -> None:
    assert authors(stated, '<p class="byline">By Sam Pole</p>') == ("Sam Pole",)


def test_an_address_stands_for_the_name_of_the_link_that_leads_there() -> None:
    head = '<meta property="article:author" content="https://e.example/people/sam">'

    assert authors(head, after='<p><a href="https://e.example/people/sam">Sam Pole</a></p>') == (
        "Sam Pole",
    )


@pytest.mark.parametrize(
    "byline",
    [
        "<p>Sam Pole, 8.1.2026</p>",
        "<div>08.01.2026 | Sam Pole</div>",
        "<div><span>Sam Pole</span> <span>08.01.2026</span></div>",
        "<p>By Sam Pole @sampole</p>",
        "<p class='author'>Sam Pole, Kiel</p>",
        "<p class='author'>Sam (S.J.) Pole</p>",
        "<p class='author'>Sam Pole is an editor in Kiel.</p>",
        "<a href='/autor/sam-pole/'>Sam Pole</a>",
        "<a href='/user/12'>Sam Pole</a>",
    ],
)
def test_a_name_stands_by_the_headline_in_many_shapes(byline: str) -> None:
    assert authors(byline=byline) == ("Sam Pole",)


@pytest.mark.parametrize(
    "after",
    [
        "<p>Text: Sam Pole</p>",
        "<p>Text und Fotos: Sam Pole</p>",
        "<p>Autorin: Sam Pole</p>",
        "<p>(Sam Pole)</p>",
        '<div class="author-box"><h4>Sam Pole</h4><p>writes of quays and clocks.</p></div>',
        '<div class="author-box"><h3>Über den Autor</h3><p>Sam Pole schreibt seit Jahren über Uhren.</p></div>',
    ],
)
def test_a_story_is_signed_below_its_text(after: str) -> None:
    assert authors(after=after) == ("Sam Pole",)


@pytest.mark.parametrize(
    "other",
    [
        '<span class="submitted-by">Submitted on Mon, 2026-01-05 13:49</span>',
        "<p>Real Estate | 08.01.2026</p>",
        "<p>World News, 8 January 2026</p>",
        '<meta name="author" content="name, email@example.com">',
        '<meta name="author" content="104363">',
        "<p>(Photo: Ned Poe)</p>",
        '<h3>Literature: references</h3><ul class="authors-list"><li class="author">Ned Poe</li></ul>',
        '<div class="author-box"><h4>Ned Poe</h4></div><div class="author-box"><h4>Bo Roe</h4></div>',
    ],
)
def test_what_only_looks_like_a_byline_names_nobody(other: str) -> None:
    assert (
        authors(
            head=other if other.startswith("<meta") else "",
            byline="" if other.startswith("<meta") else other,
        )
        == ()
    )
