"""Measure pulling against bare feedparser and bare trafilatura, over the same bytes in one run."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import Any
from xml.sax.saxutils import escape

sys.path.insert(0, str(Path(__file__).parents[1]))

FEEDS, PAGES, ROUNDS = 200, 600, 2
NOW = datetime(2026, 1, 12, 6, tzinfo=UTC)
_MEMORY = 300.0
_TRACKED = 0.02  # of real links, 130 in 6,555
_PICTURED = 0.2
_LETTERS = "etaoinshrdlucmfwypvbgk"


def run() -> list[dict[str, Any]]:
    """Return the table's lines; every ratio is of two measurements of this run."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_feeds(root)
        write_pages(root)
        return [*_feeds(root), *_pages(root)]


def _feeds(root: Path) -> list[dict[str, Any]]:
    lines = []
    cores = min(2, len(os.sched_getaffinity(0)))
    for used in sorted({cores, 1}, reverse=True):
        rounds = [(_child("bare", root, used), _child("pull", root, used)) for _ in range(ROUNDS)]
        bare = min(b["seconds"] for b, _ in rounds)
        pulled = min((p for _, p in rounds), key=lambda p: p["seconds"])
        name = f"{FEEDS} feeds, cold, on {used} core{'s' * (used > 1)}"
        lines.append(_line(name, pulled["seconds"], "s", "bare feedparser", bare))
    again = min(p["again"] for _, p in rounds)
    lines += [
        _line(
            "an unchanged feed",
            again / FEEDS * 1000,
            "ms",
            "a changed one",
            pulled["seconds"] / FEEDS * 1000,
        ),
        _line(
            "memory of a pull, largest process",
            max(p["memory"] for _, p in rounds),
            "MB",
            "the limit",
            _MEMORY,
        ),
    ]
    return lines


def _pages(root: Path) -> list[dict[str, Any]]:
    rounds = [(_child("extract", root, 1), _child("import", root, 1)) for _ in range(ROUNDS)]
    bare = min((b for b, _ in rounds), key=lambda b: b["seconds"])
    ours = min((p for _, p in rounds), key=lambda p: p["seconds"])
    again = min(p["again"] for _, p in rounds)
    return [
        _line(
            "pages a second, on 1 core",
            PAGES / ours["seconds"],
            "1/s",
            "bare trafilatura",
            PAGES / bare["seconds"],
        ),
        _line(
            "F1 of the pages' bodies", ours["f1"], "", "trafilatura's precision mode", bare["f1"]
        ),
        _line(
            f"{PAGES} pages a second time",
            again * 1000,
            "ms",
            "the first time",
            ours["seconds"] * 1000,
        ),
    ]


def _child(task: str, root: Path, cores: int) -> dict[str, float]:
    """Measure a task in a process of its own, on so many processors."""
    command = [sys.executable, "-m", "bench.pull", task, str(root), str(cores)]
    done = subprocess.run(command, check=True, capture_output=True, cwd=Path(__file__).parents[1])  # noqa: S603 - ourselves
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured


def _bare(root: Path) -> dict[str, float]:
    documents = [p.read_bytes() for p in sorted((root / "feeds").iterdir())]
    start = perf_counter()
    import feedparser  # noqa: PLC0415 - a pull's workers load theirs while the clock runs, too

    for document in documents:
        feedparser.parse(BytesIO(document))
    return {"seconds": perf_counter() - start}


def _pull(root: Path, kind: str) -> dict[str, float]:
    from digest.config.schema import read_config  # noqa: PLC0415
    from digest.wiring import publisher  # noqa: PLC0415

    home = root / f"home-{kind}"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    (home / "feeds.yaml").write_text(_configuration(root, kind))
    press = publisher(read_config(home / "feeds.yaml", {}), None, NOW)
    start = perf_counter()
    reports = press.pull()
    middle = perf_counter()
    press.pull()
    end = perf_counter()
    assert [r.error for r in reports if r.error] == []
    memory = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    found = {a.path: a.text for a in press.articles()} if kind == "pages" else {}
    return {
        "seconds": middle - start,
        "again": end - middle,
        "memory": memory / 1024,
        "f1": _f1(root, found) if found else 0.0,
    }


