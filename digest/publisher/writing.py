"""Writing: a story by hand, which no source brings, and the pictures that editors upload."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from digest.editorial.identity import identify, keys_of
from digest.errors import UsageError
from digest.jsonable import canonical, sha256_hex
from digest.model import EDITORS, Edit, Notice, Picture, Sighting, StoredResult, Verb
from digest.publisher.gathering import ids_at
from digest.publisher.services import Services

_UPLOAD = "upload:"


@dataclass(frozen=True, slots=True)
class Written:
    """Edits in which a story by hand is one that is added, and the stories, which are still to be kept."""

    edits: tuple[Edit, ...]
    stories: tuple[StoredResult, ...]

    def keep(self, services: Services) -> None:
        """Keep the stories as articles of the editors', which their edits alone bring into an issue."""
        if self.stories:
            services.articles.file(EDITORS, self.stories, {})


def written(services: Services, issue: str, edits: Iterable[Edit]) -> Written:
    """Return what edits write; nothing is kept yet, so that a patch may still be refused."""
    found: list[Edit] = []
    stories: list[StoredResult] = []
    for edit in edits:
        if edit.block is None:
            found.append(edit)
            continue
        block, image = edit.block, edit.block.image
        known = services.articles.picture(image.url) if image and image.url else None
        if image and known:
            sized = replace(image, width=known.width, height=known.height)
            block = replace(block, image=sized)
        if edit.verb != "write":
            found.append(replace(edit, block=block))
        elif block.url and ids_at(services, [block.url]):
            found += _worded(edit, block, block.url)
        else:
            story = _story(services, issue, block, edit)
            stories.append(story)
            found.append(_as(edit, "add", story.article.id))
    return Written(tuple(found), tuple(stories))


def _worded(edit: Edit, story: Notice, url: str) -> Iterator[Edit]:
    """Yield what gives an article that is known the words of an editor, in this issue alone."""
    yield _as(edit, "add", url)
    yield replace(_as(edit, "title", url), value=story.title)
    if story.text:
        yield replace(_as(edit, "summary", url), value=story.text)
    if story.image:
        yield replace(_as(edit, "picture", url), url=story.image.url, value=story.image.alt)


def _as(edit: Edit, verb: Verb, article: str) -> Edit:
    section = edit.section if verb == "add" else None
    return replace(
        edit, verb=verb, article=article, section=section, value=None, url=None, block=None
    )


def upload(services: Services, data: bytes) -> str:
    """Keep a picture that an editor uploads, made ready for emails; return its public address.

    Raises UsageError where it is no picture that emails can show.
    """
    made = services.prepare_picture("", data)
    if made is None:
        raise UsageError(
            "this file is no picture that emails can show: send a PNG, JPEG or GIF of up to 50 million pixels"
        )
    url = f"{services.config.publication.public_url}/pictures/{made.name}"
    # by its name too: emails that are out lead to it whatever becomes of the public address
    for address in (url, _UPLOAD + made.name):
        services.articles.keep_picture(replace(made, url=address))
    return url


def uploaded(services: Services, name: str) -> Picture | None:
    """Return the picture that was uploaded under a name."""
    return services.articles.picture(_UPLOAD + name)


def _story(services: Services, issue: str, story: Notice, edit: Edit) -> StoredResult:
    """Return a story as an article that is never new: no rule finds it, for no segment."""
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
    (made,) = identify([sighting], known, now=edit.at, backlog=True)
    return replace(made, article=replace(made.article, new_at=None))
