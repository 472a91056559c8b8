"""How fast the served classifier labels text, beside the usual pipeline; how soon it starts; what int8 costs.

    python -m benchmarks.classify [--quick]

Both sides get raw text and give labels with all scores, two threads each, in processes of their own, in turn. Ours
does every task it serves; the pipeline, of a BERT-base shape, does one. That shape has random weights, so the two
cannot be asked to agree: what speed cost us in labels is measured against our own encoder in single precision.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.classify_stream import Sample, make_stream, share_of_copies
from benchmarks.classify_worker import THREADS, Answer, Request, Side
from benchmarks.figure import Figure, machine, ratio_interval, run_alone, seconds_figure
from kentongan.schema import Task
from models.evaluate import macro_f1
from models.onnx_encoder import REMEMBERED, OnnxEncoder
from models.registry import WEIGHTS
from models.serve import find_encoders, load_classifier

MUST_RATIO = 30
MUST_START = 3.0
MUST_MEMORY = 400
MUST_AGREE = 0.99
MUST_F1 = 0.005
OURS, THEIRS, ROUNDS = 2000, 64, 5
"""Texts a round on each side, and rounds."""
QUICK_OURS, QUICK_THEIRS, QUICK_ROUNDS = 300, 10, 2
PACKAGES = ("onnxruntime", "tokenizers", "numpy", "torch", "transformers")

START = """
import sys, time
from pathlib import Path
from models.serve import load_classifier
served = load_classifier(root=Path(sys.argv[1]))
(answer,) = served.classify(["Jalan rusak di depan pasar, mohon segera diperbaiki"], tuple(served.labels))
assert all(label.value for label in answer.values())
assert not {"torch", "transformers", "sklearn", "scipy"} & set(sys.modules)
from benchmarks.classify_worker import peak_memory
print(peak_memory())
"""


def measure(*, quick: bool, root: Path = WEIGHTS) -> Iterator[Figure]:
    """Throughput, memory, cold start; agreement of int8 with fp32 where an encoder is served."""
    size, part, rounds = (QUICK_OURS, QUICK_THEIRS, QUICK_ROUNDS) if quick else (OURS, THEIRS, ROUNDS)
    stream = make_stream(size)
    yield from compare_speed(stream, part=part, rounds=rounds, quick=quick, root=root)
    yield measure_start(3 if quick else 11, root=root)
    for encoder in find_encoders(load_classifier(root=root, threads=THREADS, remembered=0)):
        yield from compare_precision(encoder, stream)


def compare_speed(stream: Sequence[Sample], *, part: int, rounds: int, quick: bool, root: Path) -> Iterator[Figure]:
    """Rates of both sides in alternating rounds after a warm-up, and our peak memory in the same runs."""
    texts = tuple(one.text for one in stream)
    plain = Request(texts=texts)
    cached = Request(texts=texts, remembered=REMEMBERED)
    slow = Request(texts=texts[:part])
    alone: list[Answer] = []
    remembering: list[Answer] = []
    theirs: list[Answer] = []
    with Side("served", str(root)) as us, Side("pipeline", vocabulary_texts=texts) as them:
        us.ask(Request(texts=texts[:100]))
        them.ask(Request(texts=tuple(one.text for one in stream if one.kind != "article")[:4]))
        for _ in range(rounds):
            alone.append(us.ask(plain))
            theirs.append(them.ask(slow))
            remembering.append(us.ask(cached))
        sorted_rate = None if quick else part / them.ask(Request(texts=slow.texts, by_length=True)).seconds
    our_rates = [len(texts) / one.seconds for one in alone]
    their_rates = [part / one.seconds for one in theirs]
    value, low, high = ratio_interval(our_rates, their_rates)
    detail: dict[str, object] = {
        "rounds": rounds,
        "threads": THREADS,
        "ours": {
            "does": "every task served, raw text to labels and all probabilities, 256 texts at a time, nothing "
            "remembered and equal texts not merged",
            **alone[0].about,
            "texts": len(texts),
            "texts_per_second": round(statistics.median(our_rates), 1),
            "texts_per_second_with_copies_remembered": round(
                len(texts) / statistics.median(one.seconds for one in remembering), 1
            ),
        },
        "theirs": {
            "does": "transformers.pipeline('text-classification'), 12 x 768 in single precision, batch 32, cut at 512 "
            "tokens, one head of 3 labels, random weights, in the order of the stream (each batch padded to its "
            "longest text)",
            **theirs[0].about,
            "texts": part,
            "texts_per_second": round(statistics.median(their_rates), 2),
            "texts_per_second_if_sorted_by_length": None if sorted_rate is None else round(sorted_rate, 2),
            "peak_mib": max(one.peak_mib for one in theirs),
        },
        "copies_in_stream": round(share_of_copies(texts), 4),
        "quality": "see the agreement of int8 with fp32; random weights on the other side have no labels to compare",
        **machine(*PACKAGES),
    }
    yield Figure(
        benchmark="classify", figure="throughput against transformers.pipeline, no copy remembered",
        value=round(value, 1), low=round(low, 1), high=round(high, 1), unit="x", must=f">= {MUST_RATIO}",
        holds=value >= MUST_RATIO, detail=detail,
    )  # fmt: skip
    peak = max(one.peak_mib for one in (*alone, *remembering))
    yield Figure(
        benchmark="classify", figure="resident memory while labelling the stream", value=peak, low=peak, high=peak,
        unit="MiB", must=f"<= {MUST_MEMORY}", holds=peak <= MUST_MEMORY, detail={"runs": 1, **machine(*PACKAGES[:3])},
    )  # fmt: skip


def measure_start(runs: int, *, root: Path) -> Figure:
    """Seconds from starting the interpreter to the first text labelled for every task, without torch."""
    seconds = []
    for attempt in range(runs + 1):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", START, str(root)], capture_output=True, text=True, check=True)
        if attempt:
            seconds.append(time.perf_counter() - begun)
    figure = "cold start to the first label of every task"
    return seconds_figure("classify", figure, seconds=seconds, must=MUST_START, packages=PACKAGES[:3])


def compare_precision(encoder: OnnxEncoder, stream: Sequence[Sample]) -> Iterator[Figure]:
    """Labels of the shipped 8-bit encoder beside those of the same weights in single precision, built anew."""
    plain = open_single_precision(encoder)
    if plain is None:
        return
    texts = [one.text for one in stream]
    tasks = tuple(encoder.labels)
    left, right = encoder.classify(texts, tasks), plain.classify(texts, tasks)
    same = {t: [a[t].value == b[t].value for a, b in zip(left, right, strict=True)] for t in tasks}
    worst = min(tasks, key=lambda task: statistics.fmean(same[task]))
    value, low, high = mean_interval(same[worst])
    about = {"model": f"{encoder.name} {encoder.version}", "texts": len(texts), **machine(*PACKAGES[:3])}
    shares = {str(task): round(statistics.fmean(one), 4) for task, one in same.items()}
    yield Figure(
        benchmark="classify", figure=f"int8 against fp32: equal labels, worst task ({encoder.name})",
        value=round(value, 4), low=round(low, 4), high=round(high, 4), unit="share", must=f">= {MUST_AGREE}",
        holds=value >= MUST_AGREE, detail={"tasks": shares, **about},
    )  # fmt: skip
    drops = {}
    for task in tasks:
        known = [number for number, one in enumerate(stream) if one.truth.get(task) in encoder.labels[task]]
        if known:
            truth = [encoder.labels[task].index(stream[number].truth[task]) for number in known]
            scores = [[one[number][task].value for number in known] for one in (left, right)]
            drops[task] = f1_drop(task, encoder, truth, scores)
    if drops:
        worst = max(drops, key=lambda task: drops[task][0])
        value, low, high = drops[worst]
        yield Figure(
            benchmark="classify", figure=f"int8 against fp32: macro-F1 lost on planted labels ({encoder.name})",
            value=round(value, 4), low=round(low, 4), high=round(high, 4), unit="macro-F1", must=f"<= {MUST_F1}",
            holds=value <= MUST_F1, detail={"tasks": {str(t): round(d[0], 4) for t, d in drops.items()}, **about},
        )  # fmt: skip


def open_single_precision(encoder: OnnxEncoder) -> OnnxEncoder | None:
    """The encoder's weights as a graph in single precision; None where its folder has no trunk to build it from."""
    from models.onnx_encoder import MODEL_FILE, TOKENIZER_FILE, open_session

    if encoder.folder is None or not (encoder.folder / "trunk").is_dir():
        return None
    from tokenizers import Tokenizer

    from models.export import export_onnx

    with tempfile.TemporaryDirectory() as folder:
        export_onnx(encoder.folder, Path(folder) / MODEL_FILE, labels=dict(encoder.labels))
        session = open_session(Path(folder) / MODEL_FILE, threads=THREADS)
    tokenizer = Tokenizer.from_file(str(encoder.folder / TOKENIZER_FILE))
    return OnnxEncoder(encoder.config, session, tokenizer, remembered=0)


