"""Measure the import of an audience file against csv.reader and executemany of the same rows, and its memory."""

from __future__ import annotations

import csv
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

_ROWS = int(os.environ.get("BENCH_READERS", "1000000"))
_CONFIG = """\
publication: {name: P, url: "https://p.example/"}
sources: {s: {archive: notes}}
segments: {staff: {title: Staff, match: {any: ["*"]}}}
newsletters:
  w: {title: W, sender: "W <w@p.example>", segments: [staff], sections: [{title: N, rest: true}]}
delivery: {folder: sent}
"""
_CREATE = "CREATE TABLE people (key TEXT PRIMARY KEY, token TEXT UNIQUE, status TEXT, data TEXT)"


def run() -> list[dict[str, Any]]:
    """Return the processor time and the memory of an import, and of an export, each a whole process."""
    with TemporaryDirectory() as folder:
        where = Path(folder)
        (where / "feeds.yaml").write_text(_CONFIG)
        file = where / "people.csv"
        _write(file)
        bare = _bare(file, where / "bare.db")
        command = [sys.executable, "-m", "digest", "--config", str(where / "feeds.yaml")]
        taken, memory = _measured([*command, "subscribers", "import", str(file)])
        out, flat = _measured([*command, "subscribers", "export"])
    against = "csv.reader and executemany"
    return [
        _line(f"import of {_ROWS:,} readers, processor", taken, "s", against, taken / bare),
        _line(
            f"import of {_ROWS:,} readers, memory", memory, "MB", "(200 is the limit)", memory / 200
        ),
        _line(f"export of {_ROWS:,} readers, processor", out, "s", against, out / bare),
        _line(f"export of {_ROWS:,} readers, memory", flat, "MB", "(200 is the limit)", flat / 200),
    ]


def _line(name: str, value: float, unit: str, against: str, ratio: float) -> dict[str, Any]:
    said = {"name": name, "value": round(value, 1), "unit": unit, "against": against}
    return {**said, "ratio": round(ratio, 2)}


def _write(file: Path) -> None:
    with file.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("address", "name", "segments", "status", "department", "year"))
        for n in range(_ROWS):
            address = f"reader{n * 7919 % _ROWS}@dept{n % 97}.example"
            writer.writerow((address, f"Reader {n}", "staff", "confirmed", f"Dept {n % 40}", n % 5))


def _bare(file: Path, database: Path) -> float:
    """Return the processor time that the same rows take with nothing around them."""
    start = time.process_time()
    with file.open(newline="") as text, closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(_CREATE)
        rows = csv.reader(text)
        next(rows)
        put = "INSERT INTO people VALUES (?, ?, ?, ?)"
        connection.executemany(put, ((r[0].lower(), r[0][::-1], r[3], json.dumps(r)) for r in rows))
        connection.commit()
    return time.process_time() - start


def _measured(command: Sequence[str]) -> tuple[float, float]:
    """Return the processor time of a process in seconds, and the most memory that it had, in MB."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:  # noqa: S603 - ourselves
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1000
