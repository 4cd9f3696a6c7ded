"""Make the README's pictures from the real output: an edition on paper and on a phone, and the desk.

`python tools/readme_pictures.py` writes `docs/pictures/overview.png` and `docs/pictures/desk.png`.
"""

from __future__ import annotations

import shutil
import sys
import threading
from datetime import datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from waitress import create_server

sys.path.insert(0, str(Path(__file__).parents[1]))

from digest.cli.export import export
from digest.config.schema import read_config
from digest.publisher import Publisher
from digest.web.app import create_app
from digest.wiring import publisher

ROOT = Path(__file__).parents[1]
NOW = datetime.fromisoformat("2026-01-12T06:00:00+00:00")
OUT = ROOT / "docs" / "pictures"
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
EDITOR = "Ana Reid"
SHEET = """<!doctype html><style>
body { margin: 0; width: 1200px; height: 780px; background: linear-gradient(160deg, #dfe7ea, #c4d2d8); position: relative; overflow: hidden; }
img { position: absolute; display: block; box-shadow: 0 24px 60px #0f2a3a40; }
.page { left: 130px; top: 60px; width: 600px; border-radius: 6px; }
.phone { left: 800px; top: 110px; width: 300px; border-radius: 34px; border: 10px solid #101418; }
</style><img class="page" src="page.png"><img class="phone" src="phone.png">"""


def newsroom(folder: Path) -> Publisher:
    """Return the example's publisher, its issue drafted."""
    config = read_config(ROOT / "feeds.yaml", {})
    press = publisher(config, f"sqlite:///{folder / 'digest.db'}", NOW)
    press.pull()
    press.draft("weekly")
    return press


def shot(
    browser: Browser,
    address: str,
    size: tuple[int, int],
    scheme: Literal["light", "dark"] = "light",
    by: str = "",
) -> bytes:
    """Return a screenshot of the top of a page, at twice its size; `by` is who sits at the desk."""
    width, height = size
    view = browser.new_page(
        viewport={"width": width, "height": height}, color_scheme=scheme, device_scale_factor=2
    )
    if by:
        desk = "/".join(address.split("/")[:3])
        view.request.post(f"{desk}/name", form={"by": by}, headers={"Origin": desk})
    view.goto(address)
    view.wait_for_load_state("networkidle")
    data = view.screenshot()
    view.close()
    return data


def save(data: bytes, file: Path, colours: int = 256) -> None:
    """Save a screenshot at half its size, in few colours: a README should load at once."""
    image = Image.open(BytesIO(data)).convert("RGB")
    small = image.resize((image.width * 3 // 4, image.height * 3 // 4), Image.Resampling.LANCZOS)
    small.quantize(colours, dither=Image.Dither.NONE).save(file, optimize=True)
    print(file.relative_to(ROOT), file.stat().st_size // 1024, "KB")


def overview(browser: Browser, press: Publisher, folder: Path) -> None:
    """Picture an edition on paper and on a phone."""
    issue = press.issue(press.issues()[-1].id)
    export(press, issue, {}, folder / "out")
    students = (folder / "out" / "students" / "index.html").as_uri()
    (folder / "page.png").write_bytes(shot(browser, students, (600, 780)))
    (folder / "phone.png").write_bytes(shot(browser, students, (375, 780), "dark"))
    (folder / "sheet.html").write_text(SHEET)
    save(shot(browser, (folder / "sheet.html").as_uri(), (1200, 780)), OUT / "overview.png")


def desk(browser: Browser, press: Publisher) -> None:
    """Picture the desk."""
    server = create_server(create_app(press, None), host="127.0.0.1", port=0, threads=8)
    threading.Thread(target=server.run, daemon=True).start()
    issue = press.issues()[-1].id
    address = f"http://127.0.0.1:{server.effective_port}/issues/{issue}/students"
    save(shot(browser, address, (1280, 800), by=EDITOR), OUT / "desk.png")


def main() -> None:
    """Make both."""
    OUT.mkdir(parents=True, exist_ok=True)
    program = next(filter(None, map(shutil.which, NAMES)), None)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        press = newsroom(Path(folder))
        overview(browser, press, Path(folder))
        desk(browser, press)
        browser.close()


if __name__ == "__main__":
    main()
