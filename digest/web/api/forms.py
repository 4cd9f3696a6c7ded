"""The forms of the API's answers: of them its document is made, and tests hold the answers to them.

What a noun holds is said by the noun; only what the JSON says in another way is written here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model

from digest import model
from digest.editorial.compare import Changes
from digest.json_output import ARTICLE
from digest.model import DeliveryState, Finding, Point, Status


class Form(BaseModel):
    """An object with these fields, all of them, and no other."""

    model_config = ConfigDict(extra="forbid")


class Window(Form):
    """From when to when an issue gathered."""

    from_: datetime = Field(serialization_alias="from")
    to: datetime


class Section(Form):
    """A heading, the ids of its articles, and how many more found no place."""

    title: str
    articles: list[str]
    more: int


class Edition(Form):
    """An issue for one segment."""

    segment: str
    subject: str
    preheader: str
    sections: list[Section]
    articles: list[str] = Field(description="The ids of all its articles, in reading order.")
    points: dict[str, int] = Field(description="By article, what the rules gave it.")
    html_bytes: int
    findings: list[Finding]


class Issue(Form):
    """One dated, numbered release of a newsletter, as `digest show --json` prints it.

    A token that reads what was sent gets `reason`, `approved_by`, `overrides`, `points`, `findings`,
    `changes` and `deliveries` empty.
    """

    id: str
    newsletter: str
    number: int
    status: Status
    created: datetime
    window: Window
    reason: str | None
    content_hash: str
    approved_by: str | None
    editions: list[Edition]
    deliveries: dict[DeliveryState, int] = Field(description="How many emails are in each state.")
    approved_at: datetime | None
    send_at: datetime | None
    overrides: list[dict[str, str]]
    changes: dict[str, dict[Literal["approval", "last_issue"], Changes]] = Field(
        description="By segment, what changed since the approval and since the last issue."
    )
    windows: dict[str, Window] = Field(description="By segment, from when to when it gathered.")


_hints = get_type_hints(model.Article)
_fields: dict[str, Any] = {name: (_hints[name], ...) for name in ARTICLE}
Article = create_model(
    "Article",
    __base__=Form,
    __doc__="An article, as `digest articles --json` prints it.",
    **_fields,
)


class Decision(Form):
    """Whether an article is in an edition, where, and why, as `digest why --json` prints it."""

    segment: str
    included: bool
    section: str | None
    rank: int | None
    points: list[Point]
    decided_by: str
    would_change: list[str]
    article: str


class Message(Form):
    """An edition as anybody may see it: without a link that is one reader's."""

    issue: str
    segment: str
    subject: str
    preheader: str
    html: str
    text: str


class NewsletterSegment(Form):
    """A part of the audience."""

    name: str
    title: str


class Newsletter(Form):
    """A recurring publication; `archive` is where anybody may read its issues."""

    name: str
    title: str
    segments: list[NewsletterSegment]
    archive: str | None


class SourceState(Form):
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


class Issues(Form):
    """A page of issues, and the cursor of the next page, where there is one."""

    issues: list[Issue]
    next: str | None


class Articles(Form):
    """A page of articles, and the cursor of the next page, where there is one."""

    articles: list[Article]
    next: str | None


class Problem(BaseModel):
    """What is wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
