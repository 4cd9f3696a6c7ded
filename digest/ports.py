"""What the use-cases need from outside: protocols of a few methods, declared where they are used."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal, NamedTuple, Protocol

from digest.model import (
    Account,
    Act,
    Article,
    Choice,
    Delivery,
    DeliveryState,
    Dispatch,
    Edit,
    Issue,
    IssueHead,
    LogEntry,
    Message,
    Picture,
    ReaderEdition,
    Sighting,
    SignUp,
    SkippedDay,
    Source,
    StoredResult,
    Subscriber,
    SubscriberChange,
    Suppression,
    Token,
)

State = Mapping[str, Any]
"""What a source wants to be reminded of at its next pull: plain JSON values."""

Progress = Callable[[str, int, int | None], None]
"""Called with a source's name, how far it is, and how far it has to go (None: not known)."""


Lock = Mapping[str, Any]
"""Every input of an issue, by value or by hash: plain JSON values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """A batch of what a source showed, or why there is none.

    `state` is to be stored in the same transaction as the batch. `backlog` tells that the articles
    are an archive's or a first pull's: new when published, not when seen.
    """

    source: str
    status: Literal["ok", "unchanged", "failed", "waiting"]
    sightings: tuple[Sighting, ...] = ()
    backlog: bool = False
    state: State = field(default_factory=dict)
    error: str | None = None
    warnings: tuple[str, ...] = ()


class Sources(Protocol):
    """Get articles and pictures from feeds and archives."""

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
        ...

    def due(self, source: Source, state: State, now: datetime) -> bool:
        """Tell whether it is time to ask a source, by its own rhythm."""
        ...

    def picture(self, source: Source, url: str) -> bytes:
        """Fetch a picture of one of the source's articles; SourceError where it cannot."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """Articles by hash, the number that each was filed under, and the last number there is."""

    articles: Mapping[str, Article]
    filed: Mapping[str, int]
    last: int


class Articles(Protocol):
    """Keep articles, and find them again by any of their keys."""

    def by_keys(self, keys: Collection[str]) -> Mapping[str, tuple[Article, ...]]:
        """Return the articles that each key leads to; a key that leads nowhere is absent."""
        ...

    def file(
        self,
        source: str,
        filed: Sequence[StoredResult],
        state: State,
        known: Mapping[str, Sequence[Article]] | None = None,
    ) -> None:
        """Keep a batch and its source's state, in one transaction.

        Overlapped where another filed articles by the same keys since they were looked up as `known`.
        """
        ...

    def remember(self, states: Mapping[str, State]) -> None:
        """Keep the states of sources that showed nothing new, in one transaction."""
        ...

    def states(self) -> Mapping[str, State]:
        """Return the last state of every source."""
        ...

    def count(self) -> int:
        """Return how many articles are kept."""
        ...

    def all(self) -> Iterator[Article]:
        """Yield every article, the first seen first."""
        ...

    def arrivals(self, since: datetime) -> Iterator[tuple[str, datetime]]:
        """Yield the source of each article that was first seen at `since` or later, and when it was."""
        ...

    def labels(self, since: datetime) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the source and the tags of each article that was new at `since` or later."""
        ...

    def stock(
        self,
        since: datetime,
        after: int,
        published_from: datetime,
        ids: Collection[str] = (),
    ) -> Stock:
        """Return the articles to choose from, in one state of the store.

        They were new at `since` or later, filed after number `after`, and published at
        `published_from` or later, or without a date; or they are those of the ids.
        """
        ...

    def named(self, ids: Collection[str]) -> Mapping[str, Article]:
        """Return the articles of these ids, by hash; one that is not kept is absent."""
        ...

    def keep_versions(self, found: Mapping[str, Article]) -> None:
        """Keep these articles by their hashes, for good, whatever becomes of them."""
        ...

    def versions(self, hashes: Collection[str]) -> Mapping[str, Article]:
        """Return articles as they were when those versions were kept, by hash."""
        ...

    def picture(self, url: str) -> Picture | None:
        """Return a picture that is kept."""
        ...

    def keep_picture(self, picture: Picture) -> None:
        """Keep a picture by its address."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What is looked for: `words` as a person writes them; a part in quotes is one phrase.

    `tags` are beginnings of tags, of which one is enough. An article of a `segment` is one that it has
    had; `since` and `until` are of its publication or, where that is not known, of its first sight. One
    that was `told` is one that any of these newsletters has had in an issue that went out. Where it is
    `outside` the house that somebody looks, the words are not those of tags: some are planning labels.
    """

    words: str = ""
    source: str | None = None
    tags: tuple[str, ...] = ()
    segment: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    told: tuple[str, ...] | None = None
    outside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Where something was found: words around it, those that were sought between STX and ETX."""

    issue: str
    segment: str
    excerpt: str


