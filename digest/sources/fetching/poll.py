"""Polling: one feed is asked politely, read in a worker, and remembered."""

from __future__ import annotations

from dataclasses import replace

from digest.model import Source
from digest.ports import Pulled, State
from digest.sources.archives.folder import read_file, stamp_of
from digest.sources.archives.paged_feed import without_gap
from digest.sources.fetching.conditional import Answered, Asked, ask, ask_now, failed, notices
from digest.sources.fetching.fetch_context import SourcePull
from digest.sources.fetching.politeness import (
    after_answer,
    after_failure,
    rhythm_of,
    without_validators,
)
from digest.sources.parsing.discover import feeds_of
from digest.sources.parsing.documents import Document, Reading, read_feed_document
from digest.sources.parsing.ids import odd_ids, remembered_ids
from digest.sources.parsing.unreadable import NotAFeed
from digest.sources.worker_pool import TookTooLong


def poll_file(visit: SourcePull) -> Answered:
    """Read a feed that is a file; one that has not changed costs a stat."""
    source, state, place = visit.source, visit.state, visit.place
    stamp = stamp_of(place.stat())
    if state.get("stamp") == stamp:
        same = Pulled(source=source.name, status="unchanged", state=state)
        return Answered(pulled=same, asked=False)
    document = Document(data=read_file(place))
    reading = visit.context.workers.run(read_feed_document, source, document, visit.now)
    after = {"stamp": stamp, "pulled": True, **remembered_ids(reading.sightings)}
    return Answered(pulled=_read(source, reading, state, after), asked=False)


def poll(visit: SourcePull) -> Answered:
    """Ask a feed at its address, if it is time, and read it; whatever goes wrong is an outcome."""
    asked = ask(visit)
    return asked if isinstance(asked, Answered) else _taken(asked)


def _taken(asked: Asked) -> Answered:
    visit, reply, answer = asked.visit, asked.reply, asked.answer
    source, state, now = visit.source, visit.state, visit.now
    kind = reply.headers.get("content-type", "")
    document = Document(data=reply.body, url=reply.url, content_type=kind)
    try:
        reading = visit.context.workers.run(read_feed_document, source, document, now)
    except (NotAFeed, TookTooLong) as error:
        if found := _discovered(visit, document):
            return _follow(visit, found)
        after = after_failure(without_validators(state), str(error), now, answer)
        return Answered(pulled=failed(source, str(error), after))
    days = [s.published for s in reading.sightings if s.published and s.published <= now]
    after = after_answer(
        state,
        answer,
        now,
        every=source.every,
        minutes=reading.minutes,
        rhythm=rhythm_of(days),
    )
    reading, shown = without_gap(visit, reading, reply.url)
    after = {**after, **remembered_ids(reading.sightings), **shown}
    return Answered(pulled=_read(source, reading, state, after))


def _discovered(visit: SourcePull, document: Document) -> str | None:
    if visit.state.get("found") or visit.source.is_plugged:
        return None
    try:
        found = visit.context.workers.run(feeds_of, document)
    except TookTooLong:
        return None
    return found[0] if found else None


def _follow(visit: SourcePull, found: str) -> Answered:
    """Ask the feed that a page names, this time and from now on."""
    location, pulled = visit.source.location, bool(visit.state.get("pulled"))
    asked = ask_now(replace(visit, state={"found": found, "pulled": pulled}))
    outcome = asked if isinstance(asked, Answered) else _taken(asked)
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
        warnings=(*reading.warnings, *odd_ids(reading.sightings, before), *notices(after)),
    )
