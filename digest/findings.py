"""What a check finds: by which rule, where, how grave it is, and the way out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]

_FORMS = (
    r"article (?P<article>\S+)",
    r"(?P<part>[a-z]+) line (?P<line>[1-9]\d*)",
    r"line (?P<line>[1-9]\d*|\?)(?:: (?P<said>.+?))?(?: \((?P<places>[2-9]|[1-9]\d+) places\))?",
    r"(?P<part>subject|preheader|intro|notice|html|text)",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where a finding is; what is not known of it is left out.

    An `issue`, with the `segments` whose editions it is in; there an `article`, by id, or a `part`
    (subject, preheader, intro, notice, html, text). `key` is of feeds.yaml, joined by dots. `line` is
    of `file`, of a part, or else of the page, 0 where it cannot be told; `said` is what stands there,
    and `places` how many more are alike.
    """

    issue: str = ""
    segments: tuple[str, ...] = ()
    file: str = ""
    key: str = ""
    article: str = ""
    part: str = ""
    line: int | None = None
    said: str = ""
    places: int = 1

    def __str__(self) -> str:
        """Return it as people and JSON are told it: `line 5: <p> One (2 places)`, `text line 3`."""
        issue = "/".join(filter(None, (self.issue, ",".join(self.segments))))
        article = f"article {self.article}" if self.article else ""
        places = f"({self.places} places)" if self.places > 1 else ""
        if self.line is None:
            spot = (self.file, self.part, self.said)
        elif self.file:
            spot = (f"{self.file}:{self.line or '?'}", self.part, self.said)
        else:
            line = f"line {self.line or '?'}" + (f": {self.said}" if self.said else "")
            spot = (self.part, line, "")
        return " ".join(filter(None, (issue, *spot, article, self.key, places)))

    @classmethod
    def read(cls, told: str) -> Where:
        """Read a place within an edition as it was told; what has no such form is what it `said`."""
        for form in _FORMS:
            if (found := re.fullmatch(form, told, re.DOTALL)) is not None:
                named = found.groupdict()
                line = named.get("line")
                return cls(
                    article=named.get("article") or "",
                    part=named.get("part") or "",
                    line=None if line is None else int(line.replace("?", "0")),
                    said=named.get("said") or "",
                    places=int(named.get("places") or 1),
                )
        return cls(said=told)


NOWHERE = Where()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check found: the rule's name, where, and the way out."""

    rule: str
    severity: Severity
    message: str
    where: Where = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class LintRule:
    """What findings are found by: its name, and how grave they may be.

    `finds` is its line in docs/lint.md, in the chapter `about`; `title` is what the desk calls a
    finding of it, where its name does not say it.
    """

    name: str
    severities: tuple[Severity, ...]
    about: str
    finds: str
    title: str = ""

    def found(
        self, message: str, where: Where = NOWHERE, severity: Severity | None = None
    ) -> Finding:
        """Return a finding; a rule of several severities is told which."""
        return Finding(
            rule=self.name, severity=severity or self.severities[0], message=message, where=where
        )


def rule(about: str, name: str, finds: str, *severities: Severity, title: str = "") -> LintRule:
    """Return a rule; of several severities the first is the usual one."""
    return LintRule(name=name, severities=severities, about=about, finds=finds, title=title)
