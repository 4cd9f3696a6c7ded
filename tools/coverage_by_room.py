"""Print what the tests reach, room by room, from the data that `coverage run` left; fail under 97 %."""

from __future__ import annotations

import io
import json
import sys
from collections import Counter, defaultdict
from pathlib import PurePosixPath
from tempfile import NamedTemporaryFile

from coverage import Coverage

LEAST = 97.0  # percent of lines and branches together


def main() -> None:
    """Sum up by the folder below `digest`, then name the files that miss most."""
    found = Coverage()
    found.load()
    with NamedTemporaryFile(suffix=".json") as file:
        found.json_report(outfile=file.name)
        files = json.load(file)["files"]
    rooms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for name, each in files.items():
        counts = Counter({k: v for k, v in each["summary"].items() if isinstance(v, int)})
        rooms[_room(name)] += counts
        rooms["all"] += counts
    print(f"{'room':<12}{'lines':>8}{'missing':>9}{'branches':>10}{'missing':>9}{'reached':>10}")
    for room, sums in sorted(rooms.items(), key=lambda item: (item[0] == "all", item[0])):
        print(
            f"{room:<12}{sums['num_statements']:>8}{sums['missing_lines']:>9}"
            f"{sums['num_branches']:>10}{sums['missing_branches']:>9}{_reached(sums):>9.1f}%"
        )
    text = io.StringIO()
    found.report(file=text, show_missing=True, skip_covered=True, sort="-miss")
    print("\n" + text.getvalue())
    if _reached(rooms["all"]) < LEAST:
        sys.exit(f"the tests reach less than {LEAST} %")


def _room(file: str) -> str:
    parts = PurePosixPath(file.replace("\\", "/")).parts
    inside = parts[parts.index("digest") + 1 :]
    return inside[0] if len(inside) > 1 else "(top)"


def _reached(sums: Counter[str]) -> float:
    whole = sums["num_statements"] + sums["num_branches"]
    missing = sums["missing_lines"] + sums["missing_branches"]
    return 100 * (whole - missing) / whole if whole else 100.0


if __name__ == "__main__":
    main()
