"""Run every measurement, print the table, and write out/bench.json."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench import (
    audience,
    delivery,
    desk,
    laboratory,
    pull,
    readers,
    render,
    scale,
    selection,
    start,
)

PARTS = {
    "start": start.run,
    "selection": selection.run,
    "laboratory": laboratory.run,
    "render": render.run,
    "pull": pull.run,
    "audience": audience.run,
    "readers": readers.run,
    "desk": desk.run,
    "delivery": delivery.run,
    "scale": scale.run,
}


def main(names: list[str]) -> None:
    """Run the parts named, or all."""
    found: list[dict[str, Any]] = []
    for name in names or PARTS:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        found += PARTS[name]()
    table = Table(box=SIMPLE_HEAD)
    for column in ("what", "value", "unit", "against", "ratio"):
        table.add_column(column, overflow="fold")
    for line in found:
        ratio = "" if line["ratio"] is None else f"{line['ratio']:g}"
        table.add_row(line["name"], f"{line['value']:g}", line["unit"], line["against"], ratio)
    Console(width=132).print(table)
    out = Path("out/bench.json")
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
