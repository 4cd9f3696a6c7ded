"""Compose an issue from its inputs: select, word, render, check. The same inputs give the same issue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from digest.editorial import edits as patch
from digest.editorial.remarks import remarks
from digest.editorial.selection import Selection, Selector
from digest.editorial.subject import preheader, subject
from digest.editorial.tags import printable
from digest.jsonable import canonical, digest, plain
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
from digest.render.edition import Renderer
from digest.render.fit import fit
from digest.render.frame import Frame
from digest.render.lint import lint

PictureOf = Callable[[Article], Picture | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """An issue as composed: what became of it, why, and what it says to each segment."""

    status: Status
    reason: str | None
    editions: tuple[Edition, ...]
    messages: tuple[Message, ...]
    findings: Mapping[str, tuple[Finding, ...]]
    points: Mapping[str, Mapping[str, tuple[Point, ...]]]
    head: Mapping[str, object]

    @property
    def content_hash(self) -> str:
        """The hash that an approval is bound to: every byte that readers will see."""
        if not self.messages:
            return ""
        return digest(canonical([self.head, *(plain(m) for m in self.messages)]))


def select(inputs: Inputs) -> dict[str, Selection]:
    """Return each segment's selection."""
    selector = Selector(inputs.brief, inputs.articles, inputs.edits)
    return {
        name: selector.select(segment, inputs.pasts[name])
        for name, segment in inputs.segments.items()
    }


def editions(inputs: Inputs, selections: Mapping[str, Selection]) -> tuple[Edition, ...]:
    """Return the editions that have enough articles, worded as the editors want them."""
    return tuple(
        _edition(inputs, selection) for selection in selections.values() if not selection.short
    )


def compose(
    inputs: Inputs,
    selections: Mapping[str, Selection],
    renderer: Renderer,
    *,
    picture_of: PictureOf,
    logo: Picture | str | None,
    hashes: Mapping[str, str],
) -> Composed:
    """Render and check the editions; without any, the issue is skipped, or held where one may not lack."""
    printed = [
        _print(inputs, edition, renderer, picture_of, logo)
        for edition in editions(inputs, selections)
    ]
    status, reason = _verdict(inputs, selections)
    findings = {
        edition.segment: (
            *found,
            *_conflicts(inputs, edition, hashes),
            *_remarks(inputs, selections[edition.segment]),
        )
        for edition, _, found in printed
    }
    return Composed(
        status=status,
        reason=reason,
        editions=tuple(_thin(edition) for edition, _, _ in printed),
        messages=tuple(message for _, message, _ in printed),
        findings=findings,
        points={name: s.points for name, s in selections.items() if not s.short},
        head=_head(inputs),
    )


def frame_of(
    inputs: Inputs, segment: Segment, pictures: Mapping[str, Picture], logo: Picture | str | None
) -> Frame:
    """Return the frame of a segment's edition."""
    return Frame(
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
    worded = patch.dress(bare, inputs.edits, inputs.sent)
    articles, language = worded.articles, inputs.publication.language
    headed = replace(worded, subject=worded.subject or subject(articles, language))
    return replace(headed, preheader=headed.preheader or preheader(articles, headed.subject))


def _print(
    inputs: Inputs,
    edition: Edition,
    renderer: Renderer,
    picture_of: PictureOf,
    logo: Picture | str | None,
) -> tuple[Edition, Message, tuple[Finding, ...]]:
    found = {a.image.url: picture_of(a) for a in edition.articles if a.image and a.image.url}
    pictures = {url: picture for url, picture in found.items() if picture}
    frame = frame_of(inputs, inputs.segments[edition.segment], pictures, logo)
    cut, message = fit(edition, frame, renderer)
    internal = (*inputs.tags.internal, *sorted(_labels(inputs)))
    return cut, message, (*lint(message, cut, frame, internal=internal), *_shortened(edition, cut))


def _shortened(edition: Edition, cut: Edition) -> Iterator[Finding]:
    lost = len(edition.articles) - len(cut.articles)
    if lost:
        yield Finding(
            rule="cut-to-fit",
            severity="warning",
            message=f"the last {lost} articles were left out so that Gmail shows the whole email; "
            "shorten summaries or lower `max` to keep them",
        )


def _labels(inputs: Inputs) -> set[str]:
    return set(chain.from_iterable(article.internal_tags for article in inputs.articles))


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


def _conflicts(inputs: Inputs, edition: Edition, hashes: Mapping[str, str]) -> tuple[Finding, ...]:
    mine = [edit for edit in inputs.edits if edit.segment in {None, edition.segment}]
    held = {article.id for article in edition.articles}
    return tuple(f for f in patch.conflicts(mine, hashes) if f.where in held)


def _thin(edition: Edition) -> Edition:
    """Return the edition without what only rendering needs: the articles' bodies."""
    sections = tuple(
        replace(s, articles=tuple(replace(a, text="", html="") for a in s.articles))
        for s in edition.sections
    )
    return replace(edition, sections=sections)
