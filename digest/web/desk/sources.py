"""The sources: how each does and what it gave; one is read now, rests, or is tried out."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import flash, redirect, render_template, request, url_for
from werkzeug.utils import secure_filename
from werkzeug.wrappers import Response as Answer

from digest.errors import DigestError
from digest.publisher.pulling import PullReport
from digest.publisher.trying import TryOut
from digest.web.desk.shell import pages, publisher, sorry, who
from digest.web.desk.words import say

_PATIENCE = 12  # seconds that an editor waits for a pull, which goes on behind the page
_LOGIN = re.compile(r"(?<=//)[^/@\s]+@")
_pulls = ThreadPoolExecutor(2, "pull-now")


@pages.get("/sources")
def sources() -> str:
    """Show every source: when it was read, how that went, what it gave, and whether it rests."""
    return _shown()


def _shown(tried: TryOut | None = None, said: str = "") -> str:
    return render_template(
        "sources.html",
        runs=publisher().runs(),
        tried=tried,
        said=said,
        typed=request.form.get("address", ""),
    )


@pages.app_template_filter("masked")
def masked(location: str) -> str:
    """Return a location without the password that its address may have."""
    return _LOGIN.sub("…@", location)


@pages.post("/sources/try")
def try_out() -> str | tuple[str, int]:
    """Show what a feed, or a file that is brought, would give; nothing is kept."""
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            return _shown(publisher().try_out(request.form.get("address", "")))
        name = secure_filename(file.filename) or "file"
        with TemporaryDirectory() as folder:
            path = Path(folder, name)
            file.save(path)
            return _shown(publisher().try_out_file(str(path), name))
    except DigestError as error:
        return _shown(said=str(error)), 409


@pages.post("/sources/<source>/pull")
def pull(source: str) -> Answer | tuple[str, int]:
    """Read a source now, whatever its rhythm says."""
    press = publisher()
    running = _pulls.submit(press.pull, [source], force=True)
    try:
        (report,) = running.result(_PATIENCE)
        flash(_result(report))
    except NotYet:
        flash(
            say(
                "%(source)s is being read, and that takes longer. Look again in a minute.",
                source=source,
            )
        )
    except DigestError as error:
        return sorry(error)
    return redirect(url_for("desk.sources", _anchor=f"s-{source}"))


def _result(report: PullReport) -> str:
    if report.status == "failed":
        return say("%(source)s could not be read: %(why)s", source=report.name, why=report.error)
    said = "%(source)s was read: %(new)s new."
    changed = "%(source)s was read: %(new)s new, %(updated)s changed."
    return say(
        changed if report.updated else said,
        source=report.name,
        new=report.new,
        updated=report.updated,
    )


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
    return redirect(url_for("desk.sources", _anchor=f"s-{source}"))
