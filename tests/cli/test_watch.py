"""`digest check --watch` follows what is saved."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

from rich.console import Console

from digest.cli import text_output
from digest.cli.context import Context
from digest.cli.project import _seen
from digest.findings import Finding, Where
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom
from tests.helpers.processes import Command, start


@contextmanager
def watching(room: Newsroom, *words: str) -> Iterator[Command]:
    command = start(["--config", str(room.folder / "feeds.yaml"), "check", "--watch", *words])
    try:
        yield command
        # Python drops an interrupt that comes in a finalizer; a person presses Ctrl-C again
        while command.process.exitcode is None:
            os.kill(command.pid, signal.SIGINT)
            command.process.join(5)
        assert command.wait() == 0
    finally:
        command.process.kill()


def line(command: Command) -> str:
    said = b""
    while not said.endswith(b"\n"):
        assert command.out.poll(30), "it says nothing"
        said += os.read(command.out.fileno(), 1)
    return said.decode()


def rules(command: Command) -> list[str]:
    return [each["rule"] for each in json.loads(line(command))["problems"]]


def test_each_change_is_checked_and_a_broken_file_is_waited_for(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW)
    room.open()
    config, whole = tmp_path / "feeds.yaml", (tmp_path / "feeds.yaml").read_text()
    with watching(room, "--json") as command:
        first = rules(command)
        (tmp_path / "notes").rename(tmp_path / "away")
        assert rules(command) == ["missing-file", *first]

        config.write_text(f"{whole}moon: 1\n")
        broken = json.loads(line(command))["problems"]
        assert [each["rule"] for each in broken] == ["not-checked"]
        assert broken[0]["where"].endswith(f"feeds.yaml:{whole.count(chr(10)) + 1}")
        assert broken[0]["message"].startswith("moon: there is no such key")

        config.write_text(whole)
        assert rules(command) == ["missing-file", *first]


def test_what_came_and_what_is_solved_has_a_line() -> None:
    console = Console(file=StringIO(), width=100)
    came = Finding(
        rule="a",
        severity="error",
        message="there is no [b]",
        where=Where(file="feeds.yaml", line=3, key="x"),
    )
    gone = Finding(rule="b", severity="warning", message="nobody reads it")

    text_output.turns(console, [came], [gone])

    assert console.file.getvalue() == (  # type: ignore[attr-defined]
        "error feeds.yaml:3 x: there is no [b]\nsolved nobody reads it\n"
    )


def test_a_database_among_the_sources_is_no_change(tmp_path: Path) -> None:
    Newsroom(tmp_path, NOW).open()
    context = Context()
    context.options["config"] = str(tmp_path / "feeds.yaml")
    before = _seen(context, [tmp_path])

    (tmp_path / "digest.db-wal").write_text("a page")
    assert _seen(context, [tmp_path]) == before
    (tmp_path / "notes" / "new.md").write_text("a note")
    assert _seen(context, [tmp_path]) != before


def test_a_terminal_is_cleared_and_shows_all_that_stands(tmp_path: Path) -> None:
    Newsroom(tmp_path, NOW).open()
    (tmp_path / "notes").rmdir()
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "digest", "check", "--watch"]
    # who runs the tests in the background has it ignored, and what they start inherits that
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(  # noqa: S603 - ourselves
        command, cwd=tmp_path, stdin=theirs, stdout=theirs, stderr=theirs
    ) as made:
        signal.signal(signal.SIGINT, before)
        os.close(theirs)
        said = b""
        while said.count(b"\x1b[2J") < 1 or b"missing-file" not in said:
            said += os.read(ours, 4096)
        (tmp_path / "notes").mkdir()
        (tmp_path / "notes" / "a.md").write_text("# A\n\nWords.\n")
        while b"solved" not in said.rpartition(b"\x1b[2J")[2]:
            said += os.read(ours, 4096)
        made.send_signal(signal.SIGINT)
        assert made.wait(30) == 0
    os.close(ours)

    assert said.count(b"\x1b[2J") == 2
