"""Renew the table of what mail programs support, from the data of Can I email.

`python tools/update_client_support.py CANIEMAIL.json` writes
`digest/render/checks/client_support.tsv`, and the table of `docs/lint.md` from it; without a file
the latter alone. The data is `https://www.caniemail.com/api/data.json`, or
`data/caniemail.json` of the npm package `caniemail` (MIT, © Rémi Parmentier and contributors).

The table keeps of each feature the clients whose newest version does not support it, or only in
part, each with the version or month since which that is so.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from digest.render.checks.clients import Readers
from digest.render.checks.features import listed, table

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "digest/render/checks/client_support.tsv"
PAGE = ROOT / "docs/lint.md"
BEGIN, END = "<!-- table of mail programs -->\n", "<!-- end of the table -->\n"
LICENCE = "Can I email (caniemail.com), MIT licence, © Rémi Parmentier and contributors"
CATEGORIES = ("css", "html", "image", "others")


def main(file: str | None = None) -> None:
    """Write the table from a file of the site's data, and the page of the lint from the table."""
    if file is not None:
        renew(file)
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    PAGE.write_text(before + BEGIN + documented() + END + rest.partition(END)[2], "utf-8")


def documented() -> str:
    """Return what the lint knows as a table in Markdown."""
    day, _ = table()
    lines = [
        f"As of {day}, for the programs of `clients: main`.",
        "",
        "| feature | not known by | what is lost | severity | instead |",
        "|---|---|---|---|---|",
    ]
    readers = Readers({})
    rows: dict[tuple[str, str], str] = {}
    for matcher in listed():
        if lacking := matcher.feature.fails.keys() & readers.clients:
            title = matcher.feature.title.replace("|", "\\|")
            shown = f"`{title}`" if "<" in title else title
            cells = (shown, readers.words(lacking), matcher.lost)
            row = " | ".join((*cells, matcher.severity, matcher.instead.replace("|", "\\|")))
            rows.setdefault((matcher.feature.name, matcher.lost), f"| {row} |")
    return "\n".join((*lines, *rows.values(), ""))


def renew(file: str) -> None:
    """Write the table from a file of the site's data."""
    data = json.loads(Path(file).read_text("utf-8"))
    features = [f for f in data["data"] if f["category"] in CATEGORIES]
    lines = [
        f"# {LICENCE}",
        f"# As of {data['last_update_date'][:10]}; renewed by tools/update_client_support.py",
        "# feature\ttitle\tnot supported: client=since\tsupported in part: client=since",
    ]
    for feature in sorted(features, key=lambda f: str(f["slug"])):
        title = " ".join(str(feature["title"]).split())
        fails, partly = (" ".join(_clients(feature["stats"], letter)) for letter in "na")
        lines.append("\t".join((feature["slug"], title, fails, partly)))
    TABLE.write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{len(features)} features, as of {data['last_update_date'][:10]}, in {TABLE}")


def _clients(stats: Mapping[str, Mapping[str, Mapping[str, Any]]], letter: str) -> Iterator[str]:
    """Yield `family/platform=since` for each client whose newest version has this answer."""
    for family, platforms in sorted(stats.items()):
        for platform, versions in sorted(platforms.items()):
            since = None
            for version, answer in versions.items():  # oldest first, as the site orders them
                if str(answer)[:1] != letter:
                    since = None
                elif since is None:
                    since = re.sub(r"\s+", "", version)
            if since is not None:
                yield f"{family}/{platform}={since}"


if __name__ == "__main__":
    main(*sys.argv[1:])
