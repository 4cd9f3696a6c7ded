"""One suite for whatever finds by rules of the lint: its rules, and what it makes of a proof."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import get_args

from digest.findings import Finding, Severity
from digest.model import Article, Edition, Newsletter, Publication, Rule, Section, Segment
from digest.render.checks.plugged import LintContext, LintPlugin
from digest.render.render_context import RenderContext
from digest.render.renderer import Renderer
from digest.wiring import shipped_folder

_SENT = datetime(2026, 1, 12, 7, tzinfo=UTC)


@cache
def proof() -> LintContext:
    """Return the proof of an edition in which our own rules find nothing of weight."""
    articles = tuple(
        Article(
            source="news",
            id=name,
            title=f"What {name} did",
            summary=f"The story of {name}, and why it matters.",
            url=f"https://u.example/{name}",
            published=_SENT - timedelta(days=2),
            first_seen=_SENT,
        )
        for name in ("anna", "bert")
    )
    edition = Edition(
        segment="staff",
        subject="What Anna did",
        preheader="And what Bert did, which took him longer than he thought",
        sections=(Section(title="News", articles=articles),),
    )
    frame = RenderContext(
        publication=Publication(name="The U", url="https://u.example", postal_address="1 Street"),
        newsletter=Newsletter(
            name="weekly",
            title="This week",
            sender="The U <news@u.example>",
            segments=("staff",),
            sections=(),
        ),
        segment=Segment(name="staff", title="Staff", match=Rule()),
        number=1,
        send_date=_SENT,
    )
    message = Renderer([shipped_folder("templates") / "email"]).render(edition, frame)
    return LintContext(message, edition, frame)


def with_html(old: str, new: str) -> LintContext:
    """Return the proof with something else in its page."""
    good = proof()
    assert old in good.message.html
    return replace(good, message=replace(good.message, html=good.message.html.replace(old, new)))


class LintContract:
    """What holds of every plug-in of rules; its test gives a proof for each rule that must raise it."""

    plugin: LintPlugin

    def raising(self) -> Mapping[str, LintContext]:
        """Return by rule a proof in which it finds something."""
        raise NotImplementedError

    def found(self, read: LintContext) -> list[Finding]:
        """Return what is found in a proof."""
        return [*self.plugin.check(read)]

    def test_each_rule_is_named_as_rules_are_and_says_what_it_finds(self) -> None:
        for each in self.plugin.rules:
            assert re.fullmatch(r"[a-z]+(-[a-z]+)*", each.name)
            assert each.finds
            assert each.about
            assert {*each.severities} <= {*get_args(Severity)}
            assert each.severities
        names = [each.name for each in self.plugin.rules]
        assert len({*names}) == len(names)

    def test_each_rule_has_a_proof_that_raises_it(self) -> None:
        rules = {each.name: each for each in self.plugin.rules}
        raised = self.raising()

        assert raised.keys() == rules.keys()
        for name, read in raised.items():
            said = [f.severity for f in self.found(read) if f.rule == name]
            assert said, name
            assert {*said} <= {*rules[name].severities}

    def test_nothing_is_found_by_a_rule_that_is_not_its_own(self) -> None:
        names = {each.name for each in self.plugin.rules}
        for read in (proof(), *self.raising().values()):
            assert {f.rule for f in self.found(read)} <= names

    def test_each_finding_is_one_sentence(self) -> None:
        for read in self.raising().values():
            for finding in self.found(read):
                assert finding.message == finding.message.strip()
                assert "\n" not in finding.message

    def test_a_proof_read_twice_gives_the_same(self) -> None:
        for read in (proof(), *self.raising().values()):
            assert self.found(read) == self.found(read)

    def test_an_empty_page_is_read_like_any_other(self) -> None:
        good = proof()
        for html in ("", " ", "<", "<html></html>", "\0"):
            self.found(replace(good, message=replace(good.message, html=html, text="")))
