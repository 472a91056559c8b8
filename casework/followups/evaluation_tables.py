"""The tables of an evaluation report: their columns with definitions, their rows, and sums over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from casework.followups.past import median

CellKind = Literal["text", "count", "days", "hours", "share", "mean"]
"""What a column holds: words, a number of things, working days, hours, a share from 0 to 1, a mean."""
Cell = str | int | float | None
"""None where there is nothing to say: a median of nothing is no zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table."""

    name: str
    """Heading, in Indonesian."""
    kind: CellKind
    definition: str
    """What exactly is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureTable:
    """One table of figures."""

    key: str
    """Short and lasting; the name of its sheet."""
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"a row of {self.key} has not one cell a column")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Everything an evaluation report says."""

    since: datetime
    until: datetime
    made_at: datetime
    tables: tuple[FigureTable, ...]
    notes: tuple[str, ...]
    """What a reader should know: years without holidays, what was left out."""
    sample: bool
    """Whether any figure rests on invented data."""

    def table(self, key: str) -> FigureTable:
        """The table of this key. Raises KeyError."""
        return next(table for table in self.tables if table.key == key)


def share(part: int, whole: int) -> float | None:
    """A share from 0 to 1; None of nothing."""
    return part / whole if whole else None


def median_of(values: Sequence[float]) -> float | None:
    """The median; None of nothing."""
    return median(values) if values else None


def mean_of(values: Sequence[float]) -> float | None:
    """The mean; None of nothing."""
    return sum(values) / len(values) if values else None
