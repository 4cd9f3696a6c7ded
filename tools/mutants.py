"""Change the code of a room a little, again and again (mutmut), and count what its tests notice.

`python tools/mutants.py ROOM [FILE]` works in a copy of its own under `out/mutants`; a second run takes
up what the first left. The quick tests of the room decide: tests/ROOM.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
COPIES = ROOT / "out" / "mutants"
COPIED = ("digest", "tests", "templates", "examples")
SETTINGS = """\
[mutmut]
source_paths = digest
only_mutate = {code}
pytest_add_cli_args_test_selection = {tests}
also_copy =
    templates
    examples
    feeds.yaml
    docs
"""
MISSED = (0, 33)  # mutmut's exit status of a mutant's tests: all passed, or none there


def main() -> None:
    """Make the copy, let mutmut work in it, and print the score of each file and of the room."""
    room, *file = sys.argv[1:]
    code = file[0] if file else f"digest/{room}/*.py"
    copy = COPIES / (Path(code).stem if file else room)
    copy.mkdir(parents=True, exist_ok=True)
    for name in (*COPIED, "docs"):
        shutil.copytree(ROOT / name, copy / name, dirs_exist_ok=True)
    for name in ("pyproject.toml", "feeds.yaml"):
        shutil.copy(ROOT / name, copy)
    (copy / "setup.cfg").write_text(SETTINGS.format(code=code, tests=f"tests/{room}"))
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    subprocess.run([sys.executable, "-m", "mutmut", "run"], cwd=copy, env=environment, check=True)
    files = _found(copy, code)
    survivors = [name for found in files.values() for name, end in found if end in MISSED]
    print("\n".join(f"  {name}" for name in sorted(survivors)))
    print(f"  (python -m mutmut show NAME, in {copy}, prints the change)" if survivors else "")
    for name, found in sorted(files.items()):
        print(_line(name, Counter(end for _, end in found)))
    print(_line(room, Counter(end for found in files.values() for _, end in found)))


def _found(copy: Path, code: str) -> dict[str, list[tuple[str, int]]]:
    """Return each file's mutants, with the exit status of their tests."""
    files: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for meta in (copy / "mutants").glob(f"{code}.meta"):
        name = str(meta.relative_to(copy / "mutants").with_suffix(""))
        files[name] = [*json.loads(meta.read_text())["exit_code_by_key"].items()]
    return {name: found for name, found in files.items() if found}


def _line(name: str, ends: Counter[int]) -> str:
    """Say how many were noticed; one that never ended counts as noticed."""
    count, missed = ends.total(), sum(ends[end] for end in MISSED)
    score = 100 * (count - missed) / count if count else 100
    return f"{name:<44}{count - missed:>6} of {count:<6}{score:>6.1f} %"


if __name__ == "__main__":
    main()
