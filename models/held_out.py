"""The linear model's held-out scores in the form that is stored beside every model."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from models.calibrate import Calibration, Flags, Scores, soften_scores
from models.data import without_leak
from models.holdout import Corpus
from models.predictions import Predictions, hash_text


def keep_predictions(
    corpus: Corpus, rounds: Iterable[Flags], scores: Scores, calibration: Calibration, *, protocol: str
) -> Predictions:
    """What ``scores`` (rows by labels, NaN where never tested) say as probabilities, and what each round trained on.

    ``rounds`` are the masks of rows left out together, each trained as ``holdout.score_held_out`` does.
    """
    count = len(corpus.rows)
    tested, kept_out = np.full(count, -1, dtype=np.int8), []
    for number, test in enumerate(rounds):
        tested[test] = number
        kept_out.append(~without_leak(corpus.groups, ~corpus.test_only & ~test, test))
    return Predictions(
        task=corpus.task,
        protocol=protocol,
        labels=corpus.labels,
        rows=np.array([hash_text(row.text) for row in corpus.rows], dtype=np.uint64),
        groups=corpus.groups,
        slices=np.array([row.slice for row in corpus.rows]),
        truth=np.where(corpus.judged, corpus.truth, -1).astype(np.int8),
        tested=tested,
        kept_out=np.array(kept_out, dtype=bool).reshape(-1, count),
        chances=soften_scores(scores, calibration.scale, calibration.offsets).astype(np.float16)[None],
    )
