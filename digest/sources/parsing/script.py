"""The language that a text's script tells: what a feed says of it is often only a default."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

_READ = 1000
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
_FIRST = {name: language for name, language, _ in _SCRIPTS}
_RANGES = tuple((name, re.compile(f"[{letters}]")) for name, _, letters in _SCRIPTS)
_LATIN = re.compile("[A-Za-z]")
# letters that only some languages of a script have
_TELLING = (
    ("Arab", "fa", "\u067e\u0686\u0698\u06af"),
    ("Arab", "ur", "\u0679\u0688\u0691\u06ba\u06d2"),
    ("Cyrl", "uk", "\u0456\u0457\u0454\u0491"),
    ("Cyrl", "be", "\u045e"),
    ("Cyrl", "sr", "\u0458\u0459\u045a\u0452\u045b\u045f"),
)
# what each language is written in; one that is not here is believed
_WRITTEN = {
    "Arab": "ar fa ur ps ckb ug sd arz ary azb", "Hebr": "he iw yi", "Jpan": "ja", "Kore": "ko", "Hani": "zh yue ja ko",
    "Thai": "th", "Laoo": "lo", "Mymr": "my", "Khmr": "km", "Deva": "hi mr ne sa kok mai", "Beng": "bn as", "Guru": "pa",
    "Gujr": "gu", "Taml": "ta", "Telu": "te", "Knda": "kn", "Mlym": "ml", "Sinh": "si", "Geor": "ka", "Armn": "hy",
    "Ethi": "am ti", "Grek": "el", "Cyrl": "ru uk be bg mk sr bs kk ky mn tg tt uz ba cv os",
    "Latn": "en de fr es it pt nl sv da nb nn no fi pl cs sk hu ro hr sl sr bs et lv lt tr az uz vi id ms tl fil ca gl eu "
    "ga gd cy br is fo sq mt lb af sw ha yo ig zu xh so rw st tn eo la oc an ast ku",
}  # fmt: skip
_FEW = 8
_MOST = 0.6


def language_of(text: str, stated: str | None) -> str | None:
    """Return the stated language where the text's script can be of it, else the one the script tells.

    Latin letters tell no language: beside a statement that cannot be, they are "und-Latn".
    """
    sample = text[:_READ]
    written = _scripts_of(stated) if stated else frozenset({"Latn"})
    if sample.isascii() and (not written or "Latn" in written):
        return stated  # as most are
    counted: Counter[str] = Counter(Latn=len(_LATIN.findall(sample)))
    if not sample.isascii():
        counted.update(filter(None, map(_script, (c for c in sample if not c.isascii()))))
    total = sum(counted.values())
    if total < _FEW:
        return stated
    # kana are Japanese, however many characters of Han stand between them
    kana = counted["Jpan"] * 10 > total
    script, times = ("Jpan", total) if kana else counted.most_common(1)[0]
    if times < _MOST * total:
        return stated
    own = _scripts_of(stated) if stated else frozenset({"Latn"})
    if script in own or not own:
        return stated
    low = sample.lower()
    told = (
        lang for of, lang, letters in _TELLING if of == script and any(c in low for c in letters)
    )
    return next(told, _FIRST[script])


@lru_cache(maxsize=4096)
def _script(letter: str) -> str | None:
    return next((name for name, letters in _RANGES if letters.match(letter)), None)


@lru_cache(maxsize=64)
def _scripts_of(language: str) -> frozenset[str]:
    """Return the scripts that a language is written in; none where that is not known."""
    parts = language.replace("_", "-").split("-")
    if written := next((p.title() for p in parts[1:] if len(p) == 4 and p.isalpha()), None):  # noqa: PLR2004 - a script's code
        return frozenset({written})
    return frozenset(name for name, known in _WRITTEN.items() if parts[0].lower() in known.split())
