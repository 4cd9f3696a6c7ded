"""What the doctor finds, and what it looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from digest.config import Config
from digest.errors import DigestError
from digest.ports import RelayFacts, Resolver, StoreFacts, Unanswered

CheckState = Literal["ok", "warning", "error", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check came to: about what, a plain sentence, and what to do where it is not well."""

    check: str
    about: str
    state: CheckState
    said: str
    todo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the doctor looks at; each function is called when its turn comes.

    `relay` is None where emails go elsewhere. `site` asks a web address and returns the status and
    the time that its server states. `dkim` returns the records, name and text, that a domain's name
    servers should have for the configured keys.
    """

    config: Config
    clock: Callable[[], datetime]
    resolver: Resolver
    store: Callable[[], StoreFacts]
    relay: Callable[[], RelayFacts] | None
    site: Callable[[str], tuple[int, datetime | None]]
    dkim: Callable[[str], Sequence[tuple[str, str]]]


def safely(check: str, about: str, found: Callable[[], Iterator[Checked]]) -> Iterator[Checked]:
    """Yield what a check finds; what keeps it from finding anything is unknown."""
    try:
        yield from found()
    except Unanswered as error:
        yield Checked(
            check=check,
            about=about,
            state="unknown",
            said=str(error),
            todo="Ask again where there is a network.",
        )
    except DigestError as error:
        yield Checked(check=check, about=about, state="error", said=str(error))
