"""Finds, for each of many texts, the earlier ones it nearly equals: sign, look up, compare, exactly and in batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from analysis.boilerplate import FAMILIAR_SHARE, Boilerplate, differ_otherwise
from analysis.buckets import Buckets
from analysis.shingles import SHINGLE
from analysis.signatures import BINS, Texts, band_hashes, pack_texts, shingle_hashes, sign

BATCH: Final = 512
"""Texts signed and compared at a time: what they need fits a core's cache."""

WORTH_COMPARING: Final = 0.28
"""Least estimated Jaccard similarity of a pair that is compared exactly. A pair at the suggestion threshold has 0.36 or
more, and the estimate from 128 bins is off by 0.04 (one standard deviation)."""

COMPARED: Final = 8
"""Earlier texts that a new one is compared with exactly, the most similar by estimate first."""

EVIDENCE: Final = 40
"""Shared shingles at which a score counts half (shrinkage n / (n + EVIDENCE), as in Bell and Koren 2007). Two remarks
of twenty words in the same phrases are no copies, at a likeness at which two messages of fifty words are. Chosen with
the thresholds of ``analysis.duplicates`` on simulated posts (seed 11) among 0, 10, 20, 40, 60 and 100."""

PAIRS_AT_ONCE: Final = 1024
Number = TypeVar("Number", bound=np.generic)

FIRST_BYTES: Final = 1 << 20
PAIR_SHIFT: Final = np.uint64(48)
"""A shingle is compared by 48 bits of its hash: in one of a billion pairs two different ones are taken for equal."""

NO_NUMBERS: Final = np.empty(0, np.int64)
NO_SCORES: Final = np.empty(0, np.float64)


@dataclass(frozen=True, slots=True)
class Similar:
    """Pairs of texts, by their numbers, with how similar they are."""

    newer: NDArray[np.int64]
    older: NDArray[np.int64]
    score: NDArray[np.float64]


