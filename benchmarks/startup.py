"""How long the command line takes to say what it can do: `kentongan --help` in a process of its own."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator

import msgspec

from benchmarks.figure import Figure, machine, median_interval

MUST_SECONDS = 0.2


def measure(*, quick: bool) -> Iterator[Figure]:
    """One figure: seconds from starting the interpreter to the end of `kentongan --help`."""
    command = [sys.executable, "-m", "kentongan", "--help"]
    seconds = []
    for attempt in range(6 if quick else 31):
        begun = time.perf_counter()
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
        if attempt:
            seconds.append(time.perf_counter() - begun)
        if "kentongan demo" not in answer.stdout:
            raise RuntimeError("the help text does not name the demo")
    value, low, high = median_interval(seconds)
    yield Figure(
        benchmark="startup",
        figure="kentongan --help",
        value=round(value, 4),
        low=round(low, 4),
        high=round(high, 4),
        unit="s",
        must=f"<= {MUST_SECONDS}",
        holds=value <= MUST_SECONDS,
        detail={"runs": len(seconds), **machine("kentongan")},
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute")
    for line in measure(quick=parser.parse_args().quick):
        print(msgspec.json.encode(line).decode())