class Search(Protocol):
    """Find articles, and editions that went out, by their words; no word is an error."""

    def articles(self, sought: Sought) -> Iterator[tuple[Article, str]]:
        """Yield articles, each with an excerpt as a `Hit` has it: the fittest first, else the newest."""
        ...

    def editions(self, sought: Sought) -> Iterator[Hit]:
        """Yield the editions of issues that went out, the fittest first, else the newest."""
        ...


class Issues(Protocol):
    """Keep issues with their messages, edits and locks; and what each segment has had."""

    def heads(self, newsletter: str | None = None) -> Sequence[IssueHead]:
        """Return what is known of the issues without opening them, the oldest first."""
        ...

    def all(self) -> Iterator[Issue]:
        """Yield the issues without their messages, the oldest of each newsletter first."""
        ...

    def get(self, id_: str) -> Issue:
        """Return an issue with its messages; Unknown where there is none."""
        ...

    def save(
        self,
        issue: Issue,
        lock: Lock,
        *,
        was: Issue | None,
        edits: Sequence[Edit] | None = None,
        since: Mapping[str, datetime] | None = None,
        act: Act | None = None,
    ) -> None:
        """Keep an issue, and its edits and what was done where they are given, in one transaction.

        `since` says from when on its segments gather; what is known of one already stands. Stale
        where the issue is no longer what it `was`, or its slot is taken.
        """
        ...

    def lock(self, id_: str) -> Lock:
        """Return the inputs that an issue was made of."""
        ...

    def papers(self, ids: Collection[str]) -> Iterator[Issue]:
        """Yield these issues without their messages, the oldest of each newsletter first."""
        ...

    def address_of(self, id_: str, segment: str, article: str) -> str | None:
        """Return the address of a story as an edition of an issue has it; None where it has no such story."""
        ...

    def made_of(self, ids: Collection[str]) -> Mapping[str, Mapping[str, str]]:
        """Return by issue the hash of each article that it was chosen from, by the article's id."""
        ...

    def sent(self, newsletter: str) -> Iterator[Issue]:
        """Yield what was sent of a newsletter, without its messages, the newest first."""
        ...

    def before(self, issue: IssueHead) -> Iterator[Issue]:
        """Yield what was sent of the newsletter before an issue, the newest first."""
        ...

    def edits(self, id_: str) -> tuple[Edit, ...]:
        """Return the editors' changes to an issue."""
        ...

    def acts(self, id_: str) -> tuple[Act, ...]:
        """Return what people did to an issue, the first first."""
        ...

    def newest_acts(self, most: int | None) -> Iterator[tuple[str, Act]]:
        """Yield what people did to any issue, with its id, the newest first."""
        ...

    def head(self, id_: str) -> tuple[IssueHead, int]:
        """Return what is known of an issue without opening it, and how many acts it has seen."""
        ...

    def note(self, id_: str, act: Act) -> None:
        """Keep an act that changes nothing of the issue."""
        ...

    def edits_by_issue(self, newsletter: str) -> Mapping[str, tuple[Edit, ...]]:
        """Return the editors' changes to a newsletter's issues; one without any is absent."""
        ...

    def since(self, newsletter: str) -> Mapping[str, datetime]:
        """Return from when on each segment gathers for a newsletter."""
        ...

    def ledger(
        self, newsletters: Collection[str], segments: Collection[str], articles: Collection[str]
    ) -> Mapping[str, Mapping[str, str]]:
        """Return for each segment which issue of the newsletters had each of the articles."""
        ...

    def told(
        self, newsletters: Collection[str], articles: Collection[str]
    ) -> Sequence[tuple[str, str, str]]:
        """Return the issue, segment and article of each entry in the newsletters' ledgers."""
        ...

    def keep_reader_editions(self, id_: str, editions: Sequence[ReaderEdition]) -> None:
        """Keep an issue's editions for readers who chose for themselves; what somebody is to get stays.

        What nobody is to get was kept by a run that ended before it wrote down its audience.
        """
        ...

    def reader_editions(self, id_: str) -> Sequence[ReaderEdition]:
        """Return an issue's editions for readers who chose for themselves, by name."""
        ...

    def reader_edition(self, id_: str, name: str) -> ReaderEdition | None:
        """Return an issue's edition of that name for readers who chose for themselves."""
        ...

    def keep_variants(self, id_: str, messages: Sequence[Message]) -> None:
        """Keep an issue's messages for readers who have had some of its articles."""
        ...

    def variants(self, id_: str) -> Sequence[Message]:
        """Return an issue's messages for readers who have had some of its articles."""
        ...

    def enter(self, newsletter: str, segment: str, articles: Collection[str], issue: str) -> None:
        """Write down that a segment has these articles from a newsletter's issue."""
        ...

    def last_news(self, of: str) -> str | None:
        """Return the mark of what editors were told last of a newsletter, or of an issue."""
        ...

    def keep_news(self, of: str, mark: str) -> None:
        """Keep the mark of what editors have been told of a newsletter, or of an issue."""
        ...

    def started(self, newsletter: str) -> datetime | None:
        """Return when the newsletter's schedule was first looked at, where it was."""
        ...

    def start(self, newsletter: str, now: datetime) -> datetime:
        """Return when the newsletter's schedule was first looked at, which may be now."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """How many subscribers were added and updated.

    Of these `stay` are unsubscribed although they were put as others, and `without_segment` get no
    newsletter although they are not unsubscribed.
    """

    added: int = 0
    updated: int = 0
    stay: int = 0
    without_segment: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Subscribers of whom the same holds: the status, segments and, where asked for, attributes of `person`."""

    person: Subscriber
    is_paused: bool
    count: int


