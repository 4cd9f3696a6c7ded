"""The language that a text's script tells: what a feed says of it is often only a default."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from babel import Locale, UnknownLocaleError

_READ = 2000
# ranges of Unicode, the script they are of (ISO 15924), and the language it is first of all
_SCRIPTS = (
    ("Arab", "ar", "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff"),
    ("Hebr", "he", "\u0590-\u05ff\ufb1d-\ufb4f"),
    ("Jpan", "ja", "\u3040-\u30ff"),
    ("Kore", "ko", "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"),
    ("Hani", "zh", "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"),
    ("Thai", "th", "\u0e00-\u0e7f"),
    ("Laoo", "lo", "\u0e80-\u0eff"),
    ("Mymr", "my", "\u1000-\u109f"),
    ("Khmr", "km", "\u1780-\u17ff"),
    ("Deva", "hi", "\u0900-\u097f"),
    ("Beng", "bn", "\u0980-\u09ff"),
    ("Guru", "pa", "\u0a00-\u0a7f"),
    ("Gujr", "gu", "\u0a80-\u0aff"),
    ("Taml", "ta", "\u0b80-\u0bff"),
    ("Telu", "te", "\u0c00-\u0c7f"),
    ("Knda", "kn", "\u0c80-\u0cff"),
    ("Mlym", "ml", "\u0d00-\u0d7f"),
    ("Sinh", "si", "\u0d80-\u0dff"),
    ("Geor", "ka", "\u10a0-\u10ff"),
    ("Armn", "hy", "\u0530-\u058f"),
    ("Ethi", "am", "\u1200-\u137f"),
    ("Grek", "el", "\u0370-\u03ff\u1f00-\u1fff"),
    ("Cyrl", "ru", "\u0400-\u04ff"),
    ("Latn", "und-Latn", "A-Za-z\u00c0-\u024f\u1e00-\u1eff"),
)
_LETTERS = re.compile("|".join(f"(?P<{name}>[{letters}])" for name, _, letters in _SCRIPTS))
_FIRST = {name: language for name, language, _ in _SCRIPTS}
# letters that only some languages of a script have
_TELLING = (
    ("Arab", "fa", "\u067e\u0686\u0698\u06af"),
    ("Arab", "ur", "\u0679\u0688\u0691\u06ba\u06d2"),
    ("Cyrl", "uk", "\u0456\u0457\u0454\u0491"),
    ("Cyrl", "be", "\u045e"),
    ("Cyrl", "sr", "\u0458\u0459\u045a\u0452\u045b\u045f"),
)
# scripts that are written together, and by whom
_MIXED = {"ja": frozenset({"Jpan", "Hani"}), "ko": frozenset({"Kore", "Hani"}),
          "zh": frozenset({"Hani"}), "sr": frozenset({"Cyrl", "Latn"}),
          "yue": frozenset({"Hani"})}  # fmt: skip
_FEW = 8
_MOST = 0.6


def language_of(text: str, stated: str | None) -> str | None:
    """Return the stated language where the text's script can be of it, else the one the script tells.

    Latin letters tell no language: beside a statement that cannot be, they are "und-Latn".
    """
    counted = Counter(found.lastgroup or "" for found in _LETTERS.finditer(text[:_READ]))
    total = sum(counted.values())
    if total < _FEW:
        return stated
    # kana are Japanese, however many characters of Han stand between them
    kana = counted["Jpan"] * 10 > total
    script, times = ("Jpan", total) if kana else counted.most_common(1)[0]
    if times < _MOST * total:
        return stated
    own = _scripts_of(stated) if stated else frozenset[str]()
    unknown = not own & _FIRST.keys() if stated else script == "Latn"
    if script in own or unknown:
        return stated
    sample = text[:_READ].lower()
    told = (
        lang for of, lang, letters in _TELLING if of == script and any(c in sample for c in letters)
    )
    return next(told, _FIRST[script])


@lru_cache(maxsize=64)
def _scripts_of(language: str) -> frozenset[str]:
    """Return the scripts that a language is written in; none where that is not known."""
    parts = language.replace("_", "-").split("-")
    primary = parts[0].lower()
    if written := next((p.title() for p in parts[1:] if len(p) == 4 and p.isalpha()), None):  # noqa: PLR2004 - a script's code
        return frozenset({written})
    if primary in _MIXED:
        return _MIXED[primary]
    try:
        sample: Mapping[int, str] = Locale.parse(primary).months["format"]["wide"]
    except (UnknownLocaleError, ValueError):
        return frozenset()
    return frozenset(
        found.lastgroup or "" for name in sample.values() for found in _LETTERS.finditer(name)
    )
