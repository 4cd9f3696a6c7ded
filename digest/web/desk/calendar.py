"""The calendar: the issues to come, skipped days, and where two newsletters meet."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from digest.errors import DigestError
from digest.web.desk.shell import local, pages, publisher, sitting, sorry, who
from digest.web.desk.words import dated, say


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
        may_edit=[name for name in press.config.newsletters if account.may("edit", name)],
        feed=press.config.publication.public_url.rstrip("/") + path,
        path=path,
    )


@pages.post("/calendar/<newsletter>/<day>")
def skip(newsletter: str, day: str) -> Answer | tuple[str, int]:
    """Have no issue of a newsletter on a day, or have it after all."""
    form, press = request.form, publisher()
    try:
        wanted, by = date.fromisoformat(day), who(form)
        if form.get("undo"):
            press.keep_day(newsletter, wanted, by=by)
            said = "%(title)s comes on %(day)s after all."
        else:
            press.skip_day(newsletter, wanted, by=by, why=form.get("why", ""))
            said = "%(title)s skips %(day)s."
    except (DigestError, ValueError) as error:
        return sorry(error)
    title = press.config.newsletter(newsletter).title
    flash(say(said, title=title, day=dated(wanted, "%-d %B %Y")))
    return redirect(url_for("desk.calendar"))
