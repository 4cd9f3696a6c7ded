"""Draw every picture of the example: SVG scenes, rasterised by a headless Chromium.

    python tools/draw_examples.py [NAME ...]

Writes examples/images/NAME.jpg (quality 82 or a little less, below 90 KB) and
logo.png. Needs Pillow and a Chromium on the PATH. A scene is a function on a
`Picture`, which collects SVG; everything random is seeded by the picture's name,
so a picture changes only when its scene does. Figures have no faces: they stand
for people of a university that does not exist.
"""

# ruff: noqa: PLR2004, PLR0917, PLR0915 - a drawing is made of coordinates
from __future__ import annotations

import io
import math
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from PIL import Image

# One shape, one line: the formatter would triple the length.
# fmt: off

IMAGES = Path(__file__).resolve().parent.parent / "examples" / "images"
LIMIT = 90_000  # bytes a picture may have

INK, NAVY, BLUE, SEA, MIST = "#0f1f38", "#1a3760", "#2b5f9e", "#2f7f86", "#a9c9c4"
SAND, OCHRE, CORAL, RUST, PLUM = "#f3e4c6", "#e6a83f", "#e26a4c", "#a8432f", "#4a2a4a"
SKINS = ("#edc09a", "#c68a60", "#8d5b3d", "#5d3a28")

Point = tuple[float, float]


class Picture:
    """Collect the shapes of one SVG, back to front."""

    def __init__(self, name: str, width: int, height: int) -> None:
        """Start an empty canvas of width by height pixels."""
        self.w, self.h = width, height
        self.random = random.Random(name)  # noqa: S311  no secret depends on it
        self._defs: list[str] = []
        self._parts: list[str] = []

    def add(self, tag: str, **attributes: object) -> None:
        """Add an element; `stroke_width` becomes `stroke-width`."""
        self._parts.append(f"<{tag}{_spell(attributes)}/>")

    def text(self, words: str, **attributes: object) -> None:
        """Add words."""
        self._parts.append(f"<text{_spell(attributes)}>{words}</text>")

    def rect(self, x: float, y: float, w: float, h: float, fill: str, **more: object) -> None:
        """Add a rectangle."""
        self.add("rect", x=x, y=y, width=w, height=h, fill=fill, **more)

    def disc(self, x: float, y: float, r: float, fill: str, **more: object) -> None:
        """Add a circle, or with `ry` an ellipse."""
        self.add("ellipse", cx=x, cy=y, fill=fill, **{"rx": r, "ry": r} | more)

    def path(self, d: str, fill: str = "none", **more: object) -> None:
        """Add a path."""
        self.add("path", d=d, fill=fill, **more)

    def poly(self, points: Sequence[Point], fill: str, **more: object) -> None:
        """Add a closed polygon."""
        self.path("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z", fill, **more)

    def line(self, points: Sequence[Point], stroke: str, width: float, **more: object) -> None:
        """Add an open line with round ends."""
        d = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        self.path(d, "none", stroke=stroke, stroke_width=width, stroke_linecap="round", stroke_linejoin="round", **more)

    def open(self, **attributes: object) -> None:
        """Open a group, until `close`."""
        self._parts.append(f"<g{_spell(attributes)}>")

    def close(self) -> None:
        """Close the innermost group."""
        self._parts.append("</g>")

    def fade(self, *stops: str, to: Point = (0, 1), radial: bool = False) -> str:
        """Return a gradient fill through colours, evenly; "#rrggbb/0.4" has an opacity."""
        name = f"g{len(self._defs)}"
        kind = "radialGradient" if radial else "linearGradient"
        ends = "" if radial else f'x1="0" y1="0" x2="{to[0]}" y2="{to[1]}"'
        marks = ""
        for index, stop in enumerate(stops):
            colour, _, opacity = stop.partition("/")
            at = index / (len(stops) - 1)
            marks += f'<stop offset="{at}" stop-color="{colour}" stop-opacity="{opacity or 1}"/>'
        self._defs.append(f'<{kind} id="{name}" {ends}>{marks}</{kind}>')
        return f"url(#{name})"

    def spray(self, colour: str, scale: float = 0.75) -> str:
        """Return a filter that turns a shape's opacity into sprayed grains of a colour."""
        name = f"f{len(self._defs)}"
        self._defs.append(
            f'<filter id="{name}" filterUnits="userSpaceOnUse" x="-50" y="-50" width="{self.w + 100}"'
            f' height="{self.h + 100}" color-interpolation-filters="sRGB">'
            f'<feTurbulence type="fractalNoise" baseFrequency="{scale}" numOctaves="2" seed="7"/>'
            '<feColorMatrix values="0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 3 0 0 0 -1" result="n"/>'
            '<feComposite in="SourceAlpha" in2="n" operator="arithmetic" k2="1" k3="1" k4="-1"/>'
            '<feComponentTransfer result="m"><feFuncA type="linear" slope="4"/></feComponentTransfer>'
            f'<feFlood flood-color="{colour}"/><feComposite in2="m" operator="in"/></filter>'
        )
        return f"url(#{name})"

    def shade(self, d: str, colour: str, *, to: Point = (0, 1), strength: float = 0.7) -> None:
        """Spray grain over a path, from nothing to `strength` in the direction `to`."""
        fill = self.fade("#000/0", f"#000/{strength * 0.62:.2f}", to=to)
        self._parts.append(f'<g filter="{self.spray(colour)}"><path d="{d}" fill="{fill}"/></g>')

    def glow(self, x: float, y: float, r: float, colour: str, opacity: float = 0.8) -> None:
        """Add a soft round light."""
        self.disc(x, y, r, self.fade(f"{colour}/{opacity}", f"{colour}/{opacity * 0.35}", f"{colour}/0", radial=True))

    def svg(self) -> str:
        """Return the document."""
        return f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.w}" height="{self.h}" viewBox="0 0 {self.w} {self.h}"><defs>{"".join(self._defs)}</defs>{"".join(self._parts)}</svg>'


def _spell(attributes: Mapping[str, object]) -> str:
    return "".join(f' {key.replace("_", "-")}="{value}"' for key, value in attributes.items())


# --- shapes that several scenes share -------------------------------------------------


def box(x: float, y: float, w: float, h: float) -> str:
    """Return a rectangle as a path."""
    return f"M{x} {y}h{w}v{h}h{-w}Z"


def wave(p: Picture, y: float, height: float, length: float, phase: float = 0) -> str:
    """Return a path: the water below a gentle wave line at y."""
    steps = [(x, y + height * math.sin(x / length + phase)) for x in range(-20, p.w + 40, 20)]
    return "M" + "L".join(f"{x} {v:.1f}" for x, v in steps) + f"L{p.w + 40} {p.h}L-20 {p.h}Z"


def glints(p: Picture, x: float, top: float, bottom: float, spread: float, colour: str, count: int) -> None:
    """Lay light on water: short horizontal strokes that widen towards the viewer."""
    for _ in range(count):
        t = p.random.random()
        half = (10 + 50 * t) * p.random.uniform(0.4, 1.2)
        cx = x + p.random.gauss(0, 1) * spread * (0.35 + t)
        y = top + (bottom - top) * t
        p.line([(cx - half, y), (cx + half, y)], colour, 1.5 + 4 * t, opacity=round(p.random.uniform(0.25, 0.8), 2))


def crane(p: Picture, x: float, base: float, s: float, colour: str) -> None:
    """Draw a ship-to-shore gantry crane, 230 s high, its boom to the right."""
    p.open(transform=f"translate({x} {base}) scale({s})", stroke=colour, fill="none", stroke_linecap="square")
    p.path("M0 0L8 -150M76 0L70 -150M3 -62H73M5 -100L72 -62M-4 0H84", stroke_width=9)
    p.path("M-70 -150H250", stroke_width=13)
    p.path("M8 -150L58 -235L70 -150M58 -235L-66 -154M58 -235L150 -152M58 -235L246 -154", stroke_width=4.5)
    p.path("M168 -144V-72", stroke_width=2.5)
    p.rect(-62, -178, 46, 26, colour)
    p.rect(150, -144, 34, 16, colour)
    p.close()


def gull(p: Picture, x: float, y: float, s: float, colour: str) -> None:
    """Draw a distant gull."""
    p.path(f"M{x - 16 * s} {y - 4 * s}q{9 * s} {-7 * s} {16 * s} {4 * s}q{7 * s} {-11 * s} {17 * s} {-5 * s}", stroke=colour, stroke_width=2.6 * s, stroke_linecap="round")


