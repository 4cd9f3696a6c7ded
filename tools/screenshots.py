"""Take screenshots of every look: three widths; light, dark, inverted, images off.

`python tools/screenshots.py [DIR [LOOK…]]` writes `DIR/LOOK-WIDTH-MODE.png`.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from digest.render.page import page
from digest.render.renderer import Renderer
from tests.helpers import samples

NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
WIDTHS = (320, 375, 600)
LOOKS = ("weekly", "brief", "letter", "front", "events")
MODES: dict[str, Literal["light", "dark"]] = {
    "light": "light",
    "dark": "dark",
    "inverted": "light",
    "images-off": "light",
}
# what a mail program that knows nothing of our dark rules does: it inverts all but pictures, and
# of a background its colour but not its gradient
BACK = "filter: invert(1) hue-rotate(180deg)"
INVERT = f"html {{ {BACK} }} .logo-box, img:not(.logo) {{ {BACK} }}"


def write(look: str, folder: Path) -> Path:
    """Write a look's page, its pictures beside it."""
    newsletter = replace(samples.WEEKLY, images="attach", template=look)
    frame = samples.frame(newsletter=newsletter)
    made = samples.whats_on if look == "events" else samples.edition
    edition = made(notices=(samples.NOTICE,), intro=samples.WORDS, also_in=samples.ALSO_IN)
    message = Renderer([samples.TEMPLATES]).render(edition, frame)
    for picture in frame.attached:
        (folder / picture.name).write_bytes(picture.data)
    file = folder / f"{look}.html"
    shown = page(message, unsubscribe_url="#u", view_url="#v", picture_url=lambda name: name)
    file.write_text(shown, encoding="utf-8")
    return file


def shots(browser: Browser, file: Path) -> Iterator[tuple[str, bytes]]:
    """Yield each screenshot's name and PNG."""
    for mode, scheme in MODES.items():
        for width in WIDTHS:
            view = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
            if mode == "images-off":
                view.route("**/*.png", lambda route: route.abort())
            view.goto(file.as_uri())
            if mode == "inverted":
                view.add_style_tag(content=INVERT)
            yield f"{file.stem}-{width}-{mode}.png", view.screenshot(full_page=True)
            view.close()


def main() -> None:
    """Write the screenshots of the looks that are named, or of all."""
    out = Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).parents[1] / "docs" / "pictures"
    out.mkdir(parents=True, exist_ok=True)
    program = next(filter(None, map(shutil.which, NAMES)), None)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for look in sys.argv[2:] or LOOKS:
            for name, png in shots(browser, write(look, Path(folder))):
                Image.open(BytesIO(png)).quantize(96).save(out / name, optimize=True)
                print(out / name)


if __name__ == "__main__":
    main()
