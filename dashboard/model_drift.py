"""Whether the labels a model gives have moved: its shares by week with gaps, its silence, its confidence, two tests.

The tests deal whole days by chance (``models.drift``); days on which half of the usual collection was missing take no
part: a lost source moves shares without any change of the model or of the talk.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from analysis.series import Stretch, make_series, stretch_starts
from casework.labelling.records import KINDS, LABELS, LabelTask
from kentongan.schema import ABSTAINED, UNLABELLED, Query
from kentongan.times import start_of_day
from models.drift import NORMAL, Shift, judge_rise, judge_shift
from search.series import count_series, volume_of
from search.store import BUCKETS, Store

WEEKS: Final = 8
WEEK: Final = timedelta(days=7)
LEAST_COVERAGE: Final = 0.5
"""Share of the usual collection that a day needs to take part in a test."""
LEAST_DAY: Final = 5
"""Documents that a day needs to take part in a test: shares of fewer are noise."""
CONFIDENCE_SAMPLE: Final = 800
"""Documents, drawn by their id, behind the weeks' mean confidence: about a hundred a week, one point either way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Seven days of a model's labels."""

    start: datetime
    """First midnight, in the installation's zone."""
    counts: Mapping[str, int]
    """Documents by label, "abstained" among them; those that nobody labelled are left out."""
    coverage: float
    """Share of the usual collection, 0 to 1."""
    confidence: tuple[float, float] | None
    """Mean of the best probability in a sample, and half of its 95 % interval; None with fewer than ten texts."""

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def decided(self) -> int:
        return self.total - self.counts.get(ABSTAINED, 0)

    @property
    def silence(self) -> float | None:
        """Share on which the model kept silent; None without documents."""
        return self.counts.get(ABSTAINED, 0) / self.total if self.total else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftView:
    """A task's weeks, and whether the last one differs from the four before it."""

    task: LabelTask
    model: str | None
    """Current model as "name version"; None before the first labels."""
    weeks: tuple[Week, ...]
    """Oldest first; the last one ends now."""
    labels: Shift | None
    """Of the labels; None where too few days have enough documents."""
    silence: Shift | None
    days: tuple[int, int]
    """Days that took part in the tests: of the four weeks before, of the last week."""


def read_drift(store: Store, task: LabelTask, *, now: datetime, zone: str) -> DriftView:
    """The weeks of a task up to ``now``. Raises Retry."""
    end = start_of_day(now, zone) + timedelta(days=1)
    since = end - WEEKS * WEEK
    query = volume_of(Query(kinds=KINDS[task], since=since, until=end))
    counts = count_series(store, query, step="day", by=task, zone=zone)
    names = (*LABELS[task], ABSTAINED)
    days = make_series(
        counts.counted, names, starts=stretch_starts(since, end, "day"), step="day", gaps=counts.gaps,
        volumes=counts.volumes, collected=counts.collected,
    )  # fmt: skip
    model = store.current_models().get(task)
    sure = read_confidence(store, query, task, model, since=since) if model else {}
    weeks = tuple(as_week(days[number * 7 : number * 7 + 7], sure.get(number, [])) for number in range(len(days) // 7))
    # The last week against the four before; the day that is not over yet takes part, as it has so far.
    before, last = usable(days[-35:-7]), usable(days[-7:])
    rows = [np.array([[day.counts[name] for name in names] for day in part], dtype=np.float64).reshape(-1, len(names))
            for part in (before, last)]  # fmt: skip
    silent = [np.stack([one[:, -1], one.sum(axis=1)], axis=1) for one in rows]
    return DriftView(
        task=task, model=model.replace("|", " ") if model else None, weeks=weeks,
        labels=judge_shift(*rows), silence=judge_rise(*silent), days=(len(before), len(last)),
    )  # fmt: skip


def usable(days: Sequence[Stretch]) -> list[Stretch]:
    """Days with enough of the usual collection and enough documents."""
    return [day for day in days if day.coverage >= LEAST_COVERAGE and day.total >= LEAST_DAY]


def as_week(days: Sequence[Stretch], sure: Sequence[float]) -> Week:
    """Seven days as one."""
    counts = {name: sum(day.counts[name] for day in days) for name in days[0].counts if name != UNLABELLED}
    confidence = None
    if len(sure) >= 10:
        spread = float(np.std(sure, ddof=1)) / math.sqrt(len(sure))
        confidence = (float(np.mean(sure)), NORMAL * spread)
    coverage = sum(day.coverage for day in days) / len(days)
    return Week(start=days[0].start, counts=counts, coverage=coverage, confidence=confidence)


def read_confidence(
    store: Store, query: Query, task: LabelTask, model: str, *, since: datetime
) -> dict[int, list[float]]:
    """The current model's best probabilities in a sample of the documents, by number of the week from ``since``."""
    total = sum(bucket.count for bucket in store.count(query))
    parts = min(BUCKETS, max(1, total // CONFIDENCE_SAMPLE))
    found: dict[int, list[float]] = {}
    for record in store.stream(query, slice_of=(0, parts)):
        for said in record.annotations:
            if said.task == task and f"{said.by}|{said.version}" == model and said.probabilities:
                week = int((record.document.published_at - since) / WEEK)
                found.setdefault(week, []).append(max(said.probabilities.values()))
                break
    return found