def figure(p: Picture, x: float, foot: float, h: float, coat: str, skin: str, hair: str, *, legs: str = INK, arm: Sequence[Point] = ((0.125, -0.62), (0.12, -0.47)), away: bool = False) -> None:
    """Draw a standing person of height h; arm: elbow and hand in heights from the foot; away: seen from behind."""
    p.open(transform=f"translate({x} {foot}) scale({h})")
    p.line([(-0.088, -0.76), (-0.122, -0.61), (-0.112, -0.465)], coat, 0.05)
    p.disc(-0.112, -0.45, 0.024, skin)
    p.path("M-.09 -.45H.003L-.014 -.23L-.022 -.01H-.068L-.078 -.23ZM.005 -.45H.092L.094 -.22L.098 -.01H.052L.036 -.22Z", legs)
    p.path("M-.07 -.014H-.022Q-.012 .004 0 .01V.016H-.07ZM.05 -.014H.098Q.108 .004 .122 .01V.016H.05Z", "#0a1322")
    p.rect(-0.026, -0.88, 0.052, 0.08, skin)
    p.path("M-.10 -.40C-.088 -.55 -.122 -.66 -.112 -.755C-.105 -.815 -.06 -.815 0 -.82S.105 -.815 .112 -.755C.122 -.66 .088 -.55 .10 -.40Q0 -.375 -.10 -.40Z", coat)
    p.path("M.03 -.818C.105 -.815 .108 -.79 .112 -.755C.122 -.66 .088 -.55 .10 -.40Q.07 -.385 .04 -.384C.07 -.55 .07 -.7 .03 -.818Z", INK, opacity=0.2)
    p.disc(0, -0.925, 0.056, skin, ry=0.066)
    if away:
        p.path("M-.062 -.90C-.075 -1.0 -.03 -1.01 0 -1.01S.075 -1.0 .062 -.90C.055 -.87 .03 -.868 0 -.868S-.055 -.87 -.062 -.90Z", hair)
    else:
        p.path("M-.062 -.90C-.078 -1.0 -.03 -1.012 .01 -1.006C.055 -1.0 .07 -.965 .058 -.935C.02 -.94 -.01 -.95 -.022 -.965C-.03 -.93 -.04 -.91 -.062 -.90Z", hair)
    (ex, ey), (hx, hy) = arm
    p.line([(0.086, -0.765), (ex, ey), (hx, hy)], coat, 0.05)
    p.disc(hx + 0.1 * (hx - ex), hy + 0.1 * (hy - ey), 0.024, skin)
    p.close()


def back(p: Picture, x: float, y: float, s: float, coat: str, hair: str) -> None:
    """Draw somebody seated, from behind: shoulders and a head 2 s wide, the shoulders' top at y."""
    p.path(f"M{x - 2.1 * s} {y + 3.2 * s}C{x - 2.1 * s} {y + 0.5 * s} {x - 1.2 * s} {y} {x} {y}S{x + 2.1 * s} {y + 0.5 * s} {x + 2.1 * s} {y + 3.2 * s}Z", coat)
    p.disc(x, y - 0.85 * s, 0.92 * s, hair, ry=1.12 * s)


PROFILE = (
    "M58 300C62 235 60 206 46 184C12 146 12 66 60 32C100 6 150 14 164 54C169 70 166 84 170 96C175 109 190 122 191 130"
    "C192 137 184 139 178 140L180 149C184 153 184 158 178 161C183 164 183 169 177 172C175 179 180 187 173 196"
    "C166 206 146 207 134 203C126 218 128 250 140 300Z"
)
HAIR = {
    "crop": "M44 176C6 140 8 60 58 26C100 -2 152 8 166 48C150 66 128 62 112 76C104 92 100 104 98 118C90 112 80 118 82 130C84 140 76 160 44 176Z",
    "bun": "M44 178C6 140 8 60 58 26C100 -2 150 8 165 46C146 76 116 74 100 96C92 120 82 150 44 178ZM34 96C-8 110 -34 76 -18 44C0 16 44 22 52 54Z",
    "bob": "M30 214C-6 150 4 58 58 26C100 -2 152 8 166 50C146 74 128 72 118 100C112 130 116 170 104 214C80 226 50 226 30 214Z",
    "veil": "M20 310C-14 200 -8 62 56 24C104 -8 158 6 168 52C146 64 132 92 134 130C136 164 142 190 140 204C132 232 150 262 176 310Z",
}


def profile(p: Picture, x: float, y: float, s: float, *, skin: str, hair: str, style: str, coat: str, flip: bool = False) -> None:
    """Draw a head in profile with shoulders; flip: looks left."""
    p.open(transform=f"translate({x} {y}) scale({-s if flip else s} {s})")
    p.path(PROFILE, skin)
    p.shade("M100 205C120 207 126 210 134 203C126 218 128 250 140 300H58C60 260 64 230 60 206Z", INK, to=(-1, 0.2), strength=0.55)
    p.path("M-78 560V450C-74 330 -20 292 56 276C72 300 118 300 138 276C196 292 232 336 240 450V560Z", coat)
    p.shade("M-78 560V450C-74 330 -20 292 56 276C72 300 118 300 138 276C196 292 232 336 240 450V560Z", INK, to=(-0.6, 1), strength=0.4)
    p.path(HAIR[style], hair)
    p.close()


# --- scenes ---------------------------------------------------------------------------


def harbour_dusk(p: Picture) -> None:
    """Draw cranes and a ship against a low sun, in a wide strip."""
    horizon = 350
    p.rect(0, 0, p.w, horizon, p.fade("#1d2c54", "#54406b", "#c2675f", "#efa968", "#f6cf8d"))
    p.glow(1060, 318, 330, "#ffe3a3", 0.75)
    p.disc(1060, 318, 62, "#fff0c4")
    for y, w in ((150, 520), (196, 340), (96, 260)):
        p.rect(300 + w * 0.3, y, w, 9, "#f3b98a", opacity=0.28, rx=5)
    p.path("M0 350V300L90 292L190 268L300 286L420 262L560 290L700 276L860 300L1010 292L1180 304L1330 280L1480 296L1600 284V350Z", "#8a5468", opacity=0.75)
    for x, w, h in ((20, 40, 78), (66, 26, 52), (96, 54, 96), (156, 34, 66), (1420, 46, 70), (1472, 30, 104), (1508, 58, 60), (1570, 30, 84)):
        p.rect(x, horizon - h, w, h, "#5a3c5f")
    p.poly([(118, 254), (123, 196), (128, 254)], "#5a3c5f")
    for x, s in ((300, 0.62), (452, 0.62)):
        crane(p, x, horizon, s, "#6b4464")
    for x, s in ((640, 1.12), (1196, 0.95)):
        crane(p, x, horizon + 4, s, "#33284f")
    p.path("M820 352L802 306H1180L1150 352Z", "#241f43")
    for i in range(13):
        for k in range(p.random.choice((1, 2, 3))):
            p.rect(838 + i * 22, 286 - k * 20, 20, 18, (CORAL, "#7c3f57", "#3d3960", "#c98f57")[p.random.randrange(4)])
    p.path("M1128 306V232H1160V306Z", "#3a3158")
    p.rect(1134, 240, 20, 7, "#ffd98a")
    p.rect(0, horizon, p.w, 150, p.fade("#e2a072", "#8f5a70", "#333a66", INK))
    glints(p, 1060, horizon + 4, p.h, 85, "#ffe2a8", 70)
    for x in (640, 1196, 300, 452, 830):
        glints(p, x + 50, horizon + 4, 440, 40, "#2b2750", 14)
    p.path("M0 500V458H150V440H196V458H420L432 500Z", INK)
    p.path("M164 440V408Q164 396 173 396T182 408V440Z", INK)
    p.line([(30, 458), (30, 420), (120, 420), (120, 458)], INK, 5)
    for x, y, s in ((520, 120, 1.1), (566, 150, 0.8), (486, 168, 0.7)):
        gull(p, x, y, s, "#2d2a50")
    p.shade(box(0, 0, p.w, 220), INK, to=(0, -1), strength=0.55)


