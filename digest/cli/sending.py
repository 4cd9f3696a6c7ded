"""The commands for sending: send, who got it, settle what is uncertain."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import click

from digest import json_output as shapes
from digest.cli import text_output
from digest.cli.context import Context, common, pass_context
from digest.cli.progress import ProgressBar
from digest.deliver.dkim import check_selector, dns_record, make_key, read_key
from digest.errors import Forgotten, UsageError
from digest.jsonable import to_json
from digest.model import IssueHead
from digest.render.mime import sender_domain
from digest.wiring import delivery_folder, put_back


@click.command()
@click.argument("issue")
@click.option("--test", "tests", multiple=True, metavar="ADDRESS", help="Only to this address.")
@click.option(
    "--to", metavar="folder:DIR|smtp://…|ses://…", help="Instead of the configured delivery."
)
@click.option("--again", is_flag=True, help="Only to those who failed, or joined since.")
@common
@pass_context
def send(
    context: Context, issue: str, tests: Sequence[str], to: str | None, *, again: bool
) -> None:
    """Deliver an approved issue, or a test of any issue."""
    if again:
        wanted = context.publisher.again(issue)
        context.say(f"{wanted.failed} had failed, {wanted.joined} joined since.")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what is open is finished
    shown = not context.options.get("quiet") and not context.options.get("json")
    was = next((head for head in context.publisher.issues() if head.id == issue), None)
    with ProgressBar(context.err, shown=shown, unit="emails") as progress:
        done = context.publisher.send(issue, to, tests, progress)
    kind = "test" if tests else "send"
    context.publisher.note("command line", kind, f"{issue} ({done.sent} sent)")
    pending = 0 if tests else context.pending(issue)
    context.answer(shapes.sent(done, pending), lambda: text_output.sent(context.out, done, pending))
    if was and was.status == "approved" and done.sent and not tests:
        _tell_that_its_day_comes(context, was)
    folder = delivery_folder(context.config, to)
    if done.sent and folder is not None:
        context.say(f"The emails are in {folder}; any email program opens them.")
    if done.error:
        context.complain(done.error)
    if done.held_editions:
        context.complain(
            f"{done.held_editions} editions of readers who chose are held: {done.held_for}"
        )
    if pending:
        context.complain(text_output.waits(issue, pending))
    if done.ambiguous:
        context.complain(
            f"{done.ambiguous} email{'' if done.ambiguous == 1 else 's'} may or may not have arrived; "
            f"see `digest deliveries {issue}`, and `digest settle`"
        )
    if done.error or done.failed or done.deferred or done.ambiguous:
        raise SystemExit(1)


def _tell_that_its_day_comes(context: Context, was: IssueHead) -> None:
    """Say that a day in the schedule still has no issue, where one that was drafted by hand went out before."""
    newsletter = context.config.newsletters.get(was.newsletter)
    if was.slot or was.special or was.send_at is None or not newsletter or not newsletter.schedule:
        return
    day = was.send_at.astimezone(ZoneInfo(context.config.publication.timezone)).date()
    if day > context.publisher.today():
        context.say(
            f"It went out before its day: `digest run` drafts another issue for {day}, of what is new "
            f"by then; `digest skip {was.newsletter} {day}` has none."
        )


@click.command()
@click.argument("issue")
@common
@pass_context
def deliveries(context: Context, issue: str) -> None:
    """Tell who got an issue, and who did not."""
    found = context.publisher.deliveries(issue)
    context.answer_lines(
        (shapes.delivery(each) for each in found),
        lambda: text_output.deliveries(context.out, found),
    )


@click.command()
@click.argument("issue")
@click.argument("addresses", nargs=-1)
@click.option("--as", "state", type=click.Choice(["sent", "pending"]), help="By hand.")
@click.option(
    "--log", metavar="FILE|-", help="By a relay's log: Postfix's, Exim's, or a list of ids."
)
@common
@pass_context
def settle(
    context: Context,
    issue: str,
    addresses: Sequence[str],
    state: Literal["sent", "pending"] | None,
    log: str | None,
) -> None:
    """Settle deliveries of which nobody knows whether they arrived."""
    if log is not None and state is None and not addresses:
        done = context.publisher.settle_by_log(issue, log)
        counts = {"sent": done.sent, "failed": done.failed, "ambiguous": done.ambiguous}
        context.answer(
            {"issue": issue, "settled": done.sent + done.failed, **counts},
            lambda: context.say(
                f"{done.sent} went out, {done.failed} were given back, {done.ambiguous} stay ambiguous."
            ),
        )
        if done.said:
            context.complain(done.said)
            raise SystemExit(1)
        return
    if log is not None or state is None:
        raise UsageError("settle needs --as sent, --as pending, or --log FILE alone")
    count = context.publisher.settle(issue, state, addresses)
    context.answer(
        {"issue": issue, "settled": count},
        lambda: context.say(f"{count} deliveries are settled as {state}."),
    )


@click.command()
@click.argument("where", metavar="[FILE|DIR|-]", required=False)
@common
@pass_context
def bounces(context: Context, where: str | None) -> None:
    """Read bounces and complaints, and mail nobody again who is lost to it.

    They are read of a file, a folder or stdin, else of the configured mailbox.
    """
    done = context.publisher.take_back(where)
    context.answer(to_json(done), lambda: context.say(text_output.returned(done)))


@click.command()
@click.option("--accept", metavar="ISSUE", help="Go on without it: its stories may be told again.")
@common
@pass_context
def reconcile(context: Context, accept: str | None) -> None:
    """Look at what went out before the database was put back from a copy."""
    if accept is not None:
        context.publisher.accept(accept)
        context.publisher.note("command line", "accept", accept)
    found = context.publisher.reconcile()
    context.answer_lines(
        ({"issue": r.issue, "status": r.status, "ambiguous": r.ambiguous} for r in found),
        lambda: context.say("" if found else "The database knows all that the journal does."),
    )
    for each in found:
        if each.status == "unknown":
            context.complain(str(Forgotten(each.issue)))
            continue
        context.complain(
            f"issue {each.issue} is {each.status}; {each.ambiguous} of its emails may have gone out: "
            f"see `digest deliveries {each.issue}` and settle them"
            if each.ambiguous
            else f"issue {each.issue} is {each.status} here, and emails of it went out: it is not sent"
        )
    if found:
        raise SystemExit(1)


@click.command()
@click.argument("file")
@common
@pass_context
def backup(context: Context, file: str) -> None:
    """Copy the store into a file, also while others work."""
    context.publisher.backup(file)
    context.answer({"file": file}, lambda: context.say(f"The store is copied to {file}."))


@click.command()
@click.argument("file", type=click.Path())
@common
@pass_context
def restore(context: Context, file: str) -> None:
    """Put a copy back in the store's place; the old one is kept beside it."""
    kept = put_back(context.config, context.options.get("db"), file)
    context.answer(
        {"file": file, "kept": str(kept) if kept else None},
        lambda: context.say(
            f"The store is put back from {file}"
            + (f"; the one that was there is {kept}" if kept else "")
            + ". Send nothing; next: digest reconcile"
        ),
    )


@click.command("dkim")
@click.argument("selector")
@click.option("--key", "file", required=True, type=click.Path(path_type=Path), help="Its file.")
@click.option("--kind", type=click.Choice(["rsa", "ed25519"]), default="rsa", show_default=True)
@common
@pass_context
def dkim_(context: Context, selector: str, file: Path, kind: Literal["rsa", "ed25519"]) -> None:
    """Print the DNS record of a DKIM key, which is made where its file is not there yet."""
    senders = (n.sender for n in context.config.newsletters.values())
    domains = sorted({sender_domain(sender) for sender in senders})
    check_selector(selector)
    key = read_key(file) if file.exists() else make_key(file, kind)
    records = [dns_record(selector, domain, key) for domain in domains]
    context.answer_lines(
        ({"name": name, "type": "TXT", "value": text} for name, text in records),
        lambda: context.say("\n".join(f'{name}. TXT "{text}"' for name, text in records)),
    )
