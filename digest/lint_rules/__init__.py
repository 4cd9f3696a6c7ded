"""All rules of the lint, each with its line of docs/lint.md: the one registry that findings are of."""

from __future__ import annotations

from collections.abc import Mapping

from digest.findings import LintRule
from digest.lint_rules import of_choice, of_page, of_parts, of_words

RULES: Mapping[str, LintRule] = {
    each.name: each
    for chapter in (of_words, of_parts, of_page, of_choice)
    for each in vars(chapter).values()
    if isinstance(each, LintRule)
}
"""Every rule by its name."""
