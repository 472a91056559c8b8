"""Text as sparse numbers: word and character n-grams hashed into a fixed number of buckets, a whole batch at once.

No n-gram is kept, so weights over these features are arrays and nothing else: nothing of a training text can be read
out of them. The same functions serve training and inference.

The hash is a polynomial over code points modulo 2**64 with MurmurHash3's 64-bit finaliser; a bucket is its top bits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from kentongan.text import is_link, normalised_tokens, tokens

Hashes = NDArray[np.uint64]
Floats = NDArray[np.float32]

SPACE = ord(" ")
BASE = np.uint64(0x9E3779B97F4A7C15)
"""Base of the polynomial: the odd number nearest to 2**64 over the golden ratio."""
PAIR = np.uint64(0xC2B2AE3D27D4EB4F)
"""Second base, for the words of a bigram (a prime of xxHash)."""

Reading = Literal["normalised", "surface"]
"""Which tokens are read: all, with slang resolved into standard Indonesian; or words and hashtags as they are spelt."""
TELLING = re.compile(r"#|[\d'.,:/-]*[^\W\d_]")
"""Begins a token with a letter: numbers and emoji are in no language."""


class HashShape(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How text becomes features. Weights fit one shape only, so it is stored beside them."""

    word_bits: int = 16
    """log2 of the number of buckets for word n-grams."""
    char_bits: int = 17
    """log2 of the number of buckets for character n-grams."""
    word_ngrams: int = 2
    """Longest word n-gram; 1 to 2."""
    char_min: int = 2
    """Shortest character n-gram."""
    char_max: int = 5
    """Longest character n-gram. They stay inside a word and see the blank on either side of it."""
    max_chars: int = 2000
    """A longer text is read up to here: what it is about is said by then, and a megabyte costs no more."""
    reading: Reading = "normalised"
    """"surface" for telling languages apart: a fifth of the words of Betawi texts count as slang of Indonesian."""

    @property
    def size(self) -> int:
        """Number of features."""
        return (1 << self.word_bits) + (1 << self.char_bits)


@dataclass(frozen=True, slots=True)
class Features:
    """A batch as compressed sparse rows."""

    indptr: NDArray[np.int64]
    """Row r owns the entries from ``indptr[r]`` to ``indptr[r + 1]``."""
    indices: NDArray[np.int64]
    """Feature number of each entry, ascending within a row."""
    values: Floats
    """Weight of each entry. The words of a row have length 1, and so have its character n-grams."""

    def __len__(self) -> int:
        return len(self.indptr) - 1

    def matrix(self, size: int) -> Any:
        """The same as a ``scipy.sparse.csr_matrix``, for training."""
        from scipy.sparse import csr_matrix

        return csr_matrix((self.values, self.indices.astype(np.int32), self.indptr), shape=(len(self), size))


def read_words(text: str, max_chars: int, reading: Reading = "normalised") -> list[str]:
    """The tokens a model reads: links and mentions say who and where, not what, and are left out."""
    if reading == "surface":
        return [token for token in tokens(text[:max_chars]) if TELLING.match(token) and not is_link(token)]
    return [
        token
        for token in normalised_tokens(text[:max_chars])
        # Plain words first: most are, and then nothing else need be asked.
        if (token.isalnum() and token.isascii()) or (token[0] != "@" and not is_link(token))
    ]


def mix_hash(hashes: Hashes, salt: int) -> Hashes:
    """Spread each hash over all 64 bits (fmix64 of MurmurHash3), differently for each salt."""
    mixed = hashes ^ np.uint64(salt * 0x165667B19E3779F9 & 0xFFFFFFFFFFFFFFFF)
    for shift, factor in ((33, 0xFF51AFD7ED558CCD), (33, 0xC4CEB9FE1A85EC53)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(33))


