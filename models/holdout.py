"""Rows held out in every way that is measured, each scored by a model that saw neither them nor near copies of them."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from kentongan.schema import SENTIMENTS, TOPICS, Task
from models.calibrate import Flags, Scores
from models.data import Groups, Row, check_leak, group_rows, join_same, split_rows, without_leak
from models.features import HashShape, count_buckets, learn_idf, read_words, weigh_features
from models.fit import fit_heads, target_rows, weigh_rows
from models.predictions import hash_text
from models.sets import SENTIMENT_SETS

log = logging.getLogger(__name__)


class TrainConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every choice of the training. An unknown key in a file is an error."""

    name: str = "linear"
    version: str = "1.0.0"
    seed: int = 20261122
    shape: HashShape = HashShape()
    cost: float = 0.3
    """C of the support vector machines."""
    balance: float = 0.5
    """Power of (rows / rows with the label) in a row's weight."""
    folds: int = 5
    topic_rounds: int = 5
    """Rounds in which outlets, complaint systems and post sets are left out, one of each kind at a time (or two)."""
    articles: int = 250
    """Most articles of one outlet and section."""
    article_chars: int = 800
    posts: int = 800
    """Most posts of one sentiment set that serve as topic rows."""
    post_weight: float = 0.3
    resamples: int = 200
    """Bootstrap samples behind an interval."""
    files: dict[Task, tuple[str, ...]] = {}
    """Further JSONL files of {"text", "label"} rows by task (sentiment, topic): what people labelled here."""
    cost_of_silence: float = 0.5
    """Of an abstention, where a wrong label costs 1: a wrong label makes two bars wrong, silence leaves one short."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """The rows of one task with their features."""

    task: Task
    labels: tuple[str, ...]
    rows: Sequence[Row]
    matrix: Any
    """Sparse, rows by features."""
    targets: NDArray[np.int8]
    groups: Groups
    test_only: Flags
    """Rows that are measured but never trained on."""

    def pick(self, wanted: Flags) -> NDArray[np.int64]:
        """Numbers of the rows that a mask names."""
        return np.flatnonzero(wanted)

    @property
    def truth(self) -> NDArray[np.int64]:
        """Label number of each row; meaningless where the row is not ``judged``."""
        return np.asarray(self.targets.argmax(axis=1), dtype=np.int64)

    @property
    def judged(self) -> Flags:
        """Rows whose label is good enough to measure with."""
        return np.array([row.judged for row in self.rows], dtype=bool)

    @property
    def offered(self) -> Flags:
        """Rows by labels: False where a row's source never gives the label."""
        return np.array([[label not in row.lacks for label in self.labels] for row in self.rows], dtype=bool)


def build_corpora(rows: Mapping[Task, Sequence[Row]], config: TrainConfig) -> tuple[list[Corpus], NDArray[np.float32]]:
    """Features of every row, with one table of inverse document frequencies for all tasks."""
    names: dict[Task, tuple[str, ...]] = {"sentiment": SENTIMENTS, "topic": TOPICS}
    words = {task: [read_words(row.text, config.shape.max_chars) for row in own] for task, own in rows.items()}
    test_only = {task: np.array([is_test(row) for row in own], dtype=bool) for task, own in rows.items()}
    learned = [one for task in rows for one, test in zip(words[task], test_only[task], strict=True) if not test]
    idf = learn_idf(count_buckets(learned, config.shape), config.shape.size)
    # What is stored has half the digits; training on the same numbers keeps training and inference equal.
    idf = idf.astype(np.float16).astype(np.float32)
    corpora = []
    for task, own in rows.items():
        features = weigh_features(count_buckets(words[task], config.shape), idf, config.shape)
        groups = join_same(group_rows(words[task]), [hash_text(row.text) for row in own])
        targets = target_rows(own, names[task])
        log.info("%s: %d rows, %d groups of near-duplicates", task, len(own), len(np.unique(groups)))
        matrix = features.matrix(config.shape.size)
        corpora.append(Corpus(task, names[task], own, matrix, targets, groups, test_only[task]))
    return corpora, idf


def is_test(row: Row) -> bool:
    """Whether a row comes from a set that is never trained on."""
    declared = SENTIMENT_SETS.get(row.source.rsplit("/", 1)[-1])
    return declared is not None and declared.use == "test"


def fit_rows(corpus: Corpus, train: Flags, config: TrainConfig) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Weights and intercepts learned from some rows. A row with two possible labels says nothing of those."""
    picked = corpus.pick(train)
    # Sentiment's priors are each set's own; a topic's are the collection's.
    weights = weigh_rows(
        [corpus.rows[number] for number in picked], power=config.balance, by_source=corpus.task == "sentiment"
    )
    return fit_heads(corpus.matrix[picked], corpus.targets[picked], weights, cost=config.cost, seed=config.seed)


def score_held_out(corpus: Corpus, test: Flags, config: TrainConfig, *, train: Flags | None = None) -> Scores:
    """Decision values of the test rows by a model that saw neither them nor near-duplicates of them."""
    allowed = ~corpus.test_only & ~test if train is None else train
    kept = without_leak(corpus.groups, allowed, test)
    check_leak(corpus.groups, kept, test)
    coefficients, intercepts = fit_rows(corpus, kept, config)
    return np.asarray(corpus.matrix[corpus.pick(test)] @ coefficients + intercepts, dtype=np.float64)


def leave_out_rounds(corpus: Corpus, config: TrainConfig) -> Iterator[Flags]:
    """Rows to leave out together: for sentiment each public matter in turn, for topics outlets and sets in rounds.

    Sets that are never trained on make the last round.
    """
    held = np.array([row.held_with for row in corpus.rows])
    if corpus.task == "sentiment":
        policies = {how.policy for how in SENTIMENT_SETS.values() if how.policy}
        rounds = [[name] for name in np.unique(held[~corpus.test_only]) if name in policies]
    else:
        forms = sorted({row.source.split("/")[0] for row in corpus.rows})
        rounds = [[] for _ in range(config.topic_rounds)]
        for form in forms:
            own = sorted({row.held_with for row in corpus.rows if row.source.startswith(form) and not is_test(row)})
            for number, name in enumerate(own):
                rounds[number % len(rounds)].append(name)
    for names in rounds:
        chosen = np.isin(held, names) & ~corpus.test_only
        if chosen.any():
            yield chosen
    if corpus.test_only.any():
        yield corpus.test_only


def score_left_out(corpus: Corpus, rounds: Iterator[Flags], config: TrainConfig) -> Scores:
    """Decision values of every row in some round, by a model without that round; NaN for the rest."""
    scores = np.full(corpus.targets.shape, np.nan)
    for number, test in enumerate(rounds):
        scores[test] = score_held_out(corpus, test, config)
        log.info("%s: round %d of rows left out, %d rows", corpus.task, number + 1, int(test.sum()))
    return scores


def fold_rounds(corpus: Corpus, config: TrainConfig) -> Iterator[Flags]:
    """The rows of each fold in turn, less the sets that are never trained on."""
    folds = split_rows(corpus.groups, [row.same_as for row in corpus.rows], config.folds, seed=config.seed)
    for fold in range(config.folds):
        yield (folds == fold) & ~corpus.test_only


def score_folds(corpus: Corpus, config: TrainConfig) -> Scores:
    """Decision values of every row by a model trained on the other folds; NaN for sets never trained on."""
    scores = np.full(corpus.targets.shape, np.nan)
    for number, test in enumerate(fold_rounds(corpus, config)):
        scores[test] = score_held_out(corpus, test, config)
        log.info("%s: fold %d of %d", corpus.task, number + 1, config.folds)
    return scores
