"""Fits how likely complaints feed a rumour, on the frames of the set "fit"; writes analysis/rumour_weights.json.

    python -m benchmarks.rumours_fit

The frames that ``benchmarks.rumours`` judges take no part. Needs scikit-learn.
"""

from __future__ import annotations

import sys
from typing import Any, Final

import msgspec
import numpy as np

from analysis.rumour_roots import GrievanceIndex
from analysis.rumour_scores import PARTS, WEIGHTS_FILE, Weights
from benchmarks.rumours_planted import FED, plant_worlds

SEED: Final = 410
ROUNDS: Final = 10
REGULARISATION: Final = 1.0


def main() -> int:
    """Fit on every waiting cluster that the frames give, and write the weights."""
    from sklearn.linear_model import LogisticRegression

    rows, right = [], []
    for world in plant_worlds("fit", seed=SEED, rounds=ROUNDS):
        index = GrievanceIndex(world.grievances, places=world.places)
        for root in index.find(world.rumour, least=0.0):
            if root.finding == "waiting":
                rows.append([root.parts[name] for name in PARTS])
                right.append(world.case in FED)
    model: Any = LogisticRegression(C=REGULARISATION, max_iter=1_000).fit(np.array(rows), np.array(right))
    weights = Weights(
        parts=PARTS,
        coefficients=tuple(round(float(one), 3) for one in model.coef_[0]),
        intercept=round(float(model.intercept_[0]), 3),
        fitted_on=f"{len(rows)} clusters, {sum(right)} of them planted; frames of the set fit, seed {SEED}",
    )
    WEIGHTS_FILE.write_bytes(msgspec.json.format(msgspec.json.encode(weights), indent=1) + b"\n")
    sys.stderr.write(f"{dict(zip(PARTS, weights.coefficients, strict=True))}, {weights.intercept}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
