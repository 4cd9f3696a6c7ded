"""What SQLite and PostgreSQL say in different words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Integer, Text, literal, literal_column
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.dialects.sqlite.dml import OnConflictDoNothing, OnConflictDoUpdate
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from digest.jsonable import canonical

__all__ = ["among", "insert", "is_postgresql", "native", "reading", "said", "whole"]
_ROWS = 1000


def is_postgresql(engine: Engine) -> bool:
    """Tell whether a database is PostgreSQL, and not SQLite."""
    return engine.dialect.name == "postgresql"


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Lend a connection whose answers come some thousand rows at a time, however many there are."""
    with engine.connect() as connection:
        yield connection.execution_options(yield_per=_ROWS)


def native(engine: Engine, sql: str) -> str:
    """Return SQL whose values stand as `?` as the driver of a database reads it."""
    return sql.replace("?", "%s") if is_postgresql(engine) else sql


class said(FunctionElement[str]):  # noqa: N801 - it is used as a function
    """What the JSON of a column says under a name, as text; nothing where it says nothing."""

    type = Text()
    inherit_cache = True

    def __init__(self, column: ColumnElement[str], name: str) -> None:
        super().__init__(column, literal_column(name))


class whole(FunctionElement[int]):  # noqa: N801 - as above
    """A number without its fraction."""

    type = Integer()
    inherit_cache = True

    def __init__(self, number: ColumnElement[Any]) -> None:
        super().__init__(number)


class _each(FunctionElement[str]):  # noqa: N801 - as above
    """The texts of a JSON array, one a row."""

    type = Text()
    inherit_cache = True


def among(column: ColumnElement[str], values: Iterable[str]) -> ColumnElement[bool]:
    """Return whether a column has one of many values.

    They go over as one value: both databases take a list apart faster than they bind so many, and the
    statement need not be made anew for another count.
    """
    return column.bool_op("IN")(_each(literal(canonical([*values]))))


# PostgreSQL's ON CONFLICT, which SQLite's was made like, may name a constraint besides; who uses SQLite
# need not wait until all of PostgreSQL's types are imported.


@compiles(OnConflictDoNothing, "postgresql")
def _nothing_in_postgresql(element: Any, compiler: Any, **more: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    element.constraint_target = None
    return str(compiler.visit_on_conflict_do_nothing(element, **more))


@compiles(OnConflictDoUpdate, "postgresql")
def _update_in_postgresql(element: Any, compiler: Any, **more: Any) -> str:  # noqa: ANN401 - as above
    element.constraint_target = None
    return str(compiler.visit_on_conflict_do_update(element, **more))


@compiles(said, "sqlite")
def _said_in_sqlite(element: said, compiler: Any, **more: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    column, name = element.clauses
    return f"json_extract({compiler.process(column, **more)}, '$.{compiler.process(name, **more)}')"


@compiles(said, "postgresql")
def _said_in_postgresql(element: said, compiler: Any, **more: Any) -> str:  # noqa: ANN401 - as above
    column, name = element.clauses
    path = compiler.process(name, **more)
    return f"""(({compiler.process(column, **more)})::json ->> '{path}') COLLATE "C\""""


@compiles(whole, "sqlite")
def _whole_in_sqlite(element: whole, compiler: Any, **more: Any) -> str:  # noqa: ANN401 - as above
    return f"CAST({compiler.process(element.clauses, **more)} AS INTEGER)"


@compiles(whole, "postgresql")
def _whole_in_postgresql(element: whole, compiler: Any, **more: Any) -> str:  # noqa: ANN401 - as above
    return f"CAST(trunc({compiler.process(element.clauses, **more)}) AS INTEGER)"


@compiles(_each, "sqlite")
def _each_in_sqlite(element: _each, compiler: Any, **more: Any) -> str:  # noqa: ANN401 - as above
    given = compiler.process(element.clauses, **more)
    return f"(SELECT value FROM json_each({given}))"  # noqa: S608 - what SQLAlchemy made


@compiles(_each, "postgresql")
def _each_in_postgresql(element: _each, compiler: Any, **more: Any) -> str:  # noqa: ANN401 - as above
    given = compiler.process(element.clauses, **more)
    return f"(SELECT json_array_elements_text(({given})::json))"
