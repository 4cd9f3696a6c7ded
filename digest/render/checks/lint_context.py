"""The proof of an edition: its message, taken apart once for everyone who reads it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import SplitResult, urlsplit

from lxml import etree
from lxml import html as lxml_html

from digest.findings import Finding, Where
from digest.model import Edition, Message
from digest.render import tokens
from digest.render.counted import as_sent
from digest.render.render_context import RenderContext

# about as long as the addresses that a subscriber's page and its signature need
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")  # text has no encoding any more
_ADDRESS = "https://example.org/" + "x" * 70


@dataclass(frozen=True)
class LintContext:
    """A message, what it was made from, and the planning labels that may not be in it.

    `way_out` is the address by which a reader unsubscribes, as it stands on the page; None where
    there is none.
    """

    message: Message
    edition: Edition
    frame: RenderContext
    internal: Sequence[str] = ()
    way_out: str | None = tokens.UNSUBSCRIBE

    @cached_property
    def html(self) -> str:
        """Return the HTML as it is sent, addresses of the usual length in its tokens' place."""
        base = self.frame.publication.public_url
        sent = as_sent(self.message, self.edition, self.frame.newsletter, base)
        return tokens.PATTERN.sub(_ADDRESS, sent.html)

    @cached_property
    def root(self) -> lxml_html.HtmlElement:
        """Return the parsed page; an empty one where there is nothing to parse."""
        try:
            return lxml_html.document_fromstring(_DECLARED.sub("", self.message.html))
        except (etree.ParserError, ValueError):
            return lxml_html.document_fromstring("<html><body></body></html>")

    @cached_property
    def styles(self) -> tuple[str, ...]:
        """Return the text of the style blocks."""
        return tuple(element.text or "" for element in self.root.iter("style"))

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Return the words of the body."""
        return tuple(word for body in self.elements("body") for word in words(body.text_content()))

    def elements(self, *tags: str) -> Iterator[lxml_html.HtmlElement]:
        """Yield the elements of the body, all or of some tags, in the order of reading."""
        for body in self.root.iter("body"):
            yield from body.iter(*(tags or ("*",)))


def words(text: str) -> tuple[str, ...]:
    """Return what is read as a word: not the invisible marks behind a preheader, no address."""
    return tuple(w for w in text.split() if "://" not in w and any(map(str.isalnum, w)))


def by_severity(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings, each once, the errors first."""
    order = ("error", "warning", "info")
    return tuple(dict.fromkeys(sorted(found, key=lambda f: order.index(f.severity))))


def parts_of(address: str) -> SplitResult:
    """Take an address apart; one that is none has no parts."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")


def pixels(stated: str | None) -> int:
    """Return a width or height that is stated in whole pixels; 0 for anything else."""
    return int(stated) if stated and re.fullmatch(r"\d{1,6}", stated, re.ASCII) else 0


def at(place: Where | lxml_html.HtmlElement) -> Where:
    """Return where an element stands: its line, its tag and what it says."""
    if isinstance(place, Where):
        return place
    words = " ".join(place.text_content().split()) or place.get("alt") or place.get("src") or ""
    return Where(line=place.sourceline or 0, said=f"<{place.tag!s}> {words[:60]}".rstrip())
