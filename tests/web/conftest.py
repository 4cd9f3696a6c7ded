from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    room = Newsroom(tmp_path_factory.mktemp("made"), NOW)
    room.note("anna", "EU", "Strategy-people")
    room.note("cora", "Alumni")
    room.subscribe(("s@u.example", "staff"))
    press = room.open()
    press.pull()
    press.draft("weekly")
    return room


@pytest.fixture
def room(made: Newsroom, tmp_path: Path) -> Newsroom:
    return made.copied(tmp_path)