def quantum_lab(p: Picture) -> None:
    """Draw a cold-atom trap: three pairs of beams meet between two coils."""
    p.rect(0, 0, p.w, p.h, p.fade("#0b1730", "#12305a", "#0d1d3a"))
    cx, cy = 600, 318
    p.glow(cx, cy, 430, "#2f7fb6", 0.5)
    p.poly([(0, 675), (0, 560), (250, 470), (950, 470), (1200, 560), (1200, 675)], p.fade("#1b3f6b", "#0e2141"))
    for row in range(8):
        y = 482 + row * row * 3.4
        for k in range(-14, 15):
            p.disc(600 + k * (27 + row * 4.5), y, 1.4 + row * 0.3, "#081327", ry=0.8 + row * 0.2)
    for dx, dy, colour in ((-430, -130, CORAL), (-430, 130, "#f0b35a"), (0, -340, "#ffd98a")):
        for wide, alpha in ((26, 0.14), (10, 0.35), (3.4, 1)):
            p.path(f"M{cx + dx} {cy + dy}L{cx - dx} {cy - dy if dx else cy + 166}", stroke=colour, stroke_width=wide, opacity=alpha)
    p.rect(cx - 44, cy + 164, 88, 13, p.fade("#eef3ef", "#6f8aa3"), rx=5)
    for side in (-1, 1):
        for n in range(5):
            r = 150 - n * 9
            p.disc(cx + side * (112 + n * 9), cy, r * 0.3, "none", ry=r, stroke=(OCHRE, "#c9803a", RUST, "#8b3a30", "#6a2c33")[n], stroke_width=9)
        p.rect(cx + side * 130 - 13, cy + 148, 26, 110, p.fade("#d9dfe2", "#60758f", "#2a4061", to=(1, 0)))
        p.disc(cx + side * 130, cy + 258, 58, "#0a1629", ry=12, opacity=0.6)
        p.rect(cx + side * 130 - 44, cy + 244, 88, 14, "#8aa0b5", rx=4)
    p.rect(cx - 66, cy - 78, 132, 156, "#9fd4e6", opacity=0.13, rx=12)
    p.rect(cx - 66, cy - 78, 132, 156, "none", stroke="#bfe6ef", stroke_width=2.5, rx=12, opacity=0.75)
    for _ in range(150):
        r = abs(p.random.gauss(0, 22))
        a = p.random.uniform(0, 6.28)
        p.disc(cx + r * math.cos(a), cy + r * 0.8 * math.sin(a), p.random.uniform(1, 2.6), "#fff3cf", opacity=round(p.random.uniform(0.4, 1), 2))
    p.glow(cx, cy, 90, "#fff0c0", 0.95)
    for x in (170, 1030):
        p.rect(x - 8, 150, 16, 400, p.fade("#56718f", "#24405f", to=(1, 0)))
        p.rect(x - 40, 544, 80, 14, "#56718f", rx=4)
    for x, y, tilt in ((170, 188, 17), (1030, 448, 197), (170, 448, -17), (1030, 188, 163)):
        p.open(transform=f"rotate({tilt} {x} {y})")
        p.rect(x - 34, y - 46, 38, 92, p.fade("#203b5d", "#3d5877", to=(1, 0)), rx=8)
        p.rect(x - 4, y - 40, 12, 80, p.fade("#eef3ef", "#8fb0c4"), rx=5)
        p.close()
    p.shade(box(0, 0, p.w, 240), "#050c1c", to=(0, -1), strength=0.7)
    p.shade(box(0, 480, p.w, 195), "#050c1c", strength=0.75)


def eu_quarter(p: Picture) -> None:
    """Draw a curved office front, a row of blue flags and long morning shadows."""
    p.rect(0, 0, p.w, p.h, p.fade("#f5dfb9", "#f3e8d0", "#cfe0da"))
    p.disc(250, 190, 92, "#fbf1d6")
    p.path("M0 500V330L60 318V286H130V330L210 322V270H262V500Z", "#c9c3ac", opacity=0.7)
    top = [(t, 92 + 120 * (1 - (2 * t - 1) ** 2)) for t in [i / 46 for i in range(47)]]
    for (t, y), (t2, y2) in pairwise(top):
        x, x2 = 330 + 900 * t, 330 + 900 * t2
        light = 0.5 + 0.5 * math.cos(3.1 * t)
        tone = (BLUE, "#3b76a8", "#5b97b5", "#86b8c2", "#a8ccc9")[min(4, int(light * 5))]
        p.poly([(x, y), (x2, y2), (x2, 520), (x, 520)], tone)
        p.line([(x, y), (x, 520)], "#e9efe6", 2.2, opacity=0.55)
    for k in range(1, 11):
        f = k / 11
        p.line([(330 + 900 * t, y + (508 - y) * f) for t, y in top], "#f2efe0", 3.2, opacity=0.75)
    edge = "M330 92" + "".join(f"L{330 + 900 * t:.0f} {y:.0f}" for t, y in top) + "V520H330Z"
    p.shade(edge, NAVY, to=(1, 0.1), strength=0.3)
    p.rect(0, 512, p.w, 163, p.fade("#e3cfa6", "#d3b98c"))
    for k in range(9):
        p.line([(600 + (k - 4) * 60, 512), (600 + (k - 4) * 300, 675)], "#c3a878", 2, opacity=0.7)
    for k, x in enumerate(range(96, 700, 88)):
        p.poly([(x, 538), (x + 5, 538), (x + 250, 675), (x + 228, 675)], "#8c7355", opacity=0.35)
        p.line([(x, 540), (x, 118)], "#7a8790", 5)
        p.disc(x, 114, 5, OCHRE)
        sway = 6 * math.sin(k * 1.9)
        p.path(
            f"M{x + 3} 124C{x + 26} {114 + sway} {x + 44} {140 - sway} {x + 74} {128 + sway}V{190 + sway}C{x + 44} {202 - sway} {x + 26} {176 + sway} {x + 3} 186Z",
            p.fade("#123a86", "#1f55ad", "#0f2f70", to=(1, 0)),
        )
        for star in range(12):
            a = star * math.pi / 6
            p.disc(x + 38 + 16 * math.cos(a), 157 + sway * 0.2 + 16 * math.sin(a), 2.3, "#ffd65c")
    people = ((742, 630, 132, CORAL, 1, PLUM), (806, 634, 124, NAVY, 2, INK), (1010, 590, 92, "#3c6a5f", 0, RUST), (184, 600, 104, PLUM, 3, INK), (1046, 592, 90, OCHRE, 3, INK))
    for x, foot, h, coat, skin, hair in people:
        p.poly([(x - 8, foot), (x + 10, foot), (x + h * 1.15, foot + h * 0.42), (x + h * 0.95, foot + h * 0.42)], "#6f5a44", opacity=0.4)
        figure(p, x, foot, h, coat, SKINS[skin], hair, away=h < 120)
    p.shade(box(0, 512, p.w, 163), "#8c6c45", strength=0.32)


def tidal_turbine(p: Picture) -> None:
    """Draw the sea in section: a survey boat above, a twin rotor in the stream below."""
    p.rect(0, 0, p.w, 160, p.fade("#f6dfb4", "#f3eedb"))
    p.disc(930, 92, 44, CORAL)
    p.path("M0 148L130 118L260 136L420 108L560 142L640 150H0Z", "#9bb8ad")
    p.path(wave(p, 150, 5, 46), p.fade("#63b0a8", SEA, "#1d5a76", "#123a5f", INK))
    for x, w in ((150, 120), (420, 90), (700, 150), (980, 110)):
        p.poly([(x, 150), (x + w, 150), (x + w * 1.7 - 160, 675), (x - 190, 675)], p.fade("#d8f0dd/0.22", "#d8f0dd/0"))
    for k in range(22):
        y = 215 + k * 18 + p.random.uniform(-6, 6)
        x = p.random.uniform(-200, 900)
        n = p.random.uniform(180, 460)
        p.path(f"M{x} {y}C{x + n * 0.35} {y - 16} {x + n * 0.65} {y + 16} {x + n} {y}", stroke="#bfe3d6", stroke_width=2, opacity=round(p.random.uniform(0.12, 0.4), 2), stroke_linecap="round")
    p.path("M0 675V604C120 580 220 610 340 596S620 566 760 590S1040 612 1200 578V675Z", "#0d2340")
    p.path("M0 675V640C200 612 420 652 640 630S1000 640 1200 618V675Z", "#081730")
    p.poly([(566, 610), (634, 610), (616, 330), (584, 330)], p.fade("#f0ece0", "#9aa9b0", "#4a6078", to=(1, 0)))
    p.poly([(520, 612), (680, 612), (650, 586), (550, 586)], "#2a4363")
    p.path("M360 352L598 328L840 352L598 366Z", p.fade("#eceadd", "#7f93a2"))
    for hub, turn in ((352, 12), (848, 48)):
        p.disc(hub, 352, 168, "#d8f0dd", opacity=0.08)
        p.disc(hub, 352, 168, "none", stroke="#d8f0dd", stroke_width=1.5, stroke_dasharray="3 12", opacity=0.55)
        for blade in range(3):
            p.open(transform=f"rotate({turn + blade * 120} {hub} 352)")
            p.path(f"M{hub - 9} 352C{hub - 30} 300 {hub - 20} 230 {hub + 6} 186C{hub + 14} 240 {hub + 16} 300 {hub + 11} 352Z", p.fade("#fff6df", "#e8c58a", CORAL, to=(0, -1)))
            p.close()
        p.disc(hub, 352, 24, OCHRE)
        p.disc(hub, 352, 9, INK)
    p.path("M196 132H372L350 164Q346 170 336 170H222Q212 170 208 160Z", INK)
    p.path("M232 132V102H300L316 132ZM250 102V66M250 78L276 102", NAVY, stroke=INK, stroke_width=4)
    p.rect(240, 109, 46, 12, "#ffe2a0")
    p.rect(212, 150, 142, 5, CORAL)
    for _ in range(26):
        x, y = p.random.uniform(930, 1130), p.random.uniform(440, 540)
        p.path(f"M{x} {y}q9 -6 20 0q-11 6 -20 0l-7 -5v10Z", "#f0d9a0", opacity=round(p.random.uniform(0.4, 0.9), 2))
    p.shade(box(0, 420, p.w, 255), "#050e20", strength=0.6)


