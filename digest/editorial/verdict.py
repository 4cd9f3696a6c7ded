"""The verdict on an issue: whether its editions are enough, or it is skipped, or held for a person."""

from __future__ import annotations

from collections.abc import Mapping

from digest.editorial.selection import Selection
from digest.model import Newsletter, Status


def verdict(
    newsletter: Newsletter, selections: Mapping[str, Selection], titles: Mapping[str, str]
) -> tuple[Status, str | None]:
    """Return what becomes of an issue, and why it is not a draft; `titles` are the articles', by id."""
    least = newsletter.limits.min
    lacking = [f"{name}: {said}" for name, s in selections.items() for said in s.missing]
    short = [name for name, selection in selections.items() if selection.short]
    if lacking:
        return "held", "; ".join(lacking)
    promised = [
        f"{name} is short, and {e.by} promised it “{titles.get(e.article or '', e.article)}”"
        for name in short
        for e in selections[name].promised
    ]
    if promised:
        return "held", "; ".join(promised)
    if short and newsletter.when_short == "hold":
        return "held", f"fewer than {least} articles for {', '.join(short)}"
    if len(short) == len(selections):
        return "skipped", f"no segment has the {least} new articles that an edition needs"
    return "draft", None
