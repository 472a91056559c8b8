"""Put the linear model before an encoder: `python -m models.make_cascade --encoder NAME --out FOLDER`.

Works on the held-out predictions that both models stored: no text, no training. Both sides' opinions weigh the same
(a share of one half, not tuned), and the linear model's label stands where it is at least as sure as the least
threshold above which the cascade's label hardly ever changes.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kentongan.schema import Task
from models.calibrate import expected_calibration_error, soften_scores
from models.card import Card, Protocol, Trust, hash_files, save_card
from models.cascade import LEAST, CascadeConfig, Tier, save_cascade
from models.evaluate import Figure, bootstrap_interval, macro_f1
from models.linear import CONFIG_FILE
from models.measure import calibrate_scores
from models.predictions import Comparison, Predictions, check_predictions, compare, load_predictions, save_predictions
from models.registry import WEIGHTS, verify_model
from models.sets import SENTIMENT_SETS

log = logging.getLogger(__name__)

SHARE = 0.5
AGREED = 0.99
"""Of the texts that the first tier answers alone, so many must keep the label that both tiers together give."""
DECIDING = "left-out"
"""Held-out rows that calibration and thresholds are fitted on, where a task has them."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One block of both models, row by row."""

    linear: Predictions
    encoder: Predictions


def pair_blocks(linear: Sequence[Predictions], encoder: Sequence[Predictions], task: Task) -> dict[str, Pair]:
    """The blocks of one task that both stored for the same rows, by protocol. Raises ValueError where there is none."""
    theirs = {one.protocol: one for one in encoder if one.task == task}
    found = {
        one.protocol: Pair(one, theirs[one.protocol])
        for one in linear
        if one.task == task and one.protocol in theirs and np.array_equal(one.rows, theirs[one.protocol].rows)
    }
    if not found:
        raise ValueError(f"no block of {task} was stored for the same rows by both models")
    return found


def mix(pair: Pair, seed: int = 0) -> NDArray[np.float64]:
    """Averaged log-probabilities, rows by labels; NaN where a row was not tested."""
    own = [np.log(np.maximum(one.chances[min(seed, len(one.chances) - 1)].astype(np.float64), LEAST))
           for one in (pair.linear, pair.encoder)]  # fmt: skip
    return np.asarray((1 - SHARE) * own[0] + SHARE * own[1])


def offered_labels(block: Predictions) -> NDArray[np.bool_]:
    """Rows by labels: False where the row's set never gives the label."""
    lacks = {name: SENTIMENT_SETS[name].lacks if name in SENTIMENT_SETS else frozenset() for name in set(block.slices)}
    return np.array([[label not in lacks[name] for label in block.labels] for name in block.slices], dtype=bool)


def fit_tier(pair: Pair, cost: float) -> tuple[Tier, Trust]:
    """Calibration, threshold and ``sure`` of one task, and how far they can be trusted (by halves of the slices)."""
    block = pair.encoder
    scores = mix(pair)
    rows = np.flatnonzero(block.judged & pair.linear.judged)
    names, numbers = np.unique(block.slices[rows], return_inverse=True)
    weights = 1 / np.sqrt(np.bincount(numbers)[numbers])
    truth, offered = block.truth[rows].astype(np.int64), offered_labels(block)[rows]
    trust = calibrate_scores(
        scores[rows],
        truth,
        offered,
        weights,
        numbers,
        cost=cost,
        fitted_on=f"{len(rows):,} held-out rows of {len(names)} sets or outlets ({block.protocol})",
    )
    own = trust.calibration
    first = pair.linear.chances[0][rows].astype(np.float64)
    together = soften_scores(scores[rows], own.scale, own.offsets)
    return Tier(sure=find_sure(first, together, weights), share=SHARE, calibration=own), trust