class Confirmed(NamedTuple):
    """A confirmed subscriber, as far as an issue's audience is made of it.

    `key` is the address as it is compared (folded); `choices` are by newsletter.
    """

    key: str
    address: str
    segments: tuple[str, ...]
    choices: Mapping[str, Choice] = {}


class Audience(Protocol):
    """Keep subscribers, and the addresses not to mail."""

    def put(
        self,
        people: Iterable[Subscriber | SubscriberChange],
        now: datetime,
        *,
        dry_run: bool = False,
    ) -> Enrolled:
        """Add or update subscribers, in batches; who unsubscribed stays so.

        A dry run only tells what would come of it.
        """
        ...

    def all(self) -> Iterator[Subscriber]:
        """Yield the subscribers by address."""
        ...

    def alike(self, today: date, *, attributes: bool, choices: bool = False) -> Iterator[Alike]:
        """Yield how many subscribers are alike, counted by the store."""
        ...

    def newest_gone(self, most: int) -> Sequence[tuple[str, Suppression]]:
        """Return the suppressions of which the time is known, the newest first, each with its address, folded."""
        ...

    def gone_by_week(self, now: datetime, weeks: int) -> Mapping[tuple[bool, int], int]:
        """Return how many addresses were suppressed in the last weeks.

        They count by whether they were lost, by a bounce or a complaint, and not by a word; and by the
        week's place, 0 for the oldest.
        """
        ...

    def confirmed(self) -> Iterator[Confirmed]:
        """Yield those who confirmed by address, with the segments that they belong to as rules are now."""
        ...

    def listed(self) -> Iterator[tuple[Subscriber, Suppression | None]]:
        """Yield the subscribers by address, each with why it is suppressed, where it is."""
        ...

    def attributes(self) -> Sequence[str]:
        """Return the names of the attributes that subscribers have, in order."""
        ...

    def mailable(self, addresses: Collection[str]) -> Mapping[str, date | None]:
        """Return which of the addresses may be mailed, each with the day that its pause lasts until."""
        ...

    def unsubscribe(self, address: str, reason: str, now: datetime) -> bool:
        """Mail an address no more; False where nobody has it."""
        ...

    def suppression(self, address: str) -> Suppression | None:
        """Return why an address is not to be mailed, where it is not."""
        ...

    def tokens(self, addresses: Collection[str]) -> Mapping[str, str]:
        """Return the token that stands for each address in its links."""
        ...

    def by_token(self, token: str) -> Subscriber | None:
        """Return the subscriber that a link's token stands for."""
        ...

    def by_address(self, address: str) -> Subscriber | None:
        """Return the subscriber of an address."""
        ...

    def restore(self, address: str) -> bool:
        """Mail an address again that came back; False where that is not why it is suppressed."""
        ...

    def has_left(self, address: str) -> bool:
        """Tell whether an address is suppressed by a person's word, and not because it bounced."""
        ...

    def is_suppressed(self, address: str) -> bool:
        """Tell whether an address is not to be mailed, whoever asks for it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What was erased of a person: whether they were a subscriber, and how many emails were theirs."""

    subscriber: bool
    deliveries: int
    sign_ups: int


