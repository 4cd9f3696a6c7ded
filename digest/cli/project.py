"""The commands about feeds.yaml: schema, check."""

from __future__ import annotations

import json

import click

from digest.cli import tables
from digest.cli.context import Context, common, pass_context
from digest.config import json_schema
from digest.config.files import missing_files


@click.command("schema")
@common
@pass_context
def schema_(_context: Context) -> None:
    """Print the JSON Schema of feeds.yaml."""
    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


@click.command()
@common
@pass_context
def check(context: Context) -> None:
    """Check the configuration, the templates, the tag rules and the newest drafts."""
    found = [*missing_files(context.config), *context.publisher.check()]
    problems = [
        {"where": f.where, "severity": f.severity, "rule": f.rule, "message": f.message}
        for f in found
    ]
    context.answer({"problems": problems}, lambda: tables.findings(context.out, found))
    if context.options.get("quiet") and not context.options.get("json"):
        tables.problems(context.out, found)
    if any(f.severity == "error" for f in found):
        raise SystemExit(1)
