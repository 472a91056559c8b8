"""Words that very many otherwise different texts share: they make no two texts copies of each other."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.signatures import BINS, MIX_1, MIX_2

FAMILIAR: Final = 50
"""Different texts in which a shingle is met before it counts as boilerplate. Below, a footer is not told from a message
with variants; no signature of the government's or an outlet's stays below it for long."""

FAMILIAR_SHARE: Final = 0.3
"""Share of a text's signature that must be boilerplate before a pair is looked at for it."""

OWN_SHARE: Final = 0.1
"""Share of its signature that is a text's own where it says something besides the boilerplate."""

OWN_ALIKE: Final = 0.5
"""Two texts with words of their own are copies only where at least this share of those agrees."""

CELLS_LOG2: Final = 26
"""Counters, a byte each (64 MiB). 1,000,000 texts give each two on average, so none reaches FAMILIAR by chance."""
MOST: Final = 255


class Boilerplate:
    """In how many different texts each value of a signature's bin was met, up to 255."""

    def __init__(self) -> None:
        self.met = np.zeros(1 << CELLS_LOG2, np.uint8)

    def cells(self, signatures: NDArray[np.uint32]) -> NDArray[np.int64]:
        """The counter of each bin's value, (texts, BINS)."""
        mixed = (signatures.astype(np.uint64) + np.arange(BINS, dtype=np.uint64) * MIX_2) * MIX_1
        return (mixed >> np.uint64(64 - CELLS_LOG2)).astype(np.int64)

    def count(self, signatures: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Count texts that differ from all before, and return which of their bins are boilerplate by now."""
        cells = self.cells(signatures)
        met = np.sort(cells.reshape(-1))
        begins = np.flatnonzero(np.concatenate([[True], met[1:] != met[:-1]]))
        times = np.diff(begins, append=len(met))
        there = met[begins]
        self.met[there] = np.minimum(self.met[there] + times, MOST)
        return self.met[cells] >= FAMILIAR

    def know(self, signatures: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Which bins of texts are boilerplate, (texts, BINS)."""
        return self.met[self.cells(signatures)] >= FAMILIAR


def differ_otherwise(
    one: NDArray[np.uint32],
    other: NDArray[np.uint32],
    *,
    familiar_one: NDArray[np.bool_],
    familiar_other: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Whether the texts of each pair have words of their own besides the boilerplate, and not the same ones.

    All arrays are (pairs, BINS). A message that very many pass on is boilerplate by count as well, but its plain copies
    have nothing of their own, so variants stay joined through them.
    """
    own_one, own_other = ~familiar_one, ~familiar_other
    both = own_one & own_other
    alike = (both & (one == other)).sum(axis=1) >= OWN_ALIKE * np.maximum(both.sum(axis=1), 1)
    speak = (own_one.mean(axis=1) >= OWN_SHARE) & (own_other.mean(axis=1) >= OWN_SHARE)
    differ: NDArray[np.bool_] = speak & ~alike
    return differ
