"""Fine-tune an encoder on all tasks at once, measure it, calibrate it and write the model: read from ``train_encoder``.

Any Hugging Face encoder will do, by name or folder; ours is one of them. Every training of every round is kept in the
work folder as soon as it is done, so a training that was stopped goes on where it was. Needs the [train] extra.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from kentongan.characters import clean
from kentongan.schema import Task
from models.blocks import TrainingFailed
from models.card import Card
from models.data import Row
from models.finetune import FineTuning, encode_texts, fine_tune, make_lesson, read_logits
from models.reading import MAX_CHARS, read_text
from models.rounds import TaskPlan, plan_rounds
from models.scratch import Scratch, build_encoder
from models.training_rows import RowChoice, load_rows

log = logging.getLogger(__name__)

Scores = NDArray[np.float32]
Report = Callable[[int, int, str], None]


class EncoderTraining(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every choice of the training. An unknown key in a file is an error."""

    kind: str = "encoder"
    name: str
    version: str = "1.0.0"
    encoder: str = ""
    """Hugging Face name or folder of the trunk; empty: one is made first, as ``scratch`` says."""
    scratch: Scratch = Scratch()
    reading: str = "posts"
    """"posts": as ``models.reading`` writes it, in lower case (our own vocabulary); "raw": only cleaned."""
    choice: RowChoice = RowChoice()
    tuning: FineTuning = FineTuning()
    seeds: tuple[int, ...] = (1,)
    """Trainings of every round. The model of the first one ships."""
    rounds: int = 3
    """Rounds in which matters and outlets are left out."""
    known_share: float = 0.08
    """Share of the other rows that each round holds out beside them."""
    max_tokens: int = 160
    """A text is read up to here."""
    resamples: int = 200
    cost_of_silence: float = 0.5
    """Of an abstention, where a wrong label costs 1."""
    costs: dict[Task, float] = {}
    """The same by task, where it is another."""
    baseline: str = "linear"
    """Shipped model to compare with, on the very same rows."""
    threads: int = 2
    origin: dict[str, object] = {}
    """What is known of the trunk's pretraining, for the card."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Logits of held-out rows, by task and protocol: seeds by rows by labels, NaN where a row was not tested."""

    logits: Mapping[Task, Mapping[str, Scores]]


def make_plans(config: EncoderTraining, rows: Mapping[Task, Sequence[Row]]) -> list[TaskPlan]:
    """The rounds of a training. The same choices give the same rounds to whatever else is measured in them."""
    return plan_rounds(
        rows,
        {task: config.choice.labels_of(task) for task in rows},
        rounds=config.rounds,
        known_share=config.known_share,
        seed=config.choice.seed,
        given=config.choice.decided_rounds(rows, config.rounds),
    )


def check_plan(plan: TaskPlan) -> None:
    """Raise TrainingFailed where a round has nothing to learn from, or only one label."""
    truth = plan.truth
    for number in range(len(plan.kept_out)):
        met = set(truth[plan.train_rows(number)].tolist()) - {-1}
        if len(met) < 2:
            what = f"hanya berisi satu label ({plan.labels[met.pop()]})" if met else "kosong"
            raise TrainingFailed(
                f"Data latih untuk {plan.task} pada putaran {number + 1} {what}.",
                hint="Tambahkan baris dengan label lain, atau berkas kedua: setiap putaran menyisihkan satu sumber.",
            )


def read_as(reading: str) -> Callable[[str], str]:
    """How raw text becomes what the tokenizer gets."""
    return read_text if reading == "posts" else lambda text: clean(text[:MAX_CHARS])


