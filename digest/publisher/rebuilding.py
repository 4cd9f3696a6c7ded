"""Build an issue again from its lock: the same bytes, or the first input that differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from digest.jsonable import sha256_hex
from digest.ports import Lock
from digest.publisher.compose import compose
from digest.publisher.gathering import inputs_of
from digest.publisher.printed import materials_of
from digest.publisher.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """Whether an issue came out the same to the byte, else the first input that differs."""

    identical: bool
    first_difference: str | None = None


def rebuild(services: Services, issue_id: str) -> Rebuilt:
    """Compose an issue again from what its lock holds, and compare."""
    issue, lock = services.issues.get(issue_id), services.issues.lock(issue_id)
    inputs = inputs_of(services, issue_id)
    made = compose(inputs, materials_of(services, lock))
    if made.messages == issue.messages:
        return Rebuilt(identical=True)
    first = next(_differences(services, lock), "the program itself")
    return Rebuilt(identical=False, first_difference=first)


def _differences(services: Services, lock: Lock) -> Iterator[str]:
    """Yield the inputs that are no longer what they were, the nearest first."""
    look = lock["newsletter"]["template"]
    yield from _changed("template", lock["templates"], services.renderer.files(look))
    pictures = {url: services.articles.picture(url) for url in lock["pictures"]}
    now = {url: sha256_hex(each.data) if each else "" for url, each in pictures.items()}
    yield from _changed("picture", lock["pictures"], now)
    yield from _changed("version", lock["versions"], services.versions)


def _changed(kind: str, then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for name in sorted({*then, *now}):
        if then.get(name) != now.get(name):
            yield f"{kind} {name}"
