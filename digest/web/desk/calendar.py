"""The calendar: the issues to come, skipped days, and where two newsletters meet."""

from __future__ import annotations

from itertools import groupby

from flask import render_template, url_for

from digest.web.desk.shell import local, pages, publisher, sitting


@pages.get("/calendar")
def calendar() -> str:
    """Show the issues to come of every newsletter, what is promised for each, and where two meet."""
    press, account = publisher(), sitting()
    plan = [each for each in press.plan() if account.may("read", each.newsletter)]
    path = url_for("public.calendar", mark=press.calendar_mark)
    return render_template(
        "calendar.html",
        months=[
            (month, [*entries])
            for month, entries in groupby(plan, lambda each: local(each.sent, "%B %Y"))
        ],
        feed=press.config.publication.public_url.rstrip("/") + path,
        path=path,
    )
