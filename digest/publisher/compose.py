"""Compose an issue from its inputs: select, word, render, check. The same inputs give the same issue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from digest.editorial import edits as patch
from digest.editorial.house import breaches
from digest.editorial.selection import Selection, Selector
from digest.editorial.selection_findings import (
    bare_headlines,
    idle_edits,
    missing_lead,
    notice_findings,
    over_events,
    promises,
    promises_ahead,
    selection_findings,
    unplaced_pins,
)
from digest.editorial.subject import PATTERN, candidates, preheader, subject
from digest.editorial.tags import TagBook, printable
from digest.editorial.verdict import verdict
from digest.findings import Finding, Where
from digest.jsonable import canonical, sha256_hex, to_json
from digest.lint_rules.of_choice import PICTURE_LOST
from digest.lint_rules.of_parts import CUT_TO_FIT
from digest.model import (
    EDITORS,
    Article,
    Coverage,
    Edit,
    Edition,
    EditionRule,
    Message,
    Picture,
    Point,
    Segment,
    Status,
)
from digest.plugins import Plugin
from digest.publisher.inputs import Inputs, to_lock
from digest.render.checks.run import lint_again
from digest.render.fit import fits, most_that_fit
from digest.render.render_context import Chosen, RenderContext
from digest.render.renderer import Renderer

PictureOf = Callable[[str, str], Picture | None]
"""A picture by its address and the source that names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """An issue as composed: what became of it, why, and what it says to each segment."""

    status: Status
    reason: str | None
    selections: Mapping[str, Selection]
    worded: tuple[Edition, ...]
    messages: tuple[Message, ...]
    findings: Mapping[str, tuple[Finding, ...]]
    points: Mapping[str, Mapping[str, tuple[Point, ...]]]
    head: Mapping[str, object]

    @property
    def editions(self) -> tuple[Edition, ...]:
        """The editions without what only rendering needs: the articles' bodies."""
        thin = []
        for edition in self.worded:
            sections = tuple(
                replace(s, articles=tuple(replace(a, text="", html="") for a in s.articles))
                for s in edition.sections
            )
            thin.append(replace(edition, sections=sections))
        return tuple(thin)

    @property
    def content_hash(self) -> str:
        """The hash that an approval is bound to: every byte that readers will see."""
        if not (self.messages or "pool" in self.head):
            return ""
        said = [to_json(message) for message in self.messages]
        for each in said:
            del each["variant"]  # it says nothing, and older approvals were made without it
        return sha256_hex(canonical([self.head, *said]))


