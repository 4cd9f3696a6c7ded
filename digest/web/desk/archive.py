"""The archive: every issue as it went out, and a search over all that was ever filed."""

from __future__ import annotations

from flask import render_template

from digest.web.desk.shell import pages, publisher


@pages.get("/archive")
def archive() -> str:
    """List what went out, the newest first."""
    sent = [head for head in publisher().issues() if head.shown_status in {"sending", "sent"}]
    return render_template("back_issues.html", issues=sent[::-1])
