"""The commands for articles: pull and list them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import click

from digest import json_output as shapes
from digest.cli import text_output
from digest.cli.context import Context, MomentType, common, pass_context
from digest.cli.progress import ProgressBar
from digest.model import Article
from digest.publisher.searching import Question

_MOST_FOUND = 1000  # of a search: what fits less is noise


@click.command()
@click.argument("sources", nargs=-1)
@click.option("--force", is_flag=True, help="Ask even where it is too early to ask again.")
@common
@pass_context
def pull(context: Context, sources: Sequence[str], *, force: bool) -> None:
    """Fetch every source, or the named ones, into the store."""
    shown = not context.options.get("quiet") and not context.options.get("json")
    with ProgressBar(context.err, shown=shown) as progress:
        reports = context.publisher.pull(sources, force=force, progress=progress)
    count = context.publisher.article_count()
    context.answer(
        shapes.pulled(reports, count), lambda: text_output.pulled(context.out, reports, count)
    )
    for report in reports:
        for warning in report.warnings:
            context.complain(f"source {report.name}: {warning}")
        if report.error:
            context.complain(f"source {report.name}: {report.error}")
    if any(report.status == "failed" for report in reports):
        raise SystemExit(1)


@click.command()
@click.option("--source", help="Only those of a source.")
@click.option("--tag", help="Only those with a tag that the pattern matches.")
@click.option("--since", type=MomentType(), help="Only those first seen since.")
@click.option("--search", "words", help="Only those with these words, the fittest first.")
@common
@pass_context
def articles(
    context: Context, source: str | None, tag: str | None, since: datetime | None, words: str | None
) -> None:
    """List the stored articles."""
    found: Iterator[Article]
    if words is None:
        found = context.publisher.articles(source, tag, since)
    else:
        asked = Question(words=words, source=source or "", tag=tag or "")
        hits = context.publisher.search(asked, most=_MOST_FOUND)
        found = (h.article for h in hits if since is None or h.article.first_seen >= since)
    context.answer_lines(
        (shapes.article(a) for a in found), lambda: text_output.articles(context.out, found)
    )
