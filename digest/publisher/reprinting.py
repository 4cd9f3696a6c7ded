"""Print an approved issue once more as it goes out: with its day, and without what a reader has had."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from digest.editorial.selection import Selection
from digest.errors import Held
from digest.jsonable import sha256_hex
from digest.model import Issue, Message, Picture
from digest.ports import Lock
from digest.publisher.compose import Composed, Materials, compose, context_of, word
from digest.publisher.gathering import inputs_in
from digest.publisher.had import had_by_choice
from digest.publisher.inputs import Inputs
from digest.publisher.printed import logo_of
from digest.publisher.services import Services

_KEY = 12  # hexadecimal digits that name a variant


@dataclass(frozen=True, slots=True, kw_only=True)
class Variants:
    """Which readers get an edition without some of its articles, and how it reads then.

    `of` names the variant of an address, by edition; one whose reader has had all of it is None.
    """

    messages: tuple[Message, ...] = ()
    of: Mapping[tuple[str, str], str | None] = field(default_factory=dict)

    def variant(self, segment: str, key: str) -> str | None:
        """Return the variant for a reader, "" for the edition as it is, None for no email at all."""
        return self.of.get((segment, key), "")


def for_today(services: Services, issue: Issue, lock: Lock) -> tuple[Issue, Lock]:
    """Return an approved issue with the day printed on which it goes out, and its lock.

    What was approved is what is sent: nothing but the day may differ.
    """
    inputs = inputs_in(services, lock)
    zone, now = ZoneInfo(inputs.publication.timezone), services.clock()
    shown = inputs.printed or inputs.sent
    if shown.astimezone(zone).date() == now.astimezone(zone).date():
        return issue, lock
    materials, _ = _as_approved(services, issue, inputs, lock)
    today = replace(inputs, printed=now)
    made = compose(today, materials)
    printed = replace(
        issue,
        messages=made.messages,
        html_bytes={message.segment: len(message.html.encode()) for message in made.messages},
        content_hash=made.content_hash,
        approved_hash=made.content_hash,
    )
    return printed, {**lock, "printed": now.isoformat(), "content_hash": made.content_hash}


def variants_of(services: Services, issue: Issue, lock: Lock) -> Variants:
    """Return what readers get who have had some of the issue's articles by another way.

    A segment's own ledger has kept out what all of it has had; what is left are those who changed
    their segment, or read a newsletter that this one does not repeat. In the usual week there is
    nobody.
    """
    inputs = inputs_in(services, lock)
    names = (issue.newsletter, *inputs.newsletter.not_from)
    held = {e.segment: frozenset(a.id for a in e.articles) for e in issue.editions}
    told: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for from_issue, segment, article in services.issues.told(
        names, frozenset().union(*held.values())
    ):
        if from_issue != issue.id:
            told[from_issue, segment].add(article)
    had: defaultdict[str, set[str]] = defaultdict(set)
    for from_issue, segment, key in services.deliveries.reached(told):
        had[key] |= told[from_issue, segment]
    if chose := had_by_choice(services, issue, inputs):
        for key, articles in chose.items():
            had[key] |= articles
    if not had:
        return Variants()
    wanted = {
        (segment, key): frozenset(articles & mine)
        for key, articles in had.items()
        for segment, mine in held.items()
        if articles & mine
    }
    materials, made = _as_approved(services, issue, inputs, lock)
    cases = {(segment, without) for (segment, _), without in wanted.items()}
    messages = {
        (segment, without): _without(inputs, made.selections[segment], materials, without)
        for segment, without in cases
        if without < held[segment]
    }
    return Variants(
        messages=tuple(
            messages[case] for case in sorted(messages, key=lambda c: (c[0], _key(c[1])))
        ),
        of={
            (segment, key): _key(without) if (segment, without) in messages else None
            for (segment, key), without in wanted.items()
        },
    )


def _as_approved(
    services: Services, issue: Issue, inputs: Inputs, lock: Lock
) -> tuple[Materials, Composed]:
    """Compose an issue as it was approved; Held where it does not come out the same any more."""
    pictures = {url: services.articles.picture(url) for url in lock["pictures"]}

    def picture_of(url: str, _: str) -> Picture | None:
        return pictures.get(url)

    materials = Materials(
        renderer=services.renderer, picture_of=picture_of, logo=logo_of(services, lock)
    )
    made = compose(inputs, materials)
    if made.messages != issue.messages:
        raise Held(
            issue.id,
            [
                (
                    "its templates have changed since it was approved, and it has to be printed once "
                    "more; draft it again, and approve it"
                )
            ],
        )
    return materials, made


def _without(
    inputs: Inputs, selection: Selection, materials: Materials, articles: Collection[str]
) -> Message:
    """Return a segment's message without some of its articles."""
    sections = (
        replace(s, articles=tuple(a for a in s.articles if a.id not in articles))
        for s in selection.sections
    )
    kept = replace(selection, sections=tuple(s for s in sections if s.articles))
    edition = word(inputs, kept, inputs.all_edits)
    message = materials.renderer.render(edition, context_of(inputs, edition, materials))
    return replace(message, variant=_key(articles))


def _key(articles: Iterable[str]) -> str:
    return sha256_hex("\n".join(sorted(articles)))[:_KEY]
