"""Check links: their names, their addresses, and those that must not be missing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from html import escape
from urllib.parse import parse_qsl

from lxml.html import HtmlElement

from digest.findings import Finding, Where
from digest.lint_rules.of_parts import (
    HIDDEN_LINK,
    LINK_ADDRESS,
    LINK_AMBIGUOUS,
    LINK_ANCHOR,
    LINK_CAMPAIGN,
    LINK_GENERIC,
    LINK_INSECURE,
    LINK_NAME,
    PLACEHOLDER_LEFT,
    POSTAL_MISSING,
    UNSUBSCRIBE_CLIPPED,
    UNSUBSCRIBE_MISSING,
    VIEW_MISSING,
)
from digest.lint_rules.of_words import NO_ADDRESS
from digest.model import EDITORS, Article
from digest.render import clean, tokens
from digest.render.checks.envelope import CLIP
from digest.render.checks.lint_context import LintContext, at, parts_of

_GENERIC = re.compile(
    r"^(?:click here|here|read more|more|learn more|link|this|hier|mehr|weiterlesen|ici|aquí)\W*$",
    re.IGNORECASE,
)
_LOCAL = re.compile(r"^(?:localhost|127\.|0\.0\.0\.0|\[::1\])")
_LEFT_OVER = re.compile(r"\{\{(?:.*?\}\})?|\{%(?:.*?%\})?|\*\|(?:[^|]*\|\*)?|\|\*|%%\w+%%")
_NOTHING = re.compile(r"^(?:None|undefined|null|NaN)$")
_FOCUSABLE = "descendant-or-self::*[self::a[@href] or self::button or self::input]"


def links(proof: LintContext) -> Iterator[Finding]:
    """Check every link's name and address."""
    for link in proof.elements("a"):
        if link.get("href") is None and (link.get("name") or link.get("id")):
            continue  # a place that others lead to
        name = _name(link)
        if not name:
            yield LINK_NAME.found("a link has no text; say where it leads", at(link))
        elif _GENERIC.match(name):
            yield LINK_GENERIC.found(f"“{name}” says nothing by itself; name the page", at(link))
        yield from _address(link)
    leads: defaultdict[str, set[str]] = defaultdict(set)
    for link in proof.elements("a"):
        leads[_name(link).casefold()].add(link.get("href") or "")
    for name, addresses in leads.items():
        if name and len(addresses) > 1 and not _GENERIC.match(name):
            said = f"“{name}” leads to {len(addresses)} different pages; tell them apart"
            yield LINK_AMBIGUOUS.found(said)


def unlinked(proof: LintContext) -> Iterator[Finding]:
    """Check that every article can be read on."""
    for article in proof.edition.articles:
        # a story by hand leads nowhere because its editor wanted it so
        if clean.address(article.url) is None and (article.url or article.source != EDITORS):
            said = f"“{article.title}” has no address, so its headline leads nowhere"
            yield NO_ADDRESS.found(f"{said}; {_way(article)}", Where(article=article.id))


def _way(article: Article) -> str:
    """Return what gives an article an address, by the kind of source that it came from."""
    if article.url:
        return f"readers cannot open {article.url}; see that its source says an https address"
    if article.path:
        return (
            f"give sources.{article.source} a url_base, or let {article.path} state its address "
            "(`url:` in front matter, a canonical link in HTML)"
        )
    return (
        f"its item in the feed {article.source} has no link; have one put there, or see that the "
        "summary says all"
    )


def hidden(proof: LintContext) -> Iterator[Finding]:
    """Check that nothing hidden from screen readers can be reached by keyboard."""
    for element in proof.elements():
        if element.get("aria-hidden") == "true" and element.xpath(_FOCUSABLE):
            yield HIDDEN_LINK.found(
                "a link is hidden from screen readers only; hide neither or both", at(element)
            )


def way_out(proof: LintContext) -> Iterator[Finding]:
    """Check that the reader can leave."""
    html, address = proof.message.html, proof.way_out
    if address is None or (address == tokens.UNSUBSCRIBE and address not in html):
        said = "the page has no unsubscribe link; in a look, print links.unsubscribe"
        yield UNSUBSCRIBE_MISSING.found(said)
    elif len(html[: max(0, html.find(escape(address)), html.find(address))].encode()) > CLIP:
        yield UNSUBSCRIBE_CLIPPED.found("Gmail clips the unsubscribe link; shorten the page")


def duties(proof: LintContext) -> Iterator[Finding]:
    """Check that the reader can look in a browser, and see who writes."""
    html = proof.message.html
    if tokens.VIEW not in html:
        yield VIEW_MISSING.found('the page has no "view in browser" link; print links.view')
    address = " ".join(proof.frame.publication.postal_address.split())
    text = " ".join(proof.root.text_content().split())
    if not address or address not in text:
        way = "set publication.postal_address, and print it"
        yield POSTAL_MISSING.found(f"the page does not say where its sender lives; {way}")


def left_over(proof: LintContext) -> Iterator[Finding]:
    """Check that no placeholder was left unfilled; what an article itself says is its own."""
    words = [text for a in proof.edition.articles for text in (a.title, a.summary)]
    for element in proof.elements():
        for said in (element.text, element.tail, element.get("href"), element.get("alt")):
            left, nothing = _LEFT_OVER.search(said or ""), _NOTHING.match((said or "").strip())
            is_own = any(left[0] in text for text in words) if left else (said or "") in words
            found = left or nothing
            if found and element.tag != "style" and not is_own:
                yield PLACEHOLDER_LEFT.found(
                    f"{found[0]!r} is printed as it stands; fill it in or take it out", at(element)
                )


def _name(link: HtmlElement) -> str:
    alts = [image.get("alt") or "" for image in link.iter("img")]
    said = " ".join([link.text_content(), link.get("aria-label") or "", *alts])
    return " ".join(said.split())


def _address(link: HtmlElement) -> Iterator[Finding]:
    href = link.get("href") or ""
    if href.startswith(tokens.ALL):
        return
    parts = parts_of(href)
    if href.startswith("#") and len(href) > 1:
        yield LINK_ANCHOR.found(f"{href} leads nowhere in Gmail's apps; link to a page", at(link))
    elif parts.scheme in ("mailto", "tel"):
        return
    elif parts.scheme not in ("http", "https") or not parts.netloc or _LOCAL.match(parts.netloc):
        yield LINK_ADDRESS.found(
            f"{href!r} leads nowhere from an inbox; write the whole https address", at(link)
        )
    elif parts.scheme == "http":
        yield LINK_INSECURE.found(f"{href} is not https; use https where the site has it", at(link))
    names = [name for name, _ in parse_qsl(parts.query) if name.startswith("utm_")]
    if len(names) != len(set(names)):
        yield LINK_CAMPAIGN.found(f"{href} has the same utm parameter twice; keep one", at(link))
