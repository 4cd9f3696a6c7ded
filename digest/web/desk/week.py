"""This week: what each newsletter needs next."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from digest.errors import DigestError
from digest.web import forms, shown
from digest.web.desk.shell import pages, publisher, sorry, who


@pages.get("/")
def issues() -> str:
    """Show how each newsletter stands, and what is next; the door leads here."""
    return render_template("week.html", week=publisher().week(), steps=shown.STEPS)


@pages.post("/draft/<newsletter>")
def draft(newsletter: str) -> Answer:
    """Draft a newsletter's issue, or the open one again."""
    drafted = publisher().draft(newsletter)
    return redirect(url_for("desk.issue", id_=drafted.issue.id))


@pages.post("/special/<newsletter>")
def special(newsletter: str) -> Answer | tuple[str, int]:
    """Make a special issue of a story that is written, or is at an address."""
    form = request.form
    try:
        made = publisher().special(newsletter, forms.special(form), by=who(form))
    except DigestError as error:
        return sorry(error)
    return redirect(url_for("desk.issue", id_=made.id))