class Neighbours:
    """Ready texts numbered from 0 in the order they came, all different. Some 550 bytes each besides their own."""

    def __init__(self, boilerplate: Boilerplate | None = None) -> None:
        """``boilerplate``: what was counted beforehand, over a whole archive. Without, it is counted as texts come."""
        self.buckets = Buckets()
        self.counting = boilerplate is None
        self.boilerplate = Boilerplate() if boilerplate is None else boilerplate
        self.data = np.zeros(FIRST_BYTES, np.uint8)
        self.used = 0
        self.starts = np.empty(1024, np.int64)
        self.lengths = np.empty(1024, np.int64)
        self.sketches = np.empty((1024, BINS), np.uint8)
        """The lowest byte of every signature value (b-bit MinHash, Li and König 2010, with b = 8)."""

    def __len__(self) -> int:
        return self.buckets.count

    def text(self, number: int) -> bytes:
        """A text that was taken in."""
        start = int(self.starts[number])
        return self.data[start : start + int(self.lengths[number])].tobytes()

    def add(self, texts: Sequence[bytes], *, compare: bool = True) -> Similar:
        """Take in the next texts (SHINGLE bytes or more each) and return the pairs worth a look, newer ones in order.

        The score is the mean of exact Jaccard similarity and containment, shrunk by EVIDENCE, and 0 for a pair that has
        only boilerplate in common. Pairs below WORTH_COMPARING of estimated similarity are left out; all are with
        ``compare=False``.
        """
        found = [
            self.add_batch(pack_texts(texts[at : at + BATCH]), compare=compare) for at in range(0, len(texts), BATCH)
        ]
        return Similar(
            np.concatenate([one.newer for one in found] or [NO_NUMBERS]),
            np.concatenate([one.older for one in found] or [NO_NUMBERS]),
            np.concatenate([one.score for one in found] or [NO_SCORES]),
        )

    def add_batch(self, texts: Texts, *, compare: bool) -> Similar:
        first = len(self)
        signatures = sign(texts)
        familiar = self.boilerplate.count(signatures) if self.counting else self.boilerplate.know(signatures)
        self.keep(texts, signatures.astype(np.uint8))
        newer, older = self.buckets.add(band_hashes(signatures))
        if not compare:
            return Similar(NO_NUMBERS, NO_NUMBERS, NO_SCORES)
        newer, older = self.choose(newer, older)
        scores = self.compare(newer, older)
        suspect = np.flatnonzero((familiar.mean(axis=1) >= FAMILIAR_SHARE)[newer - first])
        if len(suspect):
            scores[suspect[self.differ(signatures, newer[suspect] - first, older[suspect])]] = 0.0
        return Similar(newer, older, scores)

    def differ(
        self, signatures: NDArray[np.uint32], newer: NDArray[np.int64], older: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Whether pairs have only boilerplate in common; ``newer`` are rows of ``signatures``."""
        numbers, place = np.unique(older, return_inverse=True)
        theirs = sign(pack_texts([self.text(number) for number in numbers.tolist()]))[place]
        return differ_otherwise(
            signatures[newer],
            theirs,
            familiar_one=self.boilerplate.know(signatures[newer]),
            familiar_other=self.boilerplate.know(theirs),
        )

    def gather(self, numbers: NDArray[np.int64]) -> Texts:
        """Texts that were taken in, where they lie."""
        return Texts(self.data, self.starts[numbers], self.lengths[numbers])

    def keep(self, texts: Texts, sketches: NDArray[np.uint8]) -> None:
        """Store the texts with their sketches."""
        first, count, size = len(self), len(self) + len(texts), int(texts.lengths.sum())
        while self.used + size + SHINGLE > len(self.data):
            self.data = enlarge(self.data)
        while count > len(self.starts):
            self.starts, self.lengths = enlarge(self.starts), enlarge(self.lengths)
            self.sketches = enlarge(self.sketches)
        self.data[self.used : self.used + size] = texts.data[:size]
        self.starts[first:count] = texts.starts + self.used
        self.lengths[first:count] = texts.lengths
        self.sketches[first:count] = sketches
        self.used += size

    def choose(self, newer: NDArray[np.int64], older: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The pairs to compare, by the similarity their sketches promise."""
        alike = np.empty(len(newer), np.int64)
        for at in range(0, len(newer), PAIRS_AT_ONCE):
            part = slice(at, at + PAIRS_AT_ONCE)
            alike[part] = np.count_nonzero(self.sketches[newer[part]] == self.sketches[older[part]], axis=1)
        worth = alike >= WORTH_COMPARING * BINS
        newer, older, alike = newer[worth], older[worth], alike[worth]
        order = np.lexsort((older, -alike, newer))
        newer, older = newer[order], older[order]
        kept = np.arange(len(newer)) - np.searchsorted(newer, newer) < COMPARED
        return newer[kept], older[kept]

    def compare(self, newer: NDArray[np.int64], older: NDArray[np.int64]) -> NDArray[np.float64]:
        """The score of each pair."""
        scores = np.empty(len(newer))
        for at in range(0, len(newer), PAIRS_AT_ONCE):
            part = slice(at, at + PAIRS_AT_ONCE)
            scores[part] = self.compare_some(newer[part], older[part])
        return scores

    def compare_some(self, newer: NDArray[np.int64], older: NDArray[np.int64]) -> NDArray[np.float64]:
        numbers, place = np.unique(np.concatenate([newer, older]), return_inverse=True)
        shingles, counts = distinct_shingles(self.gather(numbers))
        begins = np.cumsum(counts) - counts
        one, other = place[: len(newer)], place[len(newer) :]
        pair = np.arange(len(newer), dtype=np.uint64)
        keys = np.concatenate(
            [
                shingles[spread(begins[side], counts[side])] | np.repeat(pair << PAIR_SHIFT, counts[side])
                for side in (one, other)
            ]
        )
        keys.sort()
        twice = keys[1:][keys[1:] == keys[:-1]] >> PAIR_SHIFT
        shared = np.bincount(twice.astype(np.int64), minlength=len(newer))
        return score_pairs(shared, counts[one], counts[other])


def distinct_shingles(texts: Texts) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The different shingles of each text as 48-bit hashes, text after text, and how many each has."""
    hashes, counts = shingle_hashes(texts)
    text = np.repeat(np.arange(len(texts), dtype=np.uint64), counts)
    keys = (hashes >> np.uint64(16)) | (text << PAIR_SHIFT)
    keys.sort()
    first = np.ones(len(keys), bool)
    first[1:] = keys[1:] != keys[:-1]
    keys = keys[first]
    counts = np.bincount((keys >> PAIR_SHIFT).astype(np.int64), minlength=len(texts))
    return keys & np.uint64((1 << 48) - 1), counts


def spread(begins: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The indices begin, begin + 1, ... of each stretch, end to end."""
    ends = np.cumsum(counts)
    places = np.arange(int(ends[-1]) if len(ends) else 0, dtype=np.int64)
    places += np.repeat(begins - (ends - counts), counts)
    return places


def score_pairs(shared: NDArray[np.int64], one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.float64]:
    """Scores from 0 to 1, from how many different shingles both texts of a pair share and each has."""
    jaccard, contained = shared / (one + other - shared), shared / np.minimum(one, other)
    scores: NDArray[np.float64] = (jaccard + contained) / 2 * (shared / (shared + EVIDENCE))
    return scores


def enlarge(array: NDArray[Number]) -> NDArray[Number]:
    """The array with twice the room. Room that is not used yet takes no memory."""
    larger = np.empty((2 * len(array), *array.shape[1:]), array.dtype)
    larger[: len(array)] = array
    return larger
