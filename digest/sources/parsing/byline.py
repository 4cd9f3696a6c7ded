"""A by-line: the names in it, and the date that older pages put behind them."""

from __future__ import annotations

import re

from digest.sources.parsing.boilerplate import is_name
from digest.sources.parsing.dates import is_date

_EDGE = " ,;–—-|"
_LONGEST = 500


def names_in(line: str) -> tuple[tuple[str, ...], str | None]:
    """Split "Jane Roe and Sam Poe, 12 May 2008" into its names and its date; () for a sentence."""
    if len(line) > _LONGEST:
        return (), None
    names, date = line.strip(_EDGE), None
    for cut in [m.start() for m in re.finditer(r"[,|–—-]|\s(?=\d|[A-Z])", names)]:
        if is_date(names[cut:].strip(_EDGE)):
            names, date = names[:cut].strip(_EDGE), names[cut:].strip(_EDGE)
            break
    parts = tuple(p.strip() for p in re.split(r",| and | & |;", names) if p.strip())
    return (parts, date) if parts and all(map(is_name, parts)) else ((), None)
