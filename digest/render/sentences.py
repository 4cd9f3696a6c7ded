"""What the program says of an issue, findings, refusals and reasons, in another language than English.

They are built in English where they arise, and an issue keeps them so. A catalogue (`locale/TAG.po`)
holds the form of each, with `%(name)s` where a value stands: a value `…_name` is one word, one
`…_said` is itself such a sentence or word, or several with `; ` between them, and one `…_list` is
words with `, ` or ` and ` between them, of which those that no catalogue has stay as they are.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

from babel.messages.pofile import read_po

from digest.render.language import nearest

_FOLDER = Path(__file__).parent / "locale"
_HOLE = re.compile(r"%\((\w+)\)s")
_HELD = {"_name": r"[\w.-]+", "_list": r"(?:(?! in |; |: ).)+"}
_BETWEEN = re.compile(r"(, | and )")
_KEPT = 4096
# sentences in one another, parts of one, characters: a stranger's words may look like more
_DEEPEST, _MOST_PARTS, _LONGEST = 6, 6, 2000


@lru_cache(maxsize=_KEPT)
def sentence(said: str, language: str, depth: int = 0) -> str | None:
    """Return what the program said in a language (BCP 47); None where its catalogue has no such form.

    `depth` is how many sentences it stands in.
    """
    if depth > _DEEPEST or len(said) > _LONGEST:
        return None
    for tag in nearest(language):
        for form, translated in _forms(tag):
            if (found := form.fullmatch(said)) is not None:
                values = dict[str, str]()
                for name, value in found.groupdict().items():
                    if (new := _value(name, value, language, depth + 1)) is None:
                        break
                    values[name] = new
                else:
                    return translated % values
    return None


def _value(name: str, value: str, language: str, depth: int) -> str | None:
    """Return what stands in a hole; None where it had to be known and is not."""
    if name.endswith("_said"):
        return _several(value, language, depth)
    if name.endswith("_list"):
        return sentence(value, language, depth) or "".join(
            sentence(part, language, depth) or part for part in _BETWEEN.split(value)
        )
    return value


def _several(said: str, language: str, depth: int) -> str | None:
    """Return sentences with `; ` between them, some of which have it inside; None where none is known."""
    parts, words, is_known = said.split("; "), list[str](), False
    while parts:
        lengths = range(min(len(parts), _MOST_PARTS), 0, -1)
        tried = ((n, sentence("; ".join(parts[:n]), language, depth)) for n in lengths)
        n, new = next((found for found in tried if found[1]), (1, None))
        words.append(new or parts[0])
        is_known = is_known or new is not None
        parts = parts[n:]
    return "; ".join(words) if is_known else None


@cache
def _forms(tag: str) -> list[tuple[re.Pattern[str], str]]:
    """Return a catalogue's forms, that with the most words of its own first."""
    file = _FOLDER / f"{tag}.po"
    if not file.exists():
        return []
    with file.open("rb") as opened:
        found = [(str(each.id), str(each.string)) for each in read_po(opened) if each.id]
    found.sort(key=lambda pair: len(_HOLE.sub("", pair[0])), reverse=True)
    forms = []
    for english, other in found:
        parts = _HOLE.split(english)  # words, a hole's name, words, …
        parts[::2] = map(re.escape, parts[::2])
        parts[1::2] = (f"(?P<{n}>{_HELD.get(n[-5:], '.+?')})" for n in parts[1::2])
        forms.append((re.compile("".join(parts), re.DOTALL), other))
    return forms
