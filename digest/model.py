"""The nouns of the house, frozen: what walks from the sources to the subscriber.

All datetimes are aware. What nobody stated is None; what may be several is a tuple, never None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from digest.findings import Finding

DateSource = Literal["feed", "page", "url", "file"]
Status = Literal["draft", "approved", "sending", "sent", "skipped", "held", "discarded"]
DeliveryState = Literal[
    "pending",
    "claimed",
    "intent",
    "sent",
    "deferred",
    "failed",
    "ambiguous",
    "bounced",
    "complained",
]
Change = Literal["new", "updated", "same"]
EDITORS = "editors"
"""The source of what editors write, or add by its address."""
Frequency = Literal["daily", "weekly", "monthly"]
WhenShort = Literal["skip", "hold", "back-fill", "carry-over"]
Verb = Literal[
    "pin",
    "lead",
    "hide",
    "move",
    "delay",
    "hold",
    "order",
    "add",
    "write",
    "title",
    "summary",
    "picture",
    "event",
    "intro",
    "subject",
    "preheader",
    "notice",
]


# Articles


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture; `alt` is None where the page has none, "" where it says so.

    `url` is absolute, or relative beside a source that states no address; it is None where a
    plain-text page tells what the picture shows, but not where it is.
    """

    url: str | None = None
    alt: str | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A pull quote and whom the page attributes it to."""

    text: str
    attribution: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """When and where something takes place; what nobody stated is None.

    On an `all_day` event the times are midnights, `ends` the one after its last day (RFC 5545). The days
    of one that recurs have a `series`.
    """

    starts: datetime
    ends: datetime | None = None
    place: str | None = None
    all_day: bool = False
    cancelled: bool = False
    series: str | None = None

    @property
    def over(self) -> datetime:
        """The moment from which it is too late to come; without a stated end, when it has begun."""
        if self.ends is not None and self.ends > self.starts:
            return self.ends
        return self.starts + timedelta(days=1) if self.all_day else self.starts


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """An article as one source showed it once: what the page says, and nothing that it does not.

    `url` is the canonical address; `path` the file within an archive; `html` a sanitised fragment
    with absolute addresses; `text` the whole body, paragraphs separated by a blank line;
    `summary` the publisher's own; `tags` as written, `tags_cut` where the list says it goes on;
    `publication` the newspaper, magazine or site that it stands in; `event` what it invites to.
    """

    source: str
    guid: str | None = None
    url: str | None = None
    path: str | None = None
    headline: str | None = None
    standfirst: str | None = None
    summary: str | None = None
    text: str = ""
    html: str = ""
    authors: tuple[str, ...] = ()
    department: str | None = None
    image: Image | None = None
    published: datetime | None = None
    date_source: DateSource | None = None
    updated: datetime | None = None
    tags: tuple[str, ...] = ()
    tags_cut: bool = False
    quotes: tuple[Quote, ...] = ()
    language: str | None = None
    publication: str | None = None
    event: Event | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(Sighting):
    """An article of the store: one, by however many roads it came.

    `title` is printable and never empty, `summary` what an edition prints. `urls` holds every
    address it was seen at. It is new at `new_at`, or never where that is None. `topics` are
    printable names, `internal_tags` planning labels that no subscriber may see. `roads` holds the
    tags that each source said last, by its name; what came before they were kept is under "".
    """

    id: str
    title: str
    summary: str = ""
    roads: tuple[tuple[str, tuple[str, ...]], ...] = ()
    first_seen: datetime
    new_at: datetime | None = None
    urls: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    internal_tags: tuple[str, ...] = ()
    also_covered_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredResult:
    """An article as it is now to be kept, the keys it is found by, and what became of it."""

    article: Article
    keys: tuple[str, ...]
    change: Change


# What the configuration says


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where articles come from: a feed or an archive, at an address or a path.

    A plug-in's is of the kind that has the plug-in's name, and `said` is what feeds.yaml says of it, as JSON.
    """

    name: str
    kind: str
    location: str
    said: str = ""
    url_base: str | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None
    priority: int = 0
    fresh: bool = False
    enabled: bool | date = True
    every: timedelta | None = None
    allow_hosts: tuple[str, ...] = ()
    tags_from_path: str | None = None
    timezone: str = "UTC"
    title: str | None = None

    @property
    def is_plugged(self) -> bool:
        """Whether a plug-in reads it."""
        return self.kind not in {"feed", "archive"}

    def rests(self, today: date) -> bool:
        """Tell whether it is not read on a day: never, or not until its day."""
        return today < self.enabled if isinstance(self.enabled, date) else not self.enabled


