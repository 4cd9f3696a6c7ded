"""What the commands show a person: plain tables, wide enough to read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import TypeVar
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from digest.cli.table_output import many, show, table
from digest.editorial.compare import Changes
from digest.editorial.membership import Membership
from digest.editorial.similar import Similar
from digest.findings import Finding, LintRule, Where
from digest.jsonable import to_json
from digest.model import (
    Account,
    Article,
    Decision,
    Delivery,
    Dispatch,
    Issue,
    LogEntry,
    Subscriber,
    Token,
    Webhook,
)
from digest.publisher.accounts import described
from digest.publisher.checked import Checked
from digest.publisher.coming import Coming
from digest.publisher.correcting import Correction
from digest.publisher.explaining import Readership
from digest.publisher.inbox import Inbox
from digest.publisher.pulling import PullReport
from digest.publisher.returning import Returned
from digest.publisher.sending import Sent

Told = tuple[Sequence[Dispatch], int]
_MARKS = {"error": "bold red", "warning": "yellow", "info": "dim", "unknown": "dim", "ok": "green"}

_Row = TypeVar("_Row")


def pulled(console: Console, reports: Iterable[PullReport], count: int) -> None:
    """Show what each source gave."""
    lines = table("source", "status", "new", "updated", "seen")
    for r in reports:
        status = f"{r.status}, failing" if r.status == "waiting" and r.error else r.status
        lines.add_row(r.name, status, str(r.new), str(r.updated), str(r.seen))
    show(console, lines)
    console.print(f"{count} articles are kept.")


def articles(console: Console, found: Iterable[Article]) -> None:
    """Show articles, a line each."""
    lines = table("id", "source", "published", "title", "topics")
    for a in found:
        when = a.published.date().isoformat() if a.published else "no date"
        if a.event:
            when = f"event {a.event.starts.date().isoformat()}"
        lines.add_row(a.id, a.source, when, Text(a.title), Text(", ".join(a.topics)))
    show(console, lines)


def issues(console: Console, found: Iterable[Issue]) -> None:
    """Show issues, a line each."""
    lines = table("issue", "status", "created", "editions", "approved by", "reason")
    for i in found:
        segments = ", ".join(i.printed)
        when = i.created.isoformat(timespec="minutes")
        lines.add_row(
            i.id, i.shown_status, when, segments, i.approved_by or "", Text(i.reason or "")
        )
    show(console, lines)


def coming(console: Console, found: Iterable[Coming], zone: str) -> None:
    """Show the issues to come, a line each, in a time zone."""
    lines = table("newsletter", "goes out", "issue", "promised and booked")
    for each in found:
        when = each.sent.astimezone(ZoneInfo(zone)).strftime("%a %Y-%m-%d %H:%M")
        promised = [
            f"{p.title} ({p.by}{f', {p.segment} only' if p.segment else ''})" for p in each.promised
        ]
        notices = [f"{n.label or 'Notice'}: {n.title or n.text}" for n in each.notices]
        said = Text("; ".join((*promised, *notices)))
        lines.add_row(each.newsletter, when, each.issue or "", said)
    show(console, lines)


def issue(console: Console, shown: Issue, *, articles: bool = False) -> None:
    """Show an issue: a line an edition, its articles where asked for, and what the checks found."""
    reason = f", {shown.reason}" if shown.reason else ""
    console.print(f"Issue {shown.id}, number {shown.number}: {shown.shown_status}{reason}")
    if not shown.editions:
        return
    lines = table("segment", "subject", "sections", "articles", "size")
    sizes = {m.segment: f"{len(m.html.encode()) / 1024:.0f} KB" for m in shown.messages}
    for e in shown.editions:
        sections = ", ".join(f"{s.title} ({len(s.articles)})" for s in e.sections)
        count = str(len(e.articles))
        lines.add_row(e.segment, Text(e.subject), Text(sections), count, sizes.get(e.segment, ""))
    show(console, lines)
    if articles:
        for edition in shown.editions:
            console.print(f"\n{edition.segment}", style="bold")
            for section in edition.sections:
                more = f" (+{section.more} more)" if section.more else ""
                console.print(f"  {section.title}{more}")
                for a in section.articles:
                    points = sum(
                        p.value for p in shown.points.get(edition.segment, {}).get(a.id, ())
                    )
                    console.print(f"    {a.id} {points:4}  {a.title}")
    if found := _gathered(shown):
        findings(console, found)


def _gathered(shown: Issue) -> list[Finding]:
    """Return what the checks found, each once, with its article's title and its segments."""
    titles = {a.id: a.title for e in shown.editions for a in e.articles}
    segments: dict[Finding, list[str]] = {}
    for segment, found in shown.findings.items():
        for finding in found:
            if finding.severity != "info":
                segments.setdefault(finding, []).append(segment)
    told = []
    for finding, names in segments.items():
        place, readers = titles.get(finding.where.article, str(finding.where)), ", ".join(names)
        said = f"{place} ({readers})" if place else readers
        told.append(replace(finding, where=Where(said=said)))
    return told


