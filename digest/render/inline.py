"""Inline a look's CSS: premailer's work, learned once by each element's line of descent.

The selectors of a sheet's inlined rules are plain (tags, classes, ids, descent), so an element's
style follows from the tags, classes, ids and own styles from the root down to it. What premailer
made of one page is kept in a tree of these, and the next page is dressed from it; a page with an
element that is not known yet goes to premailer itself, and is learned from.

A page has blocks that are alike in many pages, a story for instance. Dressed in a page once, a block
is kept as text at its line of descent, and put there again in the next page. So is the frame around
them, by its tags: words change nothing of how an element looks, so another page of the same frame is
a dressed frame with its own words and blocks put into it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache, partial
from threading import Lock

import tinycss2
from cssselect import HTMLTranslator
from lxml import etree
from tinycss2.ast import Declaration

from digest.render.sheet import Sheet, Specificity, StyleRule, split, value

Signature = tuple[object, str | None, str | None, str | None]

# premailer's and cssutils' caches are shared and not safe between threads (premailer issue 65)
_lock = Lock()
_FUNCTION = re.compile(r"([\w-]+)\(")
_MARK = re.compile(r"\br(\d+):")
_STYLE = re.compile(r"<!--.*?-->|(<style(?![^>]*data-premailer))", re.IGNORECASE | re.DOTALL)
_MOST = 20_000  # lines of descent, and blocks kept there

_OURS = "\ufdd0"  # a noncharacter, which no cleaned word can hold: no headline can forge a mark
_NUMBER = re.compile(rf"{_OURS}(\d+)")
_END = f"/{_OURS}"
_PRINTED = re.compile(rf"<!--{_OURS}(\d+)-->(.*?)<!--{_END}-->", re.DOTALL)

_WORDS = "\ufdd1"  # in the place of words; not our other mark, which stands for blocks
# words between tags, or what an element is called: as they are written they are parsed and written again
_CALM = "!#-%'-;=?-~\\xa0-\u02ff\u0370-\u1fff\u2010-\u2027\u2030-\u205e\u3000-\ud7ff"
_RUN = re.compile(rf'(?<= aria-label=")[{_CALM}][ {_CALM}]*(?=")|(?<=>)(?!\s+<)[ "\n{_CALM}]+(?=<)')
_GAP = re.compile(rf"{_WORDS}(\d+){_WORDS}|<!--{_OURS}(\d+)--><!--{_END}-->")


def premail(html: str) -> str:
    """Return the page with its style blocks inlined, each element styled as in a browser.

    premailer tells which plain rules speak of which elements; in which order they count is the
    cascade's (CSS Cascade 4). Of a rule's several values for a property each is kept: what a mail
    program does not know falls back on the one before. `!important` decides, and is not written:
    Outlook ignores what bears it in a style attribute.
    """
    root = _parse(html)
    everywhere = (None, "", "all", "screen")
    blocks = [b for b in root.iter("style") if b.get("media") in everywhere]
    stays = "data-premailer"  # what a block says that is not to be inlined
    rules = tuple(r for b in blocks if b.get(stays) is None for r in _taken_out(b))
    own = {e: e.attrib.pop("style") for e in root.iter(etree.Element) if "style" in e.attrib}
    for element, numbers in _spoken_of(root, rules).items():
        mine = own.pop(element, "")
        element.set("style", _settled([(n, rules[n]) for n in sorted(numbers)], mine))
    for element, mine in own.items():
        element.set("style", _settled([], mine))
    for block in root.iter("style"):
        block.attrib.pop(stays, None)
    return _serialised(root, html)


def _taken_out(block: etree._Element) -> tuple[StyleRule, ...]:
    """Return the rules of a style block, of which only what has no inline form stays in the page."""
    sheet = split(block.text or "")
    parent = block.getparent()
    if sheet.later:
        block.text = "\n".join(sheet.later)
        block.set("data-premailer", "ignore")
    elif parent is not None:
        parent.remove(block)
    return sheet.rules


def _spoken_of(
    root: etree._Element, rules: Sequence[StyleRule]
) -> Mapping[etree._Element, set[int]]:
    """Return the elements that rules speak of, with the numbers of these."""
    found: dict[etree._Element, set[int]] = {}
    plain = "".join(f"{r.selector}{{r{n}:1}}" for n, r in enumerate(rules) if r.is_plain)
    _premailer(root, plain)
    for element in root.iter(etree.Element):
        if marks := element.attrib.pop("style", None):
            found[element] = {int(number) for number in _MARK.findall(marks)}
    for number, rule in enumerate(rules):
        if not rule.is_plain:
            for element in _path(rule.selector)(root):
                found.setdefault(element, set()).add(number)
    return found


def _premailer(root: etree._Element, css: str) -> None:
    """Let premailer inline a stylesheet into a tree.

    Basic attributes stay as the template writes them: premailer would turn a width of 100% into
    width="100%" over an explicit number, which Outlook needs.
    """
    if not css:
        return
    block = etree.Element("style")
    block.text = css
    root.append(block)
    with _lock:
        # slow to import, and only printing needs them
        import cssutils  # noqa: PLC0415
        from premailer import Premailer  # noqa: PLC0415

        cssutils.log.setLevel(logging.CRITICAL)  # the lint says what is wrong with a stylesheet

        Premailer(
            root,
            allow_network=False,
            allow_loading_external_files=False,
            disable_validation=True,
            disable_leftover_css=True,
            keep_style_tags=False,
            exclude_pseudoclasses=True,
            remove_classes=False,
            align_floating_images=False,
            cache_css_parsing=True,
            preserve_handlebar_syntax=False,
            disable_basic_attributes=["width", "height", "align", "valign", "bgcolor"],
        ).transform()


@lru_cache(maxsize=256)
def _path(selector: str) -> etree.XPath:
    return etree.XPath(HTMLTranslator().css_to_xpath(selector))


_Ranked = tuple[tuple[bool, bool, Specificity, int], tuple[str, str]]


def _settled(rules: Sequence[tuple[int, StyleRule]], own: str) -> str:
    """Return the style that rules and an element's own style come to, what wins standing last."""
    ranked: list[_Ranked] = [
        ((important, False, rule.specificity, number), (name, said))
        for number, rule in rules
        for name, said, important in rule.declarations
    ]
    mine, errors = own_style(own)
    ranked += [((important, True, (0, 0, 0), 0), (name, said)) for name, said, important in mine]
    ranked.sort(key=lambda each: each[0])  # and as they are written, within a rule
    settled: list[tuple[tuple[bool, bool, Specificity, int], str, str]] = []
    for rank, (name, said) in ranked:
        functions = {function.lower() for function in _FUNCTION.findall(said)}
        # of any other, what does not know it falls back on what was said before
        if functions <= {"url", "rgb"}:
            settled = [one for one in settled if one[1] != name or one[0] == rank]
        settled.append((rank, name, said))
    # what is said twice counts where it is said last
    written = dict.fromkeys(f"{name}:{said}" for _, name, said in reversed(settled))
    return ";".join((*reversed(written), *errors))


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """A dressed page in pieces, where words and blocks go with their numbers; a block with its place."""

    pieces: tuple[str, ...]
    words: tuple[tuple[int, int], ...]
    blocks: tuple[tuple[int, int, _Dress], ...]


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
            if (spliced := self._spliced(page)) is not None:
                return spliced
            if self._learns(page):
                return self._dressed(
                    page, {n for n, b in enumerate(page.blocks) if b not in self._kept}
                )
        except _Unlearned:
            pass
        finished = premail(page.html)
        if self._learns(page):
            # a page whose shape premailer changed is right, but teaches nothing
            with suppress(ValueError):
                self._learn(_bare(page.html), _parse(finished), self._learned)
        root = _parse(finished)
        for element in root.iter(etree.Element):
            _set(element, "class", self._classes(element))
        return _serialised(root, finished)

    def _learns(self, page: Page) -> bool:
        """Tell whether tags, classes, ids and own styles decide how the page's elements look."""
        return self.sheet.is_plain and sum(map(bool, _STYLE.findall(page.frame))) <= 1

    def _forget(self) -> None:
        self._learned = _Dress()
        self._kept: dict[str, dict[_Dress, str]] = {}  # blocks as they came out, by place
        self._frames: dict[str, _Frame | None] = {}
        self._size = 0

    def _spliced(self, page: Page) -> str | None:
        """Return a page of a frame that is known, of blocks that are; None where one of them is not."""
        frame = self._unread(page.frame)
        words: list[str] = []

        def out(found: re.Match[str]) -> str:
            words.append(found[0])
            return _WORDS

        shape = _RUN.sub(out, frame)
        if shape not in self._frames:
            self._frames[shape] = self._frame(page, frame)
            self._size += 1
        known = self._frames[shape]
        if known is None:
            return None
        pieces = list(known.pieces)
        for at, number in known.words:
            pieces[at] = words[number]
        for at, number, place in known.blocks:
            block = self._kept.get(page.blocks[number], {}).get(place)
            if block is None:
                return None
            pieces[at] = block
        return "".join(pieces)

    def _frame(self, page: Page, frame: str) -> _Frame | None:
        """Dress a page without its words and blocks; None where they do not come out as they went in."""
        count = iter(range(len(frame)))
        emptied = Page(_RUN.sub(lambda _: f"{_WORDS}{next(count)}{_WORDS}", frame))
        if not self._learns(emptied):
            return None
        root, places = _bare(emptied.frame), dict[int, _Dress]()
        _wear(root, self._learned, places)
        pieces = _GAP.split(_serialised(root, emptied.frame))  # what stands, words, block, …
        words = tuple((n, int(pieces[n])) for n in range(1, len(pieces), 3) if pieces[n])
        blocks = tuple((n, int(pieces[n])) for n in range(2, len(pieces), 3) if pieces[n])
        whole = sorted(number for _, number in words) == list(range(next(count)))
        if not whole or sorted(number for _, number in blocks) != sorted(places):
            return None
        if len(blocks) != len(page.blocks):
            return None
        return _Frame(
            pieces=tuple(each if n % 3 == 0 else "" for n, each in enumerate(pieces)),
            words=words,
            blocks=tuple((n, number, places[number]) for n, number in blocks),
        )

    def _unread(self, html: str) -> str:
        """Return a page without the styles that are inlined: they need not be read."""
        return html.replace(f"<style>{self.sheet.inlined}</style>", "", 1)

    def _dressed(self, page: Page, shown: AbstractSet[int]) -> str:
        """Dress a page of which some blocks are shown, and every other that no page had there."""
        html = self._unread(page.showing(shown))
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

    def _classes(self, element: etree._Element) -> str | None:
        worn = (element.get("class") or "").split()
        return " ".join(c for c in worn if c in self._hooks) or None

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
            dress = known.inner.get(_signature(child))
            if dress is None:
                raise _Unlearned
            if dress.style is not None:
                child.set("style", dress.style)
            _set(child, "class", dress.classes)
            _wear(child, dress, places)
        elif found := _NUMBER.fullmatch(child.text or ""):
            begun = int(found[1])
        elif child.text == _END and begun is not None:
            places[begun] = known


def _signature(element: etree._Element) -> Signature:
    return element.tag, element.get("class"), element.get("id"), element.get("style")


def _children(element: etree._Element) -> list[etree._Element]:
    return [child for child in element if isinstance(child.tag, str)]


def _set(element: etree._Element, name: str, value: str | None) -> None:
    if value is not None:
        element.set(name, value)
    else:
        element.attrib.pop(name, None)


@lru_cache(maxsize=512)
def own_style(style: str) -> tuple[tuple[tuple[str, str, bool], ...], tuple[str, ...]]:
    """Return what a style attribute declares, and what of it cannot be read, as it is written."""
    nodes = tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True)
    declared = [node for node in nodes if isinstance(node, Declaration)]
    if len(declared) < len(nodes):
        return (), (style.strip().rstrip(";"),)
    return tuple((n.name, value(n.value), n.important) for n in declared), ()


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
