"""Read the proof of an edition by every rule; docs/lint.md says what each rule is for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from digest.editorial import lint as editorial
from digest.model import Edition, Finding, Message
from digest.render.check_images import images
from digest.render.check_inbox import labels, size
from digest.render.frame import Frame
from digest.render.proof import Proof

CHECKS: tuple[Callable[[Proof], Iterable[Finding]], ...] = (size, labels, images)


def lint(
    message: Message, edition: Edition, frame: Frame, *, internal: Sequence[str] = ()
) -> tuple[Finding, ...]:
    """Return what is wrong with an edition as it would be sent, errors first.

    `internal` are planning labels and patterns of them (`Strategy-*`).
    """
    proof = Proof(message, edition, frame, internal)
    found = [finding for check in CHECKS for finding in check(proof)]
    publication = frame.publication
    found += editorial.lint(
        edition, frame.send_date, language=publication.language, timezone=publication.timezone
    )
    order = ("error", "warning", "info")
    return tuple(dict.fromkeys(sorted(found, key=lambda f: order.index(f.severity))))
