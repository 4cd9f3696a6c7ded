"""PostgreSQL's full text search, told each word and its place by us, so that both databases find alike.

PostgreSQL's own reading of a text takes addresses and hyphens apart in ways of its own, and keeps
accents. What is a word here is what it is for SQLite's FTS5: letters and digits, without accents.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
)
from sqlalchemy.types import UserDefinedType

from digest.model import Article, Message
from digest.store.dialects import insert
from digest.store.tables import articles, issues

_WORD = re.compile(r"[^\W_]+")
_LONGEST = 80  # letters of a word that are told apart
_LAST = 16_383  # what comes later has this place
_ROOM = 500_000  # bytes of words: PostgreSQL takes a million with their places
_GAP = 100  # places between two columns: no phrase goes over
_AROUND = 12  # words before what was sought, in an excerpt of twice as many
_NOTHING = "(nothing & !nothing)"
_WEIGHTS: ColumnElement[object] = literal_column(
    "'{0.1, 0.3, 0.5, 1.0}'::float4[]"
)  # of words (D), names, tags, a title (A)

_articles = table("article_search", column("article"), column("words"))
_editions = table(
    "issue_search", column("issue"), column("segment"), column("words"), column("text")
)


class _Type(UserDefinedType[str]):
    """A type of PostgreSQL's, by its name."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: object) -> str:
        """Return it as SQL says it."""
        return self.name


class Term(NamedTuple):
    """What is sought: words in this order; those count too that begin as the last one does, where it says so."""

    words: str
    is_beginning: bool


def folded_words(text_: str) -> list[str]:
    """Return the words of a text, without accents and capitals."""
    if not text_.isascii():
        apart = unicodedata.normalize("NFKD", text_)
        text_ = "".join(c for c in apart if not unicodedata.combining(c))
    return [word[:_LONGEST] for word in _WORD.findall(text_.casefold())]


def index_articles(connection: Connection, filed: Iterable[Article]) -> None:
    """Index what articles say, anew where they were indexed before."""
    put = insert(_articles)
    fresh = put.on_conflict_do_update(
        index_elements=["article"], set_={"words": put.excluded.words}
    )
    rows = [{"article": a.id, "vector": _vector(_columns(a))} for a in filed]
    if rows:
        connection.execute(fresh.values(article=bindparam("article"), words=_read("vector")), rows)


def index_editions(connection: Connection, issue: str, messages: Iterable[Message]) -> None:
    """Index what an issue's editions say, once they go out."""
    rows = [
        {
            "issue": issue,
            "segment": m.segment,
            "vector": _vector((("A", m.subject), ("D", m.text))),
            "text": m.text,
        }
        for m in messages
    ]
    if rows:
        names: dict[str, Any] = {name: bindparam(name) for name in ("issue", "segment", "text")}
        connection.execute(_editions.insert().values(words=_read("vector"), **names), rows)


def found_in(terms: Sequence[Term], tags: Sequence[str], outside: bool) -> Select[Any]:  # noqa: FBT001 - as it is sought
    """Return the query for articles with such words and one of the tags, the fittest first."""
    query = select(articles.c.data)
    where = "ACD" if outside else ""  # everywhere but in tags
    sought = [phrase for term in terms if (phrase := _phrase(term, where))]
    some = [phrase for tag in tags if (phrase := _phrase(Term(tag, is_beginning=True), "B"))]
    if tags:
        sought.append(f"({' | '.join(some)})" if some else _NOTHING)
    if not sought:
        return query
    both = articles.c.id == _articles.c.article
    return _fittest(query.join_from(_articles, articles, both), _articles.c.words, sought)


def editions_in(terms: Sequence[Term]) -> Select[Any]:
    """Return the query for editions with such words and their whole text, the fittest first."""
    query = select(_editions.c.issue, _editions.c.segment, _editions.c.text.label("excerpt"))
    query = query.join_from(_editions, issues, issues.c.id == _editions.c.issue)
    sought = [phrase for term in terms if (phrase := _phrase(term))]
    return _fittest(query, _editions.c.words, sought) if sought else query


def _fittest(query: Select[Any], words: ColumnElement[str], sought: Sequence[str]) -> Select[Any]:
    """Return the query for what has all that is sought, the fittest first."""
    all_ = cast(literal(" & ".join(sought)), _Type("tsquery"))
    fitness = func.ts_rank(_WEIGHTS, words, all_)
    return query.where(words.bool_op("@@")(all_)).order_by(fitness.desc())


def excerpt_of(article: Article, terms: Sequence[Term]) -> str:
    """Return the words of an article around the first that was sought."""
    return excerpt(f"{article.summary}\n{article.text}", terms)


def excerpt(text: str, terms: Sequence[Term]) -> str:
    """Return the words around the first that was sought, of which each stands between STX and ETX."""
    if not terms:
        return ""
    whole, begun = set[str](), set[str]()
    for term in terms:
        *others, last = folded_words(term.words) or [""]
        whole.update(others)
        (begun if term.is_beginning else whole).add(last)
    is_sought = re.compile(
        "|".join([*(f"{re.escape(w)}.*" for w in begun), *map(re.escape, whole)])
    ).fullmatch
    pieces = text.split()
    hits = {n for n, piece in enumerate(pieces) if any(map(is_sought, folded_words(piece)))}
    first = max(0, min(hits, default=0) - _AROUND)
    shown = pieces[first : first + 2 * _AROUND]
    said = " ".join(_marked(piece) if n in hits else piece for n, piece in enumerate(shown, first))
    return f"{'…' if first else ''}{said}{'…' if first + len(shown) < len(pieces) else ''}"


def _marked(piece: str) -> str:
    """Return a piece of text, its words between the marks and its punctuation outside."""
    found = [*_WORD.finditer(piece)]
    start, end = (found[0].start(), found[-1].end()) if found else (0, len(piece))
    return f"{piece[:start]}\x02{piece[start:end]}\x03{piece[end:]}"


def _columns(article: Article) -> Iterator[tuple[str, str]]:
    yield "A", article.title
    yield "C", " ".join(filter(None, (article.publication, article.department, *article.authors)))
    for tag in article.tags:
        yield "B", tag
    yield "D", f"{article.summary}\n{article.text}"


def _vector(columns: Iterable[tuple[str, str]]) -> str:
    """Return the words of columns with their places and weights, as PostgreSQL writes them."""
    at, room, said = 0, _ROOM, []
    for weight, text_ in columns:
        for word in folded_words(text_):
            at, room = at + 1, room - len(word.encode())
            if room < 0:
                break
            said.append(f"{word}:{min(at, _LAST)}{weight}")
        at += _GAP
    return " ".join(said)


def _phrase(term: Term, weight: str = "") -> str:
    """Return a term in PostgreSQL's syntax, of words with a weight alone where one is given."""
    words = folded_words(term.words)
    ends = "*" if term.is_beginning else ""
    marks = [weight] * (len(words) - 1) + [ends + weight]
    pairs = (f"{w}:{mark}" if mark else w for w, mark in zip(words, marks, strict=False))
    return f"({' <-> '.join(pairs)})" if words else ""


def _read(name: str) -> ColumnElement[str]:
    return cast(bindparam(name), _Type("tsvector"))
