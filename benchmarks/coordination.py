"""Accounts that move together: planted groups found, false edges, edges in shuffled data, and how long it takes.

    python -m benchmarks.coordination [--quick]

Seeds 1 to 5, 101 and 102 were looked at while the method was made; these are others. Each data set has its own process.
"""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Iterator, Sequence

import msgspec

from benchmarks.coordination_worker import FOUND, Answer
from benchmarks.figure import Figure, machine, median_interval, run_alone

POSTS, DAYS = 100_000, 30
SEEDS = tuple(range(201, 211))
SHUFFLED = 200
"""Shuffled data sets in all, the same number from each of the first SHUFFLED_SEEDS seeds."""
SHUFFLED_SEEDS = 2

PLAIN_SETS, PLAIN_POSTS, PLAIN_DAYS = 200, 5_000, 2
"""Simulated data sets without groups, with stories and bursts."""
PLAIN_SEED = 2_001

QUICK_POSTS, QUICK_DAYS, QUICK_SEEDS, QUICK_SHUFFLED = 20_000, 14, (201, 202), 20

MUST_FIND = 0.9
MUST_FALSE = 0.05
MUST_SHUFFLED = 0.05


def ask_worker(seed: int, *, posts: int, days: int, shuffles: int = 0, plain: bool = False) -> Answer:
    """What the worker says of one data set."""
    words = [str(seed), str(posts), str(days), str(shuffles), *(["plain"] if plain else [])]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.coordination_worker", *words], stdout=subprocess.PIPE, check=True
    )
    return msgspec.json.decode(done.stdout, type=Answer)


def share_interval(hits: int, of: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927)."""
    if not of:
        return 0.0, 1.0
    z, share = 1.959964, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def share_figure(name: str, hits: int, of: int, *, must: str, holds: bool, detail: dict[str, object]) -> Figure:
    """A share with its interval; it holds only where there is anything to count."""
    low, high = share_interval(hits, of)
    return Figure(
        benchmark="coordination", figure=name, value=round(hits / of, 4) if of else 0.0, low=round(low, 4),
        high=round(high, 4), unit="share", must=must, holds=holds and of > 0,
        detail={"count": hits, "of": of, **detail},
    )  # fmt: skip


def measure(*, quick: bool) -> Iterator[Figure]:
    """Groups found, false edges, shuffled data with any edge, plain data with any edge, seconds for 100,000 posts."""
    posts, days, seeds, shuffled = (
        (QUICK_POSTS, QUICK_DAYS, QUICK_SEEDS, QUICK_SHUFFLED) if quick else (POSTS, DAYS, SEEDS, SHUFFLED)
    )
    answers = [
        ask_worker(seed, posts=posts, days=days, shuffles=shuffled // SHUFFLED_SEEDS if place < SHUFFLED_SEEDS else 0)
        for place, seed in enumerate(seeds)
    ]
    yield from quality_figures(answers, posts=posts, quick=quick)
    if not quick:
        plain = [
            ask_worker(PLAIN_SEED + number, posts=PLAIN_POSTS, days=PLAIN_DAYS, plain=True)
            for number in range(PLAIN_SETS)
        ]
        with_any = sum(answer.edges > 0 for answer in plain)
        yield share_figure(
            "data sets without groups in which any edge is reported", with_any, len(plain),
            must=f"<= {MUST_SHUFFLED}", holds=with_any <= MUST_SHUFFLED * len(plain),
            detail={"posts": PLAIN_POSTS, "days": PLAIN_DAYS, "edges": sum(answer.edges for answer in plain)},
        )  # fmt: skip
    yield time_figure(answers)


def quality_figures(answers: Sequence[Answer], *, posts: int, quick: bool) -> Iterator[Figure]:
    """The three figures that have a bound: found, false, shuffled."""
    about = {"posts": posts, "seeds": [answer.seed for answer in answers], "quick": quick}
    found, planted = sum(answer.found for answer in answers), sum(answer.planted for answer in answers)
    yield share_figure(
        "planted groups found", found, planted, must=f">= {MUST_FIND}", holds=found >= MUST_FIND * planted,
        detail={
            **about,
            "found_means": f"one reported group has {FOUND:g} of its accounts, and they are {FOUND:g} of it",
            "missed": [missed for answer in answers for missed in answer.missed],
        },
    )  # fmt: skip
    false, edges = sum(answer.false_edges for answer in answers), sum(answer.edges for answer in answers)
    yield share_figure(
        "reported edges that are false", false, edges, must=f"<= {MUST_FALSE}", holds=false <= MUST_FALSE * edges,
        detail=about,
    )  # fmt: skip
    kinds: dict[str, list[int]] = {}
    for answer in answers:
        for name, counts in answer.shuffled.items():
            kinds.setdefault(name, []).extend(counts)
    sets = [count for counts in kinds.values() for count in counts]
    with_any = sum(count > 0 for count in sets)
    yield share_figure(
        "shuffled data sets in which any edge is reported", with_any, len(sets), must=f"<= {MUST_SHUFFLED}",
        holds=with_any <= MUST_SHUFFLED * len(sets),
        detail={
            **about,
            "kinds": {name: {"sets": len(counts), "any": sum(c > 0 for c in counts)} for name, counts in kinds.items()},
        },
    )  # fmt: skip


def time_figure(answers: Sequence[Answer]) -> Figure:
    """Processor time of the search for 100,000 posts, near copies being grouped already; nothing is required of it."""
    scaled = [answer.seconds * POSTS / answer.acts for answer in answers]
    value, low, high = median_interval(scaled)
    return Figure(
        benchmark="coordination", figure="search among 100,000 posts", value=round(value, 2), low=round(low, 2),
        high=round(high, 2), unit="s", must="", holds=True,
        detail={
            "runs": len(answers),
            "posts_searched": [answer.acts for answer in answers],
            "grouping_near_copies_s": [round(answer.grouping_seconds, 1) for answer in answers],
            **machine("numpy"),
            "worker_peak_mib": max(answer.peak_mib for answer in answers),
            "worker_peak_mib_before_search": max(answer.before_mib for answer in answers),
        },
    )  # fmt: skip


if __name__ == "__main__":
    run_alone(measure, __doc__)
