"""All looks with sample content, in each mode, on one page: for who makes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from threading import Lock
from typing import Any

from flask import Flask, Response, abort, request
from jinja2 import Environment, PackageLoader

from digest.config import Config
from digest.errors import DigestError, TemplateError
from digest.model import Message, Newsletter, Picture
from digest.render.page import plain_page
from digest.render.renderer import Renderer
from digest.render.samples import frame as sample_frame
from digest.render.samples import of_everything
from digest.web import proof
from digest.web.edition_page import EMAIL_POLICY
from digest.web.names import is_loopback, stated_host

_FRAMES = (
    *(("light", 600), ("light", 375), ("dark", 600), ("dark", 375)),
    *(("no-images", 600), ("no-images", 375), ("text", 600)),
)
"""What is shown: a mode, and the width in CSS pixels."""
_MODES = {"light": "Light", "dark": "Dark", "no-images": "Images off", "text": "Plain text"}
_AROUND = 2  # lines of a template above and below the one that is at fault
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# the page around keeps the place where one reads; nothing runs within
_FRAME_POLICY = EMAIL_POLICY.replace("sandbox ", "sandbox allow-same-origin ")
_TYPES = {".html": "text/html", ".png": "image/png", ".jpg": "image/jpeg", ".gif": "image/gif"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A look as the page shows it: `used_by` newsletters by title, and what is `wrong` in it."""

    name: str
    used_by: tuple[str, ...]
    is_own: bool
    wrong: LookFault | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LookFault:
    """What is wrong in a template, where, and the lines around it: number, words, whether it is the one."""

    file: str
    line: int | None
    reason: str
    lines: tuple[tuple[int, str, bool], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Studio:
    """What is looked at: the configuration, its logo, and the folders of templates, the own ones first."""

    config: Config
    logo: Picture | str | None
    folders: Sequence[Path]


def sheet(studio: Studio, chosen: str | None, version: int | None = None) -> Mapping[str, bytes]:
    """Return the page (`index.html`) and what it shows, by file name: all looks, or the one chosen.

    With a version the page is live: it has a script beside it, which asks for a newer one.
    """
    renderer, files = Renderer(studio.folders), dict[str, bytes]()
    looks = []
    for name in (chosen,) if chosen else renderer.looks():
        users = [n for n in studio.config.newsletters.values() if n.template == name]
        own = studio.folders[0] / name
        look = Look(
            name=name,
            used_by=tuple(user.title for user in users),
            is_own=own.is_dir() and len(studio.folders) > 1,
        )
        try:
            newsletter = users[0] if users else next(iter(studio.config.newsletters.values()))
            files |= _printed(renderer, studio, newsletter, name)
        except TemplateError as error:
            look = replace(look, wrong=_fault(studio, error))
        looks.append(look)
    looks.sort(key=lambda look: not look.is_own)  # what is in the making stands first
    index = _page(studio.config.publication.name, looks, version)
    return {"index.html": index.encode(), **files}


def broken(error: DigestError, version: int) -> Mapping[str, bytes]:
    """Return the live page that says why nothing can be shown."""
    return {"index.html": _page("", [], version, said=str(error)).encode()}


def _printed(
    renderer: Renderer, studio: Studio, newsletter: Newsletter, look: str
) -> Mapping[str, bytes]:
    frame = sample_frame(
        publication=studio.config.publication,
        newsletter=replace(newsletter, template=look, images="attach"),
        segment=studio.config.segments[newsletter.segments[0]],
        logo=studio.logo,
    )
    message = renderer.render(of_everything(look), frame)
    files = {f"{look}-{mode}.html": _shown(message, mode).encode() for mode in _MODES}
    carried = (picture for picture in frame.attached if picture.name in message.pictures)
    return {**files, **{f"pictures/{picture.name}": picture.data for picture in carried}}


def _shown(message: Message, mode: str) -> str:
    if mode == "text":
        said = plain_page(message, unsubscribe_url="#unsubscribe", view_url="#view")
        return _TEXT.format(escape(f"{message.subject}\n\n{said}"))
    return proof.shown(proof.opened(message, mode), mode)


_TEXT = """<!doctype html><meta charset="utf-8"><title>Plain text</title>
<style>body {{ margin: 24px; color: #15202b; background: #fff; }}
pre {{ margin: 0; font: 11.5px/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }}
</style><pre>{}</pre>"""


def _fault(studio: Studio, error: TemplateError) -> LookFault:
    places = [*(folder / error.file for folder in studio.folders), Path(error.file)]
    at = next((place for place in places if place.is_file()), None)
    if at is None:
        return LookFault(file=error.file, line=error.line, reason=error.reason)
    project = studio.config.folder.resolve()
    whole = at.resolve()
    shown = whole.relative_to(project) if whole.is_relative_to(project) else whole
    lines = at.read_text("utf-8", errors="replace").splitlines()
    first = max(0, (error.line or 1) - 1 - _AROUND)
    around = enumerate(lines[first : first + 2 * _AROUND + 1], first + 1)
    return LookFault(
        file=str(shown),
        line=error.line,
        reason=error.reason,
        lines=tuple((n, line, n == error.line) for n, line in around) if error.line else (),
    )


def _page(name: str, looks: Sequence[Look], version: int | None, said: str = "") -> str:
    environment = Environment(
        loader=PackageLoader("digest.web"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("looks.html").render(
        name=name, looks=looks, modes=_MODES, frames=_FRAMES, version=version, said=said
    )


class Live:
    """The files of the page, made again when what they are made of changed; for several threads.

    `make` gets the version that it makes, `stamp` tells what there is to make it of.
    """

    def __init__(
        self, make: Callable[[int], Mapping[str, bytes]], stamp: Callable[[], object]
    ) -> None:
        self._make, self._stamp = make, stamp
        self._lock = Lock()
        self._made_of: object = None
        self._files: Mapping[str, bytes] = {}
        self._version = 0

    def files(self) -> tuple[int, Mapping[str, bytes]]:
        """Return the version that there is now, and its files."""
        with self._lock:
            stamp = self._stamp()
            if stamp != self._made_of:
                self._version += 1
                self._files, self._made_of = self._make(self._version), stamp
            return self._version, self._files


def create_app(live: Live) -> Flask:
    """Return the application that shows the page to this machine; it has no other address."""
    app = Flask(__name__)

    @app.before_request
    def only_here() -> None:
        # another's host name that leads to this machine is another's page that wants to read ours
        host = stated_host(request.headers.get("Host"))
        if host is None or not is_loopback(host.rpartition(":")[0] or host):
            abort(403)

    @app.get("/version")
    def version() -> Response:
        return Response(str(live.files()[0]), mimetype="text/plain", headers=_FRESH)

    @app.get("/", defaults={"name": "index.html"})
    @app.get("/<path:name>")
    def file(name: str) -> Response:
        data = live.files()[1].get(name)
        if data is None:
            abort(404)
        policy = _POLICY if name == "index.html" else _FRAME_POLICY
        kind = _TYPES.get(Path(name).suffix, "application/octet-stream")
        return Response(data, mimetype=kind, headers={**_FRESH, "Content-Security-Policy": policy})

    return app


_FRESH: Mapping[str, Any] = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
