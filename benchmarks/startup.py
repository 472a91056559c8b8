"""How long the command line takes to say what it can do: `kentongan --help` in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

from benchmarks.figure import Figure, run_alone, seconds_figure

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
    yield seconds_figure("startup", "kentongan --help", seconds=seconds, must=MUST_SECONDS, packages=["kentongan"])


if __name__ == "__main__":
    run_alone(measure, __doc__)
