"""Sign up for a newsletter: a form, a letter, and a button that confirms it.

The answer to the form is the same for every address, and takes the same time. A GET changes nothing,
because scanners open the link of the letter. The form may stand on the publication's own pages: it
needs no cookie, and all that it can do is to send a letter.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from time import monotonic

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from digest.editorial.address import is_mailbox
from digest.editorial.provider import mailbox
from digest.model import SignUp
from digest.publisher import Publisher
from digest.publisher.signing_up import LASTS
from digest.web.archive import strict, unlisted
from digest.web.choosing import choice_in, chooser
from digest.web.later import Later
from digest.web.public_words import say, written
from digest.web.quota import Quota
from digest.web.tries import network

pages = Blueprint("sign_up", __name__)
pages.after_request(strict)
pages.after_request(unlisted)

_HOUR, _DAY = 3600.0, 86_400.0
_LONGEST = 254  # an address; RFC 5321 leaves no room for more


class Intake:
    """What keeps strangers within bounds: letters to an address, forms from a client, work in a row."""

    def __init__(self) -> None:
        # many people of a campus ask from one address of the network
        self.clients = Quota(monotonic, each=30, all_=20_000, seconds=_HOUR)
        self.addresses = Quota(monotonic, each=3, all_=20_000, seconds=_DAY)
        self.later = Later()


def _publisher() -> Publisher:
    found: Publisher = current_app.config["PUBLISHER"]
    return found


@pages.get("/subscribe/<newsletter>")
def form(newsletter: str) -> str:
    """Show the form."""
    return _form(newsletter, {})


@pages.post("/subscribe/<newsletter>")
def ask(newsletter: str) -> ResponseReturnValue:
    """Write to the address, if it may be written to, when the answer is out."""
    open_ = {each.name for each in _publisher().open_segments(newsletter)}
    address, segment = request.form.get("address", "").strip(), request.form.get("segment", "")
    wrong = {}
    if not is_mailbox(address) or len(address) > _LONGEST:
        wrong["address"] = say("Write an email address, such as name@example.org.")
    if segment not in open_:
        wrong["segment"] = say("Choose one of these.")
    choice = choice_in(request.form, newsletter) if _offers(newsletter) else None
    if choice is not None and not (choice.topics or choice.sources):
        wrong["choice"] = say("Choose at least one topic or source.")
    if wrong:
        return _form(newsletter, wrong), 400
    intake: Intake = current_app.config["INTAKE"]
    if not intake.clients.take(network(request.remote_addr or "")):
        said = say("Too many have asked from where you are. Please try again in an hour.")
        return _page(said, say("Not now")), 429
    if intake.addresses.take(mailbox(address)):
        work = partial(_publisher().sign_up, newsletter, segment, address, choice)
        if not intake.later.do(work):
            said = say("There is too much to do. Please try again in some minutes.")
            return _page(said, say("Not now")), 503
    return render_template("asked.html", address=address, days=LASTS.days)


def _offers(newsletter: str) -> bool:
    """Tell whether a newsletter's readers may choose for themselves."""
    plan = _publisher().config.newsletters.get(newsletter)
    return plan is not None and plan.readers is not None


def _form(newsletter: str, wrong: dict[str, str]) -> str:
    press = _publisher()
    segments = press.open_segments(newsletter)
    return render_template(
        "subscribe.html",
        newsletter=press.config.newsletter(newsletter),
        choices=[(each, press.config.titles_for(each.name)) for each in segments],
        own=chooser(press, newsletter, choice_in(request.form, newsletter))
        if _offers(newsletter)
        else None,
        wrong=wrong,
        given=request.form,
    )


@pages.get("/confirm/<token>")
def question(token: str) -> ResponseReturnValue:
    """Ask the reader of the letter whether they want it."""
    sign_up = _publisher().sign_up_of(token)
    if sign_up is None:
        return _over()
    return _confirm(sign_up, paused=_publisher().pause_of(sign_up.address))


@pages.post("/confirm/<token>")
def confirm(token: str) -> ResponseReturnValue:
    """Let a sign-up count."""
    asked = _publisher().sign_up_of(token)
    paused = _publisher().pause_of(asked.address) if asked is not None else None
    sign_up = _publisher().confirm(token)
    return _over() if sign_up is None else _confirm(sign_up, paused=paused, done=True)


def _confirm(sign_up: SignUp, *, paused: date | None, done: bool = False) -> str:
    plan = _publisher().config.newsletters.get(sign_up.newsletter)
    return render_template(
        "confirm.html", sign_up=sign_up, newsletter=plan, paused=written(paused), done=done
    )


def _over() -> ResponseReturnValue:
    said = say(
        "This link has been used already, or is older than seven days. If no issue comes, sign up again."
    )
    return _page(said, say("This link does nothing more")), 404


def _page(said: str, title: str) -> str:
    return render_template("nothing.html", said=title, way_out=said)
