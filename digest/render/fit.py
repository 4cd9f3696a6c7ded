"""Fit an edition into what Gmail shows: find how far it has to be cut from its end."""

from __future__ import annotations

from dataclasses import replace

from digest.model import Edition, Message, Section
from digest.render.context import RenderContext
from digest.render.renderer import Renderer

LIMIT = 102_400 - 2_400  # what a subscriber's own addresses may add


def fits(message: Message) -> bool:
    """Tell whether Gmail shows the whole page: at most 100,000 bytes."""
    return len(message.html.encode()) <= LIMIT


def most_that_fit(edition: Edition, frame: RenderContext, renderer: Renderer) -> int:
    """Return how many articles of an edition that is too long fit, counted from its beginning.

    One always stays.
    """
    low, high = 1, len(edition.articles)
    while high - low > 1:
        middle = (low + high) // 2
        if fits(renderer.render(cut(edition, middle), frame)):
            low = middle
        else:
            high = middle
    return low


def cut(edition: Edition, count: int) -> Edition:
    """Return the edition with its first `count` articles; a section may keep only its `more`."""
    kept: list[Section] = []
    for section in edition.sections:
        taken = section.articles[: max(0, count - sum(len(s.articles) for s in kept))]
        left = section.more + len(section.articles) - len(taken)
        kept.append(replace(section, articles=taken, more=left))
    return replace(edition, sections=tuple(kept))
