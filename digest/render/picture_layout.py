"""Pictures as they are printed: their address or cid, and their size within a box."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from digest.model import Image, Picture
from digest.render import clean
from digest.render.render_context import RenderContext

LOGO_BOX = (160, 44)
_SMALLEST = 3  # at most this wide or high is a tracking pixel
_FILLS_A_PHONE = 320
_UNSEEN = (".svg", ".svgz")  # what no mail program draws


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A picture as it is printed: its address or cid, and its size in CSS pixels where known.

    It is `wide` where it may fill a phone's width without growing blurred or very high, and `tall`
    where it is higher than wide.
    """

    src: str
    alt: str
    width: int
    height: int | None = None
    wide: bool = False

    @property
    def tall(self) -> bool:
        """Tell whether it is higher than wide."""
        return self.height is not None and self.height > self.width


def shown(
    image: Image | None, picture: Picture | None, box: tuple[int, int], *, attached: bool
) -> Shown | None:
    """Return a picture within a box; one that travels with the email is shown where its bytes are there."""
    if image is None:
        return None
    if attached:
        return _attached(picture, image.alt, box) if picture else None
    width, height = (picture.width, picture.height) if picture else (image.width, image.height)
    src = clean.address(image.url)
    if src and urlsplit(src).path.lower().endswith(_UNSEEN):
        return None
    return _sized(src, image.alt, width, height, box) if src else None


def _attached(picture: Picture, alt: str | None, box: tuple[int, int]) -> Shown | None:
    return _sized(f"cid:{picture.name}", alt, picture.width, picture.height, box)


def _sized(
    src: str, alt: str | None, width: int | None, height: int | None, box: tuple[int, int]
) -> Shown | None:
    said = clean.line(alt or "")
    if not width or not height:
        return Shown(src=src, alt=said, width=box[0])
    if min(width, height) < _SMALLEST:
        return None
    size = fitted(width, height, box)
    wide = width >= _FILLS_A_PHONE and width >= height
    return Shown(src=src, alt=said, width=size[0], height=size[1], wide=wide)


def fitted(width: int, height: int, box: tuple[int, int]) -> tuple[int, int]:
    """Return the largest size of the same shape that fits the box and is no larger than itself."""
    scale = min(1.0, box[0] / width, box[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def logo(frame: RenderContext) -> Shown | None:
    """Return the publication's logo."""
    name = frame.publication.name
    if isinstance(frame.logo, Picture):
        if frame.newsletter.images == "attach" or not frame.logo.url.startswith("http"):
            return _attached(frame.logo, name, LOGO_BOX)
        src, size = frame.logo.url, (frame.logo.width, frame.logo.height)
        return _sized(src, name, *size, LOGO_BOX)
    src_ = clean.address(frame.logo)
    return Shown(src=src_, alt=clean.line(name), width=LOGO_BOX[0]) if src_ else None
