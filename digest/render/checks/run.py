"""Read the proof of an edition by every rule; docs/lint.md says what each rule is for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from digest.editorial import proofreading as editorial
from digest.findings import Finding
from digest.model import Edition, Message
from digest.plugins import Plugin
from digest.render.checks import contrast as check_contrast
from digest.render.checks import css as check_css
from digest.render.checks import envelope as check_inbox
from digest.render.checks import images as check_images
from digest.render.checks import links as check_links
from digest.render.checks import structure as check_structure
from digest.render.checks import support as check_support
from digest.render.checks import text_part as check_text
from digest.render.checks.lint_context import LintContext, by_severity
from digest.render.checks.plugged import plugged
from digest.render.render_context import RenderContext

CHECKS: tuple[Callable[[LintContext], Iterable[Finding]], ...] = (
    check_inbox.size,
    check_inbox.sender,
    check_inbox.subject,
    check_inbox.preheader,
    check_inbox.labels,
    check_structure.document,
    check_structure.title,
    check_structure.wrapper,
    check_structure.tags,
    check_structure.tables,
    check_structure.headings,
    check_structure.drawings,
    check_css.attributes,
    check_css.blocks,
    check_css.dark,
    check_css.weight,
    check_support.features,
    check_contrast.texts,
    check_images.images,
    check_images.pictures,
    check_images.text_beside,
    check_links.links,
    check_links.unlinked,
    check_links.hidden,
    check_links.way_out,
    check_links.duties,
    check_links.left_over,
    check_text.text,
    check_text.way_out,
)


def lint(
    message: Message,
    edition: Edition,
    frame: RenderContext,
    *,
    internal: Sequence[str] = (),
    plug_ins: Sequence[Plugin] = (),
) -> tuple[Finding, ...]:
    """Return what is wrong with an edition as it would be sent, errors first.

    `internal` are planning labels and patterns of them (`Strategy-*`).
    """
    proof = LintContext(message, edition, frame, internal)
    found = [finding for check in CHECKS for finding in check(proof)]
    found += (finding for plugin in plug_ins for finding in plugged(plugin, proof))
    publication = frame.publication
    found += editorial.lint(
        edition, frame.send_date, language=publication.language, timezone=publication.timezone
    )
    return by_severity(found)


_Asked = tuple[Message, Edition, RenderContext, tuple[str, ...], tuple[Plugin, ...]]
_MOST = 200  # editions
_kept: dict[tuple[str, str], tuple[_Asked, tuple[Finding, ...]]] = {}


def lint_again(
    message: Message,
    edition: Edition,
    frame: RenderContext,
    *,
    internal: Sequence[str] = (),
    plug_ins: Sequence[Plugin] = (),
) -> tuple[Finding, ...]:
    """Return the same as `lint`; of an edition that is as it was, without reading it once more.

    At the desk each act sets all editions anew, and most of them come out as they were.
    """
    name, asked = (
        (frame.newsletter.name, edition.segment),
        (message, edition, frame, (*internal,), (*plug_ins,)),
    )
    kept = _kept.get(name)
    if kept is not None and kept[0] == asked:
        return kept[1]
    if len(_kept) >= _MOST:
        _kept.clear()
    found = lint(message, edition, frame, internal=internal, plug_ins=plug_ins)
    _kept[name] = asked, found
    return found
