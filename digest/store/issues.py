"""Issues, their messages, edits and locks, and the ledger, kept in the database."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import ColumnElement, Connection, Engine, func, select
from sqlalchemy.exc import IntegrityError

from digest.errors import Stale, Unknown
from digest.findings import Finding, Severity, Where
from digest.jsonable import dump, load
from digest.model import (
    Act,
    Dispatch,
    Edit,
    Edition,
    Issue,
    IssueHead,
    Message,
    Point,
    ReaderEdition,
)
from digest.ports import Lock
from digest.store.database import hold, writer
from digest.store.dialects import among, insert, reading, said
from digest.store.dispatches import write
from digest.store.search import index_messages
from digest.store.tables import (
    acts,
    deliveries,
    edits,
    gathers,
    issues,
    ledger,
    messages,
    reader_editions,
    settings,
    variants,
)

_OUT = frozenset({"sending", "sent"})
_ONE_AT_A_TIME = ("draft", "held", "approved")  # a newsletter has one such issue at the most

# asked for each click: the whole paper takes ten times as long to read
_ADDRESS = {
    "sqlite": """
SELECT json_extract(article.value, '$.url') FROM issues,
json_each(issues.paper, '$.editions') AS edition,
json_each(edition.value, '$.sections') AS section,
json_each(section.value, '$.articles') AS article
WHERE issues.id = ? AND json_extract(edition.value, '$.segment') = ?
AND json_extract(article.value, '$.id') = ? LIMIT 1
""",
    "postgresql": """
