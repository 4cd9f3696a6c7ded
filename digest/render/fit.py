"""Fit an edition into what Gmail shows: cut it from its end, and say how many are left out."""

from __future__ import annotations

from dataclasses import replace

from digest.model import Edition, Message, Section
from digest.render.edition import Renderer
from digest.render.frame import Frame

LIMIT = 102_400 - 2_400  # what a subscriber's own addresses may add


def fit(edition: Edition, frame: Frame, renderer: Renderer) -> tuple[Edition, Message]:
    """Return the longest beginning of an edition whose page has at most 100,000 bytes, rendered.

    One article always stays. What is cut counts as its section's `more`.
    """
    message = renderer.render(edition, frame)
    if _fits(message):
        return edition, message
    # the most articles that fit: halve the span between one that does and one that does not
    low, high = 1, len(edition.articles)
    best = cut(edition, low), renderer.render(cut(edition, low), frame)
    while high - low > 1:
        middle = (low + high) // 2
        shorter = cut(edition, middle)
        message = renderer.render(shorter, frame)
        if _fits(message):
            low, best = middle, (shorter, message)
        else:
            high = middle
    return best


def cut(edition: Edition, count: int) -> Edition:
    """Return the edition with its first `count` articles; a section may keep only its `more`."""
    kept: list[Section] = []
    for section in edition.sections:
        taken = section.articles[: max(0, count - sum(len(s.articles) for s in kept))]
        left = section.more + len(section.articles) - len(taken)
        kept.append(replace(section, articles=taken, more=left))
    return replace(edition, sections=tuple(kept))


def _fits(message: Message) -> bool:
    return len(message.html.encode()) <= LIMIT