def _extract(root: Path) -> dict[str, float]:
    pages = sorted((root / "pages").iterdir())
    found: dict[str | None, str] = {}
    start = perf_counter()
    import trafilatura  # noqa: PLC0415 - as above

    for page in pages:
        html = page.read_bytes()
        found[page.name] = (
            trafilatura.extract(html, favor_precision=True, include_comments=False) or ""
        )
    return {"seconds": perf_counter() - start, "f1": _f1(root, found)}


def _f1(root: Path, found: dict[str | None, str]) -> float:
    """Return the mean F1 of words, as the article extraction benchmark counts them (shingles of 4)."""
    known: dict[str, str] = json.loads((root / "bodies.json").read_text())
    return sum(_score(found.get(name, ""), text) for name, text in known.items()) / len(known)


def _score(found: str, known: str) -> float:
    one, other = _shingles(found), _shingles(known)
    shared = (one & other).total()
    return 2 * shared / max(1, one.total() + other.total())


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = [w.strip(".,“”").lower() for w in text.split() if w.strip("-–•")]
    return Counter(zip(words, words[1:], words[2:], words[3:], strict=False))


def _configuration(root: Path, kind: str) -> str:
    if kind == "pages":
        sources = f"  pages: {{archive: {root / 'pages'}}}\n"
    else:
        files = sorted((root / "feeds").iterdir())
        sources = "".join(f"  f{n}: {{feed: {path}}}\n" for n, path in enumerate(files))
    return (
        "publication: {name: N, url: https://n.example/, language: en, timezone: UTC, postal_address: N}\n"
        f"sources:\n{sources}"
        "segments:\n  all: {title: All, match: {any: ['*']}}\n"
        "newsletters:\n  w: {title: W, sender: 'N <n@n.example>', segments: [all], sections: [{title: S, rest: true}]}\n"
        "delivery: {folder: out}\n"
    )


# Input: made the same way each time, of the sizes that real feeds have


