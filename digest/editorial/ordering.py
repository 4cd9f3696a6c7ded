"""Ordering: an editor says where an article stands, and its section is kept in the order that follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from digest.errors import UsageError
from digest.model import Edit, Edition


def placed(edits: Iterable[Edit], editions: Sequence[Edition]) -> Iterator[Edit]:
    """Yield edits with each place as an order of its section, in every edition that it speaks to.

    `editions` are those that the editor sees. A place beyond a section's end is its end. An article
    that an edition does not hold, and for which no section is named, gets no place there; UsageError
    where that is so in all of them.
    """
    for edit in edits:
        if edit.place is None:
            yield edit
            continue
        if edit.verb == "pin" or edit.section is not None:
            yield replace(edit, place=None)
        meant = [each for each in editions if edit.segment in {None, each.segment}]
        orders = [order for each in meant for order in _order(edit, each, edit.place)]
        if not orders:
            raise UsageError(
                f"{edit.article} stands in none of these editions, so it has no place to move to; pin "
                "it with a section to bring it in"
            )
        yield from orders


def _order(edit: Edit, edition: Edition, place: int) -> Iterator[Edit]:
    own = {a.id: s.title for s in edition.sections for a in s.articles}
    title = edit.section or own.get(edit.article or "")
    if title is None:
        return
    others = [id_ for id_, section in own.items() if section == title and id_ != edit.article]
    others.insert(place - 1, edit.article or "")
    yield Edit(
        verb="order",
        by=edit.by,
        at=edit.at,
        segment=edition.segment,
        section=title,
        articles=tuple(others),
        why=edit.why,
    )
