"""The commands about feeds.yaml: schema, check."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import sleep

import click

from digest.cli import tables
from digest.cli.context import Context, common, pass_context
from digest.config import json_schema
from digest.config.files import look_files, missing_files, source_files, stamps
from digest.errors import DigestError
from digest.model import Finding
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
    problems = [
        {"where": f.where, "severity": f.severity, "rule": f.rule, "message": f.message}
        for f in found
    ]
    context.answer({"problems": problems}, lambda: tables.findings(context.out, found))
    if context.options.get("quiet") and not context.options.get("json"):
        tables.problems(context.out, found)


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
            found = [_fault(said) for said in str(error).splitlines()]
        if context.out.is_terminal:
            context.out.clear()
        if before is None or context.out.is_terminal or context.options.get("json"):
            _show(context, found)
        if before is not None and not context.options.get("json"):
            came = () if context.out.is_terminal else [f for f in found if f not in before]
            tables.turns(context.out, came, [f for f in before if f not in found])
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


def _fault(said: str) -> Finding:
    """Return a line of what keeps us from checking; it begins with its place where it has one."""
    where, colon, message = said.partition(": ")
    if not colon or not re.search(r":(\d+|\?)$", where):
        where, message = "", said
    return Finding(rule="not-checked", severity="error", message=message, where=where)
