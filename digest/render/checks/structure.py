"""Check the page's structure: what mail programs and screen readers build on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from lxml import etree
from lxml.html import HtmlElement

from digest.findings import Finding, Where
from digest.lint_rules.of_page import (
    CHARSET,
    CONDITIONAL,
    DOCTYPE,
    ELEMENT_FORBIDDEN,
    HEAD_META,
    HEADING_EMOJI,
    HEADING_EMPTY,
    HEADING_MAIN,
    HEADING_SKIPPED,
    HEADING_SPACED,
    LANGUAGE,
    NAMESPACES,
    PAGE_WIDTH,
    TABLE_DEPTH,
    TABLE_GAPS,
    TABLE_ROLE,
    TABLE_SCOPE,
    TAG_UNCLOSED,
    TITLE,
    VML_ALT,
    VML_CONTENT,
    WRAPPER,
)
from digest.render.checks.lint_context import LintContext, at, pixels

_VOID = frozenset({"area", "br", "col", "hr", "img", "meta", "wbr", "input", "link", "base"})
_FORBIDDEN = frozenset({"script", "iframe", "embed", "canvas", "base", "frame", "applet"})
_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})
_METAS = {
    "viewport": "phones show the page small without it",
    "x-apple-disable-message-reformatting": "iOS changes sizes without it",
    "format-detection": "iOS turns dates and numbers into links without it",
    "color-scheme": "Apple Mail does not use the dark colours without it",
    "supported-color-schemes": "older Apple Mail does not use the dark colours without it",
}
_WIDTHS = (320, 640)
_OUTLOOKS_WIDTH = re.compile(
    r"<table\b[^>]{0,500}?\bwidth[=:]\s{0,9}[\"']?(\d{1,6})", re.IGNORECASE
)
_DEEPEST = 8
_LAYOUT = ("presentation", "none")
_VML = re.compile(r"<v:(\w{1,20})([^>]{0,2000})>", re.IGNORECASE)
_WITHIN = re.compile(
    r"(?is)<v:(\w{1,20})\b[^>]{0,2000}(?<!/)>(?:(?!<v:|</v:\1>).){0,3000}?<(?:a|h[1-6])\b"
)
_PAINTED = frozenset({"rect", "roundrect", "oval", "shape", "image"})  # what a reader would hear of
_CAPITALS = 4  # letters; fewer are an abbreviation
_SPACED = re.compile(r"letter-spacing:\s*(?!-|0(?:[a-z;%\s]|$)|normal)", re.IGNORECASE)
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf]")


def document(proof: LintContext) -> Iterator[Finding]:
    """Check what stands around the body."""
    html = proof.message.html
    if not html.lstrip().lower().startswith("<!doctype html>"):
        yield DOCTYPE.found("the page does not begin with <!DOCTYPE html>")
    language = proof.root.get("lang") or ""
    if not language:
        yield LANGUAGE.found('<html> has no lang; screen readers need it, write lang="…"')
    elif language.partition("-")[0] in _RIGHT_TO_LEFT and not proof.root.get("dir"):
        yield LANGUAGE.found(f'<html> has no dir, and {language} needs one; write dir="rtl"')
    if re.search(r"<[vo]:", html) and "xmlns:o=" not in html:
        yield NAMESPACES.found("<html> lacks xmlns:v and xmlns:o; Outlook needs them")
    if not any(map(_says_utf8, proof.root.iter("meta"))):
        yield CHARSET.found('<head> has no <meta charset="utf-8">; add it first')
    named = {meta.get("name") for meta in proof.root.iter("meta")}
    for name, reason in _METAS.items():
        if name not in named:
            yield HEAD_META.found(f'<head> has no <meta name="{name}">: {reason}')


def title(proof: LintContext) -> Iterator[Finding]:
    """Check that the page is called what its subject says."""
    said = proof.root.findtext(".//title") or ""
    if " ".join(said.split()) != " ".join(proof.message.subject.split()):
        yield TITLE.found("<title> is not the subject; print {{ subject }} there")


def _says_utf8(meta: HtmlElement) -> bool:
    stated = (meta.get("http-equiv") or "").lower() == "content-type" and meta.get("content")
    return (
        re.search(r"^utf-?8$|charset=[\"']?utf-?8", (meta.get("charset") or stated or "").lower())
        is not None
    )


def wrapper(proof: LintContext) -> Iterator[Finding]:
    """Check the element in the body that carries language and role; clients drop <html>'s own."""
    article = next((e for e in proof.elements() if e.get("role") == "article"), None)
    if article is None:
        yield WRAPPER.found('no element of the body has role="article"; see _base/layout.html')
        return
    for name in ("lang", "dir", "aria-roledescription", "aria-label"):
        if not article.get(name):
            yield WRAPPER.found(
                f"the article has no {name}; see _base/layout.html",
                Where(line=article.sourceline or 0),
            )


def tags(proof: LintContext) -> Iterator[Finding]:
    """Check that tags are closed in order, that none is forbidden, and Outlook's comments balance."""
    reader = _Balance()
    reader.feed(proof.message.html)
    reader.close()
    for tag, line in (*reader.wrong, *reader.open):
        yield TAG_UNCLOSED.found(
            f"<{tag}> is not closed in order; close it where it began", Where(line=line)
        )
    html = proof.message.html
    if len(re.findall(r"<!(?:--)?\[if", html)) != html.count("<![endif]"):
        yield CONDITIONAL.found("a comment for Outlook is not closed; end it with <![endif]-->")
    if re.search(r"<!\[if", html):
        said = "write <!--[if …]><!-->: some mail programs print <![if …]> as it stands"
        yield CONDITIONAL.found(said, severity="warning")
    for element in proof.root.iter(etree.Element):
        refresh = element.tag == "meta" and (element.get("http-equiv") or "").lower() == "refresh"
        data = element.tag == "script" and (element.get("type") or "").endswith("json")
        if (element.tag in _FORBIDDEN and not data) or refresh:
            said = f"no mail program shows <{element.tag!s}>; take it out"
            yield ELEMENT_FORBIDDEN.found(said, at(element))
        if any(str(name).startswith("on") for name in element.keys()):  # noqa: SIM118 - attributes
            yield ELEMENT_FORBIDDEN.found(
                "scripts do not run in emails; take the attribute out", at(element)
            )


