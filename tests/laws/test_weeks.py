"""Weeks of a newsroom at random: pull, draft, edit, approve, send, skip, restart."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from digest.deliver.threads import Threads
from digest.ports import Outcome
from digest.publisher import Publisher
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom

TAGS = ("EU", "Alumni", "Staff", "Strategy-people")
CHANGES = ("hide", "pin", "delay")


class Relay:
    """Takes all email, but dies where it is told to."""

    connections = 1

    def __init__(self, dies_after: int | None) -> None:
        self.left, self.served = dies_after, list[tuple[str, bytes]]()

    def open(self) -> Relay:
        return self

    def deliver(
        self, _sender: str, address: str, email: bytes, intent: Callable[[], None]
    ) -> Outcome:
        if self.left == 0:
            raise KeyboardInterrupt
        self.left = self.left - 1 if self.left is not None else None
        intent()
        self.served.append((address, email))
        return Outcome(state="sent", detail="250")

    def close(self) -> None:
        pass


def _text(email: bytes) -> str:
    part = message_from_bytes(email, policy=default).get_body(("plain",))
    assert part is not None
    return str(part.get_content())


class Weeks(RuleBasedStateMachine):
    """Whatever an editor, a source and the machine do: nobody gets an article twice."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.room = Newsroom(self.folder, NOW, "articles: {min: 2, max: 4}\nwhen_short: carry-over")
        self.room.subscribe(
            ("s@u.example", "staff"), ("a@u.example", "alumni"), ("b@u.example", "alumni;staff")
        )
        self.count = 0
        self.got: Counter[tuple[str, str]] = Counter()
        self.emails: Counter[tuple[str, str]] = Counter()

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    @rule(tags=st.lists(st.sampled_from(TAGS), max_size=2, unique=True), hours=st.integers(0, 400))
    def publish(self, tags: list[str], hours: int) -> None:
        self.count += 1
        self.room.note(f"story{self.count:03}", *tags, age=timedelta(hours=hours))
        self.room.open().pull()

    @rule(days=st.integers(1, 12))
    def wait(self, days: int) -> None:
        self.room.now += timedelta(days=days)

    @rule()
    def draft(self) -> None:
        self.room.open().draft("weekly")

    @rule(
        verb=st.sampled_from(CHANGES),
        which=st.integers(0, 30),
        segment=st.sampled_from([None, "staff", "alumni"]),
        days=st.sampled_from([None, 5, 20]),
    )
    def edit(self, verb: str, which: int, segment: str | None, days: int | None) -> None:
        press = self.room.open()
        open_ = [i for i in press.issues() if i.status in {"draft", "approved"}]
        known = [a.id for a in press.articles()]
        if open_ and known:
            change = {verb: known[which % len(known)]}
            change |= {"segment": segment} if segment else {}
            if verb == "delay" and days:
                change["until"] = (self.room.now + timedelta(days=days)).date().isoformat()
            press.edit(open_[-1].id, [change], by="Ana")

    @rule(stories=st.integers(0, 4), dies_after=st.sampled_from([None, None, 1]))
    def go_a_whole_week(self, stories: int, dies_after: int | None) -> None:
        for hours in range(1, stories + 1):
            self.publish(["EU"] if hours % 2 else [], hours)
        self.draft()
        self.send(dies_after)
        self.wait(7)

    @rule()
    def discard(self) -> None:
        press = self.room.open()
        for issue in press.issues():
            if issue.status == "draft":
                press.discard(issue.id, by="Ana")

    @rule(dies_after=st.sampled_from([None, None, 0, 1]))
    def send(self, dies_after: int | None) -> None:
        press = self.room.open()
        for issue in press.issues():
            if issue.status == "draft":
                press.approve(issue.id, by="Ana")
            if issue.status in {"draft", "approved", "sending"}:
                self._send(issue.id, Relay(dies_after))

    def _send(self, issue: str, relay: Relay) -> None:
        press = self.room.open()
        with suppress(KeyboardInterrupt):
            Publisher(replace(press._services, deliverer=lambda _: Threads(relay))).send(issue)
        for address, email in relay.served:
            self.emails[issue, address] += 1
            said = {*re.findall(r"u\.example/(story\d{3})", _text(email))}
            assert said
            self.got.update((address, story) for story in said)

    @invariant()
    def nobody_gets_an_article_twice(self) -> None:
        assert max(self.got.values(), default=0) <= 1, self.got.most_common(3)

    @invariant()
    def nobody_gets_an_issue_twice(self) -> None:
        assert max(self.emails.values(), default=0) <= 1

    @invariant()
    def an_issue_is_built_again_to_the_byte(self) -> None:
        issues = self.room.open().issues()
        if issues:
            found = self.room.open().rebuild(issues[-1].id)
            assert found.identical, found

    @invariant()
    def what_is_sent_is_in_the_ledger(self) -> None:
        press = self.room.open()
        known = [article.id for article in press.articles()]
        had = press._services.issues.ledger(["weekly"], ["staff", "alumni"], known)
        for issue in press.issues():
            if issue.status == "sent":
                reached = {d.segment for d in press.deliveries(issue.id)}
                for edition in press.issue(issue.id).editions:
                    for article in edition.articles:
                        if edition.segment in reached:
                            assert had[edition.segment][article.id] == issue.id


FULL = bool(os.environ.get("DIGEST_FULL"))
TestWeeks = pytest.mark.slow(Weeks.TestCase)
TestWeeks.settings = settings(
    max_examples=150 if FULL else 3, stateful_step_count=40 if FULL else 16, deadline=None
)
