from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from digest.errors import MissingSecret
from digest.model import Sighting, Source
from digest.ports import Progress, Pulled, State
from digest.sources.fetching.secrets import SecretSources
from tests.helpers.make import NOW

SET = {"${TOKEN}": "s3cret"}


def secret(text: str, needed_for: str) -> str:
    if text not in SET:
        raise MissingSecret(text, needed_for)
    return SET[text]


@dataclass
class Asked:
    """Sources that fail with the address they were asked for, and remember it."""

    given: list[tuple[str, State]] = field(default_factory=list)

    def pull(
        self,
        sources: Sequence[Source],
        states: Mapping[str, State],
        now: datetime,
        *,
        force: bool = False,
        progress: Progress | None = None,
    ) -> Iterator[Pulled]:
        assert (now, force, progress) == (NOW, False, None)
        for source in sources:
            self.given.append((source.location, states.get(source.name, {})))
            said = f"{source.location}: 404; see https://ana:pw@u.example/"
            yield Pulled(
                source=source.name,
                sightings=(Sighting(source=source.name, url=source.location, html=said),),
                status="failed",
                state={"location": source.location},
                error=said,
                warnings=(said,),
            )

    def due(self, source: Source, state: State, now: datetime) -> bool:
        raise AssertionError((source, state, now))

    def picture(self, source: Source, url: str) -> bytes:
        return f"{source.name} {url}".encode()


def source(name: str, location: str) -> Source:
    return Source(name=name, kind="feed", location=location)


def test_a_secret_is_filled_in_for_the_fetch_and_in_nothing_that_is_said_or_kept() -> None:
    asked = Asked()
    news = source("news", "https://u.example/rss?key=${TOKEN}")
    kept = {"news": {"location": "https://u.example/rss?key=${TOKEN}"}}

    (pulled,) = SecretSources(asked, secret).pull([news], kept, NOW)

    filled = "https://u.example/rss?key=s3cret"
    assert asked.given == [(filled, {"location": filled})]
    assert pulled.state == kept["news"]
    assert "s3cret" not in repr(pulled)
    assert "pw" not in repr((pulled.error, pulled.warnings))
    assert "${TOKEN}: 404" in (pulled.error or "")


def test_a_source_whose_secret_is_not_set_fails_alone_and_keeps_its_state() -> None:
    both = [source("closed", "https://u.example/${OTHER}"), source("open", "https://u.example/")]
    kept = {"closed": {"etag": "x"}}

    closed, open_ = SecretSources(Asked(), secret).pull(both, kept, NOW)

    assert (closed.status, closed.state) == ("failed", {"etag": "x"})
    assert "source closed needs the environment variable" in (closed.error or "")
    assert open_.source == "open"
