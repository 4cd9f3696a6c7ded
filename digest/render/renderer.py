"""Render an edition: its subject, its text and its HTML, the same for every subscriber."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

from digest.errors import TemplateError
from digest.model import Edition, Message
from digest.render import clean
from digest.render.block_cache import BlockCache
from digest.render.inline import Inliner, Page
from digest.render.language import Words, language
from digest.render.plain import set_lines
from digest.render.render_context import RenderContext
from digest.render.sheet import BadSheet, Sheet, split
from digest.render.templates import TemplateLoader
from digest.render.view import SHARED, context

_BASE = "_base/style.css"
_CID = re.compile(r'src="cid:([^"]+)"')


class Renderer:
    """Render editions by the looks of the template folders; may be shared between threads.

    A file is taken from the first folder that has it; the last folder is the shipped one.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._shelf = TemplateLoader(folders)
        self._inliner = lru_cache(maxsize=64)(lambda css: Inliner(split(css)))
        self._last: dict[tuple[str, str], tuple[object, Message]] = {}

    def render(self, edition: Edition, frame: RenderContext) -> Message:
        """Return the edition as a message; TemplateError names file, line and field.

        The last of each newsletter and segment is kept: an edit is often of one edition.
        """
        made_of = (self._shelf.environment(frame.publication.language), edition, frame)
        key = frame.newsletter.name, edition.segment
        kept, message = self._last.get(key, (None, None))
        if message is None or kept != made_of:
            message = self.message(edition, frame)
            self._last[key] = made_of, message
        return message

    def message(self, edition: Edition, frame: RenderContext) -> Message:
        """Return the edition as a message, and keep nothing of it but its blocks."""
        view = context(edition, frame, language(frame.publication.language))
        subject = clean.header(self._text("subject.txt", view, frame))
        html = self.html({**view, "subject": subject}, frame)
        return Message(
            segment=edition.segment,
            subject=subject,
            preheader=clean.line(edition.preheader),
            html=html,
            text=set_lines(self._plain("body.txt", view, frame)),
            pictures=tuple(dict.fromkeys(_CID.findall(html))),
        )

    @contextmanager
    def unchanging(self) -> Iterator[None]:
        """Look at the templates' files once, and then not before it is over: for many editions in a row."""
        with self._shelf.unchanging():
            yield

    def letter(self, name: str, language: str, values: Mapping[str, object]) -> tuple[str, str]:
        """Return a letter's subject, which is the first line of its template, and its text."""
        subject, _, text = self._shelf.render(f"_letters/{name}.txt", language, values).partition(
            "\n"
        )
        return subject, text.lstrip("\n")

    def words(self, language: str) -> Words:
        """Return the translations into a language, for what is said beside the emails."""
        return self._shelf.words(language)

    def html(self, view: Mapping[str, object], frame: RenderContext) -> str:
        """Return the page with its styles inlined."""
        inliner = self.inliner(view, frame)
        page = self.page(view, frame, inliner.sheet)
        name = f"{frame.newsletter.template}/body.html"
        try:
            return inliner.inline(page)
        except BadSheet as error:
            said = f"a style block of its own cannot be inlined: line {error.line}: {error}"
            raise TemplateError(name, None, said) from error
        except Exception as error:  # premailer raises whatever its parts raise
            raise TemplateError(name, None, f"premailer cannot inline it: {error}") from error

    def page(self, view: Mapping[str, object], frame: RenderContext, sheet: Sheet) -> Page:
        """Return the page with its styles in blocks, not yet inlined."""
        styled = {**view, "styles": Markup(sheet.blocks)}  # noqa: S704 - the template's own
        return self._blocks(view, frame).page(f"{frame.newsletter.template}/body.html", styled)

    def inliner(self, view: Mapping[str, object], frame: RenderContext) -> Inliner:
        """Return what inlines the look's stylesheet, which holds nothing of the articles."""
        name = f"{frame.newsletter.template}/style.css"
        try:
            return self._inliner(self._blocks(view, frame).text(name))
        except BadSheet as error:
            raise TemplateError(*self._place(view, frame, error.line), str(error)) from error

    def _place(
        self, view: Mapping[str, object], frame: RenderContext, line: int
    ) -> tuple[str, int]:
        """Return the file and line of a line of the stylesheet: the look's own, or the base's in it."""
        blocks, name = self._blocks(view, frame), f"{frame.newsletter.template}/style.css"
        whole, base = blocks.text(name), blocks.text(_BASE).strip("\n")
        before, found, _ = whole.partition(base)
        first, length = before.count("\n"), base.count("\n") + 1
        if not found or line <= first:
            return name, line
        if line <= first + length:
            return _BASE, line - first
        return name, line - length + 1  # the line that includes it

    def files(self, look: str) -> Mapping[str, str]:
        """Return the SHA-256 of every file that a look may use, by name."""
        return self._shelf.files(look)

    def looks(self) -> tuple[str, ...]:
        """Return the names of the looks there are."""
        return self._shelf.looks()

    def _blocks(self, view: Mapping[str, object], frame: RenderContext) -> BlockCache:
        shared = {name: view[name] for name in SHARED}
        return self._shelf.blocks(frame.publication.language, shared)

    def _plain(self, file: str, view: Mapping[str, object], frame: RenderContext) -> str:
        return self._blocks(view, frame).plain(f"{frame.newsletter.template}/{file}", view)

    def _text(self, file: str, view: Mapping[str, object], frame: RenderContext) -> str:
        name = f"{frame.newsletter.template}/{file}"
        return self._shelf.render(name, frame.publication.language, view)
