"""Finds joint moments: posts of two accounts with the same content within a window, through an index by content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.coordination_acts import Evidence, Floats, Ints

CROWD: Final = 100
"""Most other posts with the same content within the window, on both sides together. Where there are more, being among
them says nothing about two accounts, and the post is left out at that window. It also bounds the work: a message sent
50,000 times in a minute costs no pair at all."""

MIN_MOMENTS: Final = 3
"""Least joint moments of an edge. Fewer are left to chance whatever their p-value."""

REST_MS: Final = 1_800_000
"""Joint moments of a pair that follow each other within half an hour (or two windows, where that is longer) are one: a
thread or a lively exchange is one occasion, not ten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowds:
    """How busy it was around each row of an Evidence, at one window."""

    others: Floats
    """Other rows with the same content within the window."""
    quiet: NDArray[np.bool_]
    """Rows that count: at most CROWD others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JointRows:
    """Rows of an Evidence that lie together, sorted by pair and time."""

    pair: Ints
    """``first * accounts + second`` with first < second."""
    one: Ints
    """Row of the first account."""
    other: Ints
    """Row of the second account."""


def place_in_time(evidence: Evidence, window: int) -> tuple[Ints, int]:
    """One rising number a row in which contents lie further apart than any window, and the step between contents."""
    if not len(evidence.time):
        return evidence.time, 1
    start = int(evidence.time.min())
    step = int(evidence.time.max()) - start + 2 * window + 1
    return evidence.content * step + (evidence.time - start), step


def count_crowds(evidence: Evidence, window: int) -> Crowds:
    """The crowds at a window in milliseconds."""
    moment, _ = place_in_time(evidence, window)
    near = np.searchsorted(moment, moment + window, side="right") - np.searchsorted(moment, moment - window)
    others = (near - 1).astype(np.float64)
    return Crowds(others=others, quiet=others <= CROWD)


def find_joint_rows(evidence: Evidence, counted: NDArray[np.bool_], window: int, *, accounts: int) -> JointRows:
    """The rows of pairs of accounts that lie together at least MIN_MOMENTS times.

    Only rows that are ``counted`` and of accounts that have MIN_MOMENTS of them are compared, each with those that
    follow within the window: at most CROWD times as many pairs as rows, where those are quiet ones.
    """
    rows = np.flatnonzero(counted)
    often = np.bincount(evidence.account[rows], minlength=accounts) >= MIN_MOMENTS
    rows = rows[often[evidence.account[rows]]]
    moment = place_in_time(evidence, window)[0][rows]
    account = evidence.account[rows]
    found: list[tuple[Ints, Ints]] = []
    first = np.arange(len(rows))
    ahead = 1
    while len(first):
        first = first[first + ahead < len(rows)]
        first = first[moment[first + ahead] - moment[first] <= window]
        different = first[account[first] != account[first + ahead]]
        found.append((rows[different], rows[different + ahead]))
        ahead += 1
    earlier = np.concatenate([pair[0] for pair in found]) if found else np.empty(0, dtype=np.int64)
    later = np.concatenate([pair[1] for pair in found]) if found else np.empty(0, dtype=np.int64)
    swapped = evidence.account[earlier] > evidence.account[later]
    one, other = np.where(swapped, later, earlier), np.where(swapped, earlier, later)
    pair = evidence.account[one] * accounts + evidence.account[other]
    _, place, count = np.unique(pair, return_inverse=True, return_counts=True)
    kept = np.flatnonzero(count[place] >= MIN_MOMENTS) if len(pair) else pair
    begun = np.minimum(evidence.time[one[kept]], evidence.time[other[kept]])
    kept = kept[np.lexsort((other[kept], one[kept], begun, pair[kept]))]
    return JointRows(pair=pair[kept], one=one[kept], other=other[kept])


def mark_moments(evidence: Evidence, joint: JointRows, window: int) -> NDArray[np.bool_]:
    """Whether each row begins a new joint moment of its pair."""
    if not len(joint.pair):
        return np.zeros(0, dtype=bool)
    begun = np.minimum(evidence.time[joint.one], evidence.time[joint.other])
    rest = max(REST_MS, 2 * window)
    new = np.ones(len(joint.pair), dtype=bool)
    new[1:] = (np.diff(joint.pair) != 0) | (np.diff(begun) > rest)
    return new


def keep_pairs(joint: JointRows, kept: Ints) -> JointRows:
    """Only the rows of the pairs that are named (sorted)."""
    place = np.minimum(np.searchsorted(kept, joint.pair), max(0, len(kept) - 1))
    rows = np.flatnonzero(kept[place] == joint.pair) if len(kept) else np.empty(0, dtype=np.int64)
    return JointRows(pair=joint.pair[rows], one=joint.one[rows], other=joint.other[rows])
