"""feeds.yaml and the environment, read into the nouns; every problem at once, each with its line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from digest.config.cross_checks import cross_check
from digest.config.messages import meant_in, problem, without_echoes
from digest.config.plugged import PluggedSource, read_plugged_sources, without_plugged
from digest.config.values import (
    Caps,
    Choosable,
    Clients,
    ClockTime,
    Colour,
    Count,
    Cron,
    Days,
    Duration,
    Language,
    Mailbox,
    Names,
    Pattern,
    Quiet,
    Rates,
    Rhythm,
    Wanted,
    WebAddress,
    Zone,
    named_or_listed,
    or_list,
)
from digest.config.yaml_lines import Lines, dotted, read_yaml
from digest.editorial.tags import NO_TOPIC
from digest.errors import ConfigError, MissingSecret, Unknown
from digest.model import (
    EVERYWHERE,
    Brand,
    EditionRule,
    Frequency,
    HouseRules,
    LeadRule,
    Limits,
    Newsletter,
    Offer,
    PointsTable,
    Publication,
    Right,
    Rule,
    Schedule,
    SectionRule,
    Segment,
    Source,
    TagRules,
    Webhook,
    WebhookEvent,
    WhenShort,
)
from digest.plugins import SOURCES, plugins

SECRET = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*|file:[^}\s]+)\}")
"""`${NAME}` stands for an environment variable, `${file:PATH}` for what is in a file."""

_BOUNCES_COUNT = timedelta(days=60)  # `publisher.returning`


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryConfig:
    """Where emails go, and come back to: addresses as written, secrets not yet filled in.

    `rate` is in emails a second, by provider; "*" is that of all.
    """

    smtp: str | None = None
    folder: str | None = None
    api: str | None = None
    connections: int = 10
    rate: Mapping[str, float] = field(default_factory=dict)
    dkim: Mapping[str, str] = field(default_factory=dict)
    bounces: str | None = None
    verp: str | None = None
    hooks: Mapping[str, str] = field(default_factory=dict)
    ambiguous: Literal["hold", "resend"] = "hold"
    campaigns: str | None = None
    lists: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcConfig:
    """Where people sign in instead (OpenID Connect), and by newsletter what each group may there."""

    issuer: str
    client_id: str
    client_secret: str
    claim: str
    groups: Mapping[str, Mapping[str, tuple[Right, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskConfig:
    """How the desk is opened, beside its own accounts."""

    oidc: OidcConfig | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceRules:
    """What all newsletters together may ask of a reader; `quiet` hours may go over midnight."""

    most_per_week: int | None = None
    quiet: tuple[time, time] | None = None
    holidays: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole configuration; `folder` is the one that relative paths start from."""

    file: Path
    lines: Lines = field(repr=False)
    publication: Publication
    sources: Mapping[str, Source]
    tags: TagRules
    segments: Mapping[str, Segment]
    newsletters: Mapping[str, Newsletter]
    audience: AudienceRules
    delivery: DeliveryConfig
    desk: DeskConfig
    webhooks: Mapping[str, Webhook]
    keep_deliveries: timedelta | None
    database: str | None
    environment: Mapping[str, str] = field(repr=False)

    @property
    def folder(self) -> Path:
        """The folder of the configuration file."""
        return self.file.parent

    def active_sources(self, now: datetime) -> Mapping[str, Source]:
        """Return the sources that are read: those that do not rest on the publication's day."""
        today = now.astimezone(ZoneInfo(self.publication.timezone)).date()
        return {name: source for name, source in self.sources.items() if not source.rests(today)}

    def problem(self, path: Sequence[str | int], said: str) -> str:
        """Return what is wrong with a key as `FILE:LINE: KEY: message`."""
        return f"{self.file}:{self.lines.at(path)}: {dotted(path)}: {said}"

    def newsletter(self, name: str) -> Newsletter:
        """Return the newsletter of that name, or Unknown with the names there are."""
        if name not in self.newsletters:
            raise Unknown("newsletter", name, self.newsletters)
        return self.newsletters[name]

    def titles_for(self, segment: str) -> tuple[str, ...]:
        """Return the titles of the newsletters that go to a segment."""
        return tuple(n.title for n in self.newsletters.values() if segment in n.segments)

    def secret(self, text: str, needed_for: str) -> str:
        """Fill `${NAME}` in from the environment and `${file:PATH}` from a file, without the line's end.

        A path is relative to the configuration. MissingSecret where one is not set, or cannot be read.
        """

        def value(match: re.Match[str]) -> str:
            name = match[1]
            try:
                if name.startswith("file:"):
                    return (self.folder / name[5:]).read_text("utf-8").rstrip("\r\n")
                return self.environment[name]
            except (KeyError, OSError, UnicodeDecodeError):
                raise MissingSecret(name, needed_for) from None

        return SECRET.sub(value, text)