def changes(console: Console, found: Mapping[str, Mapping[str, Changes]]) -> None:
    """Show what changed since the approval, and since the last issue."""
    for segment, each in found.items():
        for since, made in each.items():
            said = [f"{kind} {'; '.join(names)}" for kind, names in to_json(made).items() if names]
            if said:
                console.print(f"{segment}, since the {since.replace('_', ' ')}:")
                for line in said:
                    console.print(f"  {line}")


def findings(console: Console, found: Sequence[Finding]) -> None:
    """Show findings, the errors first."""
    if not found:
        console.print("No problems found.")
        return
    lines = table("severity", "rule", "where", "message")
    for f in sorted(found, key=lambda f: ("error", "warning", "info").index(f.severity)):
        lines.add_row(
            Text(f.severity, style=_MARKS[f.severity]), f.rule, Text(str(f.where)), Text(f.message)
        )
    show(console, lines)


def lint_rules(console: Console, found: Sequence[LintRule]) -> None:
    """Show rules of the lint, with what each finds; without its links."""
    lines = table("about", "rule", "severity", "finds")
    for each in found:
        finds = re.sub(r"\[([^]]*)\]\([^)]*\)|`([^`]*)`", r"\1\2", each.finds)
        lines.add_row(Text(each.about), each.name, ", ".join(each.severities), Text(finds))
    show(console, lines)


def problems(console: Console, found: Sequence[Finding]) -> None:
    """Show the findings that are problems: not what is told for information only."""
    if wrong := [finding for finding in found if finding.severity != "info"]:
        findings(console, wrong)


def turns(console: Console, came: Sequence[Finding], gone: Sequence[Finding]) -> None:
    """Say in a line each what was found that was not before, and what is found no more."""
    said = [(finding.severity, _MARKS[finding.severity], finding) for finding in came]
    for word, style, finding in [*said, *(("solved", _MARKS["ok"], f) for f in gone)]:
        place = f" {finding.where}:" if str(finding.where) else ""
        console.print(Text.assemble((word, style), f"{place} {finding.message}"))


def checked(console: Console, found: Sequence[Checked]) -> None:
    """Show what the doctor found, in the order of looking, each with what to do about it."""
    lines = table("", "check", "about", "what was found")
    for each in found:
        said = Text(each.said)
        if each.todo:
            said.append(f"\n{each.todo}", style="dim" if each.state == "ok" else "bold")
        lines.add_row(
            Text(each.state, style=_MARKS[each.state]), each.check, Text(each.about), said
        )
    show(console, lines)


def decisions(console: Console, found: Iterable[Decision]) -> None:
    """Show decisions: in or out, where, by which rule, and what would change it."""
    for d in found:
        place = f"in {d.section}, rank {d.rank}" if d.included else "not in it"
        console.print(f"{d.segment}: {place}", style="bold")
        points = " + ".join(f"{p.rule} {p.value}" for p in d.points) or "none"
        console.print(f"  points: {points} = {sum(p.value for p in d.points)}")
        console.print(f"  decided by {' and '.join(d.decided_by)}")
        for way in d.would_change:
            console.print(f"  would change it: {way}")


