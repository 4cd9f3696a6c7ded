"""Measure how long commands take to start, as whole processes, against bare Python: medians in turn."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from typing import Any

_TIMES = 9
_COMMANDS = {"digest --version": ["--version"], "digest --help": ["--help"]}


def run() -> list[dict[str, Any]]:
    """Return each command's median against that of an empty program, taken turn by turn."""
    programs = {name: ["-m", "digest", *words] for name, words in _COMMANDS.items()}
    took: dict[str, list[float]] = {name: [] for name in ("bare", *programs)}
    for _ in range(_TIMES):
        for name, words in {"bare": ["-c", "pass"], **programs}.items():
            start = time.perf_counter()
            subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - ourselves
            took[name].append(time.perf_counter() - start)
    bare = statistics.median(took["bare"])
    return [
        {
            "name": name,
            "value": round(statistics.median(took[name]), 3),
            "unit": "s",
            "against": "bare Python (5 is the limit)",
            "ratio": round(statistics.median(took[name]) / bare, 2),
        }
        for name in programs
    ]
