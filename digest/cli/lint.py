"""The command that checks emails of other systems."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import click

from digest import __version__, json_output
from digest.cli import text_output
from digest.cli.context import Context, common, pass_context
from digest.errors import UsageError
from digest.render.checks import foreign
from digest.render.checks.plugged import known_rules

_LARGEST = 15_000_000  # bytes
_HEADER = re.compile(rb"[!-9;-~]+:")


@click.command()
@click.argument("email", metavar="FILE.html|FILE.eml|ADDRESS|-", required=False)
@click.option("--rules", is_flag=True, help="List all rules, those of plug-ins too.")
@click.option(
    "--newsletter", metavar="NAME", help="Of feeds.yaml: its readers' mail programs count."
)
@common
@pass_context
def lint(context: Context, email: str | None, newsletter: str | None, *, rules: bool) -> None:
    """Check an email that was not made here: a file, a message, a web address."""
    from digest.sources.parsing.charset import decode  # noqa: PLC0415 - slow to import

    if rules:
        told = sorted(known_rules().values(), key=lambda rule: (rule.about, rule.name))
        said = {"rules": [json_output.lint_rule(each) for each in told]}
        context.answer(said, lambda: text_output.lint_rules(context.out, told))
        return
    if email is None:
        raise UsageError("name a file, an address or -, or --rules")
    clients: Mapping[str, int | None] = {}
    if newsletter is not None:
        clients = context.config.newsletter(newsletter).clients
    data, charset = _read(email)
    is_message = email.lower().endswith(".eml") or all(
        _HEADER.match(line) for line in data.lstrip().split(b"\n", 2)[:2]
    )
    if not is_message and re.search(rb"<[a-zA-Z!]", data) is None:
        raise UsageError(f"{email}: it is no HTML page")
    try:
        read = foreign.message(data) if is_message else foreign.page(decode(data, charset))
    except foreign.NotAnEmail as error:
        raise UsageError(f"{email}: {error}") from error
    found = foreign.lint(read, clients)
    problems = [json_output.finding(each) for each in found]
    context.answer({"problems": problems}, lambda: text_output.findings(context.out, found))
    counts = Counter(finding.severity for finding in found)
    if counts:
        context.say(", ".join(f"{counts[kind]} {kind}s" for kind in ("error", "warning", "info")))
    if counts["error"]:
        raise SystemExit(1)


def _read(email: str) -> tuple[bytes, str | None]:
    """Return the bytes, and the charset that their way stated."""
    if email.startswith(("http://", "https://")):
        from digest.sources.fetching.http import FetchError, fetch  # noqa: PLC0415 - as above

        # who names an address of their own network means it; where it leads on to is guarded
        host = urlsplit(email).hostname or ""
        try:
            reply = fetch(email, user_agent=f"digest/{__version__}", allow_hosts=(host,))
        except FetchError as error:
            raise UsageError(f"{email}: {error}") from error
        if reply.status != 200:  # noqa: PLR2004 - OK
            raise UsageError(f"{email}: the server answers {reply.status}")
        stated = re.search(r"charset=[\"']?([\w.:-]+)", reply.headers.get("content-type", ""))
        return reply.body, stated[1] if stated else None
    if "://" in email:
        raise UsageError(f"{email}: an address begins with https:// or http://")
    if email == "-":
        data = sys.stdin.buffer.read(_LARGEST + 1)
    else:
        try:
            with Path(email).open("rb") as file:
                data = file.read(_LARGEST + 1)
        except OSError as error:
            raise UsageError(f"{email}: {error.strerror or error}") from error
    if len(data) > _LARGEST:
        raise UsageError(f"{email}: it has more than 15 MB; no email has")
    if not data.strip():
        raise UsageError(f"{email}: it is empty")
    return data, None
