"""The publisher: one method a use-case, the same for the command line, the scheduler and the desk."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal

from digest.editorial.calendar import Slot
from digest.editorial.compare import Changes
from digest.editorial.tags import TagBook
from digest.errors import DigestError, Held, Repeats, Unknown
from digest.model import Article, Decision, Delivery, Finding, Issue, IssueHead, Subscriber
from digest.ports import Progress
from digest.publisher import (
    approving,
    drafting,
    editing,
    explaining,
    pulling,
    rebuilding,
    sending,
    ticking,
)
from digest.publisher.approving import Listed
from digest.publisher.drafting import Drafted
from digest.publisher.pulling import PullReport
from digest.publisher.rebuilding import Rebuilt
from digest.publisher.repeats import draft_again
from digest.publisher.sending import Reconciled, Sent
from digest.publisher.services import Services


class Publisher:
    """Runs the house: every act of a person or of the scheduler is one method here."""

    def __init__(self, services: Services) -> None:
        self.services = services

    # Articles

    def pull(
        self, names: Sequence[str] = (), *, force: bool = False, progress: Progress | None = None
    ) -> list[PullReport]:
        """Fetch every source, or the named ones; one that fails does not stop the others."""
        return pulling.pull(self.services, names, force=force, progress=progress)

    def pull_due(self) -> list[PullReport]:
        """Fetch the sources whose time has come, each by its own rhythm."""
        return pulling.pull_due(self.services)

    def articles(
        self, source: str | None = None, tag: str | None = None, since: datetime | None = None
    ) -> Iterator[Article]:
        """Yield the stored articles, their tags told apart."""
        book = TagBook(self.services.config.tags)
        if source is not None and source not in self.services.config.sources:
            raise Unknown("source", source, self.services.config.sources)
        for article in self.services.articles.all():
            if source is not None and article.source != source:
                continue
            if since is not None and article.first_seen < since:
                continue
            if tag is not None and not book.has(article, tag):
                continue
            yield book.sort(article)

    # Issues

    def draft(
        self, newsletter: str, segments: Sequence[str] = (), slot: Slot | None = None
    ) -> Drafted:
        """Draft a newsletter's issue, or draft the open one again."""
        return drafting.draft(self.services, newsletter, segments=segments, slot=slot)

    def issues(self) -> Sequence[IssueHead]:
        """Return what is known of the issues without opening them, the oldest of each newsletter first."""
        return self.services.issues.heads()

    def listed(self) -> Iterator[Listed]:
        """Yield every issue without its messages, with its deliveries and what changed."""
        return approving.listed(self.services)

    def issue(self, id_: str) -> Issue:
        """Return an issue with its messages; Unknown where there is none."""
        return self.services.issues.get(id_)

    def edit(self, id_: str, changes: object, *, by: str) -> Issue:
        """Apply an editor's changes; the issue is a draft again."""
        return editing.edit(self.services, id_, changes, by)

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
            self.services, id_, by=by, overrides=overrides, content_hash=content_hash
        )

    def changes(self, issue: Issue) -> dict[str, dict[str, Changes]]:
        """Return by segment what changed since the approval and since the last issue it had."""
        return approving.changes(self.services, issue)

    def discard(self, id_: str, *, by: str) -> Issue:
        """Give a draft up."""
        return approving.discard(self.services, id_, by)

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
            return sending.send_test(self.services, id_, test, to)
        try:
            return sending.send(self.services, id_, to, progress)
        except Repeats as error:
            again = draft_again(self.services, id_, error)
            if again.status != "approved":
                raise Held(id_, [again.reason or again.status]) from None
            return sending.send(self.services, id_, to, progress)

    def deliveries(self, id_: str) -> Iterator[Delivery]:
        """Yield who got an issue, and who did not."""
        self.services.issues.get(id_)
        return self.services.deliveries.all(id_)

    def settle(
        self, id_: str, state: Literal["sent", "pending"], addresses: Collection[str]
    ) -> int:
        """Settle ambiguous deliveries, all or those of the addresses; as pending failed ones too."""
        return sending.settle(self.services, id_, state, addresses)

    def reconcile(self) -> list[Reconciled]:
        """Make every email ambiguous that may have gone out before the database was put back."""
        return sending.reconcile(self.services)

    def backup(self, file: str) -> None:
        """Copy the store into a file, consistent although others write."""
        self.services.backup(file)

    def tick(self) -> list[Issue | DigestError]:
        """Send what may go, and draft what is due; a failure stops no other."""
        return ticking.tick(self.services)

    # Why, and again

    def rebuild(self, id_: str) -> Rebuilt:
        """Build an issue again from its lock."""
        return rebuilding.rebuild(self.services, id_)

    def why(
        self, article: str, issue: str | None = None, segment: str | None = None
    ) -> list[Decision]:
        """Return for each segment whether it gets the article, named by id or address, and why."""
        return explaining.why(self.services, article, issue, segment)

    def left_out(self, id_: str, segment: str, most: int = 40) -> list[Article]:
        """Return what an edition might hold and does not: new articles, the strongest first."""
        return explaining.left_out(self.services, id_, segment, most)

    def left_over(self, id_: str, segment: str) -> list[tuple[str, tuple[Article, ...]]]:
        """Return by section what an edition had no room for, as its "+N more" counts it."""
        return explaining.left_over(self.services, id_, segment)

    def check(self) -> list[Finding]:
        """Check the tag rules against the store, and gather what the newest drafts' lint found."""
        return explaining.check(self.services)

    # Subscribers

    def unsubscribe(self, address: str, reason: str = "by hand") -> bool:
        """Mail an address no more."""
        return self.services.audience.unsubscribe(address, reason)

    def subscribers(self) -> Iterator[Subscriber]:
        """Yield the subscribers by address."""
        return self.services.audience.all()
