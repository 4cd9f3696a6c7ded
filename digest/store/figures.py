"""How many emails are how: those on record one by one, and those that are only counted."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Select, cast, func, select, true, union_all

from digest.store.tables import deliveries, delivery_counts


def figures(*by: str, issue: str | None = None) -> Select[Any]:
    """Return the query for how many deliveries there are by these columns, of all issues or of one."""

    def grouped(table: Any, count: Any) -> Select[Any]:  # noqa: ANN401 - SQLAlchemy's own
        columns = [table.c[name] for name in by]
        mine = true() if issue is None else table.c.issue == issue
        return select(*columns, count.label("n")).where(mine).group_by(*columns)

    both = union_all(
        grouped(deliveries, func.count()),
        grouped(delivery_counts, func.sum(delivery_counts.c.count)),
    ).subquery()
    columns = [both.c[name] for name in by]
    total = cast(func.sum(both.c.n), BigInteger)  # a sum of sums is a decimal to PostgreSQL
    return select(*columns, total.label("n")).group_by(*columns)
