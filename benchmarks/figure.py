"""The line a benchmark prints for each figure, and what the machine was."""

from __future__ import annotations

import argparse
import os
import platform
import random
import resource
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import msgspec


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured value beside what it must hold."""

    benchmark: str
    figure: str
    value: float
    low: float
    """Lower end of the 95 % interval."""
    high: float
    """Upper end of the 95 % interval."""
    unit: str
    must: str
    """The bound in words ("<= 0.2")."""
    holds: bool
    detail: dict[str, object] = field(default_factory=dict)


def median_interval(values: Sequence[float], *, rounds: int = 2000, seed: int = 7) -> tuple[float, float, float]:
    """Median with its 95 % percentile-bootstrap interval (Efron 1979)."""
    draw = random.Random(seed)
    medians = sorted(statistics.median(draw.choices(values, k=len(values))) for _ in range(rounds))
    return statistics.median(values), medians[int(0.025 * rounds)], medians[int(0.975 * rounds) - 1]


def ratio_interval(
    ours: Sequence[float], theirs: Sequence[float], *, rounds: int = 2000, seed: int = 7
) -> tuple[float, float, float]:
    """Ratio of medians with its 95 % percentile-bootstrap interval, both sides drawn by themselves (Efron 1979)."""
    draw = random.Random(seed)
    ratios = sorted(
        statistics.median(draw.choices(ours, k=len(ours))) / statistics.median(draw.choices(theirs, k=len(theirs)))
        for _ in range(rounds)
    )
    value = statistics.median(ours) / statistics.median(theirs)
    return value, ratios[int(0.025 * rounds)], ratios[int(0.975 * rounds) - 1]


def machine(*packages: str) -> dict[str, object]:
    """What the figure was measured on: processor flags that matter, cores, versions, peak memory of this process."""
    flags: set[str] = set()
    try:
        with Path("/proc/cpuinfo").open(encoding="ascii") as info:
            flags = {word for line in info if line.startswith("flags") for word in line.split()}
    except OSError:
        pass
    return {
        "python": platform.python_version(),
        "cores": len(os.sched_getaffinity(0)),
        "flags": sorted(flags & {"avx2", "avx512f", "avx512_vnni", "amx_int8"}),
        "versions": {name: version(name) for name in packages},
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def seconds_figure(
    benchmark: str, figure: str, *, seconds: Sequence[float], must: float, packages: Sequence[str]
) -> Figure:
    """The figure of how long something takes: the median of its runs, which must not exceed ``must`` seconds."""
    value, low, high = median_interval(seconds)
    return Figure(
        benchmark=benchmark,
        figure=figure,
        value=float(f"{value:.3g}"),
        low=float(f"{low:.3g}"),
        high=float(f"{high:.3g}"),
        unit="s",
        must=f"<= {must:g}",
        holds=value <= must,
        detail={"runs": len(seconds), **machine(*packages)},
    )


def run_alone(measure: Callable[..., Iterator[Figure]], about: str | None) -> None:
    """Print the lines of one benchmark: what ``python -m benchmarks.NAME [--quick]`` does."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--quick", action="store_true", help="under a minute")
    for figure in measure(quick=parser.parse_args().quick):
        print(msgspec.json.encode(figure).decode(), flush=True)
