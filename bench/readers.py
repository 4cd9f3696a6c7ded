"""Measure editions for readers who chose: selecting, setting and addressing, against bare Jinja of the same pages."""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from digest.model import Article, Choice, StoredResult, Subscriber
from digest.publisher.publisher import Publisher
from digest.publisher.reader_editions import Printed, paper_of, plan, sealed
from digest.render.language import language
from digest.render.mime import Recipient
from digest.render.view import context
from tests.helpers.newsroom import publisher_here

NOW = datetime(2026, 1, 12, 6, tzinfo=UTC)
ARTICLES, TOPICS, CHOICES = 2_000, 40, 5_000
READERS = int(os.environ.get("BENCH_CHOOSERS", "0"))
_CONFIG = """\
publication: {name: Northgate University, url: "https://u.example/", postal_address: 1 Dock Street}
sources: {news: {archive: notes, url_base: "https://u.example/"}}
segments: {all: {title: All, match: {any: ["*"]}}}
newsletters:
  weekly:
    title: This week
    sender: "News <news@u.example>"
    segments: [all]
    schedule: {cron: "0 7 * * *"}
    sections:
      - {title: Research, match: {any: [topic-0*]}, max: 4}
      - {title: Campus, match: {any: [topic-1*]}, max: 4}
      - {title: More, rest: true}
    articles: {per_source: 9}
    readers: {topics: choose, frequency: [daily, weekly], hour: choose, most: 9}
delivery: {folder: sent}
"""


def run() -> list[dict[str, Any]]:
    """Return the table's lines for 10,000 and 100,000 readers, each a process.

    So many as `BENCH_CHOOSERS` says besides: a million is a matter of minutes.
    """
    found: list[dict[str, Any]] = []
    for readers in filter(None, (10_000, 100_000, READERS)):
        asked = [sys.executable, "-m", "bench.readers", str(readers)]
        said = subprocess.run(asked, capture_output=True, text=True, check=True)  # noqa: S603
        made, plain, memory, editions, count = map(float, said.stdout.split())
        what = f"{int(count):,} readers, {int(editions):,} editions"
        found.append(
            {
                "name": f"select, set and address: {what}",
                "value": round(made, 1),
                "unit": "s",
                "against": f"bare Jinja of the same pages, {plain:.1f} s",
                "ratio": round(made / plain, 2),
            }
        )
        found.append(
            {
                "name": f"memory: {what}",
                "value": round(memory),
                "unit": "MB",
                "against": "(500 is the limit of 100,000)",
                "ratio": round(memory / 500, 2),
            }
        )
    return found


def measure(readers: int, folder: Path) -> Iterator[float]:
    """Yield processor seconds of ours and of bare Jinja, the most memory in MB, and how many there are of both."""
    (folder / "feeds.yaml").write_text(_CONFIG)
    (folder / "notes").mkdir()
    press = publisher_here(folder / "feeds.yaml", NOW)
    services = press._services
    services.articles.file("news", [_filed(n) for n in range(ARTICLES)], {})
    issue = press.draft("weekly").issue
    press.approve(issue.id, by="Ana")
    services.audience.put(_people(readers), NOW)
    lock = services.issues.lock(issue.id)

    start = process_time()
    planned = plan(services, paper_of(services, issue, lock))
    printed: list[Printed] = []
    envelopes = {}
    with services.renderer.unchanging():
        for name, reading in planned.readings.items():
            if (made := planned.press.printed(reading)) is not None:
                envelopes[name] = sealed(services, issue, planned.press.inputs, made)
                if len(printed) < _SOME:
                    printed.append(made)
    for each in planned.readers:
        if each.name in envelopes:
            reader = Recipient(
                address=each.address,
                message_id="<a@u.example>",
                date=NOW,
                unsubscribe_url="https://u.example/u/abcdefghijklmnop",
                view_url="https://u.example/v/1",
            )
            envelopes[each.name].pieces(reader)
    yield process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    yield _bare(press, printed) * len(envelopes) / len(printed)
    yield memory
    yield len(envelopes)
    yield len(planned.readers)


_SOME = 500


def _bare(publisher: Publisher, printed: Sequence[Printed]) -> float:
    """Return the processor time of rendering pages, no block of them kept."""
    renderer, tongue = publisher._services.renderer, language("en")
    views = [context(made.edition, made.context, tongue) for made in printed]
    frame = printed[0].context
    sheet = renderer.inliner(views[0], frame).sheet
    blocks = renderer._blocks(views[0], frame)
    blocks._block = lru_cache(0)(blocks._printed)
    blocks._plain = blocks._words = lru_cache(0)(blocks._said)
    start = process_time()
    with renderer.unchanging():
        for view in views:
            renderer._text("subject.txt", view, frame)
            renderer.page(view, frame, sheet)
            renderer._plain("body.txt", view, frame)
    return process_time() - start


def _filed(number: int) -> StoredResult:
    chance = random.Random(number)  # noqa: S311 - the same articles every time
    at = NOW - timedelta(seconds=chance.randint(0, 80_000))
    article = Article(
        id=f"a{number:05}",
        source="news",
        title=f"Headline {number} about the tides in the old harbour and what they mean",
        summary="Two centuries of pencil marks on a lock gate, read again by a camera, show that the "
        f"water has risen twice as fast since {number}.",
        url=f"https://u.example/news/{number}",
        urls=(f"https://u.example/news/{number}",),
        authors=(f"Author {number % 90}",),
        text=f"Word {number} of a story. " * 300,
        tags=tuple(f"topic-{n:02}" for n in {chance.randrange(TOPICS) for _ in range(3)}),
        published=at,
        first_seen=at,
        new_at=at,
    )
    return StoredResult(article=article, keys=(f"url:{article.url}",), change="new")


def _people(count: int) -> Iterator[Subscriber]:
    chance = random.Random(5)  # noqa: S311 - the same choices every time
    made: dict[tuple[tuple[str, ...], int], Choice] = {}
    while len(made) < CHOICES:
        topics = sorted(chance.sample(range(TOPICS), 1 + chance.randrange(5)))
        names, most = tuple(f"topic {n:02}" for n in topics), chance.choice((5, 9))
        made[names, most] = Choice(topics=names, frequency="daily", most=most)
    choices = [*made.values()]
    for n in range(count):
        # some choices are much commoner than others, and each is somebody's
        choice = choices[n % CHOICES if n < 2 * CHOICES else int(chance.random() ** 2 * CHOICES)]
        address = f"reader{n * 7919 % count}@dept{n % 97}.example"
        yield Subscriber(address=address, choices={"weekly": choice})


if __name__ == "__main__":
    with TemporaryDirectory() as place:
        print(*measure(int(sys.argv[1]), Path(place)))
