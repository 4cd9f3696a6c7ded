"""Secrets in the addresses of sources: filled in just before fetching, and in nothing that is said or kept."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote

from digest.config import SECRET
from digest.errors import MissingSecret
from digest.jsonable import dump, load
from digest.model import Source
from digest.ports import Progress, Pulled, Sources, State

_LOGIN = re.compile(r"(?<=//)[^/@\s]+:[^/@\s]*@")


@dataclass(frozen=True, slots=True)
class SecretSources:
    """The port `Sources` upon another: `${NAME}` in a source's address is filled in by `secret`.

    A source whose secret is not set fails alone. Articles, messages and states show `${NAME}` again
    (a relative link may have taken the address on), and messages no password of an address.
    """

    sources: Sources
    secret: Callable[[str, str], str]

    def pull(
        self,
        sources: Sequence[Source],
        states: Mapping[str, State],
        now: datetime,
        *,
        force: bool = False,
        progress: Progress | None = None,
    ) -> Iterator[Pulled]:
        """Yield each source's batches as they come; a source that fails yields its failure."""
        masks = {source.name: _Mask.of(source, self.secret) for source in sources}
        unset = {name: mask for name, mask in masks.items() if isinstance(mask, MissingSecret)}
        known = {name: mask for name, mask in masks.items() if isinstance(mask, _Mask)}
        for name, error in unset.items():
            yield Pulled(source=name, status="failed", state=states.get(name, {}), error=str(error))
        filled = [known[s.name].fill(s) for s in sources if s.name in known]
        given = {name: known[name].reveal(s) for name, s in states.items() if name in known}
        for pulled in self.sources.pull(filled, given, now, force=force, progress=progress):
            yield known[pulled.source].hide(pulled)

    def due(self, source: Source, state: State, now: datetime) -> bool:
        """Tell whether it is time to ask a source; no secret is needed to know that."""
        return self.sources.due(source, state, now)

    def picture(self, source: Source, url: str) -> bytes:
        """Fetch a picture of one of the source's articles; SourceError where it cannot."""
        return self.sources.picture(source, url)


@dataclass(frozen=True, slots=True)
class _Mask:
    """What stands for each secret of an address: `values` by `${NAME}`."""

    values: Mapping[str, str]

    @classmethod
    def of(cls, source: Source, secret: Callable[[str, str], str]) -> _Mask | MissingSecret:
        """Return the mask of a source, or what is not set."""
        try:
            names = dict.fromkeys(found[0] for found in SECRET.finditer(source.location))
            return cls({name: secret(name, f"source {source.name}") for name in names})
        except MissingSecret as error:
            return error

    def fill(self, source: Source) -> Source:
        """Return the source with its secrets in its address."""
        location = source.location
        for name, value in self.values.items():
            location = location.replace(name, value)
        return replace(source, location=location)

    def reveal(self, state: State) -> State:
        """Return a state with the secrets in it."""
        found: State = json.loads(_swapped(json.dumps(state, ensure_ascii=False), self.values))
        return found

    def hide(self, pulled: Pulled) -> Pulled:
        """Return what was pulled without the secrets."""
        found = {value: name for name, value in self.values.items() if value}
        names = found | {quote(value, safe=""): name for value, name in found.items()}
        shown = replace(
            pulled,
            error=_LOGIN.sub("…@", pulled.error) if pulled.error else None,
            warnings=tuple(_LOGIN.sub("…@", warning) for warning in pulled.warnings),
        )
        return load(Pulled, _swapped(dump(shown), names)) if names else shown


def _swapped(text: str, words: Mapping[str, str]) -> str:
    """Return JSON with words in the place of others, the longest first."""
    for old in sorted(words, key=len, reverse=True):
        text = text.replace(_inside(old), _inside(words[old]))
    return text


def _inside(text: str) -> str:
    """Return a text as it stands between the quotes of JSON."""
    return json.dumps(text, ensure_ascii=False)[1:-1]
