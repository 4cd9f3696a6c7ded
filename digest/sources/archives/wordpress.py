"""A WordPress export (WXR): its published posts, and nothing that is not public."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import IO

from lxml import etree

from digest.ports import State
from digest.sources.archives.batches import ArchiveStep, Item, records_in_batches
from digest.sources.fetching.fetch_context import SourcePull
from digest.sources.parsing.documents import read_entries
from digest.sources.parsing.entry import Entry, Medium

_MARK = re.compile(rb"xmlns:wp\s*=\s*[\"']http://wordpress\.org/export/")
_HIDDEN_CODES = re.compile(r"\[/?(?:caption|gallery|embed|video|audio|playlist)\b[^\]\n]{0,500}\]")
_BLOCK = re.compile(r"<(?:p|h[1-6]|ul|ol|table|blockquote|pre|div|figure|hr)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Library:
    """What posts refer to: pictures by their ids, and authors by their logins."""

    pictures: dict[str, Medium] = field(default_factory=dict)
    authors: dict[str, str] = field(default_factory=dict)


def is_wxr(head: bytes) -> bool:
    """Tell whether a file begins as a WordPress export."""
    return _MARK.search(head) is not None


def pull_wxr(
    visit: SourcePull, file: IO[bytes], state: State, pool: Executor
) -> Iterator[ArchiveStep]:
    """Yield the published posts of an export, from where the last pull broke off.

    Drafts, private, pending, future and password-protected posts are never read, nor are pages.
    """
    library = _Library()
    for author in _items(file, "{*}author"):
        if login := _say(author, "author_login"):
            library.authors[login] = _say(author, "author_display_name") or login
    for item in _items(file):
        url = _say(item, "attachment_url")
        if _say(item, "post_type") == "attachment" and url:
            alt = _meta(item).get("_wp_attachment_image_alt")
            library.pictures[_say(item, "post_id") or ""] = Medium(url=url, medium="image", alt=alt)
    post_of = partial(_item, library=library, now=visit.now)
    nothing = "it holds no published post"
    yield from records_in_batches(
        visit, _items(file), post_of, read_entries, pool, state=state, nothing=nothing
    )


def _items(file: IO[bytes], tag: str = "item") -> Iterator[etree._Element]:
    file.seek(0)
    try:
        for _, element in etree.iterparse(
            file, tag=tag, recover=True, resolve_entities=False, no_network=True
        ):
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]  # type: ignore[union-attr] # it has a sibling
    except etree.XMLSyntaxError:
        return


def _item(key: str, post: etree._Element, library: _Library, now: datetime) -> Item | None:
    """Return a post that everybody may read; None for what is none."""
    gmt = _say(post, "post_date_gmt") or ""
    to_come = gmt[:4].isdigit() and gmt > now.strftime("%Y-%m-%d %H:%M:%S")
    published_post = _say(post, "post_type") == "post" and _say(post, "status") == "publish"
    if not published_post or to_come or _say(post, "post_password"):
        return None
    login = _say(post, "creator") or ""
    picture = library.pictures.get(_meta(post).get("_thumbnail_id", ""))
    published = f"{gmt}Z" if gmt and not gmt.startswith("0000") else _say(post, "post_date")
    terms = post.iterfind("category")
    content = _HIDDEN_CODES.sub("", (_encoded(post, "content") or "").replace("\r\n", "\n"))
    # the paragraphs that WordPress makes of empty lines when it prints a post
    parts = [part for part in re.split(r"\n\s*\n", content) if part.strip()]
    entry = Entry(
        guid=_say(post, "guid"),
        link=_say(post, "link"),
        title=_say(post, "title"),
        summary=_encoded(post, "excerpt"),
        content="\n".join(p if _BLOCK.search(p) else f"<p>{p}</p>" for p in parts),
        authors=(library.authors.get(login, login),) if login else (),
        published=published,
        tags=tuple(t.text or "" for t in terms if t.get("domain") in {"category", "post_tag"}),
        media=(picture,) if picture else (),
    )
    return Item(key=key, stamp="", content=entry)


def _say(element: etree._Element, name: str) -> str | None:
    return (element.findtext(f"{{*}}{name}") or "").strip() or None


def _encoded(post: etree._Element, kind: str) -> str | None:
    found = (e.text for e in post.iterfind("{*}encoded") if f"/{kind}/" in str(e.tag))
    return next((t for t in found if t and t.strip()), None)


def _meta(post: etree._Element) -> dict[str, str]:
    pairs = ((_say(m, "meta_key"), _say(m, "meta_value")) for m in post.iterfind("{*}postmeta"))
    return {key: value for key, value in pairs if key and value}
