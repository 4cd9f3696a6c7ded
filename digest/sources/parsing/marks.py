"""Raised and lowered marks: those of footnotes go with their notes, exponents and formulas stay."""

from __future__ import annotations

import html
import re

_RAISED = re.compile(
    r"(?P<before>[^<>]{0,24})(?P<closed>(?:</[a-z]+>)*)<(?P<kind>sup|sub)>(?P<inner>.*?)</(?P=kind)>",
    re.DOTALL,
)
_TAG = re.compile(r"<[^<>]*>")
_UP = str.maketrans("0123456789+-−–=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿⁱ")
_DOWN = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_NUMBER = re.compile(r"[+\-−]?\d{1,3}$|[+\-−]?[ni]$")
_MARK = re.compile(
    r"[\[(]?(?:\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*|[*†‡§¶]+|note \d+|citation needed)[\])]?$",
    re.IGNORECASE,
)
# what a raised number multiplies: a number, a variable, a unit, or what stands in brackets
_BASE = re.compile(
    r"(?:(?<![\d.,])(?!(?:19|20)\d\d$)[\d.,]*\d|(?<![^\W\d_])(?:[kcdmnµ]?m|ft|in|mi|yd|s|sec|sin|cos|tan|cot|log|ln|[^\W\d_])|=\s?[^\W\d_]{1,3}|[)\]])$"
)
_FORMULA = re.compile(r"(?:[A-Z][a-z]?|[)\]])$|(?<![^\W\d_])[^\W\d_]$")
# before its element's sign an isotope's mass, before a slash a fraction's part, behind an ion its charge
_MASS = re.compile(r"(?!A\b)[A-Z][a-z]?(?![a-z])")
_DEGREES = re.compile(r"\s?[CF]\b")
_CHARGE = re.compile(r"\d?[+\-−–]$|[+\-−–]\d$")
_ION = re.compile(r"(?:[A-Z][a-z]?|[₀-₉]|[)\]])$")
_ORDINAL = re.compile(
    r"(?:st|nd|rd|th|er|re|e|o|a|os|as|ème|me|mes|lle|le|ers|r|rs|tm|sm|®|™|c|d|de|ste|er?s)\.?$",
    re.IGNORECASE,
)
# "the[1] crane": a mark that was written as words
_WRITTEN = re.compile(r"(?:(?<=[^\W\d_]{2})|(?<=[.,;:!?…”’\"'»)]))(?:\[\d{1,3}\])+(?!\()")
_CODE = re.compile(r"(<pre>.*?</pre>|<code>.*?</code>)", re.DOTALL)
_LINKED = re.compile(r"<a href=\"[^\"]*#[^\"]*\"[^<>]*>\s*\[\d{1,3}\]\s*</a>(?!\s*\()")
_BACK = r"#(?:ftnt_ref|_ednref|[\w.:-]*fn-?_?ref|[\w.:-]*footnote-?(?:anchor|ref|src|back)|_ftnref|cite_?ref|[\w.:-]*note-?ref|ref-?fn|r\d+$|back)"
_NOTE = re.compile(
    rf"<(?P<tag>li|p|dd)>(?:(?!</?(?:li|p|dd)>).)*?(?:href=\"[^\"]*{_BACK}|↩|⏎)(?:(?!</(?P=tag)>).)*</(?P=tag)>",
    re.DOTALL | re.IGNORECASE,
)
_WRITTEN_NOTE = re.compile(
    r"<(p|li|div)>\s*(?:<[^<>]*>\s*)?\[\d{1,3}\](?:(?!</?\1>).)*</\1>", re.DOTALL
)
_EMPTY_LIST = re.compile(r"(?:<hr>\s*)?<(ol|ul|dl)(?: start=\"\d+\")?>\s*</\1>")
_NOTES_TITLE = re.compile(
    r"<h[1-6]>\s*(?:foot|end)?(?:notes|noten)\s*:?\s*</h[1-6]>\s*(?=$|</)|<h[1-6]>\s*(?:fußnoten|anmerkungen|notas|note|références|references)\s*:?\s*</h[1-6]>\s*$",
    re.IGNORECASE,
)


def with_marks_read(safe: str) -> str:
    """Take the marks and lists of footnotes out of cleaned HTML, and keep 10⁶ and H₂O readable."""
    if "<sup>" in safe or "<sub>" in safe:
        safe = _RAISED.sub(_read, safe)
    noted = "↩" in safe or (
        "#" in safe and re.search(rf"href=\"[^\"]*{_BACK}", safe, re.IGNORECASE) is not None
    )
    if "[1]" in safe or "[2]" in safe:
        # [1] in code, which is each second part, is an index, not a note
        parts = enumerate(_CODE.split(safe))
        marked = "".join(part if at % 2 else _WRITTEN.sub("", part) for at, part in parts)
        noted = noted or marked != safe
        safe = _WRITTEN_NOTE.sub("", marked) if marked != safe else safe
    if noted:
        safe = _LINKED.sub("", _EMPTY_LIST.sub("", _NOTE.sub("", safe)))
        safe = _NOTES_TITLE.sub("", safe)
    return safe


def _read(found: re.Match[str]) -> str:
    """Decide of one raised or lowered text what it is: a note's mark, an exponent, or an ending."""
    before, inner = found["before"], found["inner"]
    said = html.unescape(_TAG.sub("", inner)).strip()
    stem = html.unescape(before).rstrip() if before.strip() else ""
    kept = f"{before}{found['closed']}"
    if found["kind"] == "sub":
        lowered = said.translate(_DOWN) if _FORMULA.search(stem) else said
        return f"{kept}{html.escape(lowered, quote=False)}"
    based = _BASE.search(stem) is not None
    behind = found.string[found.end() : found.end() + 3]
    if said.isdigit() and not before[-1:].isalnum() and not found["closed"]:
        if behind[:1] in {"/", "⁄"}:
            return f"{kept}{said}"
        if _MASS.match(behind):
            return f"{kept}{said.translate(_UP)}"
    if said in {"o", "0"} and stem[-1:].isdigit() and _DEGREES.match(behind):
        return f"{kept}°"
    lowered_before = not before and found.string.endswith("</sub>", 0, found.start())
    if _CHARGE.match(said) and (lowered_before or (before[-1:].strip() and _ION.search(stem))):
        return f"{kept}{said.translate(_UP)}"
    if not said or ("#" in inner and "href=" in inner) or (_MARK.fullmatch(said) and not based):
        return kept  # a mark leads to its note, or multiplies nothing
    if (
        based
        and not before.endswith(" ")
        and not _ORDINAL.fullmatch(said)
        and any(map(str.isalnum, said))
    ):
        power = said if said.isalnum() else f"({said})"
        said = said.translate(_UP) if _NUMBER.fullmatch(said) else f"^{power}"
    return f"{kept}{html.escape(said, quote=False)}"
