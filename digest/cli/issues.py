"""The commands for issues: draft, look, ask why, change, approve, give up, build again."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from digest import json_output as shapes
from digest.cli import text_output
from digest.cli.context import Context, MomentType, TextType, common, pass_context
from digest.cli.subscribers_csv import spellings
from digest.config.yaml_lines import read_yaml
from digest.editorial.folding import folded
from digest.errors import BadPatch, ConfigError, DigestError, UsageError
from digest.jsonable import to_json


@click.command()
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
    context.answer(context.issue(issue), lambda: text_output.issue(context.out, issue))
    if not drafted.changed:
        context.say(f"Nothing changed: issue {issue.id} is as it was.")
    if issue.status == "held":
        context.complain(f"issue {issue.id} is held: {issue.reason}")
        raise SystemExit(1)


@click.command()
@click.option("--newsletter", metavar="NAME", help="Only of this newsletter.")
@click.option("--since", type=MomentType(), help="Only those that go out, or went out, since.")
@click.option(
    "--text", type=TextType(), help="Only with this in a subject, a headline or an introduction."
)
@common
@pass_context
def issues(
    context: Context, newsletter: str | None, since: datetime | None, text: str | None
) -> None:
    """List the issues."""
    if newsletter is not None:
        context.config.newsletter(newsletter)
    found = [
        each
        for each in context.publisher.listed()
        if newsletter in (None, each.issue.newsletter)
        and (since is None or (each.issue.send_at or each.issue.created) >= since)
        and (
            text is None
            or any(
                folded(text) in folded(words)  # however it is written
                for edition in each.issue.editions
                for words in (edition.subject, edition.intro, *(a.title for a in edition.articles))
                if words
            )
        )
    ]
    context.answer_lines(
        (shapes.issue(each.issue, each.deliveries, each.changes) for each in found),
        lambda: text_output.issues(context.out, [each.issue for each in found]),
    )


@click.command()
@click.argument("newsletter")
@click.argument("articles", nargs=-1)
@click.option("--write", metavar="HEADLINE", help="A story of your own.")
@click.option("--text", type=TextType(), help="With --write: its words.")
@click.option("--url", help="With --write: where it leads.")
@click.option("--by", required=True, type=TextType(), help="Who makes it.")
@common
@pass_context
def special(
    context: Context,
    newsletter: str,
    articles: Sequence[str],
    *,
    write: str | None,
    text: str | None,
    url: str | None,
    by: str,
) -> None:
    """Make a special issue: a story to everyone now, beside the schedule."""
    changes: list[dict[str, str]] = [{"pin": article} for article in articles]
    if write is not None:
        told = {"write": write, "text": text, "url": url}
        changes.append({key: said for key, said in told.items() if said})
    issue = context.publisher.special(newsletter, changes, by=by)
    context.answer(
        context.issue(issue), lambda: text_output.issue(context.out, issue, articles=True)
    )
    context.say(f"It goes out when it is approved: digest approve {issue.id} --by NAME")


@click.command()
@click.argument("newsletter", required=False)
@common
@pass_context
def calendar(context: Context, newsletter: str | None) -> None:
    """List the issues to come, and what is promised for each."""
    names = [newsletter] if newsletter else [*context.config.newsletters]
    found = [each for name in names for each in context.publisher.coming(name)]
    found.sort(key=lambda each: each.sent)
    zone = context.config.publication.timezone
    # each issue to come tells the skipped days between the one before it and itself
    left: dict[tuple[str, datetime], list[Any]] = {}
    waiting: defaultdict[str, list[Any]] = defaultdict(list)
    for each in context.publisher.plan():
        if each.coming:
            left[each.newsletter, each.sent] = waiting.pop(each.newsletter, [])
        else:
            by, why = (each.skipped.by, each.skipped.why) if each.skipped else (None, "")
            day = each.sent.astimezone(ZoneInfo(zone)).date().isoformat()
            waiting[each.newsletter].append({"day": day, "by": by, "why": why})
    told = [{**to_json(each), "skipped": left[each.newsletter, each.sent]} for each in found]
    context.answer_lines(told, lambda: text_output.coming(context.out, found, zone))
    for skipped in (each for name in names for each in context.publisher.skipped_days(name)):
        why = f": {skipped.why}" if skipped.why else ""
        context.say(f"{skipped.newsletter} skips {skipped.day}, said {skipped.by}{why}")


@click.command()
@click.argument("newsletter")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--by", required=True, type=TextType(), help="Who wants that.")
@click.option("--why", default="", help="The reason, for who asks.")
@click.option("--undo", is_flag=True, help="Have the issue of that day after all.")
@common
@pass_context
def skip(
    context: Context, newsletter: str, day: datetime, *, by: str, why: str, undo: bool
) -> None:
    """Have no issue of a newsletter on a day to come, such as 2026-12-28."""
    wanted = day.date()
    if undo:
        context.publisher.keep_day(newsletter, wanted, by=by)
        said = {"newsletter": newsletter, "day": str(wanted)}
        context.answer(said, lambda: context.say(f"{newsletter} comes on {wanted} after all."))
    else:
        skipped = context.publisher.skip_day(newsletter, wanted, by=by, why=why)
        context.answer(to_json(skipped), lambda: context.say(f"{newsletter} skips {wanted}."))


@click.command()
@click.argument("issue")
@common
@pass_context
def show(context: Context, issue: str) -> None:
    """Show an issue: its editions, their articles, and what the checks found."""
    found = context.publisher.issue(issue)
    context.answer(
        context.issue(found), lambda: text_output.issue(context.out, found, articles=True)
    )
    if not context.options.get("json") and not context.options.get("quiet"):
        text_output.changes(context.out, context.publisher.changes(found))
        if found.status == "sending" and (pending := context.pending(issue)):
            context.say(text_output.waits(issue, pending))


@click.command()
@click.argument("issue")
@common
@pass_context
def similar(context: Context, issue: str) -> None:
    """List what earlier issues told of an issue's stories."""
    found = context.publisher.similar(issue)
    titles = context.publisher.titles(found)
    context.answer_lines(
        (
            {"article": id_, "title": titles[id_], "similar": to_json(like)}
            for id_, like in found.items()
        ),
        lambda: text_output.similar(context.out, found, titles),
    )


