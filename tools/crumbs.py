"""Print how many functions are private and named once in their own file, room by room, and which.

Such a helper may be a thought of its own; one whose name says no more than its lines hides them.
What is decorated, passed as a value or a generator has another reason to stand apart, and is counted
beside the crumbs.
"""

from __future__ import annotations

import ast
import signal
import sys
from collections import Counter, defaultdict
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef


def main() -> None:
    """Print a line a room, then the crumbs of the folder that is named, or of all; shortest first."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "digest")
    rooms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    named: list[tuple[int, str]] = []
    for file in sorted(folder.rglob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        nodes = [*ast.walk(tree)]
        functions = [node for node in nodes if isinstance(node, Function)]
        called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
        uses: defaultdict[str, list[bool]] = defaultdict(list)
        for node in nodes:
            if isinstance(node, ast.Name | ast.Attribute):
                name = node.id if isinstance(node, ast.Name) else node.attr
                uses[name].append(id(node) in called)
        for each in functions:
            counts = Counter(functions=1)
            # a recursive one names itself once more, and so is none
            if each.name.startswith("_") and each.name[:2] != "__" and len(uses[each.name]) == 1:
                counts["once"] = 1
                yields = any(
                    isinstance(inner, ast.Yield | ast.YieldFrom) for inner in ast.walk(each)
                )
                if uses[each.name] == [True] and not yields and not each.decorator_list:
                    counts["crumbs"] = 1
                    lines = (each.end_lineno or 0) - each.body[0].lineno + 1
                    named.append((lines, f"{file}:{each.lineno} {each.name}"))
            rooms[file.parent.as_posix()] += counts
            rooms["all"] += counts
    print(f"{'room':<26}{'functions':>10}{'once':>6}{'share':>8}{'crumbs':>8}{'share':>8}")
    for room, sums in sorted(rooms.items(), key=lambda item: (item[0] == "all", item[0])):
        shares = (sums[kind] / sums["functions"] for kind in ("once", "crumbs"))
        once, crumbs = (f"{share:>8.1%}" for share in shares)
        print(
            f"{room:<26}{sums['functions']:>10}{sums['once']:>6}{once}{sums['crumbs']:>8}{crumbs}"
        )
    print()
    for lines, crumb in sorted(named):
        print(f"{lines:>4} lines  {crumb}")


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `| head` has seen enough, and that is no fault
    main()
