"""The linear recipe through the same rounds as an encoder: the side it is compared with, row by row.

    python -m models.linear_rounds --config configs/kecil.toml --data ../shared/data --model models/weights/linear

adds what it said in those rounds to a linear model's stored predictions, and their figures to its card.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from kentongan.schema import Task
from models.card import CARD_FILE, Card, save_card
from models.features import count_buckets, learn_idf, read_words, weigh_features
from models.fit import fit_heads, target_rows, weigh_rows
from models.holdout import TrainConfig
from models.measure_rounds import HOW, as_measure, calibrate_plan, chances_of, describe_block
from models.predictions import PREDICTIONS_FILE, load_predictions, save_predictions
from models.rounds import TaskPlan, blocks_of
from models.train import EncoderTraining, make_plans
from models.training_rows import load_rows

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


def add_rounds(folder: Path, config: EncoderTraining, data: Path) -> Card:
    """Measure the linear recipe in the rounds of an encoder's training, for the tasks the linear model has; write
    predictions and card anew."""
    card = msgspec.json.decode((folder / CARD_FILE).read_bytes(), type=Card)
    rows = load_rows(data, config.choice)
    plans = make_plans(config, rows)
    scores = score_linear(plans, TrainConfig(seed=config.choice.seed))
    words = {plan.task: f"{plan.task}: " for plan in plans}
    stored = load_predictions(folder) if (folder / PREDICTIONS_FILE).exists() else []
    protocols = [
        one for one in card.protocols if one.name not in {f"{word}{kind}" for word in words.values() for kind in HOW}
    ]
    stored = [one for one in stored if one.protocol not in HOW]
    for plan in plans:
        if plan.task not in card.labels:
            continue
        trust = calibrate_plan(plan, scores[plan.task], config)
        for block in blocks_of(plan, chances_of(plan, scores[plan.task], trust)):
            stored.append(block)
            told = describe_block(plan, block, trust, as_measure(config, plan.task))
            protocols.append(msgspec.structs.replace(told, how=f"{told.how} The recipe of this model, on fewer rows."))
    save_predictions(folder, stored)
    card = msgspec.structs.replace(card, protocols=tuple(protocols))
    save_card(folder, card)
    return card


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m models.linear_rounds", description=__doc__.splitlines()[0])
    parser.add_argument("--config", type=Path, required=True, help="TOML file of an encoder's training")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True, help="folder of the linear model")
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    config = msgspec.toml.decode(chosen.config.read_bytes(), type=EncoderTraining)
    for one in add_rounds(chosen.model, config, chosen.data).protocols:
        log.info("%s: mean macro-F1 %.3f over %d slices", one.name, one.macro_f1, len(one.figures))


if __name__ == "__main__":
    main()
