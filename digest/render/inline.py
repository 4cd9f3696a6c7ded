"""Inline a look's CSS: premailer's work, learned once by each element's line of descent.

The selectors of a sheet's inlined rules are plain (tags, classes, ids, descent), so an element's
style follows from the tags, classes, ids and own styles from the root down to it. What premailer
made of one page is kept in a tree of these, and the next page is dressed from it; a page with an
element that is not known yet goes to premailer itself, and is learned from.

A page has blocks that are alike in many pages, a story for instance. Dressed in a page once, a block
is kept as text at its line of descent, and put there again in the next page.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from threading import Lock

import cssutils
from lxml import etree

from digest.render.sheet import Sheet

Signature = tuple[object, str | None, str | None, str | None]

# premailer's and cssutils' caches are shared and not safe between threads (premailer issue 65)
_lock = Lock()
_MOST = 5000  # lines of descent, and blocks kept there
cssutils.log.setLevel(logging.CRITICAL)  # the lint says what is wrong with a stylesheet

_OURS = "\ufdd0"  # a noncharacter, which no cleaned word can hold: no headline can forge a mark
_NUMBER = re.compile(rf"{_OURS}(\d+)")
_END = f"/{_OURS}"
_PRINTED = re.compile(rf"<!--{_OURS}(\d+)-->(.*?)<!--{_END}-->", re.DOTALL)


def premail(html: str) -> str:
    """Return the page with the rules of its first style block inlined.

    Basic attributes stay as the template writes them: premailer would turn a width of 100% into
    width="100%" over an explicit number, which Outlook needs.
    """
    with _lock:
        from premailer import Premailer  # noqa: PLC0415 - slow to import, and only printing needs it

        inliner = Premailer(
            html,
            allow_network=False,
            allow_loading_external_files=False,
            disable_validation=True,
            strip_important=True,
            keep_style_tags=False,
            exclude_pseudoclasses=True,
            include_star_selectors=False,
            remove_classes=False,
            align_floating_images=False,
            cache_css_parsing=True,
            preserve_handlebar_syntax=False,
            disable_basic_attributes=["width", "height", "align", "valign", "bgcolor"],
        )
        return str(inliner.transform(pretty_print=False))


@dataclass(slots=True, eq=False)
class _Dress:
    """What elements of one line of descent wear, and what their children's lines lead to."""

    style: str | None = None
    classes: str | None = None
    inner: dict[Signature, _Dress] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """A page whose blocks are left out, an empty `mark` with a block's number in the place of each.

    A block is of whole elements, with all that is inside them.
    """

    frame: str
    blocks: Sequence[str] = ()

    @property
    def html(self) -> str:
        """Return the page as it is written, without marks."""
        return _PRINTED.sub(lambda m: self.blocks[int(m[1])], self.frame)

    def showing(self, numbers: Collection[int]) -> str:
        """Return the page with all marks, and between them the blocks of these numbers."""
        shown = {n: mark(n, self.blocks[n]) for n in numbers}
        return (
            _PRINTED.sub(lambda m: shown.get(int(m[1]), m[0]), self.frame) if shown else self.frame
        )


def mark(number: int, block: str = "") -> str:
    """Return what stands around a block, or in its place."""
    return f"<!--{_OURS}{number}-->{block}<!--{_END}-->"


class _Unlearned(Exception):
    """An element whose line of descent no page has shown yet."""


