"""The commands before the first issue: init, schema, check."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import click

from digest.cli import tables
from digest.cli.context import Context, common, pass_context
from digest.config import json_schema
from digest.config.files import missing_files
from digest.errors import UsageError
from digest.wiring import shipped_folder


@click.command()
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option("--templates", is_flag=True, help="Copy the email templates too.")
@common
@pass_context
def init(context: Context, folder: Path, *, templates: bool) -> None:
    """Make a new project folder that works."""
    target = folder / "feeds.yaml"
    own = folder / "templates"
    if target.exists() and templates and not own.exists():
        shutil.copytree(shipped_folder("templates"), own)
        context.say(f"copied the email templates to {own}")
        return
    if target.exists():
        raise UsageError(f"{target} is there already; nothing was changed")
    folder.mkdir(parents=True, exist_ok=True)
    today = (context.options.get("now") or datetime.now(UTC)).date()

    def copy(source: str, target: str) -> None:
        # the starter's notes are of the day, so that they are news
        text = Path(source).read_text("utf-8")
        Path(target).write_text(text.replace("\ndate: today\n", f"\ndate: {today}\n"), "utf-8")

    starter = shipped_folder("examples") / "starter"
    shutil.copytree(starter, folder, dirs_exist_ok=True, copy_function=copy)
    if templates:
        shutil.copytree(shipped_folder("templates"), folder / "templates", dirs_exist_ok=True)
    go = "" if folder.resolve() == Path.cwd() else f"cd {folder} && "
    context.say(f"made {target}; next: {go}digest pull && digest draft weekly")


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
