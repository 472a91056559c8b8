"""Near-duplicate signatures of many texts at once: one-permutation MinHash, its bands, and exact set similarity.

Everything here works on a batch: texts lie end to end in one array of bytes, and each step is one pass of numpy over
all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.shingles import SHINGLE

BINS_LOG2: Final = 7
BINS: Final = 1 << BINS_LOG2
"""Values in a signature."""
ROWS: Final = 4
BANDS: Final = BINS // ROWS
"""Two texts of Jaccard similarity s share one of the bands with probability 1 - (1 - s^4)^32: 0.99 at 0.6, 0.87 at
0.5, 0.05 at 0.2 (Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, 3.4)."""

EMPTY: Final = np.uint32(0xFFFFFFFF)
DONORS: Final = 24
"""Bins tried for an empty one before the text's smallest value is taken: with 30 of 128 bins full, one in a thousand
empty bins comes that far."""

MIX_1: Final = np.uint64(0x9E3779B97F4A7C15)
MIX_2: Final = np.uint64(0xD6E8FEB86659FD93)
HALF: Final = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Texts:
    """Ready texts end to end."""

    data: NDArray[np.uint8]
    """All bytes, with SHINGLE bytes behind the last text."""
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts)


def pack_texts(texts: Sequence[bytes]) -> Texts:
    """Texts end to end."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    data = np.frombuffer(b"".join(texts) + bytes(SHINGLE), np.uint8)
    return Texts(data, np.cumsum(lengths) - lengths, lengths)


def shingle_hashes(texts: Texts) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The 64-bit hash of every shingle, text after text, and how many each has. Texts have SHINGLE bytes or more.

    A shingle's eight bytes are one integer, and the hash (multiply, fold, multiply, fold: a bijection) tells all
    shingles apart.
    """
    counts = texts.lengths - (SHINGLE - 1)
    ends = np.cumsum(counts)
    places = np.arange(int(ends[-1]) if len(ends) else 0, dtype=np.int64)
    places += np.repeat(texts.starts - (ends - counts), counts)
    return mix(all_windows(texts.data)[places]), counts


def all_windows(data: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """The SHINGLE bytes from every place on as one integer, without copying."""
    return np.ndarray(max(0, len(data) - SHINGLE + 1), "<u8", buffer=data, strides=(1,))


def mix(windows: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The hash of each shingle."""
    hashes: NDArray[np.uint64] = windows * MIX_1
    hashes ^= hashes >> HALF
    hashes *= MIX_2
    hashes ^= hashes >> HALF
    return hashes


def sign(texts: Texts) -> NDArray[np.uint32]:
    """Signatures of texts as ``pack_texts`` lays them, one row of BINS values each; equal values in a bin estimate the
    Jaccard similarity. Texts have SHINGLE bytes or more.

    One-permutation hashing (Li, Owen and Zhang 2012): a shingle's upper bits choose its bin, the next 32 its value, the
    smallest value stays. Empty bins borrow by optimal densification (Shrivastava 2017): each tries the same random
    bins for every text until it meets one that was full.
    """
    count, ends = len(texts), texts.starts + texts.lengths
    hashes = mix(all_windows(texts.data)[: int(ends[-1]) if count else 0])
    bins = (hashes >> np.uint64(64 - BINS_LOG2)).astype(np.int64)
    bins += np.repeat(np.arange(count, dtype=np.int64) << BINS_LOG2, texts.lengths)
    hashes >>= np.uint64(64 - BINS_LOG2 - 32)
    values = hashes.astype(np.uint32)
    values[values == EMPTY] -= 1
    # Windows that reach into the next text are no shingles.
    values[(ends[:, None] - np.arange(1, SHINGLE)).reshape(-1)] = EMPTY
    flat = np.full(count << BINS_LOG2, EMPTY, np.uint32)
    np.minimum.at(flat, bins, values)
    return densify(flat).reshape(-1, BINS)


def donor_bins() -> NDArray[np.int64]:
    """For each attempt and bin the bin to borrow from, (DONORS, BINS), the same in every process."""
    return np.random.default_rng(20170701).integers(0, BINS, size=(DONORS, BINS), dtype=np.int64)


DONOR: Final = donor_bins()


def densify(flat: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Fill the empty bins of signatures that lie end to end."""
    waiting = np.flatnonzero(flat == EMPTY)
    dense = flat.copy()
    for attempt in DONOR:
        if not len(waiting):
            return dense
        borrowed = flat[(waiting & ~(BINS - 1)) + attempt[waiting & (BINS - 1)]]
        dense[waiting] = borrowed
        waiting = waiting[borrowed == EMPTY]
    dense[waiting] = flat.reshape(-1, BINS).min(axis=1)[waiting >> BINS_LOG2]
    return dense


def band_hashes(signatures: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """One 32-bit hash a band, (texts, BANDS)."""
    pairs = np.ascontiguousarray(signatures).view(np.uint64).reshape(len(signatures), BANDS, ROWS // 2)
    mixed = pairs[:, :, 0] * MIX_1
    mixed ^= mixed >> HALF
    mixed += pairs[:, :, 1]
    mixed *= MIX_2
    return (mixed >> HALF).astype(np.uint32)
