"""The commands for the audience: import, list, export, unsubscribe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import click

from digest.cli import json_output as shapes
from digest.cli import tables
from digest.cli.context import Context, common, pass_context
from digest.cli.subscribers_csv import AudienceFile, is_address, read_audience, write_audience
from digest.editorial.folding import folded_address
from digest.errors import UsageError
from digest.jsonable import to_json
from digest.model import Subscriber
from digest.publisher import Publisher


@click.group()
@common
def subscribers() -> None:
    """Import, list, export and unsubscribe the audience."""


@subscribers.command("import")
@click.argument("file", type=click.File("rb"))
@common
@pass_context
def import_(context: Context, file: Any) -> None:  # noqa: ANN401 - a file
    """Add or update subscribers from a CSV file."""
    press = context.publisher
    try:
        found = read_audience(file.read(), context.config.segments, press.subscribers())
    except UsageError as error:
        raise UsageError(f"{file.name}: {error}") from None
    added, updated = press.put_subscribers(found.people)
    rejected, gone = [to_json(each) for each in found.rejected], _gone(press, found)
    stay = f"; {gone} of them stay{'s' if gone == 1 else ''} unsubscribed" if gone else ""
    context.answer(
        {"added": added, "updated": updated, "rejected": rejected},
        lambda: context.say(f"{added} added, {updated} updated, {len(rejected)} rejected{stay}"),
    )
    _complain(context, found, file.name)
    if rejected:
        raise SystemExit(1)


def _gone(press: Publisher, found: AudienceFile) -> int:
    """Return how many of the file's people are unsubscribed now, whatever it says of them."""
    named = {folded_address(person.address) for person in found.people}
    return sum(
        person.status == "unsubscribed" and folded_address(person.address) in named
        for person in press.subscribers()
    )


def _complain(context: Context, found: AudienceFile, file: str) -> None:
    """Say what was left out, and what its writer may not have meant."""
    if found.encoding == "cp1252":
        context.complain(f"{file}: is not UTF-8; it was read as Windows-1252, look at its accents")
    for each in found.rejected:
        context.complain(f"{file}:{each.line}: {each.reason}")
    lost = sum(not person.segments for person in found.people)
    if lost:
        context.complain(f"{file}: {lost} without a segment get no newsletter until they have one")


@subscribers.command("list")
@common
@pass_context
def list_(context: Context) -> None:
    """List the subscribers."""
    found = [*context.publisher.subscribers()]
    context.answer_lines(
        _shapes(context.publisher, found), lambda: tables.subscribers(context.out, found)
    )


@subscribers.command("export")
@common
@pass_context
def export_subscribers(context: Context) -> None:
    """Print the subscribers as CSV."""
    found = [*context.publisher.subscribers()]
    context.answer_lines(
        _shapes(context.publisher, found),
        lambda: click.echo(write_audience(found), nl=False),
    )


def _shapes(press: Publisher, found: Sequence[Subscriber]) -> Iterator[shapes.Shape]:
    gone = press.suppressions()
    for each in found:
        yield shapes.subscriber(each, gone.get(folded_address(each.address)))


@subscribers.command()
@click.argument("address")
@common
@pass_context
def unsubscribe(context: Context, address: str) -> None:
    """Mail an address no more, whatever a later import says."""
    if not is_address(address):
        raise UsageError(f"{address!r} is no email address")
    known = context.publisher.unsubscribe(address)
    said = (
        "will get no more email"
        if known
        else "is no subscriber; should a file bring it, it gets no email"
    )
    context.answer({"address": address, "known": known}, lambda: context.say(f"{address} {said}."))