def readers(console: Console, found: Sequence[Readership], *, addresses: bool) -> None:
    """Show who got an article."""
    if not found:
        console.print("Nobody has had it.")
        return
    lines = table("issue", "segment", "readers", "unsure")
    for each in found:
        lines.add_row(each.issue, each.segment, str(each.count), str(len(each.unsure)))
    show(console, lines)
    if addresses:
        for address in sorted({a for each in found for a in (*each.addresses, *each.unsure)}):
            console.print(address)


def corrections(console: Console, due: Sequence[Correction]) -> None:
    """Show what changed after it was sent: words that are gone in brackets, new ones underlined."""
    if not due:
        console.print("No story changed after it was sent.")
        return
    for each in due:
        readers = ", ".join(f"{name} {count}" for name, count in each.readers.items())
        console.print(Text(f"{each.article}  {each.title}", style="bold"))
        console.print(f"  {each.issue}, sent {each.sent:%Y-%m-%d}, to {each.count}: {readers}")
        for name, told in each.told.items():
            line = Text(f"  {name}:")
            for kind, words in told.words:
                line.append(" ")
                said, style = {
                    "old": (f"[-{words}-]", "strike"),
                    "new": (f"{{+{words}+}}", "underline"),
                }.get(kind, (words, ""))
                line.append(said, style)
            console.print(line)
        console.print(Text(f"  notice: {each.notice}"))
    console.print(
        "\n`digest corrections --put ARTICLE --by NAME` puts the notice into the open draft,"
    )
    console.print("`digest corrections --dismiss ARTICLE --by NAME` needs none.")


def similar(
    console: Console, found: Mapping[str, Sequence[Similar]], titles: Mapping[str, str]
) -> None:
    """Show what earlier issues told of an issue's stories."""
    if not found:
        console.print("The last eight issues told nothing of the same.")
        return
    lines = table("story", "told before", "issue", "likeness")
    for id_, like in found.items():
        for each in like:
            said = f"{each.title}{' (nearly the same)' if each.kind == 'same' else ''}"
            title = titles[id_] if each is like[0] else ""
            lines.add_row(Text(title), Text(said), each.issue, f"{each.likeness:.2f}")
    show(console, lines)


def inbox(console: Console, found: Inbox, zone: str) -> None:
    """Show how many emails a week each group of readers gets; + counts what the cap holds back."""
    cap = "no cap" if found.most_per_week is None else f"at most {found.most_per_week} a week"
    console.print(f"Emails a week from all newsletters, {cap}")
    lines = table("segments", "readers", *(f"{day:%d %b}" for day in found.starts), "told twice")
    for group in found.groups:
        by_week = {week.start: week for week in group.weeks}
        own = [by_week.get(day) for day in found.starts]
        counts = [
            f"{len(w.emails)}{f' (+{len(w.held_back)})' if w.held_back else ''}" if w else "0"
            for w in own
        ]
        names = ", ".join(group.segments) or "none"
        lines.add_row(names, f"{group.readers:,}", *counts, str(len(group.twice) or ""))
    show(console, lines)
    alike: dict[tuple[str, str], list[str]] = {}
    for each in found.remarks:
        at = each.at.astimezone(ZoneInfo(zone)).strftime("%a %d %b %H:%M")
        alike.setdefault((each.newsletter, each.why), []).append(at)
    for (name, why), times in alike.items():
        what = "in quiet hours" if why == "quiet" else "on a holiday"
        more = f" and {len(times) - 3} more" if len(times) > 3 else ""  # noqa: PLR2004
        console.print(f"{name} goes out {what}: {', '.join(times[:3])}{more}")


def approved(issue: Issue, zone: str | None) -> str:
    """Return what becomes of an approved issue; `zone` is its schedule's, None without one."""
    said, by_hand = f"Issue {issue.id} is approved", f"`digest send {issue.id}` sends it now."
    if zone is None or issue.send_at is None:
        return f"{said}; {by_hand}"
    at = issue.send_at.astimezone(ZoneInfo(zone)).strftime("%A %d %B %Y, %H:%M %Z")
    return f"{said}. With `digest run` it goes out on {at}; {by_hand}"


def waits(issue: str, pending: int) -> str:
    """Return how an issue goes on that is not out yet."""
    return (
        f"{many(pending, 'email')} of issue {issue} {'is' if pending == 1 else 'are'} still to go; "
        f"the next tick of `digest run` goes on, or `digest send {issue}`"
    )


