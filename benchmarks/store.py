"""The embedded store: how fast it takes documents in, and how soon it answers while another process goes on writing.

    python -m benchmarks.store [--quick]

A million simulated posts (a hundred thousand with --quick), 200 more every second from another process. Each question
is also answered by a scan of plain rows in SQLite, which must agree.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from benchmarks.figure import Figure, machine, ratio_interval, run_alone
from benchmarks.store_questions import EVERYTHING
from benchmarks.store_worker import Asked, Filled

DOCUMENTS, ROUNDS, ASKED = 1_000_000, 5, 40
"""Documents in the store; rounds; times the store is asked each question a round."""
QUICK_DOCUMENTS, QUICK_ROUNDS, QUICK_ASKED = 100_000, 2, 20
RATE = 200
"""Documents a second that another process writes meanwhile."""

MUST_P95_MS = 50
MUST_RATIO = 50
MUST_INGEST = 10_000
MUST_MIB = 1536
PACKAGES = ("tantivy", "msgspec")

T = TypeVar("T")


def measure(*, quick: bool) -> Iterator[Figure]:
    """Ingest, memory, and for each question the 95th percentile and the ratio to a scan."""
    documents, rounds, asked = (QUICK_DOCUMENTS, QUICK_ROUNDS, QUICK_ASKED) if quick else (DOCUMENTS, ROUNDS, ASKED)
    with tempfile.TemporaryDirectory() as folder:
        store = str(Path(folder) / "store")
        filled = run_worker("fill", store, documents, kind=Filled)
        yield from ingest_figures(filled)
        writer = start_worker("write", store, RATE)
        try:
            assert writer.stdout is not None
            writer.stdout.readline()
            answered = run_worker("ask", store, rounds, asked, kind=Asked)
            if writer.poll() is not None:
                raise RuntimeError("the writer ended before the questions did")
        finally:
            writer.kill()
            writer.communicate()
        yield from question_figures(answered, documents=documents)


def start_worker(*words: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.store_worker", *map(str, words)], stdout=subprocess.PIPE, text=True
    )


def run_worker(*words: object, kind: type[T]) -> T:
    worker = start_worker(*words)
    said, _ = worker.communicate()
    if worker.returncode:
        raise RuntimeError(f"benchmarks.store_worker {words[0]} failed")
    return msgspec.json.decode(said, type=kind)


def ingest_figures(filled: Filled) -> Iterator[Figure]:
    rate = filled.documents / filled.cpu_seconds
    detail = {
        "documents": filled.documents,
        "characters_each": round(filled.characters),
        "bytes_each_on_disk": round(filled.bytes / filled.documents),
        "documents_per_second_of_the_clock": round(filled.documents / filled.wall_seconds),
        "labels_per_cpu_second": round(filled.labels / filled.label_cpu_seconds),
        "from": "a list of documents to durable in SQLite, tokenised, indexed and searchable; processor time of all "
        "threads of the writing process",
        **machine(*PACKAGES),
    }
    yield Figure(
        benchmark="store", figure="ingest, documents a second of one core", value=round(rate), low=round(rate),
        high=round(rate), unit="documents/s", must=f">= {MUST_INGEST}", holds=rate >= MUST_INGEST, detail=detail,
    )  # fmt: skip
    yield memory_figure("filling", filled.peak_mib)


def memory_figure(what: str, mib: int) -> Figure:
    return Figure(
        benchmark="store", figure=f"resident memory at most, {what}", value=mib, low=mib, high=mib, unit="MiB",
        must=f"<= {MUST_MIB}", holds=mib <= MUST_MIB, detail={"runs": 1},
    )  # fmt: skip


def question_figures(answered: Asked, *, documents: int) -> Iterator[Figure]:
    empty = [name for name, found in answered.found.items() if not found]
    if empty:
        raise RuntimeError(f"these questions found nothing: {', '.join(empty)}")
    written = answered.documents_after - answered.documents_before
    for name, seconds in answered.ours.items():
        p95, low, high = (1000 * value for value in percentile_interval(seconds, 0.95))
        detail = {
            "documents": documents,
            "asked": len(seconds),
            "found": answered.found[name],
            "median_ms": round(1000 * statistics.median(seconds), 2),
            "written_meanwhile": written,
            **machine(*PACKAGES),
        }
        yield Figure(
            benchmark="store", figure=f"{name}: p95", value=round(p95, 2), low=round(low, 2), high=round(high, 2),
            unit="ms", must=f"<= {MUST_P95_MS}", holds=p95 <= MUST_P95_MS, detail=detail,
        )  # fmt: skip
        if name == EVERYTHING:
            continue
        scans = answered.scans[name]
        value, low, high = ratio_interval(scans, seconds)
        yield Figure(
            benchmark="store", figure=f"{name}: times faster than a scan of plain rows", value=round(value, 1),
            low=round(low, 1), high=round(high, 1), unit="x", must=f">= {MUST_RATIO}", holds=value >= MUST_RATIO,
            detail={"scan_ms": round(1000 * statistics.median(scans), 1), "rounds": len(scans)},
        )  # fmt: skip
    yield memory_figure("asking", answered.peak_mib)


def percentile_interval(values: Sequence[float], share: float) -> tuple[float, float, float]:
    """A percentile with its 95 % interval from order statistics (normal approximation of the binomial)."""
    ordered = sorted(values)
    last = len(ordered) - 1
    middle = share * len(ordered)
    half = 1.96 * (len(ordered) * share * (1 - share)) ** 0.5
    places = (middle, middle - half, middle + half)
    value, low, high = (ordered[max(0, min(last, round(place)))] for place in places)
    return value, low, high


if __name__ == "__main__":
    run_alone(measure, __doc__)
