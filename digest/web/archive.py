"""A newsletter's public archive: its issues on pages, and as a feed."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, abort, current_app, render_template, request, url_for

from digest.model import Newsletter, Picture
from digest.publisher import Publisher
from digest.publisher.archive import Archived
from digest.render.atom import FeedIssue, atom_feed
from digest.render.colour import dark, light
from digest.render.language import language
from digest.render.view import font_stack

pages = Blueprint("archive", __name__)

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
_LISTED = 20  # issues on a page
_IN_FEED = 10
_FRESH = "public, max-age=300"


def _publisher() -> Publisher:
    found: Publisher = current_app.config["PUBLISHER"]
    return found


@pages.get("/archive/<newsletter>")
def index(newsletter: str) -> Response:
    """List the issues that anybody may read, the newest first."""
    found = _publisher().archive(newsletter)
    said = request.args.get("page", "1")
    number = int(said) if said.isdecimal() and len(said) < len("1000000") else 0
    last = max(1, -(-len(found) // _LISTED))
    if not 1 <= number <= last:
        abort(404)
    publication, plan = _publisher().config.publication, _newsletter(newsletter)
    text = render_template(
        "archive.html",
        newsletter=plan,
        issues=found[(number - 1) * _LISTED : number * _LISTED],
        day=lambda at: language(publication.language).long_date(at, publication.timezone),
        number=number,
        canonical=publication.public_url + request.full_path.rstrip("?")
        if number > 1
        else publication.public_url + request.path,
        is_open=any(_publisher().config.segments[each].open for each in plan.segments),
        last=last,
    )
    return cached(Response(text), found[0].at if found else None)


@pages.get("/archive/<newsletter>/feed.atom")
def feed(newsletter: str) -> Response:
    """Give the newest issues to feed readers."""
    press, found = _publisher(), _publisher().archive(newsletter)[:_IN_FEED]
    publication, plan = press.config.publication, _newsletter(newsletter)
    base = publication.public_url
    entries = [
        FeedIssue(
            url=base + url_for("public.view", newsletter=newsletter, issue=each.issue),
            title=each.subject,
            summary=press.archived(newsletter, each.issue)[1].preheader,
            at=each.at,
        )
        for each in found
    ]
    made = atom_feed(
        entries,
        title=plan.title,
        author=publication.name,
        language=publication.language,
        url=base + request.path,
        page=base + url_for("archive.index", newsletter=newsletter),
    )
    return cached(Response(made, mimetype="application/atom+xml"), found[0].at if found else None)


def _newsletter(name: str) -> Newsletter:
    return _publisher().config.newsletter(name)


def neighbours(newsletter: str, issue: str) -> tuple[Archived | None, Archived | None]:
    """Return the issue of an archive before one, and the one after it."""
    found = _publisher().archive(newsletter)
    place = next(n for n, each in enumerate(found) if each.issue == issue)
    older = found[place + 1] if place + 1 < len(found) else None
    return older, found[place - 1] if place else None


@pages.get("/brand.css")
def brand() -> Response:
    """Give the public pages the colours and the font of the emails."""
    font = font_stack(_publisher().config.publication.brand.font)
    family = f"body {{ font-family: {font}; }}\n" if font else ""
    return cached(Response(f"{colours()}\n{family}", mimetype="text/css"), None)


def colours() -> str:
    """Return the publication's colours as CSS, for light and for dark."""
    brand = _publisher().config.publication.brand
    day, night = light(brand.colour), dark(brand.colour)
    named = {
        "paper": (day.ground, night.ground),
        "card": (day.paper, night.paper),
        "ink": (day.ink, night.ink),
        "soft": (day.quiet, night.quiet),
        "line": (day.rule, night.rule),
        "accent": (day.accent, night.accent),
        "on-accent": (day.on_accent, night.on_accent),
    }
    said = "".join(
        f"--{name}: light-dark({one}, {other});\n" for name, (one, other) in named.items()
    )
    return f":root {{\n{said}}}"


@pages.get("/brand/logo")
def logo() -> Response:
    """Show the publication's logo, where it is kept beside the configuration."""
    found = _publisher().logo
    if not isinstance(found, Picture):
        abort(404)
    return cached(Response(found.data, mimetype=found.media_type), None)


@pages.app_context_processor
def _logo() -> dict[str, object]:
    found = _publisher().logo
    return {"logo": found if isinstance(found, Picture) else None}


def strict(response: Response) -> Response:
    """Let nothing run on a page of the readers', and nothing come from elsewhere."""
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    return response


def unlisted(response: Response) -> Response:
    """Keep search engines from listing what is one reader's, or whoever has its address."""
    if not request.path.startswith(("/archive/", "/subscribe/")):
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def cached(response: Response, at: datetime | None) -> Response:
    """Let an answer be kept for a while, and asked after by its hash or its time (RFC 9110)."""
    response.headers["Cache-Control"] = _FRESH
    response.last_modified = at
    response.add_etag()
    response.make_conditional(request)
    return response


pages.after_request(strict)
