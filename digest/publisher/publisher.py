"""The publisher: one method a use-case, the same for the command line, the scheduler and the desk."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

from digest.editorial import edits as patch
from digest.editorial import lifecycle
from digest.editorial.audit import audit
from digest.editorial.calendar import Slot, slots
from digest.editorial.compare import Changes, compare
from digest.editorial.identity import keys_of
from digest.editorial.rules import members
from digest.editorial.selection import Selector
from digest.editorial.tags import TagBook
from digest.editorial.why import explain
from digest.errors import DeliveryError, DigestError, Held, Stale, Unknown, UsageError, WrongState
from digest.model import (
    Article,
    Decision,
    Delivery,
    Edit,
    Edition,
    Finding,
    Issue,
    Sighting,
    Subscriber,
)
from digest.ports import Progress
from digest.publisher import drafting, pulling, rebuilding, sending
from digest.publisher.drafting import Drafted
from digest.publisher.inputs import Inputs, from_lock
from digest.publisher.pulling import PullReport
from digest.publisher.rebuilding import Rebuilt
from digest.publisher.rooms import Rooms
from digest.publisher.sending import Sent


class Publisher:
    """Runs the house: every act of a person or of the scheduler is one method here."""

    def __init__(self, rooms: Rooms) -> None:
        self.rooms = rooms

    # Articles

    def pull(
        self, names: Sequence[str] = (), *, force: bool = False, progress: Progress | None = None
    ) -> list[PullReport]:
        """Fetch every source, or the named ones; one that fails does not stop the others."""
        return pulling.pull(self.rooms, names, force=force, progress=progress)

    def articles(
        self, source: str | None = None, tag: str | None = None, since: datetime | None = None
    ) -> Iterator[Article]:
        """Yield the stored articles, their tags told apart."""
        book = TagBook(self.rooms.config.tags)
        if source is not None and source not in self.rooms.config.sources:
            raise Unknown("source", source, self.rooms.config.sources)
        for article in self.rooms.articles.all():
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
        return drafting.draft(self.rooms, newsletter, segments=segments, slot=slot)

    def issues(self) -> Sequence[Issue]:
        """Return the issues, the oldest first."""
        return self.rooms.issues.all()

    def issue(self, id_: str) -> Issue:
        """Return an issue with its messages; Unknown where there is none."""
        return self.rooms.issues.get(id_)

    def edit(self, id_: str, changes: object, *, by: str) -> Issue:
        """Apply an editor's changes; the issue is a draft again."""
        rooms, was = self.rooms, self.rooms.issues.get(id_)
        lifecycle.after(id_, was.status, "edit")
        if rooms.issues.all(was.newsletter)[-1].id != id_:
            raise WrongState(id_, "no longer the newest of its newsletter", "edited")
        zone = rooms.config.publication.timezone
        read = patch.read_patch(changes, by=by, at=rooms.clock(), zone=zone)
        read = tuple(self._based(self._resolved(edit)) for edit in read)
        edits = patch.add(rooms.issues.edits(id_), read)
        by_hand = {edit.article for edit in edits if edit.verb == "add"}
        for edit in (each for each in read if not each.undo):
            self._check_edit(edit, was, by_hand)
        return drafting.redraft(rooms, was, edits).issue

    def _resolved(self, edit: Edit) -> Edit:
        """Return the edit with an article's address in the place of its id, where it has one."""
        if edit.article is None or "://" not in edit.article:
            return edit
        return replace(edit, article=self._by_address(edit.article) or edit.article)

    def _by_address(self, url: str) -> str | None:
        keys = keys_of(Sighting(source="", url=url))
        found = self.rooms.articles.by_keys(keys)
        return next((a.id for key in keys for a in found.get(key, ())), None)

    def _based(self, edit: Edit) -> Edit:
        if edit.article is None:
            return edit
        now = self.rooms.articles.keep_versions([edit.article])
        return replace(edit, base=now.get(edit.article))

    def _check_edit(self, edit: Edit, issue: Issue, by_hand: Collection[str | None]) -> None:
        newsletter = self.rooms.newsletter(issue.newsletter)
        titles = [section.title for section in newsletter.sections]
        if edit.section is not None and edit.section not in titles:
            raise Unknown("section", edit.section, titles)
        if edit.segment is not None and edit.segment not in newsletter.segments:
            raise Unknown("segment", edit.segment, newsletter.segments)
        if edit.article and not edit.base and edit.article not in by_hand:
            raise UsageError(f"there is no article {edit.article!r}; see `digest articles`")

    def approve(
        self,
        id_: str,
        *,
        by: str,
        overrides: Sequence[Mapping[str, str]] = (),
        content_hash: str | None = None,
    ) -> Issue:
        """Approve what the draft holds now; errors that nobody overrides by name hold it back."""
        was = self.rooms.issues.get(id_)
        by = patch.named(by)
        status = lifecycle.after(id_, was.status, "approve")
        if content_hash is not None and content_hash != was.content_hash:
            raise Stale(id_, "you looked at it")
        silent = [each["rule"] for each in overrides if not each["reason"].strip()]
        if silent:
            raise UsageError(f"passing over {', '.join(silent)} needs a reason")
        found = {finding.rule for each in was.findings.values() for finding in each}
        for rule in sorted({each["rule"] for each in overrides} - found):
            raise Unknown(f"finding in issue {id_} by the rule", rule, sorted(found))
        open_errors = [*drafting.open_errors(was.findings, {each["rule"] for each in overrides})]
        if open_errors:
            raise Held(id_, open_errors)
        approved = replace(
            was,
            status=status,
            approved_by=by,
            approved_at=self.rooms.clock(),
            overrides=tuple({**each, "by": by} for each in overrides),
            approved_editions=was.editions,
        )
        self._save(approved, was)
        return approved

    def changes(self, issue: Issue) -> dict[str, dict[str, Changes]]:
        """Return by segment what changed since the approval and since the last issue it had."""
        approved = {edition.segment: edition for edition in issue.approved_editions}
        last = self._last_sent(issue)
        return {
            edition.segment: {
                since: compare(old[edition.segment], edition)
                for since, old in (("approval", approved), ("last_issue", last))
                if edition.segment in old
            }
            for edition in issue.editions
        }

    def _last_sent(self, issue: Issue) -> dict[str, Edition]:
        found: dict[str, Edition] = {}
        for each in self.rooms.issues.all(issue.newsletter):
            if each.id == issue.id:
                break
            if each.status in {"sent", "sending"}:
                found |= {edition.segment: edition for edition in each.editions}
        return found

    def discard(self, id_: str, *, by: str) -> Issue:
        """Give a draft up."""
        was = self.rooms.issues.get(id_)
        status = lifecycle.after(id_, was.status, "discard")
        discarded = replace(was, status=status, reason=f"discarded by {patch.named(by)}")
        self._save(discarded, was)
        return discarded

    def _save(self, issue: Issue, was: Issue) -> None:
        lock, slot = self.rooms.issues.lock(was.id), self.rooms.issues.slot(was.id)
        self.rooms.issues.save(issue, lock, was=was, slot=slot)

    # Sending

    def send(self, id_: str, to: str | None = None, test: Sequence[str] = ()) -> Sent:
        """Deliver an approved issue, or a test of any issue to the given addresses only."""
        if test:
            return sending.send_test(self.rooms, id_, test, to)
        return sending.send(self.rooms, id_, to)

    def deliveries(self, id_: str) -> Sequence[Delivery]:
        """Return who got an issue, and who did not."""
        self.rooms.issues.get(id_)
        return self.rooms.deliveries.all(id_)

    def settle(
        self, id_: str, state: Literal["sent", "pending"], addresses: Collection[str]
    ) -> int:
        """Settle ambiguous deliveries as sent or pending, all or those of the addresses."""
        issue = self.rooms.issues.get(id_)
        wanted = {address.casefold() for address in addresses}
        with self.rooms.deliveries.sending():
            self.rooms.deliveries.recover(issue.id)
            open_ = [d for d in self.rooms.deliveries.all(issue.id) if d.state == "ambiguous"]
            chosen = [d for d in open_ if not wanted or d.address.casefold() in wanted]
            settled = [replace(d, state=state, detail="settled by hand") for d in chosen]
            self.rooms.deliveries.mark(settled)
        return len(settled)

    # Why, and again

    def rebuild(self, id_: str) -> Rebuilt:
        """Build an issue again from its lock."""
        return rebuilding.rebuild(self.rooms, id_)

    def why(
        self, article: str, issue: str | None = None, segment: str | None = None
    ) -> list[Decision]:
        """Return for each segment whether it gets the article, and why."""
        article = self._by_address(article) or article if "://" in article else article
        if issue is not None:
            inputs = [self._inputs_of(self.rooms.issues.get(issue))]
        else:
            inputs = [self._inputs_now(name) for name in self.rooms.config.newsletters]
        known = [self._with(each, article) for each in inputs]
        found = [decision for each in known for decision in _decisions(each, article, segment)]
        if segment is not None and not found:
            raise Unknown("segment", segment, (s for each in known for s in each.segments))
        return found

    def left_out(self, id_: str, segment: str, most: int = 40) -> list[Article]:
        """Return what an edition might hold and does not: new articles, the strongest first."""
        inputs = self._inputs_of(self.rooms.issues.get(id_))
        selector = Selector(inputs.brief, inputs.articles, inputs.edits)
        who, past = inputs.segments[segment], inputs.pasts[segment]
        held = selector.select(who, past).ranks
        gates = {gate.rule: gate.passes for gate in selector.gates(who, past)}
        new = gates["window"] & gates["ledger"]
        found = (selector.pool.articles[i] for i in members(new))
        return [article for article in found if article.id not in held][:most]

    def _inputs_of(self, issue: Issue) -> Inputs:
        return from_lock(self.rooms.issues.lock(issue.id), self.rooms.articles.versions)

    def _inputs_now(self, newsletter: str) -> Inputs:
        """Return the inputs of the newsletter's open issue, or of one drafted now."""
        issues = self.rooms.issues.all(newsletter)
        if issues and issues[-1].status in lifecycle.OPEN:
            return self._inputs_of(issues[-1])
        plan = self.rooms.newsletter(newsletter)
        return drafting.gather(self.rooms, plan, plan.segments)

    def _with(self, inputs: Inputs, article: str) -> Inputs:
        """Return the inputs with the article among them; Unknown where nobody has it."""
        if any(each.id == article for each in inputs.articles):
            return inputs
        found = self.rooms.articles.pool(inputs.now, inputs.now, [article])
        if not found:
            raise UsageError(f"there is no article {article!r}; see `digest articles`")
        sorted_ = tuple(TagBook(inputs.tags).sort(each) for each in found)
        return replace(inputs, articles=(*inputs.articles, *sorted_))

    def check(self) -> list[Finding]:
        """Check the tag rules against the store, and gather what the newest drafts' lint found."""
        config = self.rooms.config
        articles = list(self.articles())
        found = [f for name in config.newsletters for f in drafting.try_template(self.rooms, name)]
        found += list(audit(config.newsletters, config.segments, config.tags, articles))
        for issue in self._newest_open():
            for segment, findings in issue.findings.items():
                found += [
                    replace(f, where=f"{issue.id}/{segment} {f.where}".strip()) for f in findings
                ]
        return found

    def _newest_open(self) -> Iterator[Issue]:
        for name in self.rooms.config.newsletters:
            issues = self.rooms.issues.all(name)
            if issues and issues[-1].status in lifecycle.OPEN:
                yield issues[-1]

    # The schedule

    def tick(self) -> list[Issue | DigestError]:
        """Send what may go, draft what is due, send what that made; a failure stops no other.

        What is ready goes first: a slot that comes must not take its issue over.
        """
        names = [*self.rooms.config.newsletters]
        gone = {i.id: _tried(partial(self._send_on, i)) for n in names for i in self._ready(n)}
        due = [(name, slot) for name in names if (slot := self._due(name))]
        if due:
            self.pull()
        drafted = [_tried(partial(self._draft_slot, name, slot)) for name, slot in due]
        ready = [i for n in names for i in self._ready(n) if i.id not in gone]
        sent = [_tried(partial(self._send_on, issue)) for issue in ready]
        return [*gone.values(), *drafted, *sent]

    def _send_on(self, issue: Issue) -> Issue:
        if error := self.send(issue.id).error:
            raise DeliveryError(
                f"issue {issue.id} is not out yet, and the next tick goes on: {error}"
            )
        return self.rooms.issues.get(issue.id)

    def _due(self, newsletter: str) -> Slot | None:
        """Return the latest slot that is due and that no issue was made for."""
        plan, now = self.rooms.newsletter(newsletter), self.rooms.clock()
        if plan.schedule is None:
            return None
        since = self.rooms.issues.started(newsletter, now) - timedelta(minutes=1)
        last = self.rooms.issues.last_slot(newsletter) or ""
        ahead = now + plan.schedule.draft_before
        zone = self.rooms.config.publication.timezone
        served = {
            issue.send_at
            for issue in self.rooms.issues.all(newsletter)
            if issue.status in {"approved", "sending", "sent"}
        }
        due = [
            s
            for s in slots(plan.schedule, zone, since, ahead)
            if s.key > last and s.sent not in served
        ]
        over = [s for s in due if s.sent <= now]
        return over[-1] if over else due[0] if due and not self._awaits_slot(newsletter) else None

    def _awaits_slot(self, newsletter: str) -> bool:
        """Tell whether an issue is still to be sent at a slot that comes."""
        open_ = self.rooms.issues.all(newsletter)[-1:]
        return any(
            issue.status in {"draft", "held", "approved"}
            and self.rooms.issues.slot(issue.id) is not None
            and issue.send_at is not None
            and issue.send_at > self.rooms.clock()
            for issue in open_
        )

    def _draft_slot(self, newsletter: str, slot: Slot) -> Issue:
        drafted = self.draft(newsletter, slot=slot).issue
        automatic = self.rooms.newsletter(newsletter).approval == "automatic"
        if (
            automatic
            and drafted.status == "draft"
            and not [*drafting.open_errors(drafted.findings, ())]
        ):
            return self.approve(drafted.id, by="schedule")
        return drafted

    def _ready(self, newsletter: str) -> Iterator[Issue]:
        """Yield what may be sent now: approved for a slot that has come, or half sent."""
        now = self.rooms.clock()
        for issue in self.rooms.issues.all(newsletter):
            has_come = issue.send_at is not None and issue.send_at <= now
            scheduled = self.rooms.newsletter(newsletter).schedule is not None
            goes = issue.status == "approved" and scheduled and has_come
            left = issue.status == "sent" and self.rooms.deliveries.counts(issue.id).get("pending")
            if goes or left or issue.status == "sending":
                yield issue

    # Subscribers

    def unsubscribe(self, address: str, reason: str = "by hand") -> bool:
        """Mail an address no more."""
        return self.rooms.audience.unsubscribe(address, reason)

    def subscribers(self) -> Iterator[Subscriber]:
        """Yield the subscribers by address."""
        return self.rooms.audience.all()


def _decisions(inputs: Inputs, article: str, segment: str | None) -> Iterator[Decision]:
    selector = Selector(inputs.brief, inputs.articles, inputs.edits)
    for name, each in inputs.segments.items():
        if segment in {None, name}:
            yield explain(selector, article, each, inputs.pasts[name])


def _tried(act: Callable[[], Issue]) -> Issue | DigestError:
    try:
        return act()
    except DigestError as error:
        return error
