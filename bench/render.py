"""Measure the html of many editions against premailer and against bare Jinja, in one run."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from premailer.cache import cache

from digest.model import Edition, Section
from digest.render.edition import Renderer
from digest.render.inline import premail
from digest.render.language import language
from digest.render.mime import Recipient, envelope
from digest.render.view import context
from tests.render import samples

EDITIONS, ARTICLES = 50, 30


def run() -> list[dict[str, Any]]:
    """Return the table's lines; every ratio is of two times of this run."""
    frame = samples.frame(logo=None, pictures={})
    editions = [_edition(number) for number in range(EDITIONS)]
    renderer = Renderer([samples.TEMPLATES])
    tongue = language("en-GB")
    views = [context(edition, frame, tongue) for edition in editions]
    inliner = renderer.inliner(views[0], frame)
    sheet = inliner.sheet
    pages = [renderer.page(view, frame, sheet) for view in views]

    def html(edition: Edition) -> str:
        return renderer.html(context(edition, frame, tongue), frame)

    whole = _time(lambda: [html(edition) for edition in editions])
    cold = _time(lambda: (cache.clear(), premail(pages[0])))
    one = statistics.median(_time(partial(premail, p)) for p in pages[:7])
    bare = statistics.median(_time(partial(renderer.page, v, frame, sheet)) for v in views)
    further = statistics.median(_time(partial(html, e)) for e in editions)
    dressed = statistics.median(_time(partial(inliner.inline, p)) for p in pages)
    message = renderer.render(editions[0], frame)
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
        _line("50 editions of 30 articles, html", whole, "premailer, its caches warm", one),
        _line("50 editions of 30 articles, html", whole, "premailer, its caches empty", cold),
        _line("inlining a further page", dressed, "premailer, its caches warm", one),
        _line("a further edition, html", further, "bare Jinja render", bare),
        _line("50 bare Jinja renders", 50 * bare, "premailer, its caches warm", one),
        _line("an email for one subscriber", spliced, "the envelope, once", sealed),
    ]


def _edition(number: int) -> Edition:
    shapes = ("harbour", "portrait", "square", None, "panorama")
    articles = tuple(
        samples.article(
            n,
            f"Headline {number}.{n} about the tides in the old harbour and what they mean",
            "Two centuries of pencil marks on a lock gate, read again by a camera, show that the "
            f"water has risen twice as fast since {1900 + n}.",
            image=samples.image(shape) if (shape := shapes[(n + number) % 5]) else None,
        )
        for n in range(ARTICLES)
    )
    sections = tuple(
        Section(title=f"Section {at}", articles=articles[at : at + 6], more=at % 4)
        for at in range(0, ARTICLES, 6)
    )
    return samples.edition(sections=sections, subject=f"Edition {number}")


def _time(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


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
