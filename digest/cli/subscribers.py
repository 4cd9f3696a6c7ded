"""The commands for the audience: import, list, export, unsubscribe, restore, erase."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import click

from digest import json_output as shapes
from digest.cli import text_output
from digest.cli.context import Context, common, pass_context
from digest.cli.subscribers_csv import (
    Rejected,
    open_audience,
    read_audience,
    write_audience,
)
from digest.editorial.address import is_mailbox
from digest.editorial.membership import Membership
from digest.errors import UsageError
from digest.jsonable import to_json
from digest.model import SubscriberChange
from digest.publisher import Publisher
from digest.publisher.log import masked

_LINES = 10  # how many lines a fault names


@click.group()
@common
def subscribers() -> None:
    """Import, list, export, unsubscribe, restore and erase the audience."""


@subscribers.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Tell what would come of it, and write nothing.")
@common
@pass_context
def import_(context: Context, file: Any, *, dry_run: bool) -> None:  # noqa: ANN401 - a file
    """Add or update subscribers from a CSV file."""
    publisher, rejected = context.publisher, list[Rejected]()
    gc.freeze()  # what was loaded stays: looking for circles in it takes an eighth of the time
    try:
        with open_audience(file, _choosing(context)) as audience:
            rows = read_audience(audience, context.config.segments, publisher.wrong_choice)
            done = publisher.put_subscribers(_taken(rows, rejected), dry_run=dry_run)
            columns, encoding = audience.columns, audience.text.encoding
    except UsageError as error:
        raise UsageError(f"{file.name}: {error}") from None
    finally:
        gc.unfreeze()
    answer: dict[str, Any] = {
        "added": done.added,
        "updated": done.updated,
        "rejected": [{"line": each.line, "reason": each.reason} for each in rejected],
    }
    if dry_run:
        answer["columns"] = {"called": columns.called, "asked": columns.asked}
    nothing = "a dry run, nothing was written: " if dry_run else ""
    counts = f"{done.added} added, {done.updated} updated, {len(rejected)} rejected"
    stay = f"; {done.stay} of them stay{'s' if done.stay == 1 else ''} unsubscribed"
    said = f"{nothing}{counts}{stay if done.stay else ''}"
    context.answer(answer, lambda: context.say(said))
    kept = ", ".join(name for _, name in columns.attributes if name not in columns.called)
    if dry_run:
        for name, own in columns.called.items():
            context.say(f"{name} is read as {own}")
        if kept:
            context.say(f"kept as attributes: {kept}")
    if encoding == "cp1252":
        context.complain(
            f"{file.name}: is not UTF-8; it was read as Windows-1252, look at its accents"
        )
    if columns.asked:
        meant = ", ".join(f"{own} by {name}" for name, own in columns.asked.items())
        context.complain(
            f"{file.name}:1: columns kept as attributes: {kept}; did you mean {meant}? "
            "If so, call the column that"
        )
    _complain_of_rows(context, rejected, file.name)
    if done.without_segment:
        context.complain(
            f"{file.name}: {done.without_segment} without a segment get no newsletter until they have one"
        )
    if rejected:
        raise SystemExit(1)


def _choosing(context: Context) -> list[str]:
    """Return the newsletters whose readers may choose for themselves."""
    return [n.name for n in context.config.newsletters.values() if n.readers]


def _taken(
    rows: Iterable[SubscriberChange | Rejected], rejected: list[Rejected]
) -> Iterator[SubscriberChange]:
    """Yield what is taken of the rows; the others are put aside."""
    for row in rows:
        if isinstance(row, Rejected):
            rejected.append(row)
        else:
            yield row


def _complain_of_rows(context: Context, rejected: Iterable[Rejected], file: str) -> None:
    """Say each fault once, at the first row that has it, with the lines of the others."""
    by_fault: dict[str, list[Rejected]] = {}
    for each in rejected:
        by_fault.setdefault(each.fault, []).append(each)
    for first, *others in by_fault.values():
        lines = ", ".join(
            f"{each.line} ({each.value})" if each.value else str(each.line)
            for each in others[:_LINES]
        )
        more = f" and {len(others) - _LINES} more" if len(others) > _LINES else ""
        also = f" (also in line{'s' if len(others) > 1 else ''} {lines}{more})" if others else ""
        context.complain(f"{file}:{first.line}: {first.reason}{also}")


@subscribers.command("list")
@common
@pass_context
def list_(context: Context) -> None:
    """List the subscribers."""
    press = context.publisher
    context.answer_lines(
        _shapes(press),
        lambda: text_output.subscribers(
            context.out, press.subscribers(), Membership(context.config.segments)
        ),
    )


@subscribers.command("export")
@click.argument("address", required=False)
@common
@pass_context
def export_subscribers(context: Context, address: str | None) -> None:
    """Print the subscribers as CSV; of one ADDRESS all that is kept on that person, as JSON."""
    press = context.publisher
    if address is not None:
        click.echo(json.dumps(shapes.person(press.person(address)), ensure_ascii=False, indent=2))
        return
    context.answer_lines(
        _shapes(press),
        lambda: write_audience(
            press.subscribers(), press.attributes(), sys.stdout, _choosing(context)
        ),
    )


def _shapes(publisher: Publisher) -> Iterator[shapes.Shape]:
    membership = Membership(publisher.config.segments)
    for each, why in publisher.listed_subscribers():
        yield shapes.subscriber(each, why, membership.by_rule(each))


@subscribers.command()
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do not ask.")
@common
@pass_context
def erase(context: Context, address: str, *, yes: bool) -> None:
    """Erase a person; the address is not mailed again, whoever brings it."""
    if not is_mailbox(address):
        raise UsageError(f"{address!r} is no email address")
    if not yes:
        click.confirm(f"This cannot be taken back. Erase all of {address}?", abort=True, err=True)
    done = context.publisher.erase(address)
    context.publisher.note("command line", "erase")
    emails = f"{done.deliveries} email{'' if done.deliveries == 1 else 's'}"
    said = (
        f"{address} is erased: {'a subscriber' if done.subscriber else 'no subscriber'}, {emails} on record. "
        "It gets no email again; copies of the database still hold it."
    )
    context.answer({"address": address, **to_json(done)}, lambda: context.say(said))


@subscribers.command()
@click.argument("address")
@common
@pass_context
def restore(context: Context, address: str) -> None:
    """Mail an address again that came back, once it is mended; who left stays away."""
    if not is_mailbox(address):
        raise UsageError(f"{address!r} is no email address")
    known = context.publisher.restore(address)
    context.publisher.note("command line", "restore", masked(address))
    said = "gets email again" if known else "is not among those that came back; nothing was changed"
    context.answer({"address": address, "known": known}, lambda: context.say(f"{address} {said}."))


@subscribers.command()
@click.argument("address")
@common
@pass_context
def unsubscribe(context: Context, address: str) -> None:
    """Mail an address no more, whatever a later import says."""
    if not is_mailbox(address):
        raise UsageError(f"{address!r} is no email address")
    known = context.publisher.unsubscribe(address)
    context.publisher.note("command line", "unsubscribe", masked(address))
    said = (
        "will get no more email"
        if known
        else "is no subscriber; should a file bring it, it gets no email"
    )
    context.answer({"address": address, "known": known}, lambda: context.say(f"{address} {said}."))
