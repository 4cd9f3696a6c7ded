"""The XML parser that feedparser is given: expat, which hands a text over whole, not line by line."""

from __future__ import annotations

from typing import Any
from xml.sax.expatreader import ExpatParser

_BUFFER = 1 << 16


class _Buffered(ExpatParser):
    _parser: Any

    def reset(self) -> None:
        super().reset()
        self._parser.buffer_text = True
        self._parser.buffer_size = _BUFFER


def create_parser() -> ExpatParser:
    """Make a parser, as `xml.sax.make_parser` asks of a module that it is given the name of."""
    return _Buffered()
