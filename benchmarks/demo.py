"""How long a stranger waits: `make demo STOP=1` in a fresh clone, with the packages in the installer's cache."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Figure, run_alone, seconds_figure

MUST_SECONDS = 60
ROOT = Path(__file__).resolve().parent.parent


def time_clone(folder: Path) -> float:
    """Seconds from the first command in a fresh clone to a dashboard that has answered. Raises when it does not."""
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("KENTONGAN_", "VIRTUAL_ENV"))}
    begun = time.perf_counter()
    done = subprocess.run(
        ["make", "--silent", "demo", "STOP=1"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - begun
    if done.returncode or "http://127.0.0.1:" not in done.stdout:
        raise RuntimeError(f"the demo did not open its dashboard:\n{done.stdout}\n{done.stderr}")
    return seconds


def measure(*, quick: bool) -> Iterator[Figure]:
    """One figure: the median of one run (quick) or five, after one that fills the cache."""
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        for attempt in range(1 if quick else 6):
            took = time_clone(Path(folder) / f"clone-{attempt}")
            if quick or attempt:
                seconds.append(took)
    figure = "make demo STOP=1, packages cached"
    yield seconds_figure("demo", figure, seconds=seconds, must=MUST_SECONDS, packages=["uv"])


if __name__ == "__main__":
    run_alone(measure, __doc__)
