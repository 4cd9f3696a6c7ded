"""See to it that the tests find a Chromium: Debian's headless shell, else one that is there, else Playwright's.

The shell takes a fourth of the work for each page: a whole Chromium draws its tabs and menus, too.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def found() -> bool:
    """Tell whether a Chromium is there, on the PATH or among Playwright's own."""
    return any(map(shutil.which, NAMES)) or bool(own())


def own() -> list[Path]:
    """Return the Chromiums that Playwright downloaded."""
    caches = (
        os.environ.get("PLAYWRIGHT_BROWSERS_PATH", ""),
        Path.home() / ".cache/ms-playwright",
        Path.home() / "Library/Caches/ms-playwright",
    )
    return [path for cache in caches if cache for path in Path(cache).glob("chromium-*/*/chrom*")]


def run(*command: str) -> bool:
    """Run a command; tell whether it succeeded."""
    print("+", *command, flush=True)
    return subprocess.run(command, check=False).returncode == 0


def from_debian(package: str) -> bool:
    """Install a package of Debian's, where we may."""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return False
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    install = ("apt-get", "install", "-y", "-qq", "--no-install-recommends")
    return run("apt-get", "update", "-qq") and run(*install, package, "fonts-liberation")


def from_playwright() -> bool:
    """Let Playwright download its own."""
    return run(sys.executable, "-m", "playwright", "install", "chromium")


def main() -> None:
    """Get one, or say what to do."""
    if shutil.which(SHELL) or from_debian(SHELL):
        return
    if not (found() or from_debian("chromium") or (from_playwright() and found())):
        sys.exit("no Chromium was found or could be installed; install one and run this again")


if __name__ == "__main__":
    main()
