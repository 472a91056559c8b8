"""Calibration, probabilities and figures of what models said of the rows held out in rounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from kentongan.schema import Task
from models.calibrate import soften_scores
from models.card import Protocol, Trust
from models.evaluate import Figure
from models.fit import target_rows
from models.holdout import Corpus, TrainConfig, is_test
from models.measure import fit_trust, measure_slice
from models.predictions import Predictions
from models.rounds import KNOWN, UNSEEN, TaskPlan
from models.train import EncoderTraining, Scores

HOW = {
    UNSEEN: "Public matters, outlets and collections left out of training whole, several in a round; near-duplicates "
    "of them, in any task, are left out with them. Sets never trained on are tested on the model that ships.",
    KNOWN: "A small share of all other rows, held out in the same rounds; the published validation rows of SmSA are "
    "tested on the model that ships.",
}


def as_corpus(plan: TaskPlan) -> Corpus:
    """A plan in the form that calibration and measurement take."""
    test_only = np.array([is_test(row) for row in plan.rows], dtype=bool)
    targets = target_rows(plan.rows, plan.labels)
    return Corpus(plan.task, plan.labels, plan.rows, None, targets, plan.groups, test_only)


def as_measure(config: EncoderTraining, task: Task) -> TrainConfig:
    """The part of a training's choices that measurement reads."""
    return TrainConfig(
        seed=config.choice.seed, resamples=config.resamples,
        cost_of_silence=config.costs.get(task, config.cost_of_silence),
    )  # fmt: skip


def calibrate_plan(plan: TaskPlan, logits: Mapping[str, Scores], config: EncoderTraining) -> Trust:
    """Calibration and threshold of one task, from rows whose matter the model never saw (else any held-out rows)."""
    protocol = UNSEEN if (plan.tested[UNSEEN] >= 0).any() else KNOWN
    return fit_trust(as_corpus(plan), logits[protocol][0].astype(np.float64), as_measure(config, plan.task))


def chances_of(plan: TaskPlan, logits: Mapping[str, Scores], trust: Trust) -> dict[str, NDArray[np.float16]]:
    """Calibrated probabilities of the held-out rows, by protocol."""
    own = trust.calibration
    return {
        protocol: np.where(np.isnan(one), np.nan, soften_scores(np.nan_to_num(one), own.scale, own.offsets)).astype(
            np.float16
        )
        for protocol, one in logits.items()
    }


def describe_block(plan: TaskPlan, block: Predictions, trust: Trust, config: TrainConfig) -> Protocol:
    """Figures of every slice, means over the seeds."""
    figures = []
    for name in np.unique(block.slices[block.judged]):
        rows = np.flatnonzero(block.judged & (block.slices == name))
        # Probabilities, not scores: their logarithm under scale 1 gives them again.
        plain = msgspec.structs.replace(trust.calibration, scale=1.0, offsets=(0.0,) * len(plan.labels))
        each = [
            measure_slice(
                as_corpus(plan), np.log(np.maximum(one.astype(np.float64), 1e-7)), rows, plain, name=str(name),
                config=config,
            )
            for one in block.chances
        ]  # fmt: skip
        figures.append(mean_figure(each))
    return Protocol(
        task=plan.task,
        name=f"{plan.task}: {block.protocol}",
        how=HOW[block.protocol],
        figures=tuple(figures),
        macro_f1=float(np.mean([one.macro_f1 for one in figures])) if figures else 0.0,
    )


def mean_figure(each: Sequence[Figure]) -> Figure:
    """The mean of the same slice's figures over seeds; the widest of their intervals."""
    sure = [one.error_when_sure for one in each if one.error_when_sure is not None]
    return Figure(
        slice=each[0].slice, rows=each[0].rows,
        macro_f1=float(np.mean([one.macro_f1 for one in each])),
        low=min(one.low for one in each), high=max(one.high for one in each),
        accuracy=float(np.mean([one.accuracy for one in each])),
        calibration_error=float(np.mean([one.calibration_error for one in each])),
        coverage=float(np.mean([one.coverage for one in each])),
        error_when_sure=float(np.mean(sure)) if sure else None,
    )  # fmt: skip
