"""What stands between measured logits and a model folder: calibration, predictions, comparison, ONNX, card."""

from __future__ import annotations

import logging
import platform
import resource
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from kentongan.schema import Task
from models.calibrate import soften_scores
from models.card import Card, SetUse, Speed, hash_files, read_manifest, save_card
from models.encoder import HEADS_FILE, TRUNK_FOLDER
from models.evaluate import macro_f1
from models.export import ONNX_FILE, export_module, quantise_file
from models.finetune import encode_texts, pad_rows
from models.holdout import TrainConfig
from models.language_data import OTHER_TEXT
from models.linear import Head
from models.linear_rounds import score_linear
from models.measure_rounds import as_measure, calibrate_plan, chances_of, describe_block
from models.onnx_encoder import EncoderConfig, load_encoder, save_encoder_config
from models.predictions import (
    PREDICTIONS_FILE,
    Comparison,
    Predictions,
    check_predictions,
    compare,
    load_predictions,
    save_predictions,
)
from models.registry import WEIGHTS
from models.rounds import TaskPlan, blocks_of
from models.sets import SENTIMENT_SETS
from models.train import EncoderTraining, Measured

log = logging.getLogger(__name__)

SCALE_ROWS = 80
"""Training rows of each task that fix the scales of the 8-bit activations."""

LIMITS = (
    "There is no labelled data for the tone of articles: sentiment is of posts and comments, not to be read as the "
    "tone of news.",
    "On a public matter never seen, sentiment is much weaker than on those it has seen: read both tables. Irony, "
    "quotations and news shared without comment are where it fails.",
    "Annotators of the sets disagree among themselves: two groups that labelled the same posts agree on 70 %.",
    "Topics of news are publishers' sections, of complaints the agencies' categories, of posts what their whole "
    "collection is about.",
    "Regional languages are learned from translations, reviews and everyday talk, none of it on public matters.",
    "Likely hoax is a likeness to claims that were refuted before. It is never a verdict.",
    "The pretraining text may hold posts of the labelled sets without their labels.",
    "A label of a person's post is an opinion of a machine: never evidence about that person.",
)

SPLITS = (
    "Rounds (models.rounds): in each, some public matters, outlets and collections are left out whole and beside them "
    "a share of the near-duplicate groups of all other rows; what reads the same as a held-out row, in any task, is "
    "left out of all training with it. Near-duplicates: MinHash over word pairs, estimated Jaccard similarity 0.6. "
    "Calibration and threshold are fitted on left-out rows; their error is measured by halves of the sources."
)


def write_model(
    config: EncoderTraining, plans: Sequence[TaskPlan], measured: Measured, readings: Mapping[Task, Sequence[str]],
    ships: Path, out: Path, *, data: Path, today: date, minutes: float,
) -> Card:  # fmt: skip
    """Write the model whose trained classifier lies in ``ships`` to ``out``, with everything its card needs."""
    out.mkdir(parents=True, exist_ok=True)
    trusts = {plan.task: calibrate_plan(plan, measured.logits[plan.task], config) for plan in plans}
    chances = {plan.task: chances_of(plan, measured.logits[plan.task], trusts[plan.task]) for plan in plans}
    blocks = [block for plan in plans for block in blocks_of(plan, chances[plan.task])]
    for block in blocks:
        check_predictions(block)
    save_predictions(out, blocks)
    protocols = [
        describe_block(plan, block, trusts[plan.task], as_measure(config, plan.task))
        for plan in plans
        for block in blocks
        if block.task == plan.task
    ]
    theirs = linear_blocks(plans, config) if config.baseline else []
    comparisons = compare_blocks(blocks, theirs, other=f"{config.baseline}, same rows", resamples=config.resamples)

    for name in (TRUNK_FOLDER, HEADS_FILE):
        copy_over(ships / name, out / name)
    shutil.copyfile(ships / TRUNK_FOLDER / "tokenizer.json", out / "tokenizer.json")
    labels = {plan.task: plan.labels for plan in plans}
    settings = EncoderConfig(
        name=config.name,
        version=config.version,
        heads={task: Head(labels=own, calibration=trusts[task].calibration) for task, own in labels.items()},
        max_tokens=config.max_tokens,
        reading="raw" if config.reading == "raw" else "posts",
    )
    save_encoder_config(out, settings)
    cost = export_both(out, plans, readings, settings)
    card = Card(
        name=config.name, version=config.version, made_on=today.isoformat(), labels=labels,
        sets=tuple(describe_rows(data, plans)), splits=SPLITS, seeds=config.seeds,
        config=msgspec.to_builtins(config), protocols=tuple(protocols), trust=trusts,
        speed=measure_encoder(out, [row.text for plan in plans for row in plan.rows[::97]], tuple(labels), minutes),
        limits=LIMITS, sha256=hash_files(out, model_files(out)), kind="encoder",
        comparisons=tuple(comparisons), origin={**config.origin, **cost},
    )  # fmt: skip
    save_card(out, card)
    return card


