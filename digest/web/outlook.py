"""Outlook's own dark mode: what its apps do to an email's colours, and the marks that they leave."""

from __future__ import annotations

import re
from colorsys import hls_to_rgb, rgb_to_hls
from html import escape, unescape

from digest.render.colour import Rgb, rgb, written

_PAPER = 0.2  # the lightness that white becomes: #333
_OPENED = re.compile(r"<(?![/!])[^>]*>")
_STYLE = re.compile(r'(?<=\sstyle=")[^"]*')
_BGCOLOR = re.compile(r'(?<=\sbgcolor=")[^"]*', re.IGNORECASE)
_BODY = re.compile(r"<body\b", re.IGNORECASE)
_MARKS = {"color": "data-ogsc", "background-color": "data-ogsb", "background": "data-ogsb"}


def recoloured(html: str) -> str:
    """Return a page as Outlook darkens it: each colour that stands in an element turned, and marked.

    What hangs on the marks (`[data-ogsc]`, `[data-ogsb]`) in the page's own style goes before it. The
    colours are near to Outlook's: it turns the lightness too, and its darkest paper is #333.
    """
    head, body, rest = html.partition(found[0]) if (found := _BODY.search(html)) else (html, "", "")
    marked = _OPENED.sub(lambda tag: _turned(tag[0]), body + rest)
    ground = f'<body data-ogsc="" data-ogsb="" bgcolor="{written(turned((1, 1, 1)))}"'
    return head + _BODY.sub(ground, marked, count=1)


def turned(colour: Rgb) -> Rgb:
    """Return what a colour becomes: of the same hue, and light where it was dark."""
    hue, lightness, saturation = rgb_to_hls(*colour)
    return hls_to_rgb(hue, _PAPER + (1 - _PAPER) * (1 - lightness), saturation)


def _turned(tag: str) -> str:
    marks: dict[str, str] = {}

    def declaration(said: str) -> str:
        name, _, value = said.partition(":")
        colour = rgb(value.strip()) if (mark := _MARKS.get(name.strip().lower())) else None
        if mark is None or colour is None:
            return said
        marks[mark] = value.strip()
        return f"{name}:{written(turned(colour))}"

    def style(found: re.Match[str]) -> str:
        return escape(";".join(map(declaration, unescape(found[0]).split(";"))))

    def ground(found: re.Match[str]) -> str:
        colour = rgb(found[0])
        return written(turned(colour)) if colour else found[0]

    tag = _BGCOLOR.sub(ground, _STYLE.sub(style, tag))
    said = "".join(f' {mark}="{escape(value)}"' for mark, value in marks.items())
    return re.sub(r"\s*/?>$", lambda end: said + end[0], tag) if said else tag
