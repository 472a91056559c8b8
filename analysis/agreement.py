"""How far people agree who label the same texts: Krippendorff's alpha, Cohen's kappa, both with bootstrap intervals.

Alpha is for any number of people and texts that not everybody labelled (Krippendorff, *Content Analysis*, 4th ed. 2018,
chapter 12, nominal data); kappa is for two people (Cohen, *Educational and Psychological Measurement* 20, 1960). A text
that a person could not label (``None``) is missing for that person. Intervals are percentiles over texts drawn again
with replacement (Efron and Tibshirani 1993).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Unit = Mapping[str, str | None]
"""Who said what of one text; None where they could not tell."""

RESAMPLES: Final = 500
LEAST_UNITS: Final = 10
"""Texts labelled by two that a coefficient needs: with fewer its interval spans most of the scale."""
GOOD, FAIR = 0.8, 0.667
"""Krippendorff's (2018, p. 356) bounds: above the first conclusions may rest on it, above the second tentative ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """A coefficient of agreement, at most 1 (0: what chance gives), with its 95 % interval; None where undefined."""

    value: float | None
    low: float | None
    high: float | None
    units: int
    """Texts that two or more people labelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairKappa:
    """Cohen's kappa of two people."""

    first: str
    second: str
    kappa: Coefficient


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelAgreement:
    """How far people agree on one label, against all others."""

    label: str
    alpha: Coefficient
    specific: float | None
    """Where one says this label, how often the other does too (specific agreement: Cicchetti and Feinstein 1990)."""
    said: int
    """How often it was said of texts that two or more labelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Everything that two or more people's labels of the same texts say about each other."""

    labels: tuple[str, ...]
    alpha: Coefficient
    equal: int
    """Texts on which all who labelled them agree."""
    kappas: tuple[PairKappa, ...]
    """Of each two people with at least LEAST_UNITS texts in common, most texts first."""
    by_label: tuple[LabelAgreement, ...]
    confusion: tuple[tuple[int, ...], ...]
    """Pairs of labels of one text, symmetric: row and column in the order of ``labels``; a pair counts on both sides
    of the diagonal, once on it."""
    unsure: int
    """Texts that somebody could not label."""


def measure_agreement(
    units: Sequence[Unit], labels: Sequence[str], *, resamples: int = RESAMPLES, seed: int = 0
) -> Agreement:
    """Agreement over texts. A label outside ``labels`` raises ValueError."""
    counts = count_labels(units, labels)
    rng = np.random.default_rng(seed)
    paired = counts[counts.sum(axis=1) >= 2]
    by_label = []
    for number, label in enumerate(labels):
        own = paired[:, number]
        both = np.stack([own, paired.sum(axis=1) - own], axis=1)
        by_label.append(
            LabelAgreement(
                label=label, alpha=with_interval(both, rng, resamples), specific=specific_agreement(paired, number),
                said=int(own.sum()),
            )
        )  # fmt: skip
    return Agreement(
        labels=tuple(labels),
        alpha=with_interval(paired, rng, resamples),
        equal=int((paired.max(axis=1, initial=0) == paired.sum(axis=1)).sum()) if len(paired) else 0,
        kappas=tuple(pair_kappas(units, labels, rng, resamples)),
        by_label=tuple(by_label),
        confusion=count_pairs(paired),
        unsure=sum(None in unit.values() for unit in units),
    )


def count_labels(units: Sequence[Unit], labels: Sequence[str]) -> Floats:
    """Texts by labels: how many people gave each."""
    place = {label: number for number, label in enumerate(labels)}
    counts = np.zeros((len(units), len(labels)))
    for row, unit in enumerate(units):
        for value in unit.values():
            if value is not None:
                if value not in place:
                    raise ValueError(f"{value!r} is none of {', '.join(labels)}")
                counts[row, place[value]] += 1
    return counts


