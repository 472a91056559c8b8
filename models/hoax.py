"""The likely-hoax model: its protocols, its training and the figures that count, which are gaps to blind models.

``hoax_protocols`` gives the splits that every candidate (linear, encoder) is measured on; ``measure_hoax`` compares any
candidate's probabilities on them with the baselines of ``models.hoax_baselines``.

The label is "resembles claims that were refuted", not "is false": nothing here checks a fact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from models.calibrate import Calibration, Scores, expected_calibration_error, fit_calibration, soften_scores
from models.data import Groups, LeakFound, Row, without_leak
from models.evaluate import Figure, bootstrap_interval, macro_f1
from models.features import Floats, HashShape, count_buckets, learn_idf, read_words, weigh_features
from models.fit import fit_heads, target_rows, weigh_rows
from models.hoax_baselines import guess_baselines
from models.hoax_data import HOAX, HOAX_LABELS, period_of
from models.splits import Mask, check_split, group_texts, split_by_source, split_by_time

Labels = NDArray[np.int64]

ACCUSE, MISS, SILENCE = 1.0, 0.2, 0.1
"""What is paid for calling an ordinary text a likely hoax, for passing a refuted claim over, and for keeping silent."""
SURE_ENOUGH = 1 - SILENCE / ACCUSE
"""Under calibrated probabilities silence is cheaper than accusing below this; no chosen threshold lies lower."""
LEAST_ROWS = 150
"""Rows a period needs to be held out for calibration."""
ROUNDS_UNSEEN: Mapping[str, frozenset[str]] = {
    "alharkan2024": frozenset({"alharkan2024", "ppn12_pajak_naik", "pilgub_jatim_2024"}),
    "bdc2020": frozenset(
        {"bdc2020", "headlines", "pilpres_2019_debat_ekonomi", "gov_covid_2020", "ruu_cipta_kerja_2020"}
    ),
    "others": frozenset(
        {"itshiroto", "reynaldar", "sp4n", "zonasi_sekolah", "ifest_ppkm_2021", "skripsi_ppkm_2021",
         "dinkes_semarang_ig_2020_21"}
    ),
}  # fmt: skip
"""Collections of claims with the collections of posts from their years. MAFINDO stands behind most of the claims: an
unseen collection is not always an unseen newsroom."""


class HoaxConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every choice of the training."""

    name: str = "linear-hoax"
    version: str = "1.0.0"
    seed: int = 20261122
    shape: HashShape = HashShape(word_bits=15, char_bits=16, max_chars=600)
    cost: float = 0.3
    """C of the support vector machines."""
    balance: float = 0.5
    resamples: int = 500


class HoaxProtocol(NamedTuple):
    """One way of holding rows out."""

    name: str
    """"later/2024", "unseen/bdc2020", "both/2024": kind and round."""
    test: Mask
    train: Mask


@dataclass(frozen=True, slots=True)
class HoaxCorpus:
    """Rows with features, truth (number in ``HOAX_LABELS``), near-duplicate groups and periods."""

    rows: Sequence[Row]
    matrix: Any
    idf: Floats
    truth: Labels
    groups: Groups
    periods: NDArray[np.str_]


class HoaxFigure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A candidate under one protocol, beside the baselines. F1 is 0 to 1, bounds at 95 % over near-duplicate groups."""

    figure: Figure
    precision_when_accusing: float | None
    """Share of refuted claims among the texts called "hoax" above the threshold; absent where none is."""
    accused: float
    """Share of the test rows called so."""
    baselines: dict[str, float]
    gaps: dict[str, tuple[float, float, float]]
    """For each baseline: macro-F1 of the candidate less the baseline's, with the bounds of a paired bootstrap."""