def select(inputs: Inputs) -> dict[str, Selection]:
    """Return each segment's selection."""
    selector = Selector(inputs.brief, inputs.articles, inputs.all_edits)
    return {
        name: selector.select(segment, inputs.pasts[name])
        for name, segment in inputs.segments.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Materials:
    """What editions are printed with, and which rules read them beside our own."""

    renderer: Renderer
    picture_of: PictureOf
    logo: Picture | str | None
    lint_plug_ins: Sequence[Plugin] = ()


def fit(inputs: Inputs, materials: Materials) -> tuple[Inputs, Composed]:
    """Compose an issue, with every edition cut as far as its page must be."""
    while True:
        made = compose(inputs, materials)
        long = {
            edition.segment: most_that_fit(
                edition, context_of(inputs, edition, materials), materials.renderer
            )
            for edition, message in zip(made.worded, made.messages, strict=True)
            if not fits(message, edition, inputs.newsletter, inputs.publication.public_url)
            and len(edition.articles) > 1
        }
        if not long:
            return inputs, made
        inputs = replace(inputs, fits={**inputs.fits, **long})


def compose(inputs: Inputs, materials: Materials) -> Composed:
    """Render and check the editions; without any, the issue is skipped, or held where one may not lack."""
    selections, edits = select(inputs), inputs.all_edits
    worded = tuple(word(inputs, s, edits) for s in selections.values() if not s.short)
    contexts = [context_of(inputs, edition, materials) for edition in worded]
    messages = tuple(map(materials.renderer.render, worded, contexts))
    internal = labels(inputs)
    findings = {
        edition.segment: (
            *lint_again(
                message, edition, context, internal=internal, plug_ins=materials.lint_plug_ins
            ),
            *editorial_findings(inputs, edits, selections[edition.segment], edition, context),
            *promises_ahead(
                [edit for edit in edits if edit.segment in {None, edition.segment}],
                inputs.articles,
                inputs.newsletter.schedule,
                inputs.sent,
                inputs.publication.timezone,
            ),
            *notice_findings(
                [edit for edit in edits if edit.segment in {None, edition.segment}],
                edition,
                message,
                inputs.next_sent,
            ),
            *idle_edits(inputs.edits, edition, worded),
            *selection_findings(
                inputs.segments[edition.segment],
                inputs.newsletter.sections,
                selections[edition.segment].sections,
            ),
        )
        for edition, message, context in zip(worded, messages, contexts, strict=True)
    }
    titles = {article.id: article.title for article in inputs.articles}
    status, reason = verdict(inputs.newsletter, selections, titles)
    has_news = any(past.candidates for past in inputs.pasts.values())
    if status == "skipped" and inputs.newsletter.readers and has_news:
        # who chose for themselves may want what is new since the last issue
        status, reason = "draft", None
    return Composed(
        status=status,
        reason=reason,
        selections=selections,
        worded=worded,
        messages=messages,
        findings=findings,
        points={name: s.points for name, s in selections.items() if not s.short},
        head=_head(inputs),
    )


def labels(inputs: Inputs) -> tuple[str, ...]:
    """Return the planning labels of an issue's articles, and the patterns of them."""
    tags = {tag for article in inputs.articles for tag in article.tags}
    return (*inputs.tags.internal, *TagBook(inputs.tags).internal(sorted(tags)))


def editorial_findings(
    inputs: Inputs,
    edits: Sequence[Edit],
    selection: Selection,
    edition: Edition,
    context: RenderContext,
) -> Iterator[Finding]:
    """Yield what is wrong with an edition beside its page: its edits, pictures, promises and words."""
    mine = [edit for edit in edits if edit.segment in {None, edition.segment}]
    held = {article.id for article in edition.articles}
    if selection.cut:
        yield CUT_TO_FIT.found(
            f"the last {selection.cut} articles were left out so that Gmail shows the whole "
            "email; shorten summaries or lower `max` to keep them"
        )
    yield from (f for f in patch.conflicts(mine, inputs.hashes) if f.where.article in held)
    yield from _lost_pictures(inputs, edits, edition, context)
    yield from bare_headlines(edition)
    yield from unplaced_pins(selection, inputs.articles)
    yield from over_events(edition, inputs.sent)
    yield from breaches(edition, inputs.newsletter.house, inputs.publication.language)
    yield from missing_lead(selection, inputs.newsletter.lead)
    yield from promises(selection, inputs.articles, inputs.sent, inputs.publication.timezone)


def word(
    inputs: Inputs,
    selection: Selection,
    edits: Sequence[Edit],
    shown: Callable[[Article], Article] = printable,
) -> Edition:
    """Return a segment's edition, worded as the editors want it; `shown` are articles without labels."""
    sections = tuple(
        replace(section, articles=tuple(map(shown, section.articles)))
        for section in selection.sections
    )
    own = inputs.newsletter.editions.get(selection.segment, EditionRule())
    bare = Edition(
        segment=selection.segment,
        subject="",
        preheader="",
        sections=sections,
        intro=own.intro,
        lead=selection.lead,
        also_in={
            id_: tuple(
                Coverage(article=a.id, title=a.title, url=a.url or "", publication=a.publication)
                for a in others
            )
            for id_, others in selection.also_in.items()
        },
    )
    worded = patch.apply(bare, edits, inputs.sent)
    articles = worded.articles
    made = worded.subject or _subject(inputs, worded)
    said = worded.preheader or preheader(articles, made)
    return replace(worded, subject=made, preheader=said)


def subjects(inputs: Inputs, edition: Edition) -> tuple[str, ...]:
    """Return the subject line of an edition by its pattern, and two more that it might have."""
    language = inputs.publication.language
    others = candidates(edition.articles, language, _named(inputs, edition))
    return (_subject(inputs, edition), *others)


def _subject(inputs: Inputs, edition: Edition) -> str:
    own = inputs.newsletter.editions.get(edition.segment, EditionRule())
    pattern = own.subject or inputs.newsletter.subject or PATTERN
    language = inputs.publication.language
    return subject(edition.articles, language, pattern, _named(inputs, edition))


def _named(inputs: Inputs, edition: Edition) -> dict[str, str]:
    """Return what a subject's pattern may name beside the articles."""
    return {
        "newsletter": inputs.newsletter.title,
        "segment": inputs.segments[edition.segment].title,
        "number": str(inputs.number),
    }


def context_of(
    inputs: Inputs,
    edition: Edition,
    materials: Materials,
    segment: Segment | None = None,
    chosen: Chosen | None = None,
) -> RenderContext:
    """Return what an edition is rendered with: its segment's, or another that is given."""
    images = {a.image.url: a.source for a in edition.articles if a.image and a.image.url}
    images |= {n.image.url: EDITORS for n in edition.notices if n.image and n.image.url}
    found = {url: materials.picture_of(url, source) for url, source in images.items()}
    pictures = {url: picture for url, picture in found.items() if picture}
    shown = segment or inputs.segments[edition.segment]
    return frame_of(inputs, shown, pictures, materials.logo, chosen)


def frame_of(
    inputs: Inputs,
    segment: Segment,
    pictures: Mapping[str, Picture],
    logo: Picture | str | None,
    chosen: Chosen | None = None,
) -> RenderContext:
    """Return what an edition is rendered with, given its pictures; one for readers with what they chose."""
    return RenderContext(
        publication=inputs.publication,
        newsletter=inputs.newsletter,
        segment=segment,
        chosen=chosen,
        number=inputs.number,
        send_date=inputs.printed or inputs.sent,
        pictures=pictures,
        logo=logo,
    )


def _lost_pictures(
    inputs: Inputs, edits: Sequence[Edit], edition: Edition, context: RenderContext
) -> Iterator[Finding]:
    """Yield what is printed without its picture, because nobody could fetch it."""
    if inputs.newsletter.images != "attach":
        return
    chosen = {edit.article for edit in edits if edit.verb == "picture" and edit.url}
    for article in edition.articles:
        if article.image and article.image.url and article.image.url not in context.pictures:
            yield PICTURE_LOST.found(
                f"the picture {article.image.url} cannot be fetched, so the article is "
                "printed without one; give another, or take the change back",
                Where(article=article.id),
                severity="error" if article.id in chosen else "warning",
            )


def _head(inputs: Inputs) -> dict[str, object]:
    """Return what readers see of an issue beside its messages: who sends it, and its links' home.

    Where readers choose, that is what they choose from.
    """
    pool: dict[str, object] = {}
    if inputs.newsletter.readers:
        of = ("articles", "edits", "newsletter")
        lock = to_lock(inputs)
        pool = {"pool": [lock[name] for name in of]}
    return {
        **pool,
        "sender": inputs.newsletter.sender,
        "title": inputs.newsletter.title,
        "number": inputs.number,
        "segments": {name: segment.title for name, segment in inputs.segments.items()},
        "order": [*inputs.segments],
        "public_url": inputs.publication.public_url,
    }
