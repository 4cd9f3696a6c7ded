"""What the desk says, in the language of who reads it: English, or what a catalogue has of another."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_datetime
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, request, session
from markupsafe import Markup, escape

from digest.render.language import translations
from digest.render.sentences import sentence

LANGUAGES = {"en": "English", "de": "Deutsch"}
"""The languages of the desk, as each calls itself."""
_CATALOGUES = Path(__file__).parents[1] / "locale"
_PATTERNS = {  # of strftime, as CLDR writes them
    "%A": "EEEE",
    "%a": "EEE",
    "%B": "MMMM",
    "%b": "MMM",
    "%-d": "d.",
    "%d": "dd",
    "%m": "MM",
    "%Y": "y",
    "%H": "HH",
    "%M": "mm",
}


def install(app: Flask) -> None:
    """Let the desk's templates say their words by its catalogues; other pages keep their own."""
    environment: Any = app.jinja_env
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(
        lambda text: _words().gettext(text),
        lambda one, many, count: _words().ngettext(one, many, count),
        newstyle=True,
    )
    environment.globals.update(spoken=spoken)
    environment.filters.update(
        figure=figure, day=lambda at: dated(at, "%-d %B %Y"), translated=translated
    )


def spoken() -> str:
    """Return the language of who asks: the account's, the one that was chosen, the browser's."""
    account = g.get("account")
    chosen = (account.language if account else "") or session.get("language", "")
    best = request.accept_languages.best_match(LANGUAGES, "en")
    return str(chosen if chosen in LANGUAGES else best)


def say(text: str, /, **values: object) -> str:
    """Return a sentence in the desk's language."""
    said: str = _words().gettext(text)
    return said % values if values else said


def several(one: str, many: str, count: int) -> str:
    """Return a sentence of a number, `%(n)s`, in the desk's language."""
    said: str = _words().ngettext(one, many, count)
    return said % {"n": figure(count)}


def translated(said: str, *, whole: bool = False) -> Markup:
    """Return what the program said in English in the desk's language; what has no words there is marked.

    A whole sentence begins with a capital, and has its end.
    """
    own = sentence(said, spoken())
    shown = said if own is None else own
    if whole:
        end = "" if shown.endswith((".", "?", "!")) else "."
        shown = shown[:1].upper() + shown[1:] + end
    if own is not None or spoken() == "en":
        return escape(shown)
    return Markup('<span lang="en">{}</span>').format(shown)


def listed(parts: Iterable[str]) -> str:
    """Return what is named after each other: `a, b and c`."""
    *first, last = parts
    return say(" and ").join(filter(None, (", ".join(first), last)))


def figure(count: int) -> str:
    """Return a whole number as people write it."""
    written = f"{count:,}"
    return written.replace(",", ".") if g.get("desk") and spoken() == "de" else written


def dated(at: date, form: str) -> str:
    """Return a time, or a day, as a form of strftime has it, in the desk's language."""
    if not g.get("desk") or spoken() == "en" or form.startswith("%Y"):
        return at.strftime(form)
    for ours, theirs in _PATTERNS.items():
        form = form.replace(ours, theirs)
    if not isinstance(at, datetime):
        return format_date(at, form, locale=spoken())
    zone = format_datetime(at, "z", locale=spoken())
    # where the language has no short name for the zone, its own says more than an offset
    zone = at.strftime("%Z") if zone.startswith(("+", "-")) else zone
    return format_datetime(at, form.replace("%Z", f"'{zone}'"), locale=spoken())


def _words() -> Translations | NullTranslations:
    if g.get("desk"):
        return _catalogue(spoken())
    words: Translations | NullTranslations = current_app.config.get("WORDS") or _catalogue("en")
    return words


@cache
def _catalogue(language: str) -> Translations | NullTranslations:
    file = _CATALOGUES / f"{language}.po"
    return translations(file.read_text(encoding="utf-8")) if file.exists() else NullTranslations()