def lecture_theatre(p: Picture) -> None:
    """Draw an audience from behind, before a bright screen."""
    p.rect(0, 0, p.w, p.h, p.fade("#12233f", "#1e3c5f"))
    p.poly([(0, 0), (250, 70), (250, 430), (0, 560)], "#16304f")
    p.poly([(1200, 0), (950, 70), (950, 430), (1200, 560)], "#122744")
    for k in range(7):
        p.line([(36 * k + 12, 4 + 9 * k), (36 * k + 12, 545 - 16 * k)], "#25496e", 7)
        p.line([(1188 - 36 * k, 4 + 9 * k), (1188 - 36 * k, 545 - 16 * k)], "#1c3a5c", 7)
    p.glow(600, 210, 560, "#f3d9a0", 0.4)
    p.rect(290, 48, 620, 318, p.fade("#fbf3dd", "#f2dcae"))
    p.disc(470, 176, 74, CORAL)
    for k, tone in enumerate((MIST, SEA, "#1f5f78", NAVY)):
        d = f"M290 {222 + 34 * k}" + "".join(f"L{290 + x} {222 + 34 * k - (26 - 4 * k) * math.sin(x / 58 + k * 1.3):.1f}" for x in range(0, 621, 10))
        p.path(d + "V366H290Z", tone)
    p.rect(0, 430, p.w, 245, "#0e1d35")
    p.poly([(250, 430), (950, 430), (1010, 470), (190, 470)], p.fade("#b88a5a", "#7b553c"))
    figure(p, 782, 452, 122, OCHRE, SKINS[2], INK, arm=((0.16, -0.66), (0.24, -0.74)))
    p.poly([(812, 452), (860, 452), (854, 396), (822, 392)], "#5c3b2e")
    coats = (NAVY, "#27557d", SEA, RUST, PLUM, "#31506b", "#7a4a3f", "#20456a")
    hairs = (INK, "#3a2418", "#6a4327", "#14171f", "#94663a", "#25202b", "#b98a55")
    for row in range(4):
        s = 13 + row * 8.5
        y = 470 + row * row * 9 + row * 22
        p.path(f"M-20 {y + 1.6 * s}Q600 {y + 2.9 * s} 1220 {y + 1.6 * s}V675H-20Z", ("#183253", "#132a48", "#0f223c", "#0b192e")[row])
        n = 19 - row * 4
        for k in range(n):
            if p.random.random() < 0.1:
                continue
            x = 600 + (k - (n - 1) / 2) * (1240 / n) + p.random.uniform(-5, 5)
            dip = 1.2 * s * (1 - ((x - 600) / 600) ** 2)
            hair, kind = p.random.choice(hairs), p.random.random()
            back(p, x, y - 0.4 * s + dip, s, p.random.choice(coats), hair)
            if kind < 0.3:
                p.rect(x - 0.92 * s, y - 1.25 * s + dip, 1.84 * s, 1.9 * s, hair, rx=0.5 * s)
            elif kind < 0.45:
                p.disc(x, y - 2.25 * s + dip, 0.5 * s, hair)
            p.path(
                f"M{x - 0.78 * s} {y - 1.84 * s + dip}A{0.92 * s} {1.12 * s} 0 0 1 {x + 0.78 * s} {y - 1.84 * s + dip}",
                stroke="#f7dda3",
                stroke_width=1.4 + row * 0.4,
                opacity=0.5,
                stroke_linecap="round",
            )
        p.path(f"M-20 {y + 1.9 * s}Q600 {y + 3.2 * s} 1220 {y + 1.9 * s}V{y + 2.6 * s}Q600 {y + 3.9 * s} -20 {y + 2.6 * s}Z", ("#8a623f", "#6e4b35", "#50372d", "#352726")[row])
    p.shade(box(0, 430, p.w, 245), "#050c1a", strength=0.45)


def library_night(p: Picture) -> None:
    """Draw a reading room, lit, behind tall windows on a wet quay."""
    p.rect(0, 0, p.w, p.h, p.fade("#0c1733", "#1d2f5b", "#3b3f6d"))
    p.path("M1080 62A44 44 0 1 1 1030 128A38 38 0 0 0 1080 62Z", "#f4ead0")
    for _ in range(60):
        p.disc(p.random.uniform(0, p.w), p.random.uniform(0, 120), p.random.uniform(0.6, 1.6), "#e8e3d0", opacity=0.7)
    p.path("M0 520V300L80 280V240H120V300H190V520ZM1030 520V310H1100V262L1140 250L1200 280V520Z", "#16254a")
    p.rect(150, 168, 900, 372, p.fade("#33294a", "#241f3f"))
    p.poly([(126, 168), (1074, 168), (1040, 132), (160, 132)], "#191a38")
    p.rect(140, 162, 920, 12, "#4b3c58")
    books = (CORAL, RUST, SEA, "#8b5a3c", NAVY, PLUM, "#d28a4a")
    for k in range(7):
        x = 182 + k * 122
        arch = f"M{x} 510V264Q{x + 52} 196 {x + 104} 264V510Z"
        p.path(arch, p.fade("#ffe9b0", "#f8c66d", "#e8964a"))
        for shelf in range(3):
            y = 292 + shelf * 44
            at = x + 8.0
            while at < x + 92:
                w = p.random.uniform(4, 9)
                h = p.random.uniform(20, 32)
                if p.random.random() < 0.86:
                    p.rect(round(at, 1), round(y - h, 1), round(w, 1), round(h, 1), p.random.choice(books), opacity=0.8)
                at += w + 1
            p.rect(x + 4, y, 96, 4, "#9c5d33")
        if k not in (2, 5):
            back(p, x + 52 + p.random.uniform(-14, 14), 462, 15, p.random.choice(("#3a2440", "#213356", "#5a2b33")), p.random.choice((INK, "#3a2418", "#20131a")))
            p.rect(x + 6, 484, 92, 6, "#6b3b2b")
            p.path(f"M{x + 84} 484V460", stroke="#4b2d26", stroke_width=3)
            p.path(f"M{x + 68} 464Q{x + 70} 446 {x + 84} 446T{x + 100} 464Z", "#2d6a5d")
        p.path(f"M{x + 52} 218V510M{x} 330H{x + 104}M{x} 420H{x + 104}", stroke="#2a2342", stroke_width=4)
        p.path(arch, stroke="#56445c", stroke_width=7)
        p.poly([(x, 548), (x + 104, 548), (x + 150 + (k - 3) * 46, 675), (x - 46 + (k - 3) * 46, 675)], p.fade("#f6b65c/0.55", "#f6b65c/0"))
    p.rect(120, 510, 960, 30, "#1b1a36")
    p.rect(90, 530, 1020, 18, "#12132b")
    p.shade(box(150, 174, 900, 90), "#0a0f26", to=(0, -1), strength=0.6)
    for x, foot, h, coat in ((310, 610, 112, "#14203f"), (352, 614, 106, "#3a2440"), (900, 598, 98, "#14203f")):
        p.poly([(x - 8, foot), (x + 8, foot), (x + 3, foot + 54), (x - 3, foot + 54)], "#070d20", opacity=0.5)
        figure(p, x, foot, h, coat, "#6d4638", INK, legs="#0b132b", away=True)
    for y in range(560, 675, 9):
        x = p.random.uniform(0, 1100)
        p.line([(x, y), (x + p.random.uniform(40, 150), y)], "#f3c178", 1.6, opacity=0.3)
    for x, s in ((76, 1.0), (1132, 1.15)):
        p.open(transform=f"translate({x} 556) scale({s})", stroke="#0b132b", stroke_linecap="round", fill="none")
        p.path("M0 0C2 -90 -4 -150 0 -210M0 -100L-44 -170M-2 -140L40 -210M-22 -136L-52 -144M18 -172L52 -176M0 -180L-20 -240M0 -200L14 -252M-34 -154L-36 -196M28 -190L30 -232", stroke_width=6)
        p.close()


