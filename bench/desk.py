"""Measure the desk on loopback as an editor waits for it: pages, and the email after an act.

500 candidates for 12 editions; the pages as bytes in hand, the act until the email is shown again.
"""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests
from waitress import create_server

from digest.config import read_config
from digest.publisher import Publisher
from digest.web.app import create_app
from digest.wiring import publisher

NOW = datetime(2026, 1, 12, 6, tzinfo=UTC)
ARTICLES, EDITIONS, TIMES = 500, 12, 9
FIRST_VIEW, FOLLOWS = 200, 500
"""Milliseconds that the first view of a page may take, and the email after an act."""
_SECTIONS = ("Europe", "Research", "City", "People")


def run() -> list[dict[str, Any]]:
    """Return the medians of each page and of an act, against what they may take."""
    with TemporaryDirectory() as folder:
        press = newsroom(Path(folder))
        issue = press.draft("weekly").issue.id
        server = create_server(create_app(press, None), host="127.0.0.1", port=0, threads=8)
        threading.Thread(target=server.run, daemon=True).start()
        desk = f"http://127.0.0.1:{server.effective_port}"
        browser = requests.Session()
        browser.headers["Origin"] = desk
        browser.post(f"{desk}/name", {"by": "Ana"}).raise_for_status()
        edition = f"{desk}/issues/{issue}/segment-0"
        found = [
            _line(f"the desk: {name}", _median(partial(_get, browser, url)), FIRST_VIEW)
            for name, url in {
                "this week": f"{desk}/",
                "an issue": edition,
                "an issue, an article": f"{edition}?at=a-{_first(press, issue)}",
                "the email of an edition": f"{edition}/page",
                "the calendar": f"{desk}/calendar",
                "the archive, a search": f"{desk}/archive?q=harbour",
                "the sources": f"{desk}/sources",
                "the audience": f"{desk}/audience",
            }.items()
        ]
        left = _median(partial(_get, browser, f"{edition}?at=left"))
        found.append(_line("the desk: what is left out, a click", left, FOLLOWS))
        for name, reach in (("one edition", ["segment-0"]), ("all 12", [])):
            words = _Words(browser, edition, reach)
            found.append(
                _line(f"the desk: a reworded headline, for {name}", _median(words), FOLLOWS)
            )
    return found


def newsroom(folder: Path) -> Publisher:
    """Return a publisher with its articles filed: 12 segments that share four topics."""
    segments = "\n".join(
        f"  segment-{n}: {{title: Segment {n}, match: {{any: [Topic-{n}, {_SECTIONS[n % 4]}]}}}}"
        for n in range(EDITIONS)
    )
    sections = "\n".join(
        f"      - {{title: {name}, match: {{any: [{name}]}}, max: 6}}" for name in _SECTIONS
    )
    (folder / "feeds.yaml").write_text(f"""\
publication:
  {{name: Northgate, url: "https://u.example/", timezone: Europe/London, postal_address: 1 Dock Street}}
sources:
  notes: {{archive: notes, url_base: "https://u.example/"}}
segments:
{segments}
newsletters:
  weekly:
    title: This week
    sender: "News <news@u.example>"
    segments: [{", ".join(f"segment-{n}" for n in range(EDITIONS))}]
    schedule: {{cron: "0 7 * * mon"}}
    articles: {{max: 20}}
    sections:
{sections}
      - {{title: More, rest: true}}
delivery: {{folder: sent}}
""")
    (folder / "notes").mkdir()
    for n in range(ARTICLES):
        at = NOW - timedelta(minutes=9 * n + 60)
        (folder / "notes" / f"{n}.md").write_text(
            f"---\ntitle: Harbour story {n} of the tides and what they mean\n"
            f"date: {at.isoformat()}\ntags: [{_SECTIONS[n % 4]}, Topic-{n % EDITIONS}]\n"
            f"url: https://u.example/{n}\nsummary: What was seen at lock {n}, and by whom.\n---\n\n"
            + f"Nobody had seen the water at lock {n} so high. "
            * 20
        )
    press = publisher(read_config(folder / "feeds.yaml", {}), None, NOW)
    press.pull()
    return press


class _Words:
    """Rewords an article and reads the page and the email again, as the page's script does."""

    def __init__(self, browser: requests.Session, edition: str, reach: list[str]) -> None:
        self._browser, self._edition, self._reach, self._n = browser, edition, reach, 0
        page = _get(browser, edition)
        self._article = page.partition('data-article="')[2].partition('"')[0]

    def __call__(self) -> None:
        self._n += 1
        said = f"Headline number {self._n} for {len(self._reach)}"
        form = {
            "verb": "words",
            "article": self._article,
            "title": said,
            "was_title": "",
            "reach": self._reach,
        }
        asked = {"Accept": "application/json"}
        self._browser.post(f"{self._edition}/edit", form, headers=asked).raise_for_status()
        _get(self._browser, self._edition)
        assert said in _get(self._browser, f"{self._edition}/page")


def _first(press: Publisher, issue: str) -> str:
    return press.issue(issue).editions[0].articles[0].id


def _get(browser: requests.Session, url: str) -> str:
    answer = browser.get(url)
    answer.raise_for_status()
    return answer.text


def _median(work: Callable[[], object]) -> float:
    work()
    took = []
    for _ in range(TIMES):
        start = time.perf_counter()
        work()
        took.append((time.perf_counter() - start) * 1000)
    return statistics.median(took)


def _line(name: str, value: float, limit: int) -> dict[str, Any]:
    return {
        "name": name,
        "value": round(value, 1),
        "unit": "ms",
        "against": f"{limit} ms, the limit",
        "ratio": round(value / limit, 2),
    }


if __name__ == "__main__":
    for line in run():
        print(f"{line['name']}: {line['value']} ms")