def model_files(folder: Path) -> list[str]:
    """Every file of a model that its card names by hash."""
    free = {"card.json", "card.md", "predictions.npz"}
    files = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    return sorted(file for file in files if file not in free and not file.startswith("rounds/"))


def copy_over(source: Path, target: Path) -> None:
    """Copy a file or folder, replacing what is there."""
    if source.is_dir():
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)


def linear_blocks(plans: Sequence[TaskPlan], config: EncoderTraining) -> list[Predictions]:
    """The linear recipe on the same rounds, calibrated in the same way: as the baseline stored it, where it did."""
    folder = WEIGHTS / config.baseline
    stored = load_predictions(folder) if (folder / PREDICTIONS_FILE).exists() else []
    kept = {(one.task, one.protocol): one for one in stored}
    wanted = [
        block
        for plan in plans
        for block in blocks_of(
            plan, dict.fromkeys(plan.tested, np.zeros((1, len(plan.rows), len(plan.labels)), np.float16))
        )
    ]
    found = [kept[(one.task, one.protocol)] for one in wanted if is_same_plan(one, kept.get((one.task, one.protocol)))]
    missing = [plan for plan in plans if plan.task not in {one.task for one in found}]
    scores = score_linear(missing, TrainConfig(seed=config.choice.seed))
    for plan in missing:
        trust = calibrate_plan(plan, scores[plan.task], config)
        found += blocks_of(plan, chances_of(plan, scores[plan.task], trust))
    return found


def is_same_plan(one: Predictions, other: Predictions | None) -> bool:
    """Whether two blocks are of the same rows, held out in the same rounds."""
    return other is not None and all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in ("rows", "tested", "kept_out")
    )


def compare_blocks(
    ours: Sequence[Predictions], theirs: Sequence[Predictions], *, other: str, resamples: int
) -> list[Comparison]:
    """Each block beside the other model's of the same task and protocol."""
    found = []
    for one in ours:
        for two in theirs:
            if (one.task, one.protocol) == (two.task, two.protocol):
                found += compare(one, two, other_name=other, resamples=resamples)
    return found


