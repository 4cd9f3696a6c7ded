"""Inputs that people reported of such programs, reduced: each gives what `expected.tsv` says.

They lie beside the project where it is made. What they stand for is tested with data of our own in
tests/sources and tests/publisher.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

import pytest
import yaml
from lxml import etree
from lxml import html as lxml_html

from digest.model import Article, Issue, Subscriber
from digest.publisher import Publisher
from tests.helpers.newsroom import publisher_here

CASES = Path(__file__).parents[3] / "shared" / "cases"
SIGHT = datetime(2026, 1, 12, 6, tzinfo=UTC)
CONFIG = """\
publication:
  name: Harbour Press
  url: https://press.example/
  language: en-GB
  timezone: {zone}
  postal_address: 1 Dock Street
sources:
  source: {source}
segments:
  all: {{title: All, match: {{any: ["*"]}}}}
newsletters:
  news:
    title: News
    sender: "News <news@press.example>"
    segments: [all]
    schedule: {{cron: "{cron}"}}
    approval: automatic
    images: link
    articles: {articles}
    sections:
      - {{title: News, rest: true}}
delivery: {{folder: sent}}
"""
Make: TypeAlias = "Callable[..., Case]"


class Case:
    """A project around one file of the cases."""

    def __init__(
        self,
        folder: Path,
        file: str,
        *,
        cron: str = "0 7 * * mon",
        zone: str = "Europe/London",
        articles: str = "{min: 1}",
        language: str | None = None,
    ) -> None:
        self.folder, self.file = folder, CASES / file
        archived = file.startswith("archive/")
        at = "filed" if archived and self.file.suffix != ".xml" else self.file.name
        source = {"archive" if archived else "feed": at, "url_base": "https://press.example/news/"}
        self.config = folder / "feeds.yaml"
        told = {**source, **({"language": language} if language else {})}
        self.config.write_text(
            CONFIG.format(source=yaml.safe_dump(told, default_flow_style=True).strip(), zone=zone,
                          cron=cron, articles=articles), "utf-8"
        )  # fmt: skip
        (folder / "filed").mkdir()
        self.put(self.file.read_bytes(), at if at != "filed" else f"filed/{self.file.name}")

    def put(self, data: bytes, name: str | None = None) -> None:
        (self.folder / (name or self.file.name)).write_bytes(data)

    def at(self, now: datetime) -> Publisher:
        return publisher_here(self.config, now)

    def pulled(self) -> Publisher:
        press = self.at(SIGHT)
        (report,) = press.pull()
        assert report.error is None
        return press

    def article(self, item: str = "") -> Article:
        """Return the article whose id or headline begins with the item's name, or the only one."""
        found = [
            a for a in self.pulled().articles()
            if (a.guid or "").casefold() == item.casefold() or a.title.startswith(item)
        ]  # fmt: skip
        assert len(found) == 1, (item, [(a.guid, a.title) for a in found])
        return found[0]

    def story(self, item: str) -> lxml_html.HtmlElement:
        """Return what an issue prints of an article, by the link of its headline."""
        article = self.article(item)
        issue = self.at(SIGHT).draft("news").issue
        page = lxml_html.fromstring(issue.messages[0].html)
        (link,) = [e for e in page.iter("a") if " ".join(e.text_content().split()) == article.title]
        return link

    def weeks(self, moments: Sequence[datetime], seen: dict[str, datetime]) -> dict[str, list[str]]:
        """Pull before each issue what was seen by then; return the days of the issues that had an item."""
        document = self.file.read_bytes()
        self.at(moments[0] - timedelta(days=8)).put_subscribers(
            [Subscriber(address="r@press.example", segments=("all",))]
        )
        found: dict[str, list[str]] = {}
        issues: set[str] = set()
        for moment in moments:
            self.put(seen_by(document, moment, seen))
            press = self.at(moment)
            press.pull(force=True)
            press.tick()
            for head in press.issues():
                if head.id not in issues and (issue := press.issue(head.id)).status == "sent":
                    issues.add(head.id)
                    for article in printed(issue):
                        found.setdefault(article.guid or "", []).append(f"{moment:%d %b}")
        return found


def seen_by(document: bytes, moment: datetime, seen: dict[str, datetime]) -> bytes:
    channel = (tree := etree.fromstring(document))[0]
    for item in channel.findall("item"):
        if seen[item.findtext("guid") or ""] > moment:
            channel.remove(item)
    return etree.tostring(tree)


def printed(issue: Issue) -> list[Article]:
    return [a for e in issue.editions for s in e.sections for a in s.articles]


