"""Asking: an address is asked if it is time, with what is remembered of it; most times that is all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import blake2b

from digest.model import Source
from digest.ports import Pulled, State
from digest.sources.fetching.fetch_context import SourcePull
from digest.sources.fetching.http import FetchError, FetchLimits, Reply
from digest.sources.fetching.politeness import (
    GONE,
    ReplyFacts,
    after_answer,
    after_failure,
    conditions,
    failing,
    moved_notice,
    wait_until,
)

_OK, _NOT_MODIFIED, _SERVER = 200, 304, 500
_SENTENCES = {
    401: "it asks for a login (401)",
    403: "it refuses us (403)",
    404: "there is nothing at this address (404)",
    410: GONE,
    429: "it says that we ask too often (429)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a pull of one address gave.

    `innocent` is the state to keep instead where the failure is our own network's.
    """

    pulled: Pulled
    asked: bool = True
    innocent: State | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A new document, and the visit with the state it was asked with; it is still to be read."""

    visit: SourcePull
    reply: Reply
    answer: ReplyFacts


def ask(visit: SourcePull, limits: FetchLimits | None = None) -> Answered | Asked:
    """Ask a source's address if it is time; whatever goes wrong is a failed outcome."""
    source, state = visit.source, visit.state
    if state.get("gone") and not visit.force:
        return Answered(pulled=failed(source, GONE, state), asked=False)
    if wait_until(state, visit.now, force=visit.force):
        trouble = failing(state)
        error = f"{source.location}: {trouble}" if trouble else None
        waiting = Pulled(source=source.name, status="waiting", state=state, error=error)
        return Answered(pulled=waiting, asked=False)
    return ask_now(visit, limits)


def ask_now(visit: SourcePull, limits: FetchLimits | None = None) -> Answered | Asked:
    """Ask a source's address, whatever the time."""
    source, state, now = visit.source, visit.state, visit.now
    url = state.get("found", source.location)
    try:
        reply = visit.context.get(source, url, conditions(state, now), limits)
    except FetchError as error:
        after = after_failure(state, str(error), now)
        return Answered(pulled=failed(source, str(error), after), innocent=state)
    answer = ReplyFacts(status=reply.status, headers=reply.headers, moved_to=reply.moved_to)
    mark = blake2b(reply.body, digest_size=16).hexdigest()
    same = reply.status == _OK and mark == state.get("hash")
    if same or reply.status == _NOT_MODIFIED:
        after = after_answer(state, answer, now, every=source.every)
        told = notices(after)
        return Answered(
            pulled=Pulled(source=source.name, status="unchanged", state=after, warnings=told)
        )
    if reply.status != _OK:
        after = after_failure(state, sentence(reply), now, answer)
        return Answered(pulled=failed(source, sentence(reply), after), innocent=state)
    return Asked(visit=replace(visit, state={**state, "hash": mark}), reply=reply, answer=answer)


def failed(source: Source, reason: str, state: State) -> Pulled:
    """Return the failure of a source as a value."""
    error = f"{source.location}: {reason}"
    return Pulled(source=source.name, status="failed", state=state, error=error)


def notices(state: State) -> tuple[str, ...]:
    """Return what a person should know of an address."""
    notice = moved_notice(state)
    return (notice,) if notice else ()


def sentence(reply: Reply) -> str:
    """Say what a status other than 200 and 304 means."""
    if reply.headers.get("cf-mitigated") == "challenge":
        return "a bot check stands before it (403)"
    kind = "its server has a problem" if reply.status >= _SERVER else "it answers"
    return _SENTENCES.get(reply.status, f"{kind} ({reply.status})")
