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
    whole = map(str.rstrip, text.replace("\r", "").split("\n"))
    lines = [line if len(line) <= WIDTH else _filled(line) for line in whole]
    return _BLANKS.sub("\n\n", "\n".join(lines)).strip("\n") + "\n"


@lru_cache(maxsize=16384)  # a story has the same lines in each edition
def _filled(line: str) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    hanging = indent + ("  " if line.lstrip().startswith("- ") else "")
    return textwrap.fill(
        line.strip(),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=hanging,
        break_on_hyphens=False,
        break_long_words=_ADDRESS.search(line) is None,
    )
