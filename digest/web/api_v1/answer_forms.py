"""The forms of the API's answers: of them its document is made, and tests hold the answers to them.

What a noun holds is said by the noun; only what the JSON says in another way is written here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model

from digest import model
from digest.editorial.compare import Changes
from digest.findings import Severity
from digest.json_output import ARTICLE
from digest.model import DeliveryState, Point, Status


class JsonForm(BaseModel):
    """An object with these fields, all of them, and no other."""

    model_config = ConfigDict(extra="forbid")


class WindowJson(JsonForm):
    """From when to when an issue gathered."""

    from_: datetime = Field(serialization_alias="from")
    to: datetime


class SectionJson(JsonForm):
    """A heading, the ids of its articles, and how many more found no place."""

    title: str
    articles: list[str]
    more: int


class FindingJson(JsonForm):
    """What a check found: where, by which rule, and the way out."""

    where: str
    severity: Severity
    rule: str
    message: str


class EditionJson(JsonForm):
    """An issue for one segment."""

    segment: str
    subject: str
    preheader: str
    sections: list[SectionJson]
    articles: list[str] = Field(description="The ids of all its articles, in reading order.")
    points: dict[str, int] = Field(description="By article, what the rules gave it.")
    html_bytes: int
    findings: list[FindingJson]


class IssueJson(JsonForm):
    """One dated, numbered release of a newsletter, as `digest show --json` prints it.

    A token that reads what was sent gets `reason`, `approved_by`, `overrides`, `points`, `findings`,
    `changes` and `deliveries` empty.
    """

    id: str
    newsletter: str
    number: int
    status: Status
    created: datetime
    window: WindowJson
    reason: str | None
    content_hash: str
    approved_by: str | None
    editions: list[EditionJson]
    deliveries: dict[DeliveryState, int] = Field(description="How many emails are in each state.")
    approved_at: datetime | None
    send_at: datetime | None
    overrides: list[dict[str, str]]
    changes: dict[str, dict[Literal["approval", "last_issue"], Changes]] = Field(
        description="By segment, what changed since the approval and since the last issue."
    )
    windows: dict[str, WindowJson] = Field(description="By segment, from when to when it gathered.")


_hints = get_type_hints(model.Article)
_fields: dict[str, Any] = {name: (_hints[name], ...) for name in ARTICLE}
ArticleJson = create_model(
    "ArticleJson",
    __base__=JsonForm,
    __doc__="An article, as `digest articles --json` prints it.",
    **_fields,
)


class DecisionJson(JsonForm):
    """Whether an article is in an edition, where, and why, as `digest why --json` prints it."""

    segment: str
    included: bool
    section: str | None
    rank: int | None
    points: list[Point]
    decided_by: str
    would_change: list[str]
    article: str


class MessageJson(JsonForm):
    """An edition as anybody may see it: without a link that is one reader's."""

    issue: str
    segment: str
    subject: str
    preheader: str
    html: str
    text: str


class SegmentJson(JsonForm):
    """A part of the audience."""

    name: str
    title: str


class NewsletterJson(JsonForm):
    """A recurring publication; `archive` is where anybody may read its issues."""

    name: str
    title: str
    segments: list[SegmentJson]
    archive: str | None


class SourceJson(JsonForm):
    """Where articles come from, and how it did: `error` says what is wrong with it."""

    name: str
    title: str | None
    kind: Literal["feed", "archive"]
    active: bool
    result: str | None
    read: datetime | None
    next: datetime | None
    error: str | None
    gone: bool


class IssuesPage(JsonForm):
    """A page of issues, and the cursor of the next page, where there is one."""

    issues: list[IssueJson]
    next: str | None


class ArticlesPage(JsonForm):
    """A page of articles, and the cursor of the next page, where there is one."""

    articles: list[ArticleJson]
    next: str | None


class ProblemJson(BaseModel):
    """What is wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
