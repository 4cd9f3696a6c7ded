"""Colours: contrast after WCAG 2.2, and a palette, light and dark, from one brand colour."""

from __future__ import annotations

from colorsys import hls_to_rgb, rgb_to_hls
from dataclasses import dataclass
from functools import lru_cache

from tinycss2.color3 import RGBA, parse_color

from digest.errors import DigestError

AA = 4.5
_STEPS = 100

Rgb = tuple[float, float, float]


@lru_cache(maxsize=1024)
def rgb(colour: str) -> Rgb | None:
    """Return a CSS colour as red, green, blue from 0 to 1; None where it is none or see-through."""
    parsed = _parsed(colour)
    if parsed is None or parsed.alpha < 1:
        return None
    return parsed.red, parsed.green, parsed.blue


def _parsed(colour: str) -> RGBA | None:
    try:
        found = parse_color(colour)
    except (ValueError, OverflowError, RecursionError):  # numbers and brackets without end
        return None
    return found if isinstance(found, RGBA) else None


@lru_cache(maxsize=1024)
def laid_over(colour: str, below: Rgb) -> Rgb | None:
    """Return a CSS colour as it is seen over another; None where it is none, or leaves it as it is."""
    parsed = _parsed(colour)
    if parsed is None or not parsed.alpha:
        return None
    red, green, blue = (
        a * parsed.alpha + b * (1 - parsed.alpha) for a, b in zip(parsed[:3], below, strict=True)
    )
    return red, green, blue


_LINEAR = 0.04045  # up to here sRGB is a straight line


def luminance(colour: Rgb) -> float:
    """Return the relative luminance, 0 black to 1 white (WCAG 2.2)."""
    linear = [c / 12.92 if c <= _LINEAR else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Rgb, other: Rgb) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def legible(colour: str, paper: str, ratio: float = AA) -> str:
    """Return the colour, made darker or lighter until it can be read on the paper."""
    ink, ground = _sure(colour), _sure(paper)
    hue, lightness, saturation = rgb_to_hls(*ink)
    goal = 0.0 if luminance(ground) > 0.18 else 1.0  # noqa: PLR2004 - where black and white tie
    for step in range(_STEPS + 1):
        moved = lightness + (goal - lightness) * step / _STEPS
        candidate = hls_to_rgb(hue, moved, saturation)
        # as it will be written: rounding may cost the last hundredth
        if contrast(_sure(written(candidate)), ground) >= ratio:
            return written(candidate)
    return written((goal, goal, goal))


def inverted(colour: Rgb) -> Rgb:
    """Return what a mail program that inverts makes of a colour: same hue, opposite lightness."""
    hue, lightness, saturation = rgb_to_hls(*colour)
    return hls_to_rgb(hue, 1 - lightness, saturation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The colours of a page: its ground, the paper on it, a tint for what stands out, and inks."""

    ground: str
    tint: str
    paper: str
    ink: str
    quiet: str
    rule: str
    accent: str
    on_accent: str


@lru_cache
def light(brand: str) -> Palette:
    """Return the palette of ink on paper; the accent is the brand's where that can be read."""
    accent = legible(brand, "#f2f1ed")
    return Palette(
        ground="#f2f1ed",
        tint="#f2f1ed",
        paper="#ffffff",
        ink="#1b1b1a",
        quiet="#5b5a56",
        rule="#dddbd4",
        accent=accent,
        on_accent=legible("#ffffff", accent),
    )


@lru_cache
def dark(brand: str) -> Palette:
    """Return the palette of light on dark; the accent is the brand's, lightened."""
    accent = legible(brand, "#2a2c2f", 5)
    return Palette(
        ground="#101112",
        tint="#2a2c2f",
        paper="#1b1c1e",
        ink="#ededea",
        quiet="#b0afa9",
        rule="#3a3b3e",
        accent=accent,
        on_accent=legible("#111111", accent),
    )


def _sure(colour: str) -> Rgb:
    known = rgb(colour)
    if known is None:
        raise DigestError(f"brand.colour: {colour!r} is no colour that can be printed")
    return known


def written(colour: Rgb) -> str:
    """Return a colour as #rrggbb."""
    return "#" + "".join(f"{round(c * 255):02x}" for c in colour)
