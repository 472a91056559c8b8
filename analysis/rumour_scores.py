"""How likely complaints feed a rumour: what is compared, and the fitted weights.

The weights (``rumour_weights.json``) are a logistic regression fitted by ``python -m benchmarks.rumours_fit`` on
planted pairs; ``benchmarks.rumours`` measures them on frames that took no part.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

WEIGHTS_FILE: Final = Path(__file__).with_name("rumour_weights.json")

SHOWN: Final = 0.5
"""Least score of a link that is shown, as a probability: a wrong suspicion, which a person can refuse, costs about as
much as one that is missed (Elkan 2001). The benchmark measures precision and recall here."""

PARTS: Final = ("words", "covered", "place", "days", "unresolved", "unusual_days", "unusual_place")
"""What a score is made of, in the order of the weights.

words: mean likeness in words of the three complaints most like the rumour, 1 where they hold all its words;
covered: share of the rumour's telling words, by weight, that at least one of the complaints has;
place: 1 for the same district, 0.5 where one lies around the other, 0 where unknown;
days: 1 for a complaint just before the rumour, halved every two weeks;
unresolved: how many wait, log2(1 + n) / 4, at most 1;
unusual_days: how surprising so many such complaints are beside the months before in the same place, -log10 p / 4;
unusual_place: how surprising the share of such complaints is beside other districts, or, where the rumour
names no district, how much they gather in one, -log10 p / 4."""


class Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A logistic regression over ``PARTS``."""

    parts: tuple[str, ...]
    coefficients: tuple[float, ...]
    intercept: float
    fitted_on: str


@cache
def load_weights() -> Weights:
    """The shipped weights. Raises ValueError where they are of other parts."""
    found = msgspec.json.decode(WEIGHTS_FILE.read_bytes(), type=Weights)
    if found.parts != PARTS or len(found.coefficients) != len(PARTS):
        raise ValueError(f"{WEIGHTS_FILE.name} is of the parts {found.parts}")
    return found


def score_parts(parts: Mapping[str, float]) -> float:
    """Probability that the complaints feed the rumour, 0 to 1. Raises KeyError where a part is missing."""
    weights = load_weights()
    logit = weights.intercept + sum(
        weight * parts[name] for name, weight in zip(PARTS, weights.coefficients, strict=True)
    )
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
