"""Renew the table of what mail programs support, from the data of Can I email.

`python tools/update_client_support.py CANIEMAIL.json` writes
`digest/render/checks/client_support.tsv`. The data is `https://www.caniemail.com/api/data.json`, or
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

TABLE = Path(__file__).parents[1] / "digest/render/checks/client_support.tsv"
LICENCE = "Can I email (caniemail.com), MIT licence, © Rémi Parmentier and contributors"
CATEGORIES = ("css", "html", "image", "others")


def main(file: str) -> None:
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
