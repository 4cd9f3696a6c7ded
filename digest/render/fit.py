"""Fit an edition into what Gmail shows: find how far it has to be cut from its end."""

from __future__ import annotations

from dataclasses import replace

from digest.model import Edition, Message, Newsletter, Section
from digest.render.counted import as_sent
from digest.render.render_context import RenderContext
from digest.render.renderer import Renderer

LIMIT = 102_400 - 2_400  # what a subscriber's own addresses may add


def fits(message: Message, edition: Edition, newsletter: Newsletter, base: str) -> bool:
    """Tell whether Gmail shows the whole page as it is sent: at most 100,000 bytes."""
    return len(as_sent(message, edition, newsletter, base).html.encode()) <= LIMIT


def most_that_fit(edition: Edition, frame: RenderContext, renderer: Renderer) -> int:
    """Return how many articles of an edition that is too long fit, counted from its beginning.

    One always stays.
    """
    low, high = 1, len(edition.articles)
    while high - low > 1:
        middle = (low + high) // 2
        shorter = cut(edition, middle)
        message, base = renderer.render(shorter, frame), frame.publication.public_url
        if fits(message, shorter, frame.newsletter, base):
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