@click.command()
@click.argument("article")
@click.option("--issue", help="In this issue, not in the newest draft.")
@click.option("--segment", help="For this segment only.")
@click.option("--reader", metavar="ADDRESS", help="For one reader, by what they chose.")
@click.option("--readers", is_flag=True, help="Who got it, by issue and segment.")
@click.option("--addresses", is_flag=True, help="With --readers: their addresses too.")
@common
@pass_context
def why(
    context: Context,
    article: str,
    issue: str | None,
    segment: str | None,
    reader: str | None,
    *,
    readers: bool,
    addresses: bool,
) -> None:
    """Tell for each segment whether it gets an article, and why."""
    if readers or addresses:
        got = context.publisher.readers(article)
        context.answer(
            [shapes.readership(each, addresses=addresses) for each in got],
            lambda: text_output.readers(context.out, got, addresses=addresses),
        )
        return
    press = context.publisher
    found = (
        press.why(article, issue, segment)
        if reader is None
        else press.why_reader(article, reader, issue)
    )
    context.answer(
        [shapes.decision(each) for each in found], lambda: text_output.decisions(context.out, found)
    )


@click.command()
@click.argument("issue")
@click.option(
    "--patch",
    required=True,
    type=click.File("rb", lazy=True),
    metavar="FILE",
    help="The changes, YAML or JSON.",
)
@click.option("--by", required=True, type=TextType(), help="Who makes them.")
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
        beside = Path(patch.name).parent
        if isinstance(changes, list):
            # pictures that lie beside the patch go into the store, and the patch names them there
            changes = [
                {**each, key: context.publisher.upload(file.read_bytes())}
                if isinstance(each, dict)
                and (key := "url" if "picture" in each else "image") in each
                and "://" not in str(each[key])
                and (file := _picture_file(beside, str(each[key])))
                else each
                for each in changes
            ]
        edited = context.publisher.edit(issue, changes, by=by)
    except BadPatch as error:
        told = ((lines.at((number - 1,)), said) for number, said in error.problems)
        raise ConfigError(f"{patch.name}:{line}: {said}" for line, said in told) from None
    context.answer(
        context.issue(edited), lambda: text_output.issue(context.out, edited, articles=True)
    )


def _picture_file(beside: Path, name: str) -> Path:
    if not (beside / name).is_file():
        raise UsageError(f"there is no picture {name} beside the patch, and no address of one")
    return beside / name


@click.command("export")
@click.argument("issue")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder.")
@common
@pass_context
def export_(context: Context, issue: str, out: Path) -> None:
    """Write an issue as files: pages, texts and emails."""
    from digest.cli.export import export  # noqa: PLC0415 - it renders, which is slow to import

    found = context.publisher.issue(issue)
    try:
        written = export(context.publisher, found, context.issue(found), out)
    except OSError as error:
        raise DigestError(f"{error.filename}: {error.strerror}") from None
    context.answer(
        {"issue": issue, "files": [str(file) for file in written]},
        lambda: context.say(f"Wrote {len(written)} files; open {out / 'index.html'}"),
    )


@click.command()
@click.argument("issue")
@click.option("--by", required=True, type=TextType(), help="Who approves.")
@click.option(
    "--override",
    "rules",
    multiple=True,
    type=TextType(),
    metavar="RULE",
    help="Pass over this error.",
)
@click.option("--reason", "reasons", multiple=True, type=TextType(), help="Why; one for each.")
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
    context.answer(context.issue(found), lambda: context.say(text_output.approved(found, zone)))


@click.command()
@click.argument("issue")
@click.option("--by", required=True, type=TextType(), help="Who gives it up.")
@common
@pass_context
def discard(context: Context, issue: str, by: str) -> None:
    """Give a draft up."""
    found = context.publisher.discard(issue, by=by)
    context.answer(context.issue(found), lambda: context.say(f"Issue {issue} is discarded."))


@click.command()
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