def day(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00+00:00")


@pytest.fixture
def case(tmp_path: Path) -> Make:
    def made(file: str, **more: str) -> Case:
        folder = tmp_path / str(len([*tmp_path.iterdir()]))
        folder.mkdir()
        return Case(folder, file, **more)

    return made


def image(article: Article) -> str | None:
    return article.image.url if article.image else None


def lazy(case: Make) -> None:
    assert image(case("feeds/reported.xml").article("C06")) == "https://t.example/real.jpg"


def no_topic(case: Make) -> None:
    topics = case("feeds/reported.xml").article("C09").topics
    assert "R&D" in topics
    assert "Uncategorized" not in topics


def tail(case: Make) -> None:
    summary = case("feeds/reported.xml").article("C10").summary
    assert summary.rstrip("….") == "This is the real summary of the post with words"
    assert "[" not in summary


def read_more(case: Make) -> None:
    found = case("feeds/reported.xml").article("C11")
    assert found.summary == found.text == "First sentence is good. Second is here."


def names(case: Make) -> None:
    assert case("feeds/reported.xml").article("C12").authors == (
        "Ann Author", "Bob Writer", "Cy Third", "Dee Four",
    )  # fmt: skip


def permanent(case: Make) -> None:
    assert case("feeds/reported.xml").article("C16").url == "https://t.example/c16"


def day_first(case: Make) -> None:
    said = [case("feeds/reported.xml", language=language).article("C18").published
            for language in ("en-GB", "de", "en-US", None)]  # fmt: skip
    assert said == [day("2026-01-08T17:00"), day("2026-01-08T17:00"), None, None]


def photo(case: Make) -> None:
    assert image(case("feeds/reported.xml").article("C24")) == "https://t.example/photo.jpg"


def no_address(case: Make) -> None:
    assert case("feeds/reported.atom").article("A1").authors == ()


def hugo(case: Make) -> None:
    found = case("archive/hugo.md").article()
    assert found.published
    assert found.published.isoformat() == "2026-01-06T09:30:00+01:00"
    assert (found.title, found.standfirst) == (
        "Hugo TOML front matter",
        "A short standfirst in TOML.",
    )
    assert (found.tags, found.authors) == (("Harbour", "Tides", "News"), ("Ann Author",))
    assert found.text == "The body of the Hugo post. It has two sentences."


def jekyll(case: Make) -> None:
    found = case("archive/2026-01-08-jekyll-dated-name.md").article()
    assert (found.published, found.date_source) == (day("2026-01-08T00:00"), "file")
    assert found.tags == ("harbour", "tides")


def saved(case: Make) -> None:
    found = case("archive/page.mht").article()
    assert (found.title, found.url) == ("MHTML page", "https://t.example/news/mhtml-page")
    assert found.text.startswith("This is the body of a page that a browser saved")


def exported(case: Make) -> None:
    found = case("archive/export.wxr.xml").article("https://t.example/?p=1")
    assert (found.topics, found.authors) == (("R&D",), ("Ann Author",))


def more_tags(case: Make) -> None:
    found = case("archive/single.txt").article()
    assert (found.tags, found.tags_cut) == (("Comms-strategy-Local", "Harbour", "Tides"), True)


def lines(case: Make) -> None:
    found = case("archive/nolines.txt").article()
    assert (found.title, found.authors) == ("Minister visits the quay", ("Cy Third",))
    assert (found.published, len(found.text.split("\n\n"))) == (day("2026-01-06T00:00"), 2)


def languages(case: Make) -> None:
    odd = case("feeds/odd-words.xml")
    odd.config.write_text(odd.config.read_text("utf-8").replace("en-GB", "de-DE"), "utf-8")
    assert next(e.get("dir") for e in up(odd.story("E02")) if e.get("dir")) == "rtl"
    assert next(e.get("lang") for e in up(odd.story("E02")) if e.get("lang")) == "ar"
    assert next(e.get("lang") for e in up(odd.story("E06")) if e.get("lang")) == "ja"
    assert odd.article("E06").summary.endswith("。")


def up(element: lxml_html.HtmlElement) -> list[lxml_html.HtmlElement]:
    return [element, *element.iterancestors()]


def no_code(case: Make) -> None:
    summary = case("feeds/odd-words.xml").article("E07").summary
    assert summary.startswith("First real sentence of the story. ")
    assert not re.search(r"cell|print|\[1\]", summary)


def literal(case: Make) -> None:
    found = case("stories/text-titles.xml").article("e1")
    assert found.title == "Using the <code> and <b> tags, and &amp; too"
    assert found.summary == "Write <b>bold</b> with <b>."


def said_once(case: Make) -> None:
    press = case("stories/no-titles.xml")
    press.pulled()
    text = " ".join(
        press.at(SIGHT).draft("news").issue.messages[0].text.split("News\n----")[-1].split()
    )
    for words in ("Today we hang the new bell", "Only one short line", "Come and listen at noon"):
        assert text.count(words) == 1, words


def excerpts(case: Make) -> None:
    told = case("stories/excerpts.xml")
    words = " ".join(told.article(item).summary for item in "ab")
    assert "The old crane gets a new coat." in words
    assert not re.search(r"Continue|Read more|appeared|Share|\[", words)


def notes(case: Make) -> None:
    text = case("stories/footnotes.xml").article("a").text
    assert text.startswith("In 2019 the port spent 45 million on quays. ")
    assert re.search(r"H(?:2|₂)O at (?:10⁶|10\^6) litres\.$", text)


def smiley(case: Make) -> None:
    found = case("stories/smiley.xml").article("a")
    assert (image(found), found.text) == (None, "We party 😀 until the morning comes again.")


def pictures(case: Make) -> None:
    told = case("stories/lazy.xml")
    assert [image(told.article(i)) for i in "abd"] == [
        f"https://press.example/up/{name}.jpg" for name in ("crane", "two", "three")
    ]


def avatars(case: Make) -> None:
    told = case("stories/avatar.xml")
    assert [image(told.article(i)) for i in "ab"] == [
        f"https://press.example/up/{name}.jpg" for name in ("real", "r2")
    ]


def episode(case: Make) -> None:
    assert case("stories/episode.xml").article("ep-12").url == "https://cdn.press.example/ep12.mp3"


def blocks(case: Make) -> None:
    found = case("stories/blocks.xml").article("a")
    for apart in (r"Day\s+Time", r"Mon\s+10:00", r"First block\.\s+Second", r"def f\(x\):\n\s*return",
                  r"noon\s+After", r"Quay\s+A wall", r"Outer\s+Inner", r"Three\s+Four", r"Spoiler\s+He dies"):  # fmt: skip
        assert re.search(apart, found.text), apart
    assert "No audio" not in found.text
    assert 'href="tel:+441234"' in found.html
    assert 'href="https://press.example/news/a#fn1"' in found.html


def pasted(case: Make) -> None:
    press = case("stories/avatar.xml")
    press.pulled()
    patch = yaml.safe_load((CASES / "stories/intro-patch.yaml").read_text("utf-8"))
    issue = press.at(SIGHT).draft("news").issue
    edited = press.at(SIGHT).edit(issue.id, patch, by="Ana")
    words = edited.messages[0].text
    assert re.search(r"^Dear readers\n\n+Welcome to the week\.\n", words, re.MULTILINE)
    assert re.search(r"Mon\s+10:00|Mon · 10:00", words)


def japanese(case: Make) -> None:
    summary = case("stories/japanese.xml").article("jp").summary
    assert (summary[-1], len(summary) > 60) == ("。", True)


def arabic(case: Make) -> None:
    link = case("stories/arabic.xml").story("ar")
    assert next(e.get("lang") for e in up(link) if e.get("lang")) == "ar"
    assert next(e.get("dir") for e in up(link) if e.get("dir")) == "rtl"


MONDAYS = [day("2026-01-05T07:00") + timedelta(days=7 * n) for n in range(8)]


def ahead(case: Make) -> None:
    seen = {"a": day("2026-01-10T11:00"), "fut": day("2026-01-12T06:00"), "b": day("2026-01-16T11:00"),
            "w3": day("2026-02-13T11:00")}  # fmt: skip
    found = case("weeks/dated-ahead.xml").weeks(MONDAYS, seen)
    assert found == {"a": ["12 Jan"], "b": ["19 Jan"], "fut": ["09 Feb"], "w3": ["16 Feb"]}


def local_time(case: Make) -> None:
    # the clock of the port says what the label calls GMT, and is seven hours behind it when it is seen
    labels = {
        "1": "2026-01-11T18:00",
        "22": "2026-01-12T20:00",
        "2": "2026-01-13T06:30",
        "3": "2026-01-13T18:00",
    }
    seen = {item: day(label) - timedelta(hours=7) for item, label in labels.items()}
    mornings = [day("2026-01-10T23:00") + timedelta(days=n) for n in range(6)]
    daily = case("weeks/local-time-as-gmt.xml", zone="Asia/Singapore", cron="0 7 * * *")
    assert daily.weeks(mornings, seen) == {
        "1": ["11 Jan"], "22": ["12 Jan"], "2": ["13 Jan"], "3": ["13 Jan"]
    }  # fmt: skip


def grace(case: Make) -> None:
    seen = {"a": day("2026-01-10T11:00"), "b": day("2026-01-16T11:00"), "f": day("2026-01-19T06:31"),
            "l": day("2026-01-21T06:31")}  # fmt: skip
    found = case("weeks/grace.xml", articles="{min: 1, grace: 2h}").weeks(MONDAYS, seen)
    assert found == {"a": ["12 Jan"], "b": ["19 Jan"], "f": ["26 Jan"], "l": ["26 Jan"]}


def hosts(case: Make) -> None:
    moving = case("weeks/host-changes.xml")
    moved = moving.file.read_bytes()
    before = moved.replace(b"news.harbour.example/", b"press.example/news/")
    for n, document in enumerate((before, before, moved, moved)):
        moving.put(document)
        if not n:
            moving.at(MONDAYS[0]).put_subscribers(
                [Subscriber(address="r@press.example", segments=("all",))]
            )
        press = moving.at(MONDAYS[n])
        press.pull(force=True)
        press.tick()
    sent = [
        a.title for h in press.issues() if h.status == "sent" for a in printed(press.issue(h.id))
    ]
    assert sorted(sent) == ["Guests may get their papers back", "The crane is painted blue again"]


def goes_out(case: Make, file: str, *items: str) -> Issue:
    """Assert that an issue with these items goes out, whatever their words are."""
    told = case(file)
    seen = dict.fromkeys(
        re.findall(r"<guid[^>]*>([^<]+)", told.file.read_text()), day("2026-01-11T12:00")
    )
    assert {
        item: days for item, days in told.weeks(MONDAYS[:2], seen).items() if item in items
    } == {item: ["12 Jan"] for item in items}
    press = told.at(MONDAYS[1])
    return press.issue(press.issues()[-1].id)


def long_headline(case: Make) -> None:
    issue = goes_out(case, "weeks/long-headline.xml", "x")
    assert len(issue.messages[0].subject) <= 150


def one_link(case: Make) -> None:
    goes_out(case, "weeks/one-link.xml", "s1", "s2")


def braces(case: Make) -> None:
    issue = goes_out(case, "weeks/braces.xml", "s1")
    assert "How {{ user.name }} and *|FNAME|* work in letters" in issue.messages[0].text


CHECKS: dict[str, Callable[[Make], None]] = {
    "feeds/reported.xml C06 image.url": lazy,
    "feeds/reported.xml C09 topics": no_topic,
    "feeds/reported.xml C10 summary": tail,
    "feeds/reported.xml C11 summary": read_more,
    "feeds/reported.xml C12 authors": names,
    "feeds/reported.xml C16 url": permanent,
    "feeds/reported.xml C18 published": day_first,
    "feeds/reported.xml C24 image.url": photo,
    "feeds/reported.atom A1 authors": no_address,
    "archive/hugo.md all": hugo,
    "archive/2026-01-08-jekyll-dated-name.md published, tags": jekyll,
    "archive/page.mht all": saved,
    "archive/export.wxr.xml W1 topics": exported,
    "archive/single.txt tags": more_tags,
    "archive/nolines.txt all": lines,
    "feeds/odd-words.xml E02, E06 html": languages,
    "feeds/odd-words.xml E07 summary": no_code,
    "stories/text-titles.xml e1 title": literal,
    "stories/no-titles.xml both email": said_once,
    "stories/excerpts.xml all summary": excerpts,
    "stories/footnotes.xml a text": notes,
    "stories/smiley.xml all image, text": smiley,
    "stories/lazy.xml all image": pictures,
    "stories/avatar.xml both image": avatars,
    "stories/episode.xml ep-12 url": episode,
    "stories/blocks.xml a text, html": blocks,
    "stories/intro-patch.yaml intro email": pasted,
    "stories/japanese.xml jp summary": japanese,
    "stories/arabic.xml ar email": arabic,
    "weeks/dated-ahead.xml fut issues": ahead,
    "weeks/local-time-as-gmt.xml 2, 22, 3 issues": local_time,
    "weeks/grace.xml f issues": grace,
    "weeks/host-changes.xml both issues": hosts,
    "weeks/long-headline.xml lead subject": long_headline,
    "weeks/one-link.xml all issues": one_link,
    "weeks/braces.xml all issues": braces,
}


def rows() -> list[str]:
    if not CASES.is_dir():
        return [*CHECKS]
    with (CASES / "expected.tsv").open(encoding="utf-8") as table:
        read = csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [" ".join(filter(None, (r["file"], r["item"], r["field"]))) for r in read]


@pytest.mark.skipif(
    not CASES.is_dir(), reason="the reported cases lie beside the project only at home"
)
@pytest.mark.parametrize("row", rows())
def test_a_reported_input_gives_what_it_must(row: str, case: Make) -> None:
    if row not in CHECKS:
        pytest.skip("a row that is newer than this file")
    CHECKS[row](case)
