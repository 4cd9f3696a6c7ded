"""The sources: when each was read, how that went, and whether it rests."""

from __future__ import annotations

from datetime import date

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from digest.errors import DigestError
from digest.web.desk.shell import pages, publisher, sorry, who


@pages.get("/sources")
def sources() -> str:
    """Show every source: when it was read, how that went, and whether it rests."""
    return render_template("sources.html", sources=publisher().sources())


@pages.post("/sources/<source>/rest")
def rest(source: str) -> Answer | tuple[str, int]:
    """Let a source rest, or end its rest."""
    form = request.form
    try:
        if form.get("end"):
            publisher().end_rest(source)
        else:
            day = form.get("until", "")
            publisher().rest(source, date.fromisoformat(day) if day else None, by=who(form))
    except (DigestError, ValueError) as error:
        return sorry(error)
    return redirect(url_for("desk.sources"))