def train_encoder(
    config: EncoderTraining, *, data: Path, out: Path, today: date, work: Path | None = None,
    report: Report | None = None,
) -> Card:  # fmt: skip
    """Train, measure, calibrate and write a model to ``out``; returns its card.

    ``work`` keeps finished rounds; without one they are kept in ``out``/rounds and removed at the end.
    Raises BadData, LeakFound, TrainingFailed, BadModel.
    """
    import torch

    from models.encoder import load_trunk, save_classifier
    from models.write_model import write_model

    torch.set_num_threads(config.threads)
    plans = make_plans(config, load_rows(data, config.choice))
    for plan in plans:
        check_plan(plan)
    labels = {plan.task: plan.labels for plan in plans}
    kept, asked = work or out / "rounds", config
    if not config.encoder:
        trunk = build_encoder(config.scratch, data, kept / "scratch", threads=config.threads)
        config = msgspec.structs.replace(config, encoder=str(trunk))
    _, tokenizer = load_trunk(config.encoder)
    read = read_as(config.reading)
    readings = {plan.task: [read(row.text) for row in plan.rows] for plan in plans}
    kept.mkdir(parents=True, exist_ok=True)
    trainings = [(seed, number) for seed in config.seeds for number in range(config.rounds + 1)]
    for done, (seed, number) in enumerate(trainings):
        ships = seed == config.seeds[0] and number == config.rounds
        if round_file(kept, seed, number).exists() and not (ships and not (kept / "ships").exists()):
            continue

        def tell(step: int, steps: int, done: int = done) -> None:
            if report:
                report(done * 1000 + step * 1000 // steps, len(trainings) * 1000, f"pelatihan {done + 1}")

        log.info("training %d of %d: seed %d, round %d", done + 1, len(trainings), seed, number)
        started = time.perf_counter()
        classifier, found = train_round(config, plans, readings, tokenizer, labels, seed=seed, number=number, tell=tell)
        if ships:
            save_classifier(kept / "ships", classifier, tokenizer)
        save_round(round_file(kept, seed, number), found, minutes=(time.perf_counter() - started) / 60)
    measured = gather_rounds(kept, plans, config)
    card = write_model(
        asked, plans, measured, readings, kept / "ships", out, data=data, today=today,
        minutes=spent_minutes(kept, config),
    )  # fmt: skip
    if work is None:
        shutil.rmtree(kept)
    return card


def train_round(
    config: EncoderTraining, plans: Sequence[TaskPlan], readings: Mapping[Task, Sequence[str]], tokenizer: Any,
    labels: Mapping[Task, tuple[str, ...]], *, seed: int, number: int, tell: Callable[[int, int], None] | None,
) -> tuple[Any, dict[Task, tuple[NDArray[np.int64], Scores]]]:  # fmt: skip
    """The classifier of one round, and row numbers and logits of what was held out in it, by task."""
    import torch

    from models.encoder import build_classifier, load_trunk

    torch.manual_seed(seed)
    trunk, _ = load_trunk(config.encoder, dropout=0.0)
    classifier = build_classifier(trunk, labels, dropout=config.tuning.dropout)
    lessons = []
    for plan in plans:
        train = plan.train_rows(number)
        ids = encode_texts(tokenizer, [readings[plan.task][row] for row in train], most=config.tuning.train_tokens)
        own = [plan.rows[row] for row in train]
        lessons.append(make_lesson(plan.task, own, plan.labels, ids, balance=config.tuning.balance))
    pad, mask = tokenizer.pad_token_id, tokenizer.mask_token_id
    fine_tune(classifier, lessons, config.tuning, pad=pad, mask=mask, seed=seed, report=tell)
    found = {}
    for plan in plans:
        test = plan.test_rows(number)
        if len(test):
            ids = encode_texts(tokenizer, [readings[plan.task][row] for row in test], most=config.max_tokens)
            found[plan.task] = (test, read_logits(classifier, ids, [plan.task], pad=pad)[plan.task])
    return classifier, found


def round_file(folder: Path, seed: int, number: int) -> Path:
    """Where the logits of one training lie."""
    return folder / f"seed-{seed}-round-{number}.npz"


def save_round(path: Path, found: Mapping[Task, tuple[NDArray[np.int64], Scores]], *, minutes: float) -> None:
    """Write what a round said of its held-out rows, and what it took; whole or not at all."""
    arrays = {f"{task}/{name}": part for task, pair in found.items() for name, part in zip(("rows", "logits"), pair)}  # noqa: B905
    passing = path.with_suffix(".part.npz")
    np.savez(passing, minutes=np.array(minutes), **arrays)  # type: ignore[arg-type]
    passing.replace(path)


def spent_minutes(kept: Path, config: EncoderTraining) -> float:
    """Minutes of all rounds together, also of those of an earlier start."""
    total = 0.0
    for seed in config.seeds:
        for number in range(config.rounds + 1):
            with np.load(round_file(kept, seed, number)) as arrays:
                total += float(arrays["minutes"])
    return total


def gather_rounds(kept: Path, plans: Sequence[TaskPlan], config: EncoderTraining) -> Measured:
    """All rounds' logits put in their places."""
    logits: dict[Task, dict[str, Scores]] = {}
    for plan in plans:
        shape = (len(config.seeds), len(plan.rows), len(plan.labels))
        logits[plan.task] = {protocol: np.full(shape, np.nan, dtype=np.float32) for protocol in plan.tested}
        for place, seed in enumerate(config.seeds):
            for number in range(config.rounds + 1):
                with np.load(round_file(kept, seed, number)) as arrays:
                    if f"{plan.task}/rows" not in arrays.files:
                        continue
                    rows, own = arrays[f"{plan.task}/rows"], arrays[f"{plan.task}/logits"]
                for protocol, tested in plan.tested.items():
                    hit = tested[rows] == number
                    logits[plan.task][protocol][place, rows[hit]] = own[hit]
    return Measured(logits)