@dataclass(frozen=True, slots=True)
class Counted:
    """How many emails of an edition are in a state, of whose readers nothing else is kept."""

    segment: str
    variant: str
    state: DeliveryState
    count: int


class Traces(Protocol):
    """Know what is kept on a person, and let it go."""

    def deliveries(self, address: str) -> Sequence[Delivery]:
        """Return every email to an address that is still on record, by issue."""
        ...

    def sign_ups(self, address: str) -> Sequence[SignUp]:
        """Return the sign-ups of an address that wait."""
        ...

    def erase(self, address: str, now: datetime) -> Erased:
        """Erase a person: what is left is the mark of the address, and emails that were nobody's."""
        ...

    def count_up(self, issue: str) -> int:
        """Reduce an issue's deliveries to counts; return how many, none where one is still open."""
        ...

    def counted(self, issue: str) -> Sequence[Counted]:
        """Return what is left of an issue's deliveries that were reduced to counts."""
        ...


class Clicks(Protocol):
    """Count how often stories were opened, by edition; by whom is not known."""

    def count(self, issue: str, segment: str, article: str) -> None:
        """Count that a story of an edition was opened; Busy where others write, and the next one adds it."""
        ...

    def of(self, issue: str) -> Mapping[tuple[str, str], int]:
        """Return how often each story of an issue was opened, by segment and article."""
        ...


class SignUps(Protocol):
    """Keep sign-ups that wait for their confirmation, each by the hash of a token that only a letter has."""

    def keep(self, hash_: str, sign_up: SignUp, now: datetime, *, most: int) -> bool:
        """Keep a sign-up, unless so many wait for its mailbox; those that are over go."""
        ...

    def get(self, hash_: str, now: datetime) -> SignUp | None:
        """Return a sign-up that still waits."""
        ...

    def waiting(self, now: datetime, most: int) -> tuple[Sequence[SignUp], int]:
        """Return the newest sign-ups that wait, and how many there are in all."""
        ...

    def take(self, hash_: str) -> bool:
        """Take a sign-up away; True for the one who does."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser that was let in at the desk: when, when last seen, and the mark of the password.

    Of `account`; "" where the desk has one password for all.
    """

    account: str
    password: str
    begun: datetime
    seen: datetime