def boat_robot(p: Picture) -> None:
    """Draw three students on a pontoon and their orange robot boat."""
    p.rect(0, 0, p.w, 330, p.fade("#bcd9d6", "#e6ecdd", "#f7e6c4"))
    p.path("M0 330V250L120 238V206H176V250H300V222H380V250L520 244V330Z", "#9dbab8")
    for x, s in ((560, 0.62), (760, 0.5), (1010, 0.72)):
        crane(p, x, 330, s, "#86a8ac")
    p.rect(0, 322, p.w, 353, p.fade("#7fb9b4", SEA, "#1c5a72", "#143f5e"))
    for k in range(46):
        y = 336 + k * k * 0.16 + k * 0.5
        x = p.random.uniform(-50, 1150)
        p.line([(x, y), (x + p.random.uniform(40, 60 + 3 * k), y)], "#d9eee2", 1.4 + k * 0.05, opacity=round(p.random.uniform(0.2, 0.55), 2))
    for r in (1, 1.5, 2.1):
        p.disc(830, 520, 190 * r, "none", ry=40 * r, stroke="#e6f4e6", stroke_width=3, opacity=0.5 / r)
    p.disc(830, 528, 176, "#0e3350", ry=26, opacity=0.55)
    for dy, tone, dark in ((-22, "#c8502f", "#8f3626"), (14, "#f0753f", "#b9492f")):
        p.path(f"M640 {492 + dy}H960Q1012 {492 + dy} 1030 {478 + dy}Q1016 {526 + dy} 966 {528 + dy}H664Q644 {524 + dy} 640 {492 + dy}Z", tone)
        p.path(f"M642 {508 + dy}H1016Q1000 {526 + dy} 966 {528 + dy}H664Q646 {524 + dy} 642 {508 + dy}Z", dark)
    p.poly([(690, 470), (950, 470), (930, 496), (670, 496)], "#f6efdf")
    p.poly([(700, 474), (826, 474), (812, 492), (686, 492)], "#1d3d63")
    for k in range(1, 4):
        p.line([(700 + k * 31, 474), (686 + k * 31, 492)], "#5b8fb0", 1.6)
    p.line([(880, 482), (880, 330)], "#e9ecea", 8)
    p.line([(880, 380), (936, 478)], "#b8c4c8", 3)
    p.rect(862, 306, 36, 26, INK, rx=5)
    p.rect(862, 314, 36, 7, CORAL)
    p.line([(880, 306), (880, 262)], INK, 3)
    p.path("M880 266h52l-14 12l14 12h-52Z", OCHRE)
    for k, r in enumerate((26, 44, 62)):
        p.path(f"M{880 + r * 0.8:.0f} {319 - r * 0.6:.0f}A{r} {r} 0 0 1 {880 + r * 0.8:.0f} {319 + r * 0.6:.0f}", stroke="#fff4d8", stroke_width=4, opacity=0.9 - 0.22 * k, stroke_linecap="round")
    p.poly([(0, 560), (470, 560), (560, 675), (0, 675)], p.fade("#b98d60", "#7d573e"))
    for k in range(5):
        p.line([(0, 582 + k * 21), (486 + k * 17, 582 + k * 21)], "#6a4733", 2.5, opacity=0.7)
    p.poly([(470, 560), (560, 675), (560, 690), (462, 580)], "#4e3528")
    for x, h, coat, skin, hair, arm in (
        (132, 330, NAVY, 0, "#8a4a28", ((0.17, -0.62), (0.26, -0.72))),
        (268, 312, OCHRE, 3, INK, ((0.14, -0.58), (0.22, -0.54))),
        (396, 322, "#b4442f", 1, "#2a1a16", ((0.20, -0.74), (0.36, -0.86))),
    ):
        p.disc(x + 10, 618, 74, "#3a261d", ry=11, opacity=0.4)
        figure(p, x, 616, h, coat, SKINS[skin], hair, legs="#14233c", arm=arm, away=True)
    p.poly([(306, 430), (372, 418), (378, 456), (312, 468)], INK)
    p.poly([(312, 434), (367, 424), (371, 450), (317, 461)], "#8fd0c8")
    for x, y, s in ((420, 96, 1.2), (470, 130, 0.8), (1080, 120, 1)):
        gull(p, x, y, s, "#557f88")
    p.shade(box(0, 500, p.w, 175), "#0a2a45", strength=0.5)


def ward_night(p: Picture) -> None:
    """Draw a ward after midnight: one lamp, one nurse, the harbour outside."""
    p.rect(0, 0, p.w, p.h, p.fade("#17345a", "#1f4a6a", "#2d6072"))
    for x in (96, 462, 828):
        p.rect(x, 66, 270, 264, p.fade("#0d1b3d", "#2b3a68", "#6a5878"))
        p.rect(x, 282, 270, 48, "#0f2143")
        for _ in range(9):
            lx = x + p.random.uniform(10, 258)
            p.disc(lx, 276 - p.random.uniform(0, 16), 2.2, "#ffdf9a")
            p.line([(lx, 288), (lx, 288 + p.random.uniform(8, 30))], "#ffdf9a", 2, opacity=0.4)
        p.path(f"M{x + 135} 66V330M{x} 176H{x + 270}", stroke="#35597c", stroke_width=7)
        p.rect(x - 7, 60, 284, 276, "none", stroke="#3d6688", stroke_width=10)
    crane(p, 486, 284, 0.62, "#0f1a3a")
    p.disc(1010, 128, 26, "#f6ecd0")
    p.rect(0, 500, p.w, 175, p.fade("#21506a", "#153650"))
    for x, tone in ((0, "#2e6f7c"), (1060, "#28626f")):
        for k in range(6):
            p.path(
                f"M{x + k * 24} 30C{x + k * 24 + 16} 200 {x + k * 24 - 6} 400 {x + k * 24 + 6} 590H{x + k * 24 + 30}C{x + k * 24 + 20} 400 {x + k * 24 + 38} 200 {x + k * 24 + 26} 30Z",
                tone if k % 2 else "#3b8288",
            )
    p.rect(0, 24, p.w, 8, "#8fb0b4")
    p.glow(770, 400, 420, "#ffd98a", 0.55)
    p.poly([(772, 300), (852, 300), (1010, 560), (560, 560)], p.fade("#ffe6a6/0.42", "#ffe6a6/0"))
    p.line([(902, 560), (902, 268), (812, 268)], "#b9c8c8", 7)
    p.path("M770 302Q812 246 854 302Z", "#f3b44d")
    p.disc(812, 304, 20, "#fff2c8", ry=7)
    p.rect(330, 400, 20, 190, "#8fa9b2", rx=6)
    p.rect(336, 536, 520, 16, "#6f8d9a", rx=6)
    for x in (372, 820):
        p.line([(x, 552), (x, 604)], "#5d7c8b", 8)
        p.disc(x, 610, 11, INK)
    p.path("M350 536V500Q470 484 856 506V536Z", "#f4efe2")
    p.path("M470 504C500 452 560 462 610 470C690 478 770 474 856 506V538H458Z", p.fade("#f7d9a6", "#dba76a", "#7f9a9c", to=(-1, 0.2)))
    p.path("M350 500C350 470 420 462 446 488Q450 504 430 508H352Z", "#fffaf0")
    p.disc(424, 472, 27, SKINS[1], ry=25)
    p.path("M404 492C384 462 404 436 436 446C420 454 414 470 418 494Z", "#d7dde0")
    figure(p, 992, 626, 330, "#3b93b0", SKINS[2], INK, legs="#235a7c", arm=((0.04, -0.6), (-0.13, -0.6)))
    p.poly([(912, 390), (958, 400), (950, 456), (904, 446)], "#fdf6e2")
    for k in range(4):
        p.line([(918, 404 + k * 10), (946, 410 + k * 10)], "#9c8a66", 2)
    p.rect(160, 430, 120, 172, "#214a63", rx=6)
    p.rect(160, 430, 120, 10, "#8fb0b4", rx=4)
    p.path("M206 430V398h28v32", "#8fd0c8", opacity=0.7)
    p.path("M220 398C214 370 196 366 196 352M220 398C226 368 244 362 246 350M220 398V346", stroke="#e2725a", stroke_width=4)
    for x, y in ((196, 350), (246, 348), (220, 344)):
        p.disc(x, y, 9, CORAL)
    p.shade(box(0, 480, p.w, 195), "#081a30", strength=0.5)
    p.shade(box(0, 0, p.w, 200), "#081a30", to=(0, -1), strength=0.5)


def branch(p: Picture, at: Point, angle: float, length: float, width: float) -> Iterator[tuple[Point, Point, float]]:
    """Yield the twigs of a coral, base first."""
    end = (at[0] + length * math.cos(angle), at[1] - length * math.sin(angle))
    yield at, end, width
    if width > 2.9:
        for turn in (-0.42, 0.40) if p.random.random() < 0.86 else (-0.55, 0.02, 0.55):
            yield from branch(p, end, angle + turn + p.random.uniform(-0.22, 0.22), length * p.random.uniform(0.72, 0.9), width * 0.76)


def coral_section(p: Picture) -> None:
    """Draw a reef of cold-water coral below bands of darkening water."""
    bands = ("#f2e2bd", "#a8d0c4", "#6fb3b0", "#3f8e99", "#276c85", "#1a4d70", "#123657", "#0c2443")
    for k, tone in enumerate(bands):
        p.path(wave(p, -20 + k * 66 + (k > 0) * 14, 7 + k, 120 + 14 * k, k * 1.7), tone)
    p.disc(950, 44, 26, CORAL)
    p.path("M250 34H396L378 60H270ZM292 34V10H330L340 34ZM358 34V2", INK, stroke=INK, stroke_width=3)
    p.line([(330, 60), (330, 470)], "#f6efdc", 2, opacity=0.75)
    p.rect(312, 466, 36, 44, OCHRE, rx=6)
    p.disc(330, 488, 10, "#fff3c8")
    p.poly([(322, 508), (338, 508), (470, 675), (190, 675)], p.fade("#ffe9ae/0.35", "#ffe9ae/0"))
    p.path("M0 675V596C90 560 190 606 330 600S560 548 720 566S980 610 1200 540V675Z", "#0a1a33")
    groups = (
        (820, 580, 74, 21, (CORAL, "#f08a66")),
        (1010, 592, 66, 19, ("#f3d9b2", "#fff0d2")),
        (640, 590, 56, 16, ("#c8506a", "#e7808a")),
        (120, 606, 60, 17, (OCHRE, "#f4c877")),
        (1140, 570, 54, 16, (RUST, CORAL)),
        (500, 600, 40, 12, ("#e9a58c", "#f6cdb8")),
        (230, 612, 34, 11, ("#b85a6b", "#e0909a")),
    )
    for x, y, length, width, (dark, light) in groups:
        for lean in (1.15, 1.57, 2.0):
            for a, b, w in branch(p, (x, y + 12), lean, length, width):
                p.line([a, b], dark, w)
                p.line([(a[0] - w * 0.2, a[1]), (b[0] - w * 0.2, b[1])], light, w * 0.35, opacity=0.85)
                if w < 3.9:
                    p.disc(round(b[0], 1), round(b[1], 1), 3.6, light)
    for _ in range(34):
        t = p.random.uniform(0, 6.28)
        x, y = (560 + 170 * math.cos(t) * p.random.random(), 300 + 46 * math.sin(t) * p.random.random())
        p.path(f"M{x:.0f} {y:.0f}q12 -9 28 0q-16 9 -28 0l-9 -6v12Z", "#f0e6c8", opacity=round(p.random.uniform(0.5, 0.95), 2))
    for _ in range(70):
        p.disc(p.random.uniform(0, p.w), p.random.uniform(260, 620), p.random.uniform(0.8, 2.4), "#e8f4e4", opacity=0.45)
    p.path("M0 675V640C200 616 360 650 560 640S940 612 1200 630V675Z", "#050f22")
    p.shade(box(0, 480, p.w, 195), "#040d1f", strength=0.3)


