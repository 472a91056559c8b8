"""What a model's hoax scores of a story's copies add up to: the middle, with a range that has its own error in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from kentongan.schema import Record

HOAX: Final = "hoax"
"""The label with which a model marks a likely hoax (``models.hoax_data.HOAX``)."""
HIGHEST: Final = 0.99
LOWEST: Final = 0.01
"""A probability is never written as certainty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How alike the copies of a story are to claims that were refuted."""

    value: float
    """Median probability over the copies that were read, 0 to 1."""
    low: float
    high: float
    """Lowest and highest of the copies, made wider by the model's calibration error."""
    committed: int
    """Copies on which the model commits itself: only these make a suspicion."""
    of: int
    """Copies that were read."""
    model: str
    """Model and version, as people read it; "" where a person said it."""

    @property
    def suspects(self) -> bool:
        return self.committed > 0


def weigh_copies(records: Iterable[Record], *, error: float) -> Score | None:
    """The score of a story from the labels of its copies; None where no model has read one.

    ``error``: largest calibration error that the model's card measured on texts it had not learned from, 0 to 1. A copy
    that a person labelled counts as certain for or against.
    """
    chances: list[float] = []
    committed, model = 0, ""
    for record in records:
        said = record.labels.get("hoax")
        if said is None:
            continue
        if said.by_person:
            chances.append(1.0 if said.value == HOAX else 0.0)
        else:
            chances.append((said.probabilities or {}).get(HOAX, 0.0))
            model = f"{said.by} {said.version}"
        committed += said.value == HOAX and not said.abstained
    return made_of(chances, committed=committed, model=model, error=error) if chances else None


def made_of(chances: Sequence[float], *, committed: int, model: str, error: float) -> Score:
    return Score(
        value=within(median(chances)),
        low=within(min(chances) - error),
        high=within(max(chances) + error),
        committed=committed,
        of=len(chances),
        model=model,
    )


def within(chance: float) -> float:
    return min(HIGHEST, max(LOWEST, chance))
