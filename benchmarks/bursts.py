"""Bursts: planted ones found in time, false alarms on ordinary days, and series-hours a second.

The seeds were not looked at while the detector was made. ``restless`` in the detail says how the same figures come out
on calmer and more restless hours than the planted ones.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from analysis.bursts import WARM_DAYS, Burst, find_bursts, judge_hours
from analysis.series import share_interval
from benchmarks.bursts_planted import DAYS, FIRST_DAY, RAMADAN, RESTLESS, Planted, plant_bursts
from benchmarks.figure import Figure, machine, median_interval, run_alone

SERIES = 400
SEEDS, SEEDS_QUICK = range(9_100, 9_105), range(9_100, 9_101)
ROUNDS, ROUNDS_QUICK = 5, 2
WITHIN_H = 2
"""Hours from its beginning within which a burst must be raised."""
AFTERMATH_H = 6
"""Hours after a burst in which an alarm is still its own: the longest look reaches back that far."""
LEAST_RECALL = 0.9
MOST_FALSE = 1.0
"""False alarms in 1,000 series-days."""
LEAST_RATE = 200_000
"""Series-hours a second on one core."""
OTHER_RESTLESS = (0.0, 0.05)


def find(planted: Planted) -> list[Burst]:
    return find_bursts(judge_hours(planted.counts, start=FIRST_DAY, ramadan=[RAMADAN]), planted.counts)


def count_found(planted: Planted, found: list[Burst]) -> tuple[int, int]:
    """(bursts raised in time, alarms that belong to none)."""
    starts: dict[int, list[int]] = {}
    for burst in found:
        starts.setdefault(burst.series, []).append(burst.start)
    in_time, own = 0, set()
    for series, start, hours in planted.bursts:
        raised = starts.get(series, [])
        in_time += any(start <= at < start + WITHIN_H for at in raised)
        own |= {(series, at) for at in raised if start <= at < start + hours + AFTERMATH_H}
    return in_time, len({(burst.series, burst.start) for burst in found} - own)


def judge(seeds: range, restless: float) -> tuple[int, int, int, int]:
    """(bursts planted, in time, false alarms, series-days judged)."""
    planted = [plant_bursts(series=SERIES, seed=seed, restless=restless) for seed in seeds]
    counts = [count_found(one, find(one)) for one in planted]
    days = SERIES * (DAYS - WARM_DAYS) * len(planted)
    return sum(len(p.bursts) for p in planted), sum(c[0] for c in counts), sum(c[1] for c in counts), days


def measure(*, quick: bool) -> Iterator[Figure]:
    seeds = SEEDS_QUICK if quick else SEEDS
    bursts, in_time, false, days = judge(seeds, RESTLESS)
    others = {}
    for restless in OTHER_RESTLESS:
        b, t, f, d = judge(seeds, restless)
        others[str(restless)] = {"recall": round(t / b, 3), "false": round(1000 * f / d, 3)}
    detail = {"bursts": bursts, "series_days": days, "restless": RESTLESS, "others": others, **machine("numpy")}
    share, low, high = share_interval(in_time, bursts)
    yield Figure(
        benchmark="bursts", figure="planted bursts (3x at 5 to 50 an hour) raised within 2 h", value=round(share, 4),
        low=round(low, 4), high=round(high, 4), unit="share", must=f">= {LEAST_RECALL:g}", holds=share >= LEAST_RECALL,
        detail=detail,
    )  # fmt: skip
    rate, least, most = (1000 * each for each in share_interval(false, days))
    yield Figure(
        benchmark="bursts", figure="false alarms in 1,000 series-days", value=round(rate, 3), low=round(least, 3),
        high=round(most, 3), unit="alarms", must=f"<= {MOST_FALSE:g}", holds=rate <= MOST_FALSE, detail=detail,
    )  # fmt: skip
    planted = plant_bursts(series=SERIES, seed=seeds[0])
    rates = []
    for _ in range(1 + (ROUNDS_QUICK if quick else ROUNDS)):
        began = time.process_time()
        find(planted)
        rates.append(planted.counts.size / (time.process_time() - began))
    value, low, high = median_interval(rates[1:])
    yield Figure(
        benchmark="bursts", figure="series-hours judged a second of CPU", value=round(value), low=round(low),
        high=round(high), unit="series-hours/s", must=f">= {LEAST_RATE:,}", holds=value >= LEAST_RATE,
        detail={"series": SERIES, "hours": DAYS * 24, **machine("numpy")},
    )  # fmt: skip


if __name__ == "__main__":
    run_alone(measure, __doc__)