class Sessions(Protocol):
    """Keep who was let in at the desk, each by the hash of a token that only the browser has."""

    def begin(self, hash_: str, session: Session) -> None:
        """Keep a session that begins."""
        ...

    def get(self, hash_: str) -> Session | None:
        """Return a session that has not ended."""
        ...

    def see(self, hash_: str, now: datetime) -> None:
        """Note that a session is in use; one that has ended stays so."""
        ...

    def end(self, hash_: str) -> None:
        """End a session."""
        ...

    def end_old(self, account: str, password: str, begun: datetime, seen: datetime) -> None:
        """End an account's that began with another password, and all from before `begun` or `seen`."""
        ...


class SkippedDays(Protocol):
    """Keep the days on which editors want no issue."""

    def of(self, newsletter: str) -> Sequence[SkippedDay]:
        """Return a newsletter's, the soonest first."""
        ...

    def put(self, skipped: SkippedDay) -> None:
        """Skip a day."""
        ...

    def remove(self, newsletter: str, day: date) -> None:
        """Skip a day no more."""
        ...


class Accounts(Protocol):
    """Keep who may sign in at the desk; of two spellings of a name there is one account."""

    def all(self) -> Sequence[Account]:
        """Return the accounts by name."""
        ...

    def get(self, name: str) -> Account | None:
        """Return the account of a name."""
        ...

    def put(self, account: Account) -> None:
        """Keep an account, new or changed."""
        ...

    def remove(self, name: str) -> None:
        """Remove an account."""
        ...


class Tokens(Protocol):
    """Keep what programs read the API by, each by the hash of a token that only the program has."""

    def all(self) -> Sequence[Token]:
        """Return the tokens by name."""
        ...

    def get(self, hash_: str) -> Token | None:
        """Return the token of a hash."""
        ...

    def put(self, hash_: str, token: Token) -> bool:
        """Keep a new token; False where its name is another's."""
        ...

    def see(self, hash_: str, now: datetime) -> None:
        """Note that a token was used."""
        ...

    def remove(self, name: str) -> bool:
        """Remove a token; False where there is none of the name."""
        ...


