"""The commands about the database itself: upgrade, copy."""

from __future__ import annotations

import click

from digest.cli.context import Context, common, pass_context
from digest.wiring import copy_database, upgrade_database


@click.group()
@common
def database() -> None:
    """Bring the database up to date after a new version, or move it to PostgreSQL."""


@database.command()
@common
@pass_context
def upgrade(context: Context) -> None:
    """Bring the tables to this version of the program; of a SQLite database a copy is kept."""
    before, after, copy = upgrade_database(context.config, context.options.get("db"))
    kept = f" The copy from before it is {copy}." if copy else ""
    said = (
        f"The database is of version {after} already."
        if before == after
        else f"The database is new, of version {after}."
        if before is None
        else f"The database was of version {before}, and is of version {after} now.{kept}"
    )
    facts = {"before": before, "after": after, "copy": str(copy) if copy else None}
    context.answer(facts, lambda: context.say(said))


@database.command()
@click.option("--to", "target", metavar="URL", required=True, help="An empty PostgreSQL database.")
@common
@pass_context
def copy(context: Context, target: str) -> None:
    """Copy a SQLite database into PostgreSQL, and prove that each table has as many rows there."""
    counts = copy_database(context.config, context.options.get("db"), target)
    context.answer(
        {"tables": dict(counts)},
        lambda: context.say(
            "\n".join(f"{count:>12,}  {name}" for name, count in counts.items() if count)
            + "\nEach table has as many rows there. Next: say `database: postgresql://…` in feeds.yaml."
        ),
    )
