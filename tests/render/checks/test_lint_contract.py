"""Our own rules pass the suite that plug-ins' tests take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from digest.findings import Finding
from digest.lint_rules.of_page import DOCTYPE, TITLE
from digest.render.checks import structure
from digest.render.checks.lint_context import LintContext
from digest.testing.lint_contract import LintContract, proof, with_html


class _Structure:
    """Two of our own rules, as a plug-in would have them."""

    rules = (DOCTYPE, TITLE)

    def check(self, read: LintContext) -> Iterable[Finding]:
        found = (*structure.document(read), *structure.title(read))
        return [each for each in found if each.rule in {"doctype", "title"}]


class TestStructure(LintContract):
    plugin = _Structure()

    def raising(self) -> Mapping[str, LintContext]:
        good = proof()
        other = replace(good, message=replace(good.message, subject="Another"))
        return {"doctype": with_html("<!DOCTYPE html>", ""), "title": other}


def test_the_proof_of_this_suite_is_a_good_one() -> None:
    assert [*_Structure().check(proof())] == []
