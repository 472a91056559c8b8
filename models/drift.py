"""Whether a model still reads as well as it did: a monthly sample to label, shares corrected by it, tests of drift.

Plain arrays in, small records out: no store, no clock. The estimator is the survey sampler's difference estimator
(Sarndal, Swensson and Wretman 1992, section 6.3), which Angelopoulos et al. (Science 2023) call prediction-powered
inference: the mean of the model's predictions over everything, plus the mean error found in a random sample of it.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]

BANDS = (0.5, 0.8)
"""Edges of the confidence bands: doubtful, likely, sure."""
LEAST_STRATUM = 5
"""Texts drawn from a stratum at least (all, where it has fewer), and labels that a cell of an estimate needs."""
LEAST_LABELS = 10
"""Fewer labels give no estimate: even the widest interval then says next to nothing (0.5 +- 0.36 at ten)."""
FEW_LABELS = 30
"""Under this many the error's own variance is too uncertain to be used: the usual rule for the normal approximation."""
NORMAL = 1.959964
"""Quantile of the normal distribution for 95 % intervals."""
LEVEL = 0.05
"""Level of every test."""
SHIFT_SMALL, SHIFT_LARGE = 0.1, 0.25
"""Population stability index from which a shift is called moderate and large (Siddiqi, Credit Risk Scorecards, 2006).
A convention without a sample size, so a p-value stands beside it."""

Method = Literal["difference", "labels", "too few"]
"""How a share was found: predictions corrected by labels; labels alone, at the worst variance; not at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Texts drawn for labelling."""

    rows: Numbers
    """Their places in the population."""
    probability: Floats
    """Of each to be drawn; known, so that every text can be answered for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A share or an accuracy with its 95 % interval, between 0 and 1; all None where there are too few labels."""

    value: float | None
    low: float | None
    high: float | None
    error: float | None
    """Standard error."""
    labels: int
    """Labelled texts behind it."""
    method: Method


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """How far a distribution moved between two periods."""

    index: float
    """Population stability index, or a difference of shares."""
    p: float
    """Share of the shuffled periods that differ as much: each day goes to one of the two periods by chance."""
    moved: bool


def make_strata(chances: Floats) -> Numbers:
    """Stratum of each text: its most probable label and the band of that label's probability."""
    band = np.searchsorted(BANDS, chances.max(axis=1), side="right")
    return np.asarray(chances.argmax(axis=1) * (len(BANDS) + 1) + band, dtype=np.int64)


def allot_sample(strata: Numbers, doubt: Floats, size: int) -> dict[int, int]:
    """How many texts to draw from each stratum: Neyman's allocation, by its size times its mean root variance.

    ``doubt`` is p (1 - p) of each text's label. No stratum gets fewer than LEAST_STRATUM or more than it has, so the
    total may differ from ``size`` a little.
    """
    names, counts = np.unique(strata, return_counts=True)
    spread = np.array([np.sqrt(doubt[strata == name]).mean() + 1e-6 for name in names])
    wanted = size * counts * spread / (counts * spread).sum()
    drawn = np.minimum(counts, np.maximum(LEAST_STRATUM, np.rint(wanted).astype(np.int64)))
    return {int(name): int(count) for name, count in zip(names, drawn, strict=True)}


def draw_sample(ids: Sequence[str], chances: Floats, *, size: int, seed: str) -> Sample:
    """A stratified random sample of about ``size`` texts, in no order that tells their stratum.

    It follows from the seed and the ids, in whatever order they come. Every text of a stratum has the same chance.
    """
    if not len(ids):
        return Sample(rows=np.empty(0, dtype=np.int64), probability=np.empty(0))
    strata, best = make_strata(chances), chances.max(axis=1)
    luck = np.array([hashlib.blake2b(f"{seed}\0{one}".encode(), digest_size=8).digest() for one in ids])
    order = np.argsort(luck, kind="stable")
    rows: list[int] = []
    shares: dict[int, float] = {}
    for stratum, count in allot_sample(strata, best * (1 - best), size).items():
        own = order[strata[order] == stratum]
        rows += own[:count].tolist()
        shares[stratum] = count / len(own)
    rows.sort(key=lambda row: luck[row])
    return Sample(rows=np.array(rows, dtype=np.int64), probability=np.array([shares[int(strata[row])] for row in rows]))