SELECT article ->> 'url' FROM issues, json_array_elements(issues.paper::json -> 'editions') AS edition,
json_array_elements(edition -> 'sections') AS section,
json_array_elements(section -> 'articles') AS article
WHERE issues.id = %s AND edition ->> 'segment' = %s AND article ->> 'id' = %s LIMIT 1
""",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _FindingRow:
    """A finding with its place as it is told."""

    rule: str
    severity: Severity
    message: str
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Paper:
    """What is heavy in an issue, and read only where the issue is."""

    editions: tuple[Edition, ...]
    findings: Mapping[str, tuple[_FindingRow, ...]]
    points: Mapping[str, Mapping[str, tuple[Point, ...]]]
    approved_editions: tuple[Edition, ...]


DispatchesOf = Callable[
    [IssueHead | None, Issue, Callable[[], Mapping[str, int]]], Sequence[Dispatch]
]
"""What webhooks are told where an issue becomes another, by how many of its emails are in each state."""


def _none(*_: object) -> Sequence[Dispatch]:
    return ()


class StoredIssues:
    """The port `Issues` upon the database; what `dispatches` says of a change is kept with it."""

    def __init__(self, engine: Engine, dispatches: DispatchesOf = _none) -> None:
        self._engine, self._writer = engine, writer(engine)
        self._dispatches = dispatches

    def heads(self, newsletter: str | None = None) -> Sequence[IssueHead]:
        """Return what is known of the issues without opening them, the oldest first."""
        query = select(issues.c.issue).order_by(issues.c.newsletter, issues.c.position)
        if newsletter is not None:
            query = query.where(issues.c.newsletter == newsletter)
        with self._engine.connect() as connection:
            return [load(IssueHead, data) for (data,) in connection.execute(query)]

    def all(self) -> Iterator[Issue]:
        """Yield the issues without their messages, the oldest of each newsletter first."""
        both = select(issues.c.issue, issues.c.paper)
        with reading(self._engine) as connection:
            for row in connection.execute(both.order_by(issues.c.newsletter, issues.c.position)):
                yield _whole(row.issue, row.paper)

    def get(self, id_: str) -> Issue:
        """Return an issue with its messages; Unknown where there is none."""
        with self._engine.connect() as connection:
            both = select(issues.c.issue, issues.c.paper).where(issues.c.id == id_)
            found = connection.execute(both).one_or_none()
            if found is None:
                known = connection.execute(select(issues.c.id).order_by(issues.c.id)).scalars()
                raise Unknown("issue", id_, known)
            where = messages.c.issue == id_
            rows = connection.execute(
                select(messages.c.message).where(where).order_by(messages.c.place)
            )
            said = tuple(load(Message, data) for (data,) in rows)
            return replace(_whole(found.issue, found.paper), messages=said)

    def save(
        self,
        issue: Issue,
        lock: Lock,
        *,
        was: Issue | None,
        edits: Sequence[Edit] | None = None,
        since: Mapping[str, datetime] | None = None,
        act: Act | None = None,
    ) -> None:
        """Keep an issue, its edits, since when its segments gather, and an act, in one transaction."""
        try:
            with self._writer.begin() as connection:
                hold(connection, "issues")
                if was is None:
                    self._insert(connection, issue, lock)
                else:
                    self._update(connection, issue, lock, was)
                self._write_messages(connection, issue)
                if issue.status in _OUT and (was is None or was.status not in _OUT):
                    index_messages(connection, issue.id, issue.messages)
                if edits is not None:
                    _write_edits(connection, issue.id, edits)
                if act is not None:
                    _add_act(connection, issue.id, act)
                if since:
                    met = [
                        {"newsletter": issue.newsletter, "segment": name, "since": at.timestamp()}
                        for name, at in since.items()
                    ]
                    connection.execute(insert(gathers).on_conflict_do_nothing(), met)
                counts = partial(_counts, connection, issue.id)
                write(connection, self._dispatches(was, issue, counts))
        except IntegrityError:
            raise Stale(issue.id, "another process made it") from None

    def _insert(self, connection: Connection, issue: Issue, lock: Lock) -> None:
        of_it = issues.c.newsletter == issue.newsletter
        open_ = select(issues.c.issue).where(of_it, issues.c.status.in_(_ONE_AT_A_TIME))
        others = [load(IssueHead, data) for data in connection.execute(open_).scalars()]
        if not issue.special and any(not other.special for other in others):
            raise Stale(issue.id, "another process made one")
        last = connection.execute(select(func.max(issues.c.position)).where(of_it)).scalar()
        connection.execute(
            issues.insert().values(
                id=issue.id,
                newsletter=issue.newsletter,
                position=(last or 0) + 1,
                **_columns(issue, lock),
            )
        )

    def _update(self, connection: Connection, issue: Issue, lock: Lock, was: Issue) -> None:
        # compared as values: an older version of the program may have written it in other words
        both = select(issues.c.issue, issues.c.paper).where(issues.c.id == issue.id)
        row = connection.execute(both).one_or_none()
        if row is None or _whole(row.issue, row.paper) != replace(was, messages=()):
            raise Stale(issue.id, "it was read")
        put = issues.update().where(issues.c.id == issue.id)
        connection.execute(put.values(**_columns(issue, lock)))

    def _write_messages(self, connection: Connection, issue: Issue) -> None:
        connection.execute(messages.delete().where(messages.c.issue == issue.id))
        rows = [
            {"issue": issue.id, "place": place, "message": dump(message)}
            for place, message in enumerate(issue.messages)
        ]
        if rows:
            connection.execute(messages.insert(), rows)

    def lock(self, id_: str) -> Lock:
        """Return the inputs that an issue was made of."""
        with self._engine.connect() as connection:
            found = connection.execute(select(issues.c.lock).where(issues.c.id == id_)).scalar()
        return load(dict, found or "{}")

    def papers(self, ids: Collection[str]) -> Iterator[Issue]:
        """Yield these issues without their messages, the oldest of each newsletter first."""
        both = select(issues.c.issue, issues.c.paper).where(issues.c.id.in_(ids))
        with reading(self._engine) as connection:
            for row in connection.execute(both.order_by(issues.c.newsletter, issues.c.position)):
                yield _whole(row.issue, row.paper)

    def address_of(self, id_: str, segment: str, article: str) -> str | None:
        """Return the address of a story as an edition of an issue has it; None where it has no such story."""
        query = _ADDRESS[self._engine.dialect.name]
        with self._engine.connect() as connection:
            found = connection.exec_driver_sql(query, (id_, segment, article)).scalar()
            return None if found is None else str(found)

    def made_of(self, ids: Collection[str]) -> Mapping[str, Mapping[str, str]]:
        """Return by issue the hash of each article that it was chosen from, by the article's id."""
        articles = said(issues.c.lock, "articles").label("articles")
        query = select(issues.c.id, articles).where(issues.c.id.in_(ids))
        with self._engine.connect() as connection:
            rows = connection.execute(query)
            return {row.id: load(dict, row.articles or "{}") for row in rows}

    def sent(self, newsletter: str) -> Iterator[Issue]:
        """Yield what was sent of a newsletter, without its messages, the newest first."""
        return self._sent(issues.c.newsletter == newsletter)

    def before(self, issue: IssueHead) -> Iterator[Issue]:
        """Yield what was sent of the newsletter before an issue, the newest first."""
        own = select(issues.c.position).where(issues.c.id == issue.id).scalar_subquery()
        return self._sent((issues.c.newsletter == issue.newsletter) & (issues.c.position < own))

    def _sent(self, which: ColumnElement[bool]) -> Iterator[Issue]:
        sent = issues.c.status.in_(("sending", "sent"))
        both = select(issues.c.issue, issues.c.paper).where(which, sent)
        with reading(self._engine) as connection:
            for row in connection.execute(both.order_by(issues.c.position.desc())):
                yield _whole(row.issue, row.paper)

    def edits(self, id_: str) -> tuple[Edit, ...]:
        """Return the editors' changes to an issue."""
        query = select(edits.c.edit).where(edits.c.issue == id_).order_by(edits.c.place)
        with self._engine.connect() as connection:
            return tuple(load(Edit, data) for (data,) in connection.execute(query))

    def acts(self, id_: str) -> tuple[Act, ...]:
        """Return what people did to an issue, the first first."""
        query = select(acts.c.act).where(acts.c.issue == id_).order_by(acts.c.place)
        with self._engine.connect() as connection:
            return tuple(load(Act, data) for (data,) in connection.execute(query))

    def newest_acts(self, most: int | None) -> Iterator[tuple[str, Act]]:
        """Yield what people did to any issue, with its id, the newest first."""
        when = said(acts.c.act, "at")
        query = select(acts.c.issue, acts.c.act).order_by(when.desc(), acts.c.place.desc())
        with reading(self._engine) as connection:
            for id_, data in connection.execute(query.limit(most)):
                yield id_, load(Act, data)

    def head(self, id_: str) -> tuple[IssueHead, int]:
        """Return what is known of an issue without opening it, and how many acts it has seen."""
        count = select(func.count()).select_from(acts).where(acts.c.issue == id_).scalar_subquery()
        query = select(issues.c.issue, count).where(issues.c.id == id_)
        with self._engine.connect() as connection:
            found = connection.execute(query).one_or_none()
        if found is None:
            raise Unknown("issue", id_, (head.id for head in self.heads()))
        return load(IssueHead, found[0]), found[1]

    def note(self, id_: str, act: Act) -> None:
        """Keep an act that changes nothing of the issue."""
        with self._writer.begin() as connection:
            hold(connection, "issues")
            _add_act(connection, id_, act)

    def edits_by_issue(self, newsletter: str) -> Mapping[str, tuple[Edit, ...]]:
        """Return the editors' changes to a newsletter's issues; one without any is absent."""
        query = (
            select(edits.c.issue, edits.c.edit)
            .join(issues, issues.c.id == edits.c.issue)
            .where(issues.c.newsletter == newsletter)
            .order_by(issues.c.position, edits.c.place)
        )
        found: dict[str, tuple[Edit, ...]] = {}
        with self._engine.connect() as connection:
            for issue, data in connection.execute(query):
                found[issue] = (*found.get(issue, ()), load(Edit, data))
        return found

    def since(self, newsletter: str) -> Mapping[str, datetime]:
        """Return from when on each segment gathers for a newsletter."""
        query = select(gathers.c.segment, gathers.c.since)
        with self._engine.connect() as connection:
            rows = connection.execute(query.where(gathers.c.newsletter == newsletter))
            return {segment: datetime.fromtimestamp(at, UTC) for segment, at in rows}

    def ledger(
        self, newsletters: Collection[str], segments: Collection[str], articles: Collection[str]
    ) -> Mapping[str, Mapping[str, str]]:
        """Return for each segment which issue of the newsletters had each of the articles."""
        found: dict[str, dict[str, str]] = {segment: {} for segment in segments}
        query = select(ledger.c.segment, ledger.c.article, ledger.c.issue).where(
            ledger.c.newsletter.in_(newsletters),
            ledger.c.segment.in_(segments),
            among(ledger.c.article, articles),
        )
        with self._engine.connect() as connection:
            for segment, article, issue in connection.execute(query):
                found[segment][article] = issue
        return found

    def told(
        self, newsletters: Collection[str], articles: Collection[str]
    ) -> Sequence[tuple[str, str, str]]:
        """Return the issue, segment and article of each entry in the newsletters' ledgers."""
        query = select(ledger.c.issue, ledger.c.segment, ledger.c.article).where(
            ledger.c.newsletter.in_(newsletters), among(ledger.c.article, articles)
        )
        with self._engine.connect() as connection:
            return [(row.issue, row.segment, row.article) for row in connection.execute(query)]

    def keep_reader_editions(self, id_: str, editions: Sequence[ReaderEdition]) -> None:
        """Keep an issue's editions for readers who chose for themselves; what somebody is to get stays.

        What nobody is to get was kept by a run that ended before it wrote down its audience.
        """
        rows = [{"issue": id_, "name": each.name, "edition": dump(each)} for each in editions]
        mine, table = deliveries.c.issue == id_, reader_editions.c
        nobodys = table.name.not_in(select(deliveries.c.segment).where(mine))
        with self._writer.begin() as connection:
            connection.execute(reader_editions.delete().where(table.issue == id_, nobodys))
            if rows:
                connection.execute(insert(reader_editions).on_conflict_do_nothing(), rows)

    def reader_editions(self, id_: str) -> Sequence[ReaderEdition]:
        """Return an issue's editions for readers who chose for themselves, by name."""
        query = select(reader_editions.c.edition).where(reader_editions.c.issue == id_)
        with self._engine.connect() as connection:
            found = connection.execute(query.order_by(reader_editions.c.name)).scalars()
            return [load(ReaderEdition, data) for data in found]

    def reader_edition(self, id_: str, name: str) -> ReaderEdition | None:
        """Return an issue's edition of that name for readers who chose for themselves."""
        mine = (reader_editions.c.issue == id_) & (reader_editions.c.name == name)
        with self._engine.connect() as connection:
            data = connection.execute(select(reader_editions.c.edition).where(mine)).scalar()
        return None if data is None else load(ReaderEdition, data)

    def keep_variants(self, id_: str, messages: Sequence[Message]) -> None:
        """Keep an issue's messages for readers who have had some of its articles."""
        rows = [
            {"issue": id_, "segment": m.segment, "variant": m.variant, "message": dump(m)}
            for m in messages
        ]
        with self._writer.begin() as connection:
            connection.execute(variants.delete().where(variants.c.issue == id_))
            if rows:
                connection.execute(variants.insert(), rows)

    def variants(self, id_: str) -> Sequence[Message]:
        """Return an issue's messages for readers who have had some of its articles."""
        query = select(variants.c.message).where(variants.c.issue == id_)
        with self._engine.connect() as connection:
            return [load(Message, data) for (data,) in connection.execute(query)]

    def enter(self, newsletter: str, segment: str, articles: Collection[str], issue: str) -> None:
        """Write down that a segment has these articles from a newsletter's issue."""
        rows = [
            {"newsletter": newsletter, "segment": segment, "article": id_, "issue": issue}
            for id_ in articles
        ]
        if rows:
            with self._writer.begin() as connection:
                connection.execute(insert(ledger).on_conflict_do_nothing(), rows)

    def last_news(self, of: str) -> str | None:
        """Return the mark of what editors were told last of a newsletter, or of an issue."""
        where = settings.c.name == f"told:{of}"
        with self._engine.connect() as connection:
            return connection.execute(select(settings.c.value).where(where)).scalar()

    def keep_news(self, of: str, mark: str) -> None:
        """Keep the mark of what editors have been told of a newsletter, or of an issue."""
        put = insert(settings).values(name=f"told:{of}", value=mark)
        with self._writer.begin() as connection:
            connection.execute(
                put.on_conflict_do_update(index_elements=["name"], set_={"value": mark})
            )

    def started(self, newsletter: str) -> datetime | None:
        """Return when the newsletter's schedule was first looked at, where it was."""
        where = settings.c.name == f"started:{newsletter}"
        with self._engine.connect() as connection:
            since = connection.execute(select(settings.c.value).where(where)).scalar()
        return datetime.fromisoformat(since) if since else None

    def start(self, newsletter: str, now: datetime) -> datetime:
        """Return when the newsletter's schedule was first looked at, which may be now."""
        name = f"started:{newsletter}"
        put = insert(settings).values(name=name, value=now.isoformat())
        with self._writer.begin() as connection:
            connection.execute(put.on_conflict_do_nothing())
            where = settings.c.name == name
            since = connection.execute(select(settings.c.value).where(where)).scalar_one()
        return datetime.fromisoformat(since)


