"""Compose an issue from its inputs: select, word, render, check. The same inputs give the same issue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from digest.editorial import edits as patch
from digest.editorial.selection import Selection, Selector
from digest.editorial.selection_findings import bare_headlines, remarks
from digest.editorial.subject import preheader, subject
from digest.editorial.tags import TagBook, printable
from digest.jsonable import canonical, sha256_hex, to_json
from digest.model import (
    Article,
    Edition,
    Finding,
    Message,
    Picture,
    Point,
    Segment,
    Status,
)
from digest.publisher.inputs import Inputs
from digest.render.checks.run import lint
from digest.render.context import RenderContext
from digest.render.fit import fits, most_that_fit
from digest.render.renderer import Renderer

PictureOf = Callable[[Article], Picture | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """An issue as composed: what became of it, why, and what it says to each segment."""

    status: Status
    reason: str | None
    worded: tuple[Edition, ...]
    messages: tuple[Message, ...]
    findings: Mapping[str, tuple[Finding, ...]]
    points: Mapping[str, Mapping[str, tuple[Point, ...]]]
    head: Mapping[str, object]

    @property
    def editions(self) -> tuple[Edition, ...]:
        """The editions without what only rendering needs: the articles' bodies."""
        return tuple(_thin(edition) for edition in self.worded)

    @property
    def content_hash(self) -> str:
        """The hash that an approval is bound to: every byte that readers will see."""
        if not self.messages:
            return ""
        return sha256_hex(canonical([self.head, *(to_json(m) for m in self.messages)]))


def select(inputs: Inputs) -> dict[str, Selection]:
    """Return each segment's selection."""
    selector = Selector(inputs.brief, inputs.articles, inputs.all_edits)
    return {
        name: selector.select(segment, inputs.pasts[name])
        for name, segment in inputs.segments.items()
    }


