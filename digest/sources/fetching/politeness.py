"""Politeness: when a feed may be asked again, and what its answers teach. Pure: time comes in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import blake2b

from digest.ports import State

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
_VALIDATORS_LAST = timedelta(days=8)
_LONGEST_RETRY = timedelta(days=7)
_AGREEMENT = 3
_ENOUGH = 3  # entries, before their times say something
_SHORTEST = timedelta(minutes=15)
_SPREAD = 360  # seconds
_TROUBLE = frozenset({"failures", "reason", "since"})
GONE = "it answers 410 Gone: it was taken down for good, so it is not asked again; remove it from feeds.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyFacts:
    """What of a reply matters here: its status, its headers in lower case, and where it moved."""

    status: int
    headers: Mapping[str, str]
    moved_to: str | None = None


def wait_until(state: State, now: datetime, *, force: bool) -> datetime | None:
    """Return when a feed may next be asked, or None for now; a person may always ask."""
    next_at = _time(state.get("next"))
    return next_at if next_at is not None and now < next_at and not force else None


def conditions(state: State, now: datetime) -> dict[str, str]:
    """Return the validators to send, byte for byte as they came; none after eight days.

    Some servers say "not modified" for ever, so once in a while the whole is asked for.
    """
    taken = _time(state.get("full"))
    if taken is None or now - taken > _VALIDATORS_LAST:
        return {}
    pairs = (("If-None-Match", "etag"), ("If-Modified-Since", "modified"))
    return {header: state[key] for header, key in pairs if state.get(key)}


def after_answer(
    state: State,
    answer: ReplyFacts,
    now: datetime,
    *,
    every: timedelta | None = None,
    minutes: int | None = None,
    rhythm: timedelta | None = None,
) -> State:
    """Return the state after a 200 or a 304.

    `every` is how often its operator wants it asked, `minutes` the rhythm that the feed states, and
    `rhythm` the one that its entries show. A 200 replaces both validators, also by nothing; a 304
    only those that it names.
    """
    full = answer.status != 304  # noqa: PLR2004 - Not Modified
    kept = {} if full else {k: state[k] for k in ("etag", "modified") if k in state}
    named = {
        k: answer.headers[h]
        for k, h in (("etag", "etag"), ("modified", "last-modified"))
        if answer.headers.get(h)
    }
    known = {k: v for k, v in state.items() if k not in _TROUBLE | {"etag", "modified"}}
    stamp = _stamp(now)
    after = {**known, **kept, **named, "pulled": True, **({"full": stamp} if full else {})}
    if minutes is not None:
        after["minutes"] = minutes
    if rhythm is not None:
        after["rhythm"] = round(rhythm.total_seconds())
    after["next"] = _stamp(now + _interval(after, answer.headers, now, every))
    before = state.get("moved") or {}
    if answer.moved_to is not None:
        times = int(before.get("times", 0)) + 1 if before.get("to") == answer.moved_to else 1
        after["moved"] = {"to": answer.moved_to, "times": times}
    elif before:
        after["moved"] = {}
    return after


def after_failure(
    state: State, reason: str, now: datetime, answer: ReplyFacts | None = None
) -> State:
    """Return the state after a failure: asked again after 1, 2, 4, … hours, and at last daily.

    What was kept to ask "has it changed?" is dropped, as nothing usable came of it.
    """
    failures = int(state.get("failures", 0)) + 1
    wait = min(DAY, HOUR * 2 ** min(failures - 1, 5))
    told = retry_after(answer.headers, now) if answer else None
    known = {k: v for k, v in state.items() if k not in {"moved", "hash"}}
    next_at = now + max(wait, min(told or wait, _LONGEST_RETRY))
    gone = {"gone": True} if answer and answer.status == 410 else {}  # noqa: PLR2004 - Gone
    trouble = {"failures": failures, "reason": reason, "since": state.get("since", _stamp(now))}
    return {**known, **trouble, "next": _stamp(next_at), **gone}


def failing(state: State) -> str | None:
    """Return since when an address fails and what it said last, None where it does not."""
    since = str(state.get("since", ""))[:10]
    return f"failing since {since}: {state['reason']}" if since else None


def without_validators(state: State) -> State:
    """Return the state after a document that could not be read: next time the whole is asked for."""
    return {k: v for k, v in state.items() if k not in {"etag", "modified", "hash"}}


def moved_notice(state: State) -> str | None:
    """Return what to tell a person once a permanent redirect has been agreed on three times."""
    moved = state.get("moved") or {}
    if int(moved.get("times", 0)) < _AGREEMENT:
        return None
    return f"it has moved for good to {moved['to']}; write that address into feeds.yaml"


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Read Retry-After: seconds or a date (RFC 9110, 10.2.3)."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return timedelta(seconds=min(int(value[:9]), 10**8))
    moment = _http_date(value)
    return max(moment - now, timedelta(0)) if moment else None


def freshness(headers: Mapping[str, str]) -> timedelta:
    """Return for how long an answer says it is fresh: max-age, else Expires (RFC 9111, 4.2.1)."""
    control = headers.get("cache-control", "").lower()
    if found := re.search(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", control):
        age = re.match(r"\s*(\d{1,9})", headers.get("age", ""))
        return max(timedelta(0), timedelta(seconds=int(found[1]) - int(age[1] if age else 0)))
    ends, made = _http_date(headers.get("expires", "")), _http_date(headers.get("date", ""))
    return (
        max(timedelta(0), ends - made)
        if ends and made and "no-cache" not in control
        else timedelta(0)
    )


def rhythm_of(published: Sequence[datetime]) -> timedelta | None:
    """Return how often a feed is to be asked by what it was seen to publish; None for too little.

    Half the usual time between two entries, so that none falls off its end, between a quarter of an
    hour and a day.
    """
    if len(published) < _ENOUGH:
        return None
    between = (max(published) - min(published)) / (len(published) - 1)
    return min(max(between / 2, _SHORTEST), DAY)


def due_at(name: str, state: State) -> datetime | None:
    """Return when `digest run` asks a source next, None for at once.

    Sources that were asked together are spread over some minutes, each always by the same.
    """
    next_at = _time(state.get("next"))
    offset = int.from_bytes(blake2b(name.encode(), digest_size=4).digest()) % _SPREAD
    return next_at + timedelta(seconds=offset) if next_at else None


def _interval(
    state: State, headers: Mapping[str, str], now: datetime, every: timedelta | None
) -> timedelta:
    told = min(retry_after(headers, now) or timedelta(0), _LONGEST_RETRY)
    if every is not None:
        return max(every, told)
    stated = timedelta(minutes=min(int(state.get("minutes") or 0), 10_000))
    # without validators every question costs the whole document: no oftener than its news come
    least = HOUR if state.get("etag") or state.get("modified") else DAY
    seen = min(timedelta(seconds=int(state["rhythm"])), least) if "rhythm" in state else least
    return max(min(max(seen, stated, freshness(headers)), DAY), told)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()


def _time(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text)) if text else None
    except ValueError:
        return None


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text) if text else None
    except (ValueError, TypeError):
        return None
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment
