"""What the documentation shows is accepted as it stands: settings, and changes of a patch."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image

from digest.config import read_config
from digest.errors import ConfigError
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom

DOCS = Path(__file__).parents[1] / "docs"
PLACES = (
    "",
    "segments",
    "sources.notes",
    "newsletters.weekly",
    "newsletters.weekly.sections",
    "segments.staff",
)


def blocks(page: str) -> list[str]:
    return re.findall(r"^```yaml\n(.*?)^```", (DOCS / page).read_text(), re.DOTALL | re.MULTILINE)


def settled(data: Any, said: Any, place: str) -> Any:  # noqa: ANN401 - what YAML holds
    """Return the settings with what is said put into its place."""
    if not place:
        if isinstance(data, dict) and isinstance(said, dict):
            keys = {*data, *said}
            return {k: settled(data.get(k), said[k], "") if k in said else data[k] for k in keys}
        return said
    head, _, rest = place.partition(".")
    return {**data, head: settled(data[head], said, rest)}


@pytest.mark.parametrize("block", blocks("feeds-yaml.md"))
def test_settings_that_the_reference_shows_are_settings(block: str, tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW)
    plain = yaml.safe_load((tmp_path / "feeds.yaml").read_text())
    plain["segments"] |= dict.fromkeys(("board", "students"), plain["segments"]["alumni"])
    plain["newsletters"]["daily"] = plain["newsletters"]["weekly"]
    plain["newsletters"]["weekly"]["sections"] = [
        {"title": title, "match": {"any": [title]}} for title in ("News", "Research", "Alumni")
    ] + [{"title": "More", "rest": True}]
    problems = []
    for place in PLACES:
        try:
            made = settled(plain, yaml.safe_load(block), place)
        except (TypeError, KeyError, AttributeError):
            continue
        (room.folder / "feeds.yaml").write_text(yaml.safe_dump(made, sort_keys=False))
        try:
            read_config(room.folder / "feeds.yaml", {})
        except ConfigError as error:
            problems.append(f"{place or 'the whole file'}: {error}")
        else:
            break
    else:
        pytest.fail("\n".join((block, *problems)))


def changes() -> Iterator[dict[str, Any]]:
    for block in blocks("commands.md"):
        said = yaml.safe_load(block)
        if isinstance(said, list) and all(isinstance(each, dict) for each in said):
            yield from said


@pytest.mark.parametrize("change", [*changes()], ids=lambda change: next(iter(change)))
def test_a_change_that_the_page_shows_is_taken(change: dict[str, Any], tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW)
    text = (tmp_path / "feeds.yaml").read_text()
    (tmp_path / "feeds.yaml").write_text(text.replace("title: Europe", "title: Research"))
    for name in ("anna", "bert"):
        room.note(name)
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    picture = io.BytesIO()
    Image.new("RGB", (600, 300)).save(picture, "PNG")
    url = press.upload(picture.getvalue())
    anna = "https://u.example/anna"
    meant = {k: anna if v == "ARTICLE" else v for k, v in change.items()}
    meant |= {k: [anna] for k, v in change.items() if isinstance(v, list)}
    meant |= {k: url for k in ("url", "image") if str(meant.get(k, "")).endswith((".jpg", "…"))}
    if change.get("undo"):
        first = {key: said for key, said in meant.items() if key != "undo"}
        issue = press.edit(issue.id, [first], by="Ben")
    made = press.edit(issue.id, [meant], by="Ben")
    assert bool(press.edits(made.id)) != bool(change.get("undo"))
