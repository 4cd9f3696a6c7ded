"""Who belongs to a segment: who is put into it by name, and whose attributes meet its rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from operator import ge, gt, le, lt
from typing import Any

from digest.editorial.folding import folded_tag
from digest.editorial.tags import pattern
from digest.model import Segment, Subscriber

_COMPARED = re.compile(r"\s*(>=|<=|>|<)\s*(.*?)\s*")
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,15})?")
_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {">=": ge, "<=": le, ">": gt, "<": lt}

_Test = Callable[[str], bool]


class Membership:
    """The segments of each subscriber; attributes are compared as tags are, whatever their spelling."""

    def __init__(self, segments: Mapping[str, Segment]) -> None:
        self._rules = [
            (
                each.name,
                [(folded_tag(key), [*map(_test, said)]) for key, said in each.members.items()],
            )
            for each in segments.values()
            if each.members
        ]
        self._keys = sorted({key for _, conditions in self._rules for key, _ in conditions})
        # many have the same department and the same year
        self._that_hold = lru_cache(maxsize=8192)(self._hold)

    def of(self, person: Subscriber) -> tuple[str, ...]:
        """Return the segments that a subscriber belongs to: those by name, then those by rule."""
        return (*person.segments, *self.by_rule(person))

    def by_rule(self, person: Subscriber) -> tuple[str, ...]:
        """Return the segments that a subscriber belongs to by what they are alone."""
        if not self._rules or not person.attributes:
            return ()
        facts = {folded_tag(name): said for name, said in person.attributes.items()}
        found = self._that_hold(*map(facts.get, self._keys))
        return tuple(name for name in found if name not in person.segments)

    def _hold(self, *said: str | None) -> tuple[str, ...]:
        """Return the segments whose rules hold for these values of the attributes that rules ask for."""
        facts = dict(zip(self._keys, said, strict=True))
        return tuple(
            name
            for name, conditions in self._rules
            if all(
                # an attribute, or one of several that a `;` parts, meets one of the tests
                (words := facts[key]) is not None
                and any(test(each) for each in words.split(";") for test in tests)
                for key, tests in conditions
            )
        )


def is_comparison(text: str) -> bool:
    """Tell whether what a rule wants of an attribute is a comparison, such as `>=3`."""
    return _COMPARED.fullmatch(text) is not None


def can_compare(text: str) -> bool:
    """Tell whether a comparison is with a number or a day."""
    found = _COMPARED.fullmatch(text)
    return found is not None and _measure(found[2]) is not None


def _test(wanted: str) -> _Test:
    if found := _COMPARED.fullmatch(wanted):
        compare, than = _ORDER[found[1]], _measure(found[2])

        def compared(said: str) -> bool:
            measure = _measure(said)
            return type(measure) is type(than) and compare(measure, than)

        return compared
    matching = pattern(wanted)
    return lambda said: matching.fullmatch(folded_tag(said)) is not None


@lru_cache(maxsize=8192)
def _measure(text: str) -> float | date | None:
    """Read a number or a day; None where a text is neither."""
    seen = text.strip()
    if _NUMBER.fullmatch(seen):
        return float(seen)
    try:
        return date.fromisoformat(seen)
    except ValueError:
        return None
