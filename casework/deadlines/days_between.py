"""Days between two times, in SQL, as each engine computes them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Float, SQLColumnExpression
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class DaysBetween(FunctionElement[float]):
    """From the first time to the second, in days and parts of days; NULL where one of them is."""

    name = "days_between"
    type = Float()
    inherit_cache = True


def days_between(first: SQLColumnExpression[Any], second: SQLColumnExpression[Any]) -> DaysBetween:
    """The SQL of it."""
    return DaysBetween(first, second)


@compiles(DaysBetween)
def _on_postgres(element: DaysBetween, compiler: SQLCompiler, **more: Any) -> str:
    first, second = (compiler.process(clause, **more) for clause in element.clauses)
    return f"(EXTRACT(EPOCH FROM {second} - {first}) / 86400.0)"


@compiles(DaysBetween, "sqlite")
def _on_sqlite(element: DaysBetween, compiler: SQLCompiler, **more: Any) -> str:
    first, second = (compiler.process(clause, **more) for clause in element.clauses)
    return f"(julianday({second}) - julianday({first}))"
