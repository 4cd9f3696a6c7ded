"""Special issues: a story to everyone now, in the newsletter's look, beside its schedule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from digest.editorial import edits as patch
from digest.editorial.patch_reading import read_patch
from digest.errors import UsageError
from digest.model import Issue
from digest.publisher.drafting import draft_special
from digest.publisher.editing import check
from digest.publisher.gathering import resolved
from digest.publisher.services import Services
from digest.publisher.writing import written

_NAMES = frozenset({"lead", "pin", "add", "write"})


def special(services: Services, name: str, changes: Sequence[object], by: str) -> Issue:
    """Make a special issue of a newsletter of what these changes of a patch bring in.

    Raises UsageError where they bring in nothing, or an article that is not there.
    """
    newsletter, config = services.newsletter(name), services.config
    at, zone = services.clock(), config.publication.timezone
    read = read_patch(changes, by=by, at=at, zone=zone)
    if not any(edit.verb in _NAMES for edit in read):
        raise UsageError("a special issue needs a story: an article, or one that you write")
    check(services, read, name)
    by_hand = written(services, f"{name}-special", read)
    edits = resolved(services, by_hand.edits)
    known = services.articles.named({edit.article for edit in edits if edit.article})
    hashes = {article.id: hash_ for hash_, article in known.items()}
    based = [replace(e, base=hashes.get(e.article)) if e.article else e for e in edits]
    by_hand.keep(services)
    return draft_special(services, newsletter, patch.add((), based)).issue
