"""The one interface of everything that labels text, and the small types it answers with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from kentongan.schema import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a classifier says about one text for one task."""

    value: str | None
    """The most probable label; None only for a text without a token the model reads (the linear one reads no links and
    no mentions)."""
    probabilities: Mapping[str, float]
    """Calibrated, over all labels of the task, summing to 1. Uniform for a text without a token."""
    abstained: bool
    """True where the best probability lies under the task's abstain threshold, or the text has no token."""


class Classifier(Protocol):
    """Labels texts for one or more tasks. Loading is done; calls are pure and may be made from any thread."""

    name: str
    """Name of the model ("linear")."""
    version: str
    """Its version ("1.0.0")."""
    labels: Mapping[Task, tuple[str, ...]]
    """The labels of each task it has."""

    def model_of(self, task: Task) -> tuple[str, str]:
        """Name and version of the model that answers this task: what stands in annotations."""
        ...

    def classify(self, texts: Sequence[str], tasks: Sequence[Task]) -> list[dict[Task, Label]]:
        """One dict a text, in order. Raw text goes in: normalisation is the classifier's own business.

        Never raises on any text (empty, a megabyte, only emoji): such a text gets an abstention. Raises ValueError
        for a task it does not have.
        """
        ...