def word_keys(points: Hashes, starts: NDArray[np.int64], owners: NDArray[np.int64], shape: HashShape) -> list[Hashes]:
    """Row and bucket, packed into one number, of each word n-gram. ``points`` holds the words, each after a blank."""
    lengths = np.diff(np.append(starts, len(points)))
    within = np.arange(len(points)) - np.repeat(starts, lengths)
    powers = np.cumprod(np.concatenate(([np.uint64(1)], np.full(int(lengths.max()), BASE))), dtype=np.uint64)
    words = np.add.reduceat(points * powers[within], starts)
    shift = np.uint64(64 - shape.word_bits)
    packed = [pack_keys(owners, mix_hash(words, 1) >> shift)]
    if shape.word_ngrams > 1:
        same = owners[1:] == owners[:-1]
        pairs = (words[:-1] * PAIR + words[1:])[same]
        packed.append(pack_keys(owners[1:][same], mix_hash(pairs, 2) >> shift))
    return packed


def char_keys(points: Hashes, owners: NDArray[np.int64], shape: HashShape) -> list[Hashes]:
    """Row and bucket of each character n-gram. ``points`` are texts as " word word ", ``owners`` their rows."""
    blank = points == SPACE
    shift = np.uint64(64 - shape.char_bits)
    offset = np.uint64(1 << shape.word_bits)
    packed = []
    rolling = points.copy()
    inside = np.ones(len(points), dtype=bool)
    for n in range(2, shape.char_max + 1):
        rolling = rolling[:-1] * BASE + points[n - 1 :]
        # A blank may stand first or last; one further in, or two side by side, is the gap between two words.
        inside = inside[:-1] & ~blank[n - 2 : -1] if n > 2 else ~(blank[:-1] & blank[1:])
        if n >= shape.char_min:
            kept = np.flatnonzero(inside)
            packed.append(pack_keys(owners[kept], (mix_hash(rolling[kept], 16 + n) >> shift) + offset))
    return packed


def pack_keys(owners: NDArray[np.int64], buckets: Hashes) -> Hashes:
    """Row in the upper half, bucket in the lower: sorting these groups entries by row, then bucket."""
    return (owners.astype(np.uint64) << np.uint64(32)) | buckets


def count_buckets(batch: Sequence[Sequence[str]], shape: HashShape) -> Features:
    """How often each bucket occurs in each text, given as words. Values are counts; see ``weigh_features``."""
    joined = [" " + " ".join(words) + " " for words in batch]
    text = "".join(joined)
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    rows = np.repeat(np.arange(len(batch)), [len(line) for line in joined])
    blank = points == SPACE
    starts = np.flatnonzero(blank[:-1] & ~blank[1:])
    packed: list[Hashes] = []
    if len(starts):
        # A word runs from the blank before it to the next word's blank; the blank that ends a text hashes with none.
        closing = np.flatnonzero(blank[:-1] & blank[1:])
        ends = np.append(closing, len(points) - 1)
        keep = np.ones(len(points), dtype=bool)
        keep[ends] = False
        moved = starts - np.searchsorted(ends, starts)
        packed = word_keys(points[keep], moved, rows[starts], shape) + char_keys(points, rows, shape)
    keys, counts = np.unique(np.concatenate([np.empty(0, np.uint64), *packed]), return_counts=True)
    owners = (keys >> np.uint64(32)).astype(np.int64)
    indptr = np.concatenate(([0], np.cumsum(np.bincount(owners, minlength=len(batch))))).astype(np.int64)
    return Features(indptr, (keys & np.uint64(0xFFFFFFFF)).astype(np.int64), counts.astype(np.float32))


def weigh_features(counted: Features, idf: Floats, shape: HashShape) -> Features:
    """(1 + ln count) x idf, then each row's words scaled to length 1, and its character n-grams likewise."""
    values = (1 + np.log(counted.values)) * idf[counted.indices]
    rows = np.repeat(np.arange(len(counted)), np.diff(counted.indptr))
    block = rows * 2 + (counted.indices >= (1 << shape.word_bits))
    squares = np.bincount(block, weights=values * values, minlength=2 * len(counted))
    scale = np.sqrt(np.maximum(squares, 1e-12))
    return Features(counted.indptr, counted.indices, (values / scale[block]).astype(np.float32))


def learn_idf(counted: Features, size: int) -> Floats:
    """Smoothed inverse document frequency of each bucket: ln((1 + texts) / (1 + texts with it)) + 1."""
    found = np.bincount(counted.indices, minlength=size)
    return (np.log((1 + len(counted)) / (1 + found)) + 1).astype(np.float32)
