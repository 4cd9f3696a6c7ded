"""Rules that plug-ins add: they read the same proof, and one that falls over it is a finding itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from digest.errors import one_line
from digest.findings import Finding, LintRule, Where, rule
from digest.lint_rules import RULES
from digest.lint_rules.of_choice import PLUGIN_FAILED
from digest.plugins import FALLS, LINT, Plugin, is_whole, plugins
from digest.render.checks.lint_context import LintContext, at

__all__ = ["Finding", "LintContext", "LintPlugin", "LintRule", "Where", "at", "rule"]


_LONGEST = 1000  # characters of what it finds


class LintPlugin(Protocol):
    """Some rules, and what finds by them."""

    @property
    def rules(self) -> Sequence[LintRule]:
        """What it finds by; no name may be one of digest's own rules."""
        ...

    def check(self, proof: LintContext) -> Iterable[Finding]:
        """Read an edition's proof; nothing may be changed in it."""
        ...


def known_rules() -> Mapping[str, LintRule]:
    """Return all rules by name, those of plug-ins too."""
    usable = (plugin for plugin in plugins(LINT).values() if not plugin.problem)
    return {**{r.name: r for plugin in usable for r in _rules(plugin)[0]}, **RULES}


def plugged(plugin: Plugin, proof: LintContext) -> Iterator[Finding]:
    """Yield what a plug-in finds in a proof, or that it cannot be used."""
    if plugin.problem:
        yield PLUGIN_FAILED.found(plugin.problem)
        return
    rules, problem = _rules(plugin)
    if problem:
        yield PLUGIN_FAILED.found(problem)
        return
    names = {each.name for each in rules}
    try:
        found = [*plugin.made.check(proof)]
    except FALLS as error:  # whatever a stranger's code does
        yield PLUGIN_FAILED.found(plugin.fell(error))
        return
    good = [each for each in found if is_whole(each, Finding) and each.rule in names]
    yield from (replace(each, message=one_line(each.message, _LONGEST)) for each in good)
    if len(good) < len(found):
        yield PLUGIN_FAILED.found(plugin.fell("it found something by no rule of its own"))


def _rules(plugin: Plugin) -> tuple[list[LintRule], str]:
    """Return the rules that are a plug-in's own and can be used, and what is wrong with its others."""
    try:
        said = [*plugin.made.rules]
    except FALLS as error:  # whatever a stranger's code does
        return [], plugin.fell(error)
    whole = [each for each in said if is_whole(each, LintRule) and each.severities]
    problem = "" if len(whole) == len(said) else plugin.fell("it has a rule that is none")
    return [each for each in whole if each.name not in RULES], problem