class Writer:
    """Write English-like prose: words of a fixed vocabulary, the frequent ones often."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
        lengths = self.chance.choices((2, 3, 4, 5, 6, 7, 8, 10), (5, 9, 12, 12, 9, 7, 5, 3), k=4000)
        self._words = ["".join(self.chance.choices(_LETTERS, k=n)) for n in lengths]
        self._weights = [1 / (n + 10) for n in range(len(self._words))]

    def words(self, count: int) -> str:
        """Return words, lower-case."""
        return " ".join(self.chance.choices(self._words, self._weights, k=count))

    def sentence(self) -> str:
        """Return a sentence of 6 to 24 words."""
        return self.words(self.chance.randint(6, 24)).capitalize() + "."

    def paragraph(self) -> str:
        """Return two to six sentences."""
        return " ".join(self.sentence() for _ in range(self.chance.randint(2, 6)))

    def body(self, paragraphs: int) -> str:
        """Return paragraphs as HTML, with links, emphasis and pictures."""
        parts = []
        for _ in range(paragraphs):
            text = self.paragraph().split()
            at = self.chance.randrange(len(text))
            query = "?utm_source=rss" if self.chance.random() < _TRACKED else ""
            text[at] = f'<a href="https://n.example/{self.words(1)}{query}">{text[at]}</a>'
            text[-1] = f"<em>{text[-1]}</em>"
            parts.append(f'<p class="c-{at}">{" ".join(text)}</p>')
            if self.chance.random() < _PICTURED:
                parts.append(
                    f'<figure><img src="/i/{at}.jpg" alt="{self.words(5)}" width="800"></figure>'
                )
        return "\n".join(parts)


def write_feeds(root: Path) -> None:
    """Write 200 feeds, RSS and Atom, as large as 200 real ones: 48 MB, 6,600 entries, ten over 1 MB."""
    writer = Writer(1)
    (root / "feeds").mkdir()
    for n in range(FEEDS):
        entries = max(3, min(150, int(writer.chance.lognormvariate(3.12, 0.9))))
        length = max(1, min(60, int(writer.chance.lognormvariate(2.3, 0.9))))
        document = (_atom if n % 3 == 0 else _rss)(writer, n, entries, length)
        (root / "feeds" / f"{n:03}.xml").write_text(document, "utf-8")


def _rss(writer: Writer, number: int, entries: int, length: int) -> str:
    items = "".join(
        f"<item><title>{writer.words(8).capitalize()}</title><link>https://n{number}.example/{i}</link>"
        f"<guid>https://n{number}.example/?p={i}</guid><dc:creator>{writer.words(2).title()}</dc:creator>"
        f"<pubDate>{NOW - timedelta(hours=i):%a, %d %b %Y %H:%M:%S +0000}</pubDate><category>{writer.words(1)}"
        f"</category><category>{writer.words(2)}</category><description>{escape(writer.sentence())}</description>"
        f"<content:encoded><![CDATA[{writer.body(length)}]]></content:encoded></item>\n"
        for i in range(entries)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>N</title>'
        f"<link>https://n{number}.example/</link>{items}</channel></rss>"
    )


def _atom(writer: Writer, number: int, entries: int, length: int) -> str:
    items = "".join(
        f"<entry><title>{writer.words(8).capitalize()}</title><link href='https://n{number}.example/{i}'/>"
        f"<id>tag:n{number}.example,2026:{i}</id><author><name>{writer.words(2).title()}</name></author>"
        f"<published>{(NOW - timedelta(hours=i)).isoformat()}</published><updated>{NOW.isoformat()}</updated>"
        f"<category term='{writer.words(1)}'/><summary>{escape(writer.sentence())}</summary>"
        f"<content type='html'>{escape(writer.body(length))}</content></entry>\n"
        for i in range(entries)
    )
    return f"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><title>N</title>{items}</feed>"


def write_pages(root: Path) -> None:
    """Write 600 pages of a site with navigation, teasers and a footer, and what their bodies are."""
    writer = Writer(2)
    (root / "pages").mkdir()
    bodies = {}
    for n in range(PAGES):
        body = writer.body(max(3, int(writer.chance.lognormvariate(2.3, 0.6))))
        title = writer.words(8).capitalize()
        (root / "pages" / f"{n:03}.html").write_text(_page(writer, n, title, body), "utf-8")
        bodies[f"{n:03}.html"] = _words_of(body)
    (root / "bodies.json").write_text(json.dumps(bodies))


def _page(writer: Writer, number: int, title: str, body: str) -> str:
    links = "".join(
        f'<li><a href="/{writer.words(1)}">{writer.words(2)}</a></li>' for _ in range(60)
    )
    teasers = "".join(
        f'<div class="teaser"><h3><a href="/t/{i}">{writer.words(7)}</a></h3><p>{writer.words(12)}</p></div>'
        for i in range(40)
    )
    style = "".join(f".c-{i}{{margin:{i}px;color:#{i:06x}}}" for i in range(1500))
    said = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": title,
        "datePublished": (NOW - timedelta(days=number)).isoformat(),
        "author": {"@type": "Person", "name": writer.words(2).title()},
        "keywords": ["Ocean", "City"],
        "image": "https://n.example/i.jpg",
    }
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} | N</title>'
        f'<link rel="canonical" href="https://n.example/{number}"><meta property="og:title" content="{title}">'
        f'<style>{style}</style><script type="application/ld+json">{json.dumps(said)}</script></head><body>'
        f"<header><nav><ul>{links}</ul></nav></header><main><article><h1>{title}</h1>{body}</article></main>"
        f'<aside class="related">{teasers}</aside><footer><ul>{links}</ul><p>Copyright 2026</p></footer></body></html>'
    )


def _words_of(body: str) -> str:
    from lxml import html  # noqa: PLC0415

    return " ".join(html.fromstring(f"<div>{body}</div>").text_content().split())


def _line(name: str, value: float, unit: str, against: str, other: float) -> dict[str, Any]:
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "against": f"{against}, {other:.3g} {unit}".strip(),
        "ratio": round(value / other, 4),
    }


def main(arguments: Sequence[str]) -> None:
    """Print the table, or, as a child, one measurement."""
    if not arguments:
        for line in run():
            print(
                f"{line['name']}: {line['value']} {line['unit']} = {line['ratio']} × {line['against']}"
            )
        return
    task, root, cores = arguments
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(cores)])
    tasks: dict[str, Callable[[Path], Any]] = {
        "bare": _bare,
        "extract": _extract,
        "pull": partial(_pull, kind="feeds"),
        "import": partial(_pull, kind="pages"),
    }
    print(json.dumps(tasks[task](Path(root))))


if __name__ == "__main__":
    main(sys.argv[1:])
