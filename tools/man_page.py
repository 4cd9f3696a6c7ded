"""Write the manual page digest(1) from what the commands say of themselves: python tools/man_page.py FILE."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from digest.cli.main import cli

_GLOBAL = {"config", "db", "now", "json", "quiet"}


def page() -> str:
    """Return the page in man(7)'s macros, without a date: the same commands give the same page."""
    top = click.Context(cli, info_name="digest")
    lines = [
        ".TH DIGEST 1 digest digest Manual",
        ".SH NAME",
        r"digest \- " + _text(cli.help or ""),
        ".SH SYNOPSIS",
        r".B digest",
        r"[\fIOPTIONS\fR] \fICOMMAND\fR [\fIARGUMENTS\fR]",
        ".SH OPTIONS",
        r"These stand before the command or after it; \fB\-\-help\fR explains one command.",
        *_options(cli, top, leave_out=set()),
        ".SH COMMANDS",
        *_commands(cli, top),
        ".SH EXIT STATUS",
        "0: all done. 1: something failed or was held back, said on standard error, and the rest was",
        "done. 2: wrong usage or configuration, nothing was done.",
        ".SH FILES",
        ".TP\n.I feeds.yaml\nThe configuration of the folder that the command is run in.",
        ".TP\n.I digest.db\nArticles, issues, subscribers and the record of every email.",
    ]
    return "\n".join(lines) + "\n"


def _commands(group: click.Group, above: click.Context) -> Iterator[str]:
    for name in group.list_commands(above):
        command = group.get_command(above, name)
        if command is None or command.hidden:
            continue
        here = click.Context(command, info_name=name, parent=above)
        if isinstance(command, click.Group):
            yield from _commands(command, here)
            continue
        usage = " ".join(command.collect_usage_pieces(here))
        yield f".SS {_text(here.command_path)} {_text(usage)}"
        yield _text(command.help or "")
        yield from _options(command, here, leave_out=_GLOBAL)


def _options(command: click.Command, here: click.Context, leave_out: set[str]) -> Iterator[str]:
    for param in command.get_params(here):
        record = param.get_help_record(here)
        if record and record[1] and param.name not in leave_out and "--help" not in param.opts:
            yield f".TP\n.B {_text(record[0])}\n{_text(record[1])}"


def _text(said: str) -> str:
    """Return words as they stand on the page: no blank lines, nothing that roff reads as its own."""
    words = " ".join(said.replace("\b", "").split()).replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{words}" if words[:1] in {".", "'"} else words


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), "utf-8")
