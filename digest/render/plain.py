"""Set the text part: lines of at most 78 characters, addresses whole, one blank line at a time."""

from __future__ import annotations

import re
import textwrap
from functools import lru_cache

WIDTH = 78
_ADDRESS = re.compile(r"https?://|mailto:|__[A-Z]+_URL__")
_BLANKS = re.compile(r"\n{3,}")


def set_lines(text: str) -> str:
    """Return the text as lines of at most 78 characters; only a line with an address is longer."""
    lines = (_fold(line) for line in text.replace("\r", "").split("\n"))
    return _BLANKS.sub("\n\n", "\n".join(lines)).strip("\n") + "\n"


@lru_cache(maxsize=65536)  # a story has the same lines in each edition
def _fold(line: str) -> str:
    line = line.rstrip()
    if len(line) <= WIDTH:
        return line
    indent = line[: len(line) - len(line.lstrip())]
    hanging = indent + ("  " if line.lstrip().startswith("- ") else "")
    words = _ADDRESS.search(line) is not None
    return textwrap.fill(
        line.strip(),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=hanging,
        break_on_hyphens=False,
        break_long_words=not words,
    )