def krippendorff_alpha(counts: Floats) -> float:
    """Alpha for nominal data, from texts by labels; NaN where no text has two labels or only one label was ever said.

    Alpha = 1 - observed disagreement / expected disagreement, from the coincidences of values within texts.
    """
    said = counts.sum(axis=1)
    counts, said = counts[said >= 2], said[said >= 2]
    if not len(counts):
        return math.nan
    total = said.sum()
    observed = ((said[:, None] - counts) * counts / (said[:, None] - 1)).sum()
    by_label = counts.sum(axis=0)
    expected = (by_label * (total - by_label)).sum() / (total - 1)
    return float(1 - observed / expected) if expected else math.nan


def cohen_kappa(table: Floats) -> float:
    """Kappa from a table of two people's labels (first by second); NaN where chance alone would always agree."""
    total = table.sum()
    if not total:
        return math.nan
    agreed, chance = np.trace(table) / total, float(table.sum(axis=1) @ table.sum(axis=0)) / total**2
    return float((agreed - chance) / (1 - chance)) if chance < 1 else math.nan


def with_interval(counts: Floats, rng: np.random.Generator, resamples: int) -> Coefficient:
    """Alpha of texts that all have two labels or more, with its interval."""
    units = len(counts)
    value = krippendorff_alpha(counts)
    if units < LEAST_UNITS or math.isnan(value):
        return Coefficient(value=None, low=None, high=None, units=units)
    draws = [krippendorff_alpha(counts[rng.integers(0, units, units)]) for _ in range(resamples)]
    return bounded(value, draws, units)


def bounded(value: float, draws: Sequence[float], units: int) -> Coefficient:
    """A coefficient with the percentiles of its draws; those where it is undefined are left out."""
    kept = [one for one in draws if not math.isnan(one)]
    low, high = np.percentile(kept, [2.5, 97.5]) if kept else (value, value)
    return Coefficient(value=value, low=float(low), high=float(high), units=units)


def specific_agreement(paired: Floats, number: int) -> float | None:
    """Of pairs of people in which one said the label, the share of sayings that the other joined; None without any."""
    own = paired[:, number]
    others = paired.sum(axis=1) - 1
    possible = float((own * others).sum())
    return float((own * (own - 1)).sum()) / possible if possible else None


def count_pairs(paired: Floats) -> tuple[tuple[int, ...], ...]:
    """Pairs of labels within texts, symmetric."""
    whole = paired.astype(np.int64)
    table = whole.T @ whole
    inside = (whole * (whole - 1) // 2).sum(axis=0)
    table[np.diag_indices_from(table)] = inside
    return tuple(tuple(int(cell) for cell in row) for row in table)


def pair_kappas(
    units: Sequence[Unit], labels: Sequence[str], rng: np.random.Generator, resamples: int
) -> list[PairKappa]:
    """Kappa of each two people who share enough texts, most texts first."""
    place = {label: number for number, label in enumerate(labels)}
    shared: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for unit in units:
        told = {person: place[value] for person, value in unit.items() if value is not None}
        for first, second in combinations(sorted(told), 2):
            shared.setdefault((first, second), []).append((told[first], told[second]))
    found = []
    for (first, second), pairs in sorted(shared.items(), key=lambda item: (-len(item[1]), item[0])):
        cells, size = np.array(pairs), len(pairs)
        value = cohen_kappa(cross(cells, len(labels)))
        if size < LEAST_UNITS or math.isnan(value):
            continue
        draws = [cohen_kappa(cross(cells[rng.integers(0, size, size)], len(labels))) for _ in range(resamples)]
        found.append(PairKappa(first=first, second=second, kappa=bounded(value, draws, size)))
    return found


def cross(cells: NDArray[np.int64], size: int) -> Floats:
    """A table of two people's labels from (first, second) pairs of label numbers."""
    table = np.zeros((size, size))
    np.add.at(table, (cells[:, 0], cells[:, 1]), 1)
    return table
