"""What the laboratory's commands answer: as JSON, and as tables."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from digest.cli.table_output import many, show, table
from digest.config import Config
from digest.editorial.laboratory.backtest import Backtest, Difference
from digest.editorial.laboratory.clicks import LEAST, Clicked, ClickFigures
from digest.editorial.laboratory.forecast import Waiting
from digest.editorial.laboratory.themes import Covered
from digest.json_output import Shape
from digest.jsonable import to_json
from digest.publisher.forecasting import Ahead

_NAMED = 10  # articles of a list that a terminal shows
NAMES = {"sent": "really sent", "present": "present rules", "other": "other rules"}


# As JSON


def backtest(found: Backtest, config: str | None, *, as_published: bool) -> Shape:
    """Return a backtest, a row for each set of rules."""
    return {
        "newsletter": found.newsletter,
        "from": found.start.isoformat(),
        "to": found.end.isoformat(),
        "slots": found.slots,
        "articles": found.offered,
        "config": config,
        "seen": "as published" if as_published else "first seen",
        "watched_since": found.watched.isoformat() if found.watched else None,
        "rows": [
            {
                "rules": row.rules,
                "issues": row.issues,
                "skipped": row.skipped,
                "held": row.held,
                "editions": row.editions,
                "mean_articles": row.mean_articles,
                "reach_nobody": len(row.nobody),
                "nobody": list(row.nobody),
                "repeats": row.repeats,
                "sections_empty": row.empty,
                "sections_over": row.over,
                "sections": to_json(row.sections),
                "coverage": [
                    {"tag": each.theme, "articles": each.articles, "share": round(each.share, 4)}
                    for each in row.coverage.themes
                ],
                "evenness": _rounded(row.coverage.evenness),
                "made": [
                    {
                        **to_json(issue),
                        "editions": [
                            {**to_json(edition), "articles": list(edition.articles)}
                            for edition in issue.editions
                        ],
                    }
                    for issue in row.made
                ],
            }
            for row in found.rows
        ],
        "differences": [to_json(each) for each in found.differences],
    }


def forecast(found: Ahead) -> Shape:
    """Return a forecast, with the newsletters that meet each issue."""
    ahead = found.forecast
    data: Shape = to_json(ahead)
    for issue, shape in zip(ahead.issues, data["issues"], strict=True):
        planned = found.planned.get(issue.sent)
        coming = planned.coming if planned else None
        shape["short"] = list(issue.short)
        shape["issue"] = coming.issue if coming else None
        shape["promised"] = [each.article for each in coming.promised] if coming else []
        shape["collisions"] = to_json(planned.clashes) if planned else []
    return data


def coverage(newsletter: str, found: Covered) -> Shape:
    """Return what was covered; a count is an `at_least` where tags were cut off."""
    return {
        "newsletter": newsletter,
        "by": found.by,
        "issues": [
            {"issue": each.id, "sent": each.sent.isoformat(), "articles": len(each.stories)}
            for each in found.issues
        ],
        "articles": found.articles,
        "cut": found.cut,
        "entropy": round(found.entropy, 4),
        "evenness": _rounded(found.evenness),
        "themes": [
            {
                **to_json(each),
                "share": round(each.share, 4),
                "at_least": each.at_most > each.articles,
            }
            for each in found.themes
        ],
    }


def clicks(newsletter: str, found: Clicked) -> Shape:
    """Return what was opened, each group with its size and between what its share lies."""

    def group(each: ClickFigures) -> Shape:
        shares = {name: round(getattr(each, name), 4) for name in ("share", "low", "high")}
        return {**to_json(each), **shares}

    return {
        "newsletter": newsletter,
        "by": found.by,
        "issues": list(found.issues),
        "uncounted": found.uncounted,
        "least": LEAST,
        "too_small": found.too_small,
        "whole": group(found.whole) if found.whole else None,
        "groups": [group(each) for each in found.groups],
    }


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 4)


# As tables


def show_backtest(console: Console, found: Backtest, config: Config) -> None:
    """Show what each set of rules made of the past, a line a fact."""
    zone = config.publication.timezone
    console.print(
        f"{config.newsletter(found.newsletter).title}: {found.slots} slots from "
        f"{_day(found.start, zone)} to {_day(found.end, zone)}, {found.offered} articles"
    )
    if found.watched is None or found.watched > found.start:
        since = (
            "nothing has been seen yet"
            if found.watched is None
            else (f"the first article was seen on {_day(found.watched, zone)}")
        )
        console.print(
            f"Before that there was nothing to choose from: {since}. --as-published takes an archive's "
            "articles as seen when they were published."
        )
    lines = table("", *(NAMES[row.rules] for row in found.rows), justify="right")
    for label, name in _FACTS.items():
        facts = [getattr(row, name) for row in found.rows]
        counts = [len(fact) if isinstance(fact, tuple) else fact for fact in facts]
        lines.add_row(label, *("–" if count is None else str(count) for count in counts))
    show(console, lines)
    for change in found.differences:
        _show_difference(console, change)
    if len(found.rows[0].coverage.themes) or len(found.rows[1].coverage.themes):
        names = dict.fromkeys(each.theme for row in found.rows for each in row.coverage.themes)
        shares = [{each.theme: each.share for each in row.coverage.themes} for row in found.rows]
        rules = (NAMES[row.rules] for row in found.rows)
        lines = table("share of the stories by tag", *rules, justify="right")
        for name in islice(names, 2 * _NAMED):
            lines.add_row(Text(name), *(f"{100 * own.get(name, 0):.0f} %" for own in shares))
        show(console, lines)


_FACTS = {
    "issues": "issues",
    "issues skipped": "skipped",
    "issues held": "held",
    "editions": "editions",
    "articles an edition": "mean_articles",
    "articles that reach nobody": "nobody",
    "repeats": "repeats",
    "sections left empty": "empty",
    "sections over-full": "over",
}


def _show_difference(console: Console, change: Difference) -> None:
    console.print(
        f"\nFrom {NAMES[change.before]} to {NAMES[change.after]}: {len(change.won)} articles won, "
        f"{len(change.lost)} lost, {change.subjects} subject lines differ",
        style="bold",
    )
    for sign, moved in (("+", change.won), ("-", change.lost)):
        for each in moved[:_NAMED]:
            console.print(f"  {sign} {each.title} ({', '.join(each.segments)})")
        if len(moved) > _NAMED:
            console.print(f"  {sign} and {len(moved) - _NAMED} more; --json names them")


def show_forecast(console: Console, found: Ahead, config: Config) -> None:
    """Show the issues to come, then what waits, then what will have come too late."""
    zone, ahead = config.publication.timezone, found.forecast
    issues = table("goes out", "editions", "short", "meets", "why")
    for issue in ahead.issues:
        planned = found.planned.get(issue.sent)
        meets = "; ".join(
            f"{clash.newsletter} ({', '.join(clash.segments)})"
            for clash in (planned.clashes if planned else ())
        )
        whole = {e.segment: len(e.articles) for e in issue.editions if e.segment not in issue.short}
        lacking = {e.segment: e.lacking for e in issue.editions if e.lacking}
        held = ", ".join(f"{name} {count}" for name, count in whole.items())
        short = ", ".join(f"{name} lacks {count}" for name, count in lacking.items())
        issues.add_row(
            _time(issue.sent, zone),
            held if issue.status == "sent" else issue.status,
            short
            if whole or len({*lacking.values()}) > 1
            else f"all lack {next(iter(lacking.values()))}",
            meets,
            (issue.reason or "") if issue.status == "held" else "",
        )
    show(console, issues)
    if ahead.waiting:
        waiting = table("article", "goes out", "by segment")
        for each in ahead.waiting:
            first = _time(each.first, zone) if each.first else "unsent" if each.is_lost else "waits"
            waiting.add_row(Text(each.title), first, "; ".join(_fates(each, zone)))
        show(console, waiting)
    else:
        console.print("Nothing waits.")
    if most := config.audience.most_per_week:
        console.print(
            f"Editions are foretold, not emails: a reader gets at most {most} a week. `digest inbox` "
            "tells whose week is full."
        )
    for late in ahead.too_late:
        said = f"goes out on {_time(late.goes_out, zone)}" if late.goes_out else "goes to nobody"
        last = (
            f"the last issue in time is on {_time(late.last, zone)}"
            if late.last
            else ("no issue is left 48 hours before it")
        )
        console.print(
            f"{late.kind} {_time(late.at, zone)}: {late.title}: {said}; {last}", style="bold"
        )


def _fates(each: Waiting, zone: str) -> list[str]:
    """Return what becomes of an article, each with the segments that it is so for."""
    segments: defaultdict[str, list[str]] = defaultdict(list)
    for fate in each.fates:
        said = (
            _day(fate.at, zone)
            if fate.outcome == "in" and fate.at
            else (f"{fate.outcome} ({fate.because})")
        )
        segments[said].append(fate.segment)
    return [f"{said}: {', '.join(names)}" for said, names in segments.items()]


def show_coverage(console: Console, found: Covered) -> None:
    """Show the share of each theme, a line each."""
    lines = table("theme", "articles", "share", "plan", "owed", justify="right")
    for each in found.themes:
        least = "at least " if each.at_most > each.articles else ""
        lines.add_row(
            Text(each.theme),
            f"{least}{each.articles}",
            f"{least}{100 * each.share:.0f} %",
            "" if each.planned is None else f"{each.planned} %",
            str(each.owed or ""),
        )
    show(console, lines)
    evenness = "–" if found.evenness is None else f"{found.evenness:.2f} of 1"
    console.print(
        f"{many(found.articles, 'article')} in {many(len(found.issues), 'issue')}; "
        f"evenness {evenness}"
        + (f"; the tags of {found.cut} were cut, so shares are at least" if found.cut else "")
    )


def show_clicks(console: Console, newsletter: str, found: Clicked) -> None:
    """Show how often each group was opened, with how sure that is, a line each."""
    if not found.issues:
        console.print(
            f"Of no issue that was looked at clicks were counted. `clicks: true` under {newsletter} in "
            "feeds.yaml counts those of the issues to come."
        )
        return
    lines = table(found.by, "readers", "shown", "clicks", "share", "95 %", justify="right")
    for each in (*found.groups, *([found.whole] if found.whole else [])):
        lines.add_row(
            Text(each.title or "all"),
            str(each.readers),
            str(each.shown),
            str(each.clicks),
            f"{100 * each.share:.1f} %",
            f"{100 * each.low:.1f}–{100 * each.high:.1f} %",
        )
    show(console, lines)
    said = [many(len(found.issues), "issue")]
    if found.uncounted:
        said.append(f"sent without counting: {found.uncounted} more")
    if found.too_small:
        stories = many(found.too_small, "story", "stories")
        said.append(f"left out: {stories} of editions with fewer than {LEAST} readers")
    console.print("; ".join(said))


def _day(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime("%-d %B %Y")


def _time(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime("%a %Y-%m-%d %H:%M")
