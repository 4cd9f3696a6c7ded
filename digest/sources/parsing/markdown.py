"""A Markdown file with front matter, as static site generators keep them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import PurePosixPath

from markdown_it import MarkdownIt

from digest.editorial.address import cleaned
from digest.model import Image, Sighting
from digest.sources.parsing.boilerplate import BYLINE
from digest.sources.parsing.byline import names_in, people
from digest.sources.parsing.dates import date_in_name, read_date, sane
from digest.sources.parsing.event import event_of
from digest.sources.parsing.front_matter import FrontMatter, front_matter
from digest.sources.parsing.sanitize import fragment, one_line, plain, without_controls
from digest.sources.parsing.unreadable import Unpublished

_HEADING = re.compile(r"\A\s*#\s+(?P<title>[^\n]+?)\s*#*\s*(?:\n|\Z)")
_MARKDOWN = MarkdownIt("commonmark").enable("table").enable("strikethrough")
_NESTED = re.compile(r"[>\[(*_]{200,}")  # only an attack nests like that
_PRIVATE = frozenset({"draft", "private", "hidden", "archived", "trash", "pending", "unpublished"})
# generators' own commands within a text: {{< figure >}}, {{ site.url }}, {% include %}, {: .note},
# <!--more-->, MDX's imports; Obsidian's embeddings and remarks; notes with their marks
_COMMANDS = re.compile(
    r"\{\{.{0,500}?\}\}|\{:[^{}\n]{0,200}\}|%%.{0,500}?%%|!\[\[[^\]\n]{1,200}\]\]|"
    r"^\[\^[^\]\s]{1,40}\]:[^\n]*(?:\n[ \t]+[^\n]*)*\n?|\[\^[^\]\s]{1,40}\]|^:{3,}[ \t]*[\w-]*|^>[ \t]*\[![\w-]+\]|\{%.{0,500}?%\}|<!--.{0,200}?-->|^(?:import|export)\s.{0,300}?[;\"']\s*$",
    re.MULTILINE | re.DOTALL,
)

_CODE = re.compile(r"(^(?:```|~~~).*?^(?:```|~~~)|`[^`\n]*`)", re.MULTILINE | re.DOTALL)
# what Markdown's extensions write, and how HTML says it
_EXTENDED = (
    (re.compile(r"\[\[(?:[^\]|\n]{1,200}\|)?([^\]|\n]{1,200})\]\]|==([^=\n]{1,300})=="), r"\1\2"),
    (re.compile(r"^(\s*[-*+][ \t])\[[ xX]\][ \t]", re.MULTILINE), r"\1"),
    (re.compile(r"(?<=[^\W_])\^([\w+−-]{1,10})\^"), r"<sup>\1</sup>"),
    (re.compile(r"(?<=[^\W_])~([\w+−-]{1,10})~(?!~)"), r"<sub>\1</sub>"),
)


def read_note(
    text: str,
    sighting: Sighting,
    *,
    base: str | None,
    zone: tzinfo,
    now: datetime,
    is_html: bool = False,
) -> Sighting | None:
    """Read a Markdown file, or one of HTML with front matter; None where it holds no article.

    Raises Unpublished for what is not, or not yet, to be read by everybody (Hugo, Jekyll, Eleventy,
    Astro, Zola, Hexo).
    """
    say, body = front_matter(text)
    language = say.text("language", "lang", "locale") or sighting.language

    def moment(*names: str) -> datetime | None:
        return sane(read_date(say.value(*names), zone, language), now)

    _check_published(say, sighting.path or "", moment("publishdate"), moment("expirydate"), now)
    heading = _HEADING.match(body)
    headline = say.text("title", "headline") or (plain(heading["title"]) if heading else None)
    if heading and plain(heading["title"]) == headline:
        body = body[heading.end() :]
    url = cleaned(say.text("url", "link", "canonical", "canonicalurl", "permalink"), base)
    shallow = _NESTED.sub("", _in_plain_markdown(body))
    markup = shallow if is_html else _MARKDOWN.render(shallow)
    content = fragment(markup, base or url, own=url, title=headline)
    description = say.text("description")
    standfirst = say.text("standfirst", "subtitle", "lede", "lead") or description
    if not (headline or standfirst or content.text):
        return None
    stated = moment(
        "date", "published", "pubdate", "publishdate", "publishedat", "datepublished", "created"
    )
    named = date_in_name(sighting.path, zone)
    authors = people(say.texts("authors", "author", "by", "byline"))
    # without front matter the first paragraph may be a by-line
    if not authors and (signed := BYLINE.match(first := content.text.partition("\n\n")[0])):
        authors, day = names_in(signed["names"] or signed["named"], language)
        stated = stated or sane(read_date(day, zone, language), now)
        if authors:
            content = fragment(
                content.html.replace(first, "", 1), base or url, own=url, title=headline
            )
    published = stated or sane(named, now)
    # Jekyll parts a text at blanks; its files are known by their names
    blanks = named is not None and say.value("layout") is not None
    tags = say.texts("tags", "keywords", "topics", "tag", at_blanks=blanks)
    tags = tuple(t.removeprefix("#") for t in tags)
    filed = say.texts("categories", "category", "section", at_blanks=blanks)
    return replace(
        sighting,
        url=url,
        guid=say.text("guid", "id"),
        headline=headline,
        standfirst=standfirst,
        summary=say.text("summary", "excerpt") or description,
        text=content.text,
        html=content.html,
        authors=authors,
        department=say.text("department", "unit"),
        image=_image(say, base or url) or next(iter(content.images), None),
        published=published,
        date_source=("page" if stated else "file") if published else None,
        updated=moment("updated", "lastmod", "updateddate", "modified", "lastmodified"),
        tags=tuple({t.casefold(): t for t in reversed((*tags, *filed))}.values())[::-1],
        tags_cut=say.value("tagscut") is True,
        language=language,
        event=event_of(
            say.value("starts", "start", "startdate", "starttime", "eventdate", "eventstart"),
            say.value("ends", "end", "enddate", "endtime", "eventend"),
            say.value("place", "location", "venue"),
            zone=zone,
            now=now,
            language=language,
            status=say.text("eventstatus"),
        ),
    )


def _check_published(
    say: FrontMatter, path: str, begins: datetime | None, ends: datetime | None, now: datetime
) -> None:
    """Raise where a file's own words keep it from readers; one that waits for its day says so."""
    draft = any(
        say.says(name, yes=True) for name in ("draft", "isdraft", "private", "hidden", "unlisted")
    )
    kept = str(say.value("status", "state", "visibility") or "").lower() in _PRIVATE
    if draft or kept or say.says("published", yes=False) or say.says("permalink", yes=False):
        raise Unpublished
    place = PurePosixPath(path)
    build = say.value("build")
    listed = build.get("list", True) if isinstance(build, dict) else True
    # Hugo: what it lists nowhere, and the pages of its sections
    if listed in {False, "never"} or say.says("headless", yes=True) or place.stem == "_index":
        raise Unpublished
    if say.says("eleventyexcludefromcollections", yes=True) or "_drafts" in place.parts:
        raise Unpublished
    if ends is not None and ends <= now:
        raise Unpublished
    if begins is not None and begins > now:
        raise Unpublished(until=begins)


def _image(say: FrontMatter, base: str | None) -> Image | None:
    value = say.value("image", "cover", "featuredimage", "heroimage", "thumbnail", "images")
    value = next(iter(value), None) if isinstance(value, list) else value
    parts = value if isinstance(value, dict) else {"url": value}
    address = next(
        (v for k in ("url", "src", "path", "image", "relative") if (v := parts.get(k))), None
    )
    if not isinstance(address, str):
        return None
    alt = parts.get("alt", say.value("imagealt", "alt"))
    return Image(
        url=cleaned(address, base) or without_controls(address),
        alt=one_line(without_controls(alt)) if isinstance(alt, str) else None,
    )


def _in_plain_markdown(body: str) -> str:
    """Return a text without its generator's commands, and in CommonMark what extensions write."""
    parts = _CODE.split(body)
    for at in range(0, len(parts), 2):
        parts[at] = _COMMANDS.sub("", parts[at])
        for form, plainly in _EXTENDED:
            parts[at] = form.sub(plainly, parts[at])
    return "".join(parts)
