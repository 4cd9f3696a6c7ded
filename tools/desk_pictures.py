"""Take pictures of the desk's places over the example: light, dark, and on a phone.

`python tools/desk_pictures.py [DIR]` writes `DIR/desk-PLACE-MODE.png`, into docs/pictures unless said.
"""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import sync_playwright
from waitress import create_server

sys.path.insert(0, str(Path(__file__).parents[1]))

from digest.config.schema import read_config
from digest.model import Subscriber
from digest.publisher import Publisher
from digest.web.app import create_app
from digest.wiring import publisher
from tools import readme_pictures
from tools.readme_pictures import EDITOR, NAMES, NOW, OUT, ROOT, save, shot

PLACES = {
    "week": "/",
    "calendar": "/calendar",
    "archive": "/archive?q=harbour",
    "sources": "/sources",
    "audience": "/audience",
}
MODES: dict[str, tuple[tuple[int, int], Literal["light", "dark"]]] = {
    "light": ((1280, 800), "light"),
    "dark": ((1280, 800), "dark"),
    "phone": ((390, 800), "light"),
}


def newsroom(folder: Path) -> Publisher:
    """Return the example's publisher two days on: one issue sent, a special one drafted."""
    config = read_config(ROOT / "feeds.yaml", {})
    database = f"sqlite:///{folder / 'digest.db'}"
    press = publisher(config, database, NOW)
    press.pull()
    press.put_subscribers(readers(press))
    issue = press.draft("weekly").issue
    press.approve(issue.id, by="Ana Reid")
    publisher(config, database, NOW + timedelta(hours=1, minutes=1)).send(
        issue.id, to=f"folder:{folder / 'emails'}"
    )
    later = publisher(config, database, NOW + timedelta(days=2))
    for n in range(3):
        later.unsubscribe(f"reader{n}@northgate.example", "one click")
    story = {
        "write": "The harbour bridge is closed on Friday",
        "text": "Take the ferry, or come late.",
    }
    later.special("weekly", [story], by="Ana Reid")
    return later


def readers(press: Publisher) -> Iterator[Subscriber]:
    """Yield readers of all segments."""
    segments = press.config.newsletters["weekly"].segments
    for n in range(240):
        yield Subscriber(address=f"reader{n}@northgate.example", segments=(segments[n % 4],))


def drafted(folder: Path) -> tuple[Publisher, str]:
    """Return the example's publisher with an issue that two editors are at, and the way to it."""
    folder.mkdir()
    press = readme_pictures.newsroom(folder)
    press.put_subscribers(readers(press))
    issue = press.issues()[-1].id
    edition = next(e for e in press.issue(issue).editions if e.segment == "students")
    pinned, worded = edition.articles[1].id, edition.articles[2]
    press.edit(issue, [{"pin": pinned}], by="Ben Okri")
    said = worded.title.split(",")[0].rstrip(".")
    press.edit(issue, [{"title": worded.id, "text": said}], by=EDITOR)
    return press, f"/issues/{issue}/students"


def main() -> None:
    """Take them all."""
    out = Path(sys.argv[1]) if sys.argv[1:] else OUT
    out.mkdir(parents=True, exist_ok=True)
    program = next(filter(None, map(shutil.which, NAMES)), None)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        open_, issue = drafted(Path(folder, "draft"))
        for press, places in ((newsroom(Path(folder)), PLACES), (open_, {"issue": issue})):
            server = create_server(create_app(press, None), host="127.0.0.1", port=0, threads=8)
            threading.Thread(target=server.run, daemon=True).start()
            for place, path in places.items():
                for mode, (size, scheme) in MODES.items():
                    address = f"http://127.0.0.1:{server.effective_port}{path}"
                    picture = shot(browser, address, size, scheme, EDITOR)
                    save(picture, out / f"desk-{place}-{mode}.png", 128)
        browser.close()


if __name__ == "__main__":
    main()
