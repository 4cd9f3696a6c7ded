"""Plug-ins: what other packages add by entry points. One that fails is told by its name; the rest goes on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, TypeGuard, TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from digest.errors import DigestError, one_line

T = TypeVar("T")
SOURCES, DELIVERERS, LINT = "digest.sources", "digest.deliverers", "digest.lint"
FALLS = (Exception, SystemExit)
"""What a stranger's code may raise: it is caught, and ends nothing of ours."""

_NEEDS: Mapping[str, tuple[str, ...]] = {
    SOURCES: ("check", "address", "read"),
    DELIVERERS: ("read",),
    LINT: ("rules", "check"),
}
"""What a plug-in of each group must have."""
_SHOWN = 300  # characters of what it says


class PluginFailed(DigestError):
    """A plug-in that cannot be used; the sentence names it and its package."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """What a package adds under a name, or the `problem` that keeps it from being used."""

    name: str
    package: str
    value: Any = None
    problem: str = ""

    @property
    def made(self) -> Any:  # noqa: ANN401 - each group has a protocol of its own
        """What it adds; PluginFailed where it cannot be used."""
        if self.problem:
            raise PluginFailed(self.problem)
        return self.value

    def fell(self, error: str | BaseException) -> str:
        """Say that it fell over what it was given, or gave something that is of no use."""
        said = error if isinstance(error, str) else type(error).__name__
        with suppress(Exception):  # an exception of its own may fall over its own words
            said = f"{said}: {error}" if isinstance(error, BaseException) else said
        said = one_line(said, _SHOWN)
        return f"the plug-in {self.name} of {self.package} cannot be used: {said}"


def is_whole(value: object, kind: type[T]) -> TypeGuard[T]:
    """Tell whether a stranger's value is of a kind, a dataclass, and each field holds what it says."""
    if not isinstance(value, kind):
        return False
    adapter: TypeAdapter[T] = _adapter(cast("Any", kind))
    try:
        adapter.validate_json(adapter.dump_json(value, warnings="error"), strict=True)
    except (PydanticSerializationError, ValidationError):
        return False
    return True


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - a type
    return TypeAdapter(kind)


@cache
def plugins(group: str) -> Mapping[str, Plugin]:
    """Return the plug-ins of a group by name; of two with one name the first by its package's."""
    found: dict[str, Plugin] = {}
    points = entry_points(group=group)
    for point in sorted(points, key=lambda p: (p.name, p.dist.name if p.dist else "")):
        found.setdefault(point.name, _loaded(point, _NEEDS[group]))
    return found


def unusable() -> Iterator[Plugin]:
    """Yield the plug-ins that cannot be used, whatever they add."""
    for group in _NEEDS:
        yield from (plugin for plugin in plugins(group).values() if plugin.problem)


def _loaded(point: EntryPoint, needs: tuple[str, ...]) -> Plugin:
    package = f"{point.dist.name} {point.dist.version}" if point.dist else "no package"
    found = Plugin(name=point.name, package=package)
    try:
        value = point.load()
        lacking = [name for name in needs if not hasattr(value, name)]
    except FALLS as error:  # whatever a stranger's module does when imported
        return replace(found, problem=found.fell(error))
    if lacking:
        said = f"{point.value} has no {' and no '.join(lacking)}"
        return replace(found, problem=found.fell(said))
    return replace(found, value=value)
