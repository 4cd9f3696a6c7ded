"""Which features a block of declarations uses with nothing beside them that says the same."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache, lru_cache

from digest.render.checks.clients import OUTLOOK
from digest.render.checks.features import STAND_INS, Matcher, Matchers, matchers, table
from digest.render.checks.styles import Declared, parsed
from digest.render.colour import rgb

# what a property is where nobody says anything: who does not know it loses nothing
_INITIAL = {
    **dict.fromkeys(
        (
            *("float", "transform", "box-shadow", "text-shadow", "filter", "backdrop-filter"),
            *("animation", "transition", "clip-path", "mask", "border-image", "clear"),
            *("background-image", "max-height", "max-width", "max-inline-size", "max-block-size"),
            *("perspective", "text-emphasis"),
        ),
        ("none",),
    ),
    "border-radius": ("0", "0px"),
    "outline": ("none", "0", "0px"),
    "hyphens": ("none", "manual"),
    "resize": ("none",),
    "min-width": ("0", "0px", "auto"),
    "min-height": ("0", "0px", "auto"),
    "position": ("static",),
    "overflow": ("visible",),
    "overflow-x": ("visible",),
    "overflow-y": ("visible",),
    "visibility": ("visible",),
    "z-index": ("auto",),
    "box-sizing": ("content-box",),
    "background-repeat": ("repeat",),
    "background-position": ("0 0", "top left", "left top", "0% 0%"),
    "background-size": ("auto",),
    "list-style-position": ("outside",),
    "cursor": ("auto", "default"),
    "opacity": ("1", "100%"),
    "flex-wrap": ("nowrap",),
    "flex-direction": ("row",),
    "table-layout": ("auto",),
    "object-fit": ("fill",),
    "caption-side": ("top",),
    "text-overflow": ("clip",),
    "text-decoration-style": ("solid",),
    "mix-blend-mode": ("normal",),
    "writing-mode": ("horizontal-tb",),
    **dict.fromkeys(("white-space", "word-break", "overflow-wrap", "word-wrap"), ("normal",)),
    **dict.fromkeys(("word-spacing", "gap", "column-gap", "row-gap"), ("normal", "0", "0px")),
    **dict.fromkeys(("left", "right", "top", "bottom", "columns", "column-count"), ("auto",)),
}
_NOTHING = ("0", "0px", "none", "auto", "normal")  # stands in for nothing
_ANYWHERE = ("inherit", "unset", "revert")


@dataclass(frozen=True, slots=True)
class Used:
    """A feature used in a block of declarations: in which, who is without it, what stands in for it."""

    matcher: Matcher
    name: str
    failing: frozenset[str]
    attributes: tuple[str, ...]


@lru_cache(maxsize=2048)
def used_in(style: str) -> tuple[Used, ...]:
    """Return the features that a block of declarations uses with nothing beside them."""
    known, declared = matchers(), parsed(style).declared
    names = {d.name for d in declared if d.looks not in _NOTHING}
    names |= {f"{d.name}:{d.looks.lower()}" for d in declared}
    grounds = [d.looks for d in declared if d.name == "background"]
    if any(rgb(word) is not None for looks in grounds for word in looks.split()):
        names.add("background-color")
    unseen = (
        {OUTLOOK} if any(d.name == "mso-hide" and d.looks == "all" for d in declared) else set()
    )
    found: dict[Matcher, Used] = {}
    for one in declared:
        lacking = {c for m in known.properties(one.plain_name) for c in m.feature.fails}
        others = [d for d in declared if d is not one and _says_as_much(d, one)]
        usual = one.looks.lower() in (*_ANYWHERE, *_INITIAL.get(one.plain_name, ()))
        for matcher in known.properties(one.plain_name) if not usual else ():
            failing = frozenset(matcher.feature.fails) - _spared(matcher, names) - unseen
            _add(found, matcher, one, failing)
        for matcher in _by_value(one, known):
            plain = any(not matcher.pattern.search(d.looks) for d in others)
            failing = frozenset(matcher.feature.fails) - _spared(matcher, names) - unseen - lacking
            _add(found, matcher, one, frozenset() if plain else failing)
    return tuple(found.values())


def _add(
    found: dict[Matcher, Used], matcher: Matcher, one: Declared, failing: frozenset[str]
) -> None:
    if failing:
        said = STAND_INS.get(matcher.feature.name, ())
        attributes = tuple(name[1:] for name in said if name.startswith("@"))
        found.setdefault(matcher, Used(matcher, one.plain_name, failing, attributes))


def _says_as_much(other: Declared, one: Declared) -> bool:
    """Tell whether a declaration is of the same property, of its shorthand, or of a part of it."""
    short, long = sorted((other.name, one.name), key=len)
    return short == long or long.startswith(f"{short}-")


def _by_value(one: Declared, known: Matchers) -> Iterator[Matcher]:
    met: set[str] = set()
    if one.name.startswith("--") or one.looks.lower() in _INITIAL.get(one.plain_name, ()):
        return
    subjects = (one.plain_name, "*")
    for matcher in known.of("value", *subjects):
        name = matcher.feature.name
        if name not in met and matcher.pattern.search(one.looks):
            met.add(name)
            yield matcher


def _spared(matcher: Matcher, names: AbstractSet[str]) -> AbstractSet[str]:
    """Return the clients that know a property beside it which says the same."""
    known = matchers()
    spared: set[str] = set()
    for stand_in in STAND_INS.get(matcher.feature.name, ()):
        if stand_in in names:
            lacking = {c for m in known.properties(stand_in) for c in m.feature.fails}
            spared |= all_clients() - lacking
    return spared


@cache
def all_clients() -> frozenset[str]:
    """Return every mail program that the table speaks of."""
    return frozenset(client for f in table()[1].values() for client in f.fails)
