"""How far a share of sentiment counted with a model is usually off, measured where the truth is known.

Stored beside a model is what it said of public matters that were left out of its training whole (``predictions.npz``).
For each of these matters the share of a label among what the model decided is held against the share people gave; the
root mean square of the differences is the usual error of such a share for a matter the model has never seen. It says
nothing about how many posts there are: a hundred thousand posts read by one model err together.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from kentongan.schema import SENTIMENTS
from models.linear import BadModel
from models.predictions import Predictions, load_predictions
from models.registry import decode_card, find_model

LEAST_MATTERS: Final = 5
"""Fewer left-out matters give no error: a spread of so few is itself unknown by half."""
LEAST_ROWS: Final = 100
"""Fewest labelled texts of a matter: its own share is then known within 10 points."""
UNSEEN: Final = "left-out"
"""The way of holding out in which whole matters were left out (``models.rounds.UNSEEN``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareError:
    """The usual error of a share, by sentiment, 0 to 1."""

    error: Mapping[str, float]
    """Root mean square of (share decided by the model, less the share people gave) over the matters: two of three
    shares are nearer."""
    matters: int
    """Left-out matters it was measured on."""
    texts: int
    model: str
    """Name and version of the model ("gabungan 1.0.0")."""


def read_share_error(model: str | None, *, local: Path | None = None) -> ShareError | None:
    """The usual error of a model's shares of sentiment; ``model`` as "name|version".

    None where there is no such model here any more, in another version, or nothing was stored to measure it by.
    """
    name, _, version = (model or "").partition("|")
    if not name:
        return None
    try:
        folder = find_model(name, local=local)
        card = decode_card(folder)
        if card.version != version or "sentiment" not in card.trust:
            return None
        return _measure(folder, f"{name} {version}", card.trust["sentiment"].calibration.threshold)
    except (BadModel, OSError, ValueError):
        # A model of one's own may have none of this: then there is no error bar, which the page says.
        return None


@lru_cache(maxsize=8)
def _measure(folder: Path, model: str, threshold: float) -> ShareError | None:
    """The error from the predictions in a folder; read once a process, the files of a version never change."""
    for one in load_predictions(folder):
        if one.task == "sentiment" and one.protocol == UNSEEN and one.labels == SENTIMENTS:
            return measure_share_error(one, threshold=threshold, model=model)
    return None


def measure_share_error(predictions: Predictions, *, threshold: float, model: str) -> ShareError | None:
    """The usual error over the slices of predictions; None with too few slices.

    ``threshold``: the model keeps silent below this probability. Raises ValueError for other labels than sentiments.
    """
    if predictions.labels != SENTIMENTS:
        raise ValueError(f"labels are {predictions.labels}, not {SENTIMENTS}")
    judged = predictions.judged
    chances = predictions.chances[0].astype(np.float64)
    squares, texts, matters = np.zeros(len(SENTIMENTS)), 0, 0
    for name in np.unique(predictions.slices[judged]):
        rows = np.flatnonzero(judged & (predictions.slices == name))
        sure = rows[chances[rows].max(axis=1) >= threshold]
        if len(rows) < LEAST_ROWS or not len(sure):
            continue
        said = np.bincount(chances[sure].argmax(axis=1), minlength=len(SENTIMENTS)) / len(sure)
        true = np.bincount(predictions.truth[rows], minlength=len(SENTIMENTS)) / len(rows)
        squares += (said - true) ** 2
        texts, matters = texts + len(rows), matters + 1
    if matters < LEAST_MATTERS:
        return None
    error = {label: math.sqrt(square / matters) for label, square in zip(SENTIMENTS, squares, strict=True)}
    return ShareError(error=error, matters=matters, texts=texts, model=model)
