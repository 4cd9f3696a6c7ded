"""Remarks on a selection: what an editor should know of an article that the rules chose."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from digest.editorial.calendar import next_slot
from digest.editorial.selection import Selection
from digest.findings import Finding, Where
from digest.lint_rules.of_choice import (
    DATE_UNKNOWN,
    EDIT_IDLE,
    EVENT_OVER,
    HEADLINE_MISSING,
    LEAD_MISSING,
    NOTICE_ENDS,
    NOTICE_MISSING,
    PIN_UNPLACED,
    PROMISE_BROKEN,
    PROMISE_DAY,
    PROMISE_LATE,
    TAGS_CUT,
)
from digest.model import (
    Article,
    Edit,
    Edition,
    LeadRule,
    Message,
    Rule,
    Schedule,
    Section,
    SectionRule,
    Segment,
)

_INSTANT = timedelta(microseconds=1)
_REWORDING = frozenset({"title", "summary", "picture", "event"})


def selection_findings(
    segment: Segment, rules: tuple[SectionRule, ...], sections: tuple[Section, ...]
) -> Iterator[Finding]:
    """Yield what is uncertain: a tag list that is cut before an exclusion, and an unknown date."""
    by_title = {rule.title: rule.match for rule in rules}
    for section in sections:
        for article in section.articles:
            asked = (segment.match, by_title.get(section.title, Rule()))
            excluded = [text for rule in asked for text in rule.none]
            if article.tags_cut and excluded:
                yield TAGS_CUT.found(
                    "its tag list says that there are more tags, so it may have one that is "
                    f"excluded here: {', '.join(dict.fromkeys(excluded))}",
                    Where(article=article.id),
                )
            if article.published is None:
                day = article.first_seen.date().isoformat()
                yield DATE_UNKNOWN.found(
                    f"nothing says when it was published; it was first seen on {day}",
                    Where(article=article.id),
                )


def bare_headlines(edition: Edition) -> Iterator[Finding]:
    """Yield what was added by its address and has no headline yet."""
    for article in edition.articles:
        if article.title == article.url:
            yield HEADLINE_MISSING.found(
                f"{article.url} has no headline; give it one, and a summary",
                Where(article=article.id),
            )


def missing_lead(selection: Selection, rule: LeadRule | None) -> Iterator[Finding]:
    """Yield that no story of the edition may lead by the newsletter's rule."""
    if rule is not None and selection.sections and selection.lead is None:
        wants = " and ".join(
            filter(
                None,
                (
                    "`lead.match`" if rule.match else "",
                    "a picture" if rule.picture == "required" else "",
                ),
            )
        )
        yield LEAD_MISSING.found(
            f"no story here may lead: none has {wants}; the first of the first section does"
        )


def unplaced_pins(selection: Selection, articles: Collection[Article]) -> Iterator[Finding]:
    """Yield what editors pinned and the edition has no room for."""
    titles = {a.id: a.title for a in articles} if selection.unplaced else {}
    for id_ in selection.unplaced:
        yield PIN_UNPLACED.found(
            f"“{titles[id_]}” is pinned, and the edition has no room for it; take another "
            "pin away, or raise `articles.max`",
            Where(article=id_),
        )


def promises(
    selection: Selection, articles: Collection[Article], sent: datetime, zone: str
) -> Iterator[Finding]:
    """Yield what was promised for this issue and is not in it, or was promised for an earlier day."""
    titles = {a.id: a.title for a in articles} if selection.promised else {}
    today = sent.astimezone(ZoneInfo(zone)).date()
    for edit in selection.promised:
        if edit.article is None or edit.start is None:
            continue
        title, day = titles.get(edit.article, edit.article), edit.start.astimezone(ZoneInfo(zone))
        if edit.article not in selection.ranks:
            yield PROMISE_BROKEN.found(
                f"{edit.by} promised “{title}” for {day:%Y-%m-%d}, and the edition has no "
                "room for it; take a pin away, raise `articles.max`, or hold it for another day",
                Where(article=edit.article or ""),
            )
        elif day.date() < today:
            yield PROMISE_LATE.found(
                f"{edit.by} promised “{title}” for {day:%Y-%m-%d}; no issue went out then",
                Where(article=edit.article or ""),
            )


def promises_ahead(
    edits: Iterable[Edit],
    articles: Collection[Article],
    schedule: Schedule | None,
    sent: datetime,
    zone: str,
) -> Iterator[Finding]:
    """Yield what is promised for a coming day on which the schedule has no issue."""
    titles = {article.id: article.title for article in articles}
    for edit in edits:
        if edit.verb != "hold" or edit.start is None or edit.start <= sent or schedule is None:
            continue
        day = edit.start.astimezone(ZoneInfo(zone)).date()
        first = next_slot(schedule, zone, edit.start - _INSTANT)
        goes = first.sent.astimezone(ZoneInfo(zone)).date() if first else None
        if goes != day:
            then = f"it would be in that of {goes}" if goes else "there is none after it"
            yield PROMISE_DAY.found(
                f"“{titles.get(edit.article or '', edit.article)}” is promised for {day}, and no issue goes out on that day: "
                f"{then}; hold it for a day of the schedule",
                Where(article=edit.article or ""),
            )


def over_events(edition: Edition, sent: datetime) -> Iterator[Finding]:
    """Yield what editors brought in although its event is over, or called off, when the issue goes out."""
    for article in edition.articles:
        event = article.event
        if event is not None and (event.cancelled or event.over <= sent):
            what = "is cancelled" if event.cancelled else "is over when this is sent"
            yield EVENT_OVER.found(
                f"the event of “{article.title}” {what}; hide it, say its event anew, or "
                "let it go out as the report that it is",
                Where(article=article.id),
            )


def notice_findings(
    edits: Iterable[Edit], edition: Edition, message: Message, next_sent: datetime
) -> Iterator[Finding]:
    """Yield the notices that the look does not print, and those that are here for the last time."""
    said = {edit.value: edit for edit in edits if edit.verb == "notice"}
    printed = _letters(message.text)
    for notice in edition.notices:
        if _letters(notice.text) not in printed:
            yield NOTICE_MISSING.found(
                f"the look does not print “{notice.text}”; its templates need "
                "`edition.closing`, or `notices` of each part and of the lead (docs/templates.md)",
                Where(part="notice"),
            )
        edit = said.get(notice.text)
        booked = edit.block.issues if edit and edit.block else None
        if booked == 1 or (notice.end and notice.end <= next_sent):
            yield NOTICE_ENDS.found(
                f"“{notice.title or notice.text}” is here for the last time: "
                f"{'it was booked for so many issues' if booked == 1 else 'its end comes before the next issue'}",
                Where(part="notice"),
            )


def _letters(text: str) -> str:
    """Return a text's letters and digits, however its lines are broken."""
    return "".join(filter(str.isalnum, text))


def idle_edits(
    edits: Collection[Edit], edition: Edition, editions: Collection[Edition]
) -> Iterator[Finding]:
    """Yield words and pictures that editors gave a story which is in none of the editions meant."""
    held = {article.id for article in edition.articles}
    anywhere = {article.id for each in editions for article in each.articles}
    for edit in edits:
        is_for = edit.segment in {None, edition.segment}
        there = held if edit.segment else anywhere
        if edit.verb in _REWORDING and is_for and not edit.undo and edit.article not in there:
            yield EDIT_IDLE.found(
                f"{edit.by} changed the {edit.verb} of {edit.article}, which is not here any "
                "more; pin it to bring it back, or take the change back",
                Where(article=edit.article or ""),
            )
