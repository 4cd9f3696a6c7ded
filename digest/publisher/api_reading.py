"""What a program may read by its token: issues and articles, and never anything of a reader's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from digest.editorial.tags import TagBook
from digest.errors import Unknown, UsageError
from digest.model import Article, Decision, Issue, IssueHead, Message, Newsletter, Status, Token
from digest.publisher import explaining, searching
from digest.publisher.dispatching import nameless
from digest.publisher.reader_links import view_url
from digest.publisher.services import Services
from digest.render.page import public_page, public_text

_OUT = frozenset({"sending", "sent"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which issues are wanted: `since` and `until` say when they go out, or went; `after` is one's id."""

    newsletter: str | None = None
    status: Status | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: str | None = None
    most: int = 25


class TokenReading:
    """What a program reads by its token; what it does not read is Unknown to it."""

    def __init__(self, services: Services, token: Token) -> None:
        self._services, self.token = services, token

    def newsletters(self) -> list[Newsletter]:
        """Return the newsletters that a token reads."""
        return [
            each
            for each in self._services.config.newsletters.values()
            if self.token.may_read(each.name)
        ]

    def issues(self, wanted: Wanted) -> tuple[list[Issue], str | None]:
        """Return a page of issues without their messages, the newest first, and what the next page is after."""
        if wanted.newsletter is not None:
            _check(self._services, self.token, wanted.newsletter)
        found = [
            head
            for head in self._services.issues.heads(wanted.newsletter)
            if _may_read(self.token, head)
            and wanted.status in {None, head.shown_status}
            and (wanted.since is None or head.goes_out >= wanted.since)
            and (wanted.until is None or head.goes_out < wanted.until)
        ]
        found.sort(key=lambda head: (head.created, head.id), reverse=True)
        ids = [head.id for head in found]
        if wanted.after is not None and wanted.after not in ids:
            raise UsageError(
                f"there is no page after {wanted.after!r}; begin again without a cursor"
            )
        first = 0 if wanted.after is None else ids.index(wanted.after) + 1
        page = ids[first : first + wanted.most]
        whole = {
            issue.id: _shown(self.token, issue) for issue in self._services.issues.papers(page)
        }
        return [whole[id_] for id_ in page], page[-1] if ids[first + wanted.most :] else None

    def issue(self, id_: str) -> Issue:
        """Return an issue with its messages, as a token reads it; Unknown where it does not."""
        head, _ = self._services.issues.head(id_)
        if not _may_read(self.token, head):
            raise Unknown("issue", id_, ())
        return _shown(self.token, self._services.issues.get(id_))

    def message(self, id_: str, segment: str) -> Message:
        """Return an edition as anybody may see it, with no link that is a reader's own."""
        found = self.issue(id_)
        said = next((m for m in found.messages if m.segment == segment), None)
        if said is None:
            raise Unknown(f"edition of issue {id_}", segment, ())
        view = view_url(self._services, id_, segment)
        html = public_page(said, view_url=view, picture_url=lambda name: f"{view}/{name}")
        return replace(said, html=html, text=public_text(said, view_url=view))

    def articles(
        self, asked: searching.Question, first: int, most: int
    ) -> tuple[list[Article], bool]:
        """Return a page of articles, the fittest first or else the newest, and whether there are more."""
        told = asked.told
        if told is not None:
            for each in told:
                _check(self._services, self.token, each)
        elif self.token.right == "sent":
            told = tuple(each.name for each in self.newsletters())
        found = searching.articles(
            self._services,
            replace(asked, told=told, outside=self.token.right == "sent"),
            most + 1,
            first,
        )
        shown = [_known(self._services, self.token, each.article) for each in found[:most]]
        return shown, len(found) > most

    def article(self, id_: str) -> Article:
        """Return an article of an id; Unknown where there is none, or where it has not been told."""
        found = next(iter(self._services.articles.named([id_]).values()), None)
        mine = [each.name for each in self.newsletters()]
        if found is None or (
            self.token.right == "sent" and not self._services.issues.told(mine, [id_])
        ):
            raise Unknown("article", id_, ())
        return _known(self._services, self.token, TagBook(self._services.config.tags).sort(found))

    def why(self, article: str, id_: str | None, segment: str | None) -> list[Decision]:
        """Return why an article is in an issue's editions or not, as `digest why` tells."""
        if id_ is not None:
            self.issue(id_)
        elif self.token.newsletters:
            raise UsageError("name an issue: the token reads some newsletters alone")
        return explaining.why(self._services, article, id_, segment)


def _check(services: Services, token: Token, newsletter: str) -> None:
    if not token.may_read(services.newsletter(newsletter).name):
        raise Unknown("newsletter", newsletter, ())


def _may_read(token: Token, head: IssueHead) -> bool:
    is_open = token.right == "everything" or head.shown_status in _OUT
    return is_open and token.may_read(head.newsletter)


def _shown(token: Token, issue: Issue) -> Issue:
    """Return an issue as a token reads it: for who reads what was sent, as its readers know it."""
    if token.right == "everything":
        return replace(issue, reason=issue.reason and nameless(issue.reason))
    return replace(issue, reason=None, approved_by=None, overrides=(), findings={}, points={})


def _known(services: Services, token: Token, article: Article) -> Article:
    """Return an article as a token reads it: for who reads what was sent, without planning labels."""
    if token.right == "everything":
        return article
    return searching.outwards(article, TagBook(services.config.tags))
