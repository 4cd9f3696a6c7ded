"""A small world for the laws: feeds that change as feeds do, editors, readers who move, and what they received.

Nothing here knows the program's rules: it writes feeds and files, runs commands, and reads emails.
"""

from __future__ import annotations

import io
import json
import random
import re
import unicodedata
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from digest.cli.main import main
from tests.helpers.newsroom import publisher_here

START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
DAY = timedelta(days=1)
SEGMENTS = ("leaders", "staff", "alumni")
EXCLUDED = {"leaders": {"Alumni"}, "staff": {"Alumni", "Café"}, "alumni": set[str]()}
WANTED = {"leaders": {"Top", "Arts"}, "staff": {"*"}, "alumni": {"Alumni", "Arts"}}
INTERNAL = "Présse-plan"
FEEDS = ("north", "south", "east", "west")
SHOWN = 8  # items that a feed shows
LIMITS = {"daily": (1, 5), "weekly": (2, 60), "monthly": (2, 60)}  # min and max of an edition
MAX_AGE = {"daily": 10, "weekly": 30, "monthly": 40}

CONFIG = """\
publication: {name: Northgate, url: "https://u.example/", language: en-GB, postal_address: 1 Dock Street}
sources:
  north: {feed: north.xml}
  south: {feed: south.xml}
  east: {feed: east.xml}
  west: {feed: west.xml}
tags: {internal: ["Présse-*"]}
segments:
  leaders: {title: Leaders, match: {any: [Top, Arts], none: [Alumni]}}
  staff: {title: Staff, match: {any: ["*"], none: [Alumni, "Café"]}}
  alumni: {title: Alumni, match: {any: [Alumni, Arts]}}
newsletters:
  daily:
    title: Daily
    sender: "D <d@u.example>"
    segments: [leaders, staff, alumni]
    schedule: {cron: "0 7 * * *"}
    sections: [{title: Top, match: {any: [Top]}, max: 1}, {title: More, rest: true}]
    articles: {min: 1, max: 5, max_age: 10d}
  weekly:
    title: Weekly
    sender: "W <w@u.example>"
    segments: [leaders, staff, alumni]
    schedule: {cron: "0 7 * * mon"}
    sections:
      - {title: Top, match: {any: [Top]}, max: 2}
      - {title: Arts, match: {any: [Arts]}, min: 2}
      - {title: More, rest: true}
    articles: {min: 2, max: 60, grace: 2h, max_age: 30d}
  monthly:
    title: Monthly
    sender: "M <m@u.example>"
    segments: [staff, alumni]
    schedule: {cron: "0 7 1 * *"}
    sections: [{title: All, rest: true}]
    articles: {min: 2, max: 60, max_age: 40d}
    when_short: carry-over
    repeats: {not_from: [weekly]}
delivery: {folder: sent}
"""


@dataclass(kw_only=True)
class Story:
    """What a feed tells; `seen` are the sets of tags that pulls have shown of it, with their time.

    It has `changed` since the last pull: what is under another name and in other words at once is,
    for all that anybody can tell, another story.
    """

    token: str
    feed: str
    guid: str
    url: str
    published: datetime
    tags: list[str]
    words: str
    changed: bool = False
    dates: list[datetime] = field(default_factory=list)
    seen: list[tuple[datetime, frozenset[str]]] = field(default_factory=list)

    def tags_at(self, moment: datetime) -> frozenset[str]:
        """Return the tags that the last pull before a moment showed."""
        return [tags for at, tags in self.seen if at <= moment][-1]


@dataclass(frozen=True, kw_only=True)
class Received:
    """One email as its reader has it."""

    newsletter: str
    address: str
    at: datetime
    drafted: datetime
    tokens: tuple[str, ...]
    text: str
    raw: bytes


def folded(text: str) -> str:
    return unicodedata.normalize("NFC", text)


