"""Evidence: how long the package of a case takes to build and to check, and that memory does not grow with the case.

    python -m benchmarks.evidence [--quick]

Cases of 50 and 200 documents (10 and 40 with --quick), each with its raw answer and a captured page of a real size,
built with test keys and a local time authority, and checked with the verifier and its fingerprints. Build and check
have a process of their own for each run.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import msgspec

from benchmarks.evidence_worker import CaseMade, PackageBuilt, PackageVerified
from benchmarks.figure import Figure, machine, ratio_interval, run_alone, seconds_figure

SIZES, RUNS = (50, 200), 3
"""Documents of the small and the large case; runs of each."""
QUICK_SIZES, QUICK_RUNS = (10, 40), 2

MUST_BUILD_S = 60
MUST_VERIFY_S = 10
MUST_GROW = 1.2
"""Most that the peak of the large case may be of that of the small one."""
PACKAGES = ("typst", "cryptography", "sqlalchemy", "pillow")

T = TypeVar("T")


def measure(*, quick: bool) -> Iterator[Figure]:
    """Seconds to build and to check the large case, and the ratio of both cases' peak memory."""
    sizes, runs = (QUICK_SIZES, QUICK_RUNS) if quick else (SIZES, RUNS)
    with tempfile.TemporaryDirectory() as folder:
        rounds = [measure_case(Path(folder) / str(documents), documents, runs=runs) for documents in sizes]
    small, large = rounds
    built, verified = [one for one, _ in large], [one for _, one in large]
    detail = {"documents": sizes[1], "package_mib": round(built[0].size / 2**20)}
    for name, seconds, must in (
        ("build", [one.seconds for one in built], MUST_BUILD_S),
        ("verify", [one.seconds for one in verified], MUST_VERIFY_S),
    ):
        figure = seconds_figure(
            "evidence", f"{name}, {sizes[1]} documents", seconds=seconds, must=must, packages=PACKAGES
        )  # fmt: skip
        yield replace(figure, detail={**detail, **figure.detail})
    yield growth("build", [one.peak_mib for one, _ in small], [one.peak_mib for one, _ in large], sizes=sizes)
    yield growth("verify", [one.peak_mib for _, one in small], [one.peak_mib for _, one in large], sizes=sizes)


def measure_case(folder: Path, documents: int, *, runs: int) -> list[tuple[PackageBuilt, PackageVerified]]:
    """What building and checking one case took, run by run. Raises RuntimeError where the verifier rejects it."""
    case = ask("make", folder, documents, kind=CaseMade).case
    rounds = []
    for run in range(runs):
        built = ask("build", folder, case, folder / f"paket-{run}", kind=PackageBuilt)
        verified = ask("verify", built.package, built.seal, built.time, kind=PackageVerified)
        if verified.status != 0:
            raise RuntimeError(f"the verifier ended with {verified.status}")
        Path(built.package).unlink()
        rounds.append((built, verified))
    return rounds


def ask(*words: object, kind: type[T]) -> T:
    """The worker's answer."""
    program = [sys.executable, "-m", "benchmarks.evidence_worker", *map(str, words)]
    done = subprocess.run(program, stdout=subprocess.PIPE, check=True)
    return msgspec.json.decode(done.stdout, type=kind)


def growth(what: str, small: Sequence[float], large: Sequence[float], *, sizes: tuple[int, int]) -> Figure:
    """Peak memory at the large case over that at the small one."""
    value, low, high = ratio_interval(large, small)
    return Figure(
        benchmark="evidence", figure=f"peak memory of {what}, {sizes[1]} over {sizes[0]} documents",
        value=round(value, 3), low=round(low, 3), high=round(high, 3), unit="x", must=f"<= {MUST_GROW}",
        holds=value <= MUST_GROW,
        detail={
            "small_mib": [round(one) for one in small], "large_mib": [round(one) for one in large], **machine(*PACKAGES)
        },
    )  # fmt: skip


if __name__ == "__main__":
    run_alone(measure, __doc__)
