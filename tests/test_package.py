"""The program as others install it: from a wheel, outside the checkout."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DAY = """
import contextlib, io, json, os
import digest
from digest.cli.main import main

def run(*words):
    with contextlib.redirect_stdout(io.StringIO()) as said:
        try:
            main(["--json", *words])
        except SystemExit as end:
            assert not end.code, said.getvalue()
    return said.getvalue()

print(digest.__file__)
run("init", "mine")
os.chdir("mine")
run("pull")
issue = run("draft", "weekly")
print(json.dumps(json.loads(issue)))
print(json.dumps(json.loads(run("rebuild", json.loads(issue)["id"]))))
"""
ENVIRONMENT = {"PATH": "/usr/bin:/bin"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a wheel from what git would hand out."""
    folder = tmp_path_factory.mktemp("wheel")
    return _build("wheel", ROOT, folder)


def _build(kind: str, source: Path, folder: Path) -> Path:
    """Build a distribution as pip asks the build backend for it, without pip's own start."""
    hook = f"from hatchling.build import build_{kind}; print(build_{kind}({str(folder)!r}))"
    return folder / _run(source, "-c", hook).split()[-1]


def _run(folder: Path, *words: str, path: str = "") -> str:
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, *words],
        cwd=folder,
        env={**ENVIRONMENT, "PYTHONPATH": path, "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_everything_is_in_it(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())

    for folder, inside in (
        ("digest", "digest"),
        ("templates", "digest/_templates"),
        ("examples", "digest/_examples"),
    ):
        for file in (ROOT / folder).rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                assert f"{inside}/{file.relative_to(ROOT / folder).as_posix()}" in held


def test_who_builds_it_again_gets_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    once, again = (_build("sdist", ROOT, tmp_path / name) for name in ("once", "again"))
    with tarfile.open(once) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.glob("digest_newsletter-*")

    assert once.read_bytes() == again.read_bytes()
    assert _build("wheel", source, tmp_path).read_bytes() == wheel.read_bytes()


def test_it_works_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    site, home = tmp_path / "site", tmp_path / "home"
    home.mkdir()
    zipfile.ZipFile(wheel).extractall(site)  # noqa: S202 - our own wheel

    found, issue, rebuilt = _run(home, "-c", DAY, path=str(site)).splitlines()

    assert str(site) in found
    assert json.loads(issue)["status"] == "draft"
    assert json.loads(rebuilt)["identical"]
