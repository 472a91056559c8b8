"""Counts for the public with small ones hidden, and hidden so that no total gives them back.

The counts are a tree: a month, in it districts, categories, statuses, days; every total is of the rows below it and of
nothing else. A row that is not there is zero or hidden, and nobody can tell which. The law that is kept
(``hide_small``): no published count is 1 to SMALL_COUNT - 1, and what a published total has over the rows published
below it is 0 or at least SMALL_COUNT. So whatever is subtracted from whatever, no small count comes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

SMALL_COUNT: Final = 5
"""Counts below this are hidden, in complaints. Statistical offices use thresholds of about 3 to 10 for tables of counts
(Hundepool and others, Statistical Disclosure Control, Wiley 2012); five is our choice among them."""

Path = tuple[str, ...]
"""Where a count stands: ("2026-10", "33.99.01", "jalan", "selesai", "2026-10-07"); a shorter one is a total."""


def hide_small(leaves: Mapping[Path, int], *, least: int = SMALL_COUNT) -> dict[Path, int]:
    """The counts and totals that may be published, by path, in order. ``leaves`` are counts of whole paths, all of one
    length; zeros are left out.

    From the top down: a row may stand where its total stands. Small rows go; where what is gone adds up to less than
    ``least``, the smallest rows that are left go with it (complementary suppression).
    """
    counts = add_totals(leaves)
    below: dict[Path, list[Path]] = {}
    for path in counts:
        if len(path) > 1:
            below.setdefault(path[:-1], []).append(path)
    shown: dict[Path, int] = {}
    waiting: list[Path] = [path for path in counts if len(path) == 1 and counts[path] >= least]
    while waiting:
        path = waiting.pop()
        shown[path] = counts[path]
        waiting += choose_shown(below.get(path, []), counts, least=least)
    return dict(sorted(shown.items()))


def choose_shown(rows: Sequence[Path], counts: Mapping[Path, int], *, least: int) -> list[Path]:
    """Which of the rows of one total may be published."""
    # The smallest go first, of equals the first by name: the same data always hide the same rows.
    kept = sorted((path for path in rows if counts[path] >= least), key=lambda path: (counts[path], path))
    gone = sum(counts[path] for path in rows) - sum(counts[path] for path in kept)
    while kept and 0 < gone < least:
        gone += counts[kept.pop(0)]
    return kept


def add_totals(leaves: Mapping[Path, int]) -> dict[Path, int]:
    """Every count and every total above it, without zeros. Raises ValueError for a count below zero."""
    counts: dict[Path, int] = {}
    for path, count in leaves.items():
        if count < 0:
            raise ValueError(f"a count below zero at {path}")
        for length in range(1, len(path) + 1) if count else ():
            counts[path[:length]] = counts.get(path[:length], 0) + count
    return counts


def count_hidden(shown: Mapping[Path, int], *, depth: int) -> int:
    """How many complaints are in a published total but in no published row of ``depth``, the finest.

    Whoever has the rows can count that too. How many there were in all would give a hidden total back.
    """
    whole = sum(count for path, count in shown.items() if len(path) == 1)
    return whole - sum(count for path, count in shown.items() if len(path) == depth)


def hide_series(values: Iterable[tuple[str, str, float]], *, least: int = SMALL_COUNT) -> set[str]:
    """The moments of one counting indicator that are not published at all: those where any region's value is small.

    ``values`` are (moment, region, value). A region's value may be the sum of those inside it, so hiding the small one
    alone would give it back.
    """
    return {moment for moment, _, value in values if 0 < value < least}
