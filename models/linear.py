"""The linear classifier that ships: hashed n-grams times an array of weights, calibrated. Numpy only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from kentongan.errors import KentonganError
from kentongan.schema import Task
from models.calibrate import Calibration, Scores, soften_scores
from models.classifier import Label
from models.features import Features, Floats, HashShape, count_buckets, read_words, weigh_features

WEIGHTS_FILE = "weights.safetensors"
CONFIG_FILE = "config.json"

CHUNK = 128
"""Texts hashed at once: large enough that numpy's own cost vanishes, small enough to stay in the cache."""


class BadModel(KentonganError):
    """A model folder that cannot be used: something is missing, cut short, or not what its card says."""


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One task of the model. Its labels own consecutive columns of the weights, head after head."""

    labels: tuple[str, ...]
    calibration: Calibration


class LinearConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything beside the weights that inference needs."""

    kind: Literal["linear"] = "linear"
    name: str
    version: str
    shape: HashShape
    heads: dict[Task, Head]


@dataclass(frozen=True, slots=True)
class LinearWeights:
    """The arrays. A weight w of column c is stored as q, with w = scale[c] x q x |q| / 127**2.

    Squaring spends the 255 steps where most weights are, near zero.
    """

    codes: NDArray[np.int8]
    """Features by columns."""
    scale: Floats
    """Greatest absolute weight of each column."""
    intercepts: Floats
    idf: NDArray[np.float16]


def pack_weights(coefficients: Floats, intercepts: Floats, idf: Floats) -> LinearWeights:
    """Weights in the form they are stored and used in: one byte each."""
    scale = np.maximum(np.abs(coefficients).max(axis=0), 1e-12).astype(np.float32)
    codes = np.rint(127 * np.sign(coefficients) * np.sqrt(np.abs(coefficients) / scale)).astype(np.int8)
    return LinearWeights(codes, scale, intercepts.astype(np.float32), idf.astype(np.float16))


def unpack_weights(weights: LinearWeights) -> Floats:
    """The weights themselves, features by columns."""
    steps = np.arange(-128, 128, dtype=np.float32)
    shares = (steps * np.abs(steps) / (127 * 127))[weights.codes.astype(np.int16) + 128]
    return np.asarray(shares * weights.scale)


def score_features(features: Features, table: Floats, intercepts: Floats) -> Scores:
    """Decision values, texts by columns. ``table`` is what ``unpack_weights`` gives, or some columns of it."""
    sums = np.zeros((len(features), table.shape[1]), dtype=np.float64)
    filled = np.flatnonzero(np.diff(features.indptr))
    if len(filled):
        parts = table[features.indices] * features.values[:, None]
        sums[filled] = np.add.reduceat(parts, features.indptr[:-1][filled], axis=0)
    return sums + intercepts


class LinearClassifier:
    """A ``Classifier`` over one array of weights. Read-only once made, so any thread may call it."""

    def __init__(self, config: LinearConfig, weights: LinearWeights) -> None:
        columns = sum(len(head.labels) for head in config.heads.values())
        if weights.codes.shape != (config.shape.size, columns) or len(weights.idf) != config.shape.size:
            raise BadModel(f"Bobot model {config.name} tidak cocok dengan {CONFIG_FILE}-nya.", hint="Pasang ulang.")
        self.config = config
        self.name = config.name
        self.version = config.version
        self.labels: Mapping[Task, tuple[str, ...]] = {task: head.labels for task, head in config.heads.items()}
        self.idf = weights.idf.astype(np.float32)
        # One table a task: a caller that asks for one task pays for its columns only.
        ends = np.cumsum([len(head.labels) for head in config.heads.values()])[:-1]
        tables = np.split(unpack_weights(weights), ends, axis=1)
        intercepts = np.split(weights.intercepts, ends)
        self.tables = {
            task: (np.ascontiguousarray(table), own)
            for task, table, own in zip(config.heads, tables, intercepts, strict=True)
        }

    def model_of(self, task: Task) -> tuple[str, str]:
        """See ``Classifier.model_of``."""
        return self.name, self.version

    def classify(self, texts: Sequence[str], tasks: Sequence[Task]) -> list[dict[Task, Label]]:
        """See ``Classifier.classify``. Links and mentions are not read: a text of nothing else has no token here.

        A text is read up to ``HashShape.max_chars`` characters.
        """
        for task in tasks:
            if task not in self.labels:
                raise ValueError(f"model {self.name} has no task {task!r}")
        answers: list[dict[Task, Label]] = []
        for start in range(0, len(texts), CHUNK):
            answers += self.classify_chunk(texts[start : start + CHUNK], tasks)
        return answers

    def classify_chunk(self, texts: Sequence[str], tasks: Sequence[Task]) -> list[dict[Task, Label]]:
        """``classify`` for as many texts as are hashed at once."""
        words = [read_words(text, self.config.shape.max_chars, self.config.shape.reading) for text in texts]
        features = weigh_features(count_buckets(words, self.config.shape), self.idf, self.config.shape)
        answers: list[dict[Task, Label]] = [{} for _ in texts]
        for task in tasks:
            head = self.config.heads[task]
            scores = score_features(features, *self.tables[task])
            chances = soften_scores(scores, head.calibration.scale, head.calibration.offsets)
            for answer, read, row in zip(answers, words, chances.tolist(), strict=True):
                answer[task] = make_label(head, row) if read else unread_label(head)
        return answers


def make_label(head: Head, chances: Sequence[float]) -> Label:
    """The answer for one text from the probabilities of its labels."""
    best = max(range(len(chances)), key=chances.__getitem__)
    return Label(
        value=head.labels[best],
        probabilities=dict(zip(head.labels, chances, strict=True)),
        abstained=chances[best] < head.calibration.threshold,
    )


def unread_label(head: Head) -> Label:
    """The answer for a text without a token."""
    return Label(value=None, probabilities=dict.fromkeys(head.labels, 1 / len(head.labels)), abstained=True)


def save_linear(folder: Path, config: LinearConfig, weights: LinearWeights) -> None:
    """Write ``weights.safetensors`` and ``config.json``."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, NDArray[Any]] = {
        "codes": weights.codes,
        "scale": weights.scale,
        "intercepts": weights.intercepts,
        "idf": weights.idf,
    }
    save_file(arrays, folder / WEIGHTS_FILE)
    text = msgspec.json.format(msgspec.json.encode(config), indent=1)
    (folder / CONFIG_FILE).write_bytes(text + b"\n")


def load_linear(folder: Path) -> LinearClassifier:
    """The classifier in a folder. Raises BadModel where a file is missing, cut short or of another form."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        config = msgspec.json.decode((folder / CONFIG_FILE).read_bytes(), type=LinearConfig)
        arrays = load_file(folder / WEIGHTS_FILE)
        weights = LinearWeights(arrays["codes"], arrays["scale"], arrays["intercepts"], arrays["idf"])
    except (OSError, msgspec.MsgspecError, SafetensorError, KeyError) as error:
        raise BadModel(
            f"Model di {folder} tidak terbaca: {error}.",
            hint="Berkasnya hilang atau terpotong; pasang ulang model itu.",
        ) from error
    return LinearClassifier(config, weights)
