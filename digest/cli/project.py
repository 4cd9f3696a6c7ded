"""The commands about feeds.yaml: schema, check."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import sleep

import click

from digest import json_output
from digest.cli import text_output
from digest.cli.context import Context, common, pass_context
from digest.config import json_schema
from digest.config.files import look_files, missing_files, source_files, stamps
from digest.errors import DigestError
from digest.findings import Finding, Where
from digest.lint_rules.of_choice import NOT_CHECKED
from digest.store.sqlite import sqlite_file
from digest.wiring import database_url

_EVERY = 1.0  # seconds


@click.command("schema")
@common
@pass_context
def schema_(_context: Context) -> None:
    """Print the JSON Schema of feeds.yaml."""
    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


@click.command()
@click.option(
    "--watch",
    is_flag=True,
    help="Check again whenever feeds.yaml, a template or a file of a source changes, until Ctrl-C.",
)
@common
@pass_context
def check(context: Context, *, watch: bool) -> None:
    """Check the configuration, the templates, the tag rules and the newest drafts."""
    if watch:
        with suppress(KeyboardInterrupt):
            _watch(context)
        return
    found = _findings(context)
    _show(context, found)
    if any(f.severity == "error" for f in found):
        raise SystemExit(1)


def _findings(context: Context) -> Sequence[Finding]:
    return [*missing_files(context.config), *context.publisher.check()]


def _show(context: Context, found: Sequence[Finding]) -> None:
    problems = [json_output.finding(each) for each in found]
    context.answer({"problems": problems}, lambda: text_output.findings(context.out, found))
    if context.options.get("quiet") and not context.options.get("json"):
        text_output.problems(context.out, found)


def _watch(context: Context) -> None:
    """Check whenever a file changed, and say what came and what is solved; on a terminal all that stands."""
    files: Sequence[Path] = [Path(context.options.get("config") or "feeds.yaml")]
    before: Sequence[Finding] | None = None
    while True:
        context = context.anew()
        with suppress(DigestError):  # what cannot be read now is watched as it was
            files = [*look_files(context.config), *source_files(context.config)]
        seen = _seen(context, files)
        try:
            found = _findings(context)
        except DigestError as error:
            found = []
            for said in str(error).splitlines():
                place, _, message = said.partition(": ")
                at = re.fullmatch(r"(.+):(\d+|\?)", place)
                if at is None or not message:
                    found.append(NOT_CHECKED.found(said))
                else:
                    where = Where(file=at[1], line=int(at[2].replace("?", "0")))
                    found.append(NOT_CHECKED.found(message, where))
        if context.out.is_terminal:
            context.out.clear()
        if before is None or context.out.is_terminal or context.options.get("json"):
            _show(context, found)
        if before is not None and not context.options.get("json"):
            came = () if context.out.is_terminal else [f for f in found if f not in before]
            text_output.turns(context.out, came, [f for f in before if f not in found])
        if context.out.is_terminal:
            context.out.print("Watching for what is saved; Ctrl-C ends it.", style="dim")
        before = found
        while _seen(context, files) == seen:
            sleep(_EVERY)


def _seen(context: Context, files: Sequence[Path]) -> Mapping[Path, object]:
    """Return the stamps of files, but for the database: a check writes to it, wherever it lies."""
    with suppress(DigestError):
        store = str(sqlite_file(context.options.get("db") or database_url(context.config)))
        return {
            file: stamp for file, stamp in stamps(files).items() if not str(file).startswith(store)
        }
    return stamps(files)