def read_config(file: Path, environment: Mapping[str, str]) -> Config:
    """Read a configuration file; ConfigError holds `FILE:LINE: message` for every problem."""
    try:
        raw = file.read_bytes()
    except FileNotFoundError:
        raise ConfigError([f"{file}: there is no such file; `digest init` makes one"]) from None
    except OSError as error:
        raise ConfigError([f"{file}: cannot be read: {error.strerror}"]) from None
    data, lines, broken = read_yaml(raw)
    if not isinstance(data, dict):
        broken = broken or [(1, "is empty or no mapping; see `digest schema`")]
    plugged, refused = read_plugged_sources(data, lines, _SourceKeys.model_fields)
    bare = without_plugged(data, plugged)
    wire, invalid = _validate(bare, lines) if isinstance(bare, dict) else (None, [])
    problems = without_echoes({*broken, *invalid, *refused, *cross_check(data, lines, plugged)})
    if problems or wire is None:
        raise ConfigError(f"{file}:{line}: {text}" for line, text in sorted(problems))
    return wire.build(file, lines, environment, plugged)


@cache
def json_schema() -> Mapping[str, Any]:
    """Return the JSON Schema of feeds.yaml."""
    found = _FileKeys.model_json_schema()
    keys = found["$defs"][_SourceKeys.__name__]["properties"]
    for name, plugin in plugins(SOURCES).items():
        keys.setdefault(name, {"description": f"What {plugin.package} reads."})
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}


def _validate(data: object, lines: Lines) -> tuple[_FileKeys | None, list[tuple[int, str]]]:
    try:
        return _FileKeys.model_validate(data), []
    except ValidationError as error:
        known, details = json_schema(), error.errors()
        meant = meant_in(details, known)
        missing = (d for d in details if d["type"] != "missing" or d["loc"] not in meant)
        return None, [problem(detail, lines, known) for detail in missing]


