from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Literal

import pytest

from digest.model import Article, Image, Section
from digest.render.language import language
from digest.render.picture_layout import fitted
from digest.render.renderer import Renderer
from digest.render.story import StoryContext, story
from digest.render.view import EditionView, context
from tests.helpers import samples

Byline = Literal["author", "publication", "both"]


def printed(summary: str, title: str = "A title") -> EditionView:
    article = samples.article(1, title, summary)
    edition = samples.edition(sections=(Section(title="N", articles=(article,)),))
    view = context(edition, samples.frame(), language("en-GB"))["edition"]
    assert isinstance(view, EditionView)
    return view


@pytest.mark.parametrize(
    ("summary", "brief"),
    [
        ("Short.", "Short."),
        ("One sentence. The " + "word " * 60, "One sentence."),
        ("word " * 60, "word " * 20 + "word…"),
        ("", ""),
    ],
)
def test_a_brief_is_whole_sentences_or_says_that_it_is_not(summary: str, brief: str) -> None:
    assert printed(summary).parts[0].stories[0].brief == brief


@pytest.mark.parametrize("title", ["A title", "A headline of very many words " * 6])
def test_a_brief_story_says_as_much_under_a_long_headline_as_under_a_short_one(title: str) -> None:
    summary = "One sentence of some length. " * 9

    said = printed(summary, title).parts[0].stories[0].brief
    assert said == ("One sentence of some length. " * 3).strip()


def test_every_story_of_the_brief_look_has_a_line_of_facts() -> None:
    bare = samples.article(1, "A title", "Words.", published=None, text="")
    edition = samples.edition(sections=(Section(title="N", articles=(bare,)),))
    frame = samples.frame(newsletter=replace(samples.WEEKLY, template="brief"))
    page = Renderer([samples.TEMPLATES]).render(edition, frame).html

    assert re.findall(r'<p class="meta"[^>]*>([^<]*)</p>', page) == ["Northgate University"]


def test_a_picture_is_never_enlarged_nor_bent() -> None:
    assert fitted(120, 90, (600, 420)) == (120, 90)
    assert fitted(1600, 900, (600, 420)) == (600, 338)
    assert fitted(10, 100_000, (600, 420)) == (1, 420)


@pytest.mark.parametrize(
    ("width", "height", "seen"),
    [
        (400, 2400, ()),
        (3000, 200, ()),
        (40, 30, ()),
        (120, 90, ("medium", "small")),
        (700, 1100, ("medium", "small")),
        (800, 800, ("medium", "small")),
        (1200, 900, ("large", "small")),
        (500, 100, ("strip",)),
        (1800, 420, ("large", "strip")),
        (None, None, ("large", "small")),
    ],
)
def test_a_picture_is_laid_out_by_its_shape_and_a_sliver_left_out(
    width: int | None, height: int | None, seen: tuple[str, ...]
) -> None:
    image = Image(url=f"{samples.HOME}/p.png", alt="A", width=width, height=height)
    house = StoryContext("https://n.example", "UTC", samples.SENT, language("en"), attached=False)
    shown = story(samples.article(1, "A", image=image), None, house)

    assert tuple(n for n in ("large", "medium", "small", "strip") if getattr(shown, n)) == seen


def test_an_edition_without_articles_has_no_lead() -> None:
    edition = samples.edition(sections=(Section(title="N", articles=(), more=2),))
    view = context(edition, samples.frame(), language("en"))["edition"]

    assert isinstance(view, EditionView)
    assert view.lead is None
    assert [part.more for part in view.rest] == [2]


def test_a_picture_of_unknown_size_is_framed_and_a_drawing_is_none() -> None:
    house = StoryContext("https://n.example", "UTC", samples.SENT, language("en"), attached=False)
    unknown = samples.article(1, "A", image=Image(url=f"{samples.HOME}/p.png", alt="A"))
    drawing = samples.article(1, "A", image=Image(url=f"{samples.HOME}/p.svg?v=1", alt="A"))
    edition = samples.edition(sections=(Section(title="N", articles=(unknown, unknown)),))
    page = Renderer([samples.TEMPLATES]).render(edition, samples.frame()).html

    assert story(drawing, None, house).large is None
    pictures = re.findall(r"<img [^>]*p\.png[^>]*>", page)
    assert [re.findall(r"max-height: ?(\d+)px", tag) for tag in pictures] == [["420"], ["168"]]