def hoax_protocols(rows: Sequence[Row], groups: Groups | None = None) -> list[HoaxProtocol]:
    """The splits, each checked for leaks: a later year, unseen collections, and both at once. Raises LeakFound."""
    groups = group_texts(rows) if groups is None else groups
    dates = np.array([row.date for row in rows])
    found = []
    for year in ("2020", "2024"):
        train, test = split_by_time(rows, groups, cut=f"{year}-01-01", until=f"{int(year) + 1}-01-01")
        found.append(HoaxProtocol(f"later/{year}", test, train))
    for name, held in ROUNDS_UNSEEN.items():
        train, test = split_by_source(rows, groups, held=held)
        found.append(HoaxProtocol(f"unseen/{name}", test, train))
    held_out = split_by_source(rows, groups, held=ROUNDS_UNSEEN["alharkan2024"])[1]
    test = held_out & (dates >= "2024")
    found.append(HoaxProtocol("both/2024", test, without_leak(groups, ~held_out & (dates < "2024"), test)))
    kept = [one for one in found if one.test.any() and has_both(rows, one.train) and has_both(rows, one.test)]
    for one in kept:
        kind = one.name.split("/")[0]
        check_split(
            rows, one.train, one.test, groups=groups, claims=True, later=kind != "unseen", unseen=kind != "later"
        )
    return kept


def has_both(rows: Sequence[Row], mask: Mask) -> bool:
    """Whether both labels occur among the rows of a mask."""
    return len({label for number in np.flatnonzero(mask).tolist() for label in rows[number].labels}) > 1


def build_hoax_corpus(rows: Sequence[Row], config: HoaxConfig) -> HoaxCorpus:
    """Features of every row. Document frequencies are counted without labels, in the precision they are stored in."""
    words = [read_words(row.text, config.shape.max_chars) for row in rows]
    counted = count_buckets(words, config.shape)
    idf = learn_idf(counted, config.shape.size).astype(np.float16).astype(np.float32)
    truth = np.array([HOAX_LABELS.index(next(iter(row.labels))) for row in rows], dtype=np.int64)
    matrix = weigh_features(counted, idf, config.shape).matrix(config.shape.size)
    periods = np.array([period_of(row.date) for row in rows])
    return HoaxCorpus(rows, matrix, idf, truth, group_texts(rows), periods)


def fit_hoax(corpus: HoaxCorpus, train: Mask, config: HoaxConfig) -> tuple[Floats, Floats]:
    """Weights (features by 2) and intercepts learned from some rows."""
    picked = np.flatnonzero(train).tolist()
    rows = [corpus.rows[number] for number in picked]
    weights = weigh_rows(rows, power=config.balance, by_source=False)
    return fit_heads(corpus.matrix[picked], target_rows(rows, HOAX_LABELS), weights, cost=config.cost, seed=config.seed)


def score_rows(corpus: HoaxCorpus, picked: Mask, fitted: tuple[Floats, Floats]) -> Scores:
    """Decision values of the rows of a mask, rows by labels."""
    return np.asarray(corpus.matrix[np.flatnonzero(picked)] @ fitted[0] + fitted[1], dtype=np.float64)


def calibrate_hoax(corpus: HoaxCorpus, train: Mask, config: HoaxConfig) -> tuple[Calibration, Labels, Scores]:
    """Calibration from training rows of each period, scored by a model that learned from the other periods only.

    Returns it with the rows it was fitted on and their calibrated probabilities. Raises LeakFound where no period can
    be held out.
    """
    scores = np.full((len(corpus.rows), 2), np.nan)
    for period in np.unique(corpus.periods[train]):
        held = train & (corpus.periods == period)
        rest = without_leak(corpus.groups, train & ~held, held)
        if held.sum() >= LEAST_ROWS and has_both(corpus.rows, held) and has_both(corpus.rows, rest):
            scores[held] = score_rows(corpus, held, fit_hoax(corpus, rest, config))
    used = np.flatnonzero(~np.isnan(scores[:, 0]))
    if not len(used):
        raise LeakFound("Tidak ada masa lain untuk kalibrasi.", hint="Sediakan data dari sedikitnya dua masa.")
    _, numbers, sizes = np.unique(corpus.periods[used], return_inverse=True, return_counts=True)
    weights = 1 / np.sqrt(sizes[numbers])
    truth = corpus.truth[used]
    scale, offsets = fit_calibration(scores[used], truth, np.ones((len(used), 2), dtype=bool), weights)
    chances = soften_scores(scores[used], scale, offsets)
    threshold = choose_sureness(chances, truth, weights)
    return (Calibration(scale=scale, offsets=tuple(float(one) for one in offsets), threshold=threshold), used, chances)