def join_cells(strata: Numbers, rows: Numbers) -> Numbers:
    """The strata, those with fewer than LEAST_STRATUM labels joined to the next (the next band, then label)."""
    cells = np.zeros(len(strata), dtype=np.int64)
    labelled = np.bincount(strata[rows], minlength=int(strata.max()) + 1)
    cell = have = 0
    for stratum in range(len(labelled)):
        cells[strata == stratum] = cell
        have += int(labelled[stratum])
        if have >= LEAST_STRATUM and labelled[stratum + 1 :].sum() >= LEAST_STRATUM:
            cell, have = cell + 1, 0
    return cells


def student_quantile(degrees: float) -> float:
    """The 97.5 % quantile of Student's t, by the expansion of Abramowitz and Stegun 26.7.5 (under 1 % off from 3)."""
    z = NORMAL
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / degrees + second / degrees**2 + third / degrees**3


def estimate_mean(predicted: Floats, strata: Numbers, rows: Numbers, observed: Floats, probability: Floats) -> Estimate:
    """The mean over the whole population of what was observed only on the labelled rows.

    ``predicted`` (population): the model's guess of it, 0 to 1, for every text. ``strata``: of every text.
    ``rows``: the labelled ones; ``observed``, 0 to 1, and ``probability`` of having been drawn go with them. Texts
    that were drawn and not labelled are taken to be like the labelled ones of their stratum.
    """
    if len(rows) < LEAST_LABELS:
        return Estimate(value=None, low=None, high=None, error=None, labels=len(rows), method="too few")
    weight = 1 / probability
    if len(rows) < FEW_LABELS:
        share = float((weight * observed).sum() / weight.sum())
        effective = float(weight.sum() ** 2 / (weight**2).sum())
        # The worst variance a share can have, and the effective number of equally weighted labels (Kish 1965).
        return bound(share, 0.5 / math.sqrt(effective), len(rows) - 1, labels=len(rows), method="labels")
    cells = join_cells(strata, rows)
    value, variance, fourth = float(predicted.mean()), 0.0, 0.0
    for cell in np.unique(cells[rows]):
        members, own = cells == cell, cells[rows] == cell
        part = members.sum() / len(cells)
        portion = weight[own] / weight[own].sum()
        apart = observed[own] - predicted[rows[own]]
        off = float(portion @ apart)
        count = int(own.sum())
        found = count / (count - 1) * float((portion**2) @ (apart - off) ** 2)
        # Never surer than the model itself: a few labels that all agree with it prove little.
        doubt = float((predicted[members] * (1 - predicted[members])).mean() * (portion**2).sum())
        spread = part**2 * max(found, doubt) * max(0.0, 1 - count / members.sum())
        value += part * off
        variance += spread
        fourth += spread**2 / (count - 1)
    # Satterthwaite's degrees of freedom.
    degrees = variance**2 / fourth if fourth else math.inf
    return bound(value, math.sqrt(variance), degrees, labels=len(rows), method="difference")


def bound(value: float, error: float, degrees: float, *, labels: int, method: Method) -> Estimate:
    """An estimate with its interval, both kept between 0 and 1."""
    reach = student_quantile(max(degrees, 3.0)) * error
    kept, low, high = (min(1.0, max(0.0, float(one))) for one in (value, value - reach, value + reach))
    return Estimate(value=kept, low=low, high=high, error=float(error), labels=labels, method=method)


def estimate_shares(chances: Floats, rows: Numbers, truth: Numbers, probability: Floats) -> list[Estimate]:
    """The share of each label in a population. ``chances`` are of every text; ``truth`` is the labels' numbers."""
    strata = make_strata(chances)
    return [
        estimate_mean(chances[:, label], strata, rows, (truth == label).astype(np.float64), probability)
        for label in range(chances.shape[1])
    ]


def estimate_accuracy(chances: Floats, rows: Numbers, truth: Numbers, probability: Floats) -> Estimate:
    """How often the model's most probable label is right over a population."""
    right = (chances.argmax(axis=1)[rows] == truth).astype(np.float64)
    return estimate_mean(chances.max(axis=1), make_strata(chances), rows, right, probability)