ELSEWHERE = samples.article(
    1, "A", url="https://elpais.com/1", publication="El País", authors=("Macarena Vidal Liy",)
)
AT_HOME = samples.article(2, "B", authors=("Anna Berg",), department="Estates")


def lines(*articles: Article, byline: Byline | None = None, title: str = "News") -> list[str]:
    """Return what stands under each headline of an edition, in the page and in the plain text."""
    newsletter = replace(samples.WEEKLY, byline=byline)
    edition = samples.edition(sections=(Section(title=title, articles=articles),))
    message = Renderer([samples.TEMPLATES]).render(edition, samples.frame(newsletter=newsletter))
    found = [
        html.unescape(said)
        for said in re.findall(r"<p[^>]*>([^<]*\xa0min\xa0read[^<]*)</p>", message.html)
    ]
    words = " ".join(message.text.split())
    assert all(" ".join(said.split()) in words for said in found), message.text
    return found


def test_where_editions_are_of_several_publications_each_story_says_its_own() -> None:
    first, second = lines(ELSEWHERE, AT_HOME)

    assert first.startswith("El País · Macarena Vidal Liy")
    assert second.startswith("Northgate University · Anna Berg, Estates")


def test_an_edition_of_one_publication_says_its_authors() -> None:
    assert [said.startswith("Anna Berg, Estates") for said in lines(AT_HOME)] == [True]
    assert [said.startswith("Macarena Vidal Liy") for said in lines(ELSEWHERE)] == [True]


@pytest.mark.parametrize(
    ("byline", "said"),
    [
        ("author", "Macarena Vidal Liy"),
        ("publication", "El País · 1"),
        ("both", "El País · Macarena Vidal Liy"),
    ],
)
def test_a_newsletter_may_say_what_stands_there(byline: Byline, said: str) -> None:
    (first,) = lines(ELSEWHERE, byline=byline)

    assert first.startswith(said)


def test_a_story_without_a_name_says_its_site() -> None:
    nameless = replace(ELSEWHERE, publication=None, authors=())

    assert lines(nameless)[0].startswith("elpais.com")
    assert lines(nameless, AT_HOME)[0].startswith("elpais.com")


def test_a_section_s_own_name_is_no_topic_of_its_stories() -> None:
    article = samples.article(1, "A", topics=("Climate", "Open science"))

    assert "Climate" not in lines(article, title="climate")[0]
    assert "Open\u00a0science" in lines(article, title="climate")[0]


@pytest.mark.parametrize(("tag", "said"), [("en-GB", "Also in:"), ("de-AT", "Auch in:")])
@pytest.mark.parametrize("look", ["weekly", "brief", "letter", "front", "events"])
def test_other_publications_on_the_same_news_are_named_and_linked(
    look: str, tag: str, said: str
) -> None:
    frame = samples.frame(
        newsletter=replace(samples.WEEKLY, template=look),
        publication=replace(samples.NORTHGATE, language=tag),
    )
    message = Renderer([samples.TEMPLATES]).render(samples.edition(also_in=samples.ALSO_IN), frame)
    lines = re.findall(r'<p class="also"[^>]*>(.*?)</p>', message.html)

    assert [re.sub(r"<[^>]*>", "", line) for line in lines] == [
        f"{said} El País, Le Monde",
        f"{said} El País",
    ]
    assert re.findall(r'href="([^"]*)" aria-label="([^"]*)"', lines[0]) == [
        ("https://elpais.example/tide", "El País: Two centuries of pencil marks show a faster sea"),
        ("https://www.lemonde.example/tide", "Le Monde: The lock gate that measured the sea"),
    ]
    assert f"{said} Le Monde\nhttps://www.lemonde.example/tide\n" in message.text


def test_a_publication_is_named_once_and_by_its_site_where_it_says_no_name() -> None:
    first, second = samples.ALSO_IN["a1"]
    others = (first, replace(second, publication=None), replace(first, title="Again"))
    edition = samples.edition(also_in={"a1": others})
    view = context(edition, samples.frame(), language("en-GB"))["edition"]

    assert isinstance(view, EditionView)
    assert [each.publication for each in view.parts[0].stories[0].also_in] == [
        "El País",
        "lemonde.example",
    ]
    assert view.lead is not None
    assert view.lead.story.also_in == view.parts[0].stories[0].also_in
