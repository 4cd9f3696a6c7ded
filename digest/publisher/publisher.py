"""The publisher: one method a use-case, the same for the command line, the scheduler and the desk."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from digest.config import Config
from digest.editorial.calendar import Slot
from digest.editorial.compare import Changes
from digest.editorial.laboratory.backtest import Backtest
from digest.editorial.laboratory.clicks import Clicked, ClicksBy
from digest.editorial.laboratory.themes import By, Covered
from digest.editorial.membership import Membership
from digest.editorial.similar import Similar
from digest.editorial.tags import TagBook
from digest.errors import DigestError, Held, Overtaken, Unknown, UsageError
from digest.findings import Finding
from digest.model import (
    Account,
    Act,
    Article,
    Choice,
    Decision,
    Delivery,
    DeliveryState,
    Dispatch,
    Edit,
    Edition,
    Issue,
    IssueHead,
    LogEntry,
    Message,
    Picture,
    Right,
    Segment,
    SignUp,
    SkippedDay,
    Subscriber,
    SubscriberChange,
    Suppression,
    Token,
    TokenRight,
)
from digest.ports import Call, Enrolled, Erased, Lock, Progress, Shard, Workers
from digest.publisher import (
    accounts,
    approving,
    archive,
    choosing,
    correcting,
    dispatching,
    drafting,
    editing,
    explaining,
    explaining_readers,
    forgetting,
    log,
    planning,
    preferences,
    proving,
    pulling,
    readership,
    rebuilding,
    resting,
    restyling,
    searching,
    sending,
    sessions,
    sharing,
    signing_up,
    skipping,
    ticking,
    tokens,
    writing,
)
from digest.publisher.api_reading import TokenReading
from digest.publisher.approving import IssueSummary
from digest.publisher.archive import WentOut
from digest.publisher.backtesting import backtest, varied
from digest.publisher.clicking import clicks, leads_to
from digest.publisher.coming import Coming, coming
from digest.publisher.covering import coverage
from digest.publisher.drafting import Drafted
from digest.publisher.forecasting import Ahead, forecast
from digest.publisher.inbox import Inbox, inbox
from digest.publisher.measuring import Measures, measure
from digest.publisher.overtaken import draft_again
from digest.publisher.printed import PrintInputs, Sample, printed, sample
from digest.publisher.proofs import Proofs, proofs
from digest.publisher.pulling import PullReport
from digest.publisher.reader_editions import Printed as PrintedForReaders
from digest.publisher.reader_editions import Reprints
from digest.publisher.reader_links import view_mark
from digest.publisher.rebuilding import Rebuilt
from digest.publisher.resting import SourceReport
from digest.publisher.returning import Returned, hear, take_back
from digest.publisher.runs import SourceRun, runs
from digest.publisher.sending import Reconciled, Sent
from digest.publisher.services import Services
from digest.publisher.settling import SettledByLog, settle_by_log
from digest.publisher.special import special
from digest.publisher.trying import TryOut, try_out, try_out_file
from digest.publisher.week import Week, week
from digest.render.language import Words


class Publisher:
    """Runs the house: every act of a person or of the scheduler is one method here."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @property
    def config(self) -> Config:
        """The configuration that the house runs by."""
        return self._services.config

    def secret(self, purpose: str) -> bytes:
        """Return a key for one purpose, which is the same as long as the store is."""
        return hmac.digest(self._services.key, purpose.encode(), "sha256")

    def week(self) -> Week:
        """Tell how each newsletter stands, what came in, and which step is next."""
        return week(self._services)

    # Articles

    def pull(
        self, names: Sequence[str] = (), *, force: bool = False, progress: Progress | None = None
    ) -> list[PullReport]:
        """Fetch every source, or the named ones; one that fails does not stop the others."""
        return pulling.pull(self._services, names, force=force, progress=progress)

    def pull_due(self, names: Collection[str] | None = None) -> list[PullReport]:
        """Fetch the sources, all or these, whose time has come, each by its own rhythm."""
        return pulling.pull_due(self._services, names)

    def due_sources(self) -> list[str]:
        """Return the sources whose time has come."""
        return pulling.due(self._services)

    def articles(
        self, source: str | None = None, tag: str | None = None, since: datetime | None = None
    ) -> Iterator[Article]:
        """Yield the stored articles, their tags told apart."""
        book = TagBook(self._services.config.tags)
        if source is not None and source not in self._services.config.sources:
            raise Unknown("source", source, self._services.config.sources)
        for article in self._services.articles.all():
            if source is not None and article.source != source:
                continue
            if since is not None and article.first_seen < since:
                continue
            if tag is not None and not book.has(article, tag):
                continue
            yield book.sort(article)

    def search(
        self, asked: searching.Question, most: int = 25, skip: int = 0
    ) -> list[searching.FoundArticle]:
        """Return the articles that fit, the fittest first, or without words the newest."""
        return searching.articles(self._services, asked, most, skip)

    def search_issues(self, asked: searching.Question) -> list[searching.FoundIssue]:
        """Return the issues that went out and have the words, in one of their editions."""
        return searching.issues(self._services, asked)

    def article_count(self) -> int:
        """Return how many articles are kept."""
        return self._services.articles.count()

    def sources(self) -> list[SourceReport]:
        """Return what there is to tell of every source."""
        return resting.sources(self._services)

    def runs(self) -> list[SourceRun]:
        """Return what each source gave, in its newest run and over the last weeks."""
        return runs(self._services)

    def try_out(self, address: str) -> TryOut:
        """Read the feed at a public web address, and keep nothing."""
        return try_out(self._services, address)

    def try_out_file(self, path: str, name: str) -> TryOut:
        """Read a file that somebody brought; nothing is kept."""
        return try_out_file(self._services, path, name)

    def rest(self, source: str, until: date | None, *, by: str) -> None:
        """Let a source rest until a day, or until somebody ends it."""
        resting.rest(self._services, source, until, by)

    def end_rest(self, source: str) -> None:
        """Read a source again that an editor let rest."""
        resting.end_rest(self._services, source)

    def titles(self, ids: Iterable[str]) -> dict[str, str]:
        """Return the titles of the articles of these ids."""
        found = self._services.articles.named([*ids])
        return {article.id: article.title for article in found.values()}

    # Issues

    def draft(
        self, newsletter: str, segments: Sequence[str] = (), slot: Slot | None = None
    ) -> Drafted:
        """Draft a newsletter's issue, or draft the open one again."""
        return drafting.draft(self._services, newsletter, segments=segments, slot=slot)

    def special(self, newsletter: str, changes: Sequence[object], *, by: str) -> Issue:
        """Make a special issue, beside the schedule, of the stories that a patch brings in."""
        return special(self._services, newsletter, changes, by)

    def issues(self) -> Sequence[IssueHead]:
        """Return what is known of the issues without opening them, the oldest of each newsletter first."""
        return self._services.issues.heads()

    def listed(self) -> Iterator[IssueSummary]:
        """Yield every issue without its messages, with its deliveries and what changed."""
        return approving.listed(self._services)

    def issue(self, id_: str) -> Issue:
        """Return an issue with its messages; Unknown where there is none."""
        return self._services.issues.get(id_)

    def edits(self, id_: str) -> tuple[Edit, ...]:
        """Return the editors' changes to an issue."""
        return self._services.issues.edits(id_)

    def inputs(self, id_: str) -> Lock:
        """Return everything that an issue was made of, by value or by hash."""
        return self._services.issues.lock(id_)

    def printed(self, id_: str) -> PrintInputs:
        """Return what an issue was printed with: its pictures and its logo."""
        return printed(self._services, id_)

    def sample(self, issue: Issue, message: Message) -> Sample:
        """Return an edition as an email to a made-up subscriber, for looking at."""
        return sample(self._services, issue, message)

    def is_view(self, issue: str, segment: str, mark: str) -> bool:
        """Tell whether a mark proves that we gave out the address of an edition."""
        expected = view_mark(self._services.key, issue, segment)
        return hmac.compare_digest(mark.encode(), expected.encode())

    def leads_to(self, issue: str, segment: str, article: str, mark: str) -> str | None:
        """Return where a story's link in an email leads; None where the link is none of ours."""
        return leads_to(self._services, issue, segment, article, mark)

    def count_click(self, issue: str, segment: str, article: str) -> None:
        """Count that a story of an edition was opened."""
        self._services.clicks.count(issue, segment, article)

    def archive(self, newsletter: str) -> list[archive.Archived]:
        """Return what a newsletter's public archive holds, the newest first; Unknown without one."""
        return archive.archive(self._services, newsletter)

    def archived(self, newsletter: str, id_: str) -> tuple[Issue, Message]:
        """Return an issue of a newsletter's public archive, and the edition that anybody may read."""
        return archive.archived(self._services, newsletter, id_)

    def went_out(self) -> list[WentOut]:
        """Return every issue that went out, or has begun to, the newest first."""
        return archive.went_out(self._services)

    @property
    def logo(self) -> Picture | str | None:
        """The publication's logo, or its address."""
        return self._services.logo

    def edit(self, id_: str, changes: object, *, by: str, seen: int | None = None) -> Issue:
        """Apply an editor's changes; Conflict where others changed the same since `seen` acts."""
        return editing.edit(self._services, id_, changes, by, seen)

    def undo(self, id_: str, *, by: str, seen: int | None = None) -> Issue:
        """Take the last act of editing back; Stale where there were others since `seen`."""
        return editing.undo(self._services, id_, by, seen)

    def look(self, head: IssueHead) -> str:
        """Return a mark of the templates that an open issue has now; "" for one that changes no more."""
        return restyling.look(self._services, head)

    def changed_templates(self, head: IssueHead) -> list[str]:
        """Return which files of an open issue's templates differ from those it was drafted with."""
        return restyling.changed_templates(self._services, head)

    def restyled(self, issue: Issue, segment: str) -> Message:
        """Return an edition's message in the templates of now; nothing is kept."""
        return restyling.restyled(self._services, issue, segment)

    def restyle(self, id_: str) -> Issue:
        """Draft an open issue again, so that it has the templates of now."""
        return restyling.restyle(self._services, id_)

    def redo(self, id_: str, *, by: str, seen: int | None = None) -> Issue:
        """Do again what was undone last; Stale where there were acts since `seen`."""
        return editing.redo(self._services, id_, by, seen)

    def acts(self, id_: str) -> tuple[Act, ...]:
        """Return what people did to an issue, the first first."""
        return self._services.issues.acts(id_)

    def head(self, id_: str) -> tuple[IssueHead, int]:
        """Return what is known of an issue without opening it, and how many acts it has seen."""
        return self._services.issues.head(id_)

    def upload(self, data: bytes) -> str:
        """Keep a picture for a story or a notice; return its public address."""
        return writing.upload(self._services, data)

    def uploaded(self, name: str) -> Picture | None:
        """Return the picture that was uploaded under a name."""
        return writing.uploaded(self._services, name)

    def approve(
        self,
        id_: str,
        *,
        by: str,
        overrides: Sequence[Mapping[str, str]] = (),
        content_hash: str | None = None,
    ) -> Issue:
        """Approve what the draft holds now; errors that nobody overrides by name hold it back."""
        return approving.approve(
            self._services, id_, by=by, overrides=overrides, content_hash=content_hash
        )

    def send_back(self, id_: str, *, by: str, note: str) -> Issue:
        """Send an issue back to its editors with a note."""
        return approving.send_back(self._services, id_, by, note)

    def last_editions(self, issue: Issue) -> dict[str, Edition]:
        """Return the edition that each segment of an issue had last."""
        return approving.last_editions(self._services, issue)

    def changes(self, issue: Issue) -> dict[str, dict[str, Changes]]:
        """Return by segment what changed since the approval and since the last issue it had."""
        return approving.changes(self._services, issue)

    def discard(self, id_: str, *, by: str) -> Issue:
        """Give a draft up."""
        return approving.discard(self._services, id_, by)

    # Sending

    def send(
        self,
        id_: str,
        to: str | None = None,
        test: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> Sent:
        """Deliver an approved issue, or a test of any issue to the given addresses only."""
        if test:
            return proving.send_test(self._services, id_, test, to)
        if to is not None and self._services.campaigns is not None:
            raise UsageError("issues go to lists here (delivery: campaigns); --to is for tests")
        try:
            return sending.send(self._services, id_, to, progress)
        except Overtaken as error:
            again = draft_again(self._services, id_, error)
            if again.status != "approved":
                raise Held(id_, [again.reason or again.status]) from None
            return sending.send(self._services, id_, to, progress)

    def stop(self) -> None:
        """Begin to send nothing more; emails that are being handed over are finished."""
        self._services.stopping.set()

    def prove(self, id_: str, addresses: Collection[str], segment: str | None, *, by: str) -> Sent:
        """Send a test of an issue, or of one edition, to addresses that the newsletter tests with."""
        return proving.prove(self._services, id_, addresses, segment, by)

    def recipients(self, id_: str) -> Mapping[str, int]:
        """Return how many would get each edition of an issue now."""
        windows = self._services.issues.get(id_).windows
        return readership.readers(self._services, {id_: tuple(windows)})[id_]

    def deliveries(self, id_: str) -> Iterator[Delivery]:
        """Yield who got an issue, and who did not."""
        self._services.issues.get(id_)
        return self._services.deliveries.all(id_)

    def counts(self, id_: str) -> Mapping[DeliveryState, int]:
        """Return how many deliveries of an issue are in each state."""
        return self._services.deliveries.counts(id_)

    def settle(
        self, id_: str, state: Literal["sent", "pending"], addresses: Collection[str]
    ) -> int:
        """Settle ambiguous deliveries, all or those of the addresses; as pending failed ones too."""
        return sending.settle(self._services, id_, state, addresses)

    def settle_by_log(self, id_: str, where: str) -> SettledByLog:
        """Settle ambiguous deliveries by a relay's log, in a file or of stdin (`-`)."""
        return settle_by_log(self._services, id_, where)

    def again(self, id_: str) -> sending.Again:
        """Make ready to send an issue again: to those who failed, and to those who joined since."""
        return sending.again(self._services, id_)

    def take_back(self, where: str | None = None) -> Returned:
        """Read the bounces and complaints in a file, a folder, stdin (`-`) or the configured mailbox."""
        return take_back(self._services, where)

    def hear(self, service: str, call: Call) -> Returned:
        """Hear what a service reports by its hook; Forged where it is not the service that calls."""
        return hear(self._services, service, call)

    def reconcile(self) -> list[Reconciled]:
        """Make every email ambiguous that may have gone out before the database was put back."""
        return sending.reconcile(self._services)

    def accept(self, id_: str) -> None:
        """Go on without an issue that went out and is not known here: its stories may be told again."""
        sending.accept(self._services, id_)

    def backup(self, file: str) -> None:
        """Copy the store into a file, consistent although others write."""
        self._services.backup(file)

    def tick(self, names: Collection[str] | None = None) -> list[Issue | DigestError]:
        """Send what may go, and draft what is due, of all newsletters or of some; a failure stops no other."""
        return ticking.tick(self._services, names)

    @property
    def jobs(self) -> Workers | None:
        """What has the work done by others; None where this process does it."""
        return self._services.jobs

    def send_shard(self, shard: Shard) -> timedelta | Issue | None:
        """Send to some readers; return how long those put off wait, or the issue that is out by it."""
        if self._services.shards is None:
            raise UsageError("only a store on PostgreSQL is shared out among workers")
        return sharing.send_shard(self._services, self._services.shards, shard)

    # Why, and again

    def rebuild(self, id_: str) -> Rebuilt:
        """Build an issue again from its lock."""
        return rebuilding.rebuild(self._services, id_)

    def why(
        self, article: str, issue: str | None = None, segment: str | None = None
    ) -> list[Decision]:
        """Return for each segment whether it gets the article, named by id or address, and why."""
        return explaining.why(self._services, article, issue, segment)

    def why_reader(self, article: str, address: str, issue: str | None = None) -> list[Decision]:
        """Return whether a reader's edition of each newsletter holds an article, and why."""
        return explaining_readers.why_reader(self._services, article, issue, address)

    def proofs(self, issue: Issue, address: str | None = None) -> Proofs:
        """Return the most common editions of an issue for readers who chose, or one reader's."""
        return proofs(self._services, issue, address)

    def for_readers(self, issue: Issue, name: str) -> PrintedForReaders:
        """Return an edition for readers who chose for themselves, printed again; Unknown without it."""
        return Reprints(self._services, issue, self.inputs(issue.id)).printed(name)

    def readers(self, article: str) -> list[explaining.Readership]:
        """Return who got an article, named by id or address, by issue and segment."""
        return explaining.readers(self._services, article)

    def left_out(
        self, id_: str, segment: str, words: str = "", first: int = 0, most: int = 12
    ) -> explaining.LeftOut:
        """Return what an edition does not hold and why, what it might hold first; with these words."""
        return explaining.left_out(
            self._services, id_, segment, words=words, first=first, most=most
        )

    def similar(self, id_: str, only: str | None = None) -> Mapping[str, tuple[Similar, ...]]:
        """Return by article of an issue, or for one, what the eight issues before it told of the same."""
        return explaining.similar_to(self._services, id_, only)

    def subjects(self, issue: Issue, segment: str) -> tuple[str, ...]:
        """Return subject lines that an edition might have: the pattern's, and two others."""
        return explaining.subjects_for(self._services, issue, segment)

    def left_over(self, issue: Issue, segment: str) -> list[tuple[str, tuple[Article, ...]]]:
        """Return by section what an edition had no room for, as its "+N more" counts it."""
        return explaining.left_over(self._services, issue, segment)

    def coming(self, newsletter: str, most: int = 12) -> list[Coming]:
        """Return a newsletter's next issues, and what is promised for each."""
        return coming(self._services, self.config.newsletter(newsletter), most)

    def plan(self) -> list[planning.Planned]:
        """Return the next slots of every newsletter together, and the skipped days among them."""
        return planning.plan(self._services)

    # The laboratory

    def backtest(
        self,
        newsletter: str,
        weeks: int = 26,
        other: Config | None = None,
        *,
        as_published: bool = False,
    ) -> Backtest:
        """Replay a newsletter's last weeks by the present rules, and by another configuration's."""
        return backtest(self._services, newsletter, weeks, other, as_published=as_published)

    def varied(
        self, newsletter: str, *, least: int, most: int, days: int, when_short: str
    ) -> Config:
        """Return the configuration with other limits for a newsletter, to be tried in a backtest."""
        return varied(
            self._services, newsletter, least=least, most=most, days=days, when_short=when_short
        )

    def forecast(self, newsletter: str, issues: int = 8) -> Ahead:
        """Make a newsletter's next issues of what there is now."""
        return forecast(self._services, newsletter, issues)

    def coverage(self, newsletter: str, issues: int = 12, by: By = "tag") -> Covered:
        """Count what each theme had in the last issues of a newsletter that went out."""
        return coverage(self._services, newsletter, issues, by)

    def clicks(self, newsletter: str, issues: int = 12, by: ClicksBy = "article") -> Clicked:
        """Count what readers opened in the last issues of a newsletter that went out."""
        return clicks(self._services, newsletter, issues, by)

    @property
    def calendar_mark(self) -> str:
        """What proves that we gave out the address of the calendar's feed."""
        return planning.feed_mark(self._services)

    def calendar_feed(self) -> bytes:
        """Return the plan as an iCalendar file, to subscribe to."""
        return planning.feed(self._services)

    def check(self) -> list[Finding]:
        """Check the tag rules against the store, and gather what the newest drafts' lint found."""
        return [*explaining.check(self._services), *correcting.findings(self._services)]

    def corrections(
        self, newsletter: str | None = None, issue: str | None = None
    ) -> list[correcting.Correction]:
        """Return the stories that changed after an issue with them went out, until somebody decides."""
        return correcting.corrections(self._services, newsletter, issue)

    def correct(self, issue: str, article: str, *, by: str, text: str | None = None) -> Issue:
        """Put the notice of a correction into the open draft; return the draft."""
        return correcting.put(self._services, issue, article, by, text)

    def dismiss(self, issue: str, article: str, *, by: str, why: str = "") -> None:
        """Decide that what changed of a story needs no correction."""
        correcting.dismiss(self._services, issue, article, by, why)

    # Subscribers

    def unsubscribe(self, address: str, reason: str = "by hand") -> bool:
        """Mail an address no more."""
        return self._services.audience.unsubscribe(address, reason, self._services.clock())

    def has_left(self, person: Subscriber) -> bool:
        """Tell whether a reader wants no more email; one whose emails came back has not said so."""
        return person.status == "unsubscribed" and self._services.audience.has_left(person.address)

    def restore(self, address: str) -> bool:
        """Mail an address again whose emails came back; False where its reader wants none, or it is not."""
        return self._services.audience.restore(address)

    def subscribers(self) -> Iterator[Subscriber]:
        """Yield the subscribers by address."""
        return self._services.audience.all()

    def put_subscribers(
        self, people: Iterable[Subscriber | SubscriberChange], *, dry_run: bool = False
    ) -> Enrolled:
        """Add or update subscribers; who unsubscribed stays so. A dry run only tells what would be."""
        return self._services.audience.put(people, self._services.clock(), dry_run=dry_run)

    def audience(self) -> readership.AudienceFigures:
        """Count the audience; the store does, so that it is never read as a whole."""
        return readership.audience(self._services)

    def inbox(self, weeks: int) -> Inbox:
        """Tell what every group of readers gets from all newsletters in the weeks to come."""
        return inbox(self._services, weeks)

    def reader(self, address: str) -> readership.Reader:
        """Return what is known of an address."""
        return readership.reader(self._services, address)

    def listed_subscribers(self) -> Iterator[tuple[Subscriber, Suppression | None]]:
        """Yield the subscribers by address, each with why it is suppressed, where it is."""
        return self._services.audience.listed()

    def attributes(self) -> Sequence[str]:
        """Return the names of the attributes that subscribers have, in order."""
        return self._services.audience.attributes()

    def suppression(self, address: str) -> Suppression | None:
        """Return why an address is not to be mailed, where it is not."""
        return self._services.audience.suppression(address)

    def person(self, address: str) -> forgetting.Person:
        """Return all that is kept on who has an address; Unknown where that is nothing."""
        return forgetting.person(self._services, address)

    def erase(self, address: str) -> Erased:
        """Erase a person; the address is not mailed again, whoever brings it."""
        return forgetting.erase(self._services, address)

    def count_old(self) -> dict[str, int]:
        """Reduce the emails of issues that are old enough to counts; return how many, by issue."""
        return forgetting.count_old(self._services)

    def subscriber(self, token: str) -> Subscriber | None:
        """Return the subscriber that a link's token stands for."""
        return self._services.audience.by_token(token)

    def prefer(
        self,
        token: str,
        *,
        name: str,
        segments: Collection[str],
        paused_until: date | None,
        choices: Mapping[str, Choice | None] | None = None,
    ) -> Subscriber:
        """Keep what the reader that a link's token stands for prefers."""
        return preferences.prefer(
            self._services,
            token,
            name=name,
            segments=segments,
            paused_until=paused_until,
            choices=choices,
        )

    def offered(self, newsletter: str) -> choosing.Offered:
        """Return what a newsletter's readers may choose, with how much there was of it lately."""
        return choosing.offered(self._services, newsletter)

    def wrong_choice(self, newsletter: str, parts: Mapping[str, object]) -> str:
        """Return what is wrong with the parts of a choice that a file says, "" for nothing."""
        return choosing.wrong_parts(self._services, newsletter, parts)

    def choosable(self, person: Subscriber) -> tuple[str, ...]:
        """Return the newsletters of which a reader may choose what they get."""
        return choosing.choosable(self._services, person)

    def gets(self, person: Subscriber) -> bool:
        """Tell whether a reader has chosen anything, or belongs to any segment, by name or by rule."""
        return bool(person.choices or Membership(self.config.segments).of(person))

    def today(self) -> date:
        """Return the publication's day."""
        return preferences.today_in(self._services)

    def open_segments(self, newsletter: str) -> tuple[Segment, ...]:
        """Return the segments of a newsletter that anybody may sign up for; Unknown where there are none."""
        return signing_up.open_segments(self._services, newsletter)

    def sign_up(
        self, newsletter: str, segment: str, address: str, choice: Choice | None = None
    ) -> None:
        """Write to an address that somebody signed up, for its reader to confirm."""
        signing_up.ask(self._services, newsletter, segment, address, choice)

    def sign_up_of(self, token: str) -> SignUp | None:
        """Return the sign-up that a letter's token stands for, while it waits."""
        return signing_up.asked(self._services, token)

    def confirm(self, token: str) -> SignUp | None:
        """Let a sign-up count, once; None where it does not wait."""
        return signing_up.confirm(self._services, token)

    def pause_of(self, address: str) -> date | None:
        """Return until when who has an address has paused, where they have."""
        return signing_up.pause_of(self._services, address)

    def words(self) -> Words:
        """Return the translations into the publication's language."""
        return self._services.renderer.words(self.config.publication.language)

    # What programs read, and what webhooks are told

    def reading(self, secret: str) -> TokenReading | None:
        """Return what a program may read by its token; None where it is nobody's, or expired."""
        token = tokens.reading(self._services, secret)
        return TokenReading(self._services, token) if token else None

    def tell_webhooks(self) -> list[Dispatch]:
        """Tell webhooks what waits for them; return what was tried."""
        return dispatching.tell(self._services)

    def test_webhook(self, name: str) -> Dispatch:
        """Send a webhook a test; return what became of it."""
        return dispatching.try_out(self._services, name)

    def told(self, webhook: str, most: int = 5) -> tuple[Sequence[Dispatch], int]:
        """Return what a webhook was told last, the newest first, and how many it is still to be told."""
        found = self._services.dispatches
        return found.newest(webhook, most), found.waiting(webhook)

    # Health

    def is_ready(self) -> bool:
        """Tell whether the store answers, and is of this version of the program."""
        return self._services.is_ready()

    def measure(self) -> Measures:
        """Measure what an operator watches."""
        return measure(self._services)

    # The desk's sessions

    def begin_session(self, token: str, password: str) -> None:
        """Begin the session that a token stands for; `password` is the mark of the one given."""
        sessions.begin(self._services, token, password)

    def is_session(self, token: str, password: str) -> bool:
        """Tell whether a token stands for a session that has not ended."""
        return sessions.is_open(self._services, token, password)

    def end_session(self, token: str) -> None:
        """End the session that a token stands for."""
        sessions.end(self._services, token)

    def end_old_sessions(self, password: str) -> None:
        """End every session that is over, or began with another password."""
        sessions.end_old(self._services, password)

    def sit_down(self, token: str, account: Account) -> None:
        """Begin an account's session."""
        sessions.end_old(self._services, sessions.mark(account), account.name)
        sessions.begin(self._services, token, sessions.mark(account), account.name)

    def sitting(self, token: str) -> Account | None:
        """Return whose session a token stands for; None where it has ended."""
        return sessions.sitting(self._services, token)

    # Who may work here, and who did what

    def skip_day(self, newsletter: str, day: date, *, by: str, why: str = "") -> SkippedDay:
        """Have no issue of a newsletter on a day to come."""
        return skipping.skip_day(self._services, newsletter, day, by, why)

    def keep_day(self, newsletter: str, day: date, *, by: str) -> None:
        """Have the issue of a day after all that an editor skipped."""
        skipping.keep_day(self._services, newsletter, day, by)

    def skipped_days(self, newsletter: str) -> Sequence[SkippedDay]:
        """Return the days to come that a newsletter's editors skip, the soonest first."""
        return skipping.to_come(self._services, newsletter)

    def add_token(
        self,
        name: str,
        right: TokenRight,
        newsletters: Collection[str],
        days: int | None,
        *,
        by: str,
    ) -> tuple[Token, str]:
        """Make a token for some newsletters, or all, and some days, or until it is revoked; return it."""
        return tokens.add(self._services, name, right, newsletters, days, by=by)

    def tokens(self) -> Sequence[Token]:
        """Return the tokens by name."""
        return self._services.tokens.all()

    def revoke_token(self, name: str, *, by: str) -> None:
        """End a token at once."""
        tokens.revoke(self._services, name, by=by)

    def accounts(self) -> Sequence[Account]:
        """Return the accounts by name."""
        return self._services.accounts.all()

    def add_account(
        self,
        name: str,
        rights: Collection[Right],
        newsletters: Collection[str],
        password: Callable[[], str],
        *,
        by: str,
    ) -> Account:
        """Make an account; the first one administers."""
        return accounts.add(self._services, name, rights, newsletters, password, by=by)

    def change_rights(
        self, name: str, rights: Collection[Right], newsletters: Collection[str], *, by: str
    ) -> Account:
        """Give an account these rights in the newsletters; everywhere and nowhere else without any."""
        return accounts.change_rights(self._services, name, rights, newsletters, by)

    def set_password(self, name: str, password: Callable[[], str], *, by: str) -> None:
        """Give an account another password; its sessions end."""
        accounts.set_password(self._services, name, password, by)

    def change_own_password(self, account: Account, old: str, new: str, where: str) -> None:
        """Let who sits at the desk take another password; all their sessions end."""
        accounts.change_own_password(self._services, account, old, new, where)

    def speak(self, account: Account, language: str) -> None:
        """Keep the language that an account is spoken to in."""
        accounts.speak(self._services, account, language)

    def remove_account(self, name: str, *, by: str) -> None:
        """Remove an account; its sessions end."""
        accounts.remove(self._services, name, by)

    def sign_in(self, name: str, password: str) -> Account | None:
        """Return the account that has this name and this password."""
        return accounts.sign_in(self._services, name, password)

    def admit(self, subject: str, name: str, rights: Mapping[str, tuple[Right, ...]]) -> Account:
        """Return the account of who has signed in elsewhere; DigestError where they may not work here."""
        return accounts.admit(self._services, subject, name, rights)

    def note(self, by: str, kind: str, what: str = "", where: str = "") -> None:
        """Keep in the log what somebody did."""
        log.note(self._services, by, kind, what, where)

    def log(self, most: int | None = None) -> Iterator[LogEntry]:
        """Yield who did what, the newest first."""
        return log.entries(self._services, most)
