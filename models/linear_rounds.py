"""The linear recipe through the same rounds as an encoder: the side it is compared with, row by row."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kentongan.schema import Task
from models.features import count_buckets, learn_idf, read_words, weigh_features
from models.fit import fit_heads, target_rows, weigh_rows
from models.holdout import TrainConfig
from models.rounds import TaskPlan

log = logging.getLogger(__name__)


def score_linear(plans: Sequence[TaskPlan], config: TrainConfig) -> dict[Task, dict[str, NDArray[np.float32]]]:
    """Decision values by task and protocol (1 by rows by labels, NaN where a row is not tested).

    Inverse document frequencies are counted, without labels, over all rows, as the shipped model's are.
    """
    found: dict[Task, dict[str, NDArray[np.float32]]] = {}
    for plan in plans:
        words = [read_words(row.text, config.shape.max_chars) for row in plan.rows]
        counts = count_buckets(words, config.shape)
        idf = learn_idf(counts, config.shape.size).astype(np.float16).astype(np.float32)
        matrix = weigh_features(counts, idf, config.shape).matrix(config.shape.size)
        targets = target_rows(plan.rows, plan.labels)
        shape = (1, len(plan.rows), len(plan.labels))
        own: dict[str, NDArray[np.float32]] = {
            protocol: np.full(shape, np.nan, dtype=np.float32) for protocol in plan.tested
        }
        for number in range(len(plan.kept_out)):
            test = plan.test_rows(number)
            if not len(test):
                continue
            train = plan.train_rows(number)
            rows = [plan.rows[row] for row in train]
            weights = weigh_rows(rows, power=config.balance, by_source=plan.task == "sentiment")
            slopes, bases = fit_heads(matrix[train], targets[train], weights, cost=config.cost, seed=config.seed)
            scores = np.asarray(matrix[test] @ slopes + bases, dtype=np.float32)
            for protocol, tested in plan.tested.items():
                hit = tested[test] == number
                own[protocol][0, test[hit]] = scores[hit]
            log.info("linear: %s, round %d of %d", plan.task, number + 1, len(plan.kept_out))
        found[plan.task] = own
    return found