def _counts(connection: Connection, id_: str) -> Mapping[str, int]:
    query = select(deliveries.c.state, func.count()).where(deliveries.c.issue == id_)
    rows = connection.execute(query.group_by(deliveries.c.state))
    return {row[0]: row[1] for row in rows}


def _write_edits(connection: Connection, id_: str, changes: Sequence[Edit]) -> None:
    connection.execute(edits.delete().where(edits.c.issue == id_))
    rows = [{"issue": id_, "place": n, "edit": dump(edit)} for n, edit in enumerate(changes)]
    if rows:
        connection.execute(edits.insert(), rows)


def _add_act(connection: Connection, id_: str, act: Act) -> None:
    next_ = select(func.count()).select_from(acts).where(acts.c.issue == id_)
    place = connection.execute(next_).scalar_one()
    connection.execute(acts.insert().values(issue=id_, place=place, act=dump(act)))


def _paper(issue: Issue) -> str:
    """Return what an issue says, without its messages."""
    return dump(
        _Paper(
            editions=issue.editions,
            findings={
                segment: tuple(
                    _FindingRow(
                        rule=f.rule, severity=f.severity, message=f.message, where=str(f.where)
                    )
                    for f in found
                )
                for segment, found in issue.findings.items()
            },
            points=issue.points,
            approved_editions=issue.approved_editions,
        )
    )


def _whole(head: str, paper: str) -> Issue:
    said = load(_Paper, paper)
    return replace(
        load(Issue, head),
        editions=said.editions,
        findings={
            segment: tuple(
                Finding(
                    rule=f.rule, severity=f.severity, message=f.message, where=Where.read(f.where)
                )
                for f in found
            )
            for segment, found in said.findings.items()
        },
        points=said.points,
        approved_editions=said.approved_editions,
    )


def _columns(issue: Issue, lock: Lock) -> dict[str, str | None]:
    return {
        "status": issue.status,
        "slot": issue.slot,
        # without what it says
        "issue": dump(IssueHead(**{f.name: getattr(issue, f.name) for f in fields(IssueHead)})),
        "paper": _paper(issue),
        "lock": json.dumps(lock, ensure_ascii=False),
    }