class World:
    """A folder with everything in it; `now` is moved by the simulation.

    Feeds are read by the command and its worker processes for so many days, then in this process: the
    readers are the same, but 56 starts of workers took twice as long as all the rest.
    """

    def __init__(self, folder: Path, seed: int, *, days_by_command: int) -> None:
        self.folder, self.chance, self.now = folder, random.Random(seed), START  # noqa: S311 - a simulation
        self.stories: dict[str, Story] = {}
        self.shown: dict[str, list[Story]] = {feed: [] for feed in FEEDS}
        self.down: dict[str, datetime] = {}
        self.received: list[Received] = []
        self.drafted: dict[str, datetime] = {}
        self.first_draft: dict[tuple[str, str], datetime] = {}
        self.hidden: dict[tuple[str, str], datetime] = {}
        self.delayed: dict[tuple[str, str], datetime] = {}
        self.segments = {f"r{n}@u.example": SEGMENTS[n % 3] for n in range(6)}
        self.members: list[tuple[datetime, dict[str, str]]] = []
        self.editions: list[tuple[str, datetime, dict[str, tuple[str, ...]]]] = []
        self.by_command_until = START + days_by_command * DAY
        self._mail: set[str] = set()
        self._tokens: dict[str, str] = {}
        (folder / "feeds.yaml").write_text(CONFIG)
        self.import_readers()

    # Commands

    def run(self, *words: str) -> tuple[int, str]:
        """Run a command at `now`; return its exit status and what it printed."""
        out = io.StringIO()
        config = str(self.folder / "feeds.yaml")
        with redirect_stdout(out), redirect_stderr(io.StringIO()) as told:
            try:
                main(["--config", config, "--now", self.now.isoformat(), "--json", *words])
            except SystemExit as end:
                status = int(end.code or 0)
        assert "Traceback" not in told.getvalue(), told.getvalue()
        return status, out.getvalue()

    def issue(self, id_: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run("show", id_)[1])
        return found

    # The feeds

    def new_story(self) -> None:
        chance, number = self.chance, len(self.stories)
        feed, token = chance.choice(FEEDS), f"k{number:04}"
        tags = [
            t for t in ("Top", "Arts", "Alumni", "Café", "Sport", "Tides") if chance.random() < 0.2
        ]
        if chance.random() < 0.3:
            tags.append(f"{INTERNAL}-{chance.choice('abc')}")
        if chance.random() < 0.5:  # another spelling of the same words
            tags = [unicodedata.normalize("NFD", tag) for tag in tags]
        ahead = chance.random() < 0.08
        moved = (
            timedelta(days=chance.randint(1, 8))
            if ahead
            else -timedelta(hours=chance.uniform(0, 9))
        )
        word = chance.choice(("quay", "tower", "bridge", "garden", "library", "market"))
        words = " ".join(f"{word} {chance.randint(100, 999)} {token}x{n}" for n in range(20))
        url = f"https://{feed}.example/{token}"
        story = Story(
            token=token,
            feed=feed,
            guid=f"g-{token}",
            url=url,
            published=self.now + moved,
            tags=tags,
            words=words,
        )
        story.dates.append(story.published)
        self.stories[token] = story
        self.shown[feed].insert(0, story)

    def change_stories(self) -> None:
        """Let feeds do what feeds do: reword, take tags off, re-date, and tell it under new names."""
        chance = self.chance
        for story in [s for shown in self.shown.values() for s in shown]:
            what = chance.random()
            if story.changed or what > 0.12:
                continue
            story.changed = True
            if what < 0.03:
                story.words += f" and more of {story.token}"
            elif what < 0.06 and story.tags:
                story.tags.pop()
            elif what < 0.08:
                story.published += timedelta(hours=chance.randint(1, 30))
                story.dates.append(story.published)
            elif what < 0.095:
                story.guid += "-again"
                story.published += timedelta(hours=chance.randint(1, 30))
                story.dates.append(story.published)
            elif what < 0.11:
                story.url = story.url.replace(".example/", ".example/moved/")
            else:
                self.shown[story.feed].remove(story)

    def write_feeds(self) -> None:
        for feed, shown in self.shown.items():
            path = self.folder / f"{feed}.xml"
            if self.chance.random() < 0.04:
                self.down[feed] = self.now + self.chance.randint(1, 3) * DAY
            if self.down.get(feed, START) > self.now:
                path.unlink(missing_ok=True)
                continue
            del shown[SHOWN:]
            path.write_text(
                '<?xml version="1.0"?><rss version="2.0"><channel><title>F</title>'
                + "".join(map(_told, shown))
                + "</channel></rss>"
            )

    def pull(self) -> None:
        if self.now < self.by_command_until:
            status, out = self.run("pull", "--force")
            said = {each["name"]: each["status"] for each in json.loads(out)["sources"]}
            assert status in (0, 1)
        else:
            press = publisher_here(self.folder / "feeds.yaml", self.now)
            said = {each.name: each.status for each in press.pull(force=True)}
        for feed, shown in self.shown.items():
            if said[feed] in ("ok", "unchanged"):
                for story in shown:
                    story.changed = False
                    story.seen.append((self.now, frozenset(folded(tag) for tag in story.tags)))

    # Readers

    def import_readers(self) -> None:
        lines = "".join(f"{address},{segment}\n" for address, segment in self.segments.items())
        (self.folder / "readers.csv").write_text("address,segments\n" + lines)
        status, out = self.run("subscribers", "import", str(self.folder / "readers.csv"))
        assert (status, json.loads(out)["rejected"]) == (0, [])
        self.members.append((self.now, dict(self.segments)))

    def move_readers(self) -> None:
        if self.chance.random() < 0.15:
            someone = self.chance.choice([*self.segments])
            self.segments[someone] = self.chance.choice(SEGMENTS)
            self.import_readers()

    # Editors

    def edit(self, newsletter: str, id_: str) -> None:
        chance = self.chance
        editions: list[dict[str, Any]] = self.issue(id_)["editions"]
        held = [(e["segment"], a) for e in editions for a in e["articles"]]
        if not held or chance.random() < 0.5:
            return
        segment, article = chance.choice(held)
        token, verb = self._token(article), chance.choice(["pin", "hide", "move", "delay", "title"])
        change = {verb: article}
        if verb == "pin":
            change["segment"] = segment  # a pin for all would go round the segments' rules
        if verb == "move":
            change["section"] = "All" if newsletter == "monthly" else "More"
        if verb == "title":
            change["text"] = f"Reworded {token}"
        if verb == "delay" and chance.random() < 0.5:
            change["until"] = (self.now + chance.randint(1, 6) * DAY).date().isoformat()
        (self.folder / "patch.json").write_text(json.dumps([change]))
        status, _ = self.run("edit", id_, "--patch", str(self.folder / "patch.json"), "--by", "Ana")
        if status == 0 and verb == "hide":
            self.hidden[newsletter, token] = self.now

    def _token(self, id_: str) -> str:
        if id_ not in self._tokens:  # whatever an article is called, its token stands in its title
            for line in self.run("articles")[1].splitlines():
                found = json.loads(line)
                self._tokens[found["id"]] = re.findall(r"k\d{4}", found["title"])[0]
        return self._tokens[id_]

    # Issues

    def publish(self, newsletter: str) -> None:
        """Draft an issue, edit it, approve and send it; now and then stop between two commands."""
        chance = self.chance
        issue = json.loads(self.run("draft", newsletter)[1])
        for segment in ("staff", "alumni", "leaders"):
            self.first_draft.setdefault((newsletter, segment), self.now)
        if issue["status"] != "draft":
            return
        id_ = issue["id"]
        self.drafted[id_] = self.now
        self.edit(newsletter, id_)
        if chance.random() < 0.06:
            return  # nobody approves it today
        if chance.random() < 0.03:
            self.run("discard", id_, "--by", "Ana")
            return
        if self.run("approve", id_, "--by", "Ana")[0] != 0:
            return
        if chance.random() < 0.05:
            self.now += DAY  # it is sent a day late, by hand
        self.send(newsletter, id_)

    def send(self, newsletter: str, id_: str) -> None:
        self.now += timedelta(minutes=3)
        status, _ = self.run("send", id_)
        found = self.issue(id_)
        if found["status"] != "sent":
            assert status != 0
            return
        editions: dict[str, tuple[str, ...]] = {}
        for each in found["editions"]:
            editions[each["segment"]] = tuple(map(self._token, each["articles"]))
        self.editions.append((newsletter, self.drafted[id_], editions))
        for file in sorted((self.folder / "sent").rglob("*.eml")):
            if str(file) not in self._mail:
                self._mail.add(str(file))
                self.received.append(self._read(newsletter, file.read_bytes(), self.drafted[id_]))

    def _read(self, newsletter: str, raw: bytes, drafted: datetime) -> Received:
        email = message_from_bytes(raw, policy=policy.default)
        assert isinstance(email, EmailMessage)
        body = email.get_body(("plain",))
        assert body is not None
        text = body.get_content()
        headlines = re.findall(r"^(?:A story of|Reworded) (k\d{4})", text, re.MULTILINE)
        return Received(
            newsletter=newsletter,
            address=str(email["To"]).strip("<>"),
            at=self.now,
            drafted=drafted,
            tokens=tuple(headlines),
            text=text,
            raw=raw,
        )

    def day(self) -> None:
        """Let one day pass: news at night, pulls, and what is due at seven."""
        morning = self.now.replace(hour=5, minute=0, second=0)
        for hour in (0, 3):
            self.now = morning + timedelta(hours=hour / 2)
            for _ in range(self.chance.randint(0, 3)):
                self.new_story()
            self.change_stories()
            self.write_feeds()
            self.pull()
        self.move_readers()
        self.now = morning + timedelta(hours=2, seconds=20)
        due = ["daily"]
        due += ["weekly"] if self.now.weekday() == 0 else []
        due += ["monthly"] if self.now.day == 1 else []
        for newsletter in due:
            today = self.now
            self.publish(newsletter)
            self.now = max(self.now, today) if self.now.date() == today.date() else self.now
        self.now = max(self.now, morning + timedelta(hours=3))
        self.now = self.now.replace(hour=0, minute=0, second=0) + DAY


def _told(story: Story) -> str:
    tags = "".join(f"<category>{escape(tag)}</category>" for tag in story.tags)
    return (
        f"<item><title>A story of {story.token} at the {story.words.split()[0]}</title>"
        f"<link>{story.url}</link><guid isPermaLink='false'>{story.guid}</guid>"
        f"<pubDate>{format_datetime(story.published)}</pubDate>"
        f"<description>{escape(story.words)}.</description>{tags}</item>"
    )