def returned(done: Returned) -> str:
    """Return what became of the bounces and complaints that were read."""
    return (
        f"{many(done.read, 'email')} read: {many(done.bounced, 'bounce')}, "
        f"{many(done.complained, 'complaint')}, {many(done.suppressed, 'reader')} suppressed; "
        f"{done.unmatched} about nothing that went out from here, {done.ignored} no report"
    )


def sent(console: Console, done: Sent, pending: int) -> None:
    """Show what a run of sending did."""
    counts = {
        "sent": done.sent,
        "deferred": done.deferred,
        "failed": done.failed,
        "ambiguous": done.ambiguous,
        "suppressed": done.suppressed,
        "already sent": done.already_sent,
        "held back, their week is full": done.held_back,
        "waiting for their hour": done.waiting,
        "pending": pending - done.deferred - done.waiting,
    }
    said = (
        ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "nobody to mail"
    )
    console.print(f"Issue {done.issue}: {said}")


def deliveries(console: Console, found: Iterable[Delivery]) -> None:
    """Show deliveries, a line each, some hundreds in a table: nobody can hold a million rows."""
    for some in _hundreds(found):
        lines = table("address", "segment", "state", "attempts", "detail")
        for d in some:
            lines.add_row(d.address, d.segment, d.state, str(d.attempts), Text(d.detail or ""))
        show(console, lines)


def subscribers(console: Console, found: Iterable[Subscriber], membership: Membership) -> None:
    """Show subscribers, a line each, some hundreds in a table."""
    for some in _hundreds(found):
        lines = table("address", "name", "segments", "status")
        for s in some:
            by_rule = (f"{name} (by rule)" for name in membership.by_rule(s))
            segments = ", ".join([*s.segments, *by_rule])
            lines.add_row(
                s.address,
                Text(s.name or ""),
                segments,
                f"{s.status}, paused until {s.paused_until}" if s.paused_until else s.status,
            )
        show(console, lines)


def _hundreds(found: Iterable[_Row]) -> Iterator[list[_Row]]:
    left = iter(found)
    while some := [*islice(left, 500)]:
        yield some


def accounts(console: Console, found: Iterable[Account]) -> None:
    """Show who may sign in at the desk."""
    lines = table("name", "rights", "signs in")
    for each in found:
        lines.add_row(
            Text(each.name), Text(described(each)), "elsewhere" if each.subject else "here"
        )
    console.print(lines)


def tokens(console: Console, found: Iterable[Token]) -> None:
    """Show which programs may read the API."""
    lines = table("name", "reads", "newsletters", "made", "until", "last used")
    for each in found:
        days = (f"{at:%Y-%m-%d %H:%M}" if at else "–" for at in (each.expires, each.used))
        names = ", ".join(each.newsletters) or "all"
        lines.add_row(Text(each.name), each.right, Text(names), f"{each.created:%Y-%m-%d}", *days)
    console.print(lines)


def webhooks(console: Console, hooks: Iterable[Webhook], told: Mapping[str, Told]) -> None:
    """Show what each webhook was told last, and what it answered."""
    lines = table("webhook", "when", "what", "of", "state", "tries", "answer")
    for hook in hooks:
        newest, waiting = told[hook.name]
        note = f"{hook.name} ({waiting} waiting)" if waiting else hook.name
        if not newest:
            lines.add_row(Text(note), "–", ", ".join(hook.events), "", "nothing yet")
        for place, each in enumerate(newest):
            of = each.data.get("issue") or each.data.get("newsletter")
            row = (each.type, str(of), each.state, str(each.attempts), each.said)
            lines.add_row(Text("" if place else note), f"{each.at:%Y-%m-%d %H:%M}", *map(Text, row))
    console.print(lines)


def log(console: Console, found: Iterable[LogEntry]) -> None:
    """Show who did what."""
    lines = table("when", "who", "what", "of what", "from")
    for each in found:
        said = (each.by, each.kind, each.what, each.where)
        lines.add_row(f"{each.at:%Y-%m-%d %H:%M}", *map(Text, said))
    console.print(lines)
