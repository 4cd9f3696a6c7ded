"""Check pictures: what is said instead of them, their addresses, sizes and weights."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from lxml.html import HtmlElement

from digest.findings import Finding, Where
from digest.lint_rules.of_parts import (
    ALT_ATTRIBUTE,
    ALT_FILE_NAME,
    ALT_LINKED,
    ALT_LONG,
    ALT_MISSING,
    IMAGE_ADDRESS,
    IMAGE_BLURRED,
    IMAGE_HEIGHT,
    IMAGE_INSECURE,
    IMAGE_ONLY,
    IMAGE_OVERSIZE,
    IMAGE_SOFT,
    IMAGE_WIDTH,
    PICTURE_HEAVY,
    PICTURES_HEAVY,
    TRACKING_PIXEL,
)
from digest.render.checks.lint_context import LintContext, at, parts_of, pixels

_LONGEST_ALT = 125
_WIDEST = 640
_HIGHEST = 1728  # Word cuts a picture off at 18 inches
_HEAVY, _HEAVIEST = 1 << 20, 2 << 20
_SHARP, _COARSE = 1.5, 3  # own pixels to one that is shown: from sharp to for nothing
_LARGE, _WASTE = 300, 200 << 10  # below: pixels wide that nobody sees soft, bytes that nobody feels
_TEXT_EACH = 250  # letters
_DOT = ("0", "1", "2")  # pixels
_FILE = re.compile(r"^\S+\.(?:png|jpe?g|gif|webp|svg)$", re.IGNORECASE)
_LOCAL = re.compile(r"^(?:localhost|127\.|0\.0\.0\.0|\[::1\])")


def images(proof: LintContext) -> Iterator[Finding]:
    """Check every picture on the page."""
    checks: tuple[Callable[[LintContext, HtmlElement], Iterable[Finding]], ...] = (
        _alt,
        _source,
        _size,
        _resolution,
    )
    for image in proof.elements("img"):
        for check in checks:
            yield from check(proof, image)


def pictures(proof: LintContext) -> Iterator[Finding]:
    """Check the articles' pictures, and the weight of those that travel with the email."""
    for article in proof.edition.articles:
        if article.image and article.image.url and article.image.alt is None:
            said = f"the picture of “{article.title}” has no description; write one"
            yield ALT_MISSING.found(said, Where(article=article.id))
    attached = [p for p in proof.frame.attached if p.name in proof.message.pictures]
    for picture in attached:
        if len(picture.data) > _HEAVY:
            yield PICTURE_HEAVY.found(f"{picture.url} has more than 1 MB; make it smaller")
    if sum(len(p.data) for p in attached) > _HEAVIEST:
        yield PICTURES_HEAVY.found("the pictures have more than 2 MB together; link them")


def text_beside(proof: LintContext) -> Iterator[Finding]:
    """Check that a page with large pictures says something without them."""
    text = sum(map(len, proof.words))
    widths = (pixels(image.get("width") or "") for image in proof.elements("img"))
    large = sum(not 0 < width < _LARGE for width in widths)  # as one that states no width may be
    if text < large * _TEXT_EACH:
        way = "filters distrust a page of pictures, and many readers see none"
        yield IMAGE_ONLY.found(f"{text} letters beside {large} large pictures; {way}")


def _alt(_: LintContext, image: HtmlElement) -> Iterator[Finding]:
    alt = image.get("alt")
    link = image.getparent()
    if alt is None:
        yield ALT_ATTRIBUTE.found('a picture has no alt; alt="" is for ornament', at(image))
    elif not alt and link is not None and link.tag == "a" and not link.text_content().strip():
        yield ALT_LINKED.found("a linked picture has no description; say where it leads", at(image))
    elif _FILE.match(alt):
        yield ALT_FILE_NAME.found(f"{alt} is a file's name; say what it shows", at(image))
    elif len(alt) > _LONGEST_ALT:
        yield ALT_LONG.found(f"{len(alt)} characters; shorten it to 125", at(image))


def _source(proof: LintContext, image: HtmlElement) -> Iterator[Finding]:
    src = image.get("src") or ""
    parts = parts_of(src)
    if parts.scheme == "cid":
        if parts.path not in proof.message.pictures:
            yield IMAGE_ADDRESS.found(
                f"{src} is not attached; give its picture, or link it", at(image)
            )
    elif parts.scheme not in ("http", "https") or _LOCAL.match(parts.netloc):
        yield IMAGE_ADDRESS.found(
            f"{src[:60]!r} shows nothing in an inbox; write its https address", at(image)
        )
    elif parts.scheme == "http":
        yield IMAGE_INSECURE.found(
            f"{src} is not https, and some clients hide it; use https", at(image)
        )


def _size(_: LintContext, image: HtmlElement) -> Iterator[Finding]:
    width, height = image.get("width") or "", image.get("height") or ""
    if width in _DOT and height in _DOT:
        yield TRACKING_PIXEL.found("a picture of no size counts readers; take it out", at(image))
    elif not width:
        said = "a picture states no width, and Outlook shows it in its own size; write one"
        yield IMAGE_WIDTH.found(said, at(image))
    elif not 0 < pixels(width) <= _WIDEST:
        way = "write a whole number of at most 640"
        yield IMAGE_WIDTH.found(f"Outlook does not size a width of {width!r}; {way}", at(image))
    elif height and height != "auto" and not 0 < pixels(height) <= _HIGHEST:
        way = "write a whole number of at most 1728"
        yield IMAGE_HEIGHT.found(f"Outlook does not show a height of {height!r}; {way}", at(image))


def _resolution(proof: LintContext, image: HtmlElement) -> Iterator[Finding]:
    """Compare a picture's own width with the one it is shown at, where its bytes are at hand."""
    src = image.get("src") or ""
    known = {f"cid:{p.name}": p for p in proof.frame.attached}
    picture, width = known.get(src) or proof.frame.pictures.get(src), image.get("width") or ""
    if picture is None or not pixels(width):
        return
    times, sharp = (
        picture.width / pixels(width),
        f"give one {round(pixels(width) * _SHARP)} px wide",
    )
    if times < 1:
        said = f"shown {width} wide, but it has {picture.width}; show it smaller"
        yield IMAGE_BLURRED.found(said, at(image))
    elif times < _SHARP and pixels(width) >= _LARGE:
        said = f"it has {picture.width} px for {width}, and fine screens show it soft; {sharp}"
        yield IMAGE_SOFT.found(said, at(image))
    elif times > _COARSE and len(picture.data) > _WASTE:
        said = f"it has {picture.width} px for {width}, and {len(picture.data) >> 10} KB; {sharp}"
        yield IMAGE_OVERSIZE.found(said, at(image))
