"""How good a classifier is on labelled texts it is given: the figures behind `kentongan models evaluate`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from kentongan.schema import Task
from models.calibrate import expected_calibration_error
from models.classifier import Classifier
from models.data import BadData, Groups, group_rows, join_same, read_lines
from models.evaluate import bootstrap_interval, macro_f1
from models.features import read_words
from models.predictions import PREDICTIONS_FILE, hash_text, load_predictions
from models.reading import MAX_CHARS
from models.sets import SENTIMENT_SETS

RESAMPLES = 500
"""Bootstrap samples behind an interval."""
BATCH = 256
"""Texts classified at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSet:
    """Labelled texts of one task and source."""

    name: str
    task: Task
    texts: Sequence[str]
    truth: NDArray[np.int64]
    """Number of each text's label."""
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a classifier said of a test set."""

    model: str
    version: str
    chances: NDArray[np.float64]
    """Texts by labels."""
    abstained: NDArray[np.bool_]
    unread: NDArray[np.bool_]
    """Texts in which the model found nothing to read."""

    @property
    def guess(self) -> NDArray[np.int64]:
        """Number of the most probable label; -1 for an unread text, which is right about nothing."""
        return np.where(self.unread, -1, self.chances.argmax(axis=1))


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one model on one test set. Shares are 0 to 1; bounds are at 95 %, over near-duplicate groups."""

    model: str
    version: str
    task: Task
    slice: str
    rows: int
    macro_f1: float
    low: float
    high: float
    accuracy: float
    calibration_error: float
    coverage: float
    """Share of the rows on which the model commits itself."""
    error_when_sure: float | None
    """Share of wrong labels among those."""
    seen: int | None
    """Rows that the model trained on, as far as their reading is the same; None where that was not stored."""
    other: str | None = None
    """The model it is compared with on the same rows."""
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None


def find_tests(path: Path, known: Mapping[Task, tuple[str, ...]], task: Task | None) -> list[LabelledSet]:
    """Test sets in a file, or in a folder in the form of the training data: there only what no model trains on.

    ``known`` has the labels of each task. Raises BadData, naming file and line, where something cannot be used.
    """
    if path.is_file():
        return [read_test(path, known, task)]
    if not path.is_dir():
        raise BadData(f"{path} tidak ada.", hint="Sebut berkas JSONL atau folder data dengan --data.")
    names = [name for name, how in SENTIMENT_SETS.items() if how.use == "test"]
    files = [path / "sentiment" / f"{name}.jsonl.gz" for name in names] if task in (None, "sentiment") else []
    found = [read_test(file, known, "sentiment") for file in files if file.exists()]
    if not found:
        words = f" untuk {task}" if task else ""
        raise BadData(
            f"Di {path} tidak ada set uji{words}, yaitu yang tidak pernah dilatihkan.",
            hint='Sebut berkas JSONL berisi baris {"text", "label"} dengan --data.',
        )
    return found


def read_test(path: Path, known: Mapping[Task, tuple[str, ...]], task: Task | None) -> LabelledSet:
    """The rows ``{"text", "label"}`` of one file. Without ``task``: the only one with the first row's label."""
    lines = read_lines(path, ("text", "label"))
    if not lines:
        raise BadData(f"{path.name} kosong.")
    if task is None:
        fitting = [one for one, labels in known.items() if lines[0]["label"] in labels]
        if len(fitting) != 1:
            words = f"ada di {', '.join(fitting)}" if fitting else "bukan label tugas mana pun"
            raise BadData(f"{path.name} baris 1: label {lines[0]['label']!r} {words}.", hint="Sebut --task.")
        task = fitting[0]
    if task not in known:
        raise BadData(f"Model itu tidak mengerjakan {task}.", hint=f"Yang dikerjakannya: {', '.join(known)}.")
    labels = known[task]
    for number, line in enumerate(lines, 1):
        if line["label"] not in labels:
            raise BadData(
                f"{path.name} baris {number}: label {line['label']!r} tidak dikenal untuk {task}.",
                hint=f"Yang dikenal: {', '.join(labels)}.",
            )
    truth = np.array([labels.index(line["label"]) for line in lines], dtype=np.int64)
    name = path.name.removesuffix(".gz").removesuffix(".jsonl")
    return LabelledSet(name=name, task=task, texts=[line["text"] for line in lines], truth=truth, labels=labels)