def tables(proof: LintContext) -> Iterator[Finding]:
    """Check that tables for layout say so, and tables of data have headings."""
    deepest = 0
    for table in proof.elements("table"):
        deepest = max(deepest, 1 + sum(1 for _ in table.iterancestors("table")))
        # without those of tables in it
        headings = [th for th in table.iter("th") if next(th.iterancestors("table")) is table]
        if table.get("role") not in _LAYOUT and headings:
            if any(not th.get("scope") for th in headings):
                yield TABLE_SCOPE.found(
                    'a heading of a data table has no scope; write scope="col"', at(table)
                )
            continue
        if table.get("role") not in _LAYOUT:
            said = 'screen readers read a layout table cell by cell; add role="presentation"'
            yield TABLE_ROLE.found(said, at(table))
        style = table.get("style") or ""
        for name in ("cellpadding", "cellspacing"):
            closed = name == "cellspacing" and re.search(r"border-collapse:\s*collapse", style)
            if table.get(name) != "0" and not closed:
                yield TABLE_GAPS.found(f'Outlook adds gaps without {name}="0"', at(table))
    if deepest > _DEEPEST:
        yield TABLE_DEPTH.found(f"tables nest {deepest} deep, which slows Outlook; take some out")
    yield from _width(proof)


def headings(proof: LintContext) -> Iterator[Finding]:
    """Check that the page has one main heading, and no level is skipped."""
    found = list(proof.elements("h1", "h2", "h3", "h4", "h5", "h6"))
    levels = [int(str(heading.tag)[1]) for heading in found]
    if levels.count(1) != 1:
        yield HEADING_MAIN.found(
            f"the page has {levels.count(1)} main headings; make its title the one h1"
        )
    for heading, before, level in zip(found[1:], levels, levels[1:], strict=False):
        if level > before + 1:
            yield HEADING_SKIPPED.found(
                f"h{level} follows h{before}; make it h{before + 1}", at(heading)
            )
    for heading in found:
        if not heading.text_content().strip() and not list(heading.iter("img")):
            yield HEADING_EMPTY.found("a heading says nothing; take it out", at(heading))
        if _EMOJI.search(heading.text_content()):
            yield HEADING_EMOJI.found(
                "screen readers read an emoji's whole name; take it out", at(heading)
            )
        style, said = heading.get("style") or "", heading.text_content()
        is_upper = said.isupper() and sum(map(str.isalpha, said)) >= _CAPITALS
        if ("uppercase" in style or is_upper) and _SPACED.search(style):
            way = "screen readers may spell it out; write it in small letters, or set it closer"
            yield HEADING_SPACED.found(f"capitals with space between them: {way}", at(heading))


def drawings(proof: LintContext) -> Iterator[Finding]:
    """Check what is drawn for Outlook (VML): screen readers hear it, or cannot use what is in it."""
    html = proof.message.html
    for shape in _VML.finditer(html):
        if shape[1].lower() in _PAINTED and not re.search(r"\balt\s*=", shape[2]):
            said = 'a drawing has no alt; alt="" is for ornament'
            yield VML_ALT.found(said, _drawing(html, shape))
        if re.search(r"\bhref\s*=", shape[2]):
            said = "a link that is a drawing is not read; a button can be a link with padding"
            yield VML_CONTENT.found(said, _drawing(html, shape))
    for shape in _WITHIN.finditer(html):
        said = "a link or heading in a drawing is not read; put it outside"
        yield VML_CONTENT.found(said, _drawing(html, shape))


def _drawing(html: str, shape: re.Match[str]) -> Where:
    return Where(line=html.count("\n", 0, shape.start()) + 1, said=f"<v:{shape[1]}>")


def _width(proof: LintContext) -> Iterator[Finding]:
    narrow, wide = _WIDTHS
    comments = (c.text or "" for c in proof.root.iter(etree.Comment))
    for_outlook = (_OUTLOOKS_WIDTH.search(said) for said in comments if "mso" in said[:60].lower())
    if any(found is not None and narrow <= int(found[1]) <= wide for found in for_outlook):
        return
    outer: HtmlElement | None = None
    width = 0
    for element in proof.elements("table", "td"):
        styled = re.search(r"(?:^|[;\s])width:\s*(\d{1,6})px", element.get("style") or "")
        width = pixels(element.get("width")) or (int(styled[1]) if styled else 0)
        if width:
            outer = element
            break
    if outer is None:
        yield PAGE_WIDTH.found('no table has a width in pixels; Outlook needs one, width="600"')
    elif not narrow <= width <= wide:
        yield PAGE_WIDTH.found(
            f"the page is not {narrow} to {wide} px wide; make it 600",
            Where(line=outer.sourceline or 0),
        )


class _Balance(HTMLParser):
    """Follow the tags, and note those that are closed out of order or never."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, int]] = []
        self.wrong: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - its signature
        if tag not in _VOID:
            self.open.append((tag, self.getpos()[0]))

    def handle_endtag(self, tag: str) -> None:
        if tag in [name for name, _ in self.open]:
            while self.open[-1][0] != tag:
                self.wrong.append(self.open.pop())
            self.open.pop()
        elif tag not in _VOID:
            self.wrong.append((tag, self.getpos()[0]))
