"""Commands load what they use, and no more."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from digest.cli import main
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom

HEAVY = (
    *("feedparser", "premailer", "trafilatura", "requests", "apscheduler"),
    *("cssutils", "icalendar", "alembic", "flask"),
)
LIBRARIES = (*HEAVY, "sqlalchemy", "pydantic", "rich", "lxml", "jinja2")
START = (
    "import sys\n"
    "from digest.cli.main import main\n"
    "try:\n    main(sys.argv[1:])\n"
    "except SystemExit as end:\n    print('exit', end.code)\n"
    "print('loaded', *[m for m in {} if m in sys.modules])"
)


def started(
    modules: tuple[str, ...], *words: str, **environment: str
) -> tuple[list[str], set[str]]:
    """Return what a command says and which of the modules it imports, in a process of its own."""
    command = [sys.executable, "-c", START.format(modules), *words]
    done = subprocess.run(  # noqa: S603 - ourselves
        command, check=True, capture_output=True, text=True, env={**os.environ, **environment}
    )
    *said, ended, found = done.stdout.splitlines()
    assert ended == "exit 0", done
    return said, {*found.split()[1:]}


def loaded(modules: tuple[str, ...], *words: str) -> set[str]:
    """Return which of the modules a command imports."""
    return started(modules, *words)[1]


@pytest.mark.parametrize("words", [("--version",), ("--help",)])
def test_help_and_version_load_no_library_but_click(words: tuple[str, ...]) -> None:
    assert loaded(LIBRARIES, *words) == set()


def test_a_commands_name_is_completed_without_loading_any_command() -> None:
    asked = {
        "_DIGEST_COMPLETE": "bash_complete",
        "COMP_WORDS": "digest re",
        "COMP_CWORD": "1",
    }

    said, libraries = started(LIBRARIES, **asked)

    assert (said, libraries) == (["plain,rebuild", "plain,reconcile", "plain,restore"], set())


def test_a_commands_own_options_are_completed() -> None:
    asked = {
        "_DIGEST_COMPLETE": "bash_complete",
        "COMP_WORDS": "digest pull --f",
        "COMP_CWORD": "2",
    }

    assert started((), **asked)[0] == ["plain,--force"]


@pytest.mark.parametrize(
    "words", [("issues",), ("why", "https://u.example/anna"), ("subscribers", "list")]
)
def test_a_look_at_the_store_loads_no_reader_of_feeds_and_no_inliner(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    room = Newsroom(tmp_path, NOW)
    room.note("anna")
    room.open().pull()
    config = str(tmp_path / "feeds.yaml")

    assert loaded(HEAVY, "--config", config, *words) == set()


def test_the_line_of_help_is_what_the_command_says_of_itself() -> None:
    context = click.Context(main.cli)
    for name, (_, line) in main._COMMANDS.items():
        command = main.cli.get_command(context, name)
        assert command is not None
        assert (command.help or "").splitlines()[0] == line, name
