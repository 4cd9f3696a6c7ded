"""The calendar: the issues to come, and what is promised for each."""

from __future__ import annotations

from flask import render_template

from digest.web.desk.shell import pages, publisher


@pages.get("/calendar")
def calendar() -> str:
    """Show the issues to come of every newsletter, and what is promised for each."""
    press = publisher()
    found = [each for name in press.config.newsletters for each in press.coming(name)]
    return render_template("calendar.html", coming=sorted(found, key=lambda each: each.sent))
