"""The command before the first issue: init."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import click
from tzlocal import get_localzone_name

from digest.cli.context import Context, common, pass_context
from digest.cli.moving import PAST, SERVICES, moved_audience, past_issues
from digest.cli.opml import free_name
from digest.cli.progress import ProgressBar
from digest.config import json_schema, read_config
from digest.config.first import MODELINE, first_file
from digest.editorial.proposing import Proposal, propose
from digest.errors import UsageError
from digest.model import Source
from digest.sources.fetching.fetch_context import is_address
from digest.sources.parsing.opml import read_opml
from digest.wiring import publisher, shipped_folder

_SCHEMA = "feeds.schema.json"
_HEAD = 4096  # bytes; a file says in them what it is
_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF)[\s>]|https?://jsonfeed\.org/version")
_HOST = re.compile(r"[\w-]+(\.[\w-]+)+(/\S*)?")
_FILE = re.compile(r"\.(xml|rss|json|opml|html?|zip|tar|gz|warc|txt|md|csv|ya?ml)$", re.IGNORECASE)
_NO_HOST = re.compile(r"^https?://(www\.)?|[/:?#].*$", re.IGNORECASE)
_QUESTION = """\
What do you have? The address of a feed or of a site, an OPML file, a folder of articles, a WordPress export:
one a line, and an empty line after the last. With none at all you get an example that works."""


@click.command()
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option(
    "--source",
    "given",
    metavar="WHAT",
    multiple=True,
    help="An address of a feed or a site, an OPML file, a folder or a file of articles; again for more.",
)
@click.option(
    "--from",
    "moved",
    metavar="SERVICE EXPORT",
    type=(click.Choice(SERVICES), click.Path(path_type=Path)),
    help="Bring readers and past issues over from mailchimp, listmonk or substack: the file it exports.",
)
@click.option("--templates", is_flag=True, help="Copy the email templates too.")
@common
@pass_context
def init(
    context: Context,
    folder: Path,
    *,
    given: Sequence[str],
    moved: tuple[str, Path] | None,
    templates: bool,
) -> None:
    """Make a new project folder that works."""
    target, own = folder / "feeds.yaml", folder / "templates"
    if target.exists() and templates and not own.exists() and not given:
        shutil.copytree(shipped_folder("templates"), own)
        context.say(f"copied the email templates to {own}")
        return
    if target.exists():
        raise UsageError(f"{target} is there already; nothing was changed")
    sources = [] if given else _asked(context, folder)
    for what in given:
        sources += _offered(what.strip(), folder, {source.name for source in sources})
    if moved is not None:
        moved_audience(*moved, {})  # what cannot be read is told before anything is made
    folder.mkdir(parents=True, exist_ok=True)
    if moved is not None and (past := _write_past(context, folder, *moved)):
        sources.append(
            Source(name=free_name(past, {s.name for s in sources}), kind="archive", location=past)
        )
    schema = json.dumps(json_schema(), indent=2, ensure_ascii=False)
    (folder / _SCHEMA).write_text(f"{schema}\n", "utf-8")
    if templates:
        shutil.copytree(shipped_folder("templates"), own, dirs_exist_ok=True)
    go = "" if folder.resolve() == Path.cwd() else f"cd {folder} && "
    if sources:
        _propose(context, target, sources, leave_out=PAST if moved else None)
    else:
        _copy_example(context, folder)
    if moved is not None:
        _bring_readers(context, target, *moved)
    desk = " && digest desk" if sources else ""
    context.say(f"made {target}; next: {go}digest pull && digest draft weekly{desk}")


def _asked(context: Context, folder: Path) -> list[Source]:
    """Ask what there is, a line again where it is mistyped; nobody is asked where nobody can answer."""
    silent = context.options.get("quiet") or context.options.get("json")
    found: list[Source] = []
    if silent or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return found
    click.echo(_QUESTION)
    while what := click.prompt("", default="", show_default=False, prompt_suffix="> ").strip():
        try:
            found += _offered(what, folder, {source.name for source in found})
        except UsageError as error:
            click.echo(error)
    return found


def _offered(what: str, folder: Path, taken: Collection[str]) -> Sequence[Source]:
    """Return the sources that an address or a path stands for; UsageError where it is neither."""
    path = Path(what).expanduser()
    is_host = _HOST.fullmatch(what) and not (path.exists() or _FILE.search(what))
    if is_address(what) or is_host:
        address = what if is_address(what) else f"https://{what}"
        host = _NO_HOST.sub("", address)
        return [Source(name=free_name(host, taken), kind="feed", location=address)]
    if not path.exists():
        said = f"there is no {what}; give an address, an OPML file, a folder or a file of articles"
        raise UsageError(said)
    head = path.read_bytes()[:_HEAD] if path.is_file() else b""
    if b"<opml" in head.lower():
        names = {*taken}
        found = []
        for outline in read_opml(path.read_bytes()):
            names.add(name := free_name(outline.title, names))
            found.append(Source(name=name, kind="feed", location=outline.feed))
        return found
    whole, project = path.resolve(), folder.resolve()
    at = whole.relative_to(project) if whole.is_relative_to(project) else whole
    kind: Literal["feed", "archive"] = "feed" if _FEED.search(head) else "archive"
    return [Source(name=free_name(whole.stem, taken), kind=kind, location=str(at))]


def _propose(
    context: Context, target: Path, sources: Sequence[Source], leave_out: str | None
) -> None:
    """Read the sources once, and write what they hold into feeds.yaml."""
    zone = get_localzone_name().removeprefix("Etc/")
    target.write_text(first_file(sources, Proposal(), zone, _SCHEMA), "utf-8")
    with TemporaryDirectory() as folder:
        # kept nowhere: what is new is decided by the rules that stand when an article is first kept
        store = f"sqlite:///{Path(folder, 'digest.db')}"
        press = publisher(read_config(target, os.environ), store, context.options.get("now"))
        with ProgressBar(context.err, shown=not context.options.get("quiet")) as progress:
            reports = press.pull((), progress=progress)
        articles, read = [*press.articles()], press.sources()
    dated = {article.source for article in articles if article.published is not None}
    sources = [
        replace(
            each,
            location=one.found or each.location,
            fresh=each.kind == "archive" and each.name not in dated,
        )
        for each, one in zip(sources, read, strict=True)
    ]
    proposal = propose(articles)
    target.write_text(first_file(sources, proposal, zone, _SCHEMA, leave_out), "utf-8")
    for report in reports:
        if report.error:
            context.complain(f"source {report.name}: {report.error}")
    context.say(f"{proposal.articles} articles from {len(sources)} sources")
    for section in proposal.sections:
        context.say(f"section {section.topic}: {section.articles} articles")
    for label in proposal.internal:
        context.say(f"read as planning labels, printed nowhere: {label}")


def _write_past(context: Context, folder: Path, service: str, export: Path) -> str | None:
    """Write the past issues of an export into a folder of their own; return its name, if there are any."""
    name = f"{service}-issues"
    pages = 0
    for file, html in past_issues(service, export):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / file).write_text(html, "utf-8")
        pages += 1
    if pages:
        context.say(f"{pages} past issues are pages in {folder / name}")
    return name if pages else None


def _bring_readers(context: Context, target: Path, service: str, export: Path) -> None:
    """Put the readers of an export into the store, and who is not to be mailed, with the reason."""
    config = read_config(target, os.environ)
    press = publisher(config, context.options.get("db"), context.options.get("now"))
    audience = moved_audience(service, export, config.segments)
    for address, reason in audience.gone.items():
        press.unsubscribe(address, reason)
    # of one segment everybody is; of several nobody can tell
    everyone = tuple(config.segments) if len(config.segments) == 1 else None
    done = press.put_subscribers(
        replace(each, segments=each.segments or everyone) for each in audience.readers
    )
    context.say(
        f"{done.added} readers came over; {len(audience.gone)} are not to be mailed, for they left "
        f"or were lost; {len(audience.rejected)} rows were left out"
    )
    for file, row in audience.rejected:
        context.complain(f"{file}:{row.line}: {row.reason}")
    if done.without_segment:
        context.complain(
            f"{done.without_segment} without a segment get no newsletter until they have one"
        )
    if service == "listmonk":
        context.complain(
            "listmonk's export does not say who left a single list: export each list by its status, "
            "and give `digest subscribers unsubscribe` those who left"
        )


def _copy_example(context: Context, folder: Path) -> None:
    today = (context.options.get("now") or datetime.now(UTC)).date()

    def copy(source: str, target: str) -> None:
        # the starter's notes are of the day, so that they are news
        text = Path(source).read_text("utf-8").replace("\ndate: today\n", f"\ndate: {today}\n")
        named = MODELINE.format(_SCHEMA) if target.endswith("feeds.yaml") else ""
        Path(target).write_text(named + text, "utf-8")

    starter = shipped_folder("examples") / "starter"
    shutil.copytree(starter, folder, dirs_exist_ok=True, copy_function=copy)
