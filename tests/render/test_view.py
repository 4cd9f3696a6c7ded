from __future__ import annotations

import re

import pytest

from digest.model import Image, Section
from digest.render.language import language
from digest.render.renderer import Renderer
from digest.render.view import EditionView, StoryContext, context, fitted, story
from tests.helpers import samples


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
        ("One sentence. " + "word " * 60, "One sentence."),
        ("A phrase that is long enough, " + "word " * 60, "A phrase that is long enough …"),
        ("word " * 60, ""),
        ("", ""),
    ],
)
def test_a_brief_is_whole_sentences_or_says_that_it_is_not(summary: str, brief: str) -> None:
    assert printed(summary).parts[0].stories[0].brief == brief


def test_a_long_headline_leaves_less_room() -> None:
    summary = "One sentence of some length. " * 4

    short = printed(summary).parts[0].stories[0].brief
    long = printed(summary, "word " * 20).parts[0].stories[0].brief
    assert len(long) < len(short) <= 162


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
        (120, 90, ("large", "small")),
        (700, 1100, ("large", "small")),
        (1800, 420, ("large", "strip")),
        (None, None, ("large", "small")),
    ],
)
def test_a_picture_that_would_be_a_sliver_is_left_out(
    width: int | None, height: int | None, seen: tuple[str, ...]
) -> None:
    image = Image(url=f"{samples.HOME}/p.png", alt="A", width=width, height=height)
    house = StoryContext("https://n.example", "UTC", samples.SENT, language("en"), attached=False)
    shown = story(samples.article(1, "A", image=image), None, house)

    assert tuple(name for name in ("large", "small", "strip") if getattr(shown, name)) == seen


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
    html = Renderer([samples.TEMPLATES]).render(edition, samples.frame()).html

    assert story(drawing, None, house).large is None
    pictures = re.findall(r"<img [^>]*p\.png[^>]*>", html)
    assert [re.findall(r"max-height: ?(\d+)px", tag) for tag in pictures] == [["420"], ["168"]]
