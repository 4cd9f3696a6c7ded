"""Print an open issue with its templates as they are now, while a designer changes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from digest.editorial import lifecycle
from digest.jsonable import canonical, sha256_hex
from digest.model import Issue, IssueHead, Message
from digest.publisher.compose import compose
from digest.publisher.drafting import redraft
from digest.publisher.gathering import inputs_in
from digest.publisher.printed import materials_of
from digest.publisher.services import Services


def look(services: Services, head: IssueHead) -> str:
    """Return a mark of the templates that an open issue has now; "" where it changes no more."""
    if not lifecycle.allows(head.status, "rebuild"):
        return ""
    return sha256_hex(canonical(dict(_files(services, head))))


def changed_templates(services: Services, head: IssueHead) -> list[str]:
    """Return which files of an open issue's templates differ from those that it was drafted with."""
    if not lifecycle.allows(head.status, "rebuild"):
        return []
    then, now = services.issues.lock(head.id)["templates"], _files(services, head)
    return sorted(name for name in {*then, *now} if then.get(name) != now.get(name))


def restyled(services: Services, issue: Issue, segment: str) -> Message:
    """Return one edition's message in the templates of now; TemplateError says what is wrong in them."""
    lock = services.issues.lock(issue.id)
    inputs = inputs_in(services, lock)
    alone = replace(inputs, segments={segment: inputs.segments[segment]})
    (message,) = compose(alone, materials_of(services, lock)).messages
    return message


def restyle(services: Services, id_: str) -> Issue:
    """Draft an open issue again with its edits, so that it has the templates of now."""
    was = services.issues.get(id_)
    lifecycle.after(id_, was.status, "rebuild")
    return redraft(services, was, services.issues.edits(id_)).issue


def _files(services: Services, head: IssueHead) -> Mapping[str, str]:
    return services.renderer.files(services.newsletter(head.newsletter).template)
