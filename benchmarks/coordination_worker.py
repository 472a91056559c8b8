"""One simulated data set of the coordination benchmark in its own process: what was found, and what shuffling leaves.

    python -m benchmarks.coordination_worker SEED POSTS DAYS SHUFFLES [plain]

prints one line of JSON. ``plain`` plants no groups.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from analysis.coordination import Coordination, find_coordination
from analysis.coordination_acts import HOUR_MS, HOURS, Account, Act
from casework.coordination_posts import Read, make_acts
from samples.simulate import Plan, PlantedGroup, plan_truth, simulate

FOUND: Final = 0.5
"""A planted group is found when one reported group holds at least this share of its accounts, and its accounts are at
least this share of the reported group. Set before anything was measured."""

BLOCK: Final = 6
"""Hours in a part of the day within which the strict shuffles stay."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What one data set gave."""

    seed: int
    planted: int
    found: int
    edges: int
    false_edges: int
    """Edges whose two accounts are not both of one planted group."""
    seconds: float
    """Processor time of the search, without grouping near copies."""
    grouping_seconds: float
    acts: int
    peak_mib: int
    """Largest resident memory up to the end of the search, posts and near copies included."""
    before_mib: int
    """The same before the search."""
    shuffled: dict[str, list[int]] = {}
    """By the name of a shuffle, how many edges each shuffled data set gave."""
    missed: list[str] = []
    """Planted groups not found, in words."""


def permute_within(stratum: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A permutation of places that leaves every place in its stratum."""
    places = np.argsort(stratum, kind="stable")
    drawn = np.lexsort((rng.random(len(stratum)), stratum))
    permuted = np.empty(len(stratum), dtype=np.int64)
    permuted[places] = drawn
    return permuted


def hour_strata(acts: Sequence[Act]) -> np.ndarray:
    """Platform and hour of the day."""
    return number_strata([(platform_of(act), act.time // HOUR_MS % HOURS) for act in acts])


def day_strata(acts: Sequence[Act]) -> np.ndarray:
    """Platform and part of one day."""
    return number_strata([(platform_of(act), act.time // (BLOCK * HOUR_MS)) for act in acts])


def platform_of(act: Act) -> str:
    return act.account.platform if act.account else ""


def number_strata(named: Sequence[tuple[str, int]]) -> np.ndarray:
    numbers: dict[tuple[str, int], int] = {}
    return np.array([numbers.setdefault(one, len(numbers)) for one in named])


def shuffle_accounts(acts: Sequence[Act], stratum: np.ndarray, rng: np.random.Generator) -> list[Act]:
    """Who posted is exchanged: contents, moments, and each account's number of posts per stratum stay."""
    drawn = permute_within(stratum, rng)
    return [replace(act, account=acts[other].account) for act, other in zip(acts, drawn.tolist(), strict=True)]


def shuffle_moments(acts: Sequence[Act], stratum: np.ndarray, rng: np.random.Generator) -> list[Act]:
    """When they posted is exchanged: accounts keep their contents and their number of posts per stratum."""
    drawn = permute_within(stratum, rng)
    return [replace(act, time=acts[other].time) for act, other in zip(acts, drawn.tolist(), strict=True)]


Shuffle = tuple[
    Callable[[Sequence[Act], np.ndarray, np.random.Generator], list[Act]], Callable[[Sequence[Act]], np.ndarray]
]

SHUFFLES: Final[Mapping[str, Shuffle]] = {
    "accounts within hours of the day": (shuffle_accounts, hour_strata),
    "accounts within parts of one day": (shuffle_accounts, day_strata),
    "moments within hours of the day": (shuffle_moments, hour_strata),
    "moments within parts of one day": (shuffle_moments, day_strata),
}
"""Each keeps what every account wrote at that time of day, and everybody's volume; taken in turn."""


def judge(found: Coordination, groups: Sequence[PlantedGroup], platform: Mapping[str, str]) -> tuple[list[str], int]:
    """The planted groups that were missed, and how many edges are false. ``platform`` is by source."""
    owner: dict[Account, str] = {}
    missed = []
    for planted in groups:
        members = {Account(platform=platform[planted.source], handle=handle) for handle in planted.accounts}
        owner.update(dict.fromkeys(members, planted.id))
        covered = any(
            len(members & set(group.accounts)) >= FOUND * max(len(members), len(group.accounts))
            for group in found.groups
        )
        if not covered:
            missed.append(
                f"{planted.behaviour}: {len(members)} accounts, {len(planted.acts)} acts within "
                f"{planted.within.seconds} s"
            )
    false = sum(owner.get(edge.one, "") != owner.get(edge.other, "-") for edge in found.edges)
    return missed, false


def peak_mib() -> int:
    """Largest resident memory of this process so far."""
    with Path("/proc/self/status").open(encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) // 1024


def measure_set(seed: int, *, posts: int, days: int, shuffles: int, plain: bool = False) -> Answer:
    """Simulate, search, judge, then search in shuffled copies."""
    plan = Plan(seed=seed, posts=posts, days=days, groups=() if plain else None)
    documents = [one.document for one in simulate(plan)]
    reads = [Read(document=document, text=document.text) for document in documents]
    begun = time.process_time()
    acts, _ = make_acts(
        [read for read in reads if read.document.kind in ("post", "comment")],
        [read for read in reads if read.document.kind == "article"],
    )
    ready, before = time.process_time(), peak_mib()
    found = find_coordination(acts)
    ended, peak = time.process_time(), peak_mib()
    groups = plan_truth(plan).groups
    missed, false = judge(found, groups, {document.source: document.platform for document in documents})
    rng = np.random.default_rng(seed)
    shuffled: dict[str, list[int]] = {}
    for number in range(shuffles):
        name = list(SHUFFLES)[number % len(SHUFFLES)]
        shuffle, strata = SHUFFLES[name]
        shuffled.setdefault(name, []).append(len(find_coordination(shuffle(acts, strata(acts), rng)).edges))
    return Answer(
        seed=seed, planted=len(groups), found=len(groups) - len(missed), edges=len(found.edges), false_edges=false,
        seconds=ended - ready, grouping_seconds=ready - begun, acts=len(acts), peak_mib=peak, before_mib=before,
        shuffled=shuffled, missed=missed,
    )  # fmt: skip


if __name__ == "__main__":
    seed, posts, days, shuffles = map(int, sys.argv[1:5])
    answer = measure_set(seed, posts=posts, days=days, shuffles=shuffles, plain="plain" in sys.argv[5:])
    sys.stdout.write(msgspec.json.encode(answer).decode() + "\n")
