"""Overtaken: an approved issue with what was told since, or is over, is drafted again without it."""

from __future__ import annotations

from dataclasses import replace

from digest.errors import Overtaken
from digest.model import Issue
from digest.publisher.approving import approve
from digest.publisher.drafting import open_errors, redraft
from digest.publisher.services import Services


def draft_again(services: Services, id_: str, why: Overtaken) -> Issue:
    """Draft an issue again without what time has overtaken; approve it where nobody does.

    Where a person approves, its reason says in one line what differs, and the one act that sends it.
    """
    was = services.issues.get(id_)
    again = redraft(services, was, services.issues.edits(id_)).issue
    if again.status != "draft":
        return again
    sound = not [*open_errors(again.findings, {each["rule"] for each in was.overrides})]
    if services.newsletter(was.newsletter).approval == "automatic" and sound:
        return approve(services, id_, by="schedule", overrides=(), content_hash=None)
    said = replace(
        again,
        reason=f"drafted again, because {'; '.join(why.reasons)}; "
        f"`digest approve {id_} --by YOU` lets it go out without",
    )
    services.issues.save(said, services.issues.lock(id_), was=again)
    return said
