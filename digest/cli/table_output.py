"""The tables that commands show a person: plain, and wide enough to read."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.console import Console, JustifyMethod
from rich.table import Table

_NUMBERS = frozenset("new updated seen articles size rank points attempts readers unsure".split())
_UNBROKEN = frozenset({"severity", "rule"})


def table(first: str, *columns: str, justify: JustifyMethod | None = None) -> Table:
    """Return an empty table; `justify` is of all columns but the first, else only numbers stand right."""
    made = Table(box=SIMPLE_HEAD, header_style="bold", pad_edge=False)
    made.add_column(first, overflow="fold", no_wrap=first in _UNBROKEN)
    for name in columns:
        side = justify or ("right" if name in _NUMBERS else "left")
        made.add_column(name, justify=side, overflow="fold", no_wrap=name in _UNBROKEN)
    return made


def show(console: Console, filled: Table) -> None:
    """Print a table, its cells folded to the terminal's width."""
    console.print(filled, soft_wrap=False)


def many(count: int, one: str, several: str = "") -> str:
    """Return how many there are of a thing: `1 issue`, `2 issues`, `3 stories`."""
    return f"{count} {one if count == 1 else several or f'{one}s'}"