@dataclass(frozen=True, slots=True, kw_only=True)
class TagRules:
    """Which tags are planning labels, which are the same, and how topics are printed.

    `no_topic` are a publishing system's words for "no category": they match, and are not printed.
    """

    internal: tuple[str, ...] = ()
    no_topic: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Conditions that must all hold; an empty rule matches nothing."""

    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    title: str | None = None
    newer_than: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A named part of the audience, and the rule for what it reads; `open` to whoever signs up.

    Beside those who are put into it, who has one of the values of each attribute in `members` belongs
    to it (`editorial.membership`). Its edition holds at most so many articles, where `most` says so.
    """

    name: str
    title: str
    match: Rule
    open: bool = False
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a reader wants of a newsletter: of these topics and these sources, so often, so many.

    Without `topics` it is every topic of the `sources`, and the other way round; without either it is
    nothing. Without a `frequency` it is each issue. `hour` (0 to 23) is in the reader's own `zone`, or
    in the publication's where that is "". The reader has chosen of the newsletter `since` that day.
    """

    topics: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    frequency: Frequency | None = None
    hour: int | None = None
    zone: str = ""
    most: int | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a newsletter lets its readers choose; None, or nothing, where that is not theirs to choose.

    `topics` are patterns and `sources` names of those to choose from; empty are all that there are.
    An edition holds at most `most` articles.
    """

    topics: tuple[str, ...] | None = None
    sources: tuple[str, ...] | None = None
    frequency: tuple[Frequency, ...] = ()
    hour: bool = False
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionRule:
    """A heading and which articles it claims; `rest` takes what no other section claimed.

    It stands in the editions of the segments `only`, where any are named, and in none of `never`.
    In the `order` of events the next one stands first, and what finds no room waits for a later issue.
    """

    title: str
    match: Rule = Rule()
    rest: bool = False
    max: int | None = None
    min: int = 0
    required: bool = False
    only: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    per_source: int | None = None
    per_tag: int | None = None
    per_author: int | None = None
    order: Literal["rank", "event"] = "rank"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionRule:
    """What a newsletter does for one of its segments alone; `sections` are titles, in their order."""

    sections: tuple[str, ...] = ()
    subject: str | None = None
    intro: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadRule:
    """Which story may lead an edition, wherever its section stands; without `match` each may."""

    match: Rule | None = None
    picture: Literal["required", "preferred"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many articles an edition holds, how old they may be, and caps by source, tag and author.

    Beyond `more`, what found no place is not counted for readers. `of_source` holds caps for single
    sources.
    """

    min: int = 1
    max: int = 12
    more: int = 20
    max_age: timedelta = timedelta(days=60)
    grace: timedelta = timedelta(0)
    per_source: int | None = None
    of_source: Mapping[str, int] = field(default_factory=dict)
    per_tag: int | None = None
    per_author: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseRules:
    """A newsletter's own style: words at most in a headline and a summary, calls to action in one text.

    `ban` are words that are not printed, `spell` words as they are written (`editorial.house`).
    """

    headline_words: int | None = None
    summary_words: int | None = None
    calls_to_action: int | None = None
    ban: tuple[str, ...] = ()
    spell: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When issues are sent, in the publication's time zone: a crontab line or a list of dates."""

    cron: str | None = None
    dates: tuple[date, ...] = ()
    at: time = time(7, 0)
    draft_before: timedelta = timedelta(0)
    skip: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsTable:
    """What an article's traits are worth, in whole points."""

    priority: int = 100
    recency: int = 60
    half_life: timedelta = timedelta(days=3)
    urgency: int = 80
    carry_over: int = 30
    variety: int = 0
    picture: int = 10
    standfirst: int = 5
    coverage: int = 0
    tags: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """How the publication looks; `logo` is a path beside the configuration or an address."""

    logo: str | None = None
    colour: str = "#1a4f8b"
    font: str | None = None
    footer: str | None = None
    social: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Who publishes: names the sender of every newsletter; `postal_address` stands in each footer."""

    name: str
    url: str
    language: str = "en"
    timezone: str = "UTC"
    postal_address: str = ""
    brand: Brand = Brand()
    public_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsletter:
    """A recurring publication: whom it goes to, when, and how it is laid out.

    An issue that was approved and waited longer than `late` beyond its time does not go out by
    itself. What the newsletters `not_from` had is not said again. `editions` says what is otherwise
    for single segments. `clients` are the mail programs of its readers, each with its share in
    percent where that is known. Tests go from the desk to `test_to` alone. `byline` says what stands under a headline; None is both where an
    edition has several publications, else the author. `subject` is a pattern (`editorial.subject`).
    Anybody may read the edition of the segment `archive`, once it went out. `coverage` is its plan: the
    share of its stories, in percent, that tags by pattern are to have. `clicks` tells whether it is
    counted how often each story is opened. Its `readers` may choose for themselves what it offers.
    """

    name: str
    title: str
    sender: str
    segments: tuple[str, ...]
    sections: tuple[SectionRule, ...]
    schedule: Schedule | None = None
    limits: Limits = Limits()
    points: PointsTable = PointsTable()
    when_short: WhenShort = "skip"
    approval: Literal["required", "automatic"] = "required"
    template: str = "weekly"
    images: Literal["link", "attach"] = "link"
    late: timedelta = timedelta(hours=24)
    not_from: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    test_to: tuple[str, ...] = ()
    lead: LeadRule | None = None
    editions: Mapping[str, EditionRule] = field(default_factory=dict)
    clients: Mapping[str, int | None] = field(default_factory=dict)
    byline: Literal["author", "publication", "both"] | None = None
    subject: str | None = None
    archive: str | None = None
    coverage: Mapping[str, int] = field(default_factory=dict)
    house: HouseRules = HouseRules()
    clicks: bool = False
    readers: Offer | None = None

    def sections_for(self, segment: str) -> tuple[int, ...]:
        """Return the places of the sections that a segment's edition has, in its order."""
        own = self.editions.get(segment, EditionRule()).sections
        order = {title: place for place, title in enumerate(own)}
        here = [
            index
            for index, rule in enumerate(self.sections)
            if (not rule.only or segment in rule.only) and segment not in rule.never
            if not own or rule.title in order
        ]
        return tuple(sorted(here, key=lambda i: order.get(self.sections[i].title, i)))


# What the editors' rules decide


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What one rule gave an article."""

    rule: str
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether an article is in a segment's edition, where, and why; ranks count from 1.

    `decided_by` names the rules that hold it where it is, together.
    """

    article: str
    segment: str
    included: bool
    decided_by: tuple[str, ...]
    section: str | None = None
    rank: int | None = None
    points: tuple[Point, ...] = ()
    would_change: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The span in which an issue gathered, as people are shown it: after `start`, up to `end`."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and its articles, as printed.

    `more` counts its articles that found no place in the edition, and `left` names them. In one of
    `events` a day that is printed is an event's.
    """

    title: str
    articles: tuple[Article, ...]
    more: int = 0
    left: tuple[str, ...] = ()
    events: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """An announcement of an editor's, or a sponsor's, shown from `start` to `end` and in so many `issues`.

    It stands at the top, at the bottom, or after that many sections. `label` says what it is, such as
    "Advertisement".
    """

    text: str
    url: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    title: str | None = None
    label: str | None = None
    image: Image | None = None
    place: Literal["top", "bottom"] | int = "top"
    issues: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Another publication's story on the same news, as it is named beside the one that is printed."""

    article: str
    title: str
    url: str
    publication: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """An issue for one segment, as it will be printed: no planning label is left in its articles.

    `lead` names the article that leads, where that is not the first of the first section. `also_in`
    holds other publications' stories on the same news, under the article's id.
    """

    segment: str
    subject: str
    preheader: str
    sections: tuple[Section, ...]
    intro: str | None = None
    notices: tuple[Notice, ...] = ()
    lead: str | None = None
    also_in: Mapping[str, tuple[Coverage, ...]] = field(default_factory=dict)

    @property
    def articles(self) -> tuple[Article, ...]:
        """Every article, in reading order."""
        every = (a for s in self.sections for a in s.articles)
        return tuple(sorted(every, key=lambda article: article.id != self.lead))


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """An editor's change to a draft, kept beside the selection; `base` is what the article was then.

    With `undo` it is the taking back of such a change, which is not kept. `block` is what a notice, or
    a story that an editor writes, says. `articles` are those of a section in an editor's order; `place`
    is where in its section an editor wants an article, counted from 1, and is kept as such an order.
    """

    verb: Verb
    by: str
    at: datetime
    article: str | None = None
    segment: str | None = None
    section: str | None = None
    value: str | None = None
    url: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    why: str | None = None
    base: str | None = None
    undo: bool = False
    block: Notice | None = None
    articles: tuple[str, ...] = ()
    place: int | None = None


ActKind = Literal["edit", "undo", "redo", "approve", "send back", "discard", "test", "dismiss"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What somebody did to an issue: the `edits` that were asked for, and the patch as it stood `before`.

    `note` is what was written with it: why an issue was sent back, to whom a test went.
    """

    kind: ActKind
    by: str
    at: datetime
    edits: tuple[Edit, ...] = ()
    before: tuple[Edit, ...] = ()
    note: str = ""


# Who works at the desk


Right = Literal["read", "edit", "approve", "administer"]
EVERYWHERE = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who may sign in at the desk, and what for: rights by newsletter, of `EVERYWHERE` in all of them.

    `password` is its hash; of who signs in elsewhere there is none, and `subject` is who that is there.
    """

    name: str
    rights: Mapping[str, tuple[Right, ...]]
    password: str = field(default="", repr=False)
    subject: str = ""
    language: str = ""

    def may(self, right: Right, newsletter: str = EVERYWHERE) -> bool:
        """Tell whether it has a right in a newsletter; without one, in all that there are or will be.

        Who has any right may read; who may administer may do all. Editing and approving are two.
        """
        held = {*self.rights.get(EVERYWHERE, ()), *self.rights.get(newsletter, ())}
        return bool({right, "administer"} & held or (right == "read" and held))


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedDay:
    """A day of a newsletter's schedule without an issue, beside those that feeds.yaml skips."""

    newsletter: str
    day: date
    by: str
    at: datetime
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """What somebody did: `kind` in a word or two, to `what`, and from which network in short."""

    at: datetime
    by: str
    kind: str
    what: str = ""
    where: str = ""


# What programs read, and what they are told


TokenRight = Literal["sent", "everything"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a program reads the API by: in these newsletters, in all where none is named, and until `expires`.

    It reads what was `sent`, as its readers know it, or `everything`: drafts, findings and reasons too.
    """

    name: str
    right: TokenRight
    newsletters: tuple[str, ...] = ()
    created: datetime
    expires: datetime | None = None
    used: datetime | None = None

    def may_read(self, newsletter: str) -> bool:
        """Tell whether it reads a newsletter."""
        return not self.newsletters or newsletter in self.newsletters


WebhookEvent = Literal[
    "drafted", "held", "skipped", "approved", "sending", "sent", "discarded", "failed"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An address that is told what became of issues: of these newsletters, or of all where none is named.

    `url` and `secret` are as written, secrets not yet filled in. `template` is one that is shipped, or a
    file beside the configuration; without one the dispatch itself is told.
    """

    name: str
    url: str
    events: tuple[WebhookEvent, ...]
    newsletters: tuple[str, ...] = ()
    secret: str | None = None
    template: str | None = None
    allow_hosts: tuple[str, ...] = ()

    def wants(self, event: WebhookEvent, newsletter: str) -> bool:
        """Tell whether it is to be told of what became of a newsletter's issue."""
        return event in self.events and (not self.newsletters or newsletter in self.newsletters)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """What a webhook is told, from when it came about until it is taken or given up.

    `id` is the same at every attempt, `said` what the other side answered last. `next_at` is when it is
    tried, where it waits.
    """

    id: str
    hook: str
    type: str
    at: datetime
    data: Mapping[str, object]
    state: Literal["waiting", "taken", "given up"] = "waiting"
    attempts: int = 0
    next_at: datetime | None = None
    tried: datetime | None = None
    said: str = ""


# What is printed, approved and sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture's bytes, to lie beside a page or travel with an email; `name` is a safe file name."""

    url: str
    name: str
    media_type: str
    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An edition as it reads, the same for all: tokens stand where a subscriber's own values go.

    `html` names its attached pictures by `cid:NAME`; `pictures` holds their names. A `variant` is
    for readers who have had some of the edition's articles; it is "" for everybody else.
    """

    segment: str
    variant: str = ""
    subject: str
    preheader: str
    html: str
    text: str
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderEdition:
    """An issue's edition for the readers of one choice: what it was made of, and what it told and decided.

    They gathered `since`, up to number `up_to` all was decided but what was `waiting`, and they `had`
    these articles. It told `articles`, and decides on all up to number `decides` but what is `left`
    waiting. One that a check stopped is `held`, and says why.
    """

    name: str
    choice: Choice
    since: datetime
    up_to: int = 0
    waiting: Mapping[str, str] = field(default_factory=dict)
    had: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    decides: int = 0
    left: Mapping[str, str] = field(default_factory=dict)
    held: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What an issue that went out has decided for a segment: all articles up to a number, but those waiting.

    Articles are numbered in the order in which they were filed. `waiting` names the rule that made
    each of them wait.
    """

    up_to: int = 0
    waiting: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueHead:
    """What is known of an issue without opening it: when, for whom, in which state.

    `windows`, `decided` and `html_bytes` are by segment; `printed` holds each edition's subject.
    `approved_hash` is of what was approved last, also where a later change has voided the approval.
    `slot` names the time in the schedule that it was made for. `stopped` tells that sending ended
    for the sender's sake, as `reason` says, and goes on when somebody sends it again. A `special` issue
    stands beside the schedule: it has no number, and decides on nothing but its own articles.
    """

    id: str
    newsletter: str
    number: int
    status: Status
    created: datetime
    window: Window
    windows: Mapping[str, Window] = field(default_factory=dict)
    decided: Mapping[str, Decided] = field(default_factory=dict)
    printed: Mapping[str, str] = field(default_factory=dict)
    html_bytes: Mapping[str, int] = field(default_factory=dict)
    reason: str | None = None
    content_hash: str = ""
    approved_by: str | None = None
    approved_at: datetime | None = None
    send_at: datetime | None = None
    slot: str | None = None
    overrides: tuple[Mapping[str, str], ...] = ()
    approved_hash: str = ""
    stopped: bool = False
    special: bool = False

    @property
    def shown_status(self) -> Status:
        """Return the state as it is shown: an issue that stopped half sent is held for a person."""
        return "held" if self.stopped else self.status

    @property
    def goes_out(self) -> datetime:
        """Return when it goes out, or went: at its time, and not before it was approved."""
        return max((at for at in (self.send_at, self.approved_at) if at), default=self.created)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue(IssueHead):
    """One dated, numbered release of a newsletter: what was selected, printed and approved.

    `findings` and `points` are by segment; `approved_editions` are what was approved last.
    """

    editions: tuple[Edition, ...] = ()
    messages: tuple[Message, ...] = ()
    findings: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    points: Mapping[str, Mapping[str, tuple[Point, ...]]] = field(default_factory=dict)
    approved_editions: tuple[Edition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A reader: address, segments by name, and whatever else the audience file says of them.

    Nothing is sent to one who paused, until that day. `choices` are what they chose for themselves,
    by newsletter.
    """

    address: str
    name: str | None = None
    segments: tuple[str, ...] = ()
    status: str = "confirmed"
    attributes: Mapping[str, str] = field(default_factory=dict)
    paused_until: date | None = None
    choices: Mapping[str, Choice] = field(default_factory=dict)


_NOBODY = Subscriber(address="")


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriberChange:
    """What an audience file says of a reader: None is not said, an empty value takes one away.

    `choices` are the parts of a choice that it says, by newsletter.
    """

    address: str
    name: str | None = None
    segments: tuple[str, ...] | None = None
    status: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def onto(self, known: Subscriber | None) -> Subscriber:
        """Return the subscriber that this makes of one who is known, or of nobody."""
        was = known or _NOBODY
        attributes = {**was.attributes, **self.attributes}
        chosen = {
            name: replace(was.choices.get(name, Choice()), **parts)
            for name, parts in self.choices.items()
        }
        return Subscriber(
            address=self.address,
            name=was.name if self.name is None else self.name or None,
            segments=was.segments if self.segments is None else self.segments,
            status=self.status or was.status,
            attributes={name: value for name, value in attributes.items() if value},
            paused_until=was.paused_until,
            choices={
                name: choice
                for name, choice in {**was.choices, **chosen}.items()
                if choice.topics or choice.sources
            },
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """What a stranger asked to be sent to an address, until its reader confirms it."""

    address: str
    newsletter: str
    segment: str
    until: datetime
    choice: Choice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """Why an address is not to be mailed, and since when; of the oldest the time is not known."""

    reason: str
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The record of one email: `message_id` is the same at every attempt.

    `returned` is when it was heard that it bounced, or that its reader complained; `put_off_since`,
    when it was first put off for the relay's sake and not its reader's.
    """

    issue: str
    address: str
    segment: str
    variant: str = ""
    state: DeliveryState = "pending"
    attempts: int = 0
    message_id: str = ""
    detail: str | None = None
    next_at: datetime | None = None
    returned: datetime | None = None
    put_off_since: datetime | None = None

    def tried(self) -> Delivery:
        """Return the delivery in its next attempt."""
        return self._made("intent", self.attempts + 1, self.detail)

    def after(self, state: DeliveryState, detail: str) -> Delivery:
        """Return the delivery after an attempt."""
        return self._made(state, self.attempts, detail)

    def _made(self, state: DeliveryState, attempts: int, detail: str | None) -> Delivery:
        # what `replace` does takes five times as long, and this is twice for each email
        return Delivery(
            issue=self.issue,
            address=self.address,
            segment=self.segment,
            variant=self.variant,
            state=state,
            attempts=attempts,
            message_id=self.message_id,
            detail=detail,
            next_at=self.next_at,
            returned=self.returned,
            put_off_since=None if state == "sent" else self.put_off_since,
        )
