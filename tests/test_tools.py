"""The tools for those who work on the code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_list_of_crumbs_ends_quietly_where_its_reader_has_seen_enough() -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "tools/crumbs.py", "digest/cli"]
    done = subprocess.run(  # noqa: S603 - our own script
        command, stdout=write, stderr=subprocess.PIPE, cwd=ROOT, check=False
    )
    os.close(write)

    assert done.stderr == b""
