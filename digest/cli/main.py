"""The command line: one command a use-case. It asks the publisher and prints the answer."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import click

from digest import __version__
from digest.cli import json_output as shapes
from digest.cli import tables
from digest.cli.context import Context, Moment, Words, common, pass_context
from digest.cli.export import export
from digest.cli.opml import opml
from digest.cli.progress import Progress
from digest.cli.project import check, init, schema_
from digest.cli.serve import desk, run
from digest.cli.subscribers import subscribers
from digest.cli.subscribers_csv import spellings
from digest.config.yaml_lines import read_yaml
from digest.editorial.folding import folded
from digest.errors import BadPatch, ConfigError, DigestError, UsageError
from digest.jsonable import to_json
from digest.wiring import delivery_folder


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@common
@click.version_option(__version__, prog_name="digest")
def cli() -> None:
    """Turn feeds and archives into one finished newsletter email per audience segment."""


# Articles


@cli.command()
@click.argument("sources", nargs=-1)
@click.option("--force", is_flag=True, help="Ask even where it is too early to ask again.")
@common
@pass_context
def pull(context: Context, sources: Sequence[str], *, force: bool) -> None:
    """Fetch every source, or the named ones, into the store."""
    shown = not context.options.get("quiet") and not context.options.get("json")
    with Progress(context.err, shown=shown) as progress:
        reports = context.publisher.pull(sources, force=force, progress=progress)
    count = context.publisher.services.articles.count()
    context.answer(
        shapes.pulled(reports, count), lambda: tables.pulled(context.out, reports, count)
    )
    for report in reports:
        for warning in report.warnings:
            context.complain(f"source {report.name}: {warning}")
        if report.error:
            context.complain(f"source {report.name}: {report.error}")
    if any(report.status == "failed" for report in reports):
        raise SystemExit(1)


@cli.command()
@click.option("--source", help="Only those of a source.")
@click.option("--tag", help="Only those with a tag that the pattern matches.")
@click.option("--since", type=Moment(), help="Only those first seen since.")
@common
@pass_context
def articles(context: Context, source: str | None, tag: str | None, since: datetime | None) -> None:
    """List the stored articles."""
    found = context.publisher.articles(source, tag, since)
    context.answer_lines(
        (shapes.article(a) for a in found), lambda: tables.articles(context.out, found)
    )


# Issues


@cli.command()
@click.argument("newsletter")
@click.option("--segment", "segments", multiple=True, help="Only for this segment.")
@common
@pass_context
def draft(context: Context, newsletter: str, segments: Sequence[str]) -> None:
    """Select and render a draft; an open one is drafted again, its edits kept."""
    called = spellings(context.config.segments)
    chosen = [called.get(said) or called.get(folded(said), said) for said in segments]
    drafted = context.publisher.draft(newsletter, chosen)
    issue = drafted.issue
    context.answer(context.issue(issue), lambda: tables.issue(context.out, issue))
    if not drafted.changed:
        context.say(f"Nothing changed: issue {issue.id} is as it was.")
    if issue.status == "held":
        context.complain(f"issue {issue.id} is held: {issue.reason}")
        raise SystemExit(1)


@cli.command()
@common
@pass_context
def issues(context: Context) -> None:
    """List the issues."""
    found = [*context.publisher.listed()]
    context.answer_lines(
        (shapes.issue(each.issue, each.deliveries, each.changes) for each in found),
        lambda: tables.issues(context.out, [each.issue for each in found]),
    )


@cli.command()
@click.argument("issue")
@common
@pass_context
def show(context: Context, issue: str) -> None:
    """Show an issue: its editions, their articles, and what the checks found."""
    found = context.publisher.issue(issue)
    context.answer(context.issue(found), lambda: tables.issue(context.out, found, articles=True))
    if not context.options.get("json") and not context.options.get("quiet"):
        tables.changes(context.out, context.publisher.changes(found))
        if found.status == "sending" and (pending := context.pending(issue)):
            context.say(tables.waits(issue, pending))


@cli.command()
@click.argument("article")
@click.option("--issue", help="In this issue, not in the newest draft.")
@click.option("--segment", help="For this segment only.")
@common
@pass_context
def why(context: Context, article: str, issue: str | None, segment: str | None) -> None:
    """Tell for each segment whether it gets an article, and why."""
    found = context.publisher.why(article, issue, segment)
    context.answer(
        [shapes.decision(each) for each in found], lambda: tables.decisions(context.out, found)
    )


@cli.command()
@click.argument("issue")
@click.option(
    "--patch",
    required=True,
    type=click.File("rb", lazy=True),
    metavar="FILE",
    help="The changes, YAML or JSON.",
)
@click.option("--by", required=True, type=Words(), help="Who makes them.")
@common
@pass_context
def edit(context: Context, issue: str, patch: Any, by: str) -> None:  # noqa: ANN401 - a file
    """Apply editors' changes; the issue is a draft again."""
    raw = patch.read()
    changes, lines, broken = read_yaml(raw)
    if changes is None:
        with suppress(ValueError, RecursionError):  # JSON that is no YAML: half characters in pairs
            changes, broken = json.loads(raw), []
    if broken:
        raise ConfigError(f"{patch.name}:{line}: {said}" for line, said in broken)
    try:
        edited = context.publisher.edit(issue, changes, by=by)
    except BadPatch as error:
        told = ((lines.at((number - 1,)), said) for number, said in error.problems)
        raise ConfigError(f"{patch.name}:{line}: {said}" for line, said in told) from None
    context.answer(context.issue(edited), lambda: tables.issue(context.out, edited, articles=True))


