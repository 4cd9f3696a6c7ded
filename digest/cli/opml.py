"""The commands for lists of feeds: out to other readers, and in from them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from typing import Any

import click
import yaml

from digest.cli.context import Context, common, pass_context
from digest.editorial.address import canonical
from digest.sources.fetching.fetch_context import is_address
from digest.sources.parsing.opml import Outline, read_opml, write_opml

_LONGEST = 40


@click.group()
@common
def opml() -> None:
    """Exchange lists of feeds with other readers, as OPML."""


@opml.command("export")
@common
@pass_context
def export_(context: Context) -> None:
    """Print the feeds among the sources as OPML."""
    feeds = [s for s in context.config.sources.values() if s.kind == "feed"]
    listed = [Outline(title=s.name, feed=s.location) for s in feeds if is_address(s.location)]
    document = write_opml(context.config.publication.name, listed).decode()
    context.answer_lines(
        ({"title": o.title, "feed": o.feed} for o in listed),
        lambda: click.echo(document, nl=False),
    )
    for source in feeds:
        if not is_address(source.location):
            context.complain(f"source {source.name} is left out: it is a file, not an address")


@opml.command("import")
@click.argument("file", type=click.File("rb"))
@common
@pass_context
def import_(context: Context, file: Any) -> None:  # noqa: ANN401 - a file
    """Print the feeds of an OPML file as sources, to be pasted into feeds.yaml."""
    sources = context.config.sources
    known = {canonical(s.location): s.name for s in sources.values()}
    outlines = read_opml(file.read())
    added = named([o for o in outlines if canonical(o.feed) not in known], sources)
    block = {"sources": {name: {"feed": outline.feed} for name, outline in added.items()}}
    context.answer(
        block,
        lambda: click.echo(
            yaml.safe_dump(block, sort_keys=False, allow_unicode=True, width=10_000)
            if added
            else "",
            nl=False,
        ),
    )
    for outline in outlines:
        if name := known.get(canonical(outline.feed)):
            context.complain(f"{outline.feed} is left out: it is the source {name} already")


def named(outlines: Iterable[Outline], taken: Collection[str]) -> dict[str, Outline]:
    """Give each feed a name made of its title, which no other source has."""
    found: dict[str, Outline] = {}
    for outline in outlines:
        found[free_name(outline.title, {*taken, *found})] = outline
    return found


def free_name(title: str, taken: Collection[str]) -> str:
    """Return a source's name made of a title, which no other has."""
    letters = unicodedata.normalize("NFKD", title).casefold()
    plain = "".join(c for c in letters if not unicodedata.combining(c))
    stem, number = re.sub(r"[\W_]+", "-", plain)[:_LONGEST].strip("-") or "feed", 1
    name = stem
    while name in taken:
        number += 1
        name = f"{stem}-{number}"
    return name
