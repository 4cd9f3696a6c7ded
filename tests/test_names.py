"""One word, one thing: a name stands once in the whole program."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
FILES = [file for file in (ROOT / "digest").rglob("*.py") if "migrations" not in file.parts]

SEEN_FROM_SEVERAL_ROOMS = set(
    "accounts archive articles audience calendar choosing clicks corrections database doctor hooks inbox issues "
    "laboratory opml plugged publisher reader_editions sending serve sessions sources templates tokens week".split()
)
"""One thing each, of which several rooms have their part: what is kept of it, done with it, shown of it."""


def test_no_two_classes_have_one_name() -> None:
    names = Counter(
        node.name.lstrip("_")
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    )

    assert [name for name, times in names.items() if times > 1] == []


def test_two_files_have_one_name_only_where_they_are_about_one_thing() -> None:
    rooms = {file.parent for file in FILES}
    names = Counter(
        [file.stem for file in FILES if not file.stem.startswith("__")]
        + [room.name for room in rooms]
    )

    assert {name for name, times in names.items() if times > 1} == SEEN_FROM_SEVERAL_ROOMS
