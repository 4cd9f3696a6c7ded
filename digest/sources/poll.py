"""Polling: one feed is asked with manners, read in the workshop, and remembered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import blake2b

from digest.model import Source
from digest.ports import Pulled, State
from digest.sources.discover import feeds_of
from digest.sources.feed import NotAFeed
from digest.sources.folder import read_file, stamp_of
from digest.sources.http import FetchError, Reply
from digest.sources.ids import odd_ids, remembered_ids
from digest.sources.manners import (
    GONE,
    Answer,
    after_answer,
    after_failure,
    conditions,
    moved_notice,
    wait_until,
    without_validators,
)
from digest.sources.means import Visit
from digest.sources.reading import Document, Reading, read_feed_document
from digest.sources.workshop import TookTooLong

_OK, _NOT_MODIFIED = 200, 304
_SENTENCES = {
    401: "it asks for a login (401)",
    403: "it refuses us (403)",
    404: "there is nothing at this address (404)",
    410: GONE,
    429: "it says that we ask too often (429)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a poll gave; `innocent` is the state to keep where the failure is our own network's."""

    pulled: Pulled
    asked: bool = True
    innocent: State | None = None


def poll_file(visit: Visit) -> Outcome:
    """Read a feed that is a file; one that has not changed costs a stat."""
    source, state, place = visit.source, visit.state, visit.place
    stamp = stamp_of(place.stat())
    if state.get("stamp") == stamp:
        return Outcome(
            pulled=Pulled(source=source.name, status="unchanged", state=state), asked=False
        )
    document = Document(data=read_file(place.parent, place.name))
    reading = visit.means.workshop.run(read_feed_document, source, document, visit.now)
    after = {"stamp": stamp, "pulled": True, **remembered_ids(reading.sightings)}
    return Outcome(pulled=_read(source, reading, state, after), asked=False)


def poll(visit: Visit) -> Outcome:
    """Ask a feed at its address, if it is time; whatever goes wrong becomes a failed outcome."""
    source, state, now = visit.source, visit.state, visit.now
    if state.get("location") != source.location:
        state = {"location": source.location}
    if state.get("gone") and not visit.force:
        return Outcome(pulled=_failed(source, GONE, state), asked=False)
    if wait_until(state, now, force=visit.force):
        reason = state.get("reason")
        waiting = Pulled(source=source.name, status="waiting", state=state, error=reason)
        return Outcome(pulled=waiting, asked=False)
    return _asked(replace(visit, state=state))


def _asked(visit: Visit) -> Outcome:
    source, state, now = visit.source, visit.state, visit.now
    try:
        reply = visit.get(state.get("found", source.location), conditions(state, now))
    except FetchError as error:
        failed = _failed(source, str(error), after_failure(state, str(error), now))
        return Outcome(pulled=failed, innocent=state)
    answer = Answer(status=reply.status, headers=reply.headers, moved_to=reply.moved_to)
    mark = blake2b(reply.body, digest_size=16).hexdigest()
    same = reply.status == _OK and mark == state.get("hash")
    if same or reply.status == _NOT_MODIFIED:
        return Outcome(pulled=_unchanged(source, after_answer(state, answer, now)))
    if reply.status != _OK:
        reason = _sentence(reply)
        after = after_failure(state, reason, now, answer)
        return Outcome(pulled=_failed(source, reason, after), innocent=state)
    return _taken(replace(visit, state={**state, "hash": mark}), reply, answer)


def _taken(visit: Visit, reply: Reply, answer: Answer) -> Outcome:
    source, state, now = visit.source, visit.state, visit.now
    kind = reply.headers.get("content-type", "")
    document = Document(data=reply.body, url=reply.url, content_type=kind)
    try:
        reading = visit.means.workshop.run(read_feed_document, source, document, now)
    except (NotAFeed, TookTooLong) as error:
        if found := _discovered(visit, document):
            return _follow(visit, found)
        after = after_failure(without_validators(state), str(error), now, answer)
        return Outcome(pulled=_failed(source, str(error), after))
    after = after_answer(state, answer, now, reading.minutes)
    after = {**after, **remembered_ids(reading.sightings)}
    return Outcome(pulled=_read(source, reading, state, after))


def _discovered(visit: Visit, document: Document) -> str | None:
    if visit.state.get("found"):
        return None
    try:
        found = visit.means.workshop.run(feeds_of, document)
    except TookTooLong:
        return None
    return found[0] if found else None


def _follow(visit: Visit, found: str) -> Outcome:
    """Ask the feed that a page names, this time and from now on."""
    location, pulled = visit.source.location, bool(visit.state.get("pulled"))
    outcome = _asked(replace(visit, state={"location": location, "found": found, "pulled": pulled}))
    notice = f"{location} is a page, its feed is {found}; write that into feeds.yaml"
    warnings = (notice, *outcome.pulled.warnings)
    return replace(outcome, pulled=replace(outcome.pulled, warnings=warnings))


def _read(source: Source, reading: Reading, before: State, after: State) -> Pulled:
    return Pulled(
        source=source.name,
        status="ok",
        sightings=reading.sightings,
        backlog=not source.fresh and not before.get("pulled"),
        state=after,
        warnings=(*reading.warnings, *odd_ids(reading.sightings, before), *_told(after)),
    )


def _unchanged(source: Source, state: State) -> Pulled:
    return Pulled(source=source.name, status="unchanged", state=state, warnings=_told(state))


def _failed(source: Source, reason: str, state: State) -> Pulled:
    return Pulled(
        source=source.name, status="failed", state=state, error=f"{source.location}: {reason}"
    )


def _told(state: State) -> tuple[str, ...]:
    notice = moved_notice(state)
    return (notice,) if notice else ()


def _sentence(reply: Reply) -> str:
    if reply.headers.get("cf-mitigated") == "challenge":
        return "a bot check stands before it (403)"
    kind = "its server has a problem" if reply.status >= 500 else "it answers"  # noqa: PLR2004 - RFC 9110, 15.6
    return _SENTENCES.get(reply.status, f"{kind} ({reply.status})")
