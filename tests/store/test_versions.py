"""What every earlier version of the program left behind is taken up: its database, its feeds.yaml.

Each `database-000N.db.gz` was made by that version's own commands: pulled, imported, sent; the next
issue drafted and edited.
"""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import pytest

from digest.config import read_config
from digest.publisher import Publisher
from digest.publisher.searching import Question
from digest.store.copying import bring_up_to_date, move
from digest.wiring import publisher
from tests.helpers.make import NOW, WEEK

DATA = Path(__file__).parents[1] / "data"
CONFIG = """\
publication: {name: P, url: "https://press.example/", postal_address: X}
sources: {s: {archive: notes, url_base: "https://u.example/"}}
segments:
  staff: {title: Staff, match: {any: ["*"], none: [Alumni]}}
  alumni: {title: Alumni, match: {any: [Alumni, EU]}}
newsletters:
  w:
    title: W
    sender: "W <w@press.example>"
    segments: [staff, alumni]
    schedule: {cron: "0 7 * * mon"}
    sections: [{title: EU, match: {any: [EU]}, max: 1}, {title: News, rest: true}]
delivery: {folder: sent}
"""
OLD = sorted(DATA.glob("database-*.db.gz"))


def left_by(version: Path, folder: Path) -> str:
    (folder / "feeds.yaml").write_text(CONFIG)
    (folder / "notes").mkdir()
    (folder / "digest.db").write_bytes(gzip.decompress(version.read_bytes()))
    return f"sqlite:///{folder / 'digest.db'}"


def goes_on(folder: Path, url: str) -> None:
    """Hold what was kept against what that version had written, and send the next issue."""
    press: Publisher = publisher(read_config(folder / "feeds.yaml", {}), url, NOW + WEEK)
    people = {p.address: (p.name, p.status) for p in press._services.audience.all()}
    assert people == {
        "ana@gmail.com": ("Ana", "confirmed"),
        "ben@u.example": ("Ben", "confirmed"),
        "cy@u.example": ("Cy", "unsubscribed"),
    }
    first, second = press.issues()
    assert (first.status, second.status) == ("sent", "draft")
    assert Counter(d.state for d in press.deliveries(first.id)) == {"sent": 2}
    assert {provider for _, _, provider, _ in press._services.deliveries.by_provider()} == {
        "gmail",
        "other",
    }
    assert [h.article.title for h in press.search(Question(words="dora"))] == ["The story of dora"]
    assert len(press.search_issues(Question(words="anna"))) == 1
    again = press.draft("w").issue
    assert [(e.intro, [a.title for a in e.articles]) for e in again.editions] == [
        ("Dear all", ["The story of dora"])
    ] * 2
    press.approve(again.id, by="Ana")
    assert press.send(again.id).sent == 2


@pytest.mark.parametrize("version", OLD, ids=lambda file: file.name[9:13])
def test_a_database_of_each_version_goes_on(version: Path, tmp_path: Path) -> None:
    url = left_by(version, tmp_path)

    before, _, copy = bring_up_to_date(url)

    assert before == version.name[9:13]
    assert copy == tmp_path / f"digest.db.{before}"
    goes_on(tmp_path, url)


@pytest.mark.parametrize("version", OLD[:: len(OLD) - 1], ids=lambda file: file.name[9:13])
def test_a_database_of_an_old_version_goes_on_in_postgresql(
    version: Path, tmp_path: Path, postgresql: str
) -> None:
    url = left_by(version, tmp_path)
    bring_up_to_date(url)
    move(url, postgresql)

    goes_on(tmp_path, postgresql)


@pytest.mark.parametrize("file", sorted(DATA.glob("feeds-*.yaml")), ids=lambda file: file.name)
def test_the_example_of_each_version_is_still_read(file: Path) -> None:
    assert read_config(file, {}).newsletters
