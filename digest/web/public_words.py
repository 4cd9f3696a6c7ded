"""What the public pages say, in the publication's language; the emails' catalogues hold their words too."""

from __future__ import annotations

from datetime import date
from typing import Any

from babel.dates import format_date
from flask import Flask, current_app

from digest.publisher import Publisher
from digest.render.language import language


def install(app: Flask, publisher: Publisher) -> None:
    """Let the application's templates speak the publication's language, where there are words of it."""
    words = publisher.words()
    tag = publisher.config.publication.language
    spoken = words.info().get("language") or tag
    # without words of its own the page is English, whatever the dates are
    tongue = language(tag if tag.partition("-")[0].lower() == spoken.partition("-")[0] else "en")
    environment: Any = app.jinja_env
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_translations(words, newstyle=True)
    environment.globals.update(tongue=tongue, publication=publisher.config.publication)
    app.config["WORDS"] = words


def say(text: str) -> str:
    """Return a sentence in the publication's language."""
    return str(current_app.config["WORDS"].gettext(text))


def written(day: date | None) -> str:
    """Return a day as people write it in the publication's language."""
    tongue = language(current_app.jinja_env.globals["publication"].language)  # type: ignore[attr-defined]
    return format_date(day, "long", tongue.locale) if day else ""
