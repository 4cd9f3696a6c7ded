"""Writing: a story by hand, which no source brings, and the pictures that editors upload."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from digest.editorial.identity import identify, keys_of
from digest.errors import UsageError
from digest.jsonable import canonical, sha256_hex
from digest.model import Edit, Image, Notice, Picture, Sighting
from digest.publisher.services import EDITORS, Services


def written(services: Services, issue: str, edits: Iterable[Edit]) -> Iterator[Edit]:
    """Yield the edits, those that write a story as such that add it, and pictures with their size.

    The story is kept as an article of the editors'.
    """
    for edit in edits:
        if edit.block is None:
            yield edit
            continue
        block = replace(edit.block, image=_measured(services, edit.block.image))
        if edit.verb == "write":
            article = _filed(services, issue, block, edit)
            yield replace(edit, verb="add", article=article, value=None, url=None, block=None)
        else:
            yield replace(edit, block=block)


def upload(services: Services, data: bytes) -> str:
    """Keep a picture that an editor uploads, made ready for emails; return its public address.

    Raises UsageError where it is no picture that emails can show.
    """
    made = services.prepare_picture("", data)
    if made is None:
        raise UsageError("this file is no picture that emails can show: send a PNG, JPEG or GIF")
    url = _address(services, made.name)
    services.articles.keep_picture(replace(made, url=url))
    return url


def uploaded(services: Services, name: str) -> Picture | None:
    """Return the picture that was uploaded under a name."""
    return services.articles.picture(_address(services, name))


def _address(services: Services, name: str) -> str:
    return f"{services.config.publication.public_url}/pictures/{name}"


def _filed(services: Services, issue: str, story: Notice, edit: Edit) -> str:
    said = canonical([issue, story.title, story.text, story.url])
    sighting = Sighting(
        source=EDITORS,
        guid=sha256_hex(said)[:16],
        url=story.url,
        headline=story.title,
        standfirst=story.text or None,
        summary=story.text or None,
        image=story.image,
        published=edit.at,
        language=services.config.publication.language,
    )
    known = services.articles.by_keys(keys_of(sighting)[:1])
    results = identify([sighting], known, now=edit.at, backlog=False)
    services.articles.file(EDITORS, results, {})
    return results[0].article.id


def _measured(services: Services, image: Image | None) -> Image | None:
    found = services.articles.picture(image.url) if image and image.url else None
    return replace(image, width=found.width, height=found.height) if image and found else image
