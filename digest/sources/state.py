"""What is remembered of a source, and what of it holds no longer once its configuration has changed."""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b

from digest.model import Source
from digest.ports import Pulled, State

_PLACE = ("kind", "location")
_READING = ("url_base", "title", "tags", "tags_from_path", "language", "timezone")
_ACCESS = ("allow_hosts", "every")
_WAITING = frozenset({"next", "failures", "reason", "since"})


def recalled(source: Source, state: State) -> State:
    """Return what still holds of a state.

    Another place is another source; what is to be read otherwise is read once more, whole; and
    whoever may be asked now that might not before is asked at once.
    """
    before, now = state.get("settings"), _settings(source)
    if before is None or before == now:
        return state
    if before[0] != now[0]:
        return {}
    if before[1] != now[1]:
        return {k: state[k] for k in ("pulled", "found") if k in state}
    return {k: v for k, v in state.items() if k not in _WAITING}


def with_settings(source: Source, pulled: Pulled) -> Pulled:
    """Note in a batch's state what settings it was made with."""
    return replace(pulled, state={**pulled.state, "settings": _settings(source)})


def _settings(source: Source) -> list[str]:
    reading = (*_READING, "said") if source.is_plugged else _READING
    values = ([getattr(source, n) for n in names] for names in (_PLACE, reading, _ACCESS))
    return [blake2b(repr(v).encode(), digest_size=6).hexdigest() for v in values]
