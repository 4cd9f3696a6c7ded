"""What a newsletter's readers may choose for themselves: offered with what there was of it, and kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from zoneinfo import available_timezones

from digest.editorial.choices import offered_topics, settled, unknown_topics
from digest.editorial.membership import Membership
from digest.editorial.tags import TagBook
from digest.errors import Unknown, UsageError
from digest.model import Choice, Offer, Subscriber
from digest.publisher.services import Services

LATELY = timedelta(days=28)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What is to be chosen of a newsletter: topics by name, and sources, each with its articles of 28 days.

    A source has its title, too.
    """

    newsletter: str
    title: str
    offer: Offer
    topics: Mapping[str, int]
    sources: Mapping[str, tuple[str, int]]


def offered(services: Services, newsletter: str) -> Offered:
    """Return what a newsletter's readers may choose; Unknown where that is nothing."""
    offer, config = _offer_of(services, newsletter), services.config
    book, topics, sources = TagBook(config.tags), Counter[str](), Counter[str]()
    for source, tags in services.articles.labels(services.clock() - LATELY):
        topics.update(book.topics(tags))
        sources[source] += 1
    named = (offer.sources or config.sources) if offer.sources is not None else ()
    return Offered(
        newsletter=newsletter,
        title=services.newsletter(newsletter).title,
        offer=offer,
        topics=offered_topics(offer, topics),
        sources={
            name: (config.sources[name].title or name, sources[name])
            for name in named
            if name in config.sources
        },
    )


def choosable(services: Services, person: Subscriber) -> tuple[str, ...]:
    """Return the newsletters of which a reader may choose: those that they read, or may sign up for."""
    config = services.config
    own = {*Membership(config.segments).of(person)}
    own |= {segment.name for segment in config.segments.values() if segment.open}
    return tuple(
        name
        for name, newsletter in config.newsletters.items()
        if newsletter.readers
        and (name in person.choices or not own.isdisjoint(newsletter.segments))
    )


def with_choices(
    services: Services, person: Subscriber, choices: Mapping[str, Choice | None]
) -> dict[str, Choice]:
    """Return what a reader has chosen, with what they choose now; None takes a choice back."""
    mine = choosable(services, person)
    found = dict(person.choices)
    for name, choice in choices.items():
        if name not in mine:
            raise Unknown("newsletter to choose from", name, mine)
        if choice is None:
            found.pop(name, None)
        else:
            found[name] = checked(services, name, choice)
    return found


def checked(services: Services, newsletter: str, choice: Choice) -> Choice:
    """Return a choice in its one form, without what is not offered; UsageError where nothing is left."""
    offer = _offer_of(services, newsletter)
    unknown = unknown_topics(choice, TagBook(services.config.tags), offer)
    kept = tuple(topic for topic in choice.topics if topic not in unknown)
    made = settled(replace(choice, topics=kept), offer)
    if not (made.topics or made.sources):
        raise UsageError("Choose at least one topic or source.")
    return made


def wrong_parts(services: Services, newsletter: str, parts: Mapping[str, Any]) -> str:
    """Return what is wrong with the parts of a choice that a file says of a newsletter, "" for nothing."""
    offer, known = _offer_of(services, newsletter), services.config.sources
    said = Choice(topics=tuple(parts.get("topics", ())))
    if unknown := unknown_topics(said, TagBook(services.config.tags), offer):
        return f"{unknown[0]!r} is no topic that readers of {newsletter} choose"
    offered_sources = (offer.sources or known) if offer.sources is not None else ()
    for name in parts.get("sources", ()):
        if name not in offered_sources:
            return f"{name!r} is no source that readers of {newsletter} choose"
    if parts.get("frequency") not in {None, *offer.frequency}:
        known_words = ", ".join(offer.frequency) or "none"
        return f"there is no frequency {parts['frequency']!r}; known: {known_words}"
    for part, first, last in (("hour", 0, 23), ("most", 1, 200)):
        number = parts.get(part)
        if number is not None and not (isinstance(number, int) and first <= number <= last):
            return f"the {part} {number!r} is no number from {first} to {last}"
    if parts.get("zone") and parts["zone"] not in available_timezones():
        return f"there is no time zone {parts['zone']!r}"
    return ""


def _offer_of(services: Services, newsletter: str) -> Offer:
    plan = services.config.newsletters.get(newsletter)
    if plan is None or plan.readers is None:
        choosing = [n.name for n in services.config.newsletters.values() if n.readers]
        raise Unknown("newsletter to choose from", newsletter, choosing)
    return plan.readers
