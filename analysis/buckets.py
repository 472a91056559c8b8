"""Which earlier texts share a band with a new one: hash chains in numpy arrays, filled and walked by the batch."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.signatures import BANDS

LONGEST_WALK: Final = 16
"""Earlier texts looked at in one chain, newest first. A chain that is longer belongs to a message with very many
variants, of which the newest are enough, or to words that very many texts share: those are no sign of a copy."""

CANDIDATES: Final = 16
"""Earlier texts that a new one is compared with, those with most bands in common first."""

FIRST_CAPACITY: Final = 4096
NOBODY: Final = np.int32(-1)
BAND: Final = np.arange(BANDS, dtype=np.int64)

Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Numbers of the newer texts, and of the older ones."""


class Buckets:
    """The band hashes of texts numbered from 0. Some 400 bytes a text."""

    def __init__(self) -> None:
        self.count = 0
        self.hashes = np.empty((FIRST_CAPACITY, BANDS), np.uint32)
        self.before = np.empty((FIRST_CAPACITY, BANDS), np.int32)
        """For each text and band the text before it in the same chain, else NOBODY."""
        self.newest = np.full((BANDS, FIRST_CAPACITY), NOBODY)
        """The newest text of each chain; a band has as many chains as there is room for texts."""

    def add(self, hashes: NDArray[np.uint32]) -> Pairs:
        """Take in the band hashes of the next texts, (texts, BANDS), at most FIRST_CAPACITY at a time, and pair each
        with its candidates before it."""
        first, self.count = self.count, self.count + len(hashes)
        if self.count > len(self.hashes):
            self.grow(first)
        self.hashes[first : self.count] = hashes
        self.link(first, self.count)
        return self.walk(first)

    def grow(self, old: int) -> None:
        """Make room, and link the ``old`` texts anew. Room that is not used yet takes no memory."""
        room = 1 << (self.count - 1).bit_length()
        hashes = np.empty((room, BANDS), np.uint32)
        hashes[:old] = self.hashes[:old]
        self.hashes = hashes
        self.before = np.empty((room, BANDS), np.int32)
        self.newest = np.full((BANDS, room), NOBODY)
        for start in range(0, old, FIRST_CAPACITY):
            self.link(start, min(start + FIRST_CAPACITY, old))

    def link(self, first: int, last: int) -> None:
        """Put texts at the ends of their chains."""
        room = len(self.hashes)
        chain = (self.hashes[first:last] & np.uint32(room - 1)).astype(np.int64) + BAND * room
        order = (chain << 16) + np.arange(last - first, dtype=np.int64)[:, None]
        sorted_order = np.sort(order.reshape(-1))
        chain, text = sorted_order >> 16, (sorted_order & 0xFFFF) + first
        begins = np.ones(len(chain), bool)
        begins[1:] = chain[1:] != chain[:-1]
        before = np.empty(len(chain), np.int32)
        before[1:] = text[:-1]
        newest = self.newest.reshape(-1)
        before[begins] = newest[chain[begins]]
        self.before.reshape(-1)[text * BANDS + chain // room] = before
        ends = np.append(begins[1:], True)
        newest[chain[ends]] = text[ends]

    def walk(self, first: int) -> Pairs:
        """The candidates of every text from ``first`` on."""
        before, hashes = self.before.reshape(-1), self.hashes.reshape(-1)
        place = np.arange(first * BANDS, self.count * BANDS, dtype=np.int64)
        met = before[place]
        found: list[NDArray[np.int64]] = []
        for _ in range(LONGEST_WALK):
            there = np.flatnonzero(met != NOBODY)
            if not len(there):
                break
            place, other = place[there], met[there].astype(np.int64)
            at = other * BANDS + place % BANDS
            same = np.flatnonzero(hashes[at] == hashes[place])
            found.append((place[same] // BANDS << 32) + other[same])
            met = before[at]
        return choose_candidates(np.concatenate(found)) if found else choose_candidates(np.empty(0, np.int64))


def choose_candidates(found: NDArray[np.int64]) -> Pairs:
    """The pairs (newer << 32) + older, CANDIDATES at most for each newer text."""
    pairs, bands = np.unique(found, return_counts=True)
    newer, older = pairs >> 32, pairs & 0xFFFFFFFF
    order = np.lexsort((-older, -bands, newer))
    newer, older = newer[order], older[order]
    begins = np.searchsorted(newer, newer)
    kept = np.arange(len(newer)) - begins < CANDIDATES
    return newer[kept], older[kept]