def f1_drop(
    task: Task, encoder: OnnxEncoder, truth: Sequence[int], sides: Sequence[Sequence[str | None]]
) -> tuple[float, float, float]:
    """Macro-F1 of the second side less that of the first, with its interval over the texts (paired bootstrap)."""
    number = {label: place for place, label in enumerate(encoder.labels[task])} | {None: -1}
    gold = np.array(truth)
    guesses = [np.array([number[label] for label in side]) for side in sides]
    rng = np.random.default_rng(7)
    draws = [
        macro_f1(gold[rows], guesses[1][rows]) - macro_f1(gold[rows], guesses[0][rows])
        for rows in rng.integers(0, len(gold), (300, len(gold)))
    ]
    low, high = np.percentile(draws, [2.5, 97.5])
    return float(macro_f1(gold, guesses[1]) - macro_f1(gold, guesses[0])), float(low), float(high)


def mean_interval(flags: Sequence[bool]) -> tuple[float, float, float]:
    """Share of flags that are set, with its 95 % interval (Wilson 1927)."""
    count, share, z = len(flags), statistics.fmean(flags), 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * (share * (1 - share) / count + z * z / (4 * count * count)) ** 0.5
    return share, middle - half, middle + half


if __name__ == "__main__":
    run_alone(measure, __doc__)
