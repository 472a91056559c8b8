"""Rounds of holding out that every kind of model goes through alike, so that their figures can be compared row by row.

In each round some matters, outlets and sets are "left-out" whole, and "beside" them a small share of the
near-duplicate groups of all others. Whatever reads the same as a held-out row, in any task, is left out with
it. In the last round only the sets that are never trained on are out: its model is the one that ships.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kentongan.schema import Task
from models.data import Row, group_rows
from models.features import read_words
from models.fit import target_rows
from models.holdout import is_test
from models.predictions import Predictions, check_predictions, hash_text
from models.sets import SENTIMENT_SETS

Flags = NDArray[np.bool_]

UNSEEN, KNOWN = "left-out", "beside"
GROUP_CHARS = 800
"""Characters of a text by which near-duplicates are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPlan:
    """The rows of one task and who is held out when."""

    task: Task
    labels: tuple[str, ...]
    rows: Sequence[Row]
    hashes: NDArray[np.uint64]
    groups: NDArray[np.int64]
    """Near-duplicate groups, numbered over all tasks together."""
    tested: Mapping[str, NDArray[np.int8]]
    """By protocol: the round in which a row is held out, -1 for never."""
    kept_out: Flags
    """Rounds by rows: the row does not train that round's model."""

    @property
    def truth(self) -> NDArray[np.int8]:
        """Label numbers; -1 where the label is not good enough to judge by."""
        best = target_rows(self.rows, self.labels).argmax(axis=1)
        judged = np.array([row.judged and len(row.labels) == 1 for row in self.rows], dtype=bool)
        return np.where(judged, best, -1).astype(np.int8)

    @property
    def offered(self) -> Flags:
        """Rows by labels: False where a row's source never gives the label."""
        return np.array([[label not in row.lacks for label in self.labels] for row in self.rows], dtype=bool)

    @property
    def slices(self) -> NDArray[np.str_]:
        """Set, outlet or source of each row; short forms apart."""
        return np.array([row.slice for row in self.rows])

    def train_rows(self, number: int) -> NDArray[np.int64]:
        """Numbers of the rows that train the model of a round."""
        return np.flatnonzero(~self.kept_out[number])

    def test_rows(self, number: int) -> NDArray[np.int64]:
        """Numbers of the rows held out in a round under any protocol."""
        hit = np.zeros(len(self.rows), dtype=bool)
        for tested in self.tested.values():
            hit |= tested == number
        return np.flatnonzero(hit)


def spread_matters(rows: Sequence[Row], rounds: int) -> NDArray[np.int8]:
    """The round in which each row's matter or outlet is left out: those of a kind are spread, the largest first, so
    that rounds are of like size. -1 for rows that belong to no matter (reviews, everyday talk)."""
    sizes: dict[tuple[str, str], int] = {}
    for row in rows:
        if row.held_with and is_matter(row):
            key = (row.source.split("/")[0] if "/" in row.source else "", row.held_with)
            sizes[key] = sizes.get(key, 0) + 1
    load: dict[str, list[int]] = {}
    place: dict[str, int] = {}
    for (kind, name), size in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        own = load.setdefault(kind, [0] * rounds)
        place.setdefault(name, int(np.argmin(own)))
        own[place[name]] += size
    return np.array([place.get(row.held_with, -1) if is_matter(row) else -1 for row in rows], dtype=np.int8)


def is_matter(row: Row) -> bool:
    """Whether a row belongs to something that can be left out whole: a public matter, an outlet, a collection."""
    if is_test(row):
        return False
    declared = SENTIMENT_SETS.get(row.source)
    return bool(declared.policy) if declared is not None and row.task == "sentiment" else row.task != "language"


def plan_rounds(
    rows: Mapping[Task, Sequence[Row]],
    labels: Mapping[Task, tuple[str, ...]],
    *,
    rounds: int,
    known_share: float,
    seed: int,
    given: Mapping[Task, NDArray[np.int8]] | None = None,
) -> list[TaskPlan]:
    """One plan a task. ``given`` has, for a task whose rounds are decided elsewhere, each row's round (-1: never).

    Sets never trained on are tested in round ``rounds``, the last. Raises LeakFound where a plan leaks.
    """
    every = [row for own in rows.values() for row in own]
    groups = group_rows([read_words(row.text, GROUP_CHARS) for row in every])
    hashes = np.array([hash_text(row.text) for row in every], dtype=np.uint64)
    _, unit = np.unique([row.same_as or f"group {group}" for row, group in zip(every, groups, strict=True)],
                        return_inverse=True)  # fmt: skip
    # A few units in a hundred are "known" rows of each round, drawn by unit: copies and translations go together.
    draw = np.random.default_rng(seed).random(int(unit.max()) + 1 if len(unit) else 0)
    known = np.where(draw < known_share * rounds, np.floor(draw / max(known_share, 1e-9)), -1).astype(np.int8)[unit]

    start = 0
    unseen = np.full(len(every), -1, dtype=np.int8)
    for task, own in rows.items():
        stop = start + len(own)
        decided = given.get(task) if given else None
        unseen[start:stop] = spread_matters(own, rounds) if decided is None else decided
        start = stop
    test_only = np.array([is_test(row) for row in every], dtype=bool)
    like_train = np.array([row.source == "smsa_valid" for row in every], dtype=bool)
    unseen[test_only & ~like_train] = rounds
    known[test_only] = -1
    known[like_train] = rounds

    kept_out = np.zeros((rounds + 1, len(every)), dtype=bool)
    for number in range(rounds + 1):
        tested = (unseen == number) | (known == number) | test_only
        kept_out[number] = tested | np.isin(groups, groups[tested]) | np.isin(hashes, hashes[tested])
    # A row whose matter is out in a round is no "known" row of that round.
    known[known == unseen] = -1

    plans, start = [], 0
    for task, own in rows.items():
        part = slice(start, start + len(own))
        start += len(own)
        plan = TaskPlan(
            task=task, labels=labels[task], rows=own, hashes=hashes[part], groups=groups[part],
            tested={UNSEEN: unseen[part], KNOWN: known[part]}, kept_out=kept_out[:, part],
        )  # fmt: skip
        nothing = np.zeros((1, len(own), len(labels[task])), dtype=np.float16)
        for block in blocks_of(plan, dict.fromkeys(plan.tested, nothing)):
            check_predictions(block)
        plans.append(plan)
    return plans


def blocks_of(plan: TaskPlan, chances: Mapping[str, NDArray[np.float16]]) -> list[Predictions]:
    """A plan's predictions as stored blocks, one a protocol. ``chances``: seeds by rows by labels, NaN where none."""
    return [
        Predictions(
            task=plan.task,
            protocol=protocol,
            labels=plan.labels,
            rows=plan.hashes,
            groups=plan.groups,
            slices=plan.slices,
            truth=plan.truth,
            tested=tested,
            kept_out=plan.kept_out,
            chances=chances[protocol],
        )
        for protocol, tested in plan.tested.items()
        if (tested >= 0).any()
    ]
