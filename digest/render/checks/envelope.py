"""Check what an inbox makes of an email: its size, its sender, its subject, its labels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import cycle
from urllib.parse import unquote

from digest.editorial.address import parts_of_mailbox
from digest.editorial.folding import plain
from digest.editorial.subject import LONGEST, TOO_LONG
from digest.findings import Finding, Where
from digest.lint_rules.of_parts import (
    PREHEADER_LONG,
    PREHEADER_MISSING,
    PREHEADER_REPEATS,
    PREHEADER_SHORT,
    SENDER_ADDRESS,
    SENDER_NAME,
    SIZE_CLIP,
    SIZE_NEAR,
    SIZE_WIRE,
    SUBJECT_LONG,
    SUBJECT_MISSING,
    SUBJECT_TOO_LONG,
    TEXT_SIZE,
)
from digest.lint_rules.of_words import PLANNING_LABEL
from digest.render.checks.lint_context import LintContext
from digest.render.header import BadAddress, ascii_address
from digest.render.mime import quoted

CLIP = 102_400  # Gmail cuts a page off at about this many bytes (hteumeuleu/email-bugs 41)
NEAR = 81_920
_DASHES = "_\u2010-\u2015\u2212-"
_SUBJECT = (LONGEST, TOO_LONG)
_PREHEADER = (40, 130)


def size(proof: LintContext) -> Iterator[Finding]:
    """Check the parts' sizes against where Gmail clips a page."""
    weight = len(proof.html.encode())
    kilobytes = f"the page has {weight / 1024:.0f} KB"
    if weight > CLIP:
        way = "Gmail hides its end, with the unsubscribe link; lower articles.max"
        yield SIZE_CLIP.found(f"{kilobytes}: {way}")
    elif weight > NEAR:
        yield SIZE_NEAR.found(f"{kilobytes}, and Gmail clips 102; lower articles.max")
    elif (wire := len(quoted(proof.html))) > CLIP:
        said = f"{kilobytes}, {wire / 1024:.0f} KB as encoded for its way"
        yield SIZE_WIRE.found(f"{said}; clients may clip by that, shorten it to be sure")
    if len(proof.message.text.encode()) > CLIP:
        yield TEXT_SIZE.found("the text part has more than 100 KB; lower articles.max")


def sender(proof: LintContext) -> Iterator[Finding]:
    """Check that the sender has a name and an address."""
    name, address = parts_of_mailbox(proof.frame.newsletter.sender)
    try:
        ascii_address(address)
    except BadAddress as bad:
        name_ = proof.frame.newsletter.name
        yield SENDER_ADDRESS.found(
            f"newsletters.{name_}.sender: {bad}" if name_ else f"From: {bad}"
        )
        return
    if not name:
        yield SENDER_NAME.found("the sender has no name; write `Name <address>`")


def subject(proof: LintContext) -> Iterator[Finding]:
    """Check that the subject is there, and short enough to be read."""
    said = proof.message.subject
    long, longest = _SUBJECT
    if not said.strip():
        yield SUBJECT_MISSING.found("there is no subject; write one", Where(part="subject"))
    elif len(said) > longest:
        yield SUBJECT_TOO_LONG.found(
            f"{len(said)} characters; no inbox shows them, write at most {long}",
            Where(part="subject"),
        )
    elif len(said) > long:
        way = "inboxes show 40 to 60; say the main thing first"
        yield SUBJECT_LONG.found(f"{len(said)} characters; {way}", Where(part="subject"))


def preheader(proof: LintContext) -> Iterator[Finding]:
    """Check that the preheader is there, of a length that is shown, and says something new."""
    said, subject_ = proof.message.preheader.strip(), proof.message.subject.strip()
    short, long = _PREHEADER
    if not said:
        yield PREHEADER_MISSING.found("there is no preheader; write one", Where(part="preheader"))
    elif said in subject_ or subject_ in said:
        way = "say what else is in the issue"
        yield PREHEADER_REPEATS.found(
            f"it says what the subject says; {way}", Where(part="preheader")
        )
    elif len(said) > long:
        yield PREHEADER_LONG.found(
            f"{len(said)} characters; {long} are shown, shorten it", Where(part="preheader")
        )
    elif len(said) < short:
        way = "say more, or inboxes fill it up with what comes next"
        yield PREHEADER_SHORT.found(f"{len(said)} characters; {way}", Where(part="preheader"))


def labels(proof: LintContext) -> Iterator[Finding]:
    """Check that no planning label is in anything that a subscriber receives."""
    message = proof.message
    said = {"html": message.html, "text": message.text, "subject": message.subject}
    printed = {place: plain(text) for place, text in said.items()}
    addresses = [v for e in proof.root.iter() for v in (e.get("href"), e.get("src")) if v]
    for label in proof.internal:
        exact, anywhere = _pattern(plain(label))
        for part, text in printed.items():
            yield from _label(exact.search(text), Where(part=part))
        yield from _label(
            anywhere.search(plain(unquote(" ".join(addresses)))), Where(said="an address")
        )


def _label(found: re.Match[str] | None, place: Where) -> Iterator[Finding]:
    if found:
        said = f"the planning label {found[0].strip()} is in what subscribers receive; take it out"
        yield PLANNING_LABEL.found(said, place)


def _pattern(label: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of a label in prose and in an address.

    `Strategy-*` means a label in the publisher's spelling, not every "strategy-led" in a sentence.
    """
    if label.isalpha():  # a word of the language: it is a label where it stands alone
        alone = re.compile(rf"(?m)(?:^|(?<=[,·>]))\s*{label}\s*(?=$|[,·<])", re.IGNORECASE)
        return alone, re.compile(rf"[/=]{label}(?![\w-])", re.IGNORECASE)
    prose, anywhere = (
        rf"(?<![\w-]){_middle(label, dash, blank)}(?![\w-])"
        # in prose a hyphen is no blank: "an open day" says nothing of the label Open-day; in an
        # address, blanks are written as hyphens
        for dash, blank in ((rf"[{_DASHES}]", r"\s+"), (rf"[\s+{_DASHES}]", rf"[\s+{_DASHES}]"))
    )
    exact = re.compile(prose, 0 if "*" in label else re.IGNORECASE)
    return exact, re.compile(anywhere, re.IGNORECASE)


def _middle(label: str, dash: str, blank: str) -> str:
    """Return a label's pattern, where `*` is a part of a word and its dashes and blanks are patterns."""
    return "".join(
        r"[\w-]+" if part == "*" else blank if part.isspace() else dash if odd else re.escape(part)
        for part, odd in zip(re.split(rf"([*]|[{_DASHES}]+|\s+)", label), cycle((False, True)))
    )
