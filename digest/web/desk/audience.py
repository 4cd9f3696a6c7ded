"""The audience: who reads what, who is gone and why, and one reader at a time."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from digest.errors import DigestError, UsageError
from digest.publisher.inbox import Inbox, ReaderGroup
from digest.web.desk.shell import pages, publisher, sorry, who
from digest.web.desk.words import dated, say

_WEEKS = 8


@pages.get("/audience")
def audience() -> str:
    """Show the audience in figures, and the reader of an address where one is asked for."""
    press, address = publisher(), request.args.get("address", "").strip()
    return render_template(
        "audience.html",
        audience=press.audience(),
        inbox=(inbox := press.inbox(_WEEKS)),
        starts=[dated(day, "%-d %b") for day in inbox.starts],
        by_week=lambda group: _by_week(inbox, group),
        tallest=max(
            1, inbox.most_per_week or 0, *(sum(w) for g in inbox.groups for w in _by_week(inbox, g))
        ),
        address=address,
        reader=press.reader(address) if address else None,
        heads={head.id: head for head in press.issues()} if address else {},
    )


def _by_week(inbox: Inbox, group: ReaderGroup) -> list[tuple[int, int]]:
    """Return how many emails a group gets in each week, and how many are held back."""
    held = {week.start: (len(week.emails), len(week.held_back)) for week in group.weeks}
    return [held.get(start, (0, 0)) for start in inbox.starts]


@pages.post("/audience/<act>")
def change(act: str) -> Answer | tuple[str, int]:
    """Mail an address no more, or again."""
    press, address = publisher(), request.form.get("address", "").strip()
    try:
        if act == "unsubscribe":
            by = who(request.form)
            known = press.unsubscribe(address, f"by hand: {by}")
            said = "%(address)s is mailed no more."
            unknown = "%(address)s is mailed no more, though nobody has it."
            flash(say(said if known else unknown, address=address))
        elif press.restore(address):
            flash(say("%(address)s is mailed again.", address=address))
        else:
            raise UsageError(f"{address} did not bounce: only its reader's own word changes that")
    except DigestError as error:
        return sorry(error)
    return redirect(url_for("desk.audience", address=address))