class _StrictKeys(BaseModel):
    """A mapping of feeds.yaml; a key it does not know is a problem."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    def values(self, *leave_out: str) -> dict[str, Any]:
        return {k: getattr(self, k) for k in type(self).model_fields if k not in leave_out}


class _BrandKeys(_StrictKeys):
    logo: str | None = Field(None, description="A picture beside the configuration, or an address.")
    colour: Colour = Field("#1a4f8b", description="The one accent colour, as six hex digits.")
    font: str | None = Field(None, description="A font family; safe fallbacks are added.")
    footer: str | None = Field(None, description="A sentence at the foot of every email.")
    social: dict[str, WebAddress] = Field(
        default_factory=dict, description="Names and addresses of the publication's other channels."
    )


class _PublicationKeys(_StrictKeys):
    name: str = Field(description="Who publishes; printed at the head and foot of every email.")
    url: WebAddress = Field(description="The publication's site.")
    language: Language = Field(
        "en", description="A BCP 47 tag; decides dates, words and direction."
    )
    timezone: Zone = Field(
        "UTC", description="The zone of dates without one, and of every schedule."
    )
    postal_address: str = Field("", description="Printed in the footer; many laws ask for one.")
    brand: _BrandKeys = Field(default_factory=_BrandKeys, description="How emails look.")
    public_url: WebAddress | None = Field(
        None,
        description="Where the public pages (unsubscribe, view in browser) are reached; `url` unless given.",
    )

    def build(self) -> Publication:
        fields = self.values("brand", "public_url")
        address = (self.public_url or self.url).rstrip("/")
        return Publication(**fields, brand=Brand(**self.brand.values()), public_url=address)


class _SourceKeys(_StrictKeys):
    feed: str | None = Field(None, description="A feed's address or path.")
    archive: str | None = Field(None, description="An archive's address or path.")
    url_base: WebAddress | None = Field(None, description="What relative addresses start from.")
    title: str | None = Field(None, description="The publication, as bylines name it.")
    tags: Names = Field((), description="Tags given to all of its articles.")
    language: Language | None = Field(None, description="The language of its articles.")
    priority: int = Field(0, ge=-10, le=10, description="How much it counts, -10 to 10.")
    fresh: bool = Field(default=False, description="All its articles are new when first seen.")
    every: Rhythm | None = Field(
        None,
        description="How often `digest run` asks it, 5m to 30d, instead of the feed's own rhythm.",
    )
    enabled: bool | date = Field(
        default=True,
        description="Whether it is read, or the day from which on it is; at rest its articles are "
        "kept, not printed.",
    )
    allow_hosts: Names = Field((), description="Hosts that may have a private address.")
    tags_from_path: str | None = Field(
        None, description="A regular expression; its groups in an address are tags."
    )

    def build(self, name: str, zone: str, plugged: PluggedSource | None) -> Source:
        fields = self.values("feed", "archive")
        if plugged is not None:
            found = Source(name=name, kind=plugged.kind, location=plugged.location, **fields)
            return replace(found, timezone=zone, said=plugged.said)
        # a calendar's address as calendars are subscribed to
        location = re.sub("^webcals?://", "https://", self.feed or self.archive or "")
        kind: Literal["feed", "archive"] = "feed" if self.feed else "archive"
        return Source(name=name, kind=kind, location=location, timezone=zone, **fields)


class _TagsKeys(_StrictKeys):
    internal: Names = Field((), description="Patterns of planning labels; never printed.")
    no_topic: Names = Field(
        NO_TOPIC, description='Tags that say "no category": rules match them, no email prints them.'
    )
    aliases: dict[str, str] = Field(default_factory=dict, description="A tag: the tag it means.")
    names: dict[str, str] = Field(default_factory=dict, description="A tag: how it is printed.")


class _RuleKeys(_StrictKeys):
    any: Names = Field((), description="At least one of these tags.")
    all: Names = Field((), description="Every one of these tags.")
    none: Names = Field((), description="Not one of these tags.")
    source: Names = Field((), description="From one of these sources.")
    title: str | None = Field(None, description="A pattern that the title matches.")
    newer_than: Duration | None = Field(None, description="Published no longer ago than this.")

    def build(self) -> Rule:
        return Rule(**self.values())


class _SegmentKeys(_StrictKeys):
    title: str = Field(description="What the segment is called in emails and on the desk.")
    match: _RuleKeys = Field(description="Which articles it reads.")
    open: bool = Field(default=False, description="Whether anybody may sign up for it.")
    members: dict[str, Wanted] = Field(
        default_factory=dict,
        description="Attributes: the values of who belongs to it, beside those put into it by name.",
    )

    def build(self, name: str) -> Segment:
        return Segment(name=name, match=self.match.build(), **self.values("match"))


class _SectionKeys(_StrictKeys):
    title: str = Field(description="Its heading.")
    match: _RuleKeys | None = Field(None, description="Which articles it claims.")
    rest: bool = Field(default=False, description="Takes what no section before it claimed.")
    max: int | None = Field(None, ge=1, le=100, description="At most so many articles.")
    min: Count = Field(0, description="With fewer, the section is left out.")
    required: bool = Field(default=False, description="With too few, the issue is held.")
    only: Names = Field((), description="The only segments whose editions have it.")
    never: Names = Field((), alias="not", description="Segments whose editions do not have it.")
    per_source: int | None = Field(None, ge=1, description="At most so many of one source.")
    per_tag: int | None = Field(None, ge=1, description="At most so many of one topic.")
    per_author: int | None = Field(None, ge=1, description="At most so many of one author.")
    order: Literal["rank", "event"] = Field(
        "rank", description="By rank, or by the day of the events that its articles invite to."
    )

    def build(self) -> SectionRule:
        match = self.match.build() if self.match else Rule()
        return SectionRule(match=match, **self.values("match"))


class _EditionKeys(_StrictKeys):
    sections: Names = Field((), description="The titles of its sections, in its own order.")
    subject: Pattern | None = Field(None, description="Its own subject line, or its pattern.")
    intro: str | None = Field(None, description="Its own introduction.")


class _LeadKeys(_StrictKeys):
    match: _RuleKeys | None = Field(None, description="Which stories may lead; each, if left out.")
    picture: Literal["required", "preferred"] | None = Field(
        None, description="Whether the story that leads needs a picture."
    )

    def build(self) -> LeadRule:
        return LeadRule(match=self.match.build() if self.match else None, picture=self.picture)


class _LimitsKeys(_StrictKeys):
    min: Count = Field(1, description="An edition with fewer is short.")
    max: int = Field(12, ge=1, le=200, description="An edition holds at most so many.")
    more: int = Field(
        20, ge=0, le=1000, description="Beyond so many, what found no place is not counted."
    )
    max_age: Duration = Field(timedelta(days=60), description="None published longer ago.")
    grace: Duration = Field(timedelta(0), description="None published more recently.")
    per_source: Caps = Field(
        default_factory=dict, description="At most so many of one source; or a source: its number."
    )
    per_tag: int | None = Field(None, ge=1, description="At most so many of one topic.")
    per_author: int | None = Field(None, ge=1, description="At most so many of one author.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.min > self.max:
            raise ValueError("min is more than max")
        return self

    def build(self) -> Limits:
        named = {name: most for name, most in self.per_source.items() if name != "*"}
        every = self.per_source.get("*")
        return Limits(**self.values("per_source"), per_source=every, of_source=named)


class _PointsKeys(_StrictKeys):
    priority: Count = Field(100, description="For each step of a source's priority.")
    recency: Count = Field(60, description="For an article published now; halves over time.")
    half_life: Duration = Field(timedelta(days=3), description="How fast recency halves.")
    urgency: Count = Field(80, description="For the last issue before a deadline or event.")
    carry_over: Count = Field(30, description="For an article left over from the last issue.")
    variety: Count = Field(
        0, description="Lost, at most, by an article that is like one which stands before it."
    )
    picture: Count = Field(10, description="For a picture with a description.")
    standfirst: Count = Field(5, description="For a standfirst.")
    coverage: int = Field(
        0, ge=0, le=100, description="At most, for a theme that had less than `coverage` plans."
    )
    tags: dict[str, int] = Field(default_factory=dict, description="A tag pattern: its points.")


class _HouseKeys(_StrictKeys):
    headline_words: int | None = Field(
        None, ge=1, description="A headline has at most so many words."
    )
    summary_words: int | None = Field(
        None, ge=1, description="A summary has at most so many words."
    )
    calls_to_action: int | None = Field(
        None,
        ge=0,
        description="A summary, an introduction or a notice asks for at most so many acts.",
    )
    ban: Names = Field((), description="Words that are not printed.")
    spell: Names = Field((), description="Words as they are written here.")

    def build(self) -> HouseRules:
        return HouseRules(**self.values())


class _ScheduleKeys(_StrictKeys):
    cron: Cron | None = Field(None, description="A crontab line of five fields.")
    dates: tuple[date, ...] = Field((), description="The days of sending, instead of cron.")
    at: ClockTime = Field(time(7), description="The time on those days.")
    draft_before: Duration = Field(timedelta(0), description="Draft so long before sending.")
    skip: Days = Field((), description="Days, months or ranges without an issue.")

    def build(self) -> Schedule:
        return Schedule(**self.values())


class _RepeatsKeys(_StrictKeys):
    not_from: Names = Field((), description="Newsletters whose articles it does not say again.")


class _ReadersKeys(_StrictKeys):
    topics: Choosable | None = Field(
        None, description="`choose`: any topic; or the topics to choose from, by pattern."
    )
    sources: Choosable | None = Field(
        None, description="`choose`: any source; or the names of those to choose from."
    )
    frequency: tuple[Frequency, ...] = Field(
        (), description="How often: daily, weekly, monthly; the first unless they choose."
    )
    hour: Literal["choose"] | None = Field(
        None, description="`choose`: at what hour, in their own time zone."
    )
    most: int | None = Field(
        None, ge=1, le=200, description="How many articles at most; they may choose fewer."
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.topics is None and self.sources is None:
            raise ValueError("readers choose topics or sources, so one of them is needed")
        if len({*self.frequency}) < len(self.frequency):
            raise ValueError("frequency names one twice")
        return self

    def build(self) -> Offer:
        return Offer(**self.values("hour"), hour=self.hour is not None)


class _NewsletterKeys(_StrictKeys):
    title: str = Field(description="Its name, printed at the head of every email.")
    sender: Mailbox = Field(description="Name <address>.")
    segments: Annotated[dict[str, _EditionKeys | None], BeforeValidator(named_or_listed)] = Field(
        min_length=1,
        json_schema_extra=or_list,
        description="Who gets it; a subscriber of several gets the first of them. A list, or a "
        "mapping with what is otherwise for a segment.",
    )
    schedule: _ScheduleKeys | None = Field(None, description="When it is sent.")
    sections: tuple[_SectionKeys, ...] = Field(min_length=1, description="Its headings, in order.")
    articles: _LimitsKeys = Field(default_factory=_LimitsKeys, description="How many, and how old.")
    points: _PointsKeys = Field(default_factory=_PointsKeys, description="What decides the order.")
    when_short: WhenShort = Field("skip", description="What becomes of a short edition.")
    approval: Literal["required", "automatic"] = Field("required", description="Who approves.")
    template: str = Field("weekly", description="A folder of templates/email/.")
    images: Literal["link", "attach"] = Field("link", description="How pictures travel.")
    editors: Names = Field(
        (),
        description="Addresses that are told what needs a person: drafts, what is held, failures.",
    )
    test_to: Names = Field((), description="Addresses that the desk may send a test to.")
    late: Duration = Field(
        timedelta(hours=24), description="Approved and not sent for so long, it is held."
    )
    repeats: _RepeatsKeys = Field(
        default_factory=_RepeatsKeys, description="What it does not say again."
    )

    clients: Clients = Field(
        default_factory=dict,
        description="The mail programs of its readers, with their shares in percent.",
    )
    subject: Pattern | None = Field(
        None, description='A pattern of its subject lines, such as "{newsletter}: {lead}{more}".'
    )
    byline: Literal["author", "publication", "both"] | None = Field(
        None,
        description="What says under a headline where a story comes from; both where an edition has "
        "several publications, else the author, if left out.",
    )
    lead: _LeadKeys | None = Field(None, description="Which story leads; the first, if left out.")
    archive: str | None = Field(
        None, description="The segment whose edition anybody may read, once it went out."
    )
    coverage: dict[str, Annotated[int, Field(ge=1, le=100)]] = Field(
        default_factory=dict,
        description="A tag pattern: the percentage of the stories that it is to have.",
    )

    house: _HouseKeys = Field(
        default_factory=_HouseKeys, description="Its own style; what breaks it is a finding."
    )
    clicks: bool = Field(
        default=False,
        description="Count how often each story is opened, without names; its emails say so.",
    )
    readers: _ReadersKeys | None = Field(
        None, description="What its readers may choose themselves."
    )

    def build(self, name: str) -> Newsletter:
        apart = (
            "schedule",
            "sections",
            "articles",
            "points",
            "repeats",
            "segments",
            "lead",
            "house",
            "readers",
        )
        fields = self.values(*apart)
        editions = {k: EditionRule(**wire.values()) for k, wire in self.segments.items() if wire}
        return Newsletter(
            name=name,
            schedule=self.schedule.build() if self.schedule else None,
            sections=tuple(section.build() for section in self.sections),
            limits=self.articles.build(),
            segments=(*self.segments,),
            editions=editions,
            lead=self.lead.build() if self.lead else None,
            points=PointsTable(**self.points.values()),
            not_from=self.repeats.not_from,
            house=self.house.build(),
            readers=self.readers.build() if self.readers else None,
            **fields,
        )


class _DeliveryKeys(_StrictKeys):
    smtp: str | None = Field(None, description="A relay's address: smtp:// or smtps://.")
    folder: str | None = Field(None, description="A folder for .eml files instead.")
    api: str | None = Field(
        None, description="A service's API instead: mailgun://, postmark:// or ses://."
    )
    connections: int = Field(
        10, ge=1, le=100, description="At most so many to the relay or the service."
    )
    rate: Rates = Field(
        default_factory=dict,
        description="No more than 20/s, 30/m, 5000/h or 10000/d; or by provider of mailboxes.",
    )
    dkim: dict[str, str] = Field(
        default_factory=dict, description="Key files that emails are signed with, by selector."
    )
    bounces: str | None = Field(
        None, description="The mailbox that bounces come to: imaps://user:…@host/folder."
    )
    verp: str | None = Field(
        None, description="An address of it, before whose @ each email gets its own mark (VERP)."
    )
    hooks: dict[Literal["mailgun", "postmark", "ses"], str] = Field(
        default_factory=dict,
        description="Services that report bounces by a webhook, each with what proves that it calls.",
    )
    ambiguous: Literal["hold", "resend"] = Field(
        "hold",
        description="What becomes of an email that may have arrived: held, or sent again at the risk "
        "of twice.",
    )
    campaigns: str | None = Field(
        None,
        description="A listmonk that issues go out by, each edition to its list: "
        "listmonk://user:…@host/template.",
    )
    lists: dict[str, Annotated[int, Field(ge=1)]] = Field(
        default_factory=dict, description="The number of each segment's list there."
    )


_Rights = Annotated[list[Right], Field(min_length=1)]


class _OidcKeys(_StrictKeys):
    issuer: WebAddress = Field(description="Who signs people in, by OpenID Connect.")
    client_id: str = Field(description="What the desk is called there.")
    client_secret: str = Field(description="What it proves itself by there: ${A_VARIABLE}.")
    claim: str = Field("groups", description="The claim that names somebody's groups.")
    groups: dict[str, _Rights | dict[str, _Rights]] = Field(
        min_length=1,
        description="What each group may: read, edit, approve, administer; or so by newsletter.",
    )

    def build(self) -> OidcConfig:
        return OidcConfig(
            **self.values("groups"),
            groups={
                name: {where: tuple(held) for where, held in said.items()}
                if isinstance(said, dict)
                else {EVERYWHERE: tuple(said)}
                for name, said in self.groups.items()
            },
        )


class _DeskKeys(_StrictKeys):
    oidc: _OidcKeys | None = Field(None, description="A single sign-on (OpenID Connect).")

    def build(self) -> DeskConfig:
        return DeskConfig(oidc=self.oidc.build() if self.oidc else None)


_EVENTS: list[WebhookEvent] = ["drafted", "held", "sent", "failed"]  # where none are named


class _WebhookKeys(_StrictKeys):
    url: str = Field(description="Where it is told: an address, or ${A_VARIABLE} that holds one.")
    events: list[WebhookEvent] = Field(
        _EVENTS,
        min_length=1,
        description="What it is told of: drafted, held, skipped, approved, sending, sent, discarded, "
        "failed.",
    )
    newsletters: Names = Field((), description="Only of these; of all, if left out.")
    secret: str | None = Field(
        None, description="What it is signed with (Standard Webhooks): ${A_VARIABLE}, as whsec_…"
    )
    template: str | None = Field(
        None,
        description="slack, teams, mattermost, or a file of templates/webhooks/; JSON for programs, if "
        "left out.",
    )
    allow_hosts: Names = Field(
        (), description="Names that may resolve to private addresses, such as an intranet's chat."
    )

    def build(self, name: str) -> Webhook:
        return Webhook(name=name, events=tuple(self.events), **self.values("events"))


class _AudienceKeys(_StrictKeys):
    most_per_week: int | None = Field(
        None, ge=1, description="A reader gets at most so many emails a week, from all newsletters."
    )
    quiet: Quiet | None = Field(
        None, description="Hours in which no issue should go out, as 20:00-07:00."
    )
    holidays: Days = Field((), description="Days, months or ranges on which none should.")

    def build(self) -> AudienceRules:
        return AudienceRules(**self.values())


class _KeepKeys(_StrictKeys):
    deliveries: Duration | None = Field(
        None,
        description="How long it is on record who got an issue, 60d at least; then only how many did.",
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.deliveries is not None and self.deliveries < _BOUNCES_COUNT:
            raise ValueError("deliveries is below 60d, for which bounces are counted")
        return self


class _FileKeys(_StrictKeys):
    """The configuration of digest."""

    model_config = ConfigDict(title="feeds.yaml")

    publication: _PublicationKeys = Field(description="Who publishes.")
    sources: dict[str, _SourceKeys] = Field(min_length=1, description="Where articles come from.")
    tags: _TagsKeys = Field(
        default_factory=_TagsKeys, description="Planning labels, aliases and names."
    )
    segments: dict[str, _SegmentKeys] = Field(
        min_length=1, description="The parts of the audience."
    )
    newsletters: dict[str, _NewsletterKeys] = Field(min_length=1, description="What is published.")
    audience: _AudienceKeys = Field(
        default_factory=_AudienceKeys, description="What all newsletters together ask of a reader."
    )
    delivery: _DeliveryKeys = Field(description="Where emails go.")
    desk: _DeskKeys = Field(default_factory=_DeskKeys, description="Who may open the desk.")
    webhooks: dict[str, _WebhookKeys] = Field(
        default_factory=dict, description="Who is told what became of issues: chats and programs."
    )
    keep: _KeepKeys = Field(default_factory=_KeepKeys, description="How long what is kept.")
    database: str | None = Field(
        None,
        description="Where all is kept: sqlite:///FILE or postgresql://USER@HOST/NAME; digest.db beside the file.",
    )

    def build(
        self,
        file: Path,
        lines: Lines,
        environment: Mapping[str, str],
        plugged: Mapping[str, PluggedSource],
    ) -> Config:
        zone = self.publication.timezone
        return Config(
            file=file,
            lines=lines,
            publication=self.publication.build(),
            sources={n: wire.build(n, zone, plugged.get(n)) for n, wire in self.sources.items()},
            tags=TagRules(**self.tags.values()),
            segments={name: wire.build(name) for name, wire in self.segments.items()},
            newsletters={name: wire.build(name) for name, wire in self.newsletters.items()},
            audience=self.audience.build(),
            delivery=DeliveryConfig(**self.delivery.values()),
            desk=self.desk.build(),
            webhooks={name: wire.build(name) for name, wire in self.webhooks.items()},
            keep_deliveries=self.keep.deliveries,
            database=self.database,
            environment=environment,
        )