def find_sure(first: NDArray[np.float64], together: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """The least of 0.50, 0.51 ... 0.99 at which the first tier alone keeps ``AGREED`` of the labels; else 1.01."""
    same = first.argmax(axis=1) == together.argmax(axis=1)
    for step in range(50, 100):
        sure = first.max(axis=1) >= step / 100
        if sure.any() and float(weights[sure & same].sum() / weights[sure].sum()) >= AGREED:
            return step / 100
    return 1.01


def answer(pair: Pair, tier: Tier, seed: int) -> NDArray[np.float16]:
    """The cascade's probabilities on the rows of a block, as it serves them."""
    first = pair.linear.chances[min(seed, len(pair.linear.chances) - 1)].astype(np.float64)
    both = soften_scores(np.nan_to_num(mix(pair, seed)), tier.calibration.scale, tier.calibration.offsets)
    sure = np.nan_to_num(first).max(axis=1) >= tier.sure
    tested = ~(np.isnan(first).any(axis=1) | np.isnan(pair.encoder.chances[seed]).any(axis=1))
    return np.where(tested[:, None], np.where(sure[:, None], first, both), np.nan).astype(np.float16)


def describe_block(block: Predictions, threshold: float, how: str) -> Protocol:
    """Figures of every slice of a block, means over the seeds."""
    figures = []
    for name in np.unique(block.slices[block.judged]):
        rows = np.flatnonzero(block.judged & (block.slices == name))
        truth, best = block.truth[rows].astype(np.int64), block.chances[0, rows].astype(np.float64).max(axis=1)
        guesses = block.guesses[:, rows]
        answered, right = best >= threshold, guesses[0] == truth
        low, high = bootstrap_interval(truth, guesses[0], block.groups[rows], seed=0, resamples=200)
        figures.append(
            Figure(
                slice=str(name), rows=len(rows), macro_f1=float(np.mean([macro_f1(truth, one) for one in guesses])),
                low=low, high=high, accuracy=float((guesses == truth).mean()),
                calibration_error=expected_calibration_error(best, right, np.ones(len(rows))),
                coverage=float(answered.mean()),
                error_when_sure=float((~right)[answered].mean()) if answered.any() else None,
            )
        )  # fmt: skip
    mean = float(np.mean([one.macro_f1 for one in figures])) if figures else 0.0
    return Protocol(
        task=block.task, name=f"{block.task}: {block.protocol}", how=how, figures=tuple(figures), macro_f1=mean
    )


def make_cascade(
    encoder: str, out: Path, *, name: str, tasks: Sequence[Task], today: date, linear: str = "linear",
    root: Path = WEIGHTS, version: str = "1.0.0", costs: dict[Task, float] | None = None,
) -> Card:  # fmt: skip
    """Write a cascade of two shipped models to ``out``; returns its card. Raises BadModel, ValueError."""
    cards = {one: verify_model(one, root=root) for one in (linear, encoder)}
    stored = {one: load_predictions(root / one) for one in (linear, encoder)}
    tiers: dict[Task, Tier] = {}
    trusts: dict[Task, Trust] = {}
    blocks: list[Predictions] = []
    protocols: list[Protocol] = []
    comparisons: list[Comparison] = []
    for task in tasks:
        pairs = pair_blocks(stored[linear], stored[encoder], task)
        deciding = pairs.get(DECIDING) or next(iter(pairs.values()))
        cost = (costs or {}).get(task, cards[encoder].trust[task].cost_of_silence)
        tiers[task], trusts[task] = fit_tier(deciding, cost)
        for pair in pairs.values():
            chances = np.stack([answer(pair, tiers[task], seed) for seed in range(len(pair.encoder.chances))])
            block = replace(pair.encoder, chances=chances)
            check_predictions(block)
            blocks.append(block)
            how = next(
                (p.how for p in cards[encoder].protocols if p.name == f"{task}: {block.protocol}"), block.protocol
            )
            protocols.append(describe_block(block, tiers[task].calibration.threshold, how))
            comparisons += compare(block, pair.linear, other_name=linear)
            comparisons += [one for one in compare(block, pair.encoder, other_name=encoder) if one.slice == "mean"]
    save_cascade(out, CascadeConfig(name=name, version=version, linear=linear, encoder=encoder, tasks=tiers))
    save_predictions(out, blocks)
    alone = {
        f"answered by the linear model alone, {task}": f"{100 * share_alone(stored[linear], tiers[task], task):.0f} %"
        for task in tasks
    }
    card = Card(
        name=name, version=version, made_on=today.isoformat(),
        labels={task: cards[encoder].labels[task] for task in tasks},
        sets=tuple(one for one in cards[encoder].sets if one.task in tasks),
        splits=cards[encoder].splits, seeds=cards[encoder].seeds,
        config={"share": SHARE, "agreed": AGREED, "sure": {task: tier.sure for task, tier in tiers.items()}},
        protocols=tuple(protocols), trust=trusts, speed=cards[encoder].speed, limits=cards[encoder].limits,
        sha256=hash_files(out, [CONFIG_FILE]), kind="cascade", comparisons=tuple(comparisons),
        origin={"linear": f"{linear} {cards[linear].version}", "encoder": f"{encoder} {cards[encoder].version}",
                "speed": "the figure below is the encoder's own; see docs/benchmarks.md for the cascade's", **alone},
    )  # fmt: skip
    save_card(out, card)
    return card


def share_alone(stored: Sequence[Predictions], tier: Tier, task: Task) -> float:
    """Share of the held-out rows of a task that the first tier answers without the second."""
    block = next(one for one in stored if one.task == task and one.protocol == DECIDING)
    return float((block.chances[0][block.judged].max(axis=1) >= tier.sure).mean())


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m models.make_cascade", description=__doc__.splitlines()[0])
    parser.add_argument("--encoder", required=True, help="name of a shipped encoder")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tasks", nargs="+", default=["sentiment", "topic"])
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    card = make_cascade(
        chosen.encoder, chosen.out, name=chosen.out.name, tasks=chosen.tasks, today=datetime.now(UTC).date()
    )
    for one in card.comparisons:
        if one.slice == "mean":
            log.info("%s, %s: %.3f beside %s %.3f", one.task, one.protocol, one.macro_f1, one.other, one.other_macro_f1)


if __name__ == "__main__":
    main()
