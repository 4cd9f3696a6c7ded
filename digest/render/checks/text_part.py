"""Check the text part: everything the page has, in lines that can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.findings import Finding, Where
from digest.lint_rules.of_parts import (
    TEXT_ADDRESS,
    TEXT_BRACKETS,
    TEXT_LINE,
    TEXT_MARKUP,
    TEXT_MISSING,
    TEXT_REPEATS,
    TEXT_SHARE,
    TEXT_UNSUBSCRIBE,
)
from digest.render.checks.lint_context import LintContext, words
from digest.render.plain import WIDTH

_MARKUP = re.compile(r"</?[a-z][^>\n]*>|&(?:[a-z]+|#\d+);|[\u200c\u034f\u00ad]|\{[^}\n]*:[^}\n]*\}")
_BRACKETS = re.compile(r"\]\(|\[https?://")
_SHARE = (0.5, 1.5)
_FEW = 40  # words, below which a share says nothing


def text(proof: LintContext) -> Iterator[Finding]:
    """Check the text part."""
    said = proof.message.text
    if not said.strip():
        yield TEXT_MISSING.found("there is no text part; in a look, body.txt makes it")
        return
    lines = said.splitlines()
    for article in proof.edition.articles:
        if article.url and article.url in proof.message.html and article.url not in said:
            place = Where(article=article.id)
            yield TEXT_ADDRESS.found(
                f"the text part lacks {article.url}; print it in body.txt", place
            )
    for number, line in enumerate(lines, 1):
        place = Where(part="text", line=number)
        address = "://" in line
        if len(line) > WIDTH and not address:
            yield TEXT_LINE.found(f"{len(line)} characters; break it at {WIDTH}", place)
        if _MARKUP.search(line) and not address:
            yield TEXT_MARKUP.found(
                "markup in the text part; print the text field, not the html", place
            )
        if _BRACKETS.search(line):
            yield TEXT_BRACKETS.found("write an address bare, on a line of its own", place)
        if address and line.strip() and line == lines[number - 2] and number > 1:
            yield TEXT_REPEATS.found("an address twice in a row; print it once", place)
    page, text_words = len(proof.words), len(words(proof.message.text))
    least, most = _SHARE
    if page > _FEW and not least * page <= text_words <= most * page:
        said = f"the text part has {text_words} words, the page {page}; both should say the same"
        yield TEXT_SHARE.found(said)


def way_out(proof: LintContext) -> Iterator[Finding]:
    """Check that the reader of the text part can leave."""
    if proof.message.text.strip() and str(proof.way_out) not in proof.message.text:
        yield TEXT_UNSUBSCRIBE.found(
            "the text part has no unsubscribe address; print links.unsubscribe"
        )
