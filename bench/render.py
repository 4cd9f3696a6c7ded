"""Measure the html of many editions against premailer and bare Jinja: processor time, in one run."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from time import process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from premailer.cache import cache

from digest.model import Article, Edition, Section
from digest.render.checks.run import lint
from digest.render.inline import premail
from digest.render.language import language
from digest.render.mime import Recipient, envelope
from digest.render.render_context import RenderContext
from digest.render.renderer import Renderer
from digest.render.sheet import Sheet
from digest.render.view import context
from tests.helpers import samples

EDITIONS, ARTICLES, POOL = 50, 30, 120


def run() -> list[dict[str, Any]]:
    """Return the table's lines; every ratio is of two times of this run.

    The editions are an issue's, a segment each: every one draws its 30 articles from the same 120,
    so that an article stands in about twelve of them, beside others and elsewhere each time.
    """
    renderer, editions, tongue = Renderer([samples.TEMPLATES]), _editions(), language("en-GB")
    frame = _frame(0)
    views = [context(edition, frame, tongue) for edition in editions]
    sheet = renderer.inliner(views[0], frame).sheet
    pages = [renderer.page(view, frame, sheet).html for view in views]
    cold = _time(lambda: (cache.clear(), premail(pages[0])))
    one = statistics.median(_time(partial(premail, page)) for page in pages[:7])

    html = partial(_html, renderer, _frame(1))
    whole = _time(lambda: [html(edition) for edition in editions])
    further = statistics.median(_time(partial(html, e)) for e in editions)
    strange = statistics.median(_time(partial(html, _unknown(n))) for n in range(20))
    bare = statistics.median(_bare(renderer, sheet, editions[n], _frame(2 + n)) for n in range(30))
    message = renderer.render(editions[0], frame)
    read = statistics.median(_time(partial(lint, message, editions[0], frame)) for _ in range(5))
    sealed = _time(lambda: envelope(message, frame))
    letter = envelope(message, frame)
    reader = Recipient(
        address="a@x.example",
        message_id="<a@x.example>",
        date=samples.SENT,
        unsubscribe_url="https://x.example/u/1",
        view_url="https://x.example/v/1",
    )
    spliced = _time(lambda: [letter.address(reader) for _ in range(1000)]) / 1000
    return [
        _line(_WHOLE, whole, "5 premailer runs, the first one's caches empty", cold + 4 * one),
        _line(_WHOLE, whole, "a premailer run, its caches warm", one),
        _line("a further edition, its stories kept", further, _BARE, bare),
        _line("a further edition, its stories new", strange, _BARE, bare),
        _line("50 bare Jinja renders", 50 * bare, "a premailer run, its caches warm", one),
        _line("the lint of an edition", read, "its bare render and a premailer run", bare + one),
        _line("an email for one subscriber", spliced, "the envelope, once", sealed),
    ]


_WHOLE = f"{EDITIONS} editions of {ARTICLES} of {POOL} articles, nothing kept before"
_BARE = "bare Jinja render, no story kept"


def _frame(number: int) -> RenderContext:
    """Return the frame of an issue that shares nothing with another's: no day, no colour."""
    day = samples.SENT + timedelta(days=number)
    brand = replace(samples.NORTHGATE.brand, colour=f"#0b3d{number:02x}")
    publication = replace(samples.NORTHGATE, brand=brand)
    return samples.frame(
        publication=publication, number=number, send_date=day, logo=None, pictures={}
    )


def _html(renderer: Renderer, frame: RenderContext, edition: Edition) -> str:
    return renderer.html(context(edition, frame, language("en-GB")), frame)


def _bare(renderer: Renderer, sheet: Sheet, edition: Edition, frame: RenderContext) -> float:
    view = context(edition, frame, language("en-GB"))
    return _time(lambda: renderer.page(view, frame, sheet))


def _unknown(number: int) -> Edition:
    """Return an edition whose articles no other has."""
    first = POOL + ARTICLES * number
    return _edition([_article(first + n) for n in range(ARTICLES)], number)


def _editions() -> list[Edition]:
    pool, draw = [_article(number) for number in range(POOL)], Random(4)  # noqa: S311 - the same draw each time
    return [_edition(draw.sample(pool, ARTICLES), number) for number in range(EDITIONS)]


def _article(number: int) -> Article:
    shapes = ("harbour", "portrait", "square", None, "panorama")
    shape = shapes[number % 5]
    return samples.article(
        number,
        f"Headline {number} about the tides in the old harbour and what they mean",
        "Two centuries of pencil marks on a lock gate, read again by a camera, show that the "
        f"water has risen twice as fast since {1900 + number}.",
        image=samples.image(shape) if shape else None,
    )


def _edition(articles: Sequence[Article], number: int) -> Edition:
    sections = tuple(
        Section(title=f"Section {at}", articles=tuple(articles[at : at + 6]), more=at % 4)
        for at in range(0, ARTICLES, 6)
    )
    return samples.edition(sections=sections, subject=f"Edition {number}")


def _time(work: Callable[[], object]) -> float:
    start = process_time()
    work()
    return process_time() - start


def _line(name: str, value: float, against: str, other: float) -> dict[str, Any]:
    return {
        "name": name,
        "value": round(value * 1000, 3),
        "unit": "ms",
        "against": f"{against}, {other * 1000:.2f} ms",
        "ratio": round(value / other, 3),
    }


if __name__ == "__main__":
    for line in run():
        print(f"{line['name']}: {line['value']} ms = {line['ratio']} × {line['against']}")
