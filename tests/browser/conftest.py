"""What the browser's tests share: one Chromium, wherever it is."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from wsgiref.types import WSGIApplication

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from werkzeug.serving import make_server

from digest.web.app import create_app
from tests.helpers.newsroom import Newsroom

NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)

expect.set_options(timeout=20_000)  # milliseconds: a machine that has other work is slow, not wrong


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the Chromium on the PATH, or Playwright's own."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def address(room: Newsroom) -> Iterator[str]:
    """Serve the desk and the public pages of the test's own `room`."""
    with served(room) as found:
        yield found


@contextmanager
def served(room: Newsroom) -> Iterator[str]:
    """Serve the desk and the public pages of a newsroom."""
    with listening(create_app(room.open(), None)) as address:
        yield address


@contextmanager
def listening(app: WSGIApplication) -> Iterator[str]:
    """Serve an application."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
