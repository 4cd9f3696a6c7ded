"""The edit index: what editors did to the articles of a segment; the last word on each article stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from digest.editorial.rules import article_set
from digest.model import Edit

_PLACING = frozenset({"pin", "add", "hide", "delay"})


@dataclass(frozen=True, slots=True, kw_only=True)
class EditIndex:
    """The edits of an issue that goes out at `sent`, on articles by their place in the pool."""

    edits: Sequence[Edit]
    place_of: Mapping[str, int]
    titles: Sequence[str]
    sent: datetime

    def pinned(self, segment: str, had: int) -> dict[int, int | None]:
        """Return the pinned articles in the editor's order, each with the section that was named.

        `had` are those that the segment has had: they do not come again.
        """
        return {
            self.place_of[article]: self._section_of(edit)
            for article, edit in self._standing(segment).items()
            if edit.verb in {"pin", "add"} and article in self.place_of
            if not had >> self.place_of[article] & 1
        }

    def moved(self, segment: str) -> dict[int, int]:
        """Return the articles that an editor moved, each with its section."""
        moves = [e for e in self.edits if e.verb == "move" and _is_for(e, segment)]
        found = {e.article: self._section_of(e) for e in moves if e.article in self.place_of}
        return {self.place_of[id_]: to for id_, to in found.items() if id_ and to is not None}

    def hidden(self, segment: str) -> int:
        """Return the articles that are hidden."""
        standing = self._standing(segment).items()
        return self.numbers(article for article, e in standing if e.verb == "hide")

    def delayed(self, segment: str) -> int:
        """Return the articles that are to wait, for a later issue or a day that has not come."""
        standing = self._standing(segment).items()
        late = [(article, e.start) for article, e in standing if e.verb == "delay"]
        return self.numbers(article for article, until in late if not until or until > self.sent)

    def embargoed(self, segment: str, before: Collection[str]) -> frozenset[str]:
        """Return the articles that are not to be out at `sent`: delayed here or `before`, and not pinned."""
        late = self.delayed(segment) | self.numbers(before)
        pins = self.pinned(segment, 0)
        return frozenset(id_ for id_, i in self.place_of.items() if late >> i & 1 and i not in pins)

    def numbers(self, ids: Iterable[str]) -> int:
        """Return the set of these articles, as far as the pool has them."""
        return article_set(self.place_of[i] for i in ids if i in self.place_of)

    def _standing(self, segment: str) -> dict[str, Edit]:
        """Return the last word on each article, for the segment or for all."""
        found: dict[str, Edit] = {}
        for edit in self.edits:
            if edit.verb in _PLACING and edit.article and _is_for(edit, segment):
                found.pop(edit.article, None)
                found[edit.article] = edit
        return found

    def _section_of(self, edit: Edit) -> int | None:
        return self.titles.index(edit.section) if edit.section in self.titles else None


def _is_for(edit: Edit, segment: str) -> bool:
    return edit.segment is None or edit.segment == segment