@cli.command("export")
@click.argument("issue")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder.")
@common
@pass_context
def export_(context: Context, issue: str, out: Path) -> None:
    """Write an issue as files: pages, texts and emails."""
    found = context.publisher.issue(issue)
    try:
        written = export(context.publisher, found, context.issue(found), out)
    except OSError as error:
        raise DigestError(f"{error.filename}: {error.strerror}") from None
    context.answer(
        {"issue": issue, "files": [str(file) for file in written]},
        lambda: context.say(f"Wrote {len(written)} files; open {out / 'index.html'}"),
    )


@cli.command()
@click.argument("issue")
@click.option("--by", required=True, type=Words(), help="Who approves.")
@click.option(
    "--override", "rules", multiple=True, type=Words(), metavar="RULE", help="Pass over this error."
)
@click.option("--reason", "reasons", multiple=True, type=Words(), help="Why; one for each.")
@common
@pass_context
def approve(
    context: Context, issue: str, by: str, rules: Sequence[str], reasons: Sequence[str]
) -> None:
    """Approve what the draft holds now."""
    if len(rules) != len(reasons):
        raise UsageError("each --override needs its --reason")
    overrides = [
        {"rule": rule, "reason": reason} for rule, reason in zip(rules, reasons, strict=True)
    ]
    found = context.publisher.approve(issue, by=by, overrides=overrides)
    newsletter = context.config.newsletters.get(found.newsletter)
    zone = context.config.publication.timezone if newsletter and newsletter.schedule else None
    context.answer(context.issue(found), lambda: context.say(tables.approved(found, zone)))


@cli.command()
@click.argument("issue")
@click.option("--by", required=True, type=Words(), help="Who gives it up.")
@common
@pass_context
def discard(context: Context, issue: str, by: str) -> None:
    """Give a draft up."""
    found = context.publisher.discard(issue, by=by)
    context.answer(context.issue(found), lambda: context.say(f"Issue {issue} is discarded."))


# Sending


@cli.command()
@click.argument("issue")
@click.option("--test", "tests", multiple=True, metavar="ADDRESS", help="Only to this address.")
@click.option("--to", metavar="folder:DIR|smtp://…", help="Instead of the configured delivery.")
@common
@pass_context
def send(context: Context, issue: str, tests: Sequence[str], to: str | None) -> None:
    """Deliver an approved issue, or a test of any issue."""
    done = context.publisher.send(issue, to, tests)
    pending = 0 if tests else context.pending(issue)
    context.answer(shapes.sent(done, pending), lambda: tables.sent(context.out, done, pending))
    folder = delivery_folder(context.config, to)
    if done.sent and folder is not None:
        context.say(f"The emails are in {folder}; any email program opens them.")
    if done.error:
        context.complain(done.error)
    if pending:
        context.complain(tables.waits(issue, pending))
    if done.ambiguous:
        context.complain(
            f"{done.ambiguous} emails may or may not have arrived; "
            f"see `digest deliveries {issue}` and settle them"
        )
    if done.error or done.failed or done.deferred or done.ambiguous:
        raise SystemExit(1)


@cli.command()
@click.argument("issue")
@common
@pass_context
def deliveries(context: Context, issue: str) -> None:
    """Tell who got an issue, and who did not."""
    found = context.publisher.deliveries(issue)
    context.answer_lines(
        (shapes.delivery(each) for each in found), lambda: tables.deliveries(context.out, found)
    )


@cli.command()
@click.argument("issue")
@click.argument("addresses", nargs=-1)
@click.option("--as", "state", required=True, type=click.Choice(["sent", "pending"]))
@common
@pass_context
def settle(
    context: Context, issue: str, addresses: Sequence[str], state: Literal["sent", "pending"]
) -> None:
    """Settle deliveries of which nobody knows whether they arrived."""
    count = context.publisher.settle(issue, state, addresses)
    context.answer(
        {"issue": issue, "settled": count},
        lambda: context.say(f"{count} deliveries are settled as {state}."),
    )


@cli.command()
@click.argument("issue")
@common
@pass_context
def rebuild(context: Context, issue: str) -> None:
    """Build an issue again from its lock, and compare the bytes."""
    found = context.publisher.rebuild(issue)
    said = "is the same to the byte" if found.identical else f"differs: {found.first_difference}"
    context.answer(to_json(found), lambda: context.say(f"Issue {issue} {said}."))
    if not found.identical:
        raise SystemExit(1)


for each in (init, schema_, check, opml, desk, run, subscribers):
    cli.add_command(each)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; what a person can put right ends in one sentence and an exit status."""
    context = Context()
    try:
        status = cli.main(arguments, "digest", standalone_mode=False, obj=context)
    except DigestError as error:
        context.complain(str(error))
        raise SystemExit(error.exit_status) from None
    except click.ClickException as error:
        error.show()
        raise SystemExit(2) from None
    except (click.Abort, KeyboardInterrupt):
        raise SystemExit(130) from None
    except BrokenPipeError:
        _close_stdout()
    except (OSError, UnicodeError, RecursionError, OverflowError) as error:
        context.complain(f"that cannot be done: {type(error).__name__}: {error}")
        raise SystemExit(1) from None
    raise SystemExit(status if isinstance(status, int) else 0)


def _close_stdout() -> None:
    """Leave quietly where the reader of our output has gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(0)


__all__ = ["cli", "main"]