def weekly_shares(
    weeks: Sequence[str], chances: Floats, rows: Numbers, truth: Numbers, probability: Floats
) -> dict[str, list[Estimate]]:
    """The share of each label in each week, by week in its order. ``weeks`` names every text's week."""
    found = {}
    own_week = np.array(weeks)
    for week in sorted(set(weeks)):
        members = np.flatnonzero(own_week == week)
        place = np.full(len(own_week), -1, dtype=np.int64)
        place[members] = np.arange(len(members))
        kept = own_week[rows] == week
        found[week] = estimate_shares(chances[members], place[rows[kept]], truth[kept], probability[kept])
    return found


def judge_accuracy(found: Estimate, *, expected: float, expected_error: float) -> tuple[float, bool] | None:
    """p-value that accuracy is no lower than expected, and whether it dropped; None with too few labels.

    One-sided z-test; ``expected_error`` is the standard error of the expected accuracy.
    """
    if found.value is None or found.error is None:
        return None
    error = math.hypot(found.error, expected_error)
    p = 0.5 * math.erfc((expected - found.value) / (max(error, 1e-12) * math.sqrt(2)))
    return p, p < LEVEL


def stability_index(reference: Floats, current: Floats) -> Floats:
    """Population stability index of counts (last axis): sum of (a - b) ln(a / b) over shares, half a count added."""
    a, b = reference + 0.5, current + 0.5
    a, b = a / a.sum(axis=-1, keepdims=True), b / b.sum(axis=-1, keepdims=True)
    return np.asarray(((a - b) * np.log(a / b)).sum(axis=-1))


def shuffle_days(
    reference: Floats, current: Floats, *, seed: int, shuffles: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sums (shuffles by columns) of the two periods when days are dealt to them by chance.

    Whole days are dealt, since posts of one day follow each other and are not independent.
    """
    days = np.vstack([reference, current])
    chance = np.random.default_rng(seed)
    order = np.array([chance.permutation(len(days)) for _ in range(shuffles)])
    first = days[order[:, : len(reference)]].sum(axis=1)
    return first, days.sum(axis=0) - first


def judge_shift(reference: Floats, current: Floats, *, seed: int = 0, shuffles: int = 999) -> Shift | None:
    """Whether labels are distributed otherwise than before; None with fewer than four days on either side.

    Both are days by labels (counts). It moved where the index reaches SHIFT_SMALL and chance alone hardly does it.
    """
    if min(len(reference), len(current)) < 4:
        return None
    index = float(stability_index(reference.sum(axis=0), current.sum(axis=0)))
    before, after = shuffle_days(reference, current, seed=seed, shuffles=shuffles)
    p = float((1 + (stability_index(before, after) >= index).sum()) / (1 + shuffles))
    return Shift(index=index, p=p, moved=index >= SHIFT_SMALL and p < LEVEL)


def judge_rise(reference: Floats, current: Floats, *, seed: int = 0, shuffles: int = 999) -> Shift | None:
    """Whether a share is higher than before; None with fewer than four days on either side.

    Both are days by (texts or words with the property, all of them).
    """
    if min(len(reference), len(current)) < 4:
        return None

    def share(sums: Floats) -> Floats:
        return np.asarray(sums[..., 0] / np.maximum(sums[..., 1], 1))

    index = float(share(current.sum(axis=0)) - share(reference.sum(axis=0)))
    before, after = shuffle_days(reference, current, seed=seed, shuffles=shuffles)
    p = float((1 + (share(after) - share(before) >= index).sum()) / (1 + shuffles))
    return Shift(index=index, p=p, moved=p < LEVEL)


def count_new_words(reference: Sequence[Sequence[str]], current: Sequence[Sequence[str]]) -> tuple[Floats, Floats]:
    """Days by (words not in the vocabulary, words). Each period is a list of days, each the words said on it.

    The vocabulary is what the reference period said. A reference day is read with the vocabulary of the other days,
    and a later day with that of all but one, so that both are read with vocabularies of the same number of days.
    """
    said: dict[str, set[int]] = {}
    for number, words in enumerate(reference):
        for word in words:
            said.setdefault(word, set()).add(number)

    def count(words: Sequence[str], without: int) -> tuple[int, int]:
        return sum(not said.get(word, set()) - {without} for word in words), len(words)

    before = [count(words, number) for number, words in enumerate(reference)]
    after = [count(words, number % max(1, len(reference))) for number, words in enumerate(current)]
    return np.array(before, dtype=np.float64).reshape(-1, 2), np.array(after, dtype=np.float64).reshape(-1, 2)