def council_chamber(p: Picture) -> None:
    """Draw a council chamber from above: a half circle of desks around a round table."""
    p.rect(0, 0, p.w, p.h, p.fade("#1d4b4a", "#163b40"))
    cx, cy = 600, 610
    for k in range(-14, 15):
        p.line([(cx, cy), (cx + 1000 * math.sin(k * 0.115), cy - 1000 * math.cos(k * 0.115))], "#245856", 2)
    p.disc(cx, cy, 560, "#d9b98a", ry=560)
    p.disc(cx, cy, 546, p.fade("#e9cf9f", "#d2a86c"), ry=546)
    coats = (NAVY, "#2f5d73", RUST, PLUM, "#3c4a5e", "#8a4f3d", SEA, INK)
    hairs = (INK, "#3b2519", "#73492b", "#c9c6bd", "#1a1a22", "#a56d38", "#ebe6da")
    for row, r in enumerate((236, 352, 468)):
        sweep = 1.36
        a0, a1 = -sweep, sweep
        d = f"M{cx + r * math.sin(a0):.0f} {cy - r * math.cos(a0):.0f}A{r} {r} 0 0 1 {cx + r * math.sin(a1):.0f} {cy - r * math.cos(a1):.0f}"
        p.path(d, stroke="#7a4a2c", stroke_width=44, opacity=0.35, transform="translate(8 10)")
        p.path(d, stroke="#8d5732", stroke_width=40)
        p.path(d, stroke="#b4764a", stroke_width=28)
        seats = 9 + row * 4
        for k in range(seats):
            a = a0 + 0.08 + (a1 - a0 - 0.16) * k / (seats - 1)
            p.open(transform=f"translate({cx + (r + 44) * math.sin(a):.1f} {cy - (r + 44) * math.cos(a):.1f}) rotate({math.degrees(a) + 180:.1f})")
            if p.random.random() < 0.88:
                p.disc(6, 8, 31, "#5d3a22", ry=20, opacity=0.35)
                p.disc(0, 0, 30, p.random.choice(coats), ry=19)
                skin = p.random.choice(SKINS)
                p.line([(-22, -4), (-14, -26)], skin, 8)
                p.disc(0, -5, 14.5, skin)
                p.disc(0, 0, 14.5, p.random.choice(hairs))
            else:
                p.rect(-20, -14, 40, 28, "#6b3c28", rx=9)
            p.rect(-11, -58, 22, 15, "#fdf6e3", transform=f"rotate({p.random.uniform(-12, 12):.0f})")
            p.close()
    p.disc(cx + 8, cy + 10, 128, "#7a4a2c", opacity=0.4)
    p.disc(cx, cy, 126, NAVY)
    p.disc(cx, cy, 112, "none", stroke=OCHRE, stroke_width=4)
    p.path(f"M{cx - 52} {cy + 40}V{cy - 34}Q{cx} {cy - 96} {cx + 52} {cy - 34}V{cy + 40}H{cx + 26}V{cy - 22}Q{cx} {cy - 52} {cx - 26} {cy - 22}V{cy + 40}Z", OCHRE)
    p.glow(330, 250, 560, "#fff2cc", 0.28)
    p.shade(box(560, 0, 640, p.h), "#3a2418", to=(1, 0.3), strength=0.3)


def choir(p: Picture) -> None:
    """Draw three rows of singers below the arches of a brick warehouse."""
    p.rect(0, 0, p.w, p.h, p.fade("#7a2f2c", "#a4452f", "#8a3a30"))
    for row in range(26):
        for k in range(-1, 21):
            if p.random.random() < 0.3:
                p.rect(k * 62 + (row % 2) * 31, row * 18, 60, 16, p.random.choice(("#b4543a", "#93402f", "#6e2b2c")), opacity=0.5)
    for x in (90, 350, 610, 870):
        arch = f"M{x} 420V170Q{x + 120} 10 {x + 240} 170V420Z"
        p.path(arch, p.fade("#f9e3ad", "#f4c47a", "#e58f56"))
        p.path(f"M{x + 120} 90V420M{x} 210H{x + 240}M{x} 310H{x + 240}", stroke="#6a2a2a", stroke_width=5)
        p.path(arch, stroke="#5c2228", stroke_width=14)
        p.poly([(x + 10, 200), (x + 230, 200), (x + 120, 675), (x - 260, 675)], p.fade("#ffe7b0/0.30", "#ffe7b0/0"))
    p.rect(0, 560, p.w, 115, "#3a1a25")
    for row, (y, s, n, tone) in enumerate(((300, 30, 13, ("#3b2340", "#45294a")), (368, 34, 12, ("#2a2a52", "#233a63")), (446, 39, 11, ("#14233f", "#1a2d50")))):
        for k in range(n):
            x = 600 + (k - (n - 1) / 2) * (1130 / n) + (row % 2) * 6
            skin, hair = (p.random.choice(SKINS), p.random.choice((INK, "#3b2218", "#7a4a28", "#d9d4c6", "#141218", "#b1733a")))
            lift = p.random.uniform(-5, 5)
            p.path(
                f"M{x - 1.5 * s} 675V{y + 2 * s}C{x - 1.5 * s} {y + 0.95 * s} {x - 0.8 * s} {y + 0.75 * s} {x} {y + 0.75 * s}S{x + 1.5 * s} {y + 0.95 * s} {x + 1.5 * s} {y + 2 * s}V675Z", tone[k % 2]
            )
            p.path(f"M{x - 0.3 * s} {y + 0.4 * s}h{0.6 * s}v{0.4 * s}l{-0.3 * s} {0.5 * s}l{-0.3 * s} {-0.5 * s}Z", skin)
            p.disc(x, y + lift, 0.62 * s, skin, ry=0.76 * s)
            long = p.random.random() < 0.5
            p.path(
                f"M{x - 0.68 * s} {y + lift + (0.7 if long else 0) * s}C{x - 0.9 * s} {y + lift - 1.1 * s} {x + 0.9 * s} {y + lift - 1.1 * s} {x + 0.68 * s} {y + lift + (0.7 if long else 0) * s}L{x + 0.52 * s} {y + lift - 0.1 * s}Q{x + 0.1 * s} {y + lift - 0.5 * s} {x - 0.52 * s} {y + lift - 0.12 * s}Z",
                hair,
            )
            p.disc(x, y + lift + 0.36 * s, 0.13 * s, "#4a1c20", ry=0.19 * s)
            by = y + 1.75 * s
            p.poly([(x, by), (x - 0.95 * s, by - 0.3 * s), (x - 0.95 * s, by + 0.55 * s), (x, by + 0.85 * s)], "#fbf2dc")
            p.poly([(x, by), (x + 0.95 * s, by - 0.3 * s), (x + 0.95 * s, by + 0.55 * s), (x, by + 0.85 * s)], "#e7d4ae")
    p.path("M510 675C514 600 540 574 600 570S686 600 690 675Z", "#0b1225")
    p.disc(600, 540, 31, "#2a1a1c", ry=36)
    p.line([(540, 612), (470, 560), (440, 500)], "#0b1225", 24)
    p.line([(660, 612), (736, 566), (760, 500)], "#0b1225", 24)
    p.line([(760, 496), (790, 440)], "#fbf2dc", 4)
    p.disc(440, 494, 13, SKINS[2])
    p.disc(760, 494, 13, SKINS[2])
    p.shade(box(0, 500, p.w, 175), "#120a18", strength=0.6)
    p.shade(box(0, 0, p.w, 190), "#2c0f1a", to=(0, -1), strength=0.5)


