"""Linking rumours to unresolved complaints: precision and recall on planted pairs, and how long a whole desk takes.

Judged on frames that were written before anything was tuned and that the weights never saw, at the score from which a
link is shown. The seeds are not those of the fit.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator

from analysis.rumour_roots import GrievanceIndex, Rumour
from analysis.rumour_scores import SHOWN
from analysis.series import share_interval
from benchmarks.figure import Figure, machine, run_alone, seconds_figure
from benchmarks.rumours_planted import BEGAN, DISTRICTS, FED, Complaints, World, code_of, load_frames, plant_worlds

SEED = 7_301
ROUNDS, ROUNDS_QUICK = 10, 3
COMPLAINTS = 10_000
STORIES = 500
MOST_SECONDS = 20.0
RUNS, RUNS_QUICK = 5, 1


def judge(world: World) -> tuple[bool, int, int]:
    """(whether a link is shown, complaints in its cluster, those of them that were planted)."""
    index = GrievanceIndex(world.grievances, places=world.places)
    for root in index.find(world.rumour, least=SHOWN):
        if root.finding == "waiting":
            return True, len(root.cluster), len(world.planted.intersection(root.cluster))
    return False, 0, 0


def measure(*, quick: bool) -> Iterator[Figure]:
    shown: Counter[str] = Counter()
    worlds: Counter[str] = Counter()
    inside = planted = 0
    for world in plant_worlds("judged", seed=SEED, rounds=ROUNDS_QUICK if quick else ROUNDS):
        found, many, right = judge(world)
        worlds[world.case] += 1
        shown[world.case] += found
        if world.case in FED:
            inside, planted = inside + many, planted + right
    right = sum(shown[case] for case in FED)
    detail: dict[str, object] = {
        "threshold": SHOWN, "worlds": sum(worlds.values()),
        "shown": {case: f"{shown[case]}/{worlds[case]}" for case in worlds},
        "planted_in_clusters": round(planted / max(inside, 1), 3), **machine("numpy"),
    }  # fmt: skip
    for figure, count, total in (
        ("shown links whose complaints do feed the rumour (precision)", right, sum(shown.values())),
        ("rumours fed by complaints that are shown with them (recall)", right, sum(worlds[case] for case in FED)),
    ):
        share, low, high = share_interval(count, total)
        yield Figure(
            benchmark="rumours", figure=figure, value=round(share, 4), low=round(low, 4), high=round(high, 4),
            unit="share", must="reported", holds=True, detail=detail,
        )  # fmt: skip
    seconds = [time_desk() for _ in range(RUNS_QUICK if quick else RUNS)]
    yield seconds_figure(
        "rumours", f"{STORIES} stories beside {COMPLAINTS:,} open complaints", seconds=seconds, must=MOST_SECONDS,
        packages=("numpy",),
    )  # fmt: skip


def time_desk() -> float:
    """Seconds to index the complaints and look for the roots of all stories."""
    rng, frames = random.Random(SEED), load_frames("judged")
    things = [*frames.things, *load_frames("fit").things]
    made = Complaints(rng)
    while len(made.all) < COMPLAINTS:
        thing = rng.choice(things)
        made.add(rng.choice(thing.complaints), thing.category, rng.randrange(len(DISTRICTS)))
    rumours = []
    for number in range(STORIES):
        thing, district = rng.choice(things), rng.randrange(len(DISTRICTS))
        text = rng.choice(thing.rumours).format(d=DISTRICTS[district], v="Kembaran")
        rumours.append(
            Rumour(story=str(number), text=text, began_at=BEGAN, topic=thing.topic, region=code_of(district))
        )
    began = time.perf_counter()
    index = GrievanceIndex(made.all)
    for rumour in rumours:
        index.find(rumour)
    return time.perf_counter() - began


if __name__ == "__main__":
    run_alone(measure, __doc__)
