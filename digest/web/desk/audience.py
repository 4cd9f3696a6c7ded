"""The audience: who reads, who does not any more, and what came back."""

from __future__ import annotations

from flask import render_template

from digest.web.desk.shell import pages


@pages.get("/audience")
def audience() -> str:
    """Show how many read what."""
    return render_template("audience.html")
