"""The archive: every issue as it went out, and a search over all that was ever filed."""

from __future__ import annotations

import re
from datetime import date

from flask import Response, jsonify, render_template, request
from markupsafe import Markup, escape

from digest.errors import UsageError
from digest.model import IssueHead
from digest.publisher.searching import Question
from digest.web.desk.shell import pages, publisher, sitting

_PAGE = 25  # articles, or issues, on a page
_OFFERED = 20
_SOUGHT = re.compile("\x02([^\x02\x03]*)\x03")
_GAPS = re.compile(
    r"[\x00-\x20]*(?:[-=_*]{3,}[\x00-\x20]*|[\x00-\x1f]+)"
)  # rules and ends of lines of a text


@pages.get("/archive")
def archive() -> str:
    """Show what went out, the newest first; or what the words and filters find."""
    said = request.args
    asked = Question(
        words=said.get("q", "").strip(),
        tag=said.get("tag", "").strip(),
        source=said.get("source", ""),
        segment=said.get("segment", ""),
        since=_day(said.get("since", "")),
        until=_day(said.get("until", "")),
    )
    number = max(1, said.get("page", 1, int))
    is_asked = asked != Question()
    press = publisher()
    hits = press.search(asked, most=_PAGE + 1, skip=(number - 1) * _PAGE) if is_asked else []
    first = number == 1
    printed_only = not (asked.tag or asked.source)  # an issue has neither
    sent = [] if is_asked else [each for each in press.went_out() if _may_read(each.issue)]
    return render_template(
        "back_issues.html",
        asked=asked,
        is_asked=is_asked,
        hits=hits[:_PAGE],
        found=[hit for hit in press.search_issues(asked) if _may_read(hit.issue)]
        if is_asked and first and printed_only
        else [],
        sent=sent[(number - 1) * _PAGE : number * _PAGE],
        heads={head.id: head for head in press.issues() if _may_read(head)} if hits else {},
        number=number,
        more=len(hits) > _PAGE or len(sent) > number * _PAGE,
        again={name: value for name, value in said.items() if name != "page"},
    )


def _may_read(issue: IssueHead) -> bool:
    return sitting().may("read", issue.newsletter)


@pages.get("/search.json")
def search() -> Response:
    """Offer at most 20 articles that have the words `q`, the fittest first."""
    hits = publisher().search(Question(words=request.args.get("q", "")), most=_OFFERED)
    return jsonify(
        [
            {
                "id": each.id,
                "title": each.title,
                "source": each.source,
                "published": each.published.isoformat() if each.published else None,
                "url": each.url,
            }
            for each in (hit.article for hit in hits)
        ]
    )


@pages.app_template_filter("marked")
def marked(excerpt: str) -> Markup:
    """Return an excerpt with what was sought in it marked."""
    parts = _SOUGHT.split(excerpt)
    said = [escape(_GAPS.sub(" ", part)) for part in parts]
    return Markup("").join(
        Markup("<mark>{}</mark>").format(part) if place % 2 else part
        for place, part in enumerate(said)
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"{text} is no day; write it as 2026-01-31") from None