def choose_sureness(chances: Scores, truth: Labels, weights: Scores) -> float:
    """The threshold (0.90 to 0.99) of least cost, where an accusation of an ordinary text costs most."""
    guess, sure = chances.argmax(axis=1), chances.max(axis=1)
    price = np.where(guess == truth, 0.0, np.where(guess == HOAX_LABELS.index(HOAX), ACCUSE, MISS))
    steps = np.arange(round(100 * SURE_ENOUGH), 100) / 100
    return float(min(steps, key=lambda step: float((weights * np.where(sure >= step, price, SILENCE)).sum())))


def score_protocol(corpus: HoaxCorpus, protocol: HoaxProtocol, config: HoaxConfig) -> tuple[Scores, Calibration]:
    """Calibrated probabilities of the test rows (rows by labels), and the calibration, from the training rows alone."""
    calibration, _, _ = calibrate_hoax(corpus, protocol.train, config)
    scores = score_rows(corpus, protocol.test, fit_hoax(corpus, protocol.train, config))
    return soften_scores(scores, calibration.scale, calibration.offsets), calibration


def measure_hoax(
    corpus: HoaxCorpus, protocol: HoaxProtocol, chances: Scores, *, threshold: float, config: HoaxConfig
) -> HoaxFigure:
    """Any candidate's calibrated probabilities of the protocol's test rows, beside the baselines on the same rows."""
    truth, groups = corpus.truth[protocol.test], corpus.groups[protocol.test]
    guess, sure = np.asarray(chances.argmax(axis=1), dtype=np.int64), chances.max(axis=1)
    answered = sure >= threshold
    accused = answered & (guess == HOAX_LABELS.index(HOAX))
    low, high = bootstrap_interval(truth, guess, groups, seed=config.seed, resamples=config.resamples)
    others = guess_baselines(corpus.matrix, corpus.rows, corpus.truth, protocol.train, protocol.test, seed=config.seed)
    return HoaxFigure(
        figure=Figure(
            slice=protocol.name,
            rows=len(truth),
            macro_f1=macro_f1(truth, guess),
            low=low,
            high=high,
            accuracy=float((guess == truth).mean()),
            calibration_error=expected_calibration_error(sure, guess == truth, np.ones(len(truth))),
            coverage=float(answered.mean()),
            error_when_sure=float((guess != truth)[answered].mean()) if answered.any() else None,
        ),
        precision_when_accusing=float((truth == guess)[accused].mean()) if accused.any() else None,
        accused=float(accused.mean()),
        baselines={name: macro_f1(truth, other) for name, other in others.items()},
        gaps={name: gap_between(truth, guess, other, groups, config) for name, other in others.items()},
    )


def gap_between(
    truth: Labels, guess: Labels, other: Labels, groups: Groups, config: HoaxConfig
) -> tuple[float, float, float]:
    """Difference of macro-F1 with its 95 % bounds: near-duplicate groups drawn again, both models on the same draw."""
    rng = np.random.default_rng(config.seed)
    _, numbers = np.unique(groups, return_inverse=True)
    count = int(numbers.max()) + 1
    draws = []
    for _ in range(config.resamples):
        rows = np.repeat(np.arange(len(truth)), np.bincount(rng.integers(0, count, count), minlength=count)[numbers])
        draws.append(macro_f1(truth[rows], guess[rows]) - macro_f1(truth[rows], other[rows]))
    low, high = np.percentile(draws, [2.5, 97.5])
    return macro_f1(truth, guess) - macro_f1(truth, other), float(low), float(high)
