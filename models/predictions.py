"""Held-out predictions as they are stored beside a model: what its card is written from and what a gate checks.

No text is stored: a row is known by a hash of what a model reads of it.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from kentongan.schema import Task
from models.data import LeakFound
from models.evaluate import macro_f1
from models.reading import read_text

PREDICTIONS_FILE = "predictions.npz"

HASH_BYTES: Final = 6
"""Of a row's reading: among 100,000 different ones two are taken for the same with a probability of 2 in 100,000."""

STEPS: Final = 16
"""Probabilities are stored as log-odds in steps of 1/16: 0.016 apart at one half, finer towards 0 and 1. On held-out
rows of the shipped encoder that changes a probability by 0.003 on average (worst task) and no most probable label."""

MOST_ODDS: Final = 16.0
"""Log-odds are cut here: beyond it half precision knows no probability but 0 and 1."""

UNTESTED: Final = np.iinfo(np.int16).min
SHARED: Final = ("rows", "groups", "slices", "truth")
"""Arrays that are the same under every way of holding out a task's rows, and stored once where they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    """What models trained without the rows in question said of them, for one task under one way of holding out."""

    task: Task
    protocol: str
    """"unseen" (matter, outlet or set left out) or "known" (same sources, other rows), or another short word."""
    labels: tuple[str, ...]
    rows: NDArray[np.uint64]
    """Hash of each row's reading."""
    groups: NDArray[np.int64]
    """Near-duplicate group of each row."""
    slices: NDArray[np.str_]
    """Set, outlet or source of each row."""
    truth: NDArray[np.int8]
    """Label number; -1 where the label is not good enough to judge by."""
    tested: NDArray[np.int8]
    """Round in which the row was held out; -1 for never."""
    kept_out: NDArray[np.bool_]
    """Rounds by rows: the row did not train that round's model."""
    chances: NDArray[np.float16]
    """Seeds by rows by labels: probabilities, NaN where never tested."""

    @property
    def judged(self) -> NDArray[np.bool_]:
        """Rows that can be measured: tested, with a label to judge by."""
        return (self.tested >= 0) & (self.truth >= 0) & ~np.isnan(self.chances[:, :, 0]).any(axis=0)

    @property
    def guesses(self) -> NDArray[np.int64]:
        """Seeds by rows: number of the most probable label."""
        return np.asarray(np.nan_to_num(self.chances.astype(np.float32), nan=-1).argmax(axis=2), dtype=np.int64)