def ask(model: Classifier, test: LabelledSet) -> Answers:
    """What a classifier says of every text of a test set."""
    said = []
    for start in range(0, len(test.texts), BATCH):
        found = model.classify(test.texts[start : start + BATCH], [test.task])
        said += [answer[test.task] for answer in found]
    name, version = model.model_of(test.task)
    return Answers(
        model=name,
        version=version,
        chances=np.array([[one.probabilities[label] for label in test.labels] for one in said]),
        abstained=np.array([one.abstained for one in said], dtype=bool),
        unread=np.array([one.value is None for one in said], dtype=bool),
    )


def trained_rows(folder: Path, task: Task) -> NDArray[np.uint64] | None:
    """Hashes of the rows a model's weights learned from; None where they were not stored."""
    if not (folder / PREDICTIONS_FILE).exists():
        return None
    own = [one for one in load_predictions(folder) if one.task == task]
    # What every round kept out is never trained on: it is there to be tested.
    return np.unique(np.concatenate([one.rows[~one.kept_out.all(axis=0)] for one in own])) if own else None


def assess(
    model: Classifier,
    test: LabelledSet,
    *,
    baseline: Classifier | None = None,
    trained: NDArray[np.uint64] | None = None,
) -> list[Assessment]:
    """The figures of a model on a test set, then those of ``baseline`` on the same rows, if there is one."""
    hashes = np.array([hash_text(text) for text in test.texts], dtype=np.uint64)
    groups = join_same(group_rows([read_words(text, MAX_CHARS) for text in test.texts]), hashes.tolist())
    ours = ask(model, test)
    seen = None if trained is None else int(np.isin(hashes, trained).sum())
    figures = measure(test, ours, groups, seen=seen)
    if baseline is None:
        return [figures]
    theirs = ask(baseline, test)
    low, high = bootstrap_difference(test.truth, ours.guess, theirs.guess, groups)
    difference = macro_f1(test.truth, ours.guess) - macro_f1(test.truth, theirs.guess)
    compared = msgspec.structs.replace(
        figures, other=theirs.model, difference=difference, difference_low=low, difference_high=high
    )
    return [compared, measure(test, theirs, groups, seen=None)]


def measure(test: LabelledSet, answers: Answers, groups: Groups, *, seen: int | None) -> Assessment:
    """The figures of one model's answers."""
    right, sure = answers.guess == test.truth, ~answers.abstained
    low, high = bootstrap_interval(test.truth, answers.guess, groups, seed=0, resamples=RESAMPLES)
    return Assessment(
        model=answers.model,
        version=answers.version,
        task=test.task,
        slice=test.name,
        rows=len(right),
        macro_f1=macro_f1(test.truth, answers.guess),
        low=low,
        high=high,
        accuracy=float(right.mean()),
        calibration_error=expected_calibration_error(answers.chances.max(axis=1), right, np.ones(len(right))),
        coverage=float(sure.mean()),
        error_when_sure=float(1 - right[sure].mean()) if sure.any() else None,
        seen=seen,
    )


def bootstrap_difference(
    truth: NDArray[np.int64], ours: NDArray[np.int64], theirs: NDArray[np.int64], groups: Groups
) -> tuple[float, float]:
    """The 95 % interval of the difference in macro-F1, both models on the same drawn groups (paired bootstrap)."""
    rng = np.random.default_rng(0)
    _, numbers = np.unique(groups, return_inverse=True)
    order = np.argsort(numbers, kind="stable")
    count = int(numbers.max()) + 1
    draws = []
    for _ in range(RESAMPLES):
        times = np.bincount(rng.integers(0, count, count), minlength=count)
        rows = np.repeat(order, times[numbers[order]])
        draws.append(macro_f1(truth[rows], ours[rows]) - macro_f1(truth[rows], theirs[rows]))
    low, high = np.percentile(draws, [2.5, 97.5])
    return float(low), float(high)
