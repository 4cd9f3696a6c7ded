"""What each page and act of the desk asks for: a right, checked in one place before any of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, g, jsonify, request
from flask.typing import ResponseReturnValue

from digest.model import EVERYWHERE, Right
from digest.publisher.log import masked
from digest.web.desk.shell import pages, publisher, sitting, sorry
from digest.web.desk.words import say
from digest.web.names import near


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One of these rights, in the newsletter that the address names, or else in all.

    Where `anywhere` is set, it may be in any newsletter: the page shows what one may read. `log` is
    what the log calls the act; what is kept with the issue itself is not noted twice.
    """

    rights: tuple[Right, ...]
    anywhere: bool = False
    log: str = ""


_ENTER = Need(rights=("read",), anywhere=True)
_READ = Need(rights=("read",))
_EDIT = Need(rights=("edit",))
_APPROVE = Need(rights=("approve",))
_ADMINISTER = Need(rights=("administer",))
NEEDS: Mapping[str, Need] = {
    "issues": _ENTER,
    "calendar": _ENTER,
    "archive": _ENTER,
    "search": _ENTER,
    "sources": _ENTER,
    "name": _ENTER,
    "account": _ENTER,
    "language": _ENTER,
    "own_password": _ENTER,
    "audience": _READ,
    "laboratory": _READ,
    "laboratory_coverage": _READ,
    "laboratory_clicks": _READ,
    "laboratory_backtest": _READ,
    "issue": _READ,
    "state": _READ,
    "why": _READ,
    "page_": _READ,
    "readers": _READ,
    "readers_page": _READ,
    "readers_picture": _READ,
    "text": _READ,
    "email": _READ,
    "picture": _READ,
    "reach": _READ,  # kept in the browser's own session
    "draft": Need(rights=("edit",), log="draft"),
    "special": Need(rights=("edit",), log="special issue"),
    "skip": _EDIT,
    "edit": _EDIT,
    "step": _EDIT,
    "restyle": Need(rights=("edit",), log="draft"),
    "discard": _EDIT,
    "correct": _EDIT,
    "test": Need(rights=("edit", "approve")),
    "back": _APPROVE,
    "approve": _APPROVE,
    "again": Need(rights=("approve",), log="send again"),
    "try_out": _EDIT,
    "pull": Need(rights=("edit",), log="pull"),
    "rest": Need(rights=("edit",), log="rest"),
    "change": Need(rights=("edit",), log="{act}"),
    "team": _ADMINISTER,
    "add_account": _ADMINISTER,
    "change_account": _ADMINISTER,
    "log": _ADMINISTER,
    "log_file": _ADMINISTER,
}
"""What each endpoint asks for; one that is not named here is for who administers."""
_SAID: Mapping[Right, str] = {
    "read": "You may not read this: ask who administers the desk for the right to read.",
    "edit": "You may not change this: ask who administers the desk for the right to edit.",
    "approve": "You may not approve or send this: ask who administers the desk for the right to approve.",
    "administer": "This is for those who administer the desk.",
}


def may(right: Right, newsletter: str = "") -> bool:
    """Tell whether who sits at the desk has a right; of no newsletter, in the one that the page is of."""
    return sitting().may(right, newsletter or g.get("newsletter", EVERYWHERE))


def _need() -> Need:
    return NEEDS.get((request.endpoint or "").removeprefix(f"{pages.name}."), _ADMINISTER)


@pages.before_request
def _check() -> ResponseReturnValue | None:
    """Refuse who has not the right; the guard has said who it is."""
    need, account = _need(), sitting()
    said = request.view_args or {}
    if account.may("administer"):
        return None
    if "id_" in said:
        g.newsletter = publisher().head(said["id_"])[0].newsletter
    elif "newsletter" in said:
        g.newsletter = said["newsletter"]
    if need.anywhere and account.rights:
        return None
    if any(may(right) for right in need.rights):
        return None
    words = say(_SAID[need.rights[0]])
    if request.accept_mimetypes.best == "application/json":
        return jsonify(said=words), 403
    return sorry(words, 403)


@pages.after_request
def _note(response: Response) -> Response:
    """Keep in the log what was done, where the issue itself does not."""
    need, said = _need(), request.view_args or {}
    if need.log and request.method == "POST" and response.status_code < 400:  # noqa: PLR2004 - HTTP's number
        publisher().note(
            sitting().name or "somebody",
            need.log.format(**said),
            said.get("id_")
            or said.get("newsletter")
            or said.get("source")
            or masked(request.form.get("address", "")),
            near(request.remote_addr),
        )
    return response


@pages.context_processor
def _rights() -> dict[str, Any]:
    return {"may": may}