class Comparison(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Two models on the same held-out rows of one slice. F1 is 0 to 1; bounds are at 95 %."""

    task: Task
    protocol: str
    slice: str
    rows: int
    seeds: int
    """Trainings of this model; its figure is their mean, and the bounds cover rows and seeds."""
    macro_f1: float
    low: float
    high: float
    spread: float
    """Standard deviation over the seeds; 0 for one seed."""
    other: str
    """Name of the model it is compared with."""
    other_macro_f1: float
    other_low: float
    other_high: float
    difference: float
    difference_low: float
    difference_high: float


def hash_text(text: str) -> int:
    """48 bits that are the same for texts which read the same."""
    digest = hashlib.blake2b(read_text(text).encode(), digest_size=8).digest()
    return int.from_bytes(digest[:HASH_BYTES], "little")


def save_predictions(folder: Path, every: Sequence[Predictions]) -> None:
    """Write ``predictions.npz``. Probabilities are rounded (``STEPS``)."""
    arrays: dict[str, NDArray[np.generic]] = {}
    for one in every:
        own: dict[str, NDArray[np.generic]] = {
            "rows": one.rows.astype("<u8").view(np.uint8).reshape(-1, 8)[:, :HASH_BYTES],
            "groups": one.groups,
            "slices": one.slices.astype(np.str_),
            "truth": one.truth,
        }
        for name in SHARED:
            first = arrays.setdefault(f"{one.task}/{name}", own[name])
            if not np.array_equal(first, own[name]):
                arrays[f"{one.task}/{one.protocol}/{name}"] = own[name]
        arrays[f"{one.task}/{one.protocol}/tested"] = one.tested
        arrays[f"{one.task}/{one.protocol}/chances"] = pack_chances(one.chances)
        arrays[f"{one.task}/{one.protocol}/labels"] = np.array(one.labels)
        arrays[f"{one.task}/{one.protocol}/kept_out"] = np.packbits(one.kept_out, axis=1)
    # As numpy.savez_compressed, in a fifth less room.
    with zipfile.ZipFile(folder / PREDICTIONS_FILE, "w", zipfile.ZIP_LZMA) as file:
        for name, array in arrays.items():
            with file.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asanyarray(array), allow_pickle=False)


def load_predictions(folder: Path) -> list[Predictions]:
    """What ``save_predictions`` wrote. Raises OSError or ValueError where there is no such file or it is cut short."""
    found = []
    with (folder / PREDICTIONS_FILE).open("rb") as file, np.load(file) as arrays:
        parts = {name: arrays[name] for name in arrays.files}
    for key in sorted({name.rsplit("/", 1)[0] for name in parts if name.count("/") == 2}):
        task, protocol = key.split("/", 1)
        try:
            own = {name: parts[f"{key}/{name}" if f"{key}/{name}" in parts else f"{task}/{name}"] for name in SHARED}
            rows = np.zeros((len(own["rows"]), 8), np.uint8)
            rows[:, :HASH_BYTES] = own["rows"]
            found.append(
                Predictions(
                    task=task, protocol=protocol, labels=tuple(str(label) for label in parts[f"{key}/labels"]),
                    rows=rows.reshape(-1).view("<u8"), groups=own["groups"], slices=own["slices"], truth=own["truth"],
                    tested=parts[f"{key}/tested"], chances=unpack_chances(parts[f"{key}/chances"]),
                    kept_out=np.unpackbits(parts[f"{key}/kept_out"], axis=1, count=len(rows)).astype(bool),
                )
            )  # fmt: skip
        except KeyError as error:
            raise ValueError(f"{PREDICTIONS_FILE}: {error} is missing") from error
    return found


def pack_chances(chances: NDArray[np.floating]) -> NDArray[np.int16]:
    """Seeds by rows by labels of probabilities as labels by rows by seeds of log-odds in steps, which zip well.

    The most probable label stays so: where rounding would make a lesser one equal to it, it goes a step further.
    """
    known = ~np.isnan(chances)
    odds = np.clip(np.nan_to_num(chances.astype(np.float64), nan=0.5), 0.0, 1.0)
    with np.errstate(divide="ignore"):
        odds = np.log(odds) - np.log1p(-odds)
    steps = np.round(np.clip(odds, -MOST_ODDS, MOST_ODDS) * STEPS).astype(np.int16)
    best = odds.argmax(axis=2)[:, :, None]
    less = np.where(odds < np.take_along_axis(odds, best, axis=2), steps, UNTESTED)
    top = np.maximum(np.take_along_axis(steps, best, axis=2), less.max(axis=2, keepdims=True) + 1)
    np.put_along_axis(steps, best, top.astype(np.int16), axis=2)
    return np.ascontiguousarray(np.where(known, steps, UNTESTED).astype(np.int16).transpose(2, 1, 0))


def unpack_chances(packed: NDArray[np.int16]) -> NDArray[np.float16]:
    """What ``pack_chances`` packed, but for its rounding. The labels of a row no longer add up to 1 exactly."""
    steps = packed.transpose(2, 1, 0)
    odds = np.where(steps == UNTESTED, np.nan, steps.astype(np.float32) / STEPS)
    return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float16)


def check_predictions(one: Predictions) -> None:
    """Raise LeakFound where a row tested in a round, or one that reads the same or nearly so, trained that round."""
    for number, kept_out in enumerate(one.kept_out):
        test = one.tested == number
        same = np.isin(one.rows, one.rows[test]) | np.isin(one.groups, one.groups[test])
        leaked = int((same & ~kept_out).sum())
        if leaked:
            raise LeakFound(
                f"{one.task}, {one.protocol}, putaran {number + 1}: {leaked} baris data latih sama atau hampir sama "
                "dengan baris uji.",
                hint="Bagi data menurut kelompok (models.data.split_rows), lalu latih ulang.",
            )


def compare(
    ours: Predictions, other: Predictions, *, other_name: str, resamples: int = 500, seed: int = 0
) -> list[Comparison]:
    """Both models on the judged rows that both have, slice by slice and the mean over slices ("mean").

    The mean's interval draws slices' groups again within each slice. A paired bootstrap over near-duplicate groups
    (Efron and Tibshirani 1993), one seed of each model drawn with each sample. Slices of fewer than 50 rows are
    measured only as part of nothing: they are left out. Raises ValueError where the models share no row.
    """
    their_judged = other.judged
    place = {int(row): number for number, row in enumerate(other.rows) if their_judged[number]}
    mine = [number for number in np.flatnonzero(ours.judged) if int(ours.rows[number]) in place]
    if not mine or ours.labels != other.labels:
        raise ValueError("the two models were not tested on a common row with the same labels")
    own = np.array(mine)
    theirs = np.array([place[int(ours.rows[number])] for number in own])
    rng = np.random.default_rng(seed)
    made: list[tuple[str, int, NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]] = []
    for name in np.unique(ours.slices[own]):
        chosen = np.flatnonzero(ours.slices[own] == name)
        if len(chosen) < 50:
            continue
        truth = ours.truth[own[chosen]].astype(np.int64)
        left, right = ours.guesses[:, own[chosen]], other.guesses[:, theirs[chosen]]
        draws = _draw_pairs(truth, left, right, ours.groups[own[chosen]], rng, resamples)
        plain = np.array([macro_f1(truth, one) for one in left])
        made.append((str(name), len(chosen), draws, plain, np.array([macro_f1(truth, one) for one in right])))
    if not made:
        return []
    every = np.mean([draws for _, _, draws, _, _ in made], axis=0)
    mine_mean, their_mean = np.mean([one[3] for one in made], axis=0), np.mean([one[4] for one in made], axis=0)
    whole = ("mean", sum(one[1] for one in made), every, mine_mean, their_mean)
    return [_describe(ours, other_name, *one) for one in (*made, whole)]


def _draw_pairs(
    truth: NDArray[np.int64], left: NDArray[np.int64], right: NDArray[np.int64], groups: NDArray[np.int64],
    rng: np.random.Generator, resamples: int,
) -> NDArray[np.float64]:  # fmt: skip
    """Resamples by (left, right): macro-F1 of both on the same drawn groups, each by a seed drawn at random.

    Each group's confusions are counted once; a sample adds up those of the groups it drew.
    """
    _, numbers = np.unique(groups, return_inverse=True)
    count, labels = int(numbers.max()) + 1, int(max(truth.max(), left.max(), right.max())) + 1
    sides = [[_group_confusions(numbers, count, truth, one, labels) for one in guesses] for guesses in (left, right)]
    draws = np.empty((resamples, 2))
    for number in range(resamples):
        times = np.bincount(rng.integers(0, count, count), minlength=count).astype(np.float64)
        for side, seeds in enumerate(sides):
            confusion = (times @ seeds[rng.integers(len(seeds))]).reshape(labels, labels)
            met = confusion.sum(axis=1) > 0
            said = confusion.sum(axis=1) + confusion.sum(axis=0)
            draws[number, side] = float(np.mean(2 * np.diag(confusion)[met] / said[met]))
    return draws


def _group_confusions(
    numbers: NDArray[np.int64], count: int, truth: NDArray[np.int64], guess: NDArray[np.int64], labels: int
) -> NDArray[np.float64]:
    """Groups by (truth, guess) pairs of labels: how many rows of the group are so."""
    cells = (numbers * labels + truth) * labels + guess
    return np.bincount(cells, minlength=count * labels * labels).reshape(count, labels * labels).astype(np.float64)


def _describe(
    ours: Predictions, other_name: str, name: str, rows: int, draws: NDArray[np.float64],
    plain: NDArray[np.float64], others: NDArray[np.float64],
) -> Comparison:  # fmt: skip
    low, high = np.percentile(draws[:, 0], [2.5, 97.5])
    other_low, other_high = np.percentile(draws[:, 1], [2.5, 97.5])
    apart_low, apart_high = np.percentile(draws[:, 0] - draws[:, 1], [2.5, 97.5])
    return Comparison(
        task=ours.task, protocol=ours.protocol, slice=name, rows=rows, seeds=len(plain),
        macro_f1=float(plain.mean()), low=float(low), high=float(high),
        spread=float(plain.std(ddof=min(1, len(plain) - 1))),
        other=other_name, other_macro_f1=float(others.mean()), other_low=float(other_low), other_high=float(other_high),
        difference=float(plain.mean() - others.mean()),
        difference_low=float(apart_low), difference_high=float(apart_high),
    )  # fmt: skip
