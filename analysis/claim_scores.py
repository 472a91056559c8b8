"""How likely a post and a fact-check are about the same claim: what is compared of a pair, and the fitted weights.

The weights (``claim_weights.json``) are a logistic regression fitted on earlier years and calibrated on later ones by
``python -m benchmarks.claims_fit``; one set for matching with vectors, one without.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

WEIGHTS_FILE: Final = Path(__file__).with_name("claim_weights.json")

Band = Literal["same", "related", "none"]

SAME: Final = 0.8
"""Least probability of the band "same": a wrong "same", which may carry a verdict to what it does not judge, costs four
times a match that a person must look up. Least expected cost is at 4 / (4 + 1) (Elkan 2001)."""
RELATED: Final = 0.2
"""Least probability of the band "related": a fact-check not shown costs four times one that is shown for nothing."""
MIN_SAID: Final = 3
"""Telling words a post must have before anything is "same": two words fit many claims."""
MOST: Final = 1.5
"""Cap of a ratio of scores: a short fact-check can hold every term in less than usual length."""

FEATURES: Final = ("overall", "words", "cosine", "covered", "numbers", "places", "said", "lead")
"""The columns of a pair: likeness as a whole (``claims.COUNTS``); share of the post's weight found as words; cosine of
the vectors; share of the fact-check's weight that the post has; agreement of numbers and of places (1, -1, or 0 where
either has none); logarithm of the post's telling words; the whole likeness less that of the tenth candidate."""


class Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A logistic regression over ``FEATURES``, calibration (Platt 1999) included."""

    features: tuple[str, ...]
    coefficients: tuple[float, ...]
    intercept: float
    fitted_on: str
    calibrated_on: str


@cache
def load_weights(*, semantic: bool) -> Weights:
    """The weights for matching with vectors, or without."""
    found = msgspec.json.decode(WEIGHTS_FILE.read_bytes(), type=dict[str, Weights])
    return found["semantic" if semantic else "lexical"]


def judge_pairs(columns: NDArray[np.float64], *, semantic: bool) -> NDArray[np.float64]:
    """Probability, one a row, that post and fact-check are about the same claim. Rows are as ``FEATURES``."""
    weights = load_weights(semantic=semantic)
    logits = columns @ np.array(weights.coefficients) + weights.intercept
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))), np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What both of a pair name."""

    ours: frozenset[str]
    theirs: frozenset[str]

    def __float__(self) -> float:
        """1 where they share one, -1 where both have some and share none, 0 where either has none."""
        if not self.ours or not self.theirs:
            return 0.0
        return 1.0 if self.ours & self.theirs else -1.0


def choose_band(score: float, *, said: int, withdrawn: bool) -> Band:
    """The band of a probability; ``said`` is how many telling words the post has. Nothing is the same claim as a
    fact-check that its publisher withdrew: that is for a person to see."""
    if score < RELATED:
        return "none"
    return "same" if score >= SAME and said >= MIN_SAID and not withdrawn else "related"