def export_both(
    out: Path, plans: Sequence[TaskPlan], readings: Mapping[Task, Sequence[str]], settings: EncoderConfig
) -> dict[str, object]:
    """Write the 8-bit graph, and say what the 8 bits cost beside single precision: how often the label stays, and
    macro-F1 on rows that the shipped weights never saw (those of the last round), where a task has such."""
    import onnxruntime

    from models.encoder import read_classifier

    labels = {plan.task: plan.labels for plan in plans}
    classifier, tokenizer = read_classifier(out, labels)
    pad, most = tokenizer.pad_token_id, settings.max_tokens
    wide = out / "single.onnx"
    export_module(classifier, wide)
    some = [
        readings[plan.task][row]
        for plan in plans
        for row in np.random.default_rng(0).permutation(plan.train_rows(len(plan.kept_out) - 1))[:SCALE_ROWS]
    ]
    quantise_file(wide, out / ONNX_FILE, encode_texts(tokenizer, some, most=most), pad=pad)
    graphs = [
        onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"]) for path in (wide, out / ONNX_FILE)
    ]
    found: dict[str, object] = {}
    for plan in plans:
        fresh = plan.test_rows(len(plan.kept_out) - 1)
        rows = fresh if len(fresh) else np.random.default_rng(1).permutation(len(plan.rows))[:1000]
        ids = encode_texts(tokenizer, [readings[plan.task][row] for row in rows], most=most)
        own = settings.heads[plan.task].calibration
        guesses = [
            soften_scores(run_graph(graph, plan.task, ids, pad), own.scale, own.offsets).argmax(axis=1)
            for graph in graphs
        ]
        found[f"8 bits keep the label, {plan.task}"] = round(float((guesses[0] == guesses[1]).mean()), 4)
        judged = plan.truth[rows] >= 0
        if len(fresh) and judged.any():
            truth = plan.truth[rows][judged].astype(np.int64)
            gained = macro_f1(truth, guesses[1][judged]) - macro_f1(truth, guesses[0][judged])
            found[f"8 bits change macro-F1 by, {plan.task}, {int(judged.sum())} rows"] = round(float(gained), 4)
    wide.unlink()
    return found


def run_graph(graph: Any, task: Task, ids: Sequence[NDArray[np.int32]], pad: int) -> NDArray[np.float64]:
    """Logits of one task for every row."""
    found = []
    for start in range(0, len(ids), 32):
        table, seen = pad_rows(ids[start : start + 32], pad)
        found.append(graph.run([task], {"input_ids": table, "attention_mask": seen})[0])
    return np.concatenate(found).astype(np.float64)


def measure_encoder(out: Path, texts: Sequence[str], tasks: tuple[Task, ...], minutes: float) -> Speed:
    """Throughput and cold start of the written model, two threads, nothing remembered."""
    began = time.perf_counter()
    model = load_encoder(out)
    model.classify(["jalan rusak"], list(tasks))
    cold = time.perf_counter() - began
    paces = []
    for part in range(3):
        own = texts[part::3]
        began = time.perf_counter()
        model.classify(own, list(tasks))
        paces.append(len(own) / max(1e-9, time.perf_counter() - began))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    log.info("%.0f texts/s, loaded in %.2f s, peak memory of the training %d MiB", max(paces), cold, peak)
    return Speed(
        texts_per_second=round(max(paces)),
        cold_start_seconds=round(cold, 3),
        weight_bytes=sum((out / file).stat().st_size for file in model_files(out)),
        hardware=f"two threads of {platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}",
        training_minutes=round(minutes, 1),
    )


def describe_rows(data: Path, plans: Sequence[TaskPlan]) -> Iterator[SetUse]:
    """Every file and source of rows, with how many the shipped weights learned from, and its licence where known."""
    manifest: Mapping[str, Any] = read_manifest(data) if (data / "manifest.json").exists() else {}
    for plan in plans:
        trained = set(plan.train_rows(len(plan.kept_out) - 1).tolist())
        counts = Counter[tuple[str, str]]()
        for number, row in enumerate(plan.rows):
            # A file of one's own is in no manifest and known by its name.
            known = row.file in manifest or row.file in OTHER_TEXT
            counts[row.file if known else row.source, row.source] += number in trained
        for (file, name), rows in sorted(counts.items()):
            entry = manifest.get(file, {})
            origin, licence = OTHER_TEXT.get(file) or (entry.get("source", file), entry.get("licence", "none stated"))
            how = SENTIMENT_SETS.get(name)
            remark = how.why if how and plan.task == "sentiment" else name
            yield SetUse(file=file, task=plan.task, rows=rows, source=str(origin), licence=str(licence), remark=remark)