class Dispatches(Protocol):
    """Keep what webhooks are to be told; what an issue became is written down with the issue itself."""

    def add(self, dispatches: Sequence[Dispatch]) -> None:
        """Keep what is to be told."""
        ...

    def claim(self, hook: str, now: datetime, until: datetime) -> Dispatch | None:
        """Return the oldest that a webhook is to be told now, in its next attempt, and nobody else until then."""
        ...

    def note(self, dispatch: Dispatch) -> None:
        """Write down what became of an attempt."""
        ...

    def newest(self, hook: str, most: int) -> Sequence[Dispatch]:
        """Return what a webhook was told, or is to be told, the newest first."""
        ...

    def waiting(self, hook: str) -> int:
        """Return how many a webhook is still to be told."""
        ...

    def forget(self, before: datetime) -> None:
        """Let go what came about before then: it is over, or waits for a webhook that is no more."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PostAnswer:
    """What the other side of a POST answered: its status, what it said in short, and how long it wants rest."""

    status: int
    said: str = ""
    rest: timedelta | None = None


class Post(Protocol):
    """Sends a POST."""

    def __call__(
        self, url: str, fields: Mapping[str, str], body: bytes, allow_hosts: tuple[str, ...]
    ) -> PostAnswer:
        """Return the answer; Unanswered where there is none, or the address may not be asked."""
        ...


class Log(Protocol):
    """Keep who did what, beside what was done to the issues."""

    def note(self, entry: LogEntry) -> None:
        """Keep what somebody did."""
        ...

    def newest(self, most: int | None) -> Iterator[LogEntry]:
        """Yield what was done, the newest first; all of it where no number is given."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A delivery that is ours to do, with what its reader's own copy needs.

    `is_mailable` is asked in the same moment: a reader may have left since the audience was counted.
    """

    delivery: Delivery
    token: str
    name: str | None
    is_mailable: bool
    paused_until: date | None = None


class Addressee(NamedTuple):
    """Who is to get an issue, and which of its messages; `key` is the address as it is compared.

    It is not to go out before `at`, in seconds since 1970, where that is said.
    """

    key: str
    address: str
    segment: str
    message_id: str
    variant: str = ""
    at: float | None = None


class Deliveries(Protocol):
    """Keep the record of every email: written down first."""

    def sending(self, issue: str | None = None) -> AbstractContextManager[None]:
        """Hold the right to send, an issue or all; DigestError where another process has it."""
        ...

    def expand(self, issue: str, wanted: Iterable[Addressee]) -> None:
        """Write down who is to get an issue; who stands there already is left as is."""
        ...

    def recover(self, issue: str) -> None:
        """Settle what a dead process left: claimed is pending again, an intent is ambiguous."""
        ...

    def claim(self, issue: str, now: datetime, most: int) -> Sequence[Claim]:
        """Claim deliveries that are pending, or deferred and due."""
        ...

    def mark(self, deliveries: Sequence[Delivery]) -> None:
        """Write down states, in one transaction."""
        ...

    def all(self, issue: str) -> Iterator[Delivery]:
        """Yield an issue's deliveries by address."""
        ...

    def counts(self, issue: str) -> Mapping[DeliveryState, int]:
        """Return how many deliveries are in each state."""
        ...

    def unreached(self, issue: str, most: int) -> Sequence[Delivery]:
        """Return the first, by address, whom an issue did not reach, or of whom nobody knows."""
        ...

    def doubt(self, issue: str, detail: str) -> int:
        """Make whatever is still to be sent of an issue ambiguous; return how many."""
        ...

    def by_message_id(self, name: str) -> Delivery | None:
        """Return the delivery whose Message-ID has this before its @."""
        ...

    def to(self, address: str, issues: Collection[str]) -> Sequence[Delivery]:
        """Return the deliveries of these issues to an address."""
        ...

    def turn_back(self, delivery: Delivery) -> bool:
        """Write down that an email bounced or its reader complained; False where that is known.

        Of what never went out nothing is written down.
        """
        ...

    def segments(self, issue: str) -> frozenset[str]:
        """Return the segments that an issue goes to."""
        ...

    def reached(self, editions: Collection[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
        """Yield the issue, the segment and the key of everyone whom these editions reached, or may have."""
        ...

    def reached_by(self, issue: str) -> Iterator[tuple[str, str]]:
        """Yield the key of everyone whom an issue reached, or may have, with the segment of their edition."""
        ...

    def by_provider(self) -> Sequence[tuple[str, DeliveryState, str, int]]:
        """Return how many deliveries of each issue are in each state, by receiving provider."""
        ...

    def had(self, keys: Collection[str], issues: Collection[str]) -> Mapping[str, int]:
        """Return how many of these issues' emails went to each key, or are to go; none is absent."""
        ...

    def hold_back(self, issue: str, keys: Collection[str], detail: str) -> int:
        """Fail what is still to be sent of an issue to these keys; return how many."""
        ...

    def received(self, issue: str) -> Mapping[tuple[str, str], int]:
        """Return how many got each of an issue's messages, by segment and variant."""
        ...

    def waiting(self, issue: str) -> int:
        """Return how many of an issue's emails wait for their readers' hour, and were not tried yet."""
        ...

    def all_counts(self) -> Mapping[str, Mapping[DeliveryState, int]]:
        """Return for every issue how many deliveries are in each state."""
        ...


QUEUES = ("pull", "draft", "send")
"""The kinds of work that are done by workers, each in a queue of its own."""


class Jobs(Protocol):
    """Have done what is due: in this process, or by workers."""

    def draft(self, newsletters: Sequence[str]) -> None:
        """Have each newsletter's issue drafted, and its issues sent, where that is due."""
        ...

    def pull(self, sources: Sequence[str]) -> None:
        """Have sources pulled."""
        ...


class Workers(Jobs, Protocol):
    """Have done what is due by other processes, which may die at it."""

    def sweep(self) -> int:
        """Give the jobs of workers that are silent to others; return how many."""
        ...

    def workers(self) -> int:
        """Return how many workers are alive."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """Some hundred readers of an issue, by their keys: those behind `after`, up to `last`.

    `cut` names the sharing-out that made it. `job` and `attempt` are the worker's right to it.
    """

    issue: str
    cut: str
    after: str
    last: str
    job: int
    attempt: int


class Shards(Protocol):
    """Share an issue's readers out among workers."""

    def share_out(self, issue: str, priority: int) -> int:
        """Cut what waits of an issue into shards, a job each; return how many.

        Whoever sends it by an older cut, or all of it, sends nothing more.
        """
        ...

    def are_out(self, issue: str) -> bool:
        """Tell whether there are jobs for an issue that are not done."""
        ...

    def withdraw(self, issue: str) -> None:
        """Give up the shards of an issue that nobody has begun."""
        ...

    def take(self, shard: Shard) -> AbstractContextManager[Deliveries]:
        """Lend the record of a shard's deliveries, with what a dead worker left settled.

        TakenOver where it is another's; after that neither claims nor marks are taken.
        """
        ...

    def waits(self, shard: Shard) -> datetime | None:
        """Return when the next of a shard may be tried; None where nobody of it is left."""
        ...

    def is_done(self, issue: str) -> bool:
        """Tell whether nobody of an issue is left."""
        ...

    def reserve(self, rate: str, seconds: float) -> float:
        """Take the next so many seconds of a rate that all share; return in how many they begin."""
        ...


class Journal(Protocol):
    """Know which issues began to go out, whatever becomes of the database."""

    def note(self, issue: str) -> None:
        """Write down that a batch of the issue's emails goes out now."""
        ...

    def behind(self) -> tuple[str, ...]:
        """Return the issues of which more went out than the store knows."""
        ...

    def catch_up(self, issue: str) -> None:
        """Let the store know as much of an issue as the journal does."""
        ...


Fault = Literal["reader", "sender", "passing", "doubtful"]
"""Whose fault a refusal is: one reader's, the sender's whoever reads, the relay's for a while, or
nobody can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one email, and what the other side said.

    `fault` counts where it was deferred or failed; `gone` tells that there is no such address.
    """

    state: Literal["sent", "deferred", "failed", "ambiguous"]
    detail: str
    fault: Fault = "reader"
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What another server says of an email that it took: it bounced, or its reader complained.

    A bounce is `hard` where there is no such mailbox. The email is known by the address that it
    could be returned to, one of `return_paths`, or by one of the bare `message_ids`; else nothing but
    `address` says whose it was, which anybody can write. One that is `signed` is the word of the
    service that took the email, and not of who was answered.
    """

    kind: Literal["bounced", "complained"]
    detail: str
    hard: bool = False
    address: str | None = None
    message_ids: tuple[str, ...] = ()
    return_paths: tuple[str, ...] = ()
    signed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """What a relay's log says of one email: that the relay has it, or that it gave it back."""

    state: Literal["sent", "failed"]
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogReading:
    """What a relay's log says, by bare Message-ID, and the times that it covers.

    `lines` counts those that were in a form that is known.
    """

    found: Mapping[str, Logged]
    first: datetime | None
    last: datetime | None
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A POST from outside: its header's fields, in lower case, and its body."""

    fields: Mapping[str, str]
    body: bytes = field(repr=False)


class Hook(Protocol):
    """Reads what a service that takes our emails calls us for."""

    def read(self, call: Call, now: datetime) -> Iterator[Report]:
        """Yield what a call reports; Forged where it is not the service's.

        What was read to its end need not be read again.
        """
        ...


class Intent(Protocol):
    """What is done when the intent to hand an email over is written down; as asyncio's Future."""

    def __await__(self) -> Generator[Any, None, None]:
        """Wait for it; DigestError where it cannot be written down."""
        ...


class Route(NamedTuple):
    """Whom an email comes back to, and whom it goes to."""

    sender: str
    address: str


class Connection(Protocol):
    """An open way to hand emails over, one after the other."""

    async def deliver(
        self,
        sender: str,
        address: str,
        email: Sequence[bytes],
        intent: Intent,
        following: Route | None = None,
    ) -> Outcome:
        """Hand one email over, awaiting its intent before the step that cannot be taken back.

        It comes in pieces, of which many emails share the large ones. `following` is whose email is
        next, where that is known: the relay may be asked already whether it takes it. It is not sent
        before it comes, and another may come instead, or none.
        """
        ...

    async def close(self) -> None:
        """Say goodbye."""
        ...


class Deliverer(Protocol):
    """Hands emails over: an SMTP relay, a service's API, or a folder.

    `rates` are the emails a second that it takes, by the provider of mailboxes; EVERYBODY is all of
    them together.
    """

    connections: int
    rates: Mapping[str, float]

    async def open(self) -> Connection:
        """Open a connection; DeliveryError where nothing can be handed over at all."""
        ...


EVERYBODY = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """An edition for a list: `name` is the same at every attempt, and no other's; it is found by it.

    The unsubscribe token stands in `html` and `text` where the list's own link goes.
    """

    name: str
    segment: str
    sender: str
    subject: str
    html: str = field(repr=False)
    text: str = field(repr=False)


class Campaigns(Protocol):
    """Sends whole editions to lists that somebody else keeps."""

    def place(self, segment: str) -> str:
        """Return what a segment's list is called in the record; DigestError where it has none."""
        ...

    def deliver(self, campaign: Campaign, intent: Callable[[], None]) -> Outcome:
        """Start a campaign unless it was started before, calling `intent` before the start."""
        ...


class Unanswered(Exception):
    """A question to the name system that got no answer; the sentence says which."""


class Resolver(Protocol):
    """Asks the domain name system; what a name does not have is empty, and Unanswered is no answer."""

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the TXT records of a name, each as one text."""
        ...

    def exchanges(self, name: str) -> tuple[str, ...]:
        """Return the hosts that take a domain's mail, the first one first; "" is that it takes none."""
        ...

    def addresses(self, name: str) -> tuple[str, ...]:
        """Return a host's addresses, of IPv4 and IPv6."""
        ...

    def names(self, address: str) -> tuple[str, ...]:
        """Return the names that an address has (PTR)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayFacts:
    """What a relay showed: `problem` is why it takes no email, where it takes none.

    `auth` are the ways to log in that it offers once TLS is on; `expires` is its certificate's end.
    """

    host: str
    port: int
    is_here: bool
    secure: bool = False
    auth: tuple[str, ...] = ()
    logs_in: bool = False
    expires: datetime | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFacts:
    """How the store does: each of the problems is a sentence, or None where there is none.

    `free` is the room on its disk, None where a server's is not ours to see; `size` what it takes
    itself, in bytes. `behind` are the issues of
    which its journal knows more.
    """

    where: str
    exists: bool
    free: int | None
    size: int = 0
    damage: str | None = None
    version: str | None = None
    writing: str | None = None
    journal: str | None = None
    behind: tuple[str, ...] = ()