def tide_chart(p: Picture) -> None:
    """Draw a coast whose hills are curves of measurement, and a tide gauge."""
    p.rect(0, 0, p.w, p.h, p.fade("#f7e5bf", "#f3cfa1", "#e79a78"))
    p.disc(830, 196, 92, "#fdf3d4")
    tones = ("#d98a72", "#b96f70", "#8d5f76", "#5f5a7d", "#3f5f85", "#2c6585", "#1f5877", "#184563", "#10304d", "#0b1f38")
    for k, tone in enumerate(tones):
        base = 250 + k * 44
        points = []
        peaks = [(p.random.uniform(0, 1200), p.random.uniform(28, 74), p.random.uniform(24, 96)) for _ in range(7)]
        for x in range(0, 1201, 8):
            y = base - 26 - k * 1.5 * (x / 1200) * 1.2
            y -= sum(h * math.exp(-(((x - c) / w) ** 2)) for c, w, h in peaks) * (0.4 + 0.6 * x / 1200)
            points.append((x, y + 3 * math.sin(x / 17 + k)))
        p.poly([*points, (1200, 675), (0, 675)], tone)
        p.line(points, "#fdf1d2", 2.4, opacity=0.75 - k * 0.045)
        d = "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in points) + "V675H0Z"
        if k in (2, 5, 8):
            p.shade(d, INK, strength=0.4)
    for k in range(7):
        y = 110 + k * 60
        p.line([(70, y), (1130, y)], "#fdf1d2", 1.2, opacity=0.35, stroke_dasharray="2 9")
    p.rect(210, 150, 34, 525, p.fade("#fffaf0", "#d8cdb6", to=(1, 0)))
    for k in range(21):
        p.rect(210, 160 + k * 25, 22 if k % 5 == 0 else 12, 4 if k % 5 else 7, CORAL if k % 5 == 0 else INK)
    p.rect(204, 138, 46, 16, INK, rx=3)
    p.path("M196 138L227 92L258 138Z", CORAL)
    p.line([(227, 92), (227, 64)], INK, 4)
    p.path(wave(p, 606, 7, 58, 1), "#0b1f38", opacity=0.85)
    glints(p, 230, 616, 668, 70, "#fbe3b4", 16)
    for x, y, s in ((420, 120, 1.2), (470, 148, 0.9), (390, 160, 0.7)):
        gull(p, x, y, s, "#8b4a48")


def portrait_architect(p: Picture) -> None:
    """Draw a naval architect in profile; her coat carries the lines of a hull."""
    p.rect(0, 0, p.w, p.h, p.fade("#f4d9a8", "#f0b987", "#d9785c"))
    p.disc(450, 460, 330, "#fbeccb")
    crane(p, 30, 800, 1.15, "#c66a52")
    crane(p, 640, 800, 0.9, "#cf775b")
    p.path(wave(p, 800, 7, 60), p.fade("#6fb0a8", "#3f8e95", "#24697c"))
    profile(p, 250, 250, 1.98, skin=SKINS[2], hair="#1c1420", style="bun", coat="#14264a")
    p.disc(418, 545, 17, OCHRE)
    p.disc(418, 545, 8, "#8a5a20")
    p.open(stroke="#cfe6e2", stroke_width=2.6, opacity=0.8)
    for k in range(9):
        y = 900 + k * 34
        p.path(f"M{150 - k * 6} {y}C300 {y + 58 - k * 3} 520 {y + 60 - k * 3} {648 + k * 9} {y + 4}")
    for k in range(8):
        x = 190 + k * 66
        p.path(f"M{x} {905 - 10 * math.sin(k / 2):.0f}C{x - 16 + k * 4} {1000} {x + 4 + k * 3} {1100} {x + k * 4} 1200")
    p.close()
    p.path("M380 794C420 850 480 850 526 794L560 830L470 960L346 836Z", SAND)
    p.path("M470 960L346 836L330 870L452 1010ZM470 960L560 830L590 866L492 1006Z", "#12294c")
    p.shade(box(0, 900, 900, 300), INK, strength=0.4)
    for x, y, s in ((640, 210, 1.6), (720, 260, 1.2), (120, 240, 1.1)):
        gull(p, x, y, s, "#a8503f")


def portraits(p: Picture) -> None:
    """Draw four people in profile, two and two, as a frieze."""
    p.rect(0, 0, p.w, p.h, p.fade("#e9ede3", "#cfe0d8", "#9cc4bf"))
    p.disc(600, 560, 450, "#f6e7c6")
    p.disc(600, 560, 450, p.fade("#f3b98a/0", "#e9855f/0.5"))
    profile(p, 150, 190, 2.1, skin=SKINS[3], hair="#15121b", style="crop", coat=OCHRE, flip=False)
    profile(p, 1050, 190, 2.1, skin=SKINS[0], hair="#9a5a2c", style="bob", coat="#2f7f86", flip=True)
    profile(p, 60, 470, 2.25, skin=SKINS[1], hair="#c94f3a", style="veil", coat="#a8432f", flip=False)
    profile(p, 1140, 470, 2.25, skin=SKINS[2], hair="#1c1724", style="bun", coat=NAVY, flip=True)
    p.shade(box(0, 860, p.w, 340), INK, strength=0.32)


