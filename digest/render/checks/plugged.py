"""Rules that plug-ins add: they read the same proof, and one that falls over it is a finding itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from digest.findings import Finding, LintRule, Where, rule
from digest.lint_rules import RULES
from digest.lint_rules.of_choice import PLUGIN_FAILED
from digest.plugins import LINT, Plugin, plugins
from digest.render.checks.lint_context import LintContext, at

__all__ = ["Finding", "LintContext", "LintPlugin", "LintRule", "Where", "at", "rule"]


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
    return {**{r.name: r for plugin in usable for r in _rules(plugin)}, **RULES}


def plugged(plugin: Plugin, proof: LintContext) -> Iterator[Finding]:
    """Yield what a plug-in finds in a proof, or that it cannot be used."""
    if plugin.problem:
        yield PLUGIN_FAILED.found(plugin.problem)
        return
    names = {each.name for each in _rules(plugin)}
    try:
        found = [*plugin.made.check(proof)]
    except Exception as error:  # noqa: BLE001 - whatever a stranger's code does
        yield PLUGIN_FAILED.found(plugin.fell(error))
        return
    good = [each for each in found if isinstance(each, Finding) and each.rule in names]
    yield from good
    if len(good) < len(found):
        yield PLUGIN_FAILED.found(plugin.fell("it found something by no rule of its own"))


def _rules(plugin: Plugin) -> list[LintRule]:
    """Return the rules that are a plug-in's own."""
    try:
        said = [*plugin.made.rules]
    except TypeError:
        return []
    return [each for each in said if isinstance(each, LintRule) and each.name not in RULES]
