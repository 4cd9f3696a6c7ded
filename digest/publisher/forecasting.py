"""Forecasting: a newsletter's next issues, made of what the store has now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from digest.config import Config
from digest.editorial.laboratory.forecast import Forecast
from digest.editorial.laboratory.forecast import forecast as foretold
from digest.editorial.laboratory.replay import Kept, Moment, Rules, Shelf, Start
from digest.editorial.laboratory.themes import ISSUES
from digest.model import Newsletter
from digest.publisher.coming import coming
from digest.publisher.covering import MOST_ISSUES, check_number, last_printed
from digest.publisher.gathering import (
    DraftRequest,
    gather,
    history_of,
    open_issue,
    regular,
    schedule_of,
)
from digest.publisher.planning import Planned, plan
from digest.publisher.services import Services

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """The forecast of a newsletter, and the plan of its issues: promises, and where others meet them."""

    forecast: Forecast
    planned: Mapping[datetime, Planned]


def forecast(services: Services, name: str, most: int = 8) -> Ahead:
    """Make a newsletter's next issues of what there is now, as its editors left it."""
    newsletter = services.newsletter(name)
    check_number("issues", most, MOST_ISSUES)
    now = services.clock()
    was = open_issue(services, name)
    if was is not None and was.status == "skipped":
        was = was if was.send_at is not None and was.send_at > now else None
    edits = services.issues.edits(was.id) if was else ()
    segments = newsletter.segments
    inputs = gather(services, newsletter, DraftRequest(segments=segments, was=was, edits=edits))
    others = [head for head in regular(services, name) if was is None or head.id != was.id]
    seen = now  # whatever a clock said, what is stored is here
    if was is not None and was.status == "approved":
        seen = was.window.end  # nothing comes into it any more
    first = None
    if (
        was is not None or inputs.sent <= now
    ):  # a slot that is over, and that a draft made now is for
        key = was.id if was else inputs.sent.isoformat()
        first = Moment(key=key, now=seen, sent=inputs.sent, edits=inputs.edits)
    shelf = Shelf(
        Kept(
            number=inputs.filed.get(article.id, 0),
            seen=min(article.first_seen, now),
            versions=((now, article),),
        )
        for article in inputs.articles
    )
    start = Start(
        history=history_of(services, name, others),
        printed=last_printed(services, name, ISSUES),
        told={s: dict.fromkeys(past.sent, _LONG_AGO) for s, past in inputs.pasts.items()},
        number=inputs.number - 1,
    )
    moments = _ahead(services, newsletter, first, most)
    return Ahead(
        forecast=foretold(
            rules_of(services, services.config, newsletter), shelf, start, moments, now
        ),
        planned={p.sent: p for p in plan(services, most + 1) if p.newsletter == name and p.coming},
    )


def _ahead(
    services: Services, newsletter: Newsletter, first: Moment | None, most: int
) -> list[Moment]:
    """Return the moments of the issues to come; without a schedule there is one, and it is now."""
    now = services.clock()
    found = [first] if first else []
    for each in coming(services, newsletter, most):
        if first is None or each.sent > first.sent:
            made = max(now, each.drafted)
            found.append(Moment(key=each.sent.isoformat(), now=made, sent=each.sent))
    return found[:most] or [Moment(key=now.isoformat(), now=now, sent=now)]


def rules_of(services: Services, config: Config, newsletter: Newsletter) -> Rules:
    """Return what a configuration says of a newsletter, without the days that its editors skip."""
    return Rules(
        newsletter=replace(newsletter, schedule=schedule_of(services, newsletter)),
        segments={name: config.segments[name] for name in newsletter.segments},
        sources=config.sources,
        tags=config.tags,
        zone=config.publication.timezone,
        language=config.publication.language,
    )