def graving_dock(p: Picture) -> None:
    """Draw a dry dock made into a stepped garden with houses around it, from the air."""
    p.rect(0, 0, p.w, p.h, p.fade("#cfe1d6", "#f2e6c9"))

    def iso(x: float, y: float, z: float = 0) -> Point:
        return 640 + (x - y) * 0.9, 400 + (x + y) * 0.52 - z

    def slab(x: float, y: float, w: float, d: float, z: float, fill: str) -> None:
        p.poly([iso(x, y, z), iso(x + w, y, z), iso(x + w, y + d, z), iso(x, y + d, z)], fill)

    def block(x: float, y: float, w: float, d: float, h: float, tones: tuple[str, str, str], z: float = 0) -> None:
        p.poly([iso(x + w, y, z), iso(x + w, y + d, z), iso(x + w, y + d, z + h), iso(x + w, y, z + h)], tones[2])
        p.poly([iso(x, y + d, z), iso(x + w, y + d, z), iso(x + w, y + d, z + h), iso(x, y + d, z + h)], tones[1])
        slab(x, y, w, d, z + h, tones[0])
        for floor in range(int(h // 40)):
            for k in range(int(w // 34)):
                q = [iso(x + 12 + k * 34 + a, y + d, z + 14 + floor * 40 + b) for a, b in ((0, 0), (15, 0), (15, 20), (0, 20))]
                p.poly(q, p.random.choice(("#ffe0a0", INK, "#2a4766", "#ffcf7a")), opacity=0.85)
            for k in range(int(d // 34)):
                q = [iso(x + w, y + 12 + k * 34 + a, z + 14 + floor * 40 + b) for a, b in ((0, 0), (15, 0), (15, 20), (0, 20))]
                p.poly(q, p.random.choice(("#1c3552", INK, "#ffd489")), opacity=0.75)

    def tree(x: float, y: float, r: float) -> None:
        cx, cy = iso(x, y)
        p.disc(cx + r * 0.5, cy + 3, r, "#6f8a63", ry=r * 0.4, opacity=0.5)
        p.rect(cx - 2, cy - r, 4, r, "#5a4030")
        p.disc(cx, cy - r * 1.6, r, p.random.choice(("#4f8a6a", "#3d7a66", "#6a9a62", "#c98d43")), ry=r * 1.15)

    slab(-1200, -1200, 2800, 1840, 0, "#e3d3ab")
    slab(-1200, 640, 2800, 1600, -2, p.fade("#4a9a9a", SEA, "#1d5f7a"))
    slab(-1200, 610, 2800, 34, 0, "#b8a27a")
    slab(-640, -560, 1500, 60, 0, "#cdbb92")
    slab(560, -1200, 70, 1810, 0, "#cdbb92")
    brick, stone, slate = (("#c9634a", "#a8432f", "#7c2f2a"), ("#f5ead0", "#dcc79c", "#b59c73"), ("#5f86a0", "#3c6485", "#274b6b"))
    block(-330, -420, 150, 230, 150, slate)
    block(-130, -430, 210, 120, 120, brick)
    block(130, -430, 240, 120, 165, stone)
    block(-480, -130, 130, 250, 100, stone)
    block(-480, 170, 130, 200, 140, brick)
    x0, y0, w0, d0 = -230.0, -220.0, 420.0, 760.0
    for k, tone in enumerate(("#cdb88a", "#b9a375", "#a58f63", "#8f7a55", "#7a6849")):
        inset = k * 26
        slab(x0 + inset, y0 + inset, w0 - 2 * inset, d0 - 2 * inset, -k * 20, tone)
        a, b = iso(x0 + inset, y0 + inset, -k * 20), iso(x0 + w0 - inset, y0 + inset, -k * 20)
        c = iso(x0 + inset, y0 + d0 - inset, -k * 20)
        p.poly([a, b, (b[0], b[1] + 20), (a[0], a[1] + 20)], "#5a4c38", opacity=0.6)
        p.poly([a, c, (c[0], c[1] + 20), (a[0], a[1] + 20)], "#e6d7b0", opacity=0.55)
    slab(x0 + 132, y0 + 132, w0 - 264, d0 - 264, -100, "#2f8a90")
    slab(x0 + 150, y0 + 180, 30, d0 - 420, -100, "#7fc4bd")
    for _ in range(36):
        tier = p.random.randrange(1, 5)
        side = p.random.choice((0, 1))
        px = x0 + (tier * 26 - 12 if side else w0 - tier * 26 + 10)
        cx, cy = iso(px, y0 + p.random.uniform(60, d0 - 60), -tier * 20 + 20)
        p.disc(cx, cy - 9, 4.4, p.random.choice(SKINS))
        p.rect(round(cx - 4.5, 1), round(cy - 5, 1), 9, 13, p.random.choice((CORAL, NAVY, "#f7f0dc", OCHRE, PLUM)), rx=4)
    for k in range(8):
        tree(-290, -180 + k * 92, 19)
        tree(236, -200 + k * 92, 21)
    block(330, -220, 150, 200, 190, brick)
    block(330, 40, 150, 180, 110, slate)
    block(330, 290, 150, 220, 150, stone)
    for k in range(5):
        tree(300 + k * 50, 560, 17)
    for x, y, tone in ((-120, 720, CORAL), (60, 800, "#fbf4e0"), (300, 716, NAVY)):
        hull = [iso(x, y), iso(x + 96, y), iso(x + 130, y + 17), iso(x + 96, y + 34), iso(x, y + 34)]
        p.poly([(a + 10, b + 10) for a, b in hull], "#17506a", opacity=0.5)
        p.poly(hull, tone)
        block(x + 18, y + 8, 40, 18, 18, ("#fbf4e0", "#dcc79c", "#b59c73"))
    for _ in range(30):
        x, y = p.random.uniform(-700, 700), p.random.uniform(690, 1100)
        p.line([iso(x, y), iso(x + p.random.uniform(20, 90), y)], "#bfe3d6", 2, opacity=0.45)


def electric_ferry(p: Picture) -> None:
    """Draw a ferry at its charging arm on a still, grey-gold morning."""
    p.rect(0, 0, p.w, 430, p.fade("#8fb6bd", "#cfdcd2", "#f6e3bb"))
    p.disc(300, 300, 58, "#fdf2d2")
    p.path("M0 430V352L150 330L300 350L470 318L640 352L820 336L1000 358L1200 330V430Z", "#a7bdb5")
    p.path("M90 352V262L98 252L106 262V352ZM86 262H110ZM94 252V240H102V252Z", "#f4efe0")
    p.rect(90, 284, 16, 22, CORAL)
    p.rect(0, 424, p.w, 251, p.fade("#e9d9b2", "#8fb7b2", SEA, "#17486a"))
    glints(p, 300, 430, 660, 60, "#fff3d0", 44)
    hull = "M250 404H938Q968 404 980 386L960 462Q952 478 930 478H330Q284 476 250 404Z"
    p.path("M330 486H930Q948 486 952 500L900 596H380Z", p.fade("#12365a/0.75", "#12365a/0"))
    p.path(hull, p.fade("#1c4a7c", "#123259"))
    p.path("M262 424H972L968 440H270Z", OCHRE)
    p.path("M330 404V340H900L924 404Z", "#fbf6e8")
    p.path("M390 340V286H800L828 340Z", "#f0e6cc")
    p.path("M470 286L486 244H640L660 286Z", "#fbf6e8")
    for k in range(14):
        p.rect(352 + k * 38, 356, 26, 26, p.fade("#2d5f82", "#7fb0b8"), rx=5)
    for k in range(9):
        p.rect(412 + k * 42, 300, 30, 24, p.fade("#24506f", "#8fbcbc"), rx=4)
    p.poly([(490, 276), (502, 252), (632, 252), (642, 276)], "#1b3f60")
    p.rect(700, 268, 90, 18, "#1d3d63")
    for k in range(4):
        p.line([(706 + k * 22, 270), (722 + k * 22, 284)], "#6fa3bf", 2)
    p.line([(560, 244), (560, 186)], INK, 4)
    p.path("M560 190h34l-9 9l9 9h-34Z", CORAL)
    p.path("M1040 675V372H1200V675Z", p.fade("#5d4a42", "#2a2530"))
    p.rect(1026, 360, 174, 18, "#8a7060")
    p.rect(1080, 196, 44, 166, p.fade("#f4f1e6", "#aeb9b8", to=(1, 0)), rx=6)
    p.line([(1100, 214), (1010, 236), (962, 316), (934, 372)], INK, 15)
    p.line([(1100, 214), (1010, 236), (962, 316), (934, 372)], CORAL, 8)
    for x, y in ((1010, 236), (962, 316)):
        p.disc(x, y, 13, INK)
        p.disc(x, y, 5, SAND)
    p.rect(914, 366, 36, 22, INK, rx=5)
    p.glow(932, 378, 56, "#fff0a8", 0.9)
    p.path("M1106 236l-16 34h12l-6 28l22 -38h-13l9 -24Z", OCHRE)
    figure(p, 1158, 362, 118, CORAL, SKINS[1], INK, arm=((-0.0, -0.6), (-0.13, -0.64)))
    for x, h, coat in ((700, 44, NAVY), (724, 42, CORAL), (764, 44, PLUM)):
        figure(p, x + 110, 342, h * 1.25, coat, SKINS[2], INK)
    for k in range(34):
        y = 470 + k * 6
        x = p.random.uniform(-40, 1000)
        p.line([(x, y), (x + p.random.uniform(50, 190), y)], "#f2e8c8", 2, opacity=round(p.random.uniform(0.12, 0.4), 2))
    for x, y, s in ((180, 130, 1.3), (240, 166, 0.9), (880, 110, 1)):
        gull(p, x, y, s, "#4f7480")
    p.shade(box(0, 520, p.w, 155), "#0a2442", strength=0.55)


def logo(p: Picture) -> None:
    """Draw the wordmark: a harbour gate with a light, on a blue plate that holds on white and on dark."""
    p.rect(0, 0, 480, 120, "#1450a8", rx=14)
    p.rect(0, 0, 120, 120, "#0b3d91", rx=14)
    p.rect(100, 0, 20, 120, "#0b3d91")
    p.path("M24 92V52Q24 24 60 24T96 52V92H78V56Q78 42 60 42T42 56V92Z", "#fff")
    p.path("M54 92L56 62H64L66 92Z", "#ffc857")
    p.path("M53 60Q60 48 67 60Z", "#ffc857")
    p.path("M16 98q11 -8 22 0t22 0t22 0t22 0", stroke="#8fc1ff", stroke_width=5, stroke_linecap="round")
    font = "TeX Gyre Pagella, Palatino, P052, Liberation Serif, serif"
    p.text("Northgate", x=142, y=60, font_size=48, letter_spacing=1, fill="#fff", font_family=font)
    p.text("UNIVERSITY", x=144, y=94, font_size=24, letter_spacing=5.5, fill="#e4eefb", font_family=font)


SCENES: Mapping[str, tuple[int, int, Callable[[Picture], None]]] = {
    "harbour-dusk": (1600, 500, harbour_dusk),
    "portrait-architect": (900, 1200, portrait_architect),
    "portraits": (1200, 1200, portraits),
    "graving-dock": (1200, 1200, graving_dock),
    "logo": (480, 120, logo),
} | {
    scene.__name__.replace("_", "-"): (1200, 675, scene)
    for scene in (quantum_lab, eu_quarter, tidal_turbine, lecture_theatre, library_night, boat_robot, ward_night, coral_section, council_chamber, choir, tide_chart, electric_ferry)
}


def rasterise(svg: str, width: int, height: int) -> Image.Image:
    """Return what a browser shows of an SVG, with transparency."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        sys.exit("no Chromium on the PATH: install one, for instance the package chromium")
    with tempfile.TemporaryDirectory() as folder:
        page, shot = Path(folder, "page.html"), Path(folder, "shot.png")
        page.write_text(f'<!doctype html><meta charset="utf-8"><body style="margin:0">{svg}', encoding="utf-8")
        subprocess.run(
            [
                chromium,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                f"--user-data-dir={folder}/profile",
                "--default-background-color=00000000",
                f"--window-size={width},{height + 200}",
                f"--screenshot={shot}",
                page.as_uri(),
            ],
            check=True,
            capture_output=True,
        )
        return Image.open(io.BytesIO(shot.read_bytes())).crop((0, 0, width, height))


def save(picture: Image.Image, name: str) -> None:
    """Write a JPEG below the limit, or the logo as PNG."""
    if name == "logo":
        picture.save(IMAGES / "logo.png", optimize=True)
        return
    for quality in range(82, 50, -3):
        data = io.BytesIO()
        picture.convert("RGB").save(data, "JPEG", quality=quality, optimize=True, progressive=True)
        if data.tell() < LIMIT:
            break
    (IMAGES / f"{name}.jpg").write_bytes(data.getvalue())
    sys.stdout.write(f"{name}.jpg {data.tell() // 1000} KB, quality {quality}\n")


def draw(names: Sequence[str]) -> None:
    """Draw the named pictures, or all."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name in names or SCENES:
        width, height, scene = SCENES[name]
        picture = Picture(name, width, height)
        scene(picture)
        save(rasterise(picture.svg(), width, height), name)


if __name__ == "__main__":
    draw(sys.argv[1:])
