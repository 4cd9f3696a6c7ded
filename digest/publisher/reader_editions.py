"""Editions for readers who chose for themselves: made when an issue goes out, of what was approved.

Readers of one choice share an edition, as long as they have had the same of what it could hold. What an
edition was made of is kept, and not its page: it is made again of that wherever it is wanted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from digest.editorial.choices import is_due, moment, settled, shared, span
from digest.editorial.history import SENT
from digest.editorial.reader_editions import READERS, EditionBasis, ReaderSelector, ReaderStanding
from digest.editorial.selection import Selection
from digest.editorial.tags import printable
from digest.errors import Unknown
from digest.findings import Finding
from digest.model import (
    Article,
    Choice,
    Edition,
    Frequency,
    Issue,
    IssueHead,
    Message,
    Newsletter,
    Picture,
    ReaderEdition,
    Segment,
)
from digest.ports import Addressee, Lock
from digest.publisher.clicking import READERS as SEGMENT
from digest.publisher.clicking import counted_in
from digest.publisher.compose import (
    Materials,
    context_of,
    editorial_findings,
    labels,
    word,
)
from digest.publisher.drafting import Pictures
from digest.publisher.gathering import agenda_of, before, history_of, inputs_in
from digest.publisher.inputs import Inputs
from digest.publisher.printed import logo_of
from digest.publisher.services import Services
from digest.render.checks.run import lint
from digest.render.fit import fits, most_that_fit
from digest.render.mime import Envelope, envelope, message_id, sender_domain
from digest.render.render_context import Chosen, RenderContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """An edition for readers as it is printed, and what it was chosen and printed by."""

    selection: Selection
    edition: Edition
    message: Message
    context: RenderContext


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderPaper:
    """What an issue's editions for readers are made of; of one that is not drafted yet, `issue` is None."""

    inputs: Inputs
    before: tuple[IssueHead, ...]
    issue: str | None = None
    logo: Picture | str | None = None


def paper_of(services: Services, issue: IssueHead, lock: Lock) -> ReaderPaper:
    """Return what an issue's editions for readers are made of."""
    return ReaderPaper(
        inputs=inputs_in(services, lock),
        before=before(services, issue),
        issue=issue.id,
        logo=logo_of(services, lock),
    )


