"""Two tiers: the linear model answers what it is sure of, the encoder is asked about the rest, and both are averaged.

Averaging log-probabilities is the geometric mean of two opinions (Hinton 2002, products of experts); what it gives is
calibrated anew, task by task.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, Protocol

import msgspec
import numpy as np

from kentongan.schema import Task
from models.calibrate import Calibration, Scores, soften_scores
from models.classifier import Classifier, Label
from models.linear import CONFIG_FILE, BadModel, Head, make_label, unread_label

LEAST = 1e-7
"""Probabilities are taken no lower than this before their logarithm."""


class Tier(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How one task's two opinions become one."""

    sure: float
    """The linear label stands where its best probability is at least this; above 1: the encoder is always asked."""
    share: float
    """Weight of the encoder's log-probabilities, 0 to 1; the linear model's is the rest."""
    calibration: Calibration
    """Of the averaged log-probabilities."""


class CascadeConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A cascade's whole folder beside its card: it has no weights of its own."""

    kind: Literal["cascade"] = "cascade"
    name: str
    version: str
    linear: str
    """Name of the linear model."""
    encoder: str
    """Name of the encoder."""
    tasks: dict[Task, Tier]


class LoadModel(Protocol):
    """Loads a model by name."""

    def __call__(self, name: str, /) -> Classifier: ...


class Cascade:
    """A ``Classifier`` over two others. Raises BadModel where they do not have its tasks, or differ in the labels."""

    def __init__(self, config: CascadeConfig, linear: Classifier, encoder: Classifier) -> None:
        for task, tier in config.tasks.items():
            names = linear.labels.get(task)
            if not names or names != encoder.labels.get(task) or len(tier.calibration.offsets) != len(names):
                raise BadModel(
                    f"Model {config.name}: label {task} di {linear.name}, {encoder.name}, dan {CONFIG_FILE} berbeda.",
                    hint="Latih dan kalibrasi lagi gabungan itu dari kedua model yang terpasang.",
                )
        self.config = config
        self.name = config.name
        self.version = config.version
        self.linear = linear
        self.encoder = encoder
        self.heads = {
            task: Head(labels=linear.labels[task], calibration=tier.calibration)
            for task, tier in config.tasks.items()
        }  # fmt: skip
        self.labels: Mapping[Task, tuple[str, ...]] = {task: head.labels for task, head in self.heads.items()}

    def model_of(self, task: Task) -> tuple[str, str]:
        """See ``Classifier.model_of``."""
        return self.name, self.version

    def classify(self, texts: Sequence[str], tasks: Sequence[Task]) -> list[dict[Task, Label]]:
        """See ``Classifier.classify``. The encoder is asked once, about the texts of which some task is unsure."""
        for task in tasks:
            if task not in self.labels:
                raise ValueError(f"model {self.name} has no task {task!r}")
        answers = self.linear.classify(texts, tasks)
        unsure = {
            task: [number for number, answer in enumerate(answers) if not self.stands(task, answer[task])]
            for task in tasks
        }
        asked = sorted(set().union(*unsure.values()))
        if not asked:
            return answers
        open_tasks = [task for task in tasks if unsure[task]]
        seconds = dict(
            zip(asked, self.encoder.classify([texts[number] for number in asked], open_tasks), strict=True)
        )  # fmt: skip
        for task in open_tasks:
            numbers = unsure[task]
            pairs = [(answers[number][task], seconds[number][task]) for number in numbers]
            for number, label in zip(numbers, self.join(task, pairs), strict=True):
                answers[number][task] = label
        return answers

    def stands(self, task: Task, label: Label) -> bool:
        """Whether the linear model's label needs no second opinion."""
        return label.value is not None and label.probabilities[label.value] >= self.config.tasks[task].sure

    def join(self, task: Task, pairs: Sequence[tuple[Label, Label]]) -> list[Label]:
        """One label out of the linear model's and the encoder's. Unread by both stays unread."""
        head, tier = self.heads[task], self.config.tasks[task]
        firsts, seconds = zip(*pairs, strict=True)
        mixed = (1 - tier.share) * log_chances(head, firsts) + tier.share * log_chances(head, seconds)
        chances = soften_scores(mixed, tier.calibration.scale, tier.calibration.offsets)
        return [
            unread_label(head) if first.value is None and second.value is None else make_label(head, row)
            for (first, second), row in zip(pairs, chances.tolist(), strict=True)
        ]


def log_chances(head: Head, labels: Sequence[Label]) -> Scores:
    """Log-probabilities, texts by labels."""
    rows = [[label.probabilities[name] for name in head.labels] for label in labels]
    return np.log(np.maximum(np.array(rows, dtype=np.float64), LEAST))


def load_cascade(folder: Path, load: LoadModel) -> Cascade:
    """The cascade in a folder, its two models loaded by name. Raises BadModel where one is missing or does not fit."""
    try:
        config = msgspec.json.decode((folder / CONFIG_FILE).read_bytes(), type=CascadeConfig)
    except (OSError, msgspec.MsgspecError) as error:
        raise BadModel(
            f"Model di {folder} tidak terbaca: {error}.",
            hint="Berkasnya hilang atau terpotong; pasang ulang model itu.",
        ) from error
    return Cascade(config, load(config.linear), load(config.encoder))


def save_cascade(folder: Path, config: CascadeConfig) -> None:
    """Write ``config.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CONFIG_FILE).write_bytes(msgspec.json.format(msgspec.json.encode(config), indent=1) + b"\n")