def editions(inputs: Inputs, selections: Mapping[str, Selection]) -> tuple[Edition, ...]:
    """Return the editions that have enough articles, worded as the editors want them."""
    return tuple(
        _edition(inputs, selection) for selection in selections.values() if not selection.short
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Materials:
    """What editions are printed with."""

    renderer: Renderer
    picture_of: PictureOf
    logo: Picture | str | None


def fit(
    inputs: Inputs, selections: Mapping[str, Selection], materials: Materials
) -> tuple[Inputs, Composed]:
    """Compose an issue, with every edition cut as far as its page must be."""
    while True:
        made = compose(inputs, selections, materials)
        long = {
            edition.segment: most_that_fit(
                edition, _frame(inputs, edition, materials), materials.renderer
            )
            for edition, message in zip(made.worded, made.messages, strict=True)
            if not fits(message) and len(edition.articles) > 1
        }
        if not long:
            return inputs, made
        inputs = replace(inputs, fits={**inputs.fits, **long})
        selections = select(inputs)


def compose(inputs: Inputs, selections: Mapping[str, Selection], materials: Materials) -> Composed:
    """Render and check the editions; without any, the issue is skipped, or held where one may not lack."""
    worded = editions(inputs, selections)
    messages = tuple(materials.renderer.render(e, _frame(inputs, e, materials)) for e in worded)
    status, reason = _verdict(inputs, selections)
    return Composed(
        status=status,
        reason=reason,
        worded=worded,
        messages=messages,
        findings={
            message.segment: tuple(_findings(inputs, selections, materials, edition, message))
            for edition, message in zip(worded, messages, strict=True)
        },
        points={name: s.points for name, s in selections.items() if not s.short},
        head=_head(inputs),
    )


def frame_of(
    inputs: Inputs, segment: Segment, pictures: Mapping[str, Picture], logo: Picture | str | None
) -> RenderContext:
    """Return the frame of a segment's edition."""
    return RenderContext(
        publication=inputs.publication,
        newsletter=inputs.newsletter,
        segment=segment,
        number=inputs.number,
        send_date=inputs.sent,
        pictures=pictures,
        logo=logo,
    )


def _edition(inputs: Inputs, selection: Selection) -> Edition:
    sections = tuple(
        replace(section, articles=tuple(printable(article) for article in section.articles))
        for section in selection.sections
    )
    bare = Edition(segment=selection.segment, subject="", preheader="", sections=sections)
    worded = patch.apply(bare, inputs.all_edits, inputs.sent)
    articles, language = worded.articles, inputs.publication.language
    headed = replace(worded, subject=worded.subject or subject(articles, language))
    return replace(headed, preheader=headed.preheader or preheader(articles, headed.subject))


def _frame(inputs: Inputs, edition: Edition, materials: Materials) -> RenderContext:
    found = {
        a.image.url: materials.picture_of(a) for a in edition.articles if a.image and a.image.url
    }
    pictures = {url: picture for url, picture in found.items() if picture}
    return frame_of(inputs, inputs.segments[edition.segment], pictures, materials.logo)


def _findings(
    inputs: Inputs,
    selections: Mapping[str, Selection],
    materials: Materials,
    edition: Edition,
    message: Message,
) -> Iterator[Finding]:
    internal = (*inputs.tags.internal, *_labels(inputs))
    frame = _frame(inputs, edition, materials)
    yield from lint(message, edition, frame, internal=internal)
    yield from _shortened(selections[edition.segment])
    yield from _conflicts(inputs, edition)
    yield from _lost_pictures(inputs, edition, materials)
    yield from bare_headlines(edition)
    yield from _remarks(inputs, selections[edition.segment])


def _shortened(selection: Selection) -> Iterator[Finding]:
    if selection.cut:
        yield Finding(
            rule="cut-to-fit",
            severity="warning",
            message=f"the last {selection.cut} articles were left out so that Gmail shows the whole "
            "email; shorten summaries or lower `max` to keep them",
        )


def _lost_pictures(inputs: Inputs, edition: Edition, materials: Materials) -> Iterator[Finding]:
    """Yield what is printed without its picture, because nobody could fetch it."""
    if inputs.newsletter.images != "attach":
        return
    chosen = {edit.article for edit in inputs.all_edits if edit.verb == "picture" and edit.url}
    for article in edition.articles:
        if article.image and article.image.url and materials.picture_of(article) is None:
            yield Finding(
                rule="picture-lost",
                severity="error" if article.id in chosen else "warning",
                message=f"the picture {article.image.url} cannot be fetched, so the article is "
                "printed without one; give another, or take the change back",
                where=f"article {article.id}",
            )


def _labels(inputs: Inputs) -> tuple[str, ...]:
    tags = {tag for article in inputs.articles for tag in article.tags}
    return TagBook(inputs.tags).internal(sorted(tags))


def _verdict(inputs: Inputs, selections: Mapping[str, Selection]) -> tuple[Status, str | None]:
    lacking = [f"{name}: {said}" for name, s in selections.items() for said in s.missing]
    short = [name for name, selection in selections.items() if selection.short]
    if lacking:
        return "held", "; ".join(lacking)
    if short and inputs.newsletter.when_short == "hold":
        least = inputs.newsletter.limits.min
        return "held", f"fewer than {least} articles for {', '.join(short)}"
    if len(short) == len(selections):
        least = inputs.newsletter.limits.min
        return "skipped", f"no segment has the {least} new articles that an edition needs"
    return "draft", None


def _head(inputs: Inputs) -> dict[str, object]:
    """Return what readers see of an issue beside its messages: who sends it, and its links' home."""
    return {
        "sender": inputs.newsletter.sender,
        "title": inputs.newsletter.title,
        "number": inputs.number,
        "segments": {name: segment.title for name, segment in inputs.segments.items()},
        "order": [*inputs.segments],
        "public_url": inputs.publication.public_url,
    }


def _remarks(inputs: Inputs, selection: Selection) -> Iterator[Finding]:
    segment = inputs.segments[selection.segment]
    return remarks(segment, inputs.newsletter.sections, selection.sections)


def _conflicts(inputs: Inputs, edition: Edition) -> tuple[Finding, ...]:
    mine = [edit for edit in inputs.all_edits if edit.segment in {None, edition.segment}]
    held = {article.id for article in edition.articles}
    return tuple(f for f in patch.conflicts(mine, inputs.hashes) if f.where in held)


def _thin(edition: Edition) -> Edition:
    sections = tuple(
        replace(s, articles=tuple(replace(a, text="", html="") for a in s.articles))
        for s in edition.sections
    )
    return replace(edition, sections=sections)
