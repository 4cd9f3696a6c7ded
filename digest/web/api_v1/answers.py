"""What the API answers: newsletters, issues, articles, why, and how the sources do."""

from __future__ import annotations

import re
from datetime import date

from flask import Response, current_app
from pydantic import AwareDatetime, Field

from digest import json_output as shapes
from digest.errors import UsageError
from digest.model import Issue, Status
from digest.publisher import Publisher
from digest.publisher.api_reading import TokenReading, Wanted
from digest.publisher.searching import Question
from digest.web.api_v1 import answer_forms as forms
from digest.web.api_v1.document import document
from digest.web.api_v1.door import Query, api, json_answer, pages, problem

_MOST = 100


def _press() -> Publisher:
    found: Publisher = current_app.config["PUBLISHER"]
    return found


class PageQuery(Query):
    """Which page is wanted."""

    limit: int = Field(25, ge=1, le=_MOST, description="At most so many.")
    cursor: str | None = Field(None, description="`next` of the page before this one.")


class IssuesQuery(PageQuery):
    """Which issues are wanted."""

    newsletter: str | None = Field(None, description="Only of this newsletter.")
    status: Status | None = Field(None, description="Only those in this state.")
    since: AwareDatetime | None = Field(
        None, description="Only those that go out, or went out, then or later."
    )
    until: AwareDatetime | None = Field(None, description="Only those before then.")


class ArticlesQuery(PageQuery):
    """Which articles are wanted."""

    search: str = Field("", description='Words; "a phrase" in quotes.')
    source: str = Field("", description="Only of this source.")
    tag: str = Field("", description="Only with a tag that the pattern matches, as Research-*.")
    newsletter: str | None = Field(None, description="Only what this newsletter has told.")
    since: date | None = Field(None, description="Only those published that day or later.")
    until: date | None = Field(None, description="Only those published that day or earlier.")


class WhyQuery(Query):
    """What is to be explained."""

    article: str = Field(description="The article's id or address.")
    issue: str | None = Field(None, description="In this issue, not in the newest draft.")
    segment: str | None = Field(None, description="For this segment only.")


@api.get("/newsletters", list[forms.NewsletterJson])
def newsletters(reading: TokenReading, _: Query) -> object:
    """List the newsletters that the token reads."""
    config = _press().config
    base = config.publication.public_url
    return [
        {
            "name": each.name,
            "title": each.title,
            "segments": [
                {"name": name, "title": config.segments[name].title} for name in each.segments
            ],
            "archive": f"{base}/archive/{each.name}" if each.archive else None,
        }
        for each in reading.newsletters()
    ]


@api.get("/issues", forms.IssuesPage, IssuesQuery)
def issues(reading: TokenReading, asked: IssuesQuery) -> object:
    """List the issues, the newest first, in pages."""
    wanted = Wanted(
        **asked.model_dump(include={"newsletter", "status", "since", "until"}),
        after=asked.cursor,
        most=asked.limit,
    )
    found, after = reading.issues(wanted)
    return {"issues": [_issue(reading, each) for each in found], "next": after}


@api.get("/issues/<issue>", forms.IssueJson)
def issue(reading: TokenReading, _: Query, issue: str) -> object:
    """Show an issue: its editions, and the ids of their articles."""
    return _issue(reading, reading.issue(issue))


def _issue(reading: TokenReading, found: Issue) -> object:
    if reading.token.right == "sent":
        return shapes.issue(found, {}, {})
    return shapes.issue(found, _press().counts(found.id), _press().changes(found))


@api.get("/issues/<issue>/messages/<segment>", forms.MessageJson)
def message(reading: TokenReading, _: Query, issue: str, segment: str) -> object:
    """Show an edition as its readers see it: subject, HTML and text."""
    found = reading.message(issue, segment)
    said = {
        name: getattr(found, name) for name in forms.MessageJson.model_fields if name != "issue"
    }
    return {"issue": issue, **said}


@api.get("/articles", forms.ArticlesPage, ArticlesQuery)
def articles(reading: TokenReading, asked: ArticlesQuery) -> object:
    """Find articles: with words the fittest first, else the newest first, in pages."""
    if asked.cursor is not None and not re.fullmatch(r"[0-9]{1,9}", asked.cursor):
        raise UsageError(f"there is no page after {asked.cursor!r}; begin again without a cursor")
    first = int(asked.cursor or 0)
    question = Question(
        words=asked.search,
        told=(asked.newsletter,) if asked.newsletter else None,
        **asked.model_dump(include={"source", "tag", "since", "until"}),
    )
    found, more = reading.articles(question, first, asked.limit)
    after = str(first + asked.limit) if more else None
    return {"articles": [shapes.article(each) for each in found], "next": after}


@api.get("/articles/<article>", forms.ArticleJson)
def article(reading: TokenReading, _: Query, article: str) -> object:
    """Show an article."""
    return shapes.article(reading.article(article))


@api.get("/why", list[forms.DecisionJson], WhyQuery, right="everything")
def why(reading: TokenReading, asked: WhyQuery) -> object:
    """Tell for each segment whether it gets an article, and why."""
    found = reading.why(asked.article, asked.issue, asked.segment)
    return [shapes.decision(each) for each in found]


@api.get("/sources", list[forms.SourceJson], right="everything")
def sources(_: TokenReading, __: Query) -> object:
    """List the sources, and how each did when it was read last."""
    return [shapes.source(each) for each in _press().sources()]


@pages.get("/openapi.json")
def openapi() -> Response:
    """Show what the API is, as OpenAPI 3.1."""
    return json_answer(document(api.endpoints))


@pages.get("/", defaults={"rest": ""})
@pages.get("/<path:rest>")
def nothing(rest: str) -> Response:
    """Say that there is nothing here, and where to look."""
    return problem(404, f"there is nothing at {rest!r}; openapi.json lists what there is")
