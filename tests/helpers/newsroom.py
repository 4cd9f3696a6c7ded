"""A small newsroom in a folder: a configuration, an archive of notes, and a publisher upon them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from textwrap import indent

from digest.config import read_config
from digest.model import Subscriber
from digest.publisher import Publisher
from digest.render.renderer import Renderer
from digest.sources.fetching.secrets import SecretSources
from digest.sources.pull import Puller
from digest.store.database import open_database
from digest.store.sqlite import sqlite_file
from digest.wiring import database_url, publisher, template_folders

CONFIG = """\
publication:
  name: Northgate
  url: https://u.example/
  timezone: Europe/London
  postal_address: 1 Dock Street
sources:
  notes: {{archive: notes, url_base: "https://u.example/"}}
tags:
  internal: ["Comms-strategy-*", "Strategy-*"]
  aliases: {{EU: European-Union}}
segments:
  staff: {{title: Staff, match: {{any: ["*"], none: [Alumni]}}}}
  alumni: {{title: Alumni, match: {{any: [Alumni, European-Union]}}}}
newsletters:
  weekly:
    title: This week
    sender: "News <news@u.example>"
    segments: [staff, alumni]
    schedule: {{cron: "0 7 * * mon"}}
    sections:
      - {{title: Europe, match: {{any: [European-Union]}}, max: 2}}
      - {{title: More, rest: true}}
    points: {{recency: 60, picture: 0, standfirst: 0}}
{newsletter}
delivery: {{{delivery}}}
"""


class Newsroom:
    """A folder with everything in it; `now` is moved by the test."""

    def __init__(
        self,
        folder: Path,
        now: datetime,
        newsletter: str = "",
        delivery: str = "folder: sent",
        database: str | None = None,
    ) -> None:
        self.folder, self.now, self.database = folder, now, database
        self.configure(newsletter, delivery)
        (folder / "notes").mkdir(exist_ok=True)

    def configure(self, newsletter: str = "", delivery: str = "folder: sent") -> None:
        """Write the configuration, with more lines for the newsletter."""
        if "schedule:" in newsletter:
            template = CONFIG.replace('    schedule: {{cron: "0 7 * * mon"}}\n', "")
        else:
            template = CONFIG
        text = template.format(newsletter=indent(newsletter, "    "), delivery=delivery)
        stated = f'database: "{self.database}"\n' if self.database else ""
        (self.folder / "feeds.yaml").write_text(text + stated)

    def note(self, name: str, *tags: str, age: timedelta = timedelta(days=1), **more: str) -> None:
        """Put an article into the archive."""
        facts: Mapping[str, str] = {
            "title": f"The story of {name}",
            "date": (self.now - age).isoformat(),
            "tags": "[" + ", ".join(tags) + "]",
            "url": f"https://u.example/{name}",
            "summary": f"What {name} did, and why.",
            **more,
        }
        front = "\n".join(f"{key}: {value}" for key, value in facts.items())
        words = f"{name} did a thing that nobody in {name} had done before. " * 3
        (self.folder / "notes" / f"{name}.md").write_text(f"---\n{front}\n---\n\n{words}\n")

    def copied(self, folder: Path) -> Newsroom:
        """Return the same in another folder, as it stands: what takes long is done once for many tests."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        twin = copy(self)
        twin.folder = folder
        return twin

    def open(self, environment: Mapping[str, str] | None = None) -> Publisher:
        """Return a publisher as a new process would have it; its clock is the newsroom's.

        It reads in this process: a worker takes half a second to start, and has tests of its own.
        """
        return publisher_here(self.folder / "feeds.yaml", self.now, environment)

    def subscribe(self, *people: tuple[str, str]) -> None:
        """Add subscribers: an address and the segments, separated by `;`."""
        found = [Subscriber(address=a, segments=tuple(s.split(";"))) for a, s in people]
        self.open()._services.audience.put(found, self.now)


@cache
def _new_database() -> bytes:
    """Return the file that the migrations make of nothing."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "digest.db")
        open_database(f"sqlite:///{file}").dispose()
        return file.read_bytes()


def publisher_here(
    file: Path, now: datetime, environment: Mapping[str, str] | None = None
) -> Publisher:
    """Return a publisher that reads feeds and pages in this process, without workers.

    Its database begins as a copy of a new one: the migrations run once, and have tests of their own.
    What the shipped looks' styles were seen to do is learned once, as in a desk that runs for long; the
    commands, in tests of their own, learn it anew each time.
    """
    config = read_config(file, environment or {})
    url = database_url(config)
    if url.startswith("sqlite") and not (kept := sqlite_file(url)).exists():
        kept.write_bytes(_new_database())
    services = publisher(config, None, now)._services
    puller = Puller(config.folder, "digest/tests", workers=0)
    folders = template_folders(config.folder)
    return Publisher(
        replace(
            services,
            sources=SecretSources(puller, config.secret),
            renderer=_shipped_looks(folders[0]) if len(folders) == 1 else services.renderer,
        )
    )


@cache
def _shipped_looks(folder: Path) -> Renderer:
    return Renderer([folder])
