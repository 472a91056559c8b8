"""What the card says of a model: calibration, threshold and figures of held-out rows, and speed."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kentongan.schema import Task
from models.calibrate import (
    Calibration,
    Flags,
    Scores,
    choose_threshold,
    expected_calibration_error,
    fit_calibration,
    risk_coverage,
    soften_scores,
)
from models.card import Protocol, Speed, Trust
from models.evaluate import Figure, bootstrap_interval, macro_f1
from models.holdout import Corpus, TrainConfig
from models.linear import WEIGHTS_FILE, load_linear

SPEED_RUNS = 3
"""Runs of which the fastest counts."""


def calibration_rows(corpus: Corpus, unseen: Scores) -> tuple[NDArray[np.int64], Scores]:
    """Rows to calibrate on, and their weights: left out, judged, never a test set; each source counts the same."""
    usable = corpus.pick(~np.isnan(unseen[:, 0]) & corpus.judged & ~corpus.test_only)
    names, numbers = np.unique([corpus.rows[row].source for row in usable], return_inverse=True)
    trust = np.array([corpus.rows[row].weight for row in usable])
    totals = np.bincount(numbers, weights=trust, minlength=len(names))
    # The square root: a set of 300 posts counts, but does not weigh as much as one of 8,000.
    return usable, trust / np.sqrt(totals[numbers])


def fit_trust(corpus: Corpus, unseen: Scores, config: TrainConfig) -> Trust:
    """Calibration and threshold of one task, from rows of matters, outlets and sets the scoring model never saw."""
    rows, weights = calibration_rows(corpus, unseen)
    names, numbers = np.unique([corpus.rows[row].held_with for row in rows], return_inverse=True)
    return calibrate_scores(
        unseen[rows],
        corpus.truth[rows],
        corpus.offered[rows],
        weights,
        numbers,
        cost=config.cost_of_silence,
        fitted_on=f"{len(rows):,} rows of {len(names)} matters, outlets or collections, left out of training in turn",
    )


def calibrate_scores(
    scores: Scores, truth: NDArray[np.int64], offered: Flags, weights: Scores, sources: NDArray[np.int64], *,
    cost: float, fitted_on: str,
) -> Trust:  # fmt: skip
    """Calibration and threshold of held-out rows. ``sources`` numbers what each row came from: for honest figures each
    half of them is read with the calibration of the other half."""
    scale, offsets = fit_calibration(scores, truth, offered, weights)
    half = sources % 2
    chances = soften_scores(scores, scale, offsets)
    if len(np.unique(sources)) > 1:
        for side in (0, 1):
            other = half != side
            halved = fit_calibration(scores[other], truth[other], offered[other], weights[other])
            chances[~other] = soften_scores(scores[~other], *halved)
    sure, right = chances.max(axis=1), chances.argmax(axis=1) == truth
    plain = soften_scores(scores, 1.0, np.zeros(len(offsets)))
    threshold = choose_threshold(sure, right, weights, cost=cost)
    answered = sure >= threshold
    covered = float(weights[answered].sum())
    return Trust(
        calibration=Calibration(scale=scale, offsets=tuple(float(one) for one in offsets), threshold=threshold),
        fitted_on=fitted_on,
        error_before=expected_calibration_error(plain.max(axis=1), plain.argmax(axis=1) == truth, weights),
        error_after=expected_calibration_error(sure, right, weights),
        cost_of_silence=cost,
        coverage=covered / float(weights.sum()),
        error_when_sure=float(weights[answered & ~right].sum()) / max(covered, 1e-12),
        risk_coverage=tuple(risk_coverage(sure, right, weights, coverages=(0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0))),
    )


def measure_slice(
    corpus: Corpus, scores: Scores, rows: NDArray[np.int64], calibration: Calibration, *, name: str, config: TrainConfig
) -> Figure:
    """The figures of some rows under the shipped calibration."""
    chances = soften_scores(scores[rows], calibration.scale, calibration.offsets)
    truth, guess, sure = corpus.truth[rows], chances.argmax(axis=1), chances.max(axis=1)
    answered = sure >= calibration.threshold
    low, high = bootstrap_interval(truth, guess, corpus.groups[rows], seed=config.seed, resamples=config.resamples)
    return Figure(
        slice=name,
        rows=len(rows),
        macro_f1=macro_f1(truth, guess),
        low=low,
        high=high,
        accuracy=float((guess == truth).mean()),
        calibration_error=expected_calibration_error(sure, guess == truth, np.ones(len(rows))),
        coverage=float(answered.mean()),
        error_when_sure=float((guess != truth)[answered].mean()) if answered.any() else None,
    )


def measure_task(
    corpus: Corpus, unseen: Scores, known: Scores, calibration: Calibration, config: TrainConfig
) -> list[Protocol]:
    """Every slice under both ways of holding rows out."""
    whole = "Each public matter left out in turn (sets on one matter together); sets never trained on are here too."
    rounds = (
        "Outlets, complaint systems and post collections left out in rounds. An article slice judges only sections "
        "that mean one topic. A post slice asks how many posts of a collection on one matter, among those "
        "with a word that points there, get its topic: its figure is the accuracy."
    )
    folds = f"{config.folds} folds over all training rows."
    protocols = []
    for name, how, scores in (
        (f"{corpus.task}: never seen in training", whole if corpus.task == "sentiment" else rounds, unseen),
        (f"{corpus.task}: same sources, other rows", folds, known),
    ):
        usable = ~np.isnan(scores[:, 0]) & corpus.judged
        slices = np.array([row.slice for row in corpus.rows])
        figures = [
            measure_slice(
                corpus, scores, corpus.pick(usable & (slices == one)), calibration, name=str(one), config=config
            )
            for one in np.unique(slices[usable])
        ]
        mean = float(np.mean([figure.macro_f1 for figure in figures])) if figures else 0.0
        protocols.append(Protocol(task=corpus.task, name=name, how=how, figures=tuple(figures), macro_f1=mean))
    return protocols


def measure_speed(
    out: Path, posts: Sequence[str], *, began: float, tasks: Sequence[Task] = ("sentiment", "topic")
) -> Speed:
    """Throughput and cold start of the weights in a folder. ``began`` is when training started, by perf_counter.

    Processor time, the best of a few runs: what else the machine is doing does not enter.
    """
    model = load_linear(out)
    paces = []
    for _ in range(SPEED_RUNS):
        start = time.process_time()
        model.classify(posts, tasks)
        paces.append(len(posts) / (time.process_time() - start))
    code = (
        "import sys; from pathlib import Path; from models.linear import load_linear;"
        "load_linear(Path(sys.argv[1])).classify(['jalan rusak'], sys.argv[2:])"
    )
    colds = []
    for _ in range(SPEED_RUNS):
        start = children_seconds()
        subprocess.run([sys.executable, "-c", code, str(out), *tasks], check=True)
        colds.append(children_seconds() - start)
    return Speed(
        texts_per_second=round(max(paces)),
        cold_start_seconds=round(min(colds), 3),
        weight_bytes=(out / WEIGHTS_FILE).stat().st_size,
        hardware=f"one core of {platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}",
        training_minutes=round((time.perf_counter() - began) / 60, 1),
    )


def children_seconds() -> float:
    """Processor time of all ended child processes so far, in seconds."""
    spent = os.times()
    return spent.children_user + spent.children_system
