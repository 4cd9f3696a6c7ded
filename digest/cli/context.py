"""What every command has: the global options, the publisher that they lead to, and how to answer."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from digest.errors import DigestError

if TYPE_CHECKING:  # these are slow to import, and `--version` and `--help` need none of them
    from rich.console import Console

    from digest.config import Config
    from digest.model import Issue
    from digest.publisher import Publisher


Command = TypeVar("Command", bound=Callable[..., Any])


class Context:
    """What the global options say, and the publisher that they lead to."""

    def __init__(self) -> None:
        self.options: dict[str, Any] = {}

    def anew(self) -> Context:
        """Return one of the same options that has read nothing yet."""
        again = Context()
        again.options = self.options
        return again

    @cached_property
    def out(self) -> Console:
        """What is written to stdout."""
        return _console(stderr=False)

    @cached_property
    def err(self) -> Console:
        """What is written to stderr."""
        return _console(stderr=True)

    @cached_property
    def config(self) -> Config:
        """The configuration that --config names."""
        from digest.config import read_config  # noqa: PLC0415 - as above

        return read_config(Path(self.options.get("config") or "feeds.yaml"), os.environ)

    @cached_property
    def publisher(self) -> Publisher:
        """The publisher at work on it."""
        from digest.wiring import publisher  # noqa: PLC0415 - as above

        return publisher(self.config, self.options.get("db"), self.options.get("now"))

    def answer(self, value: object, show: Callable[[], object]) -> None:
        """Print one object where --json asks for it, else show it to a person."""
        if self.options.get("json"):
            click.echo(json.dumps(value, ensure_ascii=False))
        elif not self.options.get("quiet"):
            show()

    def answer_lines(self, values: Iterable[object], show: Callable[[], object]) -> None:
        """Print an object a line where --json asks for it, else show them to a person."""
        if self.options.get("json"):
            for value in values:
                click.echo(json.dumps(value, ensure_ascii=False))
        elif not self.options.get("quiet"):
            show()

    def say(self, text: str) -> None:
        """Tell a person something on the way; --quiet and --json keep it silent."""
        if not self.options.get("quiet") and not self.options.get("json"):
            self.out.print(text)

    def complain(self, text: str) -> None:
        """Say on stderr what failed or was held back."""
        self.err.print(text)

    def tell_webhooks(self) -> None:
        """Tell webhooks what a command has brought about; what is not taken now is told again later."""
        if "publisher" not in self.__dict__ or not self.config.webhooks:
            return
        from digest.publisher.dispatching import not_taken  # noqa: PLC0415 - as above

        try:
            told = self.publisher.tell_webhooks()
        except DigestError as error:
            self.complain(f"webhooks are told later: {error}")
            return
        for each in told:
            if each.state != "taken":
                self.complain(not_taken(each))

    def issue(self, issue: Issue) -> dict[str, Any]:
        """Return an issue in the contract's shape."""
        from digest import json_output as shapes  # noqa: PLC0415 - as above

        counts = self.publisher.counts(issue.id)
        changes = self.publisher.changes(issue)
        return shapes.issue(issue, counts, changes)

    def pending(self, issue: str) -> int:
        """Return how many of an issue's emails are still to be handed over, now or at a retry."""
        counts = self.publisher.counts(issue)
        return counts.get("pending", 0) + counts.get("deferred", 0)


def _console(*, stderr: bool) -> Console:
    """Return a console as wide as the terminal; where there is none, wide enough for the tables."""
    from rich.console import Console  # noqa: PLC0415 - as above

    console = Console(stderr=stderr, soft_wrap=True, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = 132
    return console


class MomentType(click.ParamType[datetime]):
    """A point in time as ISO 8601; without an offset it is UTC."""

    name = "ISO8601"

    def convert(self, value: Any, param: Any, ctx: Any) -> datetime:  # noqa: ANN401 - click's own
        """Read it, or say how it is written."""
        if isinstance(value, datetime):
            return value
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no time; write it as 2026-01-12T06:00:00+00:00", param, ctx)
        return found if found.tzinfo else found.replace(tzinfo=UTC)


class TextType(click.ParamType[str]):
    """A text that people can read: none of its characters is half of one."""

    name = "TEXT"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:  # noqa: ANN401 - click's own
        """Take it, or say what is wrong with it."""
        text = str(value)
        if not text.isascii() and re.search(r"[\ud800-\udfff]", text):
            self.fail("it is no UTF-8 text", param, ctx)
        return text


def _keep(ctx: click.Context, param: click.Parameter, value: Any) -> None:  # noqa: ANN401 - click's own
    context = ctx.find_root().ensure_object(Context)
    if value is not None and value is not False:
        context.options[str(param.name)] = value


_COMMON = {
    "config": click.option("--config", metavar="FILE", help="The configuration (./feeds.yaml)."),
    "db": click.option("--db", metavar="URL", help="Where all is kept."),
    "now": click.option(
        "--now", type=MomentType(), help="Everything that asks for the time gets this."
    ),
    "json": click.option("--json", is_flag=True, help="Answer in JSON on stdout."),
    "quiet": click.option("--quiet", is_flag=True, help="Print problems only."),
}


def common(command: Command, leave_out: str = "") -> Command:
    """Take the global options, before the command or after it; one may mean something else there."""
    for name, option in reversed(_COMMON.items()):
        if name != leave_out:
            command = option(command)
    for param in getattr(command, "__click_params__", ()):
        if param.name in _COMMON and param.name != leave_out:
            param.callback, param.expose_value = _keep, False
    return command


pass_context = click.make_pass_decorator(Context, ensure=True)
