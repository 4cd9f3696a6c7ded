"""The laboratory: the weeks ahead, what was covered and read, and rules tried on the past."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast, get_args

from flask import render_template, request

from digest.config import Config
from digest.editorial.laboratory.clicks import LEAST, ClicksBy
from digest.editorial.laboratory.themes import ISSUES, By
from digest.errors import DigestError, UsageError
from digest.model import WhenShort
from digest.web.desk.shell import pages, publisher

_AHEAD, _WEEKS = 8, 12
_MOST_WEEKS = 104  # what an editor waits for; `digest backtest` takes more


@pages.get("/laboratory/<newsletter>")
def laboratory(newsletter: str) -> str:
    """Show what a newsletter's next issues hold, if nothing new comes."""
    issues = request.args.get("issues", _AHEAD, int)
    return _page("forecast", newsletter, ahead=publisher().forecast(newsletter, issues))


@pages.get("/laboratory/<newsletter>/coverage")
def laboratory_coverage(newsletter: str) -> str:
    """Show what each theme had in the last issues, against the plan."""
    by = request.args.get("by", "tag")
    if by not in get_args(By):
        raise UsageError(f"{by} is nothing that stories are counted by")
    issues = request.args.get("issues", ISSUES, int)
    found = publisher().coverage(newsletter, issues, cast("By", by))
    return _page("coverage", newsletter, found=found, by=by, ways=get_args(By), issues=issues)


@pages.get("/laboratory/<newsletter>/clicks")
def laboratory_clicks(newsletter: str) -> str:
    """Show how often the stories of the last issues were opened."""
    by = request.args.get("by", "article")
    if by not in get_args(ClicksBy):
        raise UsageError(f"{by} is nothing that clicks are counted by")
    issues = request.args.get("issues", ISSUES, int)
    found = publisher().clicks(newsletter, issues, cast("ClicksBy", by))
    return _page(
        "clicks",
        newsletter,
        found=found,
        by=by,
        ways=get_args(ClicksBy),
        issues=issues,
        least=LEAST,
    )


@pages.get("/laboratory/<newsletter>/backtest")
def laboratory_backtest(newsletter: str) -> str | tuple[str, int]:
    """Show the form of a backtest; once it is asked for, replay the past by other limits too."""
    said = request.args
    rules = publisher().config.newsletter(newsletter)
    asked = {
        "weeks": said.get("weeks", _WEEKS, int),
        "min": said.get("min", rules.limits.min, int),
        "max": said.get("max", rules.limits.max, int),
        "days": said.get("days", rules.limits.max_age.days, int),
        "when_short": said.get("when_short", rules.when_short),
        "as_published": bool(said.get("as_published")),
    }
    found, sorry, status = None, "", 200
    if "weeks" in said:
        try:
            found = _replayed(newsletter, asked)
        except DigestError as error:
            sorry, status = str(error), 409
    page = _page(
        "backtest", newsletter, asked=asked, found=found, said=sorry, ways=get_args(WhenShort)
    )
    return page if status == 200 else (page, status)  # noqa: PLR2004 - HTTP's number


def _replayed(newsletter: str, asked: Mapping[str, Any]) -> object:
    if asked["weeks"] > _MOST_WEEKS:
        raise UsageError(
            f"{asked['weeks']} weeks are many for a page; `digest backtest` takes them"
        )
    press = publisher()
    other: Config | None = press.varied(
        newsletter,
        least=asked["min"],
        most=asked["max"],
        days=asked["days"],
        when_short=asked["when_short"],
    )
    same = other == press.config
    return press.backtest(
        newsletter,
        asked["weeks"],
        None if same else other,
        as_published=asked["as_published"],
    )


def _page(view: str, newsletter: str, **more: object) -> str:
    return render_template(
        f"laboratory/{view}.html",
        newsletter=publisher().config.newsletter(newsletter),
        view=view,
        **more,
    )
