"""The edit index: what editors did to the articles of a segment; the last word on each article stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from digest.editorial.rules import article_set
from digest.model import Edit

_PINS = frozenset({"pin", "add", "lead"})
_PLACING = _PINS | {"hold", "hide", "delay"}


@dataclass(frozen=True, slots=True, kw_only=True)
class EditIndex:
    """The edits of an issue that goes out at `sent`, on articles by their place in the pool."""

    edits: Sequence[Edit]
    place_of: Mapping[str, int]
    titles: Sequence[str]
    sent: datetime

    def pinned(self, segment: str, had: int) -> tuple[int, ...]:
        """Return the pinned articles in the editors' order.

        `had` are those that the segment has had: they do not come again.
        """
        return tuple(
            self.place_of[article]
            for article, edit in self.standing(segment).items()
            if edit.verb in _PINS and article in self.place_of
            if not had >> self.place_of[article] & 1
        )

    def tops(self, segment: str) -> tuple[int, ...]:
        """Return what editors pinned to the top of its section, in their order."""
        return tuple(
            self.place_of[article]
            for article, edit in self.standing(segment).items()
            if edit.verb == "pin" and article in self.place_of
        )

    def sections(self, segment: str) -> dict[int, int]:
        """Return the section that editors named last for an article, in a pin or in a move."""
        mine = (e for e in self.edits if is_for(e, segment))
        named = (e for e in mine if e.verb == "move" or e.verb in _PINS or self._is_kept(e))
        return {
            self.place_of[edit.article]: self.titles.index(edit.section or "")
            for edit in named
            if edit.article and edit.article in self.place_of and edit.section in self.titles
        }

    def moved(self, segment: str) -> frozenset[int]:
        """Return the articles that an editor moved."""
        moves = (e.article for e in self.edits if e.verb == "move" and is_for(e, segment))
        return frozenset(self.place_of[id_] for id_ in moves if id_ and id_ in self.place_of)

    def ordered(self, segment: str) -> dict[int, tuple[int, ...]]:
        """Return by section the articles that editors put in order; what was pinned since stands first."""
        found: dict[int, tuple[int, ...]] = {}
        for edit in (each for each in self.edits if is_for(each, segment)):
            if edit.verb == "order" and edit.section in self.titles:
                known = (self.place_of[id_] for id_ in edit.articles if id_ in self.place_of)
                found[self.titles.index(edit.section)] = tuple(known)
            elif edit.verb in {"pin", "lead"} and edit.article and edit.article in self.place_of:
                top = self.place_of[edit.article]
                found = {s: (top, *(i for i in own if i != top)) for s, own in found.items()}
        return found

    def leads(self, segment: str) -> tuple[int, ...]:
        """Return the articles that editors want to lead, the last word first."""
        standing = self.standing(segment).items()
        leads = [self.place_of[i] for i, e in standing if e.verb == "lead" and i in self.place_of]
        return tuple(reversed(leads))

    def added(self, segment: str) -> int:
        """Return the articles that an editor added or promised, also where they were put off since."""
        verbs = {"add", "hold"}
        adds = (e.article for e in self.edits if e.verb in verbs and is_for(e, segment))
        return self.numbers(id_ for id_ in adds if id_)

    def hidden(self, segment: str) -> int:
        """Return the articles that are hidden."""
        standing = self.standing(segment).items()
        return self.numbers(article for article, e in standing if e.verb == "hide")

    def delayed(self, segment: str) -> int:
        """Return the articles that are to wait, for a later issue or a day that has not come."""
        standing = self.standing(segment).items()
        late = [(article, e.start) for article, e in standing if e.verb in {"delay", "hold"}]
        return self.numbers(article for article, until in late if not until or until > self.sent)

    def promised(self, segment: str) -> tuple[Edit, ...]:
        """Return the articles that are held for a day which has come."""
        standing = self.standing(segment).values()
        return tuple(edit for edit in standing if self._is_kept(edit))

    def embargoed(self, segment: str, before: Collection[str]) -> frozenset[str]:
        """Return the articles that are not to be out at `sent`: delayed here or `before`, and not pinned."""
        late = self.delayed(segment) | self.numbers(before)
        pins = self.pinned(segment, 0)
        return frozenset(id_ for id_, i in self.place_of.items() if late >> i & 1 and i not in pins)

    def numbers(self, ids: Iterable[str]) -> int:
        """Return the set of these articles, as far as the pool has them."""
        return article_set(self.place_of[i] for i in ids if i in self.place_of)

    def _is_kept(self, edit: Edit) -> bool:
        """Tell whether an edit holds its article for a day that has come."""
        return edit.verb == "hold" and edit.start is not None and edit.start <= self.sent

    def standing(self, segment: str) -> dict[str, Edit]:
        """Return the last word on each article, for the segment or for all."""
        found: dict[str, Edit] = {}
        for edit in self.edits:
            if edit.verb in _PLACING and edit.article and is_for(edit, segment):
                found.pop(edit.article, None)  # its place in the editors' order is that of the last
                found[edit.article] = edit
        return found


def is_for(edit: Edit, segment: str) -> bool:
    """Tell whether an edit speaks to a segment: it names it, or none."""
    return edit.segment is None or edit.segment == segment
