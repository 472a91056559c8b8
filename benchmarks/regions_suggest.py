"""Suggestions for complaints: how often category and field are right on a later period, and how fast they come.

    python -m benchmarks.regions_suggest [--quick]

A model trained as the shipped one, on what came before 2023, is asked about the complaints of 2023
(``models.train_suggest``); it must beat what always names the most frequent label and, for the field, hand-written
keywords. Needs ../shared; without it only the speed of the shipped model is measured, on invented complaints.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from benchmarks.claim_sets import SHARED
from benchmarks.figure import Figure, run_alone, seconds_figure
from models.suggest_data import SP4N_FILE

if TYPE_CHECKING:
    from models.suggest_measure import HeadFigures, Share

COMPLAINTS, QUICK_COMPLAINTS = 100_000, 10_000
MUST_SECONDS: Final = 20.0
"""For 100,000 suggestions on one core: they are made while an import runs."""
RUNS: Final = 3


def measure(*, quick: bool) -> Iterator[Figure]:
    """Accuracy with its interval and calibration for category and field, and the seconds of many suggestions."""
    data = SHARED / "data"
    if (data / SP4N_FILE).is_file():
        from models.train_suggest import measure_later

        for question, figures in measure_later(data).items():
            yield from judge_head(question, figures)
    else:
        print(f"regions_suggest: {data / SP4N_FILE} is not there; accuracy was not measured", flush=True)
    yield measure_speed(QUICK_COMPLAINTS if quick else COMPLAINTS)


def judge_head(question: str, figures: HeadFigures) -> Iterator[Figure]:
    """The figures of one question; those of each label stand in the detail."""
    baseline = figures.majority.high
    detail: dict[str, object] = {
        "rows": figures.rows,
        "among three": as_span(figures.among_three),
        "majority": as_span(figures.majority),
        "keywords": as_span(figures.keywords),
        "by confidence": {f">= {step:g}": {"share": share, "right": right} for step, share, right in figures.steps},
        "by label": {
            one.label: {"rows": one.rows, "learned": one.learned, "right": as_span(one.right), "trusted": one.trusted}
            for one in figures.labels
        },
    }
    yield Figure(
        benchmark="regions_suggest",
        figure=f"{question}: best guess right in 2023",
        value=round(figures.accuracy.value, 3),
        low=round(figures.accuracy.low, 3),
        high=round(figures.accuracy.high, 3),
        unit="share",
        must=f"> {baseline:.3f}, the most frequent label",
        holds=figures.accuracy.low > baseline,
        detail=detail,
    )
    sure = figures.right_when_sure
    yield Figure(
        benchmark="regions_suggest",
        figure=f"{question}: right when it answers",
        value=round(sure.value, 3),
        low=round(sure.low, 3),
        high=round(sure.high, 3),
        unit="share",
        must=f">= {figures.threshold:g}, where it keeps silent",
        holds=sure.low >= figures.threshold,
        detail={"answers": round(figures.coverage, 3), "calibration error": round(figures.calibration_error, 3)},
    )


def as_span(share: Share) -> list[float]:
    """Value, low and high."""
    return [round(share.value, 3), round(share.low, 3), round(share.high, 3)]


def measure_speed(count: int) -> Figure:
    """Processor seconds of 100,000 suggestions of the shipped model, from ``count`` invented complaints.

    In a process of one thread, as an import's workers are: a second thread of the linear algebra only waits, and its
    waiting would count.
    """
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    from kentongan.commands.complaint_workers import use_one_thread

    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=use_one_thread) as pool:
        seconds = pool.submit(time_suggestions, count).result()
    return seconds_figure(
        "regions_suggest", f"100,000 suggestions, from {count:,}", seconds=seconds, must=MUST_SECONDS,
        packages=("numpy",),
    )  # fmt: skip


def time_suggestions(count: int) -> list[float]:
    """Processor seconds of each run, reckoned for 100,000."""
    from models.suggest import load_suggester

    lines = (files("samples") / "content" / "complaints.jsonl").read_text(encoding="utf-8").splitlines()
    read = [json.loads(line) for line in lines]
    # As long as real ones: 430 characters is the median of the reports the model learned from, these have 130.
    texts = [f"{one['title']}\n{' '.join([one['text'], other['text'], third['text']])}"
             for one, other, third in zip(read, read[1:] + read[:1], read[2:] + read[:2], strict=True)]  # fmt: skip
    asked = (texts * (count // len(texts) + 1))[:count]
    suggester = load_suggester()
    seconds = []
    for _ in range(RUNS):
        began = time.process_time()
        found = suggester.suggest(asked)
        seconds.append((time.process_time() - began) * COMPLAINTS / count)
        if len(found) != count or found[: len(texts)] != found[len(texts) : 2 * len(texts)]:
            raise AssertionError("the same complaint got two suggestions")
    return seconds


if __name__ == "__main__":
    run_alone(measure, __doc__)