class Inliner:
    """Inline pages of one stylesheet; may be shared between threads."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self._hooks = sheet, sheet.hooks
        self._forget()

    def inline(self, page: Page) -> str:
        """Return the page as premailer would, without the classes that no kept rule speaks of."""
        if self._size > _MOST:  # a template with ever new styles of its own, or ever new stories
            self._forget()
        try:
            return self._dressed(
                page, {n for n, b in enumerate(page.blocks) if b not in self._kept}
            )
        except _Unlearned:
            finished = premail(page.html)
        self._learn_from(_bare(page.html), _parse(finished))
        return self._pruned(finished)

    def _forget(self) -> None:
        self._learned = _Dress()
        self._kept: dict[str, dict[_Dress, str]] = {}  # blocks as they came out, by place
        self._size = 0

    def _dressed(self, page: Page, shown: AbstractSet[int]) -> str:
        """Dress a page of which some blocks are shown, and every other that no page had there."""
        html = page.showing(shown)
        root = _bare(html)
        places: dict[int, _Dress] = {}
        _wear(root, self._learned, places)
        kept = [self._kept.get(block, {}) for block in page.blocks]
        new = {n for n, known in enumerate(kept) if places.get(n) not in known} - shown
        if new:
            return self._dressed(page, shown | new)
        fill = partial(self._fill, page, places, kept)
        return _PRINTED.sub(fill, _serialised(root, html))

    def _fill(
        self,
        page: Page,
        places: Mapping[int, _Dress],
        kept: Sequence[Mapping[_Dress, str]],
        found: re.Match[str],
    ) -> str:
        """Return a block as it was kept, or as dressed in this page; keep that where it is whole."""
        number, finished = int(found[1]), found[2]
        place = places.get(number)
        if place is None:
            return finished
        if place in kept[number]:
            return kept[number][place]
        self._kept.setdefault(page.blocks[number], {})[place] = finished
        self._size += 1
        return finished

    def _pruned(self, finished: str) -> str:
        root = _parse(finished)
        for element in root.iter(etree.Element):
            _set(element, "class", self._classes(element))
        return _serialised(root, finished)

    def _classes(self, element: etree._Element) -> str | None:
        worn = (element.get("class") or "").split()
        return " ".join(c for c in worn if c in self._hooks) or None

    def _learn_from(self, before: etree._Element, after: etree._Element) -> None:
        # a page whose shape premailer changed is right, but teaches nothing
        with suppress(ValueError):
            self._learn(before, after, self._learned)

    def _learn(self, before: etree._Element, after: etree._Element, known: _Dress) -> None:
        """Note what each element wears, innermost first, so that readers see finished branches."""
        for bare, dressed in zip(_children(before), _children(after), strict=True):
            signature = _signature(bare)
            dress = known.inner.get(signature)
            if dress is None:
                dress = _Dress(dressed.get("style"), self._classes(bare))
                self._size += 1
            self._learn(bare, dressed, dress)
            known.inner[signature] = dress


def _wear(element: etree._Element, known: _Dress, places: dict[int, _Dress]) -> None:
    """Dress what is inside an element, and note where its blocks begin and end."""
    begun = None
    for child in element:
        if isinstance(child.tag, str):
            _wear(child, _put_on(child, known), places)
        elif found := _NUMBER.fullmatch(child.text or ""):
            begun = int(found[1])
        elif child.text == _END and begun is not None:
            places[begun] = known


def _put_on(element: etree._Element, known: _Dress) -> _Dress:
    dress = known.inner.get(_signature(element))
    if dress is None:
        raise _Unlearned
    if dress.style is not None:
        element.set("style", dress.style)
    _set(element, "class", dress.classes)
    return dress


def _signature(element: etree._Element) -> Signature:
    return element.tag, element.get("class"), element.get("id"), element.get("style")


def _children(element: etree._Element) -> list[etree._Element]:
    return [child for child in element if isinstance(child.tag, str)]


def _set(element: etree._Element, name: str, value: str | None) -> None:
    if value is not None:
        element.set(name, value)
    else:
        element.attrib.pop(name, None)


def _parse(html: str) -> etree._Element:
    """Parse a page as premailer does."""
    return etree.fromstring(html.strip(), etree.HTMLParser())


def _bare(html: str) -> etree._Element:
    """Parse a page as premailer leaves it: without the block that it inlines."""
    root = _parse(html)
    for block in list(root.iter("style")):
        parent = block.getparent()
        if block.attrib.pop("data-premailer", None) is None and parent is not None:
            parent.remove(block)
    return root


def _serialised(root: etree._Element, html: str) -> str:
    """Serialise a page as premailer does; lxml would add a doctype where there was none."""
    tree = root.getroottree()
    whole = tree if html.strip().startswith(str(tree.docinfo.doctype)) else root
    return etree.tostring(whole, method="html", encoding="utf-8").decode()
