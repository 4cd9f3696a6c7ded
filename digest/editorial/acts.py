"""Acts: what can be undone and redone of an issue's history, and which edits meet somebody else's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from digest.model import Act, Edit

_PLACING = frozenset({"pin", "lead", "hide", "move", "delay", "hold", "add"})
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoStep:
    """A way back or forth: the act that is undone or redone, and the patch that it leads to."""

    act: Act
    patch: tuple[Edit, ...]


def steps(acts: Iterable[Act]) -> tuple[UndoStep | None, UndoStep | None]:
    """Return the step that undo takes, and the one that redo takes; None where there is none."""
    done: list[UndoStep] = []
    undone: list[UndoStep] = []
    for act in acts:
        if act.kind == "edit":
            done.append(UndoStep(act=act, patch=act.before))
            undone.clear()
        elif act.kind == "undo":
            undone.append(UndoStep(act=done.pop().act, patch=act.before))
        elif act.kind == "redo":
            done.append(UndoStep(act=undone.pop().act, patch=act.before))
    return (done[-1] if done else None, undone[-1] if undone else None)


def met(acts: Sequence[Act], seen: int, patch: Sequence[Edit], edits: Iterable[Edit]) -> list[str]:
    """Return who changed what these edits change, since an editor saw the issue after `seen` acts.

    `patch` is how it stands now. An edit that says what stands already meets nobody's, nor does one
    of a section's order, which is made of the order as it is now.
    """
    stands = [_bare(each) for each in patch]
    mine = [e for e in edits if e.verb != "order" and _bare(e) not in stands]
    later = [*(act.before for act in acts[seen + 1 :]), patch]
    return [
        act.by
        for act, after in zip(acts[seen:], later, strict=False)
        if any(
            (None in {edit.segment, each.segment} or edit.segment == each.segment)
            and _subject(edit) == _subject(each)
            for each in _changed(act.before, after)
            for edit in mine
        )
    ]


def _changed(before: Sequence[Edit], after: Sequence[Edit]) -> Iterator[Edit]:
    then, now = [*map(_bare, before)], [*map(_bare, after)]
    yield from (each for each in then if each not in now)
    yield from (each for each in now if each not in then)


def _subject(edit: Edit) -> tuple[str, str | None]:
    """Return what an edit speaks of: an article's place, its words, or words of the edition."""
    if edit.verb in _PLACING:
        return "place", edit.article
    return edit.verb, edit.value if edit.verb == "notice" else edit.article


def _bare(edit: Edit) -> Edit:
    """Return what an edit does, whoever did it, when and why."""
    return replace(edit, by="", at=_NEVER, why=None, base=None)