class Press:
    """Prints an issue's editions for readers, each of whom stands at one of the `standings`."""

    def __init__(
        self, services: Services, paper: ReaderPaper, standings: Collection[ReaderStanding]
    ) -> None:
        self._services, self.inputs = services, paper.inputs
        history = history_of(services, self.inputs.newsletter.name, paper.before)
        self.readers = ReaderSelector(
            self.inputs.brief,
            self.inputs.articles,
            self.inputs.edits,
            history,
            standings,
            now=self.inputs.now,
        )
        self._articles: dict[str, Article] = {}
        pictures = Pictures(services, self.inputs.newsletter)
        self._materials = Materials(
            renderer=services.renderer,
            picture_of=pictures.of,
            logo=paper.logo,
            lint_plug_ins=services.lint_plug_ins,
        )

    def _shown(self, article: Article) -> Article:
        """Return an article without labels: one and the same, so that nobody looks at it twice."""
        if article.id not in self._articles:
            self._articles[article.id] = printable(article)
        return self._articles[article.id]

    @cached_property
    def _labels(self) -> tuple[str, ...]:
        return labels(self.inputs)

    def printed(self, reading: EditionBasis) -> Printed | None:
        """Print the edition of a reading, cut as far as its page must be; None where it is too short."""
        name = reading.name
        while True:
            selection = self.readers.select(reading)
            if selection.short:
                return None
            made = self._print(name, reading, selection)
            plan, base = self.inputs.newsletter, self.inputs.publication.public_url
            few = len(made.edition.articles) <= 1
            if few or fits(made.message, made.edition, plan, base):
                return made
            most = most_that_fit(made.edition, made.context, self._services.renderer)
            reading = replace(reading, choice=replace(reading.choice, most=most))

    def _print(self, name: str, reading: EditionBasis, selection: Selection) -> Printed:
        segment, choice = self.readers.segment(reading), reading.choice
        inputs = replace(self.inputs, segments={segment.name: segment})
        edition = word(inputs, selection, self.readers.edits, self._shown)
        titles = (self._title(name) for name in choice.sources)
        chosen = Chosen(
            topics=choice.topics,
            sources=tuple(titles),
            frequency=choice.frequency,
            most=choice.most,
        )
        shown = Segment(
            name=SEGMENT,
            title=", ".join(chosen.topics or chosen.sources),
            match=segment.match,
        )
        context = context_of(inputs, edition, self._materials, shown, chosen)
        named = replace(edition, segment=name)
        message = self._services.renderer.message(named, context)
        return Printed(selection=selection, edition=named, message=message, context=context)

    def _title(self, source: str) -> str:
        known = self._services.config.sources.get(source)
        return (known.title if known else None) or source

    def findings(self, made: Printed) -> tuple[Finding, ...]:
        """Return what is wrong with an edition."""
        edition = replace(made.edition, segment=made.selection.segment)
        found = lint(
            made.message,
            made.edition,
            made.context,
            internal=self._labels,
            plug_ins=self._services.lint_plug_ins,
        )
        edits = self.readers.edits
        return (
            *found,
            *editorial_findings(self.inputs, edits, made.selection, edition, made.context),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingReader:
    """A reader for whom an issue has an edition, if anything is new to them; `at` is when it is theirs."""

    key: str
    address: str
    name: str
    at: float | None


@dataclass(kw_only=True)
class PlannedEditions:
    """Who is to have an edition of an issue, and which: readings by name, each with its readers."""

    press: Press
    readings: dict[str, EditionBasis] = field(default_factory=dict)
    readers: list[WaitingReader] = field(default_factory=list)

    @cached_property
    def counts(self) -> Counter[str]:
        """How many readers share each edition."""
        return Counter(each.name for each in self.readers)


def own_choice(newsletter: Newsletter, choices: Mapping[str, Choice]) -> Choice | None:
    """Return what a reader chose of a newsletter, as far as it is offered; None where that is nothing."""
    chosen = choices.get(newsletter.name)
    if chosen is None or newsletter.readers is None:
        return None
    made = settled(chosen, newsletter.readers)
    return made if made.topics or made.sources else None


def plan(services: Services, paper: ReaderPaper, only: str | None = None) -> PlannedEditions:
    """Tell which edition each reader is to have who chose, and whose turn it is; of `only` one address's key.

    Of one reader it is told whether it is their turn or not.
    """
    inputs = paper.inputs
    newsletter, zone = inputs.newsletter, ZoneInfo(inputs.publication.timezone)
    day = (inputs.printed or inputs.sent).astimezone(zone).date()
    others = [e.goes_out.astimezone(zone).date() for e in paper.before if e.status in SENT]
    out = min(services.clock(), inputs.sent)
    wanted: dict[str, tuple[str, Choice, date | None, float | None]] = {}
    known: dict[Choice, tuple[Choice, float | None] | None] = {}
    for key, address, _, choices in services.audience.confirmed():
        asked = choices.get(newsletter.name)
        if asked is None or only not in {None, key}:
            continue
        if asked not in known:
            choice = own_choice(newsletter, choices)
            known[asked] = None
            if choice and (only or is_due(choice.frequency, day, others)):
                at = moment(choice, out, inputs.publication.timezone)
                later = at.timestamp() if at > services.clock() else None
                known[asked] = shared(choice), later
        if (found := known[asked]) is not None:
            wanted[key] = (address, found[0], asked.since, found[1])
    return _planned(services, paper, wanted)


def _planned(
    services: Services,
    paper: ReaderPaper,
    wanted: Mapping[str, tuple[str, Choice, date | None, float | None]],
) -> PlannedEditions:
    inputs = paper.inputs
    past = _PastOfReaders(services, paper, wanted.keys())
    fresh = _Fresh(services, paper)
    standings = {
        key: past.standing.get(key) or fresh.standing(choice, since)
        for key, (_, choice, since, _) in wanted.items()
    }
    press = Press(services, paper, {*standings.values()})
    planned = PlannedEditions(press=press)
    numbers: dict[frozenset[str], int] = {}
    gone = press.readers.numbers(_changed_events(services, inputs))
    for key, (address, choice, _, at) in wanted.items():
        had = past.had.get(key, _NOTHING)
        if had not in numbers:
            numbers[had] = press.readers.numbers(had) | gone
        reading = press.readers.reading(choice, standings[key], numbers[had])
        planned.readings.setdefault(reading.name, reading)
        planned.readers.append(WaitingReader(key=key, address=address, name=reading.name, at=at))
    return planned


_NOTHING = frozenset[str]()


class _Fresh:
    """Where readers stand who have had no email yet: one of their spans before the first that was due.

    Never so long ago that they might have had one, which nobody looks for: what has no date does not age.
    """

    def __init__(self, services: Services, paper: ReaderPaper) -> None:
        inputs = paper.inputs
        self._now, zone = inputs.now, ZoneInfo(inputs.publication.timezone)
        self._oldest = inputs.sent - inputs.newsletter.limits.max_age
        out = sorted(e.goes_out for e in paper.before if e.status in SENT)
        self._out = [(at, at.astimezone(zone).date()) for at in out]
        self._own = agenda_of(services, inputs.newsletter, paper.before).period(inputs.now)
        self._known: dict[tuple[Frequency | None, date | None], ReaderStanding] = {}

    def standing(self, choice: Choice, since: date | None) -> ReaderStanding:
        """Return where a reader stands who chose on a day."""
        key = choice.frequency, since
        if key not in self._known:
            days = [day for _, day in self._out]
            missed = (
                at
                for n, (at, day) in enumerate(self._out)
                if since is not None and day >= since and is_due(choice.frequency, day, days[:n])
            )
            since_then = next(missed, self._now) - (span(choice.frequency) or self._own)
            self._known[key] = ReaderStanding(since=max(since_then, self._oldest))
        return self._known[key]


class _PastOfReaders:
    """What readers have had: where each stands by the last email of a newsletter, and which articles.

    Read from the newest issue to the oldest, as far as somebody's last email is looked for, or an issue
    told something that this one may choose from.
    """

    def __init__(self, services: Services, paper: ReaderPaper, keys: Collection[str]) -> None:
        inputs = paper.inputs
        self.standing: dict[str, ReaderStanding] = {}
        self.had: dict[str, frozenset[str]] = {}
        newsletter, oldest = inputs.newsletter, inputs.sent - inputs.newsletter.limits.max_age
        pool = frozenset(article.id for article in inputs.articles)
        told: defaultdict[str, dict[str, set[str]]] = defaultdict(dict)
        for id_, segment, article in services.issues.told(
            (newsletter.name, *newsletter.not_from), pool
        ):
            told[id_].setdefault(segment, set()).add(article)
        heads = [
            head
            for name in (newsletter.name, *newsletter.not_from)
            for head in reversed(services.issues.heads(name))
            if head.id != paper.issue and head.status in SENT
        ]
        shared: dict[tuple[frozenset[str], frozenset[str]], frozenset[str]] = {}
        for head in heads if keys else ():
            own = head.newsletter == newsletter.name and not head.special
            if head.goes_out < oldest and head.id not in told:
                continue
            editions = {each.name: each for each in services.issues.reader_editions(head.id)}
            held = {name: frozenset(ids) for name, ids in told.get(head.id, {}).items()}
            held |= {name: pool & {*each.articles} for name, each in editions.items()}
            stands = {
                **_stood(head, oldest),
                **{name: _after(each, oldest) for name, each in editions.items()},
            }
            if not any(held.values()) and len(self.standing) == len(keys):
                continue
            for key, segment in services.deliveries.reached_by(head.id):
                if key not in keys:
                    continue
                if own and key not in self.standing and segment in stands:
                    self.standing[key] = stands[segment]
                if new := held.get(segment):
                    pair = self.had.get(key, _NOTHING), new
                    if pair not in shared:
                        shared[pair] = pair[0] | new
                    self.had[key] = shared[pair]


def _stood(head: IssueHead, since: datetime) -> dict[str, ReaderStanding]:
    """Return where the readers of an issue's segments stand after it."""
    return {
        segment: ReaderStanding(
            since=since, up_to=each.up_to, waiting=tuple(sorted(each.waiting.items()))
        )
        for segment, each in head.decided.items()
    }


def _after(edition: ReaderEdition, since: datetime) -> ReaderStanding:
    """Return where the readers of an edition stand after it."""
    return ReaderStanding(
        since=since, up_to=edition.decides, waiting=tuple(sorted(edition.left.items()))
    )


def _changed_events(services: Services, inputs: Inputs) -> Iterator[str]:
    """Yield the articles whose event is over by now, called off, or put off since the issue was drafted."""
    invites = {a.id: a.event for a in inputs.articles if a.event}
    for article in services.articles.named(invites).values():
        then, now = invites[article.id], article.event
        if then and now and (now.cancelled or now.starts != then.starts):
            yield article.id
    yield from (id_ for id_, event in invites.items() if event.over <= services.clock())


# Made, and made again


@dataclass(slots=True, kw_only=True)
class MadeEditions:
    """An issue's editions for readers, as they go out: what each was made of, its envelope, its readers."""

    editions: dict[str, ReaderEdition] = field(default_factory=dict)
    envelopes: dict[str, Envelope] = field(default_factory=dict)
    addressees: list[Addressee] = field(default_factory=list)

    @property
    def held(self) -> list[ReaderEdition]:
        """The editions that a check stopped."""
        return [each for each in self.editions.values() if each.held]


def make(services: Services, issue: Issue, lock: Lock) -> MadeEditions:
    """Make the editions of all readers who chose, and whose turn it is; nothing is written down."""
    made, planned = MadeEditions(), plan(services, paper_of(services, issue, lock))
    passed = {each["rule"] for each in issue.overrides}
    with services.renderer.unchanging():
        for name, reading in planned.readings.items():
            printed = planned.press.printed(reading)
            if printed is None:
                continue
            errors = [
                f"{finding.rule}: {finding.message}"
                for finding in planned.press.findings(printed)
                if finding.severity == "error" and finding.rule not in passed
            ]
            made.editions[name] = _kept(reading, printed, planned.press.inputs, "; ".join(errors))
            if not errors:
                made.envelopes[name] = sealed(services, issue, planned.press.inputs, printed)
    domain = sender_domain(planned.press.inputs.newsletter.sender)
    for each in planned.readers:
        if each.name in made.envelopes:
            id_ = message_id(issue.id, each.address, services.key, domain)
            made.addressees.append(Addressee(each.key, each.address, each.name, id_, "", each.at))
    return made


def _kept(reading: EditionBasis, printed: Printed, inputs: Inputs, held: str) -> ReaderEdition:
    others = (other.article for each in printed.edition.also_in.values() for other in each)
    return ReaderEdition(
        name=reading.name,
        choice=reading.choice,
        since=reading.standing.since,
        up_to=reading.standing.up_to,
        waiting=dict(reading.standing.waiting),
        had=reading.had,
        articles=(*(article.id for article in printed.edition.articles), *others),
        decides=inputs.last,
        left=printed.selection.waiting,
        held=held,
    )


def sealed(services: Services, issue: Issue, inputs: Inputs, printed: Printed) -> Envelope:
    """Return an edition set as an email, without its reader."""
    # counted together: an edition may have one reader, and by whom is not to be known
    shared = replace(printed.edition, segment=SEGMENT)
    message = counted_in(services, issue, inputs, printed.message, shared)
    return envelope(message, printed.context)


class Reprints:
    """An issue's editions for readers, printed again as they are asked for."""

    def __init__(self, services: Services, issue: Issue, lock: Lock) -> None:
        self._services, self._issue, self._lock = services, issue, lock

    @cached_property
    def _known(self) -> dict[str, ReaderEdition]:
        return {each.name: each for each in self._services.issues.reader_editions(self._issue.id)}

    @cached_property
    def press(self) -> Press:
        """What prints them."""
        standings = {reading_of(each).standing for each in self._known.values()}
        paper = paper_of(self._services, self._issue, self._lock)
        return Press(self._services, paper, standings)

    def printed(self, name: str) -> Printed:
        """Return an edition as it is printed; Unknown where there is none of that name."""
        if name not in self._known:
            raise Unknown(f"edition of issue {self._issue.id}", name, ())
        printed = self.press.printed(reading_of(self._known[name]))
        if printed is None:
            raise Unknown(f"edition of issue {self._issue.id}", name, ())
        return printed

    def envelope(self, name: str) -> Envelope:
        """Return an edition set as an email, without its reader."""
        return sealed(self._services, self._issue, self.press.inputs, self.printed(name))


class Envelopes:
    """The envelopes of an issue's editions for readers: as they were made, or made again when asked for."""

    def __init__(
        self, services: Services, issue: Issue, lock: Lock, made: dict[str, Envelope]
    ) -> None:
        self._made, self._again = made, Reprints(services, issue, lock)

    def __call__(self, name: str) -> Envelope | None:
        """Return an edition set as an email, without its reader; None where a segment has that name.

        It is the asker's to keep: thousands of them are not in memory twice.
        """
        if not name.startswith(READERS):
            return None
        return self._made.pop(name, None) or self._again.envelope(name)


def reading_of(edition: ReaderEdition) -> EditionBasis:
    """Return what an edition that is kept was made of."""
    return EditionBasis(
        choice=edition.choice,
        standing=ReaderStanding(
            since=edition.since,
            up_to=edition.up_to,
            waiting=tuple(sorted(edition.waiting.items())),
        ),
        had=edition.had,
    )
